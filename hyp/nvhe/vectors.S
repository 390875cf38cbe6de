/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EL2's exception vectors. Five tables for the host, and five for a guest, that differ
 * only in what they run before anything else on an entry from EL1 or EL0: nothing, the branch-history loop,
 * CLRBHB, or a call to the firmware (ARCH_WORKAROUND_3 or 1). A table a CPU and not a branch:
 * a conditional branch ahead of the sequence would itself be trained by the
 * host (Arm, Spectre-BHB white paper). Each CPU's VBAR_EL2 picks its table
 * (nvhe/errata.c); the guest's is there from entry to exit (nvhe/guest.c).
 */
#include <linux/linkage.h>
#include <asm/assembler.h>
#include "nvhe/cpu_asm.h"

	.macro	bhb_none
	.endm

	/* The loop of nvhe/errata.h: count taken from this CPU's record. */
	.macro	bhb_loop
	mrs	x0, tpidr_el2
	ldr	x0, [x0, #CPU_BHB_LOOPS]
1:	b	2f
2:	subs	x0, x0, #1
	b.ne	1b
	dsb	nsh
	isb
	.endm

	.macro	bhb_clear
	hint	#22			// CLRBHB
	isb
	.endm

	/* The call is made in the handler, once all registers are saved. */
	.macro	bhb_in_handler
	.endm

	.macro	from_host, mitigate, handler
	.balign	0x80
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	\mitigate
	b	\handler
	.endm

	/* An exception of EL2's own: EL2 is wrong. The host's TPIDR_EL0 is lost. */
	.macro	from_self, kind
	.balign	0x80
	msr	tpidr_el0, x0
	mov	x0, #\kind
	b	panic_entry
	.endm

	.macro	vector_table, name, mitigate, handler=host_sync
	.balign	0x800
	.globl	\name
\name:
	from_self 0
	from_self 1
	from_self 2
	from_self 3
	from_self 4
	from_self 5
	from_self 6
	from_self 7
	from_host \mitigate, \handler
	from_host \mitigate, host_other
	from_host \mitigate, host_other
	from_host \mitigate, host_other
	from_host \mitigate, \handler
	from_host \mitigate, host_other
	from_host \mitigate, host_other
	from_host \mitigate, host_other
	.endm

	/*
	 * From a guest: the stack is guest_enter()'s, with the vCPU on top. Each kind
	 * has its handler in nvhe/guest_enter.S.
	 */
	.macro	from_guest, mitigate, handler
	.balign	0x80
	stp	x0, x1, [sp, #-16]!
	\mitigate
	b	\handler
	.endm

	.macro	guest_table, name, mitigate, fw
	.balign	0x800
	.globl	\name
\name:
	from_self 0
	from_self 1
	from_self 2
	from_self 3
	from_self 4
	from_self 5
	from_self 6
	.balign	0x80
	b	guest_self_serror
	.rept	2
	from_guest \mitigate, guest_sync\fw
	from_guest \mitigate, guest_irq\fw
	from_guest \mitigate, guest_irq\fw
	from_guest \mitigate, guest_serror\fw
	.endr
	.endm

	.text
	vector_table vectors_plain, bhb_none
	vector_table vectors_bhb_loop, bhb_loop
	vector_table vectors_clrbhb, bhb_clear
	vector_table vectors_bhb_fw, bhb_in_handler, host_sync_fw3
	vector_table vectors_bhb_fw1, bhb_in_handler, host_sync_fw1

	guest_table guest_vectors_plain, bhb_none
	guest_table guest_vectors_bhb_loop, bhb_loop
	guest_table guest_vectors_clrbhb, bhb_clear
	guest_table guest_vectors_bhb_fw, bhb_in_handler, _fw3
	guest_table guest_vectors_bhb_fw1, bhb_in_handler, _fw1

	/* Until a CPU is set up nothing of a lower level runs: all is panic. */
	.balign	0x800
	.globl	vectors_panic
vectors_panic:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	from_self \n
	.endr

	/* x2 to x30 to the frame; the vector has stored x0 and x1. */
	.macro	save_host
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
	.endm

	.macro	handle_host
	mov	x0, sp
	mov	x29, xzr
	mov	x30, xzr
	bl	host_trap
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	add	sp, sp, #FRAME_SIZE
	eret
	dsb	nsh			// no speculation past the return
	isb
	.endm

	.balign	0x80
host_sync:
	save_host
	handle_host

host_sync_fw3:
	save_host
	firmware_call FW_WORKAROUND_3
	handle_host

host_sync_fw1:
	save_host
	firmware_call FW_WORKAROUND_1
	handle_host

	/* IRQ, FIQ and SError of the host are routed to EL1: none comes here. */
host_other:
	ldp	x0, x1, [sp]
	add	sp, sp, #FRAME_SIZE
	msr	tpidr_el0, x0
	mov	x0, #16

/*
 * x0 = which vector, the old x0 in TPIDR_EL0. The stack cannot be trusted (it may
 * be what overflowed): registers go to this CPU's page, if it has one, and the
 * panic runs on the panic stack.
 */
	.globl	panic_entry
panic_entry:
	msr	daifset, #0xf
	msr	tpidrro_el0, x1
	mrs	x1, tpidr_el2
	cbnz	x1, 1f
	adr_l	x1, panic_regs_early - CPU_PANIC_REGS
1:	add	x1, x1, #CPU_PANIC_REGS
	stp	x2, x3, [x1, #16]
	stp	x4, x5, [x1, #32]
	stp	x6, x7, [x1, #48]
	stp	x8, x9, [x1, #64]
	stp	x10, x11, [x1, #80]
	stp	x12, x13, [x1, #96]
	stp	x14, x15, [x1, #112]
	stp	x16, x17, [x1, #128]
	stp	x18, x19, [x1, #144]
	stp	x20, x21, [x1, #160]
	stp	x22, x23, [x1, #176]
	stp	x24, x25, [x1, #192]
	stp	x26, x27, [x1, #208]
	stp	x28, x29, [x1, #224]
	mov	x3, sp
	stp	x30, x3, [x1, #240]
	mov	x2, x0
	mrs	x4, tpidr_el0
	mrs	x5, tpidrro_el0
	stp	x4, x5, [x1]
	mov	x0, x2
	b	panic_on_own_stack

/* void panic_switch_stack(int vector, u64 *regs): takes the panic stack once */
panic_on_own_stack:
	adr_l	x2, panic_owner
	mrs	x3, tpidr_el2
	orr	x3, x3, #1
	adr_l	x4, hyp_locks_live
	ldr	w4, [x4]
	cbz	w4, 3f			// MMU off: one CPU, and no exclusives
2:	ldaxr	x4, [x2]
	cmp	x4, x3
	b.eq	panic_nested
	cbnz	x4, panic_halt		// another CPU panics already and ends us all
	stlxr	w4, x3, [x2]
	cbnz	w4, 2b
3:	adr_l	x2, _panic_stack_top
	mov	sp, x2
	mov	x29, xzr
	mov	x30, xzr
	bl	hyp_panic_exception

	/* A panic in the panic: nothing can be printed; a reset, never a hang. */
panic_nested:
	mov	w0, #0x0009		// PSCI_0_2_FN_SYSTEM_RESET
	movk	w0, #0x8400, lsl #16
	smc	#0

	.globl	panic_halt
panic_halt:
	wfe
	b	panic_halt
