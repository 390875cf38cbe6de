/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EL1 and EL0 registers that belong to a vCPU, hyp_vcpu.sys[]. The host runs at
 * EL1 itself, so what a guest can reach without a trap moves at each entry and exit;
 * the host's copies are on EL2's stack while the guest runs (struct host_state of
 * nvhe/guest.c). What is not here is trapped or hidden: nvhe/guest_regs.list has
 * every register that the kernel headers name, and tools/check-features holds it
 * against them.
 *
 * X(name, encoding, reset value, why it is there)
 */
#ifndef NVHE_GUEST_SYSREGS_H
#define NVHE_GUEST_SYSREGS_H

#include <linux/types.h>
#include <asm/sysreg.h>

#define ENC_SP_EL0	sys_reg(3, 0, 4, 1, 0)

/* First and last in the order of a switch: see switch_open() of nvhe/guest.c. */
#define GUEST_SYSREGS_WALK(X)							\
	X(TCR_EL1, SYS_TCR_EL1, 0, "translation")				\
	X(SCTLR_EL1, SYS_SCTLR_EL1, INIT_SCTLR_EL1_MMU_OFF, "MMU off, little endian")

/* Each exit, on every CPU. */
#define GUEST_SYSREGS_ALWAYS(X)							\
	X(TTBR0_EL1, SYS_TTBR0_EL1, 0, "translation")				\
	X(TTBR1_EL1, SYS_TTBR1_EL1, 0, "translation")				\
	X(MAIR_EL1, SYS_MAIR_EL1, 0, "translation")				\
	X(AMAIR_EL1, SYS_AMAIR_EL1, 0, "translation")				\
	X(CONTEXTIDR_EL1, SYS_CONTEXTIDR_EL1, 0, "translation")			\
	X(CPACR_EL1, SYS_CPACR_EL1, 0, "EL1's own traps")			\
	X(VBAR_EL1, SYS_VBAR_EL1, 0, "exceptions")				\
	X(ESR_EL1, SYS_ESR_EL1, 0, "exceptions")				\
	X(FAR_EL1, SYS_FAR_EL1, 0, "exceptions")				\
	X(AFSR0_EL1, SYS_AFSR0_EL1, 0, "exceptions")				\
	X(AFSR1_EL1, SYS_AFSR1_EL1, 0, "exceptions")				\
	X(ELR_EL1, SYS_ELR_EL1, 0, "exceptions")				\
	X(SPSR_EL1, SYS_SPSR_EL1, 0, "exceptions")				\
	X(SP_EL1, SYS_SP_EL1, 0, "stacks")					\
	X(SP_EL0, ENC_SP_EL0, 0, "stacks")					\
	X(TPIDR_EL1, SYS_TPIDR_EL1, 0, "software's thread pointers")		\
	X(TPIDR_EL0, SYS_TPIDR_EL0, 0, "software's thread pointers")		\
	X(TPIDRRO_EL0, SYS_TPIDRRO_EL0, 0, "software's thread pointers")	\
	X(PAR_EL1, SYS_PAR_EL1, 0, "result of AT")				\
	X(CSSELR_EL1, SYS_CSSELR_EL1, 0, "selects what CCSIDR_EL1 shows")	\
	X(CNTKCTL_EL1, SYS_CNTKCTL_EL1, 0, "EL0's access to timers")

/* Each exit, where ID_AA64ISAR1_EL1 or ID_AA64ISAR2_EL1 has pointer authentication. */
#define GUEST_SYSREGS_PAUTH(X)							\
	X(APIAKEYLO_EL1, SYS_APIAKEYLO_EL1, 0, "keys")				\
	X(APIAKEYHI_EL1, SYS_APIAKEYHI_EL1, 0, "keys")				\
	X(APIBKEYLO_EL1, SYS_APIBKEYLO_EL1, 0, "keys")				\
	X(APIBKEYHI_EL1, SYS_APIBKEYHI_EL1, 0, "keys")				\
	X(APDAKEYLO_EL1, SYS_APDAKEYLO_EL1, 0, "keys")				\
	X(APDAKEYHI_EL1, SYS_APDAKEYHI_EL1, 0, "keys")				\
	X(APDBKEYLO_EL1, SYS_APDBKEYLO_EL1, 0, "keys")				\
	X(APDBKEYHI_EL1, SYS_APDBKEYHI_EL1, 0, "keys")				\
	X(APGAKEYLO_EL1, SYS_APGAKEYLO_EL1, 0, "keys")				\
	X(APGAKEYHI_EL1, SYS_APGAKEYHI_EL1, 0, "keys")

/*
 * Kept here, every access of the guest traps. MDSCR_EL1 is written at each entry; the
 * breakpoints are in the CPU only while the guest has them on (MDSCR_EL1.MDE).
 */
#define GUEST_SYSREGS_DEBUG(X)							\
	X(MDSCR_EL1, SYS_MDSCR_EL1, 0, "debug off, no stepping")		\
	X(OSLSR_EL1, SYS_OSLSR_EL1, 0xa, "the OS lock is there, and locked")	\
	X(DBGBVR0_EL1, SYS_DBGBVRn_EL1(0), 0, "breakpoints")			\
	X(DBGBVR1_EL1, SYS_DBGBVRn_EL1(1), 0, "breakpoints")			\
	X(DBGBCR0_EL1, SYS_DBGBCRn_EL1(0), 0, "breakpoints")			\
	X(DBGBCR1_EL1, SYS_DBGBCRn_EL1(1), 0, "breakpoints")			\
	X(DBGWVR0_EL1, SYS_DBGWVRn_EL1(0), 0, "watchpoints")			\
	X(DBGWVR1_EL1, SYS_DBGWVRn_EL1(1), 0, "watchpoints")			\
	X(DBGWCR0_EL1, SYS_DBGWCRn_EL1(0), 0, "watchpoints")			\
	X(DBGWCR1_EL1, SYS_DBGWCRn_EL1(1), 0, "watchpoints")

#define GUEST_SYSREGS(X)							\
	GUEST_SYSREGS_WALK(X)							\
	GUEST_SYSREGS_ALWAYS(X)							\
	GUEST_SYSREGS_PAUTH(X)							\
	GUEST_SYSREGS_DEBUG(X)

#define GUEST_SYSREG_ENUM(name, encoding, reset, why)	GSR_##name,
enum guest_sysreg { GUEST_SYSREGS(GUEST_SYSREG_ENUM) GUEST_NR_SYSREGS };
#undef GUEST_SYSREG_ENUM

/** guest_sysreg_index() - where sys[] has a register; GUEST_NR_SYSREGS: nowhere */
enum guest_sysreg guest_sysreg_index(u32 encoding);

/**
 * guest_id_reg() - what every guest reads from an ID register
 * @encoding: op0 3, op1 0, CRn 0, CRm 1 to 7
 *
 * From the boot CPU's registers, the same for all guests. 0 if not in the table.
 */
u64 guest_id_reg(u32 encoding);

#endif
