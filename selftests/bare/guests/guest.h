/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small guests: position independent, one page, MMU off. Each starts with x0 = the
 * address of its window to the host (MMIO), x1 to x7 as the test set them. RAM is
 * the page of the code, and as many behind it as the test gave.
 */
#ifndef BARE_GUEST_H
#define BARE_GUEST_H

/* The window: words that the guest loads, and words that it stores. */
#define WIN_OP		0x00
#define WIN_A		0x08
#define WIN_B		0x10
#define WIN_C		0x18
#define WIN_RESULT	0x20
#define WIN_FAR		0x28
#define WIN_DONE	0x30	/* stored last: ESR_EL1 of an exception, or 0 */
#define WIN_REPORT	0x40	/* words that tests know */

/* What guest_agent does: OP, its arguments A, B, C; RESULT. */
#define OP_READ		1	/* load 64 bits from A */
#define OP_WRITE	2	/* store B at A */
#define OP_HVC		3	/* x0 = A, x1 = B, x2 = C, x3 = the window; x0 */
#define OP_SMC		4
#define OP_CALL		5	/* branch to A with x0 = B; x0 */
#define OP_INSN		6	/* write the instruction A behind the code page, run it; x0 = B; x0 */
#define OP_FILL		7	/* store A + offset + C over B bytes from A */
#define OP_CHECK	8	/* words of B bytes from A that are not as OP_FILL left them */
#define OP_ZERO		9	/* words of B bytes from A that are not 0 */
#define OP_WFI		10	/* WFI; x0 = CNTVCT */
#define OP_SIZES	11	/* loads of A by 1, 2, 4, 8 bytes and sign-extended: REPORT words */
#define OP_PAIR		12	/* LDP from A: no syndrome */
#define OP_CACHE	13	/* DC CIVAC at A */
#define OP_EXCL		14	/* LDXR from A */

#ifdef __ASSEMBLER__
	.macro	guest, name
	.section .guest, "ax"
	.balign	4096
	.global	\name
	.hidden	\name
\name:
	.endm
	.macro	guest_end, name
	.global	\name\()_end
	.hidden	\name\()_end
\name\()_end:
	.endm
	.macro	imm, reg, value
	movz	\reg, #((\value) & 0xffff)
	movk	\reg, #((\value) >> 16 & 0xffff), lsl #16
	.endm
	.macro	off
	imm	x0, 0x84000008
	hvc	#0
	b	.
	.endm
#endif

#endif
