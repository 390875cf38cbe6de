// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SMC filter, call by call and over the whole space of function ids.
 * SOURCES: hyp/nvhe/psci.c
 * CFLAGS: -Wno-unused-parameter
 */
#include <pkvm/host_call.h>

#include "tap.h"
#include "fake_fw.h"
#include "fake_lock.h"
/* For a fresh log between tests. */
#include "nvhe/smc.c"

#define NOT_SUPPORTED	(~0ULL)
#define JUNK(i)		(0xdead0000beef0000ULL + 16 * (i))
#define RESULT(i)	(0x5a5a000000000000ULL + (i))
#define HINT		0x10000U

enum { E_RELAY, E_EL2, E_CHANGED };

/*
 * What has to happen to each call that passes, as the documents say it. RELAY:
 * reaches the firmware as it came. CHANGED: reaches it with other arguments (the
 * PSCI tests look at those). EL2: answered without it.
 */
static const struct expect {
	u32 fid;
	u32 nargs, nret;
	u32 what;
} expected[] = {
	{ 0x80000000, 0, 1, E_EL2 }, { 0x80000001, 1, 1, E_EL2 }, { 0x80000002, 1, 1, E_EL2 },
	{ 0x80003fff, 0, 0, E_RELAY }, { 0x80007fff, 1, 0, E_RELAY }, { 0x80008000, 0, 0, E_RELAY },
	{ 0x84000000, 0, 1, E_EL2 },
	{ 0x84000001, 3, 1, E_CHANGED }, { 0xc4000001, 3, 1, E_CHANGED },
	{ 0x84000002, 0, 1, E_RELAY },
	{ 0x84000003, 3, 1, E_EL2 }, { 0xc4000003, 3, 1, E_EL2 },	/* no such CPU */
	{ 0x84000004, 2, 1, E_RELAY }, { 0xc4000004, 2, 1, E_RELAY },
	{ 0x84000006, 0, 1, E_RELAY },
	{ 0x84000007, 0, 1, E_RELAY }, { 0xc4000007, 0, 1, E_RELAY },
	{ 0x84000008, 0, 1, E_RELAY }, { 0x84000009, 0, 1, E_RELAY },
	{ 0x8400000a, 1, 1, E_EL2 },
	{ 0x8400000c, 2, 1, E_CHANGED }, { 0xc400000c, 2, 1, E_CHANGED },
	{ 0x8400000d, 2, 1, E_RELAY }, { 0xc400000d, 2, 1, E_RELAY },
	{ 0x8400000e, 2, 1, E_CHANGED }, { 0xc400000e, 2, 1, E_CHANGED },
	{ 0x8400000f, 1, 1, E_RELAY },
	{ 0x84000010, 2, 1, E_RELAY }, { 0xc4000010, 2, 1, E_RELAY },
	{ 0x84000011, 2, 1, E_RELAY }, { 0xc4000011, 2, 1, E_RELAY },
	{ 0x84000012, 2, 1, E_EL2 }, { 0xc4000012, 2, 1, E_EL2 },	/* junk is a vendor type */
	{ 0x84000013, 1, 1, E_RELAY },
	{ 0x84000014, 2, 1, E_RELAY }, { 0xc4000014, 2, 1, E_RELAY },
	{ 0x84000015, 2, 1, E_EL2 }, { 0xc4000015, 2, 1, E_EL2 },	/* junk is no type */
	{ 0x84000050, 0, 1, E_RELAY }, { 0x84000051, 1, 1, E_EL2 }, { 0x84000052, 0, 4, E_RELAY },
	{ 0x84000053, 1, 4, E_RELAY }, { 0xc4000053, 1, 4, E_RELAY },
};

#define NR_EXPECTED	(sizeof(expected) / sizeof(expected[0]))

static bool policy_executes = true;

static bool may_execute(u64 pa)
{
	return policy_executes;
}

static void version_asked(u64 ttbr1, bool alone)
{
}

static void power_down(void)
{
}

static void cpu_leaves(void)
{
}

const struct psci_policy psci_policy = {
	.may_execute = may_execute,
	.version_asked = version_asked,
	.cpu_leaves = cpu_leaves,
	.power_down = power_down,
};

/* A firmware that has it all. */
static u32 fw_psci = 0x10001, fw_smccc = 0x10005, fw_trng = 0x10000;
static s32 fw_smccc_feature;
static bool fw_has_soc_id = true;

static u64 boot_answer(u32 fid, u32 arg)
{
	switch (fid) {
	case 0x84000000:
		return fw_psci;
	case 0x8400000a:
		return arg == 0x80000000 ? (u64)fw_smccc_feature : 0;
	case 0x80000000:
		return fw_smccc;
	case 0x80000001:
		return arg == 0x80000002 && !fw_has_soc_id ? NOT_SUPPORTED : 0;
	case 0x80000002:
		return arg ? 0x51 : 0x50;
	case 0x84000050:
		return fw_trng;
	}
	return NOT_SUPPORTED;
}

static void answer_at_boot(struct smccc_regs *regs)
{
	regs->x[0] = boot_answer(regs->x[0], regs->x[1]);
}

/* Results in x0 to x3, and the rest lost, as SMCCC 1.0 lets it be. */
static void answer_at_run(struct smccc_regs *regs)
{
	u32 i;

	for (i = 0; i < 18; i++)
		regs->x[i] = RESULT(i);
}

static struct boot_info info;

static void boot(void)
{
	fw_machine(2);
	memset(&smc_fw, 0, sizeof(smc_fw));
	memset(smc_seen, 0, sizeof(smc_seen));
	smc_said = 0;
	fw_answer = answer_at_boot;
	if (psci_init(&info))
		abort();
	psci_boot_cpu(&fw_cpu[0]);
	fw_answer = answer_at_run;
	fw_calls = 0;
	fw_log_clear();
}

static struct host_frame frame;

static u64 call(u64 x0, u32 imm)
{
	u32 i;

	for (i = 0; i < 31; i++)
		frame.x[i] = JUNK(i);
	frame.x[0] = x0;
	host_smc(&frame, imm);
	return frame.x[0];
}

static u64 call1(u32 fid, u64 x1)
{
	u32 i;

	for (i = 0; i < 31; i++)
		frame.x[i] = JUNK(i);
	frame.x[0] = fid;
	frame.x[1] = x1;
	host_smc(&frame, 0);
	return frame.x[0];
}

/* Registers from @first on are as the host had them. */
static bool kept(u32 first)
{
	u32 i;

	for (i = first; i < 31; i++)
		if (frame.x[i] != JUNK(i))
			return false;
	return true;
}

/* Did the firmware get the function and the host's arguments, cut for SMC32? */
static bool relayed_as_it_came(const struct expect *e)
{
	u64 mask = e->fid & 0x40000000 ? ~0ULL : 0xffffffff;
	u32 i;

	if (fw_calls != 1 || fw_last.x[0] != e->fid)
		return false;
	for (i = 1; i <= e->nargs; i++)
		if (fw_last.x[i] != (JUNK(i) & mask))
			return false;
	return true;
}

static bool has_results(u32 nret)
{
	u32 i;

	for (i = 0; i < nret; i++)
		if (frame.x[i] != RESULT(i))
			return false;
	return kept(nret ? nret : 1);
}

static bool call_is_as_expected(const struct expect *e, u64 x0)
{
	u32 nret = e->nret;

	fw_calls = 0;
	fw_dirty = 0;
	call(x0, 0);
	switch (e->what) {
	case E_RELAY:
		return relayed_as_it_came(e) && has_results(nret) && !fw_dirty;
	case E_CHANGED:
		return fw_calls == 1 && (fw_last.x[0] & ~0x40000000ULL) == (e->fid & ~0x40000000) &&
		       has_results(nret) && !fw_dirty;
	default:
		return fw_calls == 0 && kept(1);
	}
}

static void test_calls(void)
{
	u32 i;

	boot();
	for (i = 0; i < NR_EXPECTED; i++) {
		const struct expect *e = &expected[i];

		ok(call_is_as_expected(e, e->fid), "call %08x", e->fid);
		ok(call_is_as_expected(e, e->fid | HINT), "call %08x with the hint bit", e->fid);
		ok(call_is_as_expected(e, 0x12345678ULL << 32 | e->fid),
		   "call %08x with upper bits in x0", e->fid);
		fw_calls = 0;
		ok(call(e->fid, 1) == NOT_SUPPORTED && !fw_calls && kept(1),
		   "call %08x with an immediate", e->fid);
	}
}

static bool is_expected(u32 fid)
{
	u32 i;

	for (i = 0; i < NR_EXPECTED; i++)
		if (expected[i].fid == fid)
			return true;
	return false;
}

/* Services that have calls here, and the standard ones: every number is tried. */
static bool is_dense(u32 top)
{
	return (top & 0x80) && (top & 0x3f) <= 6;
}

/* Every service, both conventions, fast and yielding. */
static void test_all_ids(void)
{
	u32 top, low, passed = 0, wrong = 0, denied = 0;
	u64 before;

	boot();
	before = fw_cpu[0].count[PKVM_INFO_REFUSED_SMC];
	for (top = 0; top < 256; top++) {
		for (low = 0; low < 65536; low += is_dense(top) || low < 1024 ? 1 : 255) {
			u32 fid = top << 24 | low;

			if (is_expected(fid)) {
				passed++;
				continue;
			}
			fw_calls = 0;
			denied++;
			wrong += call(fid, 0) != NOT_SUPPORTED || fw_calls || !kept(1);
		}
	}
	is_num(passed, NR_EXPECTED, "the listed calls are all in that space");
	is_num(wrong, 0, "no other function id reaches the firmware or changes a register");
	is_num(fw_cpu[0].count[PKVM_INFO_REFUSED_SMC] - before, denied, "each of them is counted");
	/* A line a kind while there is room, one for "full", one a service at most. */
	ok(fw_lines <= SMC_NR_SEEN + 1 + SMC_NR_SERVICES, "a million denied ids fill no log");
}

static void test_reserved_bits(void)
{
	u32 i, wrong = 0;

	boot();
	for (i = 17; i <= 23; i++) {
		fw_calls = 0;
		wrong += call(0x84000004 | 1U << i, 0) != NOT_SUPPORTED || fw_calls;
	}
	is_num(wrong, 0, "a reserved bit (17 to 23) makes a call unknown");
}

static void test_table(void)
{
	u32 i, bad = 0, unsorted = 0, forms = 0;

	for (i = 0; i < smc_nr_rules; i++) {
		const struct smc_rule *r = &smc_rules[i];

		bad += r->nargs > 7 || r->nret > 4 || !r->answer || !r->name || !r->forms;
		bad += r->fid & (SMC_FORM_64 | SMC_HINT) || !(r->fid & SMC_FAST);
		unsorted += i && r->fid <= smc_rules[i - 1].fid;
		forms += (r->forms & SMC_32 ? 1 : 0) + (r->forms & SMC_64 ? 1 : 0);
	}
	is_num(unsorted, 0, "the table is sorted, each id once");
	is_num(bad, 0, "each rule makes sense");
	is_num(forms, NR_EXPECTED, "the table has no function that this test does not know");
}

static void test_versions(void)
{
	static const struct {
		const char *name;
		u32 psci;
		s32 feature;
		u32 smccc;
		u64 version;
	} t[] = {
		{ "no PSCI_FEATURES before PSCI 1.0", 0x00002, 0, 0x10002, NOT_SUPPORTED },
		{ "not announced", 0x10001, -1, 0x10002, NOT_SUPPORTED },
		{ "announced, then refused", 0x10001, 0, 0xffffffff, NOT_SUPPORTED },
		{ "1.0", 0x10001, 0, 0x10000, NOT_SUPPORTED },
		{ "1.1", 0x10001, 0, 0x10001, 0x10001 },
		{ "1.2", 0x10001, 0, 0x10002, 0x10002 },
		{ "1.3", 0x10001, 0, 0x10003, 0x10003 },
		{ "1.5", 0x10001, 0, 0x10005, 0x10003 },
		{ "2.0", 0x10001, 0, 0x20000, 0x10003 },
	};
	u32 i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		fw_psci = t[i].psci;
		fw_smccc_feature = t[i].feature;
		fw_smccc = t[i].smccc;
		boot();
		is_num(call(0x80000000, 0), t[i].version, "SMCCC version: %s", t[i].name);
		is_num(call1(0x8400000a, 0x80000000), t[i].version == NOT_SUPPORTED ? NOT_SUPPORTED : 0,
		       "PSCI_FEATURES says the same: %s", t[i].name);
		is_num(call1(0x80000001, 0x80000000),
		       t[i].version == NOT_SUPPORTED ? NOT_SUPPORTED : 0,
		       "ARCH_FEATURES says the same: %s", t[i].name);
		is_num(fw_calls, 0, "without asking the firmware: %s", t[i].name);
	}
	fw_psci = 0x10001;
	fw_smccc_feature = 0;
	fw_smccc = 0x10005;
}

/* Without SMCCC 1.1 its calls do not reach a firmware that may not know them. */
static void test_needs(void)
{
	static const u32 fids[] = { 0x80000001, 0x80000002, 0x80003fff, 0x80007fff, 0x80008000,
				    0x84000050, 0x84000051, 0x84000052, 0x84000053, 0xc4000053 };
	u32 i;

	fw_smccc_feature = -1;
	boot();
	for (i = 0; i < sizeof(fids) / sizeof(fids[0]); i++)
		is_num(call(fids[i], 0), NOT_SUPPORTED, "without SMCCC: %08x", fids[i]);
	is_num(fw_calls, 0, "without SMCCC: nothing reaches the firmware");
	is_num(fw_cpu[0].count[PKVM_INFO_REFUSED_SMC], 0, "what a machine lacks is not a refusal");
	fw_smccc_feature = 0;

	fw_trng = 0xffffffff;
	boot();
	for (i = 5; i < sizeof(fids) / sizeof(fids[0]); i++)
		is_num(call(fids[i], 0), NOT_SUPPORTED, "without TRNG: %08x", fids[i]);
	is_num(fw_calls, 0, "without TRNG: nothing reaches the firmware");
	fw_trng = 0x10000;

	fw_has_soc_id = false;
	boot();
	is_num(call1(0x80000002, 0), NOT_SUPPORTED, "without SOC_ID");
	is_num(call1(0x80000001, 0x80000002), NOT_SUPPORTED, "without SOC_ID, ARCH_FEATURES");
	fw_has_soc_id = true;
}

static void test_arch(void)
{
	static const struct {
		u32 fid;
		u64 x0;
		u32 calls;
	} t[] = {
		{ 0x80000000, 0, 0 }, { 0x80000001, 0, 0 }, { 0x80000002, 0, 0 },
		{ 0x80003fff, RESULT(0), 1 }, { 0x80007fff, RESULT(0), 1 },
		{ 0x80008000, RESULT(0), 1 }, { 0x80000003, NOT_SUPPORTED, 0 },
		{ 0xc0000002, NOT_SUPPORTED, 0 }, { 0x84000003, NOT_SUPPORTED, 0 },
		{ 0xc5000020, NOT_SUPPORTED, 0 }, { 0xffffffff, NOT_SUPPORTED, 0 },
		{ 0x80010000, NOT_SUPPORTED, 0 },
	};
	u32 i;

	boot();
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		fw_calls = 0;
		is_num(call1(0x80000001, 0xffULL << 32 | t[i].fid), t[i].x0, "ARCH_FEATURES of %08x",
		       t[i].fid);
		is_num(fw_calls, t[i].calls, "ARCH_FEATURES of %08x: who answers", t[i].fid);
	}
	fw_calls = 0;
	is_num(call1(0x80000002, 0), 0x50, "SOC_ID version is the firmware's");
	is_num(call1(0x80000002, 1), 0x51, "SOC_ID revision is the firmware's");
	is_num(call1(0x80000002, 2), -3ULL, "SOC_ID has no third type");
	is_num(fw_calls, 0, "SOC_ID was read at boot");
}

static void test_trng_features(void)
{
	static const u32 known[] = { 0x84000050, 0x84000051, 0x84000052, 0x84000053, 0xc4000053 };
	static const u32 unknown[] = { 0x84000054, 0xc4000050, 0x84000000, 0 };
	u32 i;

	boot();
	for (i = 0; i < 5; i++)
		is_num(call1(0x84000051, known[i]), RESULT(0), "TRNG_FEATURES of %08x", known[i]);
	is_num(fw_calls, 5, "TRNG_FEATURES of its functions asks the firmware");
	for (i = 0; i < 4; i++)
		is_num(call1(0x84000051, unknown[i]), NOT_SUPPORTED, "TRNG_FEATURES of %08x",
		       unknown[i]);
	is_num(fw_calls, 5, "TRNG_FEATURES of others does not");
}

static void test_allowed(void)
{
	static const u32 ids[] = {
		0x82000010, 0xc20000fe,		/* SiP */
		0x02000004,			/* yielding */
		0x82010020,			/* hint bit */
		0x84000060, 0xb2000001, 0x86000000, 0x80000003,	/* not a vendor's */
	};
	static const struct expect pass[] = {
		{ 0x82000010, 7, 4, E_RELAY }, { 0xc20000fe, 7, 4, E_RELAY },
	};
	u32 i;

	memcpy(info.opt.allow_smc, ids, sizeof(ids));
	info.opt.nr_allow_smc = sizeof(ids) / sizeof(ids[0]);
	info.nr_smc_ids = 2;
	info.smc_ids[0] = 0x82000010;
	info.smc_ids[1] = 0x82000011;
	boot();
	for (i = 0; i < 2; i++) {
		ok(call_is_as_expected(&pass[i], pass[i].fid), "allowed %08x passes", pass[i].fid);
		ok(call_is_as_expected(&pass[i], pass[i].fid | HINT),
		   "allowed %08x passes with the hint bit", pass[i].fid);
	}
	fw_calls = 0;
	for (i = 2; i < info.opt.nr_allow_smc; i++)
		is_num(call(ids[i], 0), NOT_SUPPORTED, "%08x does not, whatever the option says",
		       ids[i]);
	is_num(call(0xc2000010, 0), NOT_SUPPORTED, "the other form of an allowed id does not pass");
	is_num(call(0x82000010, 7), NOT_SUPPORTED, "nor an allowed id with an immediate");
	fw_log_clear();
	is_num(call(0x82000011, 0), NOT_SUPPORTED, "an arm,smc-id alone does not pass");
	ok(strstr(fw_log, "pkvm.allow_smc=0x82000011"), "the log says what to type for it");
	is_num(fw_calls, 0, "none of these reached the firmware");
	info.opt.nr_allow_smc = 0;
	info.nr_smc_ids = 0;
	boot();
	is_num(call(0x82000010, 0), NOT_SUPPORTED, "without the option nothing of a vendor passes");
	is_num(fw_calls, 0, "without the option the firmware is not asked");
}

static void test_allow_messages(void)
{
	static const u32 ids[] = { 0x82000010, 0x84000060 };

	memcpy(info.opt.allow_smc, ids, sizeof(ids));
	info.opt.nr_allow_smc = 2;
	fw_log_clear();
	smc_init(&info, 0x10001);
	ok(strstr(fw_log, "0x82000010 passes"), "the log says that an id passes");
	ok(strstr(fw_log, "0x84000060 ignored"), "the log says that an option is ignored");
	info.opt.nr_allow_smc = 0;
}

static void test_log(void)
{
	static const struct {
		u32 fid;
		const char *service;
	} t[] = {
		{ 0x80000003, "Arm architecture" }, { 0x81000000, "CPU service" },
		{ 0x82000000, "SiP service" }, { 0xc3000000, "OEM service" },
		{ 0x84000005, "PSCI" }, { 0x84000019, "PSCI" }, { 0xc4000020, "SDEI" },
		{ 0xc4000041, "management mode" }, { 0x84000054, "TRNG" }, { 0x84000063, "FF-A" },
		{ 0xc400007b, "FF-A" }, { 0x840000f0, "errata management" },
		{ 0xc4000111, "DRTM" }, { 0x84000130, "PCI configuration" },
		{ 0xc4000150, "realm management" }, { 0x84000400, "standard secure service" },
		{ 0xc5000020, "standard hypervisor service" },
		{ 0x8600ff01, "vendor hypervisor service" }, { 0xb0000000, "trusted application" },
		{ 0xbf00ff01, "trusted OS" }, { 0x87000000, "reserved id" },
		{ 0x32000004, "yielding call" }, { 0x00000000, "yielding call" },
	};
	u32 i, n = sizeof(t) / sizeof(t[0]);
	char want[64];

	boot();
	for (i = 0; i < n; i++) {
		fw_log_clear();
		call(t[i].fid, 0);
		snprintf(want, sizeof(want), "denied 0x%08x (%s)", t[i].fid, t[i].service);
		ok(fw_lines == 1 && strstr(fw_log, want), "denied %08x is logged as %s", t[i].fid,
		   t[i].service);
	}
	fw_log_clear();
	for (i = 0; i < n; i++)
		call(t[i].fid, 0);
	is_num(fw_lines, 0, "the second time is not logged");
	call(0x84000000, 5);
	call(0x84000000, 5);
	is_num(fw_lines, 1, "an immediate is logged once");
}

static void test_log_flood(void)
{
	u32 i;

	boot();
	for (i = 0; i < 1000; i++)
		call(0x82001000 + i, 0);
	is_num(fw_lines, SMC_NR_SEEN + 1, "a flood of ids ends in one line");
	fw_log_clear();
	call(0x84000070, 0);
	ok(fw_lines == 1 && strstr(fw_log, "(FF-A)"), "another service is still named");
	call(0x84000071, 0);
	is_num(fw_lines, 1, "once");
	is_num(fw_cpu[0].count[PKVM_INFO_REFUSED_SMC], 1002, "all are counted");
}

/* Documentation/smc-filter.rst has one row for each rule, with these numbers. */
static char *read_doc(const char *name)
{
	static const char *const tops[] = { "", "../../", "../" };
	static char text[1 << 16];
	char path[256];
	FILE *f = NULL;
	u32 i;

	for (i = 0; i < 3 && !f; i++) {
		snprintf(path, sizeof(path), "%sDocumentation/%s", tops[i], name);
		f = fopen(path, "r");
	}
	if (!f)
		return NULL;
	text[fread(text, 1, sizeof(text) - 1, f)] = 0;
	fclose(f);
	return text;
}

static void test_doc(void)
{
	static const char *const forms[] = { "", "32", "64", "32, 64" };
	char *doc = read_doc("smc-filter.rst"), row[256], *at;
	u32 i, rows = 0;

	if (!ok(doc, "Documentation/smc-filter.rst can be read"))
		return;
	for (i = 0; i < smc_nr_rules; i++) {
		const struct smc_rule *r = &smc_rules[i];

		snprintf(row, sizeof(row), "   * - %s\n     - 0x%08x\n     - %s\n     - %u\n     - %u\n",
			 r->name, r->fid, forms[r->forms], r->nargs, r->nret);
		ok(strstr(doc, row), "documented: %s", r->name);
	}
	for (at = doc; (at = strstr(at, "\n     - 0x8")); at++)
		rows++;
	is_num(rows, smc_nr_rules, "the document has no other row");
	for (i = 0; i < SMC_NR_SERVICES; i++)
		ok(strstr(doc, smc_services[i].name), "documented service: %s",
		   smc_services[i].name);
}

int main(void)
{
	test_table();
	test_calls();
	test_all_ids();
	test_reserved_bits();
	test_versions();
	test_needs();
	test_arch();
	test_trng_features();
	test_allowed();
	test_allow_messages();
	test_log();
	test_log_flood();
	test_doc();
	return tap_done();
}
