/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PSCI between host and firmware. Firmware is only ever given EL2's own entry
 * point, so no CPU runs the host before it has passed EL2. What the host asked
 * for waits in struct hyp_cpu until the CPU arrives.
 *
 *	CPU_OFF --CPU_ON call--> CPU_ON_PENDING --arrival--> CPU_ON
 *	CPU_ON_PENDING --firmware refuses--> CPU_OFF
 *	CPU_ON --CPU_OFF call--> CPU_OFF --firmware refuses--> CPU_ON
 *
 * Only the caller who made it so, or the arrival, ends CPU_ON_PENDING. A suspended
 * CPU is CPU_ON. Every edge is taken under psci_lock; no lock is held over a call to
 * the firmware, CPU_ON_PENDING stands for it instead.
 */
#ifndef NVHE_PSCI_H
#define NVHE_PSCI_H

#include <linux/types.h>

#include "boot/info.h"
#include "nvhe/cpu.h"
#include "nvhe/smccc.h"

/* PSCI 1.3 (Arm DEN0022 F): not in every supported kernel's uapi/linux/psci.h. */
#define PSCI_FN_CPU_FREEZE		0x8400000bU
#define PSCI_FN_CPU_DEFAULT_SUSPEND	0x8400000cU
#define PSCI_FN64_CPU_DEFAULT_SUSPEND	0xc400000cU
#define PSCI_FN_NODE_HW_STATE		0x8400000dU
#define PSCI_FN_STAT_RESIDENCY		0x84000010U
#define PSCI_FN_STAT_COUNT		0x84000011U
#define PSCI_FN_SYSTEM_OFF2		0x84000015U
#define PSCI_FN64_SYSTEM_OFF2		0xc4000015U

/* What policy decides about the host's PSCI calls; defined in hyp/pkvm/. */
struct psci_policy {
	/* Is the page at @pa the host's? No locks held. */
	bool (*may_execute)(u64 pa);
	/*
	 * The host asked for the PSCI version, as every kernel does when it boots.
	 * @ttbr1: TTBR1_EL1 of the caller; @alone: all other CPUs of a machine with
	 * more than one are off. No locks held.
	 */
	void (*version_asked)(u64 ttbr1, bool alone);
	/*
	 * This CPU may lose its registers (CPU_OFF, a suspend): nothing of a guest may
	 * stay in them. No locks held.
	 */
	void (*cpu_leaves)(void);
	/* The machine is about to be reset or switched off. No locks held. */
	void (*power_down)(void);
};

extern const struct psci_policy psci_policy;

/**
 * psci_init - read what the firmware has
 * @info: kept, as smc_init() does, which this calls
 *
 * Once, on the boot CPU, before the host runs; hyp_cpus must be there.
 *
 * Return: NULL, or why the machine cannot be held (no PSCI 0.2 or later by SMC).
 */
const char *psci_init(const struct boot_info *info);

/**
 * psci_boot_cpu - the CPU that booted EL2 is on
 * @cpu: the running CPU
 */
void psci_boot_cpu(struct hyp_cpu *cpu);

/**
 * psci_cpu_arrived - a CPU came from the firmware, by CPU_ON or out of a suspend
 * @cpu: the running CPU
 * @entry: out: physical address where the host is entered, EL1, MMU off
 * @context: out: x0 there
 *
 * After this CPU's EL2 registers are set up, MMU on. Takes psci_lock. Does not
 * return for a CPU that nobody asked for: it goes off again, with a message.
 */
void psci_cpu_arrived(struct hyp_cpu *cpu, u64 *entry, u64 *context);

/* Answers of the filter's table, see struct smc_rule. */
void psci_version(struct smccc_regs *regs);
void psci_features(struct smccc_regs *regs);
void psci_cpu_on(struct smccc_regs *regs);
void psci_cpu_off(struct smccc_regs *regs);
void psci_cpu_suspend(struct smccc_regs *regs);
void psci_cpu_default_suspend(struct smccc_regs *regs);
void psci_system_suspend(struct smccc_regs *regs);
void psci_system_end(struct smccc_regs *regs);
void psci_system_reset2(struct smccc_regs *regs);
void psci_system_off2(struct smccc_regs *regs);
void psci_mem_protect(struct smccc_regs *regs);

#endif
