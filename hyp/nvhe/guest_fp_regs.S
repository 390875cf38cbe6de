/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FP/SIMD registers of a guest: the one place of EL2 that touches them. CPTR_EL2.TFP
 * is 0. struct guest_fp: V0 to V31, FPSR, FPCR. A write of V also clears the rest of
 * the SVE register that it is part of.
 */
#include <linux/linkage.h>

	.arch	armv8-a+fp+simd
	.text
	.macro	each_pair, op
	\op	q0, q1, [x0]
	\op	q2, q3, [x0, #32]
	\op	q4, q5, [x0, #64]
	\op	q6, q7, [x0, #96]
	\op	q8, q9, [x0, #128]
	\op	q10, q11, [x0, #160]
	\op	q12, q13, [x0, #192]
	\op	q14, q15, [x0, #224]
	\op	q16, q17, [x0, #256]
	\op	q18, q19, [x0, #288]
	\op	q20, q21, [x0, #320]
	\op	q22, q23, [x0, #352]
	\op	q24, q25, [x0, #384]
	\op	q26, q27, [x0, #416]
	\op	q28, q29, [x0, #448]
	\op	q30, q31, [x0, #480]
	.endm

/* void guest_fp_regs_load(const struct guest_fp *fp) */
	.globl	guest_fp_regs_load
guest_fp_regs_load:
	each_pair ldp
	add	x0, x0, #512
	ldp	x1, x2, [x0]
	msr	fpsr, x1
	msr	fpcr, x2
	ret

/* void guest_fp_regs_take(struct guest_fp *fp): saves and clears */
	.globl	guest_fp_regs_take
guest_fp_regs_take:
	each_pair stp
	mrs	x1, fpsr
	mrs	x2, fpcr
	add	x0, x0, #512
	stp	x1, x2, [x0]
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	movi	v\n\().2d, #0
	.endr
	msr	fpsr, xzr
	msr	fpcr, xzr
	ret
