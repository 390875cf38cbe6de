/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The filter for the host's SMCs. All of them trap (HCR_EL2.TSC); a call that
 * smc_rules does not list, and that the owner did not allow by pkvm.allow_smc=,
 * ends here with NOT_SUPPORTED. Documentation/smc-filter.rst has the reasons.
 */
#ifndef NVHE_SMC_H
#define NVHE_SMC_H

#include <linux/types.h>

#include "boot/info.h"
#include "nvhe/cpu.h"
#include "nvhe/smccc.h"

/* Which of the two calling conventions a function exists in. */
enum smc_forms { SMC_32 = 1, SMC_64 = 2, SMC_32_64 = 3 };

/* What the firmware must have shown at boot; else NOT_SUPPORTED, as it would say. */
enum smc_need { SMC_NEED_NOTHING, SMC_NEED_SMCCC_1_1, SMC_NEED_SOC_ID, SMC_NEED_TRNG };

/**
 * struct smc_rule - one function that the host may call
 * @name: for documents and tests
 * @fid: function id of the SMC32 form; the SMC64 form has bit 30 set
 * @forms: enum smc_forms
 * @nargs: x1 to x@nargs are arguments; the registers above reach nobody
 * @nret: x0 to x(@nret - 1) are results; the host's other registers stay
 * @need: enum smc_need
 * @answer: gets the arguments (cut to 32 bits for SMC32), everything else 0,
 *	leaves the results. Runs without locks and may take any.
 */
struct smc_rule {
	const char *name;
	u32 fid;
	u8 forms;
	u8 nargs;
	u8 nret;
	u8 need;
	void (*answer)(struct smccc_regs *regs);
};

/* Sorted by fid. */
extern const struct smc_rule smc_rules[];
extern const u32 smc_nr_rules;

/**
 * smc_find - the rule for a function id, in the convention that it names
 * @fid: function id, hint bit clear
 *
 * Return: NULL if no such function passes (pkvm.allow_smc= not looked at).
 */
const struct smc_rule *smc_find(u32 fid);

/**
 * smc_deny - count a denied call, and log the first of its kind
 * @fid: function id, hint bit clear
 *
 * The log takes a bounded number of lines however many ids a host makes up.
 * Any context; takes log_lock.
 */
void smc_deny(u32 fid);

/**
 * smc_relay - an answer that hands the call to the firmware as it is
 * @regs: arguments in, results out
 */
void smc_relay(struct smccc_regs *regs);

/**
 * smc_version - the SMCCC version that the host is told
 *
 * Return: major << 16 | minor; 0: the firmware has none, so the host is told none.
 */
u32 smc_version(void);

/**
 * smc_init - ask the firmware what it has, check pkvm.allow_smc=
 * @info: kept: the filter reads its opt and smc_ids later
 * @psci_version: the firmware's, for SMCCC_VERSION is found through PSCI 1.0
 *
 * Once, on the boot CPU, before the host runs. Called by psci_init().
 */
void smc_init(const struct boot_info *info, u32 psci_version);

/**
 * host_smc - an SMC of the host
 * @r: its registers; x0 upwards get the result. ELR_EL2 is past the SMC already.
 * @imm: the immediate of the instruction, from ESR_EL2.ISS
 *
 * No locks held. May not return (CPU_OFF, suspend, SYSTEM_OFF): the CPU then
 * comes back, if it does, through psci_cpu_arrived().
 */
void host_smc(struct host_frame *r, u32 imm);

#endif
