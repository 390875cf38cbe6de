/* SPDX-License-Identifier: GPL-2.0-only */
/* Symbols of the link (hyp/el2.lds.S) and of assembly. */
#ifndef NVHE_IMAGE_H
#define NVHE_IMAGE_H

#include <linux/types.h>

extern char _start[], _text[], _etext[], _erodata[], _data[], _ebss[], _end[];
extern char _panic_guard[], _panic_stack_top[];
extern char cpu_entry[];
extern char vectors_plain[], vectors_bhb_loop[], vectors_clrbhb[], vectors_bhb_fw[],
	    vectors_bhb_fw1[];

struct hyp_cpu;

void __attribute__((noreturn)) hyp_enter_mmu(struct hyp_cpu *cpu,
					     void (*fn)(struct hyp_cpu *cpu));
void __attribute__((noreturn)) host_enter(u64 entry, u64 x0);
void __attribute__((noreturn)) panic_halt(void);

#endif
