/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes x1 interrupts of its virtual timer, x2 counter ticks apart, and counts those
 * that should not have come. x3: bit 0, waits by WFI; bit 1, makes exits meanwhile.
 */
#include "guest.h"

guest	guest_ticks
	mov	x28, x0
	mov	x20, x1
	mov	x21, x2
	mov	x22, x3
	mov	x23, xzr		// ticks
	mov	x24, xzr		// interrupts of others
	mov	x25, xzr		// while the timer's condition was not met
	adr	x1, vectors
	msr	vbar_el1, x1
	mov	x1, #7
	msr	S3_0_C12_C12_5, x1	// ICC_SRE_EL1
	isb
	mov	x1, #0xf0
	msr	S3_0_C4_C6_0, x1	// ICC_PMR_EL1
	mov	x1, #1
	msr	S3_0_C12_C12_7, x1	// ICC_IGRPEN1_EL1
	isb
	mrs	x26, cntvct_el0
	add	x27, x26, x21
	msr	cntv_cval_el0, x27
	mov	x1, #1
	msr	cntv_ctl_el0, x1
	isb
again:
	cmp	x23, x20
	b.hs	done
	tbz	x22, #1, 1f
	str	x23, [x28, #WIN_OP]
1:	tbz	x22, #0, 2f
	wfi				// wakes with IRQs masked too
2:	msr	daifclr, #2
	isb
	msr	daifset, #2
	b	again
done:
	msr	daifset, #2
	msr	cntv_ctl_el0, xzr
	isb
	mrs	x1, cntvct_el0
	sub	x1, x1, x26
	str	x23, [x28, #WIN_REPORT]
	str	x24, [x28, #WIN_REPORT + 8]
	str	x25, [x28, #WIN_REPORT + 16]
	str	x1, [x28, #WIN_REPORT + 24]
	off

	.org	guest_ticks + 0x800
vectors:
	.org	guest_ticks + 0xa00
	mrs	x1, esr_el1
	str	x1, [x28, #WIN_REPORT + 32]
	off
	.org	guest_ticks + 0xa80
	mrs	x10, S3_0_C12_C12_0	// ICC_IAR1_EL1
	cmp	x10, #27
	b.ne	3f
	mrs	x11, cntv_ctl_el0
	tbnz	x11, #2, 4f		// ISTATUS
	add	x25, x25, #1
	b	5f
4:	add	x23, x23, #1
	add	x27, x27, x21
	msr	cntv_cval_el0, x27
	cmp	x23, x20		// here too: a slow machine comes to nothing else
	b.lo	7f
	msr	cntv_ctl_el0, xzr
7:	isb
	b	5f
3:	add	x24, x24, #1
	cmp	x10, #1020
	b.hs	6f
5:	msr	S3_0_C12_C12_1, x10	// ICC_EOIR1_EL1
	isb
6:	eret
guest_end guest_ticks
