// SPDX-License-Identifier: GPL-2.0-only
/*
 * ID registers as guests read them: what the host sees, less the fields that the
 * feature table hides from guests, less what is fixed here. Made once, from the boot
 * CPU: a vCPU may move, and a guest does not expect its CPU to change.
 */
#include "nvhe/guest_switch.h"

u64 guest_id_regs[NR_ID_REGS];		/* fixed after guest_init() */

/*
 * The ABI's constants (DESIGN.md section 7) and what goes with traps of the switch.
 * CAP: at most; FIX: this. BBM level 0, no PMU, SVE, SME: hidden by the table.
 */
enum fix { CAP, FIX };

static const struct {
	u8 reg, shift, width, value, how;
} id_fixed[] = {
	{ ID_AA64DFR0, ID_AA64DFR0_EL1_DebugVer_SHIFT, 4, 6, FIX },	/* v8.0 */
	{ ID_AA64DFR0, ID_AA64DFR0_EL1_BRPs_SHIFT, 4, 1, FIX },		/* two */
	{ ID_AA64DFR0, ID_AA64DFR0_EL1_WRPs_SHIFT, 4, 1, FIX },		/* two */
	{ ID_AA64DFR0, ID_AA64DFR0_EL1_CTX_CMPs_SHIFT, 4, 0, FIX },	/* one */
	{ ID_AA64DFR0, ID_AA64DFR0_EL1_DoubleLock_SHIFT, 4, 0xf, FIX },	/* none */
	{ ID_DFR0, ID_DFR0_EL1_CopDbg_SHIFT, 4, 6, FIX },
	{ ID_AA64PFR0, ID_AA64PFR0_EL1_EL1_SHIFT, 4, 1, CAP },		/* HCR_EL2.RW */
	{ ID_AA64PFR0, ID_AA64PFR0_EL1_CSV2_SHIFT, 4, 1, CAP },		/* EnSCXT 0 */
	{ ID_AA64MMFR0, ID_AA64MMFR0_EL1_PARANGE_SHIFT, 4, 2, CAP },	/* 40 bits of IPA */
	{ ID_AA64MMFR0, ID_AA64MMFR0_EL1_ECV_SHIFT, 4, 1, CAP },	/* no CNTPOFF_EL2 */
	{ ID_AA64MMFR1, ID_AA64MMFR1_EL1_HAFDBS_SHIFT, 4, 2, CAP },	/* TCR2En 0 */
};

static u64 visible_mask(u32 reg)
{
	u64 mask = 0;
	u32 i;

	for (i = 0; i < nr_features; i++)
		if (features[i].reg == reg && features[i].guest != GUEST_HIDDEN)
			mask |= ((1UL << features[i].width) - 1) << features[i].shift;
	return mask;
}

static void apply_fixed(u32 i)
{
	u64 mask = ((1UL << id_fixed[i].width) - 1) << id_fixed[i].shift;
	u64 value = (u64)id_fixed[i].value << id_fixed[i].shift;
	u64 *reg = &guest_id_regs[id_fixed[i].reg];

	if (id_fixed[i].how == FIX || (*reg & mask) > value)
		*reg = (*reg & ~mask) | value;
}

void guest_id_init(void)
{
	u32 i;

	for (i = ID_REG(1, 0); i < NR_ID_REGS; i++)
		guest_id_regs[i] = host_id_reg(ID_REG_ENCODING(i)) & visible_mask(i);
	for (i = 0; i < sizeof(id_fixed) / sizeof(id_fixed[0]); i++)
		apply_fixed(i);
}

u64 guest_id_reg(u32 encoding)
{
	return guest_id_regs[ID_REG(sys_reg_CRm(encoding) & 7, sys_reg_Op2(encoding) & 7)];
}
