/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU features: what the host is shown of the ID registers, and why.
 *
 * An entry of features[] says, for one ID-register field, the greatest value
 * that the host may see and how that value is made true at EL1. HCR_EL2.TID3
 * sends the host's reads here, on a CPU that has anything to hide (Linux reads
 * ID_AA64ISAR0_EL1 for each early random number: traps that others save).
 * nvhe/el2_init.c makes the promise of an ENABLED entry, and nothing is enabled
 * that the host is not shown. A field that is not in the table reads as 0, a
 * value above the cap as the cap: what a newer CPU or kernel knows and we do not
 * is hidden until somebody has looked at it.
 *
 * tools/check-features holds the table against the kernel's sysreg-defs.h;
 * Documentation/features.rst is made from it.
 */
#ifndef NVHE_FEATURES_H
#define NVHE_FEATURES_H

#include <linux/types.h>
#include <asm/sysreg.h>

/* An ID register: op0 3, op1 0, CRn 0; this is CRm:op2. */
#define ID_REG(crm, op2)	((crm) << 3 | (op2))
#define ID_REG_ENCODING(reg)	sys_reg(3, 0, 0, (reg) >> 3, (reg) & 7)

/* X(name without ID_ and _EL1, CRm, op2); all that the table has entries for */
#define ID_REGISTERS(X)		\
	X(PFR0, 1, 0)		\
	X(PFR1, 1, 1)		\
	X(DFR0, 1, 2)		\
	X(AFR0, 1, 3)		\
	X(MMFR0, 1, 4)		\
	X(MMFR1, 1, 5)		\
	X(MMFR2, 1, 6)		\
	X(MMFR3, 1, 7)		\
	X(ISAR0, 2, 0)		\
	X(ISAR1, 2, 1)		\
	X(ISAR2, 2, 2)		\
	X(ISAR3, 2, 3)		\
	X(ISAR4, 2, 4)		\
	X(ISAR5, 2, 5)		\
	X(MMFR4, 2, 6)		\
	X(ISAR6, 2, 7)		\
	X(MVFR0, 3, 0)		\
	X(MVFR1, 3, 1)		\
	X(MVFR2, 3, 2)		\
	X(PFR2, 3, 4)		\
	X(DFR1, 3, 5)		\
	X(MMFR5, 3, 6)		\
	X(AA64PFR0, 4, 0)	\
	X(AA64PFR1, 4, 1)	\
	X(AA64PFR2, 4, 2)	\
	X(AA64ZFR0, 4, 4)	\
	X(AA64SMFR0, 4, 5)	\
	X(AA64FPFR0, 4, 7)	\
	X(AA64DFR0, 5, 0)	\
	X(AA64DFR1, 5, 1)	\
	X(AA64DFR2, 5, 2)	\
	X(AA64AFR0, 5, 4)	\
	X(AA64AFR1, 5, 5)	\
	X(AA64ISAR0, 6, 0)	\
	X(AA64ISAR1, 6, 1)	\
	X(AA64ISAR2, 6, 2)	\
	X(AA64ISAR3, 6, 3)	\
	X(AA64MMFR0, 7, 0)	\
	X(AA64MMFR1, 7, 1)	\
	X(AA64MMFR2, 7, 2)	\
	X(AA64MMFR3, 7, 3)	\
	X(AA64MMFR4, 7, 4)

/* X(CRm, op2); the rest of the space */
#define ID_UNNAMED_REGISTERS(X)						\
	X(3, 3) X(3, 7) X(4, 3) X(4, 6) X(5, 3) X(5, 6) X(5, 7)		\
	X(6, 4) X(6, 5) X(6, 6) X(6, 7) X(7, 5) X(7, 6) X(7, 7)

#define ID_REG_NAME(name, crm, op2)	ID_##name = ID_REG(crm, op2),
enum id_reg { ID_REGISTERS(ID_REG_NAME) };
#undef ID_REG_NAME

/* How the values of a field compare (Arm ARM D24.1.3). */
enum feature_kind {
	FEAT_U,			/* unsigned: more is more */
	FEAT_S,			/* signed: negative is not implemented */
	FEAT_UF,		/* unsigned, but all ones stands apart */
	FEAT_ANY,		/* a number or a choice: no order, never capped */
};

enum feature_host {
	HOST_PASS,		/* no control of EL2 stands in the way */
	HOST_ENABLED,		/* EL2 sets what the reason says */
	HOST_HIDDEN,		/* the host sees less than some CPUs have */
};

/* What protected and normal guests will get; the world switch reads it. */
enum feature_guest {
	GUEST_SAME,		/* nothing to switch */
	GUEST_SWITCHED,		/* state or controls that belong to a vCPU */
	GUEST_HIDDEN,
};

struct feature {
	u8 reg;			/* enum id_reg; entries are sorted by it */
	u8 shift;		/* lowest bit */
	u8 width;		/* bits */
	u8 kind;		/* enum feature_kind */
	u8 known;		/* greatest value that the recorded headers name */
	u8 cap;			/* greatest value that the host sees */
	u8 host;		/* enum feature_host */
	u8 guest;		/* enum feature_guest */
#ifdef FEATURE_TEXT
	const char *regname;
	const char *name;
	const char *why;
#endif
};

extern const struct feature features[];
extern const u32 nr_features;

/**
 * host_id_reg() - what the host reads from an ID register on this CPU
 * @encoding: sys_reg() encoding in the space op0 3, op1 0, CRn 0, CRm 1 to 7
 *
 * Context: any; takes no lock. Return: the hardware's value through the table;
 * 0 for a register that the table does not have.
 */
u64 host_id_reg(u32 encoding);

/**
 * host_id_regs_differ() - does the host see anything else than this CPU has?
 *
 * Context: any. Return: true if the host's reads must trap (HCR_EL2.TID3); false
 * if the hardware gives the same answers itself.
 */
bool host_id_regs_differ(void);

/**
 * host_field() - one field of host_id_reg(), not sign-extended
 * @reg: register of the field
 * @shift: its lowest bit
 *
 * Context: any. Return: the field as the host sees it; 0 if not in the table.
 */
u64 host_field(enum id_reg reg, u32 shift);

/** id_reg_read() - the hardware's value on this CPU; 0 if not in ID_REGISTERS() */
u64 id_reg_read(enum id_reg reg);

/**
 * host_pa_bits() - physical address bits that the host may use on this CPU
 *
 * Return: 32 to 48; what VTCR_EL2.PS and a stage 2 for the host may rely on.
 */
u32 host_pa_bits(void);

/**
 * cpu_refusal() - can protected mode hold this CPU?
 *
 * Context: EL2, MMU off, after HCR_EL2 has been written with E2H 0 (a CPU on
 * which E2H sticks is refused). Run it on each CPU. Return: NULL, or one line
 * for people that says what is missing.
 */
const char *cpu_refusal(void);

#endif
