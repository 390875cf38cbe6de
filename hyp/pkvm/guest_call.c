// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's SMCCC calls. The firmware's own and the hypervisor's are answered here, for
 * every guest; the rest is PSCI, or for a normal guest the host's.
 */
#include <linux/types.h>
#include <linux/arm-smccc.h>
#include "nvhe/cpu.h"
#include "nvhe/errata.h"
#include "pkvm/vcpu.h"

#define SMCCC_1_1		0x10001
#define NOT_SUPPORTED		((u64)-1)
#define NOT_REQUIRED		1

/*
 * Does software have to call? An entry from a guest runs what this CPU needs, so a call
 * does by being made. Answered by the CPU that the guest is on, as firmware would.
 */
static u64 workaround(u64 errata, u64 open, u64 needed)
{
	if (errata & open)
		return NOT_SUPPORTED;
	return errata & needed ? SMCCC_RET_SUCCESS : NOT_REQUIRED;
}

static u64 arch_features(u32 fid)
{
	u64 errata = this_cpu()->errata;

	switch (fid) {
	case ARM_SMCCC_VERSION_FUNC_ID:
	case ARM_SMCCC_ARCH_FEATURES_FUNC_ID:
		return SMCCC_RET_SUCCESS;
	case ARM_SMCCC_ARCH_WORKAROUND_1:
		return workaround(errata, ERRATA_V2_OPEN, ERRATA_FW_CALL_1 | ERRATA_FW_CALL_3);
	case ARM_SMCCC_ARCH_WORKAROUND_3:
		return workaround(errata, ERRATA_BHB_OPEN, ERRATA_FW_CALL_1 | ERRATA_FW_CALL_3 |
				  ERRATA_BHB_LOOP | ERRATA_BHB_CLRBHB);
	default:
		/* ARCH_WORKAROUND_2 is not offered: guests have PSTATE.SSBS, or nothing. */
		return NOT_SUPPORTED;
	}
}

/* VERSION is the shortest way through EL2, and measured: core.guest_hvc_el2_insns. */
static enum guest_smccc guest_call(struct hyp_vcpu *hw, bool smc)
{
	struct vcpu *v = (struct vcpu *)hw;
	u32 fid = hw->x[0];

	if (fid == ARM_SMCCC_VERSION_FUNC_ID) {
		hw->x[0] = SMCCC_1_1;
		return SMCCC_DONE;
	}
	switch (fid) {
	case ARM_SMCCC_ARCH_FEATURES_FUNC_ID:
		hw->x[0] = arch_features(hw->x[1]);
		return SMCCC_DONE;
	case ARM_SMCCC_ARCH_WORKAROUND_1:
	case ARM_SMCCC_ARCH_WORKAROUND_3:
		return SMCCC_DONE;
	}
	return hw->protected ? vcpu_psci(v, fid) : SMCCC_EXIT_HOST;
}

const struct guest_policy guest_policy = {
	.smccc = guest_call,
};
