/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ways into EL2 other than exceptions, and the way out to the host.
 */
#include <linux/linkage.h>
#include <asm/assembler.h>
#include <asm/sysreg.h>
#include <asm/kvm_arm.h>
#include "nvhe/cpu_asm.h"

	.text
/*
 * Firmware enters a CPU here (CPU_ON, end of a power-down suspend): MMU off,
 * x0 = its struct hyp_cpu, every other register whatever the firmware left,
 * DAIF included.
 */
	.globl	cpu_entry
cpu_entry:
	msr	daifset, #0xf
	mov_q	x1, HCR_RW
	msr	hcr_el2, x1
	isb
	mov_q	x1, INIT_SCTLR_EL2_MMU_OFF
	msr	sctlr_el2, x1
	isb
	adr_l	x1, cpu_arrive

/*
 * void hyp_enter_mmu(struct hyp_cpu *cpu, void (*fn)(struct hyp_cpu *))
 * Turns the MMU on (VA == PA throughout, so nothing moves) and runs fn on the
 * CPU's own stack. Does not return.
 */
	.globl	hyp_enter_mmu
hyp_enter_mmu:
	adr_l	x2, hyp_mmu
	ldp	x3, x4, [x2]		// ttbr0, tcr
	ldr	x5, [x2, #16]		// mair
	msr	ttbr0_el2, x3
	msr	tcr_el2, x4
	msr	mair_el2, x5
	adr_l	x5, vectors_panic
	msr	vbar_el2, x5
	isb
	tlbi	alle2
	tlbi	vmalls12e1
	ic	iallu
	dsb	nsh
	isb
	ldr	x3, [x2, #24]		// sctlr with the MMU on
	msr	sctlr_el2, x3
	isb
	msr	tpidr_el2, x0
	ldr	x3, [x0, #CPU_STACK_TOP]
	mov	sp, x3
	mov	x29, xzr
	mov	x30, xzr
	br	x1

/*
 * void host_enter(u64 entry, u64 x0): the host at EL1, MMU off, as a boot
 * loader or PSCI would enter it. The frame of this CPU's stack is dropped.
 */
	.globl	host_enter
host_enter:
	mrs	x2, tpidr_el2
	ldr	x2, [x2, #CPU_STACK_TOP]
	mov	sp, x2
	msr	elr_el2, x0
	mov	x2, #(PSR_F_BIT | PSR_I_BIT | PSR_A_BIT | PSR_D_BIT | PSR_MODE_EL1h)
	msr	spsr_el2, x2
	mov	x0, x1
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mov	x\n, xzr
	.endr
	eret
	dsb	nsh
	isb

/* void hyp_smc(struct smccc_regs *regs): see nvhe/smccc.h */
	.globl	hyp_smc
hyp_smc:
	stp	x29, x30, [sp, #-32]!
	mov	x29, sp
	stp	x18, x0, [sp, #16]
	mov	x18, x0
	ldp	x0, x1, [x18]
	ldp	x2, x3, [x18, #16]
	ldp	x4, x5, [x18, #32]
	ldp	x6, x7, [x18, #48]
	ldp	x8, x9, [x18, #64]
	ldp	x10, x11, [x18, #80]
	ldp	x12, x13, [x18, #96]
	ldp	x14, x15, [x18, #112]
	ldp	x16, x17, [x18, #128]
	mov	x18, xzr		// not an argument: firmware learns nothing
	smc	#0
	ldr	x18, [sp, #24]
	stp	x0, x1, [x18]
	stp	x2, x3, [x18, #16]
	stp	x4, x5, [x18, #32]
	stp	x6, x7, [x18, #48]
	stp	x8, x9, [x18, #64]
	stp	x10, x11, [x18, #80]
	stp	x12, x13, [x18, #96]
	stp	x14, x15, [x18, #112]
	stp	x16, x17, [x18, #128]
	ldr	x18, [sp, #16]
	ldp	x29, x30, [sp], #32
	ret
