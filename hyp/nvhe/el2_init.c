// SPDX-License-Identifier: GPL-2.0-only
/* EL2's registers for the host. The list of all of them is nvhe/el2_regs.h. */
#include <asm/kvm_arm.h>
#include "nvhe/el2_init.h"
#include "nvhe/el2_regs.h"
#include "nvhe/errata.h"
#include "nvhe/features.h"
#include "nvhe/sysreg.h"

/* Bits of a control register that the host gets from a feature's value @min on. */
struct control {
	u8 reg;			/* enum id_reg */
	u8 shift;
	u8 min;
	u64 bits;
};

#define CTL(r, f, m, b)		{ ID_##r, ID_##r##_EL1_##f##_SHIFT, (m), (b) }

#define HOST(r, f)		host_field(ID_##r, ID_##r##_EL1_##f##_SHIFT)
/* What the CPU has, shown to the host or not: decides whether a register is there. */
#define HW(r, f)		(id_reg_read(ID_##r) >> ID_##r##_EL1_##f##_SHIFT & 0xf)

#define PMCR_N_SHIFT		11		/* PMCR_EL0.N: how many event counters */

#define CONTROLS(table)		controls(table, sizeof(table) / sizeof((table)[0]))

static u64 controls(const struct control *c, u32 nr)
{
	u64 bits = 0;

	for (; nr; nr--, c++)
		if (host_field(c->reg, c->shift) >= c->min)
			bits |= c->bits;
	return bits;
}

/*
 * RW    the host is AArch64
 * VM    its memory is what stage 2 gives it
 * TSC   no SMC gets past the filter
 * SWIO  DC ISW must not throw away dirty lines of EL2 or of a guest
 * 0 on purpose: E2H, TGE (nVHE, EL0 belongs to EL1); IMO, FMO, AMO, TEA, VI, VF,
 * VSE (interrupts and aborts go straight to the host); TVM, TTLB*, TSW, TPC, TPU,
 * TWI, TWE, TDZ, TID0 to 2, TID4, TID5, TACR, TIDCP, TLOR (would only slow it down);
 * DC, DCT, CD, ID, FB, BSU (the host's own attributes and broadcasts count); HCD
 * (our calls are HVCs); FIEN (the host injects no RAS faults); AMVOFFEN (it
 * reads the real activity counters); NV* (no EL2 for it); GPF (faults of the
 * granule checks are its own).
 */
#define HCR_HOST_ALWAYS \
	(HCR_EL2_RW | HCR_EL2_VM | HCR_EL2_TSC | HCR_EL2_SWIO)
#define PAUTH		(HCR_EL2_API | HCR_EL2_APK)

static const struct control hcr[] = {
	CTL(AA64ISAR1, APA, 1, PAUTH),		/* keys and instructions do not trap */
	CTL(AA64ISAR1, API, 1, PAUTH),
	CTL(AA64ISAR1, GPA, 1, PAUTH),
	CTL(AA64ISAR1, GPI, 1, PAUTH),
	CTL(AA64ISAR2, APA3, 1, PAUTH),
	CTL(AA64ISAR2, GPA3, 1, PAUTH),
	CTL(AA64PFR1, MTE, 2, HCR_EL2_ATA),	/* tags of the host's own memory */
	CTL(AA64PFR0, CSV2, 2, HCR_EL2_EnSCXT),	/* SCXTNUM_EL1, SCXTNUM_EL0 */
	CTL(AA64PFR1, CSV2_frac, 2, HCR_EL2_EnSCXT),
};

u64 host_hcr(void)
{
	u64 bits = HCR_HOST_ALWAYS | CONTROLS(hcr);

	/* ID registers are answered from the feature table, if it changes an answer. */
	return host_id_regs_differ() ? bits | HCR_EL2_TID3 : bits;
}

static const struct control hcrx[] = {
	CTL(AA64ISAR1, LS64, 1, HCRX_EL2_EnALS),
	CTL(AA64ISAR1, LS64, 2, HCRX_EL2_EnASR),
	CTL(AA64ISAR1, LS64, 3, HCRX_EL2_EnAS0),
	CTL(AA64ISAR2, MOPS, 1, HCRX_EL2_MSCEn),
	CTL(AA64ISAR3, PACM, 1, HCRX_EL2_PACMEn),
	CTL(AA64MMFR3, TCRX, 1, HCRX_EL2_TCR2En),
	CTL(AA64MMFR3, SCTLRX, 1, HCRX_EL2_SCTLR2En),
	CTL(AA64MMFR3, SDERR, 2, HCRX_EL2_EnSDERR),
	CTL(AA64MMFR3, SNERR, 2, HCRX_EL2_EnSNERR),
	CTL(AA64MMFR4, SRMASK, 1, HCRX_EL2_SRMASKEn),
	CTL(AA64PFR1, THE, 1, HCRX_EL2_PTTWI),
	CTL(AA64PFR1, GCS, 1, HCRX_EL2_GCSEn),
	CTL(AA64PFR2, FPMR, 1, HCRX_EL2_EnFPM),
};

/*
 * Fine-grained traps. A bit whose name starts with n lets an access through
 * when it is 1; every other bit traps when it is 1. So 0 traps each feature
 * that came with FEAT_FGT or after, known to us or not, and what the host is
 * shown is let through here, one by one.
 */
static const struct control hfgr[] = {		/* same bits in HFGRTR_EL2, HFGWTR_EL2 */
	CTL(AA64ISAR1, LS64, 3, HFGRTR_EL2_nACCDATA_EL1),
	CTL(AA64PFR1, GCS, 1, HFGRTR_EL2_nGCS_EL0 | HFGRTR_EL2_nGCS_EL1),
	CTL(AA64PFR1, SME, 1, HFGRTR_EL2_nSMPRI_EL1 | HFGRTR_EL2_nTPIDR2_EL0),
	CTL(AA64PFR1, THE, 1, HFGRTR_EL2_nRCWMASK_EL1),
	CTL(AA64MMFR3, S1PIE, 1, HFGRTR_EL2_nPIRE0_EL1 | HFGRTR_EL2_nPIR_EL1),
	CTL(AA64MMFR3, S1POE, 1, HFGRTR_EL2_nPOR_EL0 | HFGRTR_EL2_nPOR_EL1),
	CTL(AA64MMFR3, AIE, 1, HFGRTR_EL2_nMAIR2_EL1 | HFGRTR_EL2_nAMAIR2_EL1),
};

static const struct control hfgi[] = {
	CTL(AA64PFR1, GCS, 1, HFGITR_EL2_nGCSPUSHM_EL1 | HFGITR_EL2_nGCSSTR_EL1 |
			      HFGITR_EL2_nGCSEPP),
	CTL(AA64DFR0, BRBE, 1, HFGITR_EL2_nBRBINJ | HFGITR_EL2_nBRBIALL),
};

static const struct control hdfgr[] = {
	CTL(AA64DFR0, PMSVer, 3, HDFGRTR_EL2_nPMSNEVFR_EL1),
	CTL(AA64DFR0, BRBE, 1, HDFGRTR_EL2_nBRBIDR | HDFGRTR_EL2_nBRBCTL |
			       HDFGRTR_EL2_nBRBDATA),
};

static const struct control hdfgw[] = {
	CTL(AA64DFR0, PMSVer, 3, HDFGWTR_EL2_nPMSNEVFR_EL1),
	CTL(AA64DFR0, BRBE, 1, HDFGWTR_EL2_nBRBCTL | HDFGWTR_EL2_nBRBDATA),
};

#define MASKS	(HFGWTR2_EL2_nCPACRMASK_EL1 | HFGWTR2_EL2_nSCTLRMASK_EL1 |	\
		 HFGWTR2_EL2_nSCTLR2MASK_EL1 | HFGWTR2_EL2_nTCRMASK_EL1 |	\
		 HFGWTR2_EL2_nTCR2MASK_EL1 | HFGWTR2_EL2_nACTLRMASK_EL1 |	\
		 HFGWTR2_EL2_nCPACRALIAS_EL1 | HFGWTR2_EL2_nSCTLRALIAS_EL1 |	\
		 HFGWTR2_EL2_nSCTLRALIAS2_EL1 | HFGWTR2_EL2_nTCRALIAS_EL1 |	\
		 HFGWTR2_EL2_nTCR2ALIAS_EL1 | HFGWTR2_EL2_nACTLRALIAS_EL1)

static const struct control hfgw2[] = {
	CTL(AA64PFR1, PFAR, 1, HFGWTR2_EL2_nPFAR_EL1),
	CTL(AA64PFR1, THE, 1, HFGWTR2_EL2_nRCWSMASK_EL1),
	CTL(AA64MMFR4, SRMASK, 1, MASKS),
};

static const struct control hfgr2[] = {		/* beside those of hfgw2 */
	CTL(AA64PFR0, RAS, 3, HFGRTR2_EL2_nERXGSR_EL1),
};

static const struct control hfgi2[] = {
	CTL(AA64MMFR4, PoPS, 1, HFGITR2_EL2_nDCCIVAPS),
};

static const struct control hdfgr2[] = {	/* same bits in HDFGWTR2_EL2 */
	CTL(AA64DFR0, DebugVer, 0xb, HDFGRTR2_EL2_nMDSELR_EL1),
	CTL(AA64DFR1, PMICNTR, 1, HDFGRTR2_EL2_nPMICNTR_EL0 | HDFGRTR2_EL2_nPMICFILTR_EL0),
	CTL(AA64DFR1, ITE, 1, HDFGRTR2_EL2_nTRCITECR_EL1),
	CTL(AA64DFR2, STEP, 1, HDFGRTR2_EL2_nMDSTEPOP_EL1),
	CTL(AA64DFR2, SPE_nVM, 1, HDFGRTR2_EL2_nPMBMAR_EL1),
};

static bool has_pmu(void)
{
	u64 version = HW(AA64DFR0, PMUVer);

	return version && version != ID_AA64DFR0_EL1_PMUVer_IMP_DEF;
}

/* Of PMUv3 from @version on; IMP_DEF is no version. */
static bool pmu_from(u64 version)
{
	return has_pmu() && HW(AA64DFR0, PMUVer) >= version;
}

/* P set: firmware kept the buffer, and its registers trap to EL3. */
static bool has_spe(void)
{
	return HW(AA64DFR0, PMSVer) && !(read_sysreg_s(SYS_PMBIDR_EL1) & PMBIDR_EL1_P);
}

static bool has_trbe(void)
{
	return HW(AA64DFR0, TraceBuffer) && !(read_sysreg_s(SYS_TRBIDR_EL1) & TRBIDR_EL1_P);
}

static u64 hdfgr2_value(void)
{
	u64 bits = CONTROLS(hdfgr2);

	if (pmu_from(ID_AA64DFR0_EL1_PMUVer_V3P9))
		bits |= HDFGRTR2_EL2_nPMUACR_EL1;
	if (has_spe() && read_sysreg_s(SYS_PMSIDR_EL1) & PMSIDR_EL1_FDS)
		bits |= HDFGRTR2_EL2_nPMSDSFR_EL1;
	if (has_trbe() && HOST(AA64DFR0, TraceBuffer) &&
	    read_sysreg_s(SYS_TRBIDR_EL1) & TRBIDR_EL1_MPAM)
		bits |= HDFGRTR2_EL2_nTRBMPAM_EL1;
	return bits;
}

/* PMZR_EL0 can only be written: it has no bit in the register for reads. */
static u64 hdfgw2_value(void)
{
	u64 bits = hdfgr2_value();

	return pmu_from(ID_AA64DFR0_EL1_PMUVer_V3P9) ? bits | HDFGWTR2_EL2_nPMZR_EL0 : bits;
}

/*
 * E2H 0 layout: a 1 traps. What the CPU lacks, or the host is not shown, traps.
 * TCPAC, TAM and TFP stay 0.
 */
static u64 cptr_value(void)
{
	u64 value = CPTR_NVHE_EL2_RES1;

	if (!HOST(AA64PFR0, SVE))
		value |= CPTR_EL2_TZ;
	if (!HOST(AA64PFR1, SME))
		value |= CPTR_EL2_TSM;
	if (HW(AA64DFR0, TraceVer) && !HOST(AA64DFR0, TraceVer))
		value |= CPTR_EL2_TTA;
	return value;
}

static u64 smcr_value(void)
{
	u64 value = SMCR_ELx_LEN_MASK;

	if (HOST(AA64SMFR0, FA64))
		value |= SMCR_ELx_FA64;
	if (HOST(AA64SMFR0, SMEver))
		value |= SMCR_ELx_EZT0;
	return value;
}

/*
 * The host gets all counters (HPMN), and the sampling and trace buffers under
 * its own translation and stage 2 (E2PB, E2TB 0b11). Nothing of it runs on while
 * EL2 does: HPMD and HCCD stop its counters, and MTPME 0 those of a sibling
 * thread. All trap bits are 0. With PMUv3 before 3.1 there is no HPMD: a counter
 * with NSH set counts EL2 too (Documentation/features.rst, caveats).
 */
static u64 mdcr_value(void)
{
	u64 value = 0;

	if (has_pmu())
		value |= read_sysreg_s(SYS_PMCR_EL0) >> PMCR_N_SHIFT & MDCR_EL2_HPMN_MASK;
	if (pmu_from(ID_AA64DFR0_EL1_PMUVer_V3P1))
		value |= MDCR_EL2_HPMD;
	if (pmu_from(ID_AA64DFR0_EL1_PMUVer_V3P5))
		value |= MDCR_EL2_HCCD;
	if (HOST(AA64DFR0, PMSVer))
		value |= MDCR_EL2_E2PB;
	if (HOST(AA64DFR0, TraceBuffer))
		value |= MDCR_EL2_E2TB;
	if (HOST(AA64DFR0, DebugVer) >= ID_AA64DFR0_EL1_DebugVer_V8P9)
		value |= MDCR_EL2_EBWE;
	if (HOST(AA64DFR2, STEP))
		value |= MDCR_EL2_EnSTEPOP;
	return value;
}

static u64 actlr_value(const struct hyp_cpu *cpu)
{
	return cpu->errata & ERRATA_CLUSTER_PMU ? ACTLR_EL2_CLUSTERPMUEN : 0;
}

static bool has_mpam(void)
{
	return HW(AA64PFR0, MPAM) || HW(AA64PFR1, MPAM_frac);
}

static bool has_mpamhcr(void)
{
	return has_mpam() && read_sysreg_s(SYS_MPAMIDR_EL1) & MPAMIDR_EL1_HAS_HCR;
}

static bool has_smps(void)
{
	return HW(AA64PFR1, SME) && read_sysreg_s(SYS_SMIDR_EL1) & SMIDR_EL1_SMPS;
}

static bool has_fgt2(void)
{
	return HW(AA64MMFR0, FGT) >= ID_AA64MMFR0_EL1_FGT_FGT2;
}

static bool has_context_el2(void)
{
	return HW(AA64MMFR1, VH) || HW(AA64DFR0, DebugVer) >= ID_AA64DFR0_EL1_DebugVer_V8P2;
}

#define WRITE_REG(name, there, value, why)		\
	do {						\
		if (there)				\
			write_sysreg_s((value), SYS_##name);	\
	} while (0);

void el2_init_cpu_for_host(struct hyp_cpu *cpu)
{
	/* CPTR_EL2 traps EL2's own accesses to ZCR_EL2 and SMCR_EL2: it comes first. */
	EL2_REGS_FIRST(WRITE_REG)
	isb();
	EL2_REGS(WRITE_REG)
	EL1_REGS(WRITE_REG)
	isb();
}
