/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a boot loader enters the wrapped image: MMU and data cache off, x0 the
 * device tree (Documentation/arch/arm64/booting.rst of the kernel).
 */
#include <linux/linkage.h>
#include <asm/sysreg.h>
#include <asm/kvm_arm.h>

	.section .head.branch, "ax"
	.globl	_start_branch
_start_branch:
	b	image_entry

	.text
	.balign 4
/*
 * Not at EL2: a kexec of the wrapped file, or a machine whose firmware keeps
 * EL2. The kernel gets every register as the loader left it, x16 and x17 apart.
 */
image_entry:
	mrs	x16, CurrentEL
	cmp	x16, #CurrentEL_EL2
	b.eq	entered_at_el2
	b	enter_kernel

entered_at_el2:
	msr	daifset, #0xf
	mrs	x24, hcr_el2
	mrs	x25, sctlr_el2
	mrs	x26, vbar_el2
	mov	x20, x0
	mov	x21, x1
	mov	x22, x2
	mov	x23, x3

	/* E2H = 0 from here on; if it sticks, cpu_refusal() says so. */
	mov_q	x0, HCR_RW
	msr	hcr_el2, x0
	isb
	mov_q	x0, INIT_SCTLR_EL2_MMU_OFF
	msr	sctlr_el2, x0
	isb

	adrp	x19, _start		// the load address
	bl	relocate
	bl	clear_bss
	adrp	x0, _panic_stack_top
	mov	sp, x0
	adr_l	x0, vectors_panic
	msr	vbar_el2, x0
	isb

	stp	x22, x23, [sp, #-16]!
	stp	x20, x21, [sp, #-16]!
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, sp
	bl	boot_main		// comes back only to pass through

	msr	hcr_el2, x24
	msr	sctlr_el2, x25
	msr	vbar_el2, x26
	isb
	mov	x0, x20
	mov	x1, x21
	mov	x2, x22
	mov	x3, x23

enter_kernel:
	adr_l	x16, image_info_kernel_offset
	ldr	x17, [x16]
	adrp	x16, _start
	add	x16, x16, x17
	br	x16

/* R_AARCH64_RELATIVE only: the link is -pie with everything hidden. x19: load address */
relocate:
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
2:	ret

clear_bss:
	adr_l	x0, _bss
	adr_l	x1, _ebss
1:	cmp	x0, x1
	b.hs	2f
	stp	xzr, xzr, [x0], #16
	b	1b
2:	ret
