/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVHE_CPU_INIT_H
#define NVHE_CPU_INIT_H

#include "boot/info.h"
#include "nvhe/cpu.h"

/** cpu_memory() - bytes that the records and stacks of @nr CPUs take */
u64 cpu_memory(u32 nr);

/** cpus_init() - make the records; after hyp_mm_init(). False: no memory. */
bool cpus_init(const struct boot_info *info);

/** cpu_init_this() - set this CPU's EL2 up for the host; MMU on */
void cpu_init_this(struct hyp_cpu *cpu);

/** cpu_arrive() - a CPU entered by firmware: set up, then to the host */
void __attribute__((noreturn)) cpu_arrive(struct hyp_cpu *cpu);

#endif
