/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loops over one instruction x1 times and reports the counter's ticks: each with the
 * trap, then the same with nothing in its place. Whole runs under -icount.
 */
#include "guest.h"

	.macro	timed, slot, insn:vararg
	isb
	mrs	x20, cntvct_el0
	mov	x19, x27
1:	mov	w0, w26
	\insn
	subs	x19, x19, #1
	b.ne	1b
	isb
	mrs	x21, cntvct_el0
	sub	x21, x21, x20
	str	x21, [x28, #(WIN_REPORT + \slot)]
	.endm

guest	guest_hvc
	mov	x28, x0
	mov	x27, x1
	imm	x26, 0x80000000		// SMCCC_VERSION
	timed	0, nop
	timed	8, hvc	#0
	str	x0, [x28, #WIN_REPORT + 16]
	timed	24, smc	#0
	timed	32, mrs	x1, id_aa64mmfr0_el1
	timed	40, mrs	x1, id_aa64isar1_el1
	/* Exits to the host: a word stored in the window. */
	timed	48, str	xzr, [x28, #WIN_OP]
	timed	56, wfi
	off
guest_end guest_hvc
