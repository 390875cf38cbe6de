// SPDX-License-Identifier: GPL-2.0-only
/*
 * EL2's registers for the host: every bit of every control, from any junk. Bit
 * numbers here are the Arm ARM's and the kernel's booting.rst, not EL2's macros.
 * SOURCES: hyp/nvhe/el2_init.c hyp/nvhe/features.c hyp/nvhe/feature_table.c
 */
#include "tap.h"
#include "fake_cpu.h"
#include "models/models.h"
#include "nvhe/el2_init.h"
#include "nvhe/el2_regs.h"
#include "nvhe/errata.h"
#include "nvhe/features.h"

const char *errata_refusal(u64 midr)
{
	(void)midr;
	return NULL;
}

static const struct fake_reg nothing[] = { { 0, 0 } };
static struct hyp_cpu cpu;

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define WRITTEN(name, there, value, why)	{ #name, SYS_##name },
static const struct {
	const char *name;
	u32 encoding;
} written[] = { EL2_REGS_FIRST(WRITTEN) EL2_REGS(WRITTEN) EL1_REGS(WRITTEN) };

/* An Armv8.0 CPU with GICv3 and nothing else. */
static void bare_cpu(u64 junk)
{
	fake_reset(nothing, junk);
	fake_set(SYS_ID_AA64PFR0_EL1, 1UL << 24 | 0x2222);
	fake_set(SYS_ID_AA64DFR0_EL1, 6);
	fake_set(SYS_MIDR_EL1, 0x410fd070);
	fake_set(SYS_MPIDR_EL1, 0x80000102);
}

/* A CPU with everything that the table knows, hidden or not, but for TRBE_EXT. */
static void full_cpu(u64 junk)
{
	u32 i;

	bare_cpu(junk);
	for (i = 0; i < nr_features; i++)
		fake_set_field(ID_REG_ENCODING(features[i].reg), features[i].shift,
			       features[i].width, features[i].known);
	fake_set_field(SYS_ID_AA64DFR0_EL1, 56, 4, 0);
	fake_set(SYS_PMCR_EL0, 20UL << 11);
	fake_set(SYS_PMBIDR_EL1, 0);
	fake_set(SYS_PMSIDR_EL1, 1UL << 7);
	fake_set(SYS_TRBIDR_EL1, 1UL << 12);
	fake_set(SYS_MPAMIDR_EL1, 1UL << 17);
	fake_set(SYS_SMIDR_EL1, 1UL << 15);
}

static u64 init_and_read(u32 encoding)
{
	if (encoding == SYS_HCR_EL2)
		return host_hcr();
	el2_init_cpu_for_host(&cpu);
	return fake_value[FAKE_SLOT(encoding)];
}

/* Whole registers on both CPUs: no bit more and no bit less. */
struct whole {
	u32 encoding;
	const char *name;
	u64 bare, full;
};

#define NOT_THERE	0xdead	/* the junk of the test below */

static const struct whole whole[] = {
	{ SYS_HCR_EL2, "HCR_EL2", 0x80080003, 0x01200300800c0003 },
	{ SYS_CPTR_EL2, "CPTR_EL2", 0x33ff, 0x22ff },
	{ SYS_MDCR_EL2, "MDCR_EL2", 0, 0x0004080003823014 },
	{ SYS_HCRX_EL2, "HCRX_EL2", NOT_THERE, 0x05d5c807 },
	{ SYS_HFGRTR_EL2, "HFGRTR_EL2", NOT_THERE, 0xdff4000000000000 },
	{ SYS_HFGWTR_EL2, "HFGWTR_EL2", NOT_THERE, 0xdff4000000000000 },
	{ SYS_HFGITR_EL2, "HFGITR_EL2", NOT_THERE, 0x0f80000000000000 },
	{ SYS_HDFGRTR_EL2, "HDFGRTR_EL2", NOT_THERE, 0x7800000000000000 },
	{ SYS_HDFGWTR_EL2, "HDFGWTR_EL2", NOT_THERE, 0x7000000000000000 },
	{ SYS_HAFGRTR_EL2, "HAFGRTR_EL2", NOT_THERE, 0 },
	{ SYS_HFGRTR2_EL2, "HFGRTR2_EL2", NOT_THERE, 0x7fff },
	{ SYS_HFGWTR2_EL2, "HFGWTR2_EL2", NOT_THERE, 0x7ffd },
	{ SYS_HFGITR2_EL2, "HFGITR2_EL2", NOT_THERE, 2 },
	{ SYS_HDFGRTR2_EL2, "HDFGRTR2_EL2", NOT_THERE, 0x01d8003c },
	{ SYS_HDFGWTR2_EL2, "HDFGWTR2_EL2", NOT_THERE, 0x01f8003c },
	{ SYS_VPIDR_EL2, "VPIDR_EL2", 0x410fd070, 0x410fd070 },
	{ SYS_VMPIDR_EL2, "VMPIDR_EL2", 0x80000102, 0x80000102 },
	{ SYS_ACTLR_EL2, "ACTLR_EL2", 0, 0 },
	{ SYS_HACR_EL2, "HACR_EL2", 0, 0 },
	{ SYS_HSTR_EL2, "HSTR_EL2", 0, 0 },
	{ SYS_AMAIR_EL2, "AMAIR_EL2", 0, 0 },
	{ SYS_CNTHCTL_EL2, "CNTHCTL_EL2", 3, 3 },
	{ SYS_CNTVOFF_EL2, "CNTVOFF_EL2", 0, 0 },
	{ SYS_CNTHP_CTL_EL2, "CNTHP_CTL_EL2", 0, 0 },
	{ SYS_CNTHV_CTL_EL2, "CNTHV_CTL_EL2", NOT_THERE, 0 },
	{ SYS_ICC_SRE_EL2, "ICC_SRE_EL2", 0xf, 0xf },
	{ SYS_ICH_HCR_EL2, "ICH_HCR_EL2", 0, 0 },
	{ SYS_CONTEXTIDR_EL2, "CONTEXTIDR_EL2", NOT_THERE, 0 },
	{ SYS_ZCR_EL2, "ZCR_EL2", NOT_THERE, 0xf },
	{ SYS_SMCR_EL2, "SMCR_EL2", NOT_THERE, 0xc000000f },
	{ SYS_SMPRIMAP_EL2, "SMPRIMAP_EL2", NOT_THERE, 0 },
	{ SYS_MPAM2_EL2, "MPAM2_EL2", NOT_THERE, 1UL << 50 },
	{ SYS_MPAMHCR_EL2, "MPAMHCR_EL2", NOT_THERE, 0 },
	{ SYS_PMSCR_EL2, "PMSCR_EL2", NOT_THERE, 0x50 },
	{ SYS_TRFCR_EL2, "TRFCR_EL2", NOT_THERE, 0 },
	{ SYS_BRBCR_EL2, "BRBCR_EL2", NOT_THERE, 0x18 },
	{ SYS_GCSCR_EL2, "GCSCR_EL2", NOT_THERE, 0 },
	{ SYS_TCR2_EL2, "TCR2_EL2", NOT_THERE, 0 },
	{ SYS_SCTLR2_EL2, "SCTLR2_EL2", NOT_THERE, 0 },
	{ SYS_TFSR_EL2, "TFSR_EL2", NOT_THERE, 0 },
	{ SYS_VSESR_EL2, "VSESR_EL2", NOT_THERE, 0 },
	{ SYS_VDISR_EL2, "VDISR_EL2", NOT_THERE, 0 },
	{ SYS_ICH_HFGRTR_EL2, "ICH_HFGRTR_EL2", NOT_THERE, 0 },
	{ SYS_ICH_HFGWTR_EL2, "ICH_HFGWTR_EL2", NOT_THERE, 0 },
	{ SYS_ICH_HFGITR_EL2, "ICH_HFGITR_EL2", NOT_THERE, 0 },
	{ SYS_MDSCR_EL1, "MDSCR_EL1", 0, 0 },
	{ SYS_LORC_EL1, "LORC_EL1", NOT_THERE, 0 },
	{ SYS_PMSCR_EL1, "PMSCR_EL1", NOT_THERE, 0 },
	{ SYS_PMBLIMITR_EL1, "PMBLIMITR_EL1", NOT_THERE, 0 },
	{ SYS_TRBLIMITR_EL1, "TRBLIMITR_EL1", NOT_THERE, 0 },
	{ SYS_TRFCR_EL1, "TRFCR_EL1", NOT_THERE, 0 },
	{ SYS_BRBCR_EL1, "BRBCR_EL1", NOT_THERE, 0 },
	{ SYS_MPAM1_EL1, "MPAM1_EL1", NOT_THERE, 0 },
	{ SYS_MPAM0_EL1, "MPAM0_EL1", NOT_THERE, 0 },
	{ SYS_GCSCR_EL1, "GCSCR_EL1", NOT_THERE, 0 },
	{ SYS_GCSCRE0_EL1, "GCSCRE0_EL1", NOT_THERE, 0 },
	{ SYS_TCR2_EL1, "TCR2_EL1", NOT_THERE, 0 },
	{ SYS_SCTLR2_EL1, "SCTLR2_EL1", NOT_THERE, 0 },
};

static void test_whole(void)
{
	u32 i, j, missing = 0;

	for (i = 0; i < COUNT(whole); i++) {
		bare_cpu(NOT_THERE);
		is_num(init_and_read(whole[i].encoding), whole[i].bare, "%s on a bare CPU",
		       whole[i].name);
		full_cpu(NOT_THERE);
		is_num(init_and_read(whole[i].encoding), whole[i].full,
		       "%s on a CPU with everything", whole[i].name);
	}
	for (i = 0; i < COUNT(written); i++) {
		for (j = 0; j < COUNT(whole) && whole[j].encoding != written[i].encoding; j++)
			;
		if (j == COUNT(whole)) {
			printf("# %s\n", written[i].name);
			missing++;
		}
	}
	is_num(missing, 0, "each register that EL2 writes is tested");
}

/* One feature, one control: the value with the feature, and without. */
struct polarity {
	const char *what;
	u32 id;			/* the feature: ID register, lowest bit, value */
	u8 shift, value;
	u32 encoding;		/* the control: register, bits, both values */
	u64 mask, on, off;
};

#define B(n)	(1UL << (n))
#define YES(n)	B(n), B(n), 0			/* set with the feature */
#define NO(n)	B(n), 0, B(n)			/* set without it: a trap */
#define NEVER(n) B(n), 0, 0

static const struct polarity polarity[] = {
	{ "SVE does not trap", SYS_ID_AA64PFR0_EL1, 32, 1, SYS_CPTR_EL2, NO(8) },
	{ "SME does not trap", SYS_ID_AA64PFR1_EL1, 24, 1, SYS_CPTR_EL2, NO(12) },
	{ "FP does not trap", SYS_ID_AA64PFR0_EL1, 16, 1, SYS_CPTR_EL2, NEVER(10) },
	{ "activity monitors do not trap", SYS_ID_AA64PFR0_EL1, 44, 1, SYS_CPTR_EL2, NEVER(30) },
	{ "CPACR_EL1 does not trap", SYS_ID_AA64PFR0_EL1, 32, 1, SYS_CPTR_EL2, NEVER(31) },
	{ "trace without filter traps", SYS_ID_AA64DFR0_EL1, 4, 1, SYS_CPTR_EL2, YES(20) },
	{ "SPE buffer is EL1's", SYS_ID_AA64DFR0_EL1, 32, 1, SYS_MDCR_EL2, 3UL << 12, 3UL << 12, 0 },
	{ "SPE does not trap", SYS_ID_AA64DFR0_EL1, 32, 1, SYS_MDCR_EL2, NEVER(14) },
	{ "trace buffer is EL1's", SYS_ID_AA64DFR0_EL1, 44, 1, SYS_MDCR_EL2, 3UL << 24, 3UL << 24, 0 },
	{ "trace filter does not trap", SYS_ID_AA64DFR0_EL1, 40, 1, SYS_MDCR_EL2, NEVER(19) },
	{ "PMU does not trap", SYS_ID_AA64DFR0_EL1, 8, 1, SYS_MDCR_EL2, 3UL << 5, 0, 0 },
	{ "PMU 3.0 has no HPMD", SYS_ID_AA64DFR0_EL1, 8, 1, SYS_MDCR_EL2, NEVER(17) },
	{ "PMU 3.1 counts no EL2", SYS_ID_AA64DFR0_EL1, 8, 4, SYS_MDCR_EL2, YES(17) },
	{ "PMU 3.4 has no HCCD", SYS_ID_AA64DFR0_EL1, 8, 5, SYS_MDCR_EL2, NEVER(23) },
	{ "PMU 3.5 cycle counter stops at EL2", SYS_ID_AA64DFR0_EL1, 8, 6, SYS_MDCR_EL2, YES(23) },
	{ "a PMU of the maker's own", SYS_ID_AA64DFR0_EL1, 8, 15, SYS_MDCR_EL2, 0x2001f, 0, 0 },
	{ "siblings are not counted", SYS_ID_AA64DFR0_EL1, 48, 1, SYS_MDCR_EL2, NEVER(28) },
	{ "debug does not trap", SYS_ID_AA64DFR0_EL1, 0, 8, SYS_MDCR_EL2, 0xfUL << 8, 0, 0 },
	{ "system PMU traps", SYS_ID_AA64DFR1_EL1, 32, 1, SYS_MDCR_EL2, NEVER(15) },
	{ "PMU exceptions are off", SYS_ID_AA64DFR1_EL1, 48, 1, SYS_MDCR_EL2, 3UL << 40, 0, 0 },
	{ "PMU snapshots are off", SYS_ID_AA64DFR0_EL1, 16, 1, SYS_MDCR_EL2, 3UL << 30, 0, 0 },
	{ "banked breakpoints", SYS_ID_AA64DFR0_EL1, 0, 11, SYS_MDCR_EL2, YES(43) },
	{ "step of one opcode", SYS_ID_AA64DFR2_EL1, 0, 1, SYS_MDCR_EL2, YES(50) },
	{ "a hidden feature: ID registers trap", SYS_ID_AA64MMFR3_EL1, 32, 1, SYS_HCR_EL2, YES(18) },
	{ "an unknown feature: ID registers trap", SYS_ID_AA64PFR2_EL1, 60, 1, SYS_HCR_EL2, YES(18) },
	{ "a feature in an unknown register: ID registers trap", sys_reg(3, 0, 0, 7, 7), 0, 1,
	  SYS_HCR_EL2, YES(18) },
	{ "nothing hidden: ID registers do not trap", SYS_ID_AA64PFR0_EL1, 8, 1, SYS_HCR_EL2, NEVER(18) },
	{ "PAuth QARMA5", SYS_ID_AA64ISAR1_EL1, 4, 1, SYS_HCR_EL2, 3UL << 40, 3UL << 40, 0 },
	{ "PAuth of the maker's own", SYS_ID_AA64ISAR1_EL1, 8, 1, SYS_HCR_EL2, 3UL << 40, 3UL << 40, 0 },
	{ "PAuth QARMA3", SYS_ID_AA64ISAR2_EL1, 12, 1, SYS_HCR_EL2, 3UL << 40, 3UL << 40, 0 },
	{ "generic PAuth QARMA5", SYS_ID_AA64ISAR1_EL1, 24, 1, SYS_HCR_EL2, 3UL << 40, 3UL << 40, 0 },
	{ "generic PAuth of the maker's own", SYS_ID_AA64ISAR1_EL1, 28, 1, SYS_HCR_EL2,
	  3UL << 40, 3UL << 40, 0 },
	{ "generic PAuth QARMA3", SYS_ID_AA64ISAR2_EL1, 8, 1, SYS_HCR_EL2, 3UL << 40, 3UL << 40, 0 },
	{ "MTE instructions only", SYS_ID_AA64PFR1_EL1, 8, 1, SYS_HCR_EL2, NEVER(56) },
	{ "MTE tags", SYS_ID_AA64PFR1_EL1, 8, 2, SYS_HCR_EL2, YES(56) },
	{ "CSV2 without SCXTNUM", SYS_ID_AA64PFR0_EL1, 56, 1, SYS_HCR_EL2, NEVER(53) },
	{ "CSV2_2 SCXTNUM", SYS_ID_AA64PFR0_EL1, 56, 2, SYS_HCR_EL2, YES(53) },
	{ "CSV2_1p2 SCXTNUM", SYS_ID_AA64PFR1_EL1, 32, 2, SYS_HCR_EL2, YES(53) },
	{ "RAS faults are not injected", SYS_ID_AA64PFR0_EL1, 28, 2, SYS_HCR_EL2, NEVER(47) },
	{ "activity monitors have no offset", SYS_ID_AA64PFR0_EL1, 44, 2, SYS_HCR_EL2, NEVER(51) },
	{ "nested virtualisation is off", SYS_ID_AA64MMFR2_EL1, 24, 2, SYS_HCR_EL2, 7UL << 42, 0, 0 },
	{ "E2H and TGE are off", SYS_ID_AA64MMFR1_EL1, 8, 1, SYS_HCR_EL2, B(34) | B(27), 0, 0 },
	{ "LS64", SYS_ID_AA64ISAR1_EL1, 60, 1, SYS_HCRX_EL2, 7, 2, 0 },
	{ "LS64_V", SYS_ID_AA64ISAR1_EL1, 60, 2, SYS_HCRX_EL2, 7, 6, 0 },
	{ "LS64_ACCDATA", SYS_ID_AA64ISAR1_EL1, 60, 3, SYS_HCRX_EL2, 7, 7, 0 },
	{ "LS64_ACCDATA register", SYS_ID_AA64ISAR1_EL1, 60, 3, SYS_HFGRTR_EL2, YES(50) },
	{ "MOPS", SYS_ID_AA64ISAR2_EL1, 16, 1, SYS_HCRX_EL2, YES(11) },
	{ "MOPS exceptions stay at EL1", SYS_ID_AA64ISAR2_EL1, 16, 1, SYS_HCRX_EL2, NEVER(10) },
	{ "TCR2", SYS_ID_AA64MMFR3_EL1, 0, 1, SYS_HCRX_EL2, YES(14) },
	{ "SCTLR2", SYS_ID_AA64MMFR3_EL1, 4, 1, SYS_HCRX_EL2, YES(15) },
	{ "RCW walks", SYS_ID_AA64PFR1_EL1, 48, 1, SYS_HCRX_EL2, YES(16) },
	{ "128-bit tables are off", SYS_ID_AA64MMFR3_EL1, 32, 1, SYS_HCRX_EL2, NEVER(17) },
	{ "128-bit IMP DEF registers trap", SYS_ID_AA64ISAR2_EL1, 32, 1, SYS_HCRX_EL2, NEVER(21) },
	{ "masked aborts stay at EL1", SYS_ID_AA64PFR1_EL1, 56, 1, SYS_HCRX_EL2, NEVER(19) },
	{ "NMIs do not trap", SYS_ID_AA64PFR1_EL1, 36, 1, SYS_HCRX_EL2, 7UL << 6, 0, 0 },
	{ "GCS", SYS_ID_AA64PFR1_EL1, 44, 1, SYS_HCRX_EL2, YES(22) },
	{ "FPMR", SYS_ID_AA64PFR2_EL1, 32, 1, SYS_HCRX_EL2, YES(23) },
	{ "PACM", SYS_ID_AA64ISAR3_EL1, 12, 1, SYS_HCRX_EL2, YES(24) },
	{ "register masks", SYS_ID_AA64MMFR4_EL1, 44, 1, SYS_HCRX_EL2, YES(26) },
	{ "device error reports", SYS_ID_AA64MMFR3_EL1, 52, 2, SYS_HCRX_EL2, YES(20) },
	{ "memory error reports", SYS_ID_AA64MMFR3_EL1, 40, 2, SYS_HCRX_EL2, YES(18) },
	{ "GCS registers of EL0", SYS_ID_AA64PFR1_EL1, 44, 1, SYS_HFGRTR_EL2, YES(52) },
	{ "GCS registers of EL1", SYS_ID_AA64PFR1_EL1, 44, 1, SYS_HFGWTR_EL2, YES(53) },
	{ "SMPRI_EL1", SYS_ID_AA64PFR1_EL1, 24, 1, SYS_HFGRTR_EL2, YES(54) },
	{ "TPIDR2_EL0", SYS_ID_AA64PFR1_EL1, 24, 1, SYS_HFGWTR_EL2, YES(55) },
	{ "RCWMASK_EL1", SYS_ID_AA64PFR1_EL1, 48, 1, SYS_HFGRTR_EL2, YES(56) },
	{ "PIRE0_EL1", SYS_ID_AA64MMFR3_EL1, 8, 1, SYS_HFGRTR_EL2, YES(57) },
	{ "PIR_EL1", SYS_ID_AA64MMFR3_EL1, 8, 1, SYS_HFGWTR_EL2, YES(58) },
	{ "POR_EL0", SYS_ID_AA64MMFR3_EL1, 16, 1, SYS_HFGRTR_EL2, YES(59) },
	{ "POR_EL1", SYS_ID_AA64MMFR3_EL1, 16, 1, SYS_HFGWTR_EL2, YES(60) },
	{ "S2POR_EL1 traps", SYS_ID_AA64MMFR3_EL1, 20, 1, SYS_HFGRTR_EL2, NEVER(61) },
	{ "MAIR2_EL1", SYS_ID_AA64MMFR3_EL1, 24, 1, SYS_HFGRTR_EL2, YES(62) },
	{ "AMAIR2_EL1", SYS_ID_AA64MMFR3_EL1, 24, 1, SYS_HFGWTR_EL2, YES(63) },
	{ "GCS instructions", SYS_ID_AA64PFR1_EL1, 44, 1, SYS_HFGITR_EL2, 7UL << 57, 7UL << 57, 0 },
	{ "BRB instructions", SYS_ID_AA64DFR0_EL1, 52, 1, SYS_HFGITR_EL2, 3UL << 55, 3UL << 55, 0 },
	{ "BRBE registers, read", SYS_ID_AA64DFR0_EL1, 52, 1, SYS_HDFGRTR_EL2, 7UL << 59, 7UL << 59, 0 },
	{ "BRBE registers, written", SYS_ID_AA64DFR0_EL1, 52, 1, SYS_HDFGWTR_EL2,
	  7UL << 59, 3UL << 60, 0 },
	{ "SPE 1.1 has no PMSNEVFR", SYS_ID_AA64DFR0_EL1, 32, 2, SYS_HDFGRTR_EL2, NEVER(62) },
	{ "SPE 1.2 PMSNEVFR", SYS_ID_AA64DFR0_EL1, 32, 3, SYS_HDFGRTR_EL2, YES(62) },
	{ "PMECR_EL1 traps", SYS_ID_AA64DFR1_EL1, 48, 1, SYS_HDFGRTR2_EL2, NEVER(0) },
	{ "PMIAR_EL1 traps", SYS_ID_AA64DFR0_EL1, 24, 1, SYS_HDFGRTR2_EL2, NEVER(1) },
	{ "PMICNTR_EL0", SYS_ID_AA64DFR1_EL1, 36, 1, SYS_HDFGRTR2_EL2, 3UL << 2, 3UL << 2, 0 },
	{ "PMU 3.9 PMUACR_EL1", SYS_ID_AA64DFR0_EL1, 8, 9, SYS_HDFGRTR2_EL2, YES(4) },
	{ "PMU 3.9 PMZR_EL0", SYS_ID_AA64DFR0_EL1, 8, 9, SYS_HDFGWTR2_EL2, YES(21) },
	{ "PMU 3.8 has no PMZR_EL0", SYS_ID_AA64DFR0_EL1, 8, 8, SYS_HDFGWTR2_EL2, NEVER(21) },
	{ "PMU snapshots trap", SYS_ID_AA64DFR0_EL1, 16, 1, SYS_HDFGRTR2_EL2, 3UL << 6, 0, 0 },
	{ "system PMU registers trap", SYS_ID_AA64DFR1_EL1, 32, 1, SYS_HDFGRTR2_EL2, 0x7ffUL << 8, 0, 0 },
	{ "PFAR_EL1", SYS_ID_AA64PFR1_EL1, 60, 1, SYS_HFGRTR2_EL2, YES(0) },
	{ "ERXGSR_EL1", SYS_ID_AA64PFR0_EL1, 28, 3, SYS_HFGRTR2_EL2, YES(1) },
	{ "RASv1.1 has no ERXGSR_EL1", SYS_ID_AA64PFR0_EL1, 28, 2, SYS_HFGRTR2_EL2, NEVER(1) },
	{ "RCWSMASK_EL1", SYS_ID_AA64PFR1_EL1, 48, 1, SYS_HFGWTR2_EL2, YES(2) },
	{ "mask and alias registers", SYS_ID_AA64MMFR4_EL1, 44, 1, SYS_HFGWTR2_EL2, 0x7ff8, 0x7ff8, 0 },
	{ "DC CIVAPS", SYS_ID_AA64MMFR4_EL1, 0, 1, SYS_HFGITR2_EL2, YES(1) },
	{ "SME2 has ZT0", SYS_ID_AA64SMFR0_EL1, 56, 1, SYS_SMCR_EL2, YES(30) },
	{ "SME FA64", SYS_ID_AA64SMFR0_EL1, 63, 1, SYS_SMCR_EL2, YES(31) },
};

/* Fine-grained traps and HCRX_EL2 are there; only the one feature comes and goes. */
static u64 with_value(const struct polarity *p, u64 value)
{
	bare_cpu(0);
	fake_set(SYS_PMCR_EL0, 20UL << 11);
	fake_set_field(SYS_ID_AA64MMFR1_EL1, 40, 4, 1);
	fake_set_field(SYS_ID_AA64MMFR0_EL1, 56, 4, 2);
	if (p->encoding == SYS_SMCR_EL2)
		fake_set_field(SYS_ID_AA64PFR1_EL1, 24, 4, 1);
	fake_set_field(p->id, p->shift, p->shift == 63 ? 1 : 4, value);
	return init_and_read(p->encoding) & p->mask;
}

static void test_polarity(void)
{
	u32 i;

	for (i = 0; i < COUNT(polarity); i++) {
		u64 on = with_value(&polarity[i], polarity[i].value);
		u64 off = with_value(&polarity[i], 0);

		if (!ok(on == polarity[i].on && off == polarity[i].off, "%s", polarity[i].what))
			printf("# with %#lx, without %#lx\n", (long)on, (long)off);
	}
}

/* External trace buffers and buffers that firmware kept. */
static void test_buffers(void)
{
	full_cpu(0);
	fake_set_field(SYS_ID_AA64DFR0_EL1, 56, 4, 1);
	is_num(init_and_read(SYS_MDCR_EL2) & 3UL << 24, 0, "TRBE_EXT: the trace buffer is not EL1's");
	is_num(fake_value[FAKE_SLOT(SYS_HDFGRTR2_EL2)] & 1UL << 22, 0, "TRBE_EXT: TRBMPAM_EL1 traps");
	is_num(fake_value[FAKE_SLOT(SYS_TRBLIMITR_EL1)], 0, "TRBE_EXT: the trace buffer is off");
	full_cpu(NOT_THERE);
	fake_set(SYS_PMBIDR_EL1, 1 << 4);
	fake_set(SYS_TRBIDR_EL1, 1 << 4);
	el2_init_cpu_for_host(&cpu);
	is_num(fake_writes[FAKE_SLOT(SYS_PMSCR_EL2)] + fake_writes[FAKE_SLOT(SYS_PMBLIMITR_EL1)] +
	       fake_writes[FAKE_SLOT(SYS_TRBLIMITR_EL1)], 0, "buffers of firmware are left alone");
	full_cpu(NOT_THERE);
	fake_set(SYS_SMIDR_EL1, 0);
	fake_set(SYS_MPAMIDR_EL1, 0);
	el2_init_cpu_for_host(&cpu);
	is_num(fake_writes[FAKE_SLOT(SYS_SMPRIMAP_EL2)] + fake_writes[FAKE_SLOT(SYS_MPAMHCR_EL2)], 0,
	       "SMPRIMAP_EL2 and MPAMHCR_EL2 only where they are");
	full_cpu(NOT_THERE);
	fake_set(SYS_PMSIDR_EL1, ~(1UL << 7));
	fake_set(SYS_TRBIDR_EL1, 0x0f0f & ~(1UL << 4));
	is_num(init_and_read(SYS_HDFGRTR2_EL2) & (1UL << 19 | 1UL << 22), 0,
	       "PMSDSFR_EL1 and TRBMPAM_EL1 trap where they are not");
	cpu.errata = ERRATA_CLUSTER_PMU;
	is_num(init_and_read(SYS_ACTLR_EL2), 1UL << 12, "ACTLR_EL2 opens the DSU's PMU, no more");
	cpu.errata = 0;
}

/* Registers that come with either of two features, or from a version on. */
static const struct {
	const char *what;
	u32 id;
	u8 shift, value;
	u32 encoding;
	bool there;
} presence[] = {
	{ "MPAM 1.0", SYS_ID_AA64PFR0_EL1, 40, 1, SYS_MPAM2_EL2, true },
	{ "MPAM 0.1", SYS_ID_AA64PFR1_EL1, 16, 1, SYS_MPAM2_EL2, true },
	{ "VHE", SYS_ID_AA64MMFR1_EL1, 8, 1, SYS_CONTEXTIDR_EL2, true },
	{ "Debugv8p1", SYS_ID_AA64DFR0_EL1, 0, 7, SYS_CONTEXTIDR_EL2, false },
	{ "Debugv8p2", SYS_ID_AA64DFR0_EL1, 0, 8, SYS_CONTEXTIDR_EL2, true },
	{ "MTE", SYS_ID_AA64PFR1_EL1, 8, 1, SYS_TFSR_EL2, false },
	{ "MTE2", SYS_ID_AA64PFR1_EL1, 8, 2, SYS_TFSR_EL2, true },
	{ "AMU without FGT", SYS_ID_AA64PFR0_EL1, 44, 1, SYS_HAFGRTR_EL2, false },
	{ "FGT without AMU", SYS_ID_AA64MMFR0_EL1, 56, 1, SYS_HAFGRTR_EL2, false },
	{ "FGT", SYS_ID_AA64MMFR0_EL1, 56, 1, SYS_HFGRTR2_EL2, false },
};

static void test_presence(void)
{
	u32 i;

	for (i = 0; i < COUNT(presence); i++) {
		bare_cpu(0);
		fake_set_field(presence[i].id, presence[i].shift, 4, presence[i].value);
		el2_init_cpu_for_host(&cpu);
		ok(fake_writes[FAKE_SLOT(presence[i].encoding)] == presence[i].there,
		   "%s: S3_4_C%u_C%u_%u is %swritten", presence[i].what,
		   sys_reg_CRn(presence[i].encoding), sys_reg_CRm(presence[i].encoding),
		   sys_reg_Op2(presence[i].encoding), presence[i].there ? "" : "not ");
	}
}

static const u64 junk[] = { 0, ~0UL, 0xa5a5a5a5a5a5a5a5, 0x5a5a5a5a5a5a5a5a, 0x0123456789abcdef };

/* After init on @regs, is every written register the same whatever it held? */
static u32 junk_left(const struct fake_reg *regs)
{
	u64 first[COUNT(written)];
	u32 i, j, left = 0;

	for (j = 0; j < COUNT(junk); j++) {
		fake_reset(regs, junk[j]);
		el2_init_cpu_for_host(&cpu);
		for (i = 0; i < COUNT(written); i++) {
			u32 slot = FAKE_SLOT(written[i].encoding);

			if (!fake_writes[slot])
				continue;
			if (!j)
				first[i] = fake_value[slot];
			if (fake_value[slot] != first[i]) {
				printf("# %s keeps junk\n", written[i].name);
				left++;
			}
		}
	}
	return left;
}

static void test_models(void)
{
	u32 i;

	for (i = 0; i < COUNT(models); i++) {
		is_num(junk_left(models[i].el2), 0, "%s: no register keeps what it held",
		       models[i].name);
		is_num(fake_faults, 0, "%s: no access to a register that is not there",
		       models[i].name);
	}
	full_cpu(~0UL);
	el2_init_cpu_for_host(&cpu);
	is_num(fake_faults, 0, "CPU with everything: no access traps");
	bare_cpu(~0UL);
	el2_init_cpu_for_host(&cpu);
	is_num(fake_faults, 0, "bare CPU: no access to a register that is not there");
}

int main(void)
{
	test_whole();
	test_polarity();
	test_buffers();
	test_presence();
	test_models();
	return tap_done();
}
