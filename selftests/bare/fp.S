/* SPDX-License-Identifier: GPL-2.0-only */
/* FP/SIMD registers as a whole: the C code is built without them. */
	.arch	armv8-a
	.text
/* void fp_fill(const u64 v[64], u64 fpsr, u64 fpcr) */
	.global	fp_fill
fp_fill:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ldr	q\n, [x0], #16
	.endr
	msr	fpsr, x1
	msr	fpcr, x2
	ret
/* void fp_read(u64 v[66]): V0 to V31, then FPSR, FPCR */
	.global	fp_read
fp_read:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	str	q\n, [x0], #16
	.endr
	mrs	x1, fpsr
	mrs	x2, fpcr
	stp	x1, x2, [x0]
	ret
