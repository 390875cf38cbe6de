// SPDX-License-Identifier: GPL-2.0-only
/* The ID registers as the host sees them, and the machines that we cannot hold. */
#include "nvhe/errata.h"
#include "nvhe/features.h"
#include "nvhe/sysreg.h"

#define ID_REG_READ(name, crm, op2)				\
	case ID_##name:						\
		return read_sysreg_s(sys_reg(3, 0, 0, crm, op2));

u64 id_reg_read(enum id_reg reg)
{
	switch (reg) {
	ID_REGISTERS(ID_REG_READ)
	default:
		return 0;
	}
}

#define ID_UNNAMED_READ(crm, op2)				\
	case ID_REG(crm, op2):					\
		return read_sysreg_s(sys_reg(3, 0, 0, crm, op2));

/* Any register of the space, those too that read as zero until someone defines them. */
static u64 id_space_read(u32 reg)
{
	switch (reg) {
	ID_UNNAMED_REGISTERS(ID_UNNAMED_READ)
	default:
		return id_reg_read(reg);
	}
}

static u64 bits_of(u32 width)
{
	return (1UL << width) - 1;
}

static s64 sign_extend(u64 value, u32 width)
{
	return (s64)(value << (64 - width)) >> (64 - width);
}

static u64 capped(const struct feature *f, u64 value)
{
	switch (f->kind) {
	case FEAT_S:
		return sign_extend(value, f->width) > f->cap ? f->cap : value;
	case FEAT_UF:
		if (value == bits_of(f->width))
			return value;
		break;
	case FEAT_ANY:
		return value;
	}
	return value > f->cap ? f->cap : value;
}

/* The first entry of @reg, by halving: the table is sorted by register. */
static u32 first_entry(enum id_reg reg)
{
	u32 low = 0, high = nr_features;

	while (low < high) {
		u32 mid = (low + high) / 2;

		if (features[mid].reg < reg)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * Two features of ID_AA64DFR0_EL1 are the host's only while another is there or
 * absent. Without self-hosted trace filtering nothing stops the host's trace
 * unit from recording EL2. With the external mode of the trace buffer (TRBE_EXT)
 * the host could have it write to physical addresses past stage 2.
 */
static u64 dfr0_alone(u64 hw)
{
	if (!(hw & ID_AA64DFR0_EL1_TraceFilt_MASK))
		hw &= ~ID_AA64DFR0_EL1_TraceVer_MASK;
	if (hw & ID_AA64DFR0_EL1_ExtTrcBuff_MASK)
		hw &= ~ID_AA64DFR0_EL1_TraceBuffer_MASK;
	return hw;
}

static u64 one_field(const struct feature *f, u64 hw)
{
	if (f->reg == ID_AA64DFR0)
		hw = dfr0_alone(hw);
	return capped(f, hw >> f->shift & bits_of(f->width));
}

u64 host_id_reg(u32 encoding)
{
	enum id_reg reg = ID_REG(sys_reg_CRm(encoding), sys_reg_Op2(encoding));
	u64 hw = id_reg_read(reg);
	u64 value = 0;
	u32 i;

	for (i = first_entry(reg); i < nr_features && features[i].reg == reg; i++)
		value |= one_field(&features[i], hw) << features[i].shift;
	return value;
}

bool host_id_regs_differ(void)
{
	u32 reg;

	for (reg = ID_REG(1, 0); reg <= ID_REG(7, 7); reg++)
		if (host_id_reg(ID_REG_ENCODING(reg)) != id_space_read(reg))
			return true;
	return false;
}

u64 host_field(enum id_reg reg, u32 shift)
{
	u32 i;

	for (i = first_entry(reg); i < nr_features && features[i].reg == reg; i++)
		if (features[i].shift == shift)
			return one_field(&features[i], id_reg_read(reg));
	return 0;
}

u32 host_pa_bits(void)
{
	static const u8 bits[] = { 32, 36, 40, 42, 44, 48 };

	return bits[host_field(ID_AA64MMFR0, ID_AA64MMFR0_EL1_PARANGE_SHIFT)];
}

/* A stage-2 field of 0 says: as for stage 1. */
static bool has_4k_stage2(u64 mmfr0)
{
	u64 stage2 = mmfr0 >> ID_AA64MMFR0_EL1_TGRAN4_2_SHIFT & 0xf;

	if (stage2 != ID_AA64MMFR0_EL1_TGRAN4_2_TGRAN4)
		return stage2 != ID_AA64MMFR0_EL1_TGRAN4_2_NI;
	return sign_extend(mmfr0 >> ID_AA64MMFR0_EL1_TGRAN4_SHIFT & 0xf, 4) >= 0;
}

static bool has_4k_stage1(u64 mmfr0)
{
	return sign_extend(mmfr0 >> ID_AA64MMFR0_EL1_TGRAN4_SHIFT & 0xf, 4) >= 0;
}

/* FEAT_E2H0 absent, or a CPU that keeps E2H set without saying so. */
static bool e2h_is_stuck(void)
{
	u64 mmfr4 = id_reg_read(ID_AA64MMFR4);

	return sign_extend(mmfr4 >> ID_AA64MMFR4_EL1_E2H0_SHIFT & 0xf, 4) < 0 ||
	       read_sysreg_s(SYS_HCR_EL2) & HCR_EL2_E2H;
}

const char *cpu_refusal(void)
{
	u64 mmfr0 = id_reg_read(ID_AA64MMFR0);
	const char *why = errata_refusal(read_sysreg_s(SYS_MIDR_EL1));

	if (why)
		return why;
	if (e2h_is_stuck())
		return "CPU has no EL2 with E2H=0 (VHE only)";
	if (!has_4k_stage1(mmfr0) || !has_4k_stage2(mmfr0))
		return "CPU has no 4 KiB granule at EL2 or stage 2";
	if (!(id_reg_read(ID_AA64PFR0) & ID_AA64PFR0_EL1_GIC_MASK))
		return "CPU has no GICv3 system registers (GICv2 or GICv5 machine)";
	return NULL;
}
