/* SPDX-License-Identifier: GPL-2.0-only */
/* What assembly and C share: offsets are checked in nvhe/cpu.c and nvhe/guest.c. */
#ifndef NVHE_CPU_ASM_H
#define NVHE_CPU_ASM_H

#define CPU_STACK_TOP		0
#define CPU_BHB_LOOPS		48
#define CPU_PANIC_REGS		512
#define FRAME_SIZE		256
#define VCPU_PC			248

#define FW_WORKAROUND_1		0x80008000	/* ARM_SMCCC_ARCH_WORKAROUND_1 */
#define FW_WORKAROUND_3		0x80003fff	/* ARM_SMCCC_ARCH_WORKAROUND_3 */

/* What guest_enter() returns. */
#define LEAVE_TRAP		1	/* guest_trap() wants C: the event is filled */
#define LEAVE_IRQ		2
#define LEAVE_SERROR		3

#ifdef __ASSEMBLY__
	/*
	 * Firmware's workaround takes no argument: what the host had in x1 to x17 is
	 * nobody's business there. No branch before it but direct ones.
	 */
	.macro	firmware_call, fid
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
	mov	x\n, xzr
	.endr
	mov	w0, #(\fid) & 0xffff
	movk	w0, #(\fid) >> 16, lsl #16
	smc	#0
	.endm
#endif

#endif
