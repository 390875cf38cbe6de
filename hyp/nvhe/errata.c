// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU errata. From Arm's Software Developer Errata Notices and Spectre-BHB and
 * Cache Speculation white papers, and the numbers that the kernel's
 * silicon-errata.rst lists for other makers.
 */
#include <linux/arm-smccc.h>
#include "nvhe/errata.h"
#include "nvhe/features.h"
#include "nvhe/log.h"
#include "nvhe/smccc.h"
#include "nvhe/sysreg.h"

/* Of MIDR_EL1: implementer and part number; variant and revision as 0xVR. */
#define CPU(implementer, part)	((implementer) << 12 | (part))
#define MIDR_CPU(midr)		CPU((midr) >> 24 & 0xff, (midr) >> 4 & 0xfff)
#define MIDR_RXPY(midr)		(((midr) >> 20 & 0xf) << 4 | ((midr) & 0xf))

#define ARM(part)		CPU(0x41, part)
#define A53	ARM(0xd03)
#define A35	ARM(0xd04)
#define A55	ARM(0xd05)
#define A57	ARM(0xd07)
#define A72	ARM(0xd08)
#define A73	ARM(0xd09)
#define A75	ARM(0xd0a)
#define A76	ARM(0xd0b)
#define N1	ARM(0xd0c)
#define A77	ARM(0xd0d)
#define A76AE	ARM(0xd0e)
#define V1	ARM(0xd40)
#define A78	ARM(0xd41)
#define A78AE	ARM(0xd42)
#define X1	ARM(0xd44)
#define A510	ARM(0xd46)
#define A710	ARM(0xd47)
#define X2	ARM(0xd48)
#define N2	ARM(0xd49)
#define A78C	ARM(0xd4b)
#define X1C	ARM(0xd4c)
#define A715	ARM(0xd4d)
#define X3	ARM(0xd4e)
#define V2	ARM(0xd4f)
#define A520	ARM(0xd80)
#define A720	ARM(0xd81)
#define X4	ARM(0xd82)
#define V3AE	ARM(0xd83)
#define V3	ARM(0xd84)
#define X925	ARM(0xd85)
#define A725	ARM(0xd87)
#define A720AE	ARM(0xd89)
#define C1_PRO	ARM(0xd8b)
#define C1_ULTRA ARM(0xd8c)
#define N3	ARM(0xd8e)
#define C1_PREMIUM ARM(0xd90)
#define BRAHMA_B53	CPU(0x42, 0x100)
#define VULCAN		CPU(0x42, 0x516)
#define THUNDERX	CPU(0x43, 0x0a1)
#define THUNDERX_81XX	CPU(0x43, 0x0a2)
#define THUNDERX_83XX	CPU(0x43, 0x0a3)
#define THUNDERX2	CPU(0x43, 0x0af)
#define TSV110		CPU(0x48, 0xd01)
#define HIP09		CPU(0x48, 0xd02)
#define OLYMPUS		CPU(0x4e, 0x010)
#define XGENE		CPU(0x50, 0x000)
#define ORYON_X1	CPU(0x51, 0x001)
#define KRYO		CPU(0x51, 0x200)
#define KRYO2_GOLD	CPU(0x51, 0x800)	/* Falkor r0 carries the same number */
#define KRYO2_SILVER	CPU(0x51, 0x801)
#define KRYO3_SILVER	CPU(0x51, 0x803)
#define KRYO4_GOLD	CPU(0x51, 0x804)
#define KRYO4_SILVER	CPU(0x51, 0x805)
#define FALKOR		CPU(0x51, 0xc00)
#define COBALT100	CPU(0x6d, 0xd49)
#define AMPERE1		CPU(0xc0, 0xac3)
#define AMPERE1A	CPU(0xc0, 0xac4)

#define RXPY(v, r)	((v) << 4 | (r))
#define ANY_REV		0, 0xff
#define UP_TO(v, r)	0, RXPY(v, r)

struct cpu_entry {
	u32 cpu;
	u8 first, last;		/* variant and revision, both included */
	u64 bits;		/* ERRATA_* */
};

/* Entries add up. One line an erratum; the number is the maker's. */
static const struct cpu_entry cpu_errata[] = {
	/* A TLBI may be complete too early for accesses that used the entry. */
	{ KRYO4_GOLD, RXPY(0xc, 0xe), RXPY(0xf, 0xe), ERRATA_REPEAT_TLBI },
	{ A55, ANY_REV, ERRATA_REPEAT_TLBI },				/* 2441007 */
	{ A510, UP_TO(1, 1), ERRATA_REPEAT_TLBI },			/* 2441009 */
	{ A76, ANY_REV, ERRATA_REPEAT_TLBI },				/* 1286807, 4193800 */
	{ A76AE, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193801 */
	{ A77, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193798 */
	{ A78, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193791 */
	{ A78AE, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193793 */
	{ A78C, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193794 */
	{ A710, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193788 */
	{ X1, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193791 */
	{ X1C, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193792 */
	{ X2, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193788 */
	{ X3, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4118414 */
	{ X4, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4118414 */
	{ X925, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4118414 */
	{ N1, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193800 */
	{ N2, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193789 */
	{ COBALT100, ANY_REV, ERRATA_REPEAT_TLBI },			/* 4193789 */
	{ V1, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193790 */
	{ V2, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193787 */
	{ V3, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193784 */
	{ V3AE, ANY_REV, ERRATA_REPEAT_TLBI },				/* 4193784 */
	{ C1_PREMIUM, ANY_REV, ERRATA_REPEAT_TLBI },			/* 4193780 */
	{ C1_ULTRA, ANY_REV, ERRATA_REPEAT_TLBI },			/* 4193780 */
	{ OLYMPUS, ANY_REV, ERRATA_REPEAT_TLBI },			/* T410-OLY-1029 */

	/* A speculative AT or walk may fill the TLB from half-switched registers. */
	{ A57, ANY_REV, ERRATA_SPECULATIVE_AT },			/* 1319537 */
	{ A72, ANY_REV, ERRATA_SPECULATIVE_AT },			/* 1319367 */
	{ A76, UP_TO(2, 0), ERRATA_SPECULATIVE_AT },			/* 1165522 */
	{ A55, UP_TO(2, 0), ERRATA_SPECULATIVE_AT },			/* 1530923 */
	{ KRYO4_SILVER, RXPY(0xd, 0xe), RXPY(0xd, 0xe), ERRATA_SPECULATIVE_AT },

	/* A read of PAR_EL1 beside device or exclusive accesses may lock up. */
	{ A77, UP_TO(1, 0), ERRATA_PAR_DMB },				/* 1508412 */

	/* Translations in flight while HCR_EL2 is written may be corrupted. */
	{ AMPERE1A, ANY_REV, ERRATA_HCR_SYNC },				/* AC04_CPU_23 */

	/* A clean by VA may lose data; a clean and invalidate does not. */
	{ A53, UP_TO(0, 2), ERRATA_CLEAN_CACHE },		/* 826319, 827319, 824069, 819472 */

	/* TSB CSYNC may leave trace in flight. */
	{ A710, ANY_REV, ERRATA_TSB_TWICE },				/* 2054223 */
	{ N2, ANY_REV, ERRATA_TSB_TWICE },				/* 2067961 */
	{ COBALT100, ANY_REV, ERRATA_TSB_TWICE },			/* 2067961 */

	/* MSR SSBS alone does not order what follows. */
	{ A76, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324349 */
	{ A77, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324348 */
	{ A78, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324344 */
	{ A78C, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324346, 3324347 */
	{ A710, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324338 */
	{ A715, ANY_REV, ERRATA_SSBS_SYNC },				/* 3456084 */
	{ A720, ANY_REV, ERRATA_SSBS_SYNC },				/* 3456091 */
	{ A720AE, ANY_REV, ERRATA_SSBS_SYNC },				/* 3456091 */
	{ A725, ANY_REV, ERRATA_SSBS_SYNC },				/* 3456106 */
	{ X1, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324344 */
	{ X1C, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324346 */
	{ X2, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324338 */
	{ X3, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324335 */
	{ X4, ANY_REV, ERRATA_SSBS_SYNC },				/* 3194386 */
	{ X925, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324334 */
	{ N1, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324349 */
	{ N2, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324339 */
	{ N3, ANY_REV, ERRATA_SSBS_SYNC },				/* 3456111 */
	{ COBALT100, ANY_REV, ERRATA_SSBS_SYNC },			/* 3324339 */
	{ V1, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324341 */
	{ V2, ANY_REV, ERRATA_SSBS_SYNC },				/* 3324336 */
	{ V3, ANY_REV, ERRATA_SSBS_SYNC },				/* 3312417 */
	{ V3AE, ANY_REV, ERRATA_SSBS_SYNC },				/* 3312417 */

	{ ORYON_X1, ANY_REV, ERRATA_CNTVOFF },
	{ A57, UP_TO(1, 2), ERRATA_DEVICE_LOAD },			/* 832075 */
	{ A57, UP_TO(1, 2), ERRATA_HPFAR },				/* 834220 */

	/* The DSU's PMU registers are IMP DEF and closed to EL1 by ACTLR_EL2. */
	{ A55, ANY_REV, ERRATA_CLUSTER_PMU },
	{ A75, ANY_REV, ERRATA_CLUSTER_PMU },
	{ A76, ANY_REV, ERRATA_CLUSTER_PMU },
	{ A77, ANY_REV, ERRATA_CLUSTER_PMU },
	{ A78, ANY_REV, ERRATA_CLUSTER_PMU },
	{ X1, ANY_REV, ERRATA_CLUSTER_PMU },
	{ A510, ANY_REV, ERRATA_CLUSTER_PMU },
	{ A710, ANY_REV, ERRATA_CLUSTER_PMU },
	{ X2, ANY_REV, ERRATA_CLUSTER_PMU },
};

/* In-order cores and others that Arm lists as not affected. */
static const u32 v2_safe[] = {
	A35, A53, A55, BRAHMA_B53, TSV110, KRYO2_SILVER, KRYO3_SILVER, KRYO4_SILVER,
};

static const u32 bhb_safe[] = {
	A35, A53, A55, A510, A520, BRAHMA_B53, KRYO2_SILVER, KRYO3_SILVER, KRYO4_SILVER,
};

/* Turns of the loop that fill the history, from the white paper's table. */
static const struct {
	u32 cpu;
	u32 loops;
} bhb_loops[] = {
	{ A57, 8 }, { A72, 8 }, { AMPERE1, 11 },
	{ A76, 24 }, { A76AE, 24 }, { A77, 24 }, { N1, 24 }, { KRYO4_GOLD, 24 }, { HIP09, 24 },
	{ A78, 32 }, { A78AE, 32 }, { A78C, 32 }, { X1, 32 }, { X1C, 32 }, { A710, 32 },
	{ X2, 32 }, { N2, 32 }, { COBALT100, 32 }, { V1, 32 }, { TSV110, 32 },
	{ A715, 38 }, { A720, 38 }, { A720AE, 38 },
	{ X3, 132 }, { V2, 132 },
};

static const struct {
	u32 cpu;
	u8 first, last;
	const char *why;
} cpu_refused[] = {
	{ THUNDERX, ANY_REV, "Cavium ThunderX: errata 27456, 30115 leak across a VM switch" },
	{ THUNDERX_81XX, ANY_REV, "Cavium ThunderX: errata 27456, 30115 leak across a VM switch" },
	{ THUNDERX_83XX, ANY_REV, "Cavium ThunderX: erratum 30115 leaks across a VM switch" },
	{ THUNDERX2, ANY_REV, "Cavium ThunderX2: erratum 219, threads break each other's walks" },
	{ VULCAN, ANY_REV, "Broadcom Vulcan: erratum 219, threads break each other's walks" },
	{ KRYO, ANY_REV, "Qualcomm Kryo: errata 1003, 1009 leave stale TLB entries" },
	{ KRYO2_GOLD, UP_TO(0, 0), "Qualcomm Falkor v1: errata 1003, 1009, stale TLB entries" },
	{ FALKOR, ANY_REV, "Qualcomm Falkor: erratum 1041, fetches past an MMU that goes off" },
	{ XGENE, ANY_REV, "APM X-Gene: no GICv3" },
	{ C1_PRO, UP_TO(1, 2), "Arm C1-Pro: erratum 4193714, SME accesses outlive a TLBI" },
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define APPLE		0x61

const char *errata_refusal(u64 midr)
{
	u32 i;

	if ((midr >> 24 & 0xff) == APPLE)
		return "Apple CPU: E2H cannot be 0, interrupt controller is not a GIC";
	for (i = 0; i < COUNT(cpu_refused); i++)
		if (cpu_refused[i].cpu == MIDR_CPU(midr) &&
		    MIDR_RXPY(midr) >= cpu_refused[i].first &&
		    MIDR_RXPY(midr) <= cpu_refused[i].last)
			return cpu_refused[i].why;
	return NULL;
}

static u64 table_bits(u64 midr)
{
	u64 bits = 0;
	u32 i;

	for (i = 0; i < COUNT(cpu_errata); i++)
		if (cpu_errata[i].cpu == MIDR_CPU(midr) &&
		    MIDR_RXPY(midr) >= cpu_errata[i].first &&
		    MIDR_RXPY(midr) <= cpu_errata[i].last)
			bits |= cpu_errata[i].bits;
	return bits;
}

static bool listed(const u32 *list, u32 nr, u64 midr)
{
	for (; nr; nr--, list++)
		if (*list == MIDR_CPU(midr))
			return true;
	return false;
}

/* Kryo4 Gold and others of Qualcomm keep Arm's loop; an unknown part has none. */
static u32 loops_of(u64 midr)
{
	u32 i;

	for (i = 0; i < COUNT(bhb_loops); i++)
		if (bhb_loops[i].cpu == MIDR_CPU(midr))
			return bhb_loops[i].loops;
	return 0;
}

/* 0: this CPU needs the call; 1: it does not; negative: firmware has none. */
static s32 arch_feature(u32 function)
{
	struct smccc_regs regs = { .x = { ARM_SMCCC_ARCH_FEATURES_FUNC_ID, function } };

	hyp_smc(&regs);
	return (s32)regs.x[0];
}

static u64 id_bits(enum id_reg reg, u32 shift)
{
	return id_reg_read(reg) >> shift & 0xf;
}

/* Branch targets that the host has trained (Spectre v2). CSV2: they are tagged. */
static u64 v2_bits(u64 midr)
{
	s32 call;

	if (id_bits(ID_AA64PFR0, ID_AA64PFR0_EL1_CSV2_SHIFT) ||
	    listed(v2_safe, COUNT(v2_safe), midr))
		return 0;
	call = arch_feature(ARM_SMCCC_ARCH_WORKAROUND_1);
	if (call > 0)
		return 0;
	return call ? ERRATA_V2_OPEN : ERRATA_FW_CALL_1;
}

/* Branch history, which tagged targets do not cover before CSV2_3. */
static u64 bhb_bits(u64 midr)
{
	s32 call;

	if (id_bits(ID_AA64PFR0, ID_AA64PFR0_EL1_CSV2_SHIFT) >= ID_AA64PFR0_EL1_CSV2_CSV2_3 ||
	    listed(bhb_safe, COUNT(bhb_safe), midr))
		return 0;
	if (id_bits(ID_AA64MMFR1, ID_AA64MMFR1_EL1_ECBHB_SHIFT))
		return ERRATA_BHB_HW;
	if (id_bits(ID_AA64ISAR2, ID_AA64ISAR2_EL1_CLRBHB_SHIFT))
		return ERRATA_BHB_CLRBHB;
	if (loops_of(midr))
		return ERRATA_BHB_LOOP;
	call = arch_feature(ARM_SMCCC_ARCH_WORKAROUND_3);
	if (call > 0)
		return 0;
	return call ? ERRATA_BHB_OPEN : ERRATA_FW_CALL_3;
}

/*
 * Where targets need firmware, its call also clears the history, so nothing else
 * runs. ARCH_WORKAROUND_3 does all that _1 does; it is taken where firmware has it.
 */
static u64 speculation_bits(u64 midr)
{
	u64 v2 = v2_bits(midr);

	if (!(v2 & ERRATA_FW_CALL_1))
		return v2 | bhb_bits(midr);
	return arch_feature(ARM_SMCCC_ARCH_WORKAROUND_3) ? v2 : ERRATA_FW_CALL_3;
}

static void report_open(u64 midr, u64 bits)
{
	static u64 reported;

	bits &= (ERRATA_V2_OPEN | ERRATA_BHB_OPEN) & ~reported;
	reported |= bits;
	if (bits & ERRATA_V2_OPEN)
		hyp_warn("CPU %llx: firmware has no Spectre v2 workaround; EL2 is open to it\n",
			 (unsigned long long)midr);
	if (bits & ERRATA_BHB_OPEN)
		hyp_warn("CPU %llx: no Spectre-BHB workaround is known; EL2 is open to it\n",
			 (unsigned long long)midr);
}

u64 errata_init_cpu(struct hyp_cpu *cpu)
{
	u64 midr = read_sysreg_s(SYS_MIDR_EL1);

	cpu->errata = table_bits(midr) | speculation_bits(midr);
	cpu->bhb_loops = cpu->errata & ERRATA_BHB_LOOP ? loops_of(midr) : 0;
	report_open(midr, cpu->errata);
	return cpu->errata;
}

enum errata_vectors errata_vectors(const struct hyp_cpu *cpu)
{
	if (cpu->errata & ERRATA_FW_CALL_3)
		return ERRATA_VECTORS_FIRMWARE;
	if (cpu->errata & ERRATA_FW_CALL_1)
		return ERRATA_VECTORS_FIRMWARE_1;
	if (cpu->errata & ERRATA_BHB_LOOP)
		return ERRATA_VECTORS_LOOP;
	if (cpu->errata & ERRATA_BHB_CLRBHB)
		return ERRATA_VECTORS_CLRBHB;
	return ERRATA_VECTORS_PLAIN;
}
