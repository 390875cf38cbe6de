/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reset, exception vectors and the way down. Runs from flash at 0, data and stacks
 * in secure RAM.
 */
	.section .text.reset, "ax"
	.global	reset
reset:
	msr	daifset, #0xf
	ldr	x0, =0x30c50830			/* RES1; MMU, caches, alignment check off */
	msr	sctlr_el3, x0
	adr	x0, vectors
	msr	vbar_el3, x0
	isb
	/* index = Aff1 * 16 + Aff0, as QEMU numbers the CPUs of this machine */
	mrs	x1, mpidr_el1
	and	x19, x1, #0xff
	ubfx	x2, x1, #8, #8
	add	x19, x19, x2, lsl #4
	ldr	x3, =stacks
	add	x4, x19, #1
	ldr	x5, =stack_size
	madd	x3, x4, x5, x3
	mov	sp, x3
	cbnz	x19, secondary

	ldr	x0, =data_start
	ldr	x1, =data_end
	ldr	x2, =data_load
1:	cmp	x0, x1
	b.hs	2f
	ldr	x3, [x2], #8
	str	x3, [x0], #8
	b	1b
2:	ldr	x0, =bss_start
	ldr	x1, =bss_end
3:	cmp	x0, x1
	b.hs	4f
	str	xzr, [x0], #8
	b	3b
4:	b	main_boot

	/*
	 * RAM keeps its contents over a reset, so a flag there could be a stale one.
	 * The distributor's Group 0 enable is 0 after reset and comes last in the
	 * boot CPU's set-up.
	 */
secondary:
	ldr	x0, =0x08000000
5:	mov	x2, #4000
6:	subs	x2, x2, #1
	b.ne	6b
	ldr	w1, [x0]
	tbz	w1, #0, 5b
	mov	x0, x19
	b	main_secondary

	/*
	 * enter_lower(entry, x0, spsr, junk, stack_top, first): x1 to x3 are 0 if
	 * first is set; everything else, SIMD registers too, gets junk.
	 */
	.global	enter_lower
enter_lower:
	mov	sp, x4
	msr	elr_el3, x0
	msr	spsr_el3, x2
	mov	x30, x3
	mov	x29, x5
	mov	x0, x1
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	fmov	d\n, x30
	.endr
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28
	eor	x\n, x30, #(1 << \n)
	.endr
	cbz	x29, 1f
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
1:	mov	x29, x30
	eret

	.macro	vector	which
	.balign	0x80
	sub	sp, sp, #256
	stp	x0, x1, [sp]
	mov	x1, #\which
	b	save_and_go
	.endm

	.balign	0x800
vectors:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	vector	\n
	.endr

save_and_go:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	str	x30, [sp, #240]
	mov	x0, sp
	bl	exception
	ldr	x30, [sp, #240]
	ldp	x28, x29, [sp, #224]
	ldp	x26, x27, [sp, #208]
	ldp	x24, x25, [sp, #192]
	ldp	x22, x23, [sp, #176]
	ldp	x20, x21, [sp, #160]
	ldp	x18, x19, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #256
	eret
