/* SPDX-License-Identifier: GPL-2.0-only */
/* Offsets that assembly uses; nvhe/cpu.c checks each at compile time. */
#ifndef NVHE_CPU_ASM_H
#define NVHE_CPU_ASM_H

#define CPU_STACK_TOP		0
#define CPU_BHB_LOOPS		48
#define CPU_PANIC_REGS		512
#define FRAME_SIZE		256

#endif
