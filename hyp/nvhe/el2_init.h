/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EL2's registers for a host that believes to be alone: what the kernel's own
 * EL2 start-up would have enabled, for EL1 instead, and nothing inherited.
 */
#ifndef NVHE_EL2_INIT_H
#define NVHE_EL2_INIT_H

#include <linux/types.h>
#include "nvhe/cpu.h"

/**
 * host_hcr() - HCR_EL2 while the host runs on this CPU
 *
 * Context: any; reads ID registers only, so each CPU asks for itself. Return:
 * the whole register. A caller may add FWB or PTW for its stage 2, never drop.
 */
u64 host_hcr(void);

/**
 * el2_init_cpu_for_host() - set every EL2 register that reaches the host
 * @cpu: the running CPU, after errata_init_cpu()
 *
 * From an unknown state (firmware, boot loader or the host's past), at every
 * entry of a CPU: boot, CPU_ON, return from a suspend. Also puts at 0 the EL1
 * registers whose unknown state would act before the kernel sets them. Not done
 * here: HCR_EL2, SCTLR_EL2, SCTLR_EL1, VBAR_EL2, TPIDR_EL2 and the tables and
 * attributes of EL2's own stage 1 and of stage 2. A register is touched only if
 * this CPU has it and firmware must have opened it
 * (Documentation/arch/arm64/booting.rst of the kernel).
 *
 * Context: EL2, interrupts masked, no locks; ends with an ISB. Cannot fail.
 */
void el2_init_cpu_for_host(struct hyp_cpu *cpu);

#endif
