/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every EL2 register that the kernel headers name: written at each CPU entry by
 * nvhe/el2_init.c (which has the functions used here), by somebody else, or never,
 * with the reason. tools/check-features fails when one is missing.
 *
 * W(register, is it there on this CPU, value, why)
 * N(register, who writes it, or why nobody does)
 */
#ifndef NVHE_EL2_REGS_H
#define NVHE_EL2_REGS_H

/* Physical counter and timer for EL1, arm_arch_timer's layout for E2H 0. */
#define CNTHCTL_EL1PCTEN_EL1PCEN	3UL
/* Bypasses of the CPU interface off (DFB, DIB), system registers on, also for EL1. */
#define ICC_SRE_EL2_ALL			0xfUL
/* Arm DSU cores: EL1 may program the cluster's PMU (CLUSTERPMCR_EL1 and so on). */
#define ACTLR_EL2_CLUSTERPMUEN		(1UL << 12)

#define EL2_REGS_FIRST(W)								\
	W(CPTR_EL2, true, cptr_value(), "FP, SVE, SME, trace, activity monitors")

#define EL2_REGS(W)									\
	W(VPIDR_EL2, true, read_sysreg_s(SYS_MIDR_EL1), "the real CPU")			\
	W(VMPIDR_EL2, true, read_sysreg_s(SYS_MPIDR_EL1), "the real affinity")		\
	W(ACTLR_EL2, true, actlr_value(cpu), "no IMP DEF control for EL1")		\
	W(HACR_EL2, true, 0, "no IMP DEF traps")					\
	W(HSTR_EL2, true, 0, "no AArch32 traps")					\
	W(MDCR_EL2, true, mdcr_value(), "PMU, SPE, TRBE, debug")			\
	W(AMAIR_EL2, true, 0, "no IMP DEF attributes in EL2's tables")			\
	W(CNTHCTL_EL2, true, CNTHCTL_EL1PCTEN_EL1PCEN, "all timers, no offset, no events") \
	W(CNTVOFF_EL2, true, 0, "virtual time is physical time")			\
	W(CNTHP_CTL_EL2, true, 0, "EL2's timer off")					\
	W(CNTHV_CTL_EL2, HW(AA64MMFR1, VH), 0, "EL2's virtual timer off")		\
	W(ICC_SRE_EL2, true, ICC_SRE_EL2_ALL, "GICv3 system registers")		\
	W(ICH_HCR_EL2, true, 0, "no virtual CPU interface")				\
	W(CONTEXTIDR_EL2, has_context_el2(), 0, "no junk in trace and breakpoints")	\
	W(HCRX_EL2, HW(AA64MMFR1, HCX), CONTROLS(hcrx), "enables of newer features")	\
	W(HFGRTR_EL2, HW(AA64MMFR0, FGT), CONTROLS(hfgr), "fine-grained traps")		\
	W(HFGWTR_EL2, HW(AA64MMFR0, FGT), CONTROLS(hfgr), "fine-grained traps")		\
	W(HFGITR_EL2, HW(AA64MMFR0, FGT), CONTROLS(hfgi), "fine-grained traps")		\
	W(HDFGRTR_EL2, HW(AA64MMFR0, FGT), CONTROLS(hdfgr), "fine-grained traps")	\
	W(HDFGWTR_EL2, HW(AA64MMFR0, FGT), CONTROLS(hdfgw), "fine-grained traps")	\
	W(HAFGRTR_EL2, HW(AA64MMFR0, FGT) && HW(AA64PFR0, AMU), 0, "activity monitors")	\
	W(HFGRTR2_EL2, has_fgt2(), CONTROLS(hfgw2) | CONTROLS(hfgr2), "fine-grained traps") \
	W(HFGWTR2_EL2, has_fgt2(), CONTROLS(hfgw2), "fine-grained traps")		\
	W(HFGITR2_EL2, has_fgt2(), CONTROLS(hfgi2), "fine-grained traps")		\
	W(HDFGRTR2_EL2, has_fgt2(), hdfgr2_value(), "fine-grained traps")		\
	W(HDFGWTR2_EL2, has_fgt2(), hdfgw2_value(), "fine-grained traps")		\
	W(ZCR_EL2, HOST(AA64PFR0, SVE), ZCR_ELx_LEN_MASK, "all vector lengths")		\
	W(SMCR_EL2, HOST(AA64PFR1, SME), smcr_value(), "all streaming lengths, FA64, ZT0") \
	W(SMPRIMAP_EL2, has_smps(), 0, "priorities are not mapped")			\
	W(MPAM2_EL2, has_mpam(), MPAM2_EL2_EnMPAMSM, "default partition, no traps")	\
	W(MPAMHCR_EL2, has_mpamhcr(), 0, "partition numbers are physical")		\
	W(PMSCR_EL2, has_spe(), PMSCR_PA_PCT, "EL1 samples addresses; EL2 never sampled") \
	W(TRFCR_EL2, HW(AA64DFR0, TraceFilt), 0, "no trace of EL2")			\
	W(BRBCR_EL2, HW(AA64DFR0, BRBE), BRBCR_CC_MPRED, "EL2 not recorded; EL1's choice counts") \
	W(GCSCR_EL2, HW(AA64PFR1, GCS), 0, "no control stack at EL2")			\
	W(TCR2_EL2, HW(AA64MMFR3, TCRX), 0, "no PIR, POR, MAIR2, D128 at EL2")		\
	W(SCTLR2_EL2, HW(AA64MMFR3, SCTLRX), 0, "no newer controls at EL2")		\
	W(TFSR_EL2, HW(AA64PFR1, MTE) >= 2, 0, "no stale tag fault")			\
	W(VSESR_EL2, HW(AA64PFR0, RAS), 0, "no stale virtual error")			\
	W(VDISR_EL2, HW(AA64PFR0, RAS), 0, "no stale virtual error")			\
	W(ICH_HFGRTR_EL2, HW(AA64PFR2, GCIE), 0, "GICv5 registers trap")		\
	W(ICH_HFGWTR_EL2, HW(AA64PFR2, GCIE), 0, "GICv5 registers trap")		\
	W(ICH_HFGITR_EL2, HW(AA64PFR2, GCIE), 0, "GICv5 instructions trap")

/* What booting.rst wants at 0 of a loader, or what would act before it is set. */
#define EL1_REGS(W)									\
	W(MDSCR_EL1, true, 0, "no debug exceptions, no stepping")			\
	W(LORC_EL1, HW(AA64MMFR1, LO), 0, "no limited ordering")			\
	W(PMSCR_EL1, has_spe(), 0, "no sampling")					\
	W(PMBLIMITR_EL1, has_spe(), 0, "no sample buffer: it would write memory")	\
	W(TRBLIMITR_EL1, has_trbe(), 0, "no trace buffer: it would write memory")	\
	W(TRFCR_EL1, HW(AA64DFR0, TraceFilt), 0, "no trace")				\
	W(BRBCR_EL1, HW(AA64DFR0, BRBE), 0, "no branch records")			\
	W(MPAM1_EL1, has_mpam(), 0, "default partition")				\
	W(MPAM0_EL1, has_mpam(), 0, "default partition")				\
	W(GCSCR_EL1, HW(AA64PFR1, GCS), 0, "no control stack")				\
	W(GCSCRE0_EL1, HW(AA64PFR1, GCS), 0, "no control stack")			\
	W(TCR2_EL1, HW(AA64MMFR3, TCRX), 0, "plain translation")			\
	W(SCTLR2_EL1, HW(AA64MMFR3, SCTLRX), 0, "plain controls")

/* E2SPE, E0HSPE, CX 0: only EL1's samples; PCT 0b01, PA: physical time and address. */
#define PMSCR_PA_PCT	(1UL << 6 | 1UL << 4)
/* ExBRE, E0BRE 0: EL2 is not recorded; cycle counts and mispredicts as EL1 says. */
#define BRBCR_CC_MPRED	(1UL << 4 | 1UL << 3)

#define EL2_REGS_OTHER(N)								\
	N(HCR_EL2, "nvhe/cpu.c, from host_hcr(), after stage 2 is there")		\
	N(SCTLR_EL2, "boot/head.S and nvhe/entry.S: EL2's own MMU")			\
	N(TTBR0_EL2, "EL2's own tables")						\
	N(TCR_EL2, "EL2's own tables")							\
	N(MAIR_EL2, "EL2's own tables")							\
	N(VBAR_EL2, "EL2's vectors")							\
	N(TPIDR_EL2, "this CPU's record")						\
	N(SP_EL2, "this CPU's stack")							\
	N(VTTBR_EL2, "the host's stage 2")						\
	N(VTCR_EL2, "the host's stage 2; HA, HD, HDBSS, S2PIE, S2POE, D128 stay 0")	\
	N(ELR_EL2, "set at each return")						\
	N(SPSR_EL2, "set at each return")						\
	N(ESR_EL2, "set by each exception")						\
	N(FAR_EL2, "set by each exception")						\
	N(HPFAR_EL2, "set by each exception")						\
	N(AFSR0_EL2, "IMP DEF fault status: never read")				\
	N(AFSR1_EL2, "IMP DEF fault status: never read")				\
	N(TTBR1_EL2, "not there with E2H 0")						\
	N(RMR_EL2, "reset: of the highest level only")					\
	N(RVBAR_EL2, "read only")							\
	N(DACR32_EL2, "AArch32 at EL1 only: HCR_EL2.RW")				\
	N(IFSR32_EL2, "AArch32 at EL1 only: HCR_EL2.RW")				\
	N(FPEXC32_EL2, "AArch32 at EL1 only: HCR_EL2.RW")				\
	N(DBGVCR32_EL2, "AArch32 at EL1 only: HCR_EL2.RW")				\
	N(SCXTNUM_EL2, "tags EL2's predictions, any value does; may trap to EL3")	\
	N(CNTPOFF_EL2, "CNTHCTL_EL2.ECV 0 takes it out; may trap to EL3")		\
	N(CNTHP_CVAL_EL2, "EL2's timer is off")						\
	N(CNTHP_TVAL_EL2, "EL2's timer is off")						\
	N(CNTHV_CVAL_EL2, "EL2's virtual timer is off")					\
	N(CNTHV_TVAL_EL2, "EL2's virtual timer is off")					\
	N(VNCR_EL2, "HCR_EL2.NV2 0")							\
	N(NVHCR_EL2, "HCR_EL2.NV 0")							\
	N(GCSPR_EL2, "GCSCR_EL2 0")							\
	N(MAIR2_EL2, "TCR2_EL2.AIE 0")							\
	N(AMAIR2_EL2, "TCR2_EL2.AIE 0")							\
	N(PIR_EL2, "TCR2_EL2.PIE 0")							\
	N(PIRE0_EL2, "TCR2_EL2.PIE 0")							\
	N(POR_EL2, "TCR2_EL2.POE 0")							\
	N(S2PIR_EL2, "VTCR_EL2.S2PIE 0")						\
	N(HDBSSBR_EL2, "VTCR_EL2.HDBSS 0")						\
	N(HDBSSPROD_EL2, "VTCR_EL2.HDBSS 0")						\
	N(AMEVCNTVOFF0n_EL2, "HCR_EL2.AMVOFFEN 0")					\
	N(AMEVCNTVOFF1n_EL2, "HCR_EL2.AMVOFFEN 0")					\
	N(MPAMVPM0_EL2, "MPAMHCR_EL2 0")						\
	N(MPAMVPM1_EL2, "MPAMHCR_EL2 0")						\
	N(MPAMVPM2_EL2, "MPAMHCR_EL2 0")						\
	N(MPAMVPM3_EL2, "MPAMHCR_EL2 0")						\
	N(MPAMVPM4_EL2, "MPAMHCR_EL2 0")						\
	N(MPAMVPM5_EL2, "MPAMHCR_EL2 0")						\
	N(MPAMVPM6_EL2, "MPAMHCR_EL2 0")						\
	N(MPAMVPM7_EL2, "MPAMHCR_EL2 0")						\
	N(MPAMVPMV_EL2, "MPAMHCR_EL2 0")						\
	N(ICH_VMCR_EL2, "ICH_HCR_EL2.En 0")						\
	N(ICH_VTR_EL2, "read only")							\
	N(ICH_MISR_EL2, "read only")							\
	N(ICH_EISR_EL2, "read only")							\
	N(ICH_ELRSR_EL2, "read only")							\
	N(ICH_VSEIR_EL2, "ICH_HCR_EL2.En 0")						\
	N(ICH_VCTLR_EL2, "GICv5: hidden and trapped")					\
	N(ICH_CONTEXTR_EL2, "GICv5: hidden and trapped")				\
	N(ICH_APR_EL2, "GICv5: hidden and trapped")					\
	N(ICH_PPI_ACTIVER_n_EL2, "GICv5: hidden and trapped")				\
	N(ICH_PPI_DVIR_n_EL2, "GICv5: hidden and trapped")				\
	N(ICH_PPI_ENABLER_n_EL2, "GICv5: hidden and trapped")				\
	N(ICH_PPI_PENDR_n_EL2, "GICv5: hidden and trapped")				\
	N(ICH_PPI_PRIORITYR_n_EL2, "GICv5: hidden and trapped")				\
	N(ICH_AP0R_n_EL2, "ICH_HCR_EL2.En 0")						\
	N(ICH_AP1R_n_EL2, "ICH_HCR_EL2.En 0")						\
	N(ICH_LR_n_EL2, "ICH_HCR_EL2.En 0")

#endif
