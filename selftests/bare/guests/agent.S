/* SPDX-License-Identifier: GPL-2.0-only */
/* Does what the host asks through the window, and says what came of it. */
#include "guest.h"

guest	guest_agent
	mov	x28, x0
	adr	x1, vectors
	msr	vbar_el1, x1
	mov	x1, #(0x33 << 16)	// FPEN, and ZEN: what is trapped is EL2's doing
	msr	cpacr_el1, x1
	isb
again:
	ldr	x1, [x28, #WIN_OP]
	ldr	x2, [x28, #WIN_A]
	ldr	x3, [x28, #WIN_B]
	ldr	x4, [x28, #WIN_C]
	mov	x27, xzr
	mov	x26, xzr
	mov	x0, xzr
	adr	x5, table
	ldr	w6, [x5, x1, lsl #2]
	add	x5, x5, w6, sxtw
	blr	x5
	dsb	sy
	isb
	str	x0, [x28, #WIN_RESULT]
	str	x26, [x28, #WIN_FAR]
	str	x27, [x28, #WIN_DONE]
	b	again

table:
	.word	0
	.word	op_read - table, op_write - table, op_hvc - table, op_smc - table
	.word	op_call - table, op_insn - table, op_fill - table, op_check - table
	.word	op_zero - table, op_wfi - table, op_sizes - table, op_pair - table
	.word	op_cache - table, op_excl - table

op_read:
	ldr	x0, [x2]
	ret
op_write:
	str	x3, [x2]
	ret
op_hvc:
	mov	x0, x2
	mov	x1, x3
	mov	x2, x4
	mov	x3, x28
	hvc	#0
	ret
op_smc:
	mov	x0, x2
	mov	x1, x3
	mov	x2, x4
	mov	x3, x28
	smc	#0
	ret
op_insn:
	adr	x5, guest_agent
	add	x5, x5, #4096
	str	w2, [x5]
	imm	x6, 0xd65f03c0		// RET
	str	w6, [x5, #4]
	dc	cvau, x5
	dsb	ish
	ic	ivau, x5
	dsb	ish
	isb
	mov	x2, x5
op_call:
	mov	x29, x30
	mov	x0, x3
	blr	x2
	mov	x30, x29
	ret
op_fill:
	add	x3, x3, x2
1:	add	x5, x2, x4
	str	x5, [x2], #8
	cmp	x2, x3
	b.lo	1b
	ret
op_check:
	add	x3, x3, x2
1:	add	x5, x2, x4
	ldr	x6, [x2], #8
	cmp	x5, x6
	cinc	x0, x0, ne
	cmp	x2, x3
	b.lo	1b
	ret
op_zero:
	add	x3, x3, x2
1:	ldr	x6, [x2], #8
	cmp	x6, #0
	cinc	x0, x0, ne
	cmp	x2, x3
	b.lo	1b
	ret
op_wfi:
	wfi
	isb
	mrs	x0, cntvct_el0
	ret
op_sizes:
	ldrb	w5, [x2]
	str	x5, [x28, #WIN_REPORT]
	ldrh	w5, [x2]
	str	x5, [x28, #WIN_REPORT + 8]
	ldr	w5, [x2]
	str	x5, [x28, #WIN_REPORT + 16]
	ldr	x5, [x2]
	str	x5, [x28, #WIN_REPORT + 24]
	ldrsb	x5, [x2]
	str	x5, [x28, #WIN_REPORT + 32]
	ldrsh	w5, [x2]
	str	x5, [x28, #WIN_REPORT + 40]
	ldrsw	x5, [x2]
	str	x5, [x28, #WIN_REPORT + 48]
	ldr	xzr, [x2]
	mov	w5, #0x1234
	strb	w5, [x28, #WIN_REPORT + 56]
	ret
op_pair:
	ldp	x5, x6, [x2]
	add	x0, x5, x6
	ret
op_cache:
	dc	civac, x2
	dsb	sy
	ret
op_excl:
	ldxr	x0, [x2]
	clrex
	ret

	.org	guest_agent + 0x800
vectors:
	.org	guest_agent + 0xa00	// of EL1 with SP_EL1: synchronous
	mrs	x27, esr_el1
	mrs	x26, far_el1
	lsr	x25, x27, #27
	cmp	x25, #0x20 >> 1		// a fetch: back to the caller
	b.eq	1f
	mrs	x25, elr_el1
	add	x25, x25, #4
	msr	elr_el1, x25
	eret
1:	msr	elr_el1, x30
	eret
	.org	guest_agent + 0xa80	// IRQ
	mrs	x25, S3_0_C12_C12_0
	str	x25, [x28, #WIN_REPORT + 0x80]
	msr	S3_0_C12_C12_1, x25
	eret
	.org	guest_agent + 0xb80	// SError
	mov	x25, #0xbad
	str	x25, [x28, #WIN_REPORT + 0x88]
	eret
guest_end guest_agent
