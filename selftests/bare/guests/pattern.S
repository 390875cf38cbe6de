/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills every register that it can reach with patterns of x1, exits x2 times, and
 * counts what came back other than it was. The second page holds what system
 * registers read as.
 */
#include "guest.h"

#define SEED	x29
#define PART1	2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26
#define VECTORS	0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31

/* name, bits that may be written without harm here */
	.macro	sysregs, op
	\op	0, tpidr_el0, 0xffffffff
	\op	1, tpidrro_el0, 0xffffffff
	\op	2, tpidr_el1, 0xffffffff
	\op	3, contextidr_el1, 0xffffffff
	\op	4, ttbr0_el1, 0xfffff000
	\op	5, ttbr1_el1, 0xfffff000
	\op	6, mair_el1, 0x44444444
	\op	7, amair_el1, 0
	\op	8, tcr_el1, 0x00190019
	\op	9, esr_el1, 0xffffffff
	\op	10, far_el1, 0xffffffff
	\op	11, afsr0_el1, 0
	\op	12, afsr1_el1, 0
	\op	13, elr_el1, 0xffffffff
	\op	14, spsr_el1, 0xf0000000
	\op	15, sp_el0, 0xffffffff
	\op	16, par_el1, 0xffff000
	\op	17, cntkctl_el1, 0x3
	\op	18, csselr_el1, 0
	\op	19, vbar_el1, 0xfffff800
	\op	20, cntv_cval_el0, 0xffffffff
	.endm
#define NR_SYSREGS	21

	.macro	set_sysreg, n, name, mask
	imm	x2, \mask
	and	x2, x2, SEED
	msr	\name, x2
	isb
	mrs	x2, \name
	str	x2, [x30, #(8 * \n)]
	.endm
	.macro	check_sysreg, n, name, mask
	mrs	x2, \name
	ldr	x3, [x30, #(8 * \n)]
	cmp	x2, x3
	b.eq	1f
	add	x27, x27, #1
	mov	x0, #(1000 + \n)
1:
	.endm

guest	guest_pattern
	mov	x28, x0
	mov	SEED, x1
	mov	x1, x2
	mov	x2, #(3 << 20)
	msr	cpacr_el1, x2
	isb
	mov	x27, xzr
	mov	x0, xzr
again:
	adr	x30, guest_pattern
	add	x30, x30, #4096
	sysregs	set_sysreg
	.irp	n, VECTORS
	add	x2, SEED, #(100 + \n)
	fmov	d\n, x2
	add	x2, SEED, #(200 + \n)
	fmov	v\n\().d[1], x2
	.endr
	and	x2, SEED, #0x1f
	msr	fpsr, x2
	.irp	n, PART1
	add	x\n, SEED, #\n
	.endr
	str	SEED, [x28, #WIN_OP]
	.irp	n, PART1
	sub	x30, x\n, SEED
	cmp	x30, #\n
	b.eq	1f
	add	x27, x27, #1
	mov	x0, #\n
1:
	.endr
	.irp	n, VECTORS
	fmov	x30, d\n
	sub	x30, x30, SEED
	cmp	x30, #(100 + \n)
	b.eq	1f
	add	x27, x27, #1
	mov	x0, #(100 + \n)
1:	fmov	x30, v\n\().d[1]
	sub	x30, x30, SEED
	cmp	x30, #(200 + \n)
	b.eq	1f
	add	x27, x27, #1
	mov	x0, #(200 + \n)
1:
	.endr
	adr	x30, guest_pattern
	add	x30, x30, #4096
	sysregs	check_sysreg
	mrs	x2, fpsr
	and	x3, SEED, #0x1f
	cmp	x2, x3
	cinc	x27, x27, ne
	add	SEED, SEED, x1, lsl #12
	subs	x1, x1, #1
	b.ne	again
	str	x27, [x28, #WIN_REPORT]
	str	x0, [x28, #WIN_REPORT + 8]
	off
guest_end guest_pattern
