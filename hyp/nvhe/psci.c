// SPDX-License-Identifier: GPL-2.0-only
/*
 * PSCI relay. Arm DEN0022 (PSCI 1.3) is the contract on both sides: towards the
 * host we are the firmware, towards the firmware we are the only caller.
 *
 * The attack on all of it: a host that gets a CPU to run its own code at EL2, by
 * an entry point that reaches the firmware unreplaced, or that gets a CPU into
 * EL1 without the stage 2, traps and EL2 state that its siblings have.
 */
#include <linux/types.h>
#include <linux/arm-smccc.h>
#include <uapi/linux/psci.h>

#include "nvhe/check.h"
#include "nvhe/cpu.h"
#include "nvhe/guest.h"
#include "nvhe/lock.h"
#include "nvhe/log.h"
#include "nvhe/psci.h"
#include "nvhe/smc.h"
#include "nvhe/smccc.h"
#include "nvhe/sysreg.h"

#define PSCI_VERSION_0_2	0x00002
#define PSCI_VERSION_1_0	0x10000
/* The newest whose functions this file and the filter's table were read against. */
#define PSCI_VERSION_KNOWN	0x10003

/* Affinity fields of a target CPU; the other bits of the argument must be 0. */
#define PSCI_AFFINITY		0xff00ffffffULL

#define RESET2_VENDOR		(1U << 31)
#define OFF2_HIBERNATE		1U

/* What the firmware said at boot; fixed after psci_init(). */
static struct {
	u32 version;
	u32 power_down_bit;	/* of CPU_SUSPEND's power_state: two formats */
} psci_fw;

/* Guards hyp_cpu.power, and hyp_cpu.resume of CPUs that are not CPU_ON. */
static struct hyp_lock psci_lock = HYP_LOCK(RANK_PSCI);

static s64 psci_call(u32 fid, u64 arg)
{
	struct smccc_regs regs = { .x = { fid, arg } };

	hyp_smc(&regs);
	return (s32)regs.x[0];
}

static void psci_set_error(struct smccc_regs *regs, s32 error)
{
	regs->x[0] = (u64)(s64)error;
}

const char *psci_init(const struct boot_info *info)
{
	s64 version = psci_call(PSCI_0_2_FN_PSCI_VERSION, 0);
	s64 features = 0;

	/* 0.1 has no fixed ids, and answers what it likes to this one. */
	if (version < PSCI_VERSION_0_2)
		return "the firmware has no PSCI 0.2 or later behind SMC";

	if (version >= PSCI_VERSION_1_0)
		features = psci_call(PSCI_1_0_FN_PSCI_FEATURES, PSCI_0_2_FN64_CPU_SUSPEND);
	psci_fw.version = version;
	psci_fw.power_down_bit = PSCI_0_2_POWER_STATE_TYPE_MASK;
	if (features > 0 && (features & PSCI_1_0_FEATURES_CPU_SUSPEND_PF_MASK))
		psci_fw.power_down_bit = PSCI_1_0_EXT_POWER_STATE_TYPE_MASK;
	smc_init(info, psci_fw.version);
	return NULL;
}

void psci_boot_cpu(struct hyp_cpu *cpu)
{
	hyp_lock(&psci_lock);
	cpu->power = CPU_ON;
	hyp_unlock(&psci_lock);
}

/* Is every CPU off but the caller, on a machine that has others? */
static bool psci_alone(void)
{
	u32 i, running = 0;

	hyp_lock(&psci_lock);
	for (i = 0; i < hyp_nr_cpus; i++)
		running += hyp_cpus[i]->power != CPU_OFF;
	hyp_unlock(&psci_lock);
	return hyp_nr_cpus > 1 && running == 1;
}

void psci_version(struct smccc_regs *regs)
{
	psci_policy.version_asked(sysreg_read(TTBR1_EL1), psci_alone());
	regs->x[0] = psci_fw.version < PSCI_VERSION_KNOWN ? psci_fw.version : PSCI_VERSION_KNOWN;
}

/* Either form of an id in PSCI's range. */
static bool psci_owns(u32 fid)
{
	return (fid & ~(PSCI_0_2_64BIT | 0x1fU)) == PSCI_0_2_FN_BASE;
}

/*
 * Only functions that pass the filter: one that the firmware has and the host
 * may not call must look absent, or the host builds on it.
 */
void psci_features(struct smccc_regs *regs)
{
	u32 fid = regs->x[1];

	if (psci_fw.version < PSCI_VERSION_1_0)
		psci_set_error(regs, PSCI_RET_NOT_SUPPORTED);
	else if (fid == ARM_SMCCC_VERSION_FUNC_ID)
		psci_set_error(regs, smc_version() ? 0 : PSCI_RET_NOT_SUPPORTED);
	else if (!psci_owns(fid) || !smc_find(fid))
		psci_set_error(regs, PSCI_RET_NOT_SUPPORTED);
	else
		smc_relay(regs);
}

/*
 * An entry point that the host may be sent to. A page that leaves the host
 * between this check and the arrival faults there like any other access, so
 * this is for a clean error and not for safety.
 */
static s32 psci_check_entry(u64 entry)
{
	if (!(entry & 3) && psci_policy.may_execute(entry))
		return PSCI_RET_SUCCESS;
	/* INVALID_ADDRESS came with 1.0. */
	return psci_fw.version < PSCI_VERSION_1_0 ? PSCI_RET_INVALID_PARAMS :
						    PSCI_RET_INVALID_ADDRESS;
}

/* Reserve @cpu for one caller: two that ask at once must not both fill resume. */
static s32 psci_claim(struct hyp_cpu *cpu, u64 entry, u64 context)
{
	s32 ret = PSCI_RET_SUCCESS;

	hyp_lock(&psci_lock);
	if (cpu->power == CPU_ON) {
		ret = PSCI_RET_ALREADY_ON;
	} else if (cpu->power == CPU_ON_PENDING) {
		ret = PSCI_RET_ON_PENDING;
	} else {
		cpu->power = CPU_ON_PENDING;
		cpu->resume.entry = entry;
		cpu->resume.context = context;
	}
	hyp_unlock(&psci_lock);
	return ret;
}

/* The firmware would not start @cpu, so it cannot have arrived. */
static void psci_unclaim(struct hyp_cpu *cpu)
{
	hyp_lock(&psci_lock);
	if (cpu->power == CPU_ON_PENDING)
		cpu->power = CPU_OFF;
	hyp_unlock(&psci_lock);
}

/*
 * A 32-bit call is relayed as the 64-bit one, here and in the suspends: EL2's
 * entry point may lie above 4 GiB.
 */
void psci_cpu_on(struct smccc_regs *regs)
{
	u64 target = regs->x[1], entry = regs->x[2], context = regs->x[3];
	struct hyp_cpu *cpu = NULL;
	s32 ret;

	if (!(target & ~PSCI_AFFINITY))
		cpu = hyp_cpu_by_mpidr(target);
	/* EL2 has no stack for a CPU that the device tree did not have. */
	ret = cpu ? psci_check_entry(entry) : PSCI_RET_INVALID_PARAMS;
	if (!ret)
		ret = psci_claim(cpu, entry, context);
	if (ret) {
		psci_set_error(regs, ret);
		return;
	}

	*regs = (struct smccc_regs){
		.x = { PSCI_0_2_FN64_CPU_ON, target, hyp_cpu_entry_pa(), hyp_cpu_context_pa(cpu) },
	};
	hyp_smc(regs);
	if ((s32)regs->x[0] != PSCI_RET_SUCCESS)
		psci_unclaim(cpu);
}

/*
 * The firmware refused to switch this CPU off. A claim of it that came in meanwhile
 * must not be overwritten: another CPU_OFF could follow, and then the claimer's
 * call succeed for a CPU that counts as off. It is waited for: the firmware refuses
 * it, as this CPU is on.
 */
static void psci_stay_on(struct hyp_cpu *cpu)
{
	bool claimed;

	do {
		hyp_lock(&psci_lock);
		claimed = cpu->power == CPU_ON_PENDING;
		if (!claimed)
			cpu->power = CPU_ON;
		hyp_unlock(&psci_lock);
	} while (claimed);
}

/*
 * Marked off before the firmware knows: from here on this CPU runs nothing of
 * the host. A CPU_ON that comes in between gets the firmware's ALREADY_ON.
 */
void psci_cpu_off(struct smccc_regs *regs)
{
	struct hyp_cpu *cpu = this_cpu();

	psci_policy.cpu_leaves();
	hyp_lock(&psci_lock);
	cpu->power = CPU_OFF;
	hyp_unlock(&psci_lock);

	guest_fp_flush();
	hyp_smc(regs);
	psci_stay_on(cpu);
}

/*
 * This CPU is CPU_ON, so no CPU_ON call writes its resume; arrival reads it here. A
 * guest's FP registers would not survive, or firmware would see them.
 */
static void psci_leave(u64 entry, u64 context)
{
	struct hyp_cpu *cpu = this_cpu();

	psci_policy.cpu_leaves();
	cpu->resume.entry = entry;
	cpu->resume.context = context;
	guest_fp_flush();
}

/*
 * The entry point is replaced in standby too, where the firmware should not look
 * at it: were a state taken for the wrong kind, the host would own EL2.
 */
void psci_cpu_suspend(struct smccc_regs *regs)
{
	u64 state = regs->x[1], entry = regs->x[2], context = regs->x[3];
	s32 ret = PSCI_RET_SUCCESS;

	if (state & psci_fw.power_down_bit)
		ret = psci_check_entry(entry);
	if (ret) {
		psci_set_error(regs, ret);
		return;
	}

	psci_leave(entry, context);
	regs->x[0] = PSCI_0_2_FN64_CPU_SUSPEND;
	regs->x[2] = hyp_cpu_entry_pa();
	regs->x[3] = hyp_cpu_context_pa(this_cpu());
	hyp_smc(regs);
}

/* Suspends that always power down, with only an entry point and a context. */
static void psci_power_down(struct smccc_regs *regs, u32 fid64)
{
	u64 entry = regs->x[1], context = regs->x[2];
	s32 ret = psci_check_entry(entry);

	if (ret) {
		psci_set_error(regs, ret);
		return;
	}

	psci_leave(entry, context);
	regs->x[0] = fid64;
	regs->x[1] = hyp_cpu_entry_pa();
	regs->x[2] = hyp_cpu_context_pa(this_cpu());
	hyp_smc(regs);
}

void psci_cpu_default_suspend(struct smccc_regs *regs)
{
	psci_power_down(regs, PSCI_FN64_CPU_DEFAULT_SUSPEND);
}

void psci_system_suspend(struct smccc_regs *regs)
{
	psci_power_down(regs, PSCI_1_0_FN64_SYSTEM_SUSPEND);
}

/* DRAM often outlives a reset, and even a short power-off: policy wipes first. */
void psci_system_end(struct smccc_regs *regs)
{
	psci_policy.power_down();
	hyp_smc(regs);
}

/*
 * Vendor reset types lead to download modes and RAM dumps by firmware, EL2's and
 * guests' memory included. Only the architectural warm reset passes.
 */
void psci_system_reset2(struct smccc_regs *regs)
{
	if ((u32)regs->x[1] & RESET2_VENDOR) {
		smc_deny(regs->x[0]);
		psci_set_error(regs, PSCI_RET_INVALID_PARAMS);
		return;
	}
	psci_system_end(regs);
}

void psci_system_off2(struct smccc_regs *regs)
{
	/* 0 stands for the only type that there is. */
	if ((u32)regs->x[1] & ~OFF2_HIBERNATE) {
		smc_deny(regs->x[0]);
		psci_set_error(regs, PSCI_RET_INVALID_PARAMS);
		return;
	}
	psci_system_end(regs);
}

/*
 * With protection on, firmware overwrites memory before a cold boot hands it
 * out. A host that turns it off again can pull the reset line and read on.
 */
void psci_mem_protect(struct smccc_regs *regs)
{
	if (!(u32)regs->x[1]) {
		smc_deny(regs->x[0]);
		psci_set_error(regs, PSCI_RET_DENIED);
		return;
	}
	smc_relay(regs);
}

/* Nobody asked for this CPU: there is no host state for it, so it cannot go on. */
static void __attribute__((noreturn)) psci_park(const struct hyp_cpu *cpu)
{
	hyp_err("psci: CPU %u came from the firmware unasked; switching it off\n", cpu->index);
	for (;;)
		psci_call(PSCI_0_2_FN_CPU_OFF, 0);
}

void psci_cpu_arrived(struct hyp_cpu *cpu, u64 *entry, u64 *context)
{
	bool expected;

	hyp_lock(&psci_lock);
	expected = cpu->power != CPU_OFF;
	if (expected)
		cpu->power = CPU_ON;
	*entry = cpu->resume.entry;
	*context = cpu->resume.context;
	hyp_unlock(&psci_lock);
	if (!expected)
		psci_park(cpu);
}
