// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU errata and speculation, on a fake CPU and firmware.
 * SOURCES: hyp/nvhe/errata.c hyp/nvhe/features.c hyp/nvhe/feature_table.c
 */
#include <linux/arm-smccc.h>
#include "tap.h"
#include "fake_cpu.h"
#include "nvhe/errata.h"
#include "nvhe/features.h"
#include "nvhe/log.h"
#include "nvhe/smccc.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define NONE		(-1)	/* firmware: NOT_SUPPORTED */

static struct {
	s32 wa1, wa3;		/* its answers to ARCH_FEATURES */
	u32 calls, dirty;
} firmware;
static u32 warnings;

void hyp_smc(struct smccc_regs *regs)
{
	u32 i;

	for (i = 2; i < 18; i++)
		firmware.dirty += regs->x[i] != 0;
	firmware.calls++;
	if (regs->x[0] != ARM_SMCCC_ARCH_FEATURES_FUNC_ID) {
		firmware.dirty++;
		return;
	}
	switch (regs->x[1]) {
	case ARM_SMCCC_ARCH_WORKAROUND_1:
		regs->x[0] = (u64)(s64)firmware.wa1;
		break;
	case ARM_SMCCC_ARCH_WORKAROUND_3:
		regs->x[0] = (u64)(s64)firmware.wa3;
		break;
	default:
		regs->x[0] = (u64)NONE;
	}
}

void hyp_log(int level, const char *fmt, ...)
{
	(void)fmt;
	warnings += level == LOG_WARN;
}

static const struct fake_reg nothing[] = { { 0, 0 } };
static struct hyp_cpu cpu;

#define CSV2(n)		((u64)(n) << 56)

static u64 init(u64 midr, u64 csv2, s32 wa1, s32 wa3)
{
	fake_reset(nothing, 0);
	fake_set(SYS_MIDR_EL1, midr);
	fake_set(SYS_ID_AA64PFR0_EL1, csv2);
	firmware.wa1 = wa1;
	firmware.wa3 = wa3;
	firmware.calls = 0;
	cpu.errata = ~0UL;
	cpu.bhb_loops = ~0UL;
	return errata_init_cpu(&cpu);
}

/* Which part at which revision needs what; the revision beside it does not. */
struct erratum_case {
	const char *what;
	u64 midr, bit;
	bool has;
};

static const struct erratum_case errata[] = {
	{ "A76 r3p0: repeat TLBI", 0x413fd0b0, ERRATA_REPEAT_TLBI, true },
	{ "A76 r4p1: repeat TLBI", 0x414fd0b1, ERRATA_REPEAT_TLBI, true },
	{ "A55 r2p0: repeat TLBI", 0x412fd050, ERRATA_REPEAT_TLBI, true },
	{ "A510 r1p1: repeat TLBI", 0x411fd461, ERRATA_REPEAT_TLBI, true },
	{ "A510 r1p2: no repeat TLBI", 0x411fd462, ERRATA_REPEAT_TLBI, false },
	{ "N1 r4p1: repeat TLBI", 0x414fd0c1, ERRATA_REPEAT_TLBI, true },
	{ "Cobalt 100: repeat TLBI", 0x6d0fd490, ERRATA_REPEAT_TLBI, true },
	{ "A72: no repeat TLBI", 0x410fd083, ERRATA_REPEAT_TLBI, false },
	{ "A53: no repeat TLBI", 0x410fd034, ERRATA_REPEAT_TLBI, false },
	{ "A57 r1p0: speculative AT", 0x411fd070, ERRATA_SPECULATIVE_AT, true },
	{ "A72 r0p3: speculative AT", 0x410fd083, ERRATA_SPECULATIVE_AT, true },
	{ "A76 r2p0: speculative AT", 0x412fd0b0, ERRATA_SPECULATIVE_AT, true },
	{ "A76 r3p0: no speculative AT", 0x413fd0b0, ERRATA_SPECULATIVE_AT, false },
	{ "A55 r2p0: speculative AT", 0x412fd050, ERRATA_SPECULATIVE_AT, true },
	{ "A55 r2p1: no speculative AT", 0x412fd051, ERRATA_SPECULATIVE_AT, false },
	{ "Kryo 4xx Gold r12p14: repeat TLBI", 0x51cf804e, ERRATA_REPEAT_TLBI, true },
	{ "Kryo 4xx Gold r15p14: repeat TLBI", 0x51ff804e, ERRATA_REPEAT_TLBI, true },
	{ "Kryo 4xx Gold r15p15: no repeat TLBI", 0x51ff804f, ERRATA_REPEAT_TLBI, false },
	{ "Kryo 4xx Silver r13p14: speculative AT", 0x51df805e, ERRATA_SPECULATIVE_AT, true },
	{ "Kryo 4xx Silver r13p13: no speculative AT", 0x51df805d, ERRATA_SPECULATIVE_AT, false },
	{ "A77 r1p0: PAR_EL1 lock-up", 0x411fd0d0, ERRATA_PAR_DMB, true },
	{ "A77 r1p1: no PAR_EL1 lock-up", 0x411fd0d1, ERRATA_PAR_DMB, false },
	{ "AmpereOne A: HCR_EL2 writes", 0xc00fac40, ERRATA_HCR_SYNC, true },
	{ "Ampere 1: no HCR_EL2 writes", 0xc00fac30, ERRATA_HCR_SYNC, false },
	{ "A53 r0p2: clean by VA", 0x410fd032, ERRATA_CLEAN_CACHE, true },
	{ "A53 r0p3: no clean by VA", 0x410fd033, ERRATA_CLEAN_CACHE, false },
	{ "N2: TSB CSYNC", 0x410fd490, ERRATA_TSB_TWICE, true },
	{ "X3: no TSB CSYNC", 0x410fd4e0, ERRATA_TSB_TWICE, false },
	{ "V1: SSBS order", 0x411fd400, ERRATA_SSBS_SYNC, true },
	{ "A55: no SSBS order", 0x412fd050, ERRATA_SSBS_SYNC, false },
	{ "Oryon: CNTVOFF_EL2", 0x511f0010, ERRATA_CNTVOFF, true },
	{ "A57 r1p2: device loads", 0x411fd072, ERRATA_DEVICE_LOAD, true },
	{ "A57 r1p3: no device loads", 0x411fd073, ERRATA_DEVICE_LOAD, false },
	{ "A57 r1p2: HPFAR_EL2", 0x411fd072, ERRATA_HPFAR, true },
	{ "A57 r1p3: HPFAR_EL2 is right", 0x411fd073, ERRATA_HPFAR, false },
	{ "A76: cluster PMU", 0x414fd0b1, ERRATA_CLUSTER_PMU, true },
	{ "A72: no cluster PMU", 0x410fd083, ERRATA_CLUSTER_PMU, false },
	{ "another maker's part of the same number", 0x434fd0b1, ~0UL & ~ERRATA_V2_OPEN &
	  ~ERRATA_BHB_OPEN, false },
};

static void test_errata(void)
{
	u32 i;

	for (i = 0; i < COUNT(errata); i++)
		ok(!(init(errata[i].midr, CSV2(3), NONE, NONE) & errata[i].bit) != errata[i].has,
		   "%s", errata[i].what);
}

/* Every part of the table: all that its oldest and its newest revision need. */
#define TLBI	ERRATA_REPEAT_TLBI
#define AT	ERRATA_SPECULATIVE_AT
#define TSB	ERRATA_TSB_TWICE
#define SSBS	ERRATA_SSBS_SYNC
#define DSU	ERRATA_CLUSTER_PMU

static const struct {
	const char *name;
	u32 implementer, part;
	u64 oldest, newest;
} parts[] = {
	{ "Cortex-A35", 0x41, 0xd04, 0, 0 },
	{ "Cortex-A53", 0x41, 0xd03, ERRATA_CLEAN_CACHE, 0 },
	{ "Cortex-A55", 0x41, 0xd05, TLBI | AT | DSU, TLBI | DSU },
	{ "Cortex-A57", 0x41, 0xd07, AT | ERRATA_DEVICE_LOAD | ERRATA_HPFAR, AT },
	{ "Cortex-A72", 0x41, 0xd08, AT, AT },
	{ "Cortex-A73", 0x41, 0xd09, 0, 0 },
	{ "Cortex-A75", 0x41, 0xd0a, DSU, DSU },
	{ "Cortex-A76", 0x41, 0xd0b, TLBI | AT | SSBS | DSU, TLBI | SSBS | DSU },
	{ "Cortex-A76AE", 0x41, 0xd0e, TLBI, TLBI },
	{ "Cortex-A77", 0x41, 0xd0d, TLBI | SSBS | DSU | ERRATA_PAR_DMB, TLBI | SSBS | DSU },
	{ "Cortex-A78", 0x41, 0xd41, TLBI | SSBS | DSU, TLBI | SSBS | DSU },
	{ "Cortex-A78AE", 0x41, 0xd42, TLBI, TLBI },
	{ "Cortex-A78C", 0x41, 0xd4b, TLBI | SSBS, TLBI | SSBS },
	{ "Cortex-A510", 0x41, 0xd46, TLBI | DSU, DSU },
	{ "Cortex-A520", 0x41, 0xd80, 0, 0 },
	{ "Cortex-A710", 0x41, 0xd47, TLBI | TSB | SSBS | DSU, TLBI | TSB | SSBS | DSU },
	{ "Cortex-A715", 0x41, 0xd4d, SSBS, SSBS },
	{ "Cortex-A720", 0x41, 0xd81, SSBS, SSBS },
	{ "Cortex-A720AE", 0x41, 0xd89, SSBS, SSBS },
	{ "Cortex-A725", 0x41, 0xd87, SSBS, SSBS },
	{ "Cortex-X1", 0x41, 0xd44, TLBI | SSBS | DSU, TLBI | SSBS | DSU },
	{ "Cortex-X1C", 0x41, 0xd4c, TLBI | SSBS, TLBI | SSBS },
	{ "Cortex-X2", 0x41, 0xd48, TLBI | SSBS | DSU, TLBI | SSBS | DSU },
	{ "Cortex-X3", 0x41, 0xd4e, TLBI | SSBS, TLBI | SSBS },
	{ "Cortex-X4", 0x41, 0xd82, TLBI | SSBS, TLBI | SSBS },
	{ "Cortex-X925", 0x41, 0xd85, TLBI | SSBS, TLBI | SSBS },
	{ "C1-Ultra", 0x41, 0xd8c, TLBI, TLBI },
	{ "C1-Premium", 0x41, 0xd90, TLBI, TLBI },
	{ "Neoverse-N1", 0x41, 0xd0c, TLBI | SSBS, TLBI | SSBS },
	{ "Neoverse-N2", 0x41, 0xd49, TLBI | TSB | SSBS, TLBI | TSB | SSBS },
	{ "Neoverse-N3", 0x41, 0xd8e, SSBS, SSBS },
	{ "Neoverse-V1", 0x41, 0xd40, TLBI | SSBS, TLBI | SSBS },
	{ "Neoverse-V2", 0x41, 0xd4f, TLBI | SSBS, TLBI | SSBS },
	{ "Neoverse-V3", 0x41, 0xd84, TLBI | SSBS, TLBI | SSBS },
	{ "Neoverse-V3AE", 0x41, 0xd83, TLBI | SSBS, TLBI | SSBS },
	{ "Cobalt 100", 0x6d, 0xd49, TLBI | TSB | SSBS, TLBI | TSB | SSBS },
	{ "Olympus", 0x4e, 0x010, TLBI, TLBI },
	{ "Carmel", 0x4e, 0x004, 0, 0 },
	{ "Oryon", 0x51, 0x001, ERRATA_CNTVOFF, ERRATA_CNTVOFF },
	{ "Ampere 1", 0xc0, 0xac3, 0, 0 },
	{ "AmpereOne A", 0xc0, 0xac4, ERRATA_HCR_SYNC, ERRATA_HCR_SYNC },
	{ "A64FX", 0x46, 0x001, 0, 0 },
};

static void test_parts(void)
{
	u32 i;

	for (i = 0; i < COUNT(parts); i++) {
		u64 midr = parts[i].implementer << 24 | 0xf0000UL | parts[i].part << 4;
		u64 oldest = init(midr, CSV2(3), NONE, NONE);
		u64 newest = init(midr | 0xf0000f, CSV2(3), NONE, NONE);

		ok(oldest == parts[i].oldest && newest == parts[i].newest,
		   "%s: its errata and no other", parts[i].name);
	}
}

/* What the vectors do, by CPU and firmware. */
struct speculation_case {
	const char *what;
	u64 midr, csv2;
	s32 wa1, wa3;
	enum errata_vectors vectors;
	u64 loops, open;
};

#define LOOP	ERRATA_VECTORS_LOOP
#define PLAIN	ERRATA_VECTORS_PLAIN
#define FW1	ERRATA_VECTORS_FIRMWARE_1
#define FW3	ERRATA_VECTORS_FIRMWARE
#define V2	ERRATA_V2_OPEN
#define BHB	ERRATA_BHB_OPEN

static const struct speculation_case speculation[] = {
	{ "A76", 0x414fd0b1, CSV2(1), NONE, NONE, LOOP, 24, 0 },
	{ "A76AE", 0x411fd0e0, CSV2(1), NONE, NONE, LOOP, 24, 0 },
	{ "A77", 0x411fd0d0, CSV2(1), NONE, NONE, LOOP, 24, 0 },
	{ "N1", 0x414fd0c1, CSV2(1), NONE, NONE, LOOP, 24, 0 },
	{ "N1 with firmware's third call", 0x414fd0c1, CSV2(1), 1, 0, LOOP, 24, 0 },
	{ "V1", 0x411fd402, CSV2(1), NONE, NONE, LOOP, 32, 0 },
	{ "N2", 0x410fd493, CSV2(2), NONE, NONE, LOOP, 32, 0 },
	{ "A78", 0x411fd411, CSV2(1), NONE, NONE, LOOP, 32, 0 },
	{ "X1", 0x411fd441, CSV2(1), NONE, NONE, LOOP, 32, 0 },
	{ "A710", 0x412fd471, CSV2(2), NONE, NONE, LOOP, 32, 0 },
	{ "A715", 0x411fd4d0, CSV2(2), NONE, NONE, LOOP, 38, 0 },
	{ "A720", 0x410fd811, CSV2(2), NONE, NONE, LOOP, 38, 0 },
	{ "X3", 0x411fd4e0, CSV2(2), NONE, NONE, LOOP, 132, 0 },
	{ "V2", 0x410fd4f1, CSV2(2), NONE, NONE, LOOP, 132, 0 },
	{ "Ampere 1", 0xc00fac30, CSV2(1), NONE, NONE, LOOP, 11, 0 },
	{ "A57, firmware without calls", 0x411fd070, 0, NONE, NONE, LOOP, 8, V2 },
	{ "A72, firmware without calls", 0x410fd083, 0, NONE, NONE, LOOP, 8, V2 },
	{ "A72 with CSV2", 0x411fd080, CSV2(1), NONE, NONE, LOOP, 8, 0 },
	{ "A57, firmware with the first call", 0x411fd070, 0, 0, NONE, FW1, 0, 0 },
	{ "A57, firmware with both calls", 0x411fd070, 0, 0, 0, FW3, 0, 0 },
	{ "A57, firmware says not affected", 0x411fd070, 0, 1, NONE, LOOP, 8, 0 },
	{ "A73, firmware with both calls", 0x410fd092, 0, 0, 0, FW3, 0, 0 },
	{ "A75 with CSV2, firmware's third call", 0x413fd0a1, CSV2(1), NONE, 0, FW3, 0, 0 },
	{ "A75, firmware says not affected", 0x413fd0a1, CSV2(1), NONE, 1, PLAIN, 0, 0 },
	{ "A75, firmware without calls", 0x413fd0a1, 0, NONE, NONE, PLAIN, 0, V2 | BHB },
	{ "A53", 0x410fd034, 0, NONE, NONE, PLAIN, 0, 0 },
	{ "A55", 0x412fd050, 0, NONE, NONE, PLAIN, 0, 0 },
	{ "A35", 0x411fd040, 0, NONE, NONE, PLAIN, 0, 0 },
	{ "A510", 0x411fd461, CSV2(1), NONE, NONE, PLAIN, 0, 0 },
	{ "an unknown CPU with CSV2_3", 0x990f1230, CSV2(3), NONE, NONE, PLAIN, 0, 0 },
	{ "an unknown CPU with CSV2", 0x990f1230, CSV2(1), NONE, NONE, PLAIN, 0, BHB },
	{ "an unknown CPU, firmware's third call", 0x990f1230, CSV2(1), NONE, 0, FW3, 0, 0 },
	{ "an unknown CPU without anything", 0x990f1230, 0, NONE, NONE, PLAIN, 0, V2 | BHB },
	{ "QEMU's max", 0x000f0510, CSV2(3), NONE, NONE, PLAIN, 0, 0 },
};

static void test_speculation(void)
{
	u32 i;

	for (i = 0; i < COUNT(speculation); i++) {
		const struct speculation_case *c = &speculation[i];
		u64 bits = init(c->midr, c->csv2, c->wa1, c->wa3);

		ok(errata_vectors(&cpu) == c->vectors && cpu.bhb_loops == c->loops &&
		   (bits & (V2 | BHB)) == c->open && cpu.errata == bits, "%s", c->what);
	}
	is_num(firmware.dirty, 0, "firmware is asked ARCH_FEATURES only, with clean registers");
	is_num(warnings, 2, "each open speculation is reported once, not once a CPU");
}

/* Hardware that needs no loop: it wins over the table, and the loop over CSV2 below 3. */
static void test_hardware(void)
{
	init(0x414fd0b1, CSV2(1), NONE, NONE);
	fake_set_field(SYS_ID_AA64ISAR2_EL1, 28, 4, 1);
	errata_init_cpu(&cpu);
	ok(errata_vectors(&cpu) == ERRATA_VECTORS_CLRBHB && !cpu.bhb_loops, "CLRBHB instead of the loop");
	fake_set_field(SYS_ID_AA64MMFR1_EL1, 60, 4, 1);
	errata_init_cpu(&cpu);
	ok(errata_vectors(&cpu) == PLAIN && cpu.errata & ERRATA_BHB_HW && !cpu.bhb_loops,
	   "ECBHB instead of anything");
	init(0x414fd0b1, CSV2(3), NONE, NONE);
	ok(errata_vectors(&cpu) == PLAIN && !(cpu.errata & ERRATA_BHB_HW), "CSV2_3 needs nothing");
	is_num(firmware.calls, 0, "firmware is not asked about what hardware solves");
}

struct refusal_case {
	const char *what;
	u64 midr;
	const char *why;
};

static const struct refusal_case refusals[] = {
	{ "Apple M1", 0x611f0221, "Apple" },
	{ "ThunderX", 0x431f0a11, "ThunderX" },
	{ "ThunderX 81xx", 0x430f0a20, "27456" },
	{ "ThunderX 83xx", 0x430f0a30, "30115" },
	{ "Kryo", 0x510f2000, "1003" },
	{ "ThunderX2", 0x431f0af2, "219" },
	{ "Vulcan", 0x420f5160, "219" },
	{ "Falkor v1", 0x510f8000, "1009" },
	{ "Kryo 2xx Gold, same part number as Falkor v1", 0x51af8002, NULL },
	{ "Falkor", 0x510fc000, "1041" },
	{ "X-Gene", 0x500f0001, "GICv3" },
	{ "C1-Pro r1p2", 0x411fd8b2, "SME" },
	{ "C1-Pro r1p3", 0x411fd8b3, NULL },
	{ "A57", 0x411fd070, NULL },
	{ "A72", 0x410fd083, NULL },
	{ "A76", 0x414fd0b1, NULL },
	{ "N1", 0x414fd0c1, NULL },
	{ "V1", 0x411fd402, NULL },
	{ "N2", 0x410fd493, NULL },
	{ "QEMU's max", 0x000f0510, NULL },
};

static void test_refusals(void)
{
	u32 i;

	for (i = 0; i < COUNT(refusals); i++) {
		const char *why = errata_refusal(refusals[i].midr);

		ok(refusals[i].why ? why && strstr(why, refusals[i].why) : !why, "%s %s",
		   refusals[i].what, refusals[i].why ? "is refused, with the reason" : "is taken");
	}
}

int main(void)
{
	test_errata();
	test_parts();
	test_speculation();
	test_hardware();
	test_refusals();
	return tap_done();
}
