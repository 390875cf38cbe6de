// SPDX-License-Identifier: GPL-2.0-only
/*
 * The feature table: what the host reads from ID registers, on real register values
 * of QEMU's models and on made-up ones; machines that are refused.
 * SOURCES: hyp/nvhe/features.c hyp/nvhe/feature_table.c
 * CFLAGS: -DFEATURE_TEXT
 */
#include "tap.h"
#include "fake_cpu.h"
#include "models/models.h"
#include "nvhe/errata.h"
#include "nvhe/features.h"

static const char *refused;

const char *errata_refusal(u64 midr)
{
	return midr == 0xbad ? refused : NULL;
}

static const struct fake_reg nothing[] = { { 0, 0 } };

static u64 ones(u32 width)
{
	return (1UL << width) - 1;
}

static bool unordered(const struct feature *a, const struct feature *b)
{
	return b->reg < a->reg || (a->reg == b->reg && a->shift < b->shift + b->width);
}

static void test_table(void)
{
	u32 i, order = 0, wide = 0, caps = 0, text = 0;

	for (i = 0; i < nr_features; i++) {
		const struct feature *f = &features[i];

		order += i && unordered(&features[i - 1], f);
		wide += f->shift + f->width > 64 || f->cap > ones(f->width);
		caps += f->host == HOST_HIDDEN ? f->cap >= f->known : f->cap != f->known;
		text += !f->why || !*f->why;
	}
	ok(nr_features > 300, "the table has entries");
	is_num(order, 0, "entries are sorted by register, high fields first, none overlap");
	is_num(wide, 0, "fields and caps fit");
	is_num(caps, 0, "only hidden entries are capped below what is known");
	is_num(text, 0, "each entry has a reason");
}

/*
 * The differences from the same CPU without EL2 that Documentation/features.rst
 * allows: register, mask of the field, and whether a model shows it.
 */
static struct {
	u32 encoding;
	u64 mask;
	const char *what;
	u32 used;
} allowed[] = {
	{ SYS_ID_AA64PFR0_EL1, ID_AA64PFR0_EL1_EL2_MASK, "EL2", 0 },
	{ SYS_ID_PFR1_EL1, ID_PFR1_EL1_Virtualization_MASK, "Virtualization", 0 },
	{ SYS_ID_AA64MMFR0_EL1, ID_AA64MMFR0_EL1_PARANGE_MASK, "PARANGE", 0 },
};

static u64 allow(u32 encoding, u64 difference)
{
	u32 i;

	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (allowed[i].encoding == encoding && allowed[i].mask & difference) {
			difference &= ~allowed[i].mask;
			allowed[i].used++;
		}
	return difference;
}

static u64 model_value(const struct fake_reg *regs, u32 encoding)
{
	for (; regs->encoding; regs++)
		if (regs->encoding == encoding)
			return regs->value;
	return 0;
}

static void test_model(const struct model *m)
{
	u32 reg, differ = 0;

	fake_reset(m->el2, 0);
	for (reg = ID_REG(1, 0); reg <= ID_REG(7, 7); reg++) {
		u32 encoding = ID_REG_ENCODING(reg);
		u64 host = host_id_reg(encoding), plain = model_value(m->el1, encoding);

		if (!allow(encoding, host ^ plain))
			continue;
		printf("# CRm %u op2 %u: host %016llx, plain EL1 %016llx\n", reg >> 3, reg & 7,
		       (unsigned long long)host, (unsigned long long)plain);
		differ++;
	}
	is_num(differ, 0, "%s: ID registers as at plain EL1", m->name);
}

static void test_models(void)
{
	u32 i;

	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		test_model(&models[i]);
	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		ok(allowed[i].used, "allowed difference %s is used", allowed[i].what);
}

/* A CPU that has nothing to hide answers for itself. */
static void test_trapping(void)
{
	u32 i, reg;

	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		bool differ = false;

		fake_reset(models[i].el2, 0);
		for (reg = ID_REG(1, 0); reg <= ID_REG(7, 7); reg++)
			differ |= host_id_reg(ID_REG_ENCODING(reg)) !=
				  model_value(models[i].el2, ID_REG_ENCODING(reg));
		is_num(host_id_regs_differ(), differ, "%s: reads trap only for what they hide",
		       models[i].name);
	}
}

/* A CPU of the far future: every bit of every ID register set. */
static void test_unknown(void)
{
	u64 outside = 0, above = 0;
	u32 i, reg;

	fake_reset(nothing, 0);
	for (reg = ID_REG(1, 0); reg <= ID_REG(7, 7); reg++)
		fake_set(ID_REG_ENCODING(reg), ~0UL);
	for (reg = ID_REG(1, 0); reg <= ID_REG(7, 7); reg++) {
		u64 known = 0;

		for (i = 0; i < nr_features; i++)
			if (features[i].reg == reg)
				known |= ones(features[i].width) << features[i].shift;
		outside |= host_id_reg(ID_REG_ENCODING(reg)) & ~known;
	}
	for (i = 0; i < nr_features; i++)
		if (features[i].kind == FEAT_U &&
		    host_field(features[i].reg, features[i].shift) > features[i].cap)
			above++;
	is_num(outside, 0, "a field that the table does not have reads as 0");
	is_num(above, 0, "a value above the cap is never shown");
	is_num(host_id_reg(ID_REG_ENCODING(ID_REG(3, 7))), 0, "an unallocated register reads as 0");
	is_num(host_id_reg(sys_reg(3, 0, 0, 4, 3)), 0, "a register of a newer architecture reads as 0");
}

/* Every field at every value: U and UF never rise, S keeps its negatives. */
static void test_values(void)
{
	u32 i, wrong = 0;

	fake_reset(nothing, 0);
	for (i = 0; i < nr_features; i++) {
		const struct feature *f = &features[i];
		u64 v, top = ones(f->width);

		if (f->reg == ID_AA64DFR0)	/* two fields depend on others: below */
			continue;
		for (v = 0; v <= top; v++) {
			u64 want = v > f->cap ? f->cap : v;

			if (f->kind == FEAT_ANY || (f->kind == FEAT_UF && v == top) ||
			    (f->kind == FEAT_S && v > top / 2))
				want = v;
			fake_set(ID_REG_ENCODING(f->reg), v << f->shift);
			wrong += host_id_reg(ID_REG_ENCODING(f->reg)) != want << f->shift;
			wrong += host_field(f->reg, f->shift) != want;
		}
		fake_set(ID_REG_ENCODING(f->reg), 0);
	}
	is_num(wrong, 0, "each field at each value is capped as its kind says");
	for (i = ID_REG(1, 0); i <= ID_REG(7, 7); i++)
		fake_set(ID_REG_ENCODING(i), ~0UL);
	is_num(host_field(ID_PFR0, 1) | host_field(ID_AA64MMFR4, 1), 0,
	       "no field at that place: 0");
}

/* The host's reads may go untrapped only where the hardware gives all of our answers. */
static void test_differ(void)
{
	u32 reg, missed = 0;

	fake_reset(nothing, 0);
	ok(!host_id_regs_differ(), "nothing to hide: no trap");
	for (reg = ID_REG(1, 0); reg <= ID_REG(7, 7); reg++) {
		u32 encoding = ID_REG_ENCODING(reg), bit;

		for (bit = 0; bit < 64; bit++) {
			fake_set(encoding, 1UL << bit);
			missed += host_id_reg(encoding) != 1UL << bit && !host_id_regs_differ();
		}
		fake_set(encoding, 0);
	}
	is_num(missed, 0, "any bit of any register that the host must not see traps");
	fake_set(sys_reg(3, 0, 0, 7, 7), 1);
	ok(host_id_regs_differ(), "a register that nobody has named yet traps");
}

struct dfr0_case {
	const char *what;
	u64 hw, host;
};

static const struct dfr0_case dfr0_cases[] = {
	{ "trace without filter", 1UL << 4, 0 },
	{ "trace with filter", 1UL << 40 | 1UL << 4, 1UL << 40 | 1UL << 4 },
	{ "trace buffer", 1UL << 44, 1UL << 44 },
	{ "trace buffer with external mode", 1UL << 56 | 1UL << 44, 0 },
	{ "multi-threaded PMU", 1UL << 48, 0 },
	{ "no multi-threaded PMU at all", 0xfUL << 48, 0xfUL << 48 },
	{ "PMU of the maker's own", 0xfUL << 8, 0xfUL << 8 },
	{ "PMU of the future", 0xcUL << 8, 9UL << 8 },
	{ "PMU 3.9", 9UL << 8, 9UL << 8 },
	{ "snapshots", 1UL << 16, 0 },
	{ "debug architecture of the future", 0xf, 0xb },
};

static void test_dfr0(void)
{
	u32 i;

	fake_reset(nothing, 0);
	for (i = 0; i < sizeof(dfr0_cases) / sizeof(dfr0_cases[0]); i++) {
		fake_set(SYS_ID_AA64DFR0_EL1, dfr0_cases[i].hw);
		is_num(host_id_reg(SYS_ID_AA64DFR0_EL1), dfr0_cases[i].host,
		       "ID_AA64DFR0_EL1: %s", dfr0_cases[i].what);
	}
	is_num(host_field(ID_AA64DFR0, ID_AA64DFR0_EL1_DebugVer_SHIFT), 0xb,
	       "one field of ID_AA64DFR0_EL1");
	fake_set(SYS_ID_AA64DFR0_EL1, 1UL << 56 | 1UL << 44);
	is_num(host_field(ID_AA64DFR0, ID_AA64DFR0_EL1_TraceBuffer_SHIFT), 0,
	       "one field that goes with another");
}

static void test_pa_bits(void)
{
	static const u32 want[] = { 32, 36, 40, 42, 44, 48, 48, 48, 48 };
	u32 i, wrong = 0;

	fake_reset(nothing, 0);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		fake_set(SYS_ID_AA64MMFR0_EL1, i);
		wrong += host_pa_bits() != want[i];
	}
	is_num(wrong, 0, "physical addresses of 32 to 48 bits, never more");
}

/* A machine that we can hold; each case below breaks one thing. */
static void good_machine(void)
{
	fake_reset(nothing, 0);
	fake_set(SYS_ID_AA64PFR0_EL1, 1UL << 24);
	fake_set(SYS_HCR_EL2, HCR_EL2_RW);
}

struct refusal_case {
	const char *what;
	u32 encoding;
	u64 value;
	const char *why;	/* part of the message, NULL: none */
};

#define TG4(s1, s2)	((u64)(s1) << 28 | (u64)(s2) << 40)

static const struct refusal_case refusal_cases[] = {
	{ "nothing is wrong", SYS_ID_AA64MMFR0_EL1, 0, NULL },
	{ "stage 2 says as stage 1", SYS_ID_AA64MMFR0_EL1, TG4(0, 0), NULL },
	{ "stage 2 says implemented", SYS_ID_AA64MMFR0_EL1, TG4(0, 2), NULL },
	{ "stage 2 says 52 bits", SYS_ID_AA64MMFR0_EL1, TG4(1, 3), NULL },
	{ "no 4 KiB at all", SYS_ID_AA64MMFR0_EL1, TG4(15, 0), "4 KiB" },
	{ "no 4 KiB at stage 2", SYS_ID_AA64MMFR0_EL1, TG4(0, 1), "4 KiB" },
	{ "no 4 KiB at stage 1", SYS_ID_AA64MMFR0_EL1, TG4(15, 2), "4 KiB" },
	{ "no GICv3 registers", SYS_ID_AA64PFR0_EL1, 0, "GICv3" },
	{ "GICv4.1", SYS_ID_AA64PFR0_EL1, 3UL << 24, NULL },
	{ "E2H0 says NI", SYS_ID_AA64MMFR4_EL1, 0xfUL << 24, "E2H" },
	{ "E2H0 says NI_NV1", SYS_ID_AA64MMFR4_EL1, 0xeUL << 24, "E2H" },
	{ "E2H sticks", SYS_HCR_EL2, HCR_EL2_RW | HCR_EL2_E2H, "E2H" },
	{ "a CPU of the errata table", SYS_MIDR_EL1, 0xbad, "broken CPU" },
};

static void test_refusals(void)
{
	u32 i;

	refused = "broken CPU";
	for (i = 0; i < sizeof(refusal_cases) / sizeof(refusal_cases[0]); i++) {
		const struct refusal_case *c = &refusal_cases[i];
		const char *why;

		good_machine();
		fake_set(c->encoding, c->value);
		why = cpu_refusal();
		ok(c->why ? why && strstr(why, c->why) : !why, "refusal: %s", c->what);
	}
	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		fake_reset(models[i].el2, 0);
		is_str(cpu_refusal(), NULL, "refusal: none on %s", models[i].name);
	}
}

int main(void)
{
	test_table();
	test_models();
	test_trapping();
	test_unknown();
	test_values();
	test_differ();
	test_dfr0();
	test_pa_bits();
	test_refusals();
	return tap_done();
}
