/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fake CPU behind fake/nvhe/sysreg.h: registers in a table by encoding. A
 * register that its ID registers do not promise is UNDEFINED: an access counts as
 * a fault, as it would end EL2 on real hardware. Include it in the test's C file,
 * once.
 */
#ifndef FAKE_CPU_H
#define FAKE_CPU_H

#include <stdio.h>
#include <string.h>
#include "nvhe/sysreg.h"

struct fake_reg {
	u32 encoding;
	u64 value;
};

#define FAKE_SLOTS	(1U << 16)
#define FAKE_SLOT(e)	((e) >> 5 & (FAKE_SLOTS - 1))

static u64 fake_value[FAKE_SLOTS];
static u32 fake_writes[FAKE_SLOTS];
static u32 fake_faults;
static u64 fake_cptr_now;	/* CPTR_EL2 as of the last ISB */
static void (*fake_on_write)(u32 encoding, u64 value);	/* before it; NULL: nobody asks */
static void (*fake_on_access)(u32 encoding);
static void (*fake_on_isb)(void);
static bool fake_strict;	/* look at fake_presence[] and at traps to EL2 */

/* From the Arm ARM's register pages, not from what EL2 does: when it is there. */
static const struct {
	u32 encoding;
	u32 id;			/* ID register, 0: only with EL3's leave (never touched) */
	u8 shift, min;
} fake_presence[] = {
	{ SYS_HCRX_EL2, SYS_ID_AA64MMFR1_EL1, 40, 1 },
	{ SYS_HFGRTR_EL2, SYS_ID_AA64MMFR0_EL1, 56, 1 },
	{ SYS_HFGWTR_EL2, SYS_ID_AA64MMFR0_EL1, 56, 1 },
	{ SYS_HFGITR_EL2, SYS_ID_AA64MMFR0_EL1, 56, 1 },
	{ SYS_HDFGRTR_EL2, SYS_ID_AA64MMFR0_EL1, 56, 1 },
	{ SYS_HDFGWTR_EL2, SYS_ID_AA64MMFR0_EL1, 56, 1 },
	{ SYS_HAFGRTR_EL2, SYS_ID_AA64MMFR0_EL1, 56, 1 },
	{ SYS_HAFGRTR_EL2, SYS_ID_AA64PFR0_EL1, 44, 1 },
	{ SYS_HFGRTR2_EL2, SYS_ID_AA64MMFR0_EL1, 56, 2 },
	{ SYS_HFGWTR2_EL2, SYS_ID_AA64MMFR0_EL1, 56, 2 },
	{ SYS_HFGITR2_EL2, SYS_ID_AA64MMFR0_EL1, 56, 2 },
	{ SYS_HDFGRTR2_EL2, SYS_ID_AA64MMFR0_EL1, 56, 2 },
	{ SYS_HDFGWTR2_EL2, SYS_ID_AA64MMFR0_EL1, 56, 2 },
	{ SYS_ZCR_EL2, SYS_ID_AA64PFR0_EL1, 32, 1 },
	{ SYS_SMCR_EL2, SYS_ID_AA64PFR1_EL1, 24, 1 },
	{ SYS_SMPRIMAP_EL2, SYS_ID_AA64PFR1_EL1, 24, 1 },
	{ SYS_SMIDR_EL1, SYS_ID_AA64PFR1_EL1, 24, 1 },
	{ SYS_PMSCR_EL2, SYS_ID_AA64DFR0_EL1, 32, 1 },
	{ SYS_PMSCR_EL1, SYS_ID_AA64DFR0_EL1, 32, 1 },
	{ SYS_PMBLIMITR_EL1, SYS_ID_AA64DFR0_EL1, 32, 1 },
	{ SYS_PMBIDR_EL1, SYS_ID_AA64DFR0_EL1, 32, 1 },
	{ SYS_PMSIDR_EL1, SYS_ID_AA64DFR0_EL1, 32, 1 },
	{ SYS_TRBLIMITR_EL1, SYS_ID_AA64DFR0_EL1, 44, 1 },
	{ SYS_TRBIDR_EL1, SYS_ID_AA64DFR0_EL1, 44, 1 },
	{ SYS_TRFCR_EL2, SYS_ID_AA64DFR0_EL1, 40, 1 },
	{ SYS_TRFCR_EL1, SYS_ID_AA64DFR0_EL1, 40, 1 },
	{ SYS_BRBCR_EL2, SYS_ID_AA64DFR0_EL1, 52, 1 },
	{ SYS_BRBCR_EL1, SYS_ID_AA64DFR0_EL1, 52, 1 },
	{ SYS_PMCR_EL0, SYS_ID_AA64DFR0_EL1, 8, 1 },
	{ SYS_GCSCR_EL2, SYS_ID_AA64PFR1_EL1, 44, 1 },
	{ SYS_GCSCR_EL1, SYS_ID_AA64PFR1_EL1, 44, 1 },
	{ SYS_GCSCRE0_EL1, SYS_ID_AA64PFR1_EL1, 44, 1 },
	{ SYS_TCR2_EL2, SYS_ID_AA64MMFR3_EL1, 0, 1 },
	{ SYS_TCR2_EL1, SYS_ID_AA64MMFR3_EL1, 0, 1 },
	{ SYS_SCTLR2_EL2, SYS_ID_AA64MMFR3_EL1, 4, 1 },
	{ SYS_SCTLR2_EL1, SYS_ID_AA64MMFR3_EL1, 4, 1 },
	{ SYS_TFSR_EL2, SYS_ID_AA64PFR1_EL1, 8, 2 },
	{ SYS_VSESR_EL2, SYS_ID_AA64PFR0_EL1, 28, 1 },
	{ SYS_VDISR_EL2, SYS_ID_AA64PFR0_EL1, 28, 1 },
	{ SYS_LORC_EL1, SYS_ID_AA64MMFR1_EL1, 16, 1 },
	{ SYS_CNTHV_CTL_EL2, SYS_ID_AA64MMFR1_EL1, 8, 1 },
	{ SYS_ICC_SRE_EL2, SYS_ID_AA64PFR0_EL1, 24, 1 },
	{ SYS_ICH_HCR_EL2, SYS_ID_AA64PFR0_EL1, 24, 1 },
	{ SYS_ICH_HFGRTR_EL2, SYS_ID_AA64PFR2_EL1, 12, 1 },
	{ SYS_ICH_HFGWTR_EL2, SYS_ID_AA64PFR2_EL1, 12, 1 },
	{ SYS_ICH_HFGITR_EL2, SYS_ID_AA64PFR2_EL1, 12, 1 },
	/* These trap to EL3 unless firmware opened them, which it need not. */
	{ SYS_CNTPOFF_EL2, 0, 0, 0 },
	{ SYS_SCXTNUM_EL2, 0, 0, 0 },
};

static void fake_fault(const char *what, u32 encoding)
{
	printf("# %s S%u_%u_C%u_C%u_%u\n", what, sys_reg_Op0(encoding), sys_reg_Op1(encoding),
	       sys_reg_CRn(encoding), sys_reg_CRm(encoding), sys_reg_Op2(encoding));
	fake_faults++;
}

static void fake_access(u32 encoding)
{
	u32 i;

	if (!fake_strict)
		return;
	for (i = 0; i < sizeof(fake_presence) / sizeof(fake_presence[0]); i++) {
		u32 id = fake_presence[i].id;

		if (fake_presence[i].encoding == encoding &&
		    (!id || (fake_value[FAKE_SLOT(id)] >> fake_presence[i].shift & 0xf) <
		     fake_presence[i].min))
			fake_fault("UNDEFINED or of EL3:", encoding);
	}
	/* CPTR_EL2 traps EL2 too; E2H 0 layout: TZ bit 8, TSM bit 12. */
	if (encoding == SYS_ZCR_EL2 && fake_cptr_now & 1 << 8)
		fake_fault("CPTR_EL2.TZ traps", encoding);
	if ((encoding == SYS_SMCR_EL2 || encoding == SYS_SMPRIMAP_EL2) && fake_cptr_now & 1 << 12)
		fake_fault("CPTR_EL2.TSM traps", encoding);
}

u64 fake_read_sysreg(u32 encoding)
{
	fake_access(encoding);
	if (fake_on_access)
		fake_on_access(encoding);
	return fake_value[FAKE_SLOT(encoding)];
}

void fake_write_sysreg(u32 encoding, u64 value)
{
	fake_access(encoding);
	if (fake_on_access)
		fake_on_access(encoding);
	if (fake_on_write)
		fake_on_write(encoding, value);
	fake_value[FAKE_SLOT(encoding)] = value;
	fake_writes[FAKE_SLOT(encoding)]++;
}

void fake_isb(void)
{
	fake_cptr_now = fake_value[FAKE_SLOT(SYS_CPTR_EL2)];
	if (fake_on_isb)
		fake_on_isb();
}

/* A CPU whose registers all hold @junk, but for those of @regs (ended by 0, 0). */
static void fake_reset(const struct fake_reg *regs, u64 junk)
{
	u32 i;

	for (i = 0; i < FAKE_SLOTS; i++)
		fake_value[i] = junk;
	for (i = 0; i < 64; i++)	/* ID registers are never junk */
		fake_value[FAKE_SLOT(sys_reg(3, 0, 0, i >> 3, i & 7))] = 0;
	for (; regs->encoding; regs++)
		fake_value[FAKE_SLOT(regs->encoding)] = regs->value;
	memset(fake_writes, 0, sizeof(fake_writes));
	fake_faults = 0;
	fake_strict = true;
	fake_isb();
}

static void fake_set(u32 encoding, u64 value)
{
	fake_value[FAKE_SLOT(encoding)] = value;
}

/* One field of an ID register. */
static void fake_set_field(u32 encoding, u32 shift, u32 width, u64 value)
{
	u64 mask = (width == 64 ? ~0UL : (1UL << width) - 1) << shift;

	fake_value[FAKE_SLOT(encoding)] &= ~mask;
	fake_value[FAKE_SLOT(encoding)] |= value << shift & mask;
}

#endif
