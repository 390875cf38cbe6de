/* SPDX-License-Identifier: GPL-2.0-only */
/* Entry, vectors, and the calls that C cannot make. */
	.macro	adr_l, reg, sym
	adrp	\reg, \sym
	add	\reg, \reg, :lo12:\sym
	.endm

	.section .head, "ax"
	b	entry
	.long	0

	.text
/* From the wrapped image: EL1, MMU off, x0 = device tree. */
entry:
	msr	daifset, #0xf
	mov	x20, x0
	adrp	x19, _start
	adr_l	x0, _rela_start
	adr_l	x1, _rela_end
1:	cmp	x0, x1
	b.hs	2f
	ldp	x2, x3, [x0]
	ldr	x4, [x0, #16]
	add	x0, x0, #24
	cmp	w3, #1027		// R_AARCH64_RELATIVE
	b.ne	1b
	add	x4, x4, x19
	str	x4, [x19, x2]
	b	1b
2:	adr_l	x0, _bss
	adr_l	x1, _ebss
3:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	3b
	adr_l	x0, boot_stack + 16384
	mov	sp, x0
	mov	x0, x20
	mov	x29, xzr
	mov	x30, xzr
	bl	main_boot
	b	.

/* From PSCI: x0 = struct cpu, whose first field is its stack. */
	.global	cpu_entry
cpu_entry:
	msr	daifset, #0xf
	ldr	x1, [x0]
	mov	sp, x1
	mov	x29, xzr
	mov	x30, xzr
	bl	main_secondary
	b	.

	.macro	vector, n
	.balign	0x80
	sub	sp, sp, #272
	stp	x0, x1, [sp]
	mov	x1, #\n
	b	trap_entry
	.endm

	.balign	0x800
	.global	vectors
vectors:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vector	\n
	.endr

trap_entry:
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
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	stp	x30, x2, [sp, #240]
	str	x3, [sp, #256]
	mov	x0, sp
	bl	trap
	ldp	x30, x2, [sp, #240]
	ldr	x3, [sp, #256]
	msr	elr_el1, x2
	msr	spsr_el1, x3
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
	ldp	x0, x1, [sp], #272
	eret

/* void call_hvc(u64 x[18]), call_smc: x0 to x17 in and out */
	.macro	conduit, name, insn
	.global	\name
\name:
	stp	x29, x30, [sp, #-48]!
	stp	x19, x18, [sp, #16]
	mov	x19, x0
	ldp	x0, x1, [x19]
	ldp	x2, x3, [x19, #16]
	ldp	x4, x5, [x19, #32]
	ldp	x6, x7, [x19, #48]
	ldp	x8, x9, [x19, #64]
	ldp	x10, x11, [x19, #80]
	ldp	x12, x13, [x19, #96]
	ldp	x14, x15, [x19, #112]
	ldp	x16, x17, [x19, #128]
	\insn	#0
	stp	x0, x1, [x19]
	stp	x2, x3, [x19, #16]
	stp	x4, x5, [x19, #32]
	stp	x6, x7, [x19, #48]
	stp	x8, x9, [x19, #64]
	stp	x10, x11, [x19, #80]
	stp	x12, x13, [x19, #96]
	stp	x14, x15, [x19, #112]
	stp	x16, x17, [x19, #128]
	ldp	x19, x18, [sp, #16]
	ldp	x29, x30, [sp], #48
	ret
	.endm
	conduit	call_hvc, hvc
	conduit	call_smc, smc

/*
 * void call_all(u64 x[31]): HVC with x0 to x30 as given, x0 to x30 as they come
 * back. SP is the only register left to find the way home by.
 */
	.global	call_all
call_all:
	stp	x29, x30, [sp, #-112]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	x18, x0, [sp, #96]
	mov	x30, x0
	ldp	x0, x1, [x30]
	ldp	x2, x3, [x30, #16]
	ldp	x4, x5, [x30, #32]
	ldp	x6, x7, [x30, #48]
	ldp	x8, x9, [x30, #64]
	ldp	x10, x11, [x30, #80]
	ldp	x12, x13, [x30, #96]
	ldp	x14, x15, [x30, #112]
	ldp	x16, x17, [x30, #128]
	ldp	x18, x19, [x30, #144]
	ldp	x20, x21, [x30, #160]
	ldp	x22, x23, [x30, #176]
	ldp	x24, x25, [x30, #192]
	ldp	x26, x27, [x30, #208]
	ldp	x28, x29, [x30, #224]
	ldr	x30, [x30, #240]
	hvc	#0
	str	x30, [sp, #-16]!
	ldr	x30, [sp, #16 + 104]
	stp	x0, x1, [x30]
	stp	x2, x3, [x30, #16]
	stp	x4, x5, [x30, #32]
	stp	x6, x7, [x30, #48]
	stp	x8, x9, [x30, #64]
	stp	x10, x11, [x30, #80]
	stp	x12, x13, [x30, #96]
	stp	x14, x15, [x30, #112]
	stp	x16, x17, [x30, #128]
	stp	x18, x19, [x30, #144]
	stp	x20, x21, [x30, #160]
	stp	x22, x23, [x30, #176]
	stp	x24, x25, [x30, #192]
	stp	x26, x27, [x30, #208]
	stp	x28, x29, [x30, #224]
	ldr	x0, [sp], #16
	str	x0, [x30, #240]
	ldr	x18, [sp, #96]
	ldp	x27, x28, [sp, #80]
	ldp	x25, x26, [sp, #64]
	ldp	x23, x24, [sp, #48]
	ldp	x21, x22, [sp, #32]
	ldp	x19, x20, [sp, #16]
	ldp	x29, x30, [sp], #112
	ret

/*
 * u64 probe_*(u64 address, u64 *value): one access that may abort. What the trap
 * handler returns to is the label in cpu.fixup, set by C. 0 or ESR_EL1.
 */
	.macro	probe, name, insn:vararg
	.global	\name
	.global	\name\()_at
\name:
	ldr	x3, [x1]
	mov	x2, xzr
	dsb	sy
\name\()_at:
	\insn
	dsb	sy
	isb
	str	x3, [x1]
	mov	x0, x2
	ret
	.endm
	probe	probe_read, ldr x3, [x0]
	probe	probe_write, str x3, [x0]
	.global	probe_exec
probe_exec:
	stp	x29, x30, [sp, #-16]!
	mov	x2, xzr
	blr	x0
	.global	probe_exec_back
probe_exec_back:
	mov	x0, x2
	ldp	x29, x30, [sp], #16
	ret

	.bss
	.balign	16
boot_stack:
	.skip	16384
