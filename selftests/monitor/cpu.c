// SPDX-License-Identifier: GPL-2.0-only
/*
 * EL3's own registers, as firmware for a machine with all these features must set
 * them (booting.rst), and the state that lower levels are entered in: whatever is
 * UNKNOWN at reset holds junk.
 */
#include "monitor.h"

#define SCR_NS		(1UL << 0)
#define SCR_RES1	(3UL << 4)
#define SCR_HCE		(1UL << 8)
#define SCR_RW		(1UL << 10)
#define SCR_APK		(1UL << 16)
#define SCR_API		(1UL << 17)
#define SCR_FIEN	(1UL << 21)
#define SCR_ENSCXT	(1UL << 25)
#define SCR_ATA		(1UL << 26)
#define SCR_FGTEN	(1UL << 27)
#define SCR_ECVEN	(1UL << 28)
#define SCR_AMVOFFEN	(1UL << 35)
#define SCR_ENAS0	(1UL << 36)
#define SCR_ADEN	(1UL << 37)
#define SCR_HXEN	(1UL << 38)
#define SCR_GCSEN	(1UL << 39)
#define SCR_ENTP2	(1UL << 41)
#define SCR_TCR2EN	(1UL << 43)
#define SCR_SCTLR2EN	(1UL << 44)
#define SCR_PIEN	(1UL << 45)
#define SCR_AIEN	(1UL << 46)
#define SCR_D128EN	(1UL << 47)
#define SCR_ENFPM	(1UL << 50)
#define SCR_FGTEN2	(1UL << 59)

#define CPTR_EZ		(1UL << 8)
#define CPTR_ESM	(1UL << 12)
#define ZCR_EL3		S3_6_C1_C2_0
#define ZCR_LEN		0xfUL
#define SMCR_EL3	S3_6_C1_C2_6
#define SMCR_ALL	(0xfUL | 1UL << 30 | 1UL << 31)		/* LEN, EZT0, FA64 */

#define MDCR_SPD32	(2UL << 14)
#define MDCR_SDD	(1UL << 16)
#define MDCR_ENPM2	(1UL << 7)
#define MDCR_NSPB	(3UL << 12)
#define MDCR_NSTB	(3UL << 24)
#define MDCR_SBRBE	(3UL << 32)
#define MDCR_ENPMSN	(1UL << 36)
#define MDCR_ENPMS3	(1UL << 42)

/* Junk that an entry at EL2 survives: little-endian, MMU off, nothing routed to EL2. */
#define HCR_NOT_JUNK	(1UL << 3 | 1UL << 4 | 1UL << 5 |	/* FMO, IMO, AMO */ \
			 1UL << 27 | 1UL << 34 |		/* TGE, E2H */ \
			 1UL << 37)				/* TEA */
#define SCTLR_EL2_RES1	0x30c50830UL
#define SCTLR_EL2_ODD	(1UL << 1 | 1UL << 3 | 1UL << 12 | 1UL << 19)	/* A, SA, I, WXN */

#define SPSR_EL1H	0x5UL
#define SPSR_EL2H	0x9UL
#define SPSR_DAIF	(0xfUL << 6)
#define SPSR_NZCV	(0xfUL << 28)

#define HFGRTR_EL2	S3_4_C1_C1_4
#define HFGWTR_EL2	S3_4_C1_C1_5
#define HFGITR_EL2	S3_4_C1_C1_6
#define HDFGRTR_EL2	S3_4_C3_C1_4
#define HDFGWTR_EL2	S3_4_C3_C1_5
#define HFGRTR2_EL2	S3_4_C3_C1_2
#define HFGWTR2_EL2	S3_4_C3_C1_3
#define HFGITR2_EL2	S3_4_C3_C1_7
#define HDFGRTR2_EL2	S3_4_C3_C1_0
#define HDFGWTR2_EL2	S3_4_C3_C1_1
#define HCRX_EL2	S3_4_C1_C2_2
#define ZCR_EL2		S3_4_C1_C2_0
#define SMCR_EL2	S3_4_C1_C2_6
#define CNTPOFF_EL2	S3_4_C14_C0_6
#define ICC_SRE_EL2	S3_4_C12_C9_5

bool cpu_has_el2(void)
{
	return id_field(id_aa64pfr0_el1, 8) != 0;
}

static bool has_sve(void) { return id_field(id_aa64pfr0_el1, 32) != 0; }
static bool has_sme(void) { return id_field(id_aa64pfr1_el1, 24) != 0; }
static u32 has_fgt(void) { return id_field(id_aa64mmfr0_el1, 56); }
static bool has_ecv_poff(void) { return id_field(id_aa64mmfr0_el1, 60) > 1; }
static bool has_hcx(void) { return id_field(id_aa64mmfr1_el1, 40) != 0; }

/* Not random, only unlike anything that software expects. */
u64 junk(void)
{
	static u64 state = 0x9e3779b97f4a7c15UL;
	u64 x = state + rd(cntpct_el0);

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	state = x | 1;
	return x * 0x2545f4914f6cdd1dUL;
}

/* Bits of features that this CPU lacks are RES0 and stay so in QEMU. */
static void cpu_init_el3(void)
{
	wr(scr_el3, SCR_NS | SCR_RES1 | SCR_HCE | SCR_RW | SCR_APK | SCR_API | SCR_FIEN |
	   SCR_ENSCXT | SCR_ATA | SCR_FGTEN | SCR_ECVEN | SCR_AMVOFFEN | SCR_ENAS0 | SCR_ADEN |
	   SCR_HXEN | SCR_GCSEN | SCR_ENTP2 | SCR_TCR2EN | SCR_SCTLR2EN | SCR_PIEN | SCR_AIEN |
	   SCR_D128EN | SCR_ENFPM | SCR_FGTEN2);
	wr(cptr_el3, (has_sve() ? CPTR_EZ : 0) | (has_sme() ? CPTR_ESM : 0));
	wr(mdcr_el3, MDCR_SPD32 | MDCR_SDD | MDCR_ENPM2 | MDCR_NSPB | MDCR_NSTB | MDCR_SBRBE |
	   MDCR_ENPMSN | MDCR_ENPMS3);
	isb();
	if (has_sve())
		wr(ZCR_EL3, ZCR_LEN);
	if (has_sme())
		wr(SMCR_EL3, SMCR_ALL);
	isb();
}

void cpu_init(struct cpu *cpu)
{
	wr(tpidr_el3, cpu);
	cpu_init_el3();
	gic_init_cpu(cpu->index);
}

static void junk_fine_traps(void)
{
	if (!has_fgt())
		return;
	wr(HFGRTR_EL2, junk());
	wr(HFGWTR_EL2, junk());
	wr(HFGITR_EL2, junk());
	wr(HDFGRTR_EL2, junk());
	wr(HDFGWTR_EL2, junk());
	if (has_fgt() < 2)
		return;
	wr(HFGRTR2_EL2, junk());
	wr(HFGWTR2_EL2, junk());
	wr(HFGITR2_EL2, junk());
	wr(HDFGRTR2_EL2, junk());
	wr(HDFGWTR2_EL2, junk());
}

static void junk_el2(void)
{
	wr(sctlr_el2, SCTLR_EL2_RES1 | (junk() & SCTLR_EL2_ODD));
	wr(hcr_el2, junk() & ~HCR_NOT_JUNK);
	wr(mdcr_el2, junk());
	wr(cptr_el2, junk());
	wr(hstr_el2, junk());
	wr(vttbr_el2, junk());
	wr(vtcr_el2, junk());
	wr(vpidr_el2, junk());
	wr(vmpidr_el2, junk());
	wr(cnthctl_el2, junk());
	wr(cntvoff_el2, junk());
	wr(tpidr_el2, junk());
	wr(vbar_el2, junk());
	wr(ttbr0_el2, junk());
	wr(tcr_el2, junk());
	wr(mair_el2, junk());
	wr(spsr_el2, junk());
	wr(elr_el2, junk());
	wr(esr_el2, junk());
	wr(far_el2, junk());
	wr(sp_el2, junk());
	wr(ICC_SRE_EL2, 0);
	if (has_hcx())
		wr(HCRX_EL2, junk());
	if (has_ecv_poff())
		wr(CNTPOFF_EL2, junk());
	if (has_sve())
		wr(ZCR_EL2, junk());
	if (has_sme())
		wr(SMCR_EL2, junk());
	junk_fine_traps();
}

/* Left alone where the kernel is entered at EL1: nobody between it and us cleans up. */
static void junk_el1(void)
{
	wr(sctlr_el1, junk());
	wr(tcr_el1, junk());
	wr(ttbr0_el1, junk());
	wr(ttbr1_el1, junk());
	wr(mair_el1, junk());
	wr(vbar_el1, junk());
	wr(cpacr_el1, junk());
	wr(cntkctl_el1, junk());
	wr(contextidr_el1, junk());
	wr(tpidr_el1, junk());
	wr(tpidr_el0, junk());
	wr(tpidrro_el0, junk());
	wr(sp_el0, junk());
	wr(sp_el1, junk());
	wr(elr_el1, junk());
	wr(spsr_el1, junk());
	wr(esr_el1, junk());
	wr(far_el1, junk());
}

/*
 * To the highest level below EL3, as out of a reset. @first: the kernel's first
 * entry, for which booting.rst wants x1 to x3 to be 0. Into EL2 with interrupts
 * unmasked: nothing can come, as HCR_EL2 routes none there.
 */
void cpu_enter(struct cpu *cpu, u64 entry, u64 x0, bool first)
{
	u64 spsr = SPSR_EL1H | SPSR_DAIF;

	/* Out of reset the OS lock is set. */
	wr(oslar_el1, 1);
	if (cpu_has_el2()) {
		spsr = SPSR_EL2H;
		junk_el2();
		junk_el1();
	} else {
		wr(sctlr_el1, SCTLR_EL2_RES1);
	}
	isb();
	enter_lower(entry, x0, spsr | SPSR_NZCV, junk(), cpu->stack_top, first);
}
