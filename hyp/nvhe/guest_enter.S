/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Into a guest and back. EL2's stack while a guest runs, from low to high: the vCPU,
 * x19 to x30 of guest_enter()'s caller. The vectors (nvhe/vectors.S) put the guest's
 * x0 and x1 below that, then come here.
 */
#include <linux/linkage.h>
#include <asm/assembler.h>
#include "nvhe/cpu_asm.h"

	.text
/* u64 guest_enter(struct hyp_vcpu *v): LEAVE_*; all is switched but x[], PC, PSTATE */
	.globl	guest_enter
guest_enter:
	sub	sp, sp, #112
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	x29, x30, [sp, #96]
	str	x0, [sp]
	mov	x19, x0

guest_resume:				// x19: the vCPU
	ldp	x2, x3, [x19, #VCPU_PC]
	msr	elr_el2, x2
	msr	spsr_el2, x3
	mov	x0, x19
	ldp	x2, x3, [x0, #16]
	ldp	x4, x5, [x0, #32]
	ldp	x6, x7, [x0, #48]
	ldp	x8, x9, [x0, #64]
	ldp	x10, x11, [x0, #80]
	ldp	x12, x13, [x0, #96]
	ldp	x14, x15, [x0, #112]
	ldp	x16, x17, [x0, #128]
	ldp	x18, x19, [x0, #144]
	ldp	x20, x21, [x0, #160]
	ldp	x22, x23, [x0, #176]
	ldp	x24, x25, [x0, #192]
	ldp	x26, x27, [x0, #208]
	ldp	x28, x29, [x0, #224]
	ldr	x30, [x0, #240]
	ldp	x0, x1, [x0]
	eret
	dsb	nsh			// no speculation past the return
	isb

	/* All of the guest to its vCPU, x19 = the vCPU; no register of it is left in use. */
	.macro	save_guest
	ldr	x0, [sp, #16]
	stp	x2, x3, [x0, #16]
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	stp	x18, x19, [x0, #144]
	stp	x20, x21, [x0, #160]
	stp	x22, x23, [x0, #176]
	stp	x24, x25, [x0, #192]
	stp	x26, x27, [x0, #208]
	stp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0]
	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	stp	x2, x3, [x0, #VCPU_PC]
	mov	x19, x0
	mov	x29, xzr
	mov	x30, xzr
	.endm

	.macro	sync_handler
	mov	x0, x19
	bl	guest_trap
	cbz	x0, guest_resume
	b	guest_leave
	.endm

	.macro	other_handler, reason
	mov	x0, #\reason
	b	guest_leave
	.endm

	.macro	guest_handlers, suffix, fw
	.balign	0x80
	.globl	guest_sync\suffix
guest_sync\suffix:
	save_guest
	.ifnb	\fw
	firmware_call \fw
	.endif
	sync_handler
	.globl	guest_irq\suffix
guest_irq\suffix:
	save_guest
	.ifnb	\fw
	firmware_call \fw
	.endif
	other_handler LEAVE_IRQ
	.globl	guest_serror\suffix
guest_serror\suffix:
	save_guest
	.ifnb	\fw
	firmware_call \fw
	.endif
	other_handler LEAVE_SERROR
	.endm

	guest_handlers
	guest_handlers _fw3, FW_WORKAROUND_3
	guest_handlers _fw1, FW_WORKAROUND_1

	/*
	 * An SError that the guest caused may still be on its way. It has to be taken
	 * here: the host would find it at EL1, with a syndrome about the guest. With
	 * FEAT_RAS, ESB moves it to DISR_EL1, which nvhe/guest.c clears; without, it
	 * is pending after the DSB, and is taken in the window.
	 */
guest_leave:
	dsb	sy
	hint	#16			// ESB
	mrs	x1, isr_el1
	tbz	x1, #8, 1f		// A
	mov	x0, #LEAVE_SERROR
	msr	daifclr, #4
guest_serror_window:
	isb
	msr	daifset, #4
1:	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp, #96]
	add	sp, sp, #112
	ret

	/*
	 * SError at EL2 under a guest's vectors. Expected at the window's two
	 * instructions only: back there with SError masked.
	 */
	.globl	guest_self_serror
guest_self_serror:
	stp	x0, x1, [sp, #-16]!
	mrs	x0, elr_el2
	adr	x1, guest_serror_window
	sub	x0, x0, x1
	cmp	x0, #4
	b.hi	2f
	mrs	x0, spsr_el2
	orr	x0, x0, #(1 << 8)	// A
	msr	spsr_el2, x0
	ldp	x0, x1, [sp], #16
	eret
	dsb	nsh
	isb
2:	ldp	x0, x1, [sp], #16
	msr	tpidr_el0, x0
	mov	x0, #7
	b	panic_entry
