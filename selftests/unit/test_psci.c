// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PSCI relay: what reaches the firmware, what comes back, where CPUs go.
 * SOURCES: hyp/nvhe/psci.c hyp/nvhe/smc.c
 * CFLAGS: -Wno-unused-parameter
 */
#include <setjmp.h>
#include <pkvm/host_call.h>

#include "tap.h"
#include "fake_fw.h"
#include "fake_lock.h"
#include "nvhe/psci.h"
#include "nvhe/smc.h"

#define SUCCESS			0
#define NOT_SUPPORTED		(-1ULL)
#define INVALID_PARAMETERS	(-2ULL)
#define DENIED			(-3ULL)
#define ALREADY_ON		(-4ULL)
#define ON_PENDING		(-5ULL)
#define INTERNAL_FAILURE	(-6ULL)
#define INVALID_ADDRESS		(-9ULL)

#define GOOD_ENTRY	0x48000000ULL
#define HIGH_ENTRY	0x8048000000ULL
#define GUEST_PAGE	0x50000000ULL	/* not the host's */

static u64 asked_ttbr1;
static int asked_alone = -1;
static u32 power_downs, calls_at_power_down;

static bool may_execute(u64 pa)
{
	return (pa & ~0xfffULL) != GUEST_PAGE && pa < 1ULL << 40;
}

static void version_asked(u64 ttbr1, bool alone)
{
	asked_ttbr1 = ttbr1;
	asked_alone = alone;
}

static u32 leaves, leaves_at_firmware;	/* vCPU put; what of it when firmware is called */

static void cpu_leaves(void)
{
	leaves++;
}

static void power_down(void)
{
	power_downs++;
	calls_at_power_down = fw_calls;
}

const struct psci_policy psci_policy = {
	.may_execute = may_execute,
	.version_asked = version_asked,
	.cpu_leaves = cpu_leaves,
	.power_down = power_down,
};

static u64 fw_version = 0x10001, fw_suspend_features;
static u64 fw_result;

static void answer_boot(struct smccc_regs *regs)
{
	u32 fid = regs->x[0];

	regs->x[0] = NOT_SUPPORTED;
	if (fid == 0x84000000)
		regs->x[0] = fw_version;
	else if (fid == 0x8400000a && (u32)regs->x[1] == 0xc4000001)
		regs->x[0] = fw_suspend_features;
}

static void answer_result(struct smccc_regs *regs)
{
	regs->x[0] = fw_result;
}

static struct boot_info info;

static void boot(u32 cpus)
{
	fw_machine(cpus);
	fw_answer = answer_boot;
	if (psci_init(&info))
		abort();
	psci_boot_cpu(&fw_cpu[0]);
	fw_answer = answer_result;
	fw_result = SUCCESS;
	fw_calls = 0;
	power_downs = 0;
}

static u64 smc(u64 x0, u64 x1, u64 x2, u64 x3)
{
	struct host_frame r;
	u32 i;

	for (i = 0; i < 31; i++)
		r.x[i] = 0xabad1dea00000000ULL + i;
	r.x[0] = x0;
	r.x[1] = x1;
	r.x[2] = x2;
	r.x[3] = x3;
	host_smc(&r, 0);
	return r.x[0];
}

static void test_init(void)
{
	static const struct {
		u64 version;
		bool good;
	} t[] = {
		{ NOT_SUPPORTED, false }, { 0xffffffff, false }, { 0, false }, { 1, false },
		{ 2, true }, { 0x10000, true }, { 0x10003, true }, { 0x20000, true },
	};
	u32 i;

	fw_machine(2);
	fw_answer = answer_boot;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		fw_version = t[i].version;
		is_num(!psci_init(&info), t[i].good, "machine with PSCI version %llx",
		       (unsigned long long)t[i].version);
	}
	fw_version = 0x10001;
	is_num(fw_dirty, 0, "at boot the firmware sees clean registers");
}

static void test_version(void)
{
	static const struct {
		u64 firmware, told;
	} t[] = {
		{ 2, 2 }, { 0x10000, 0x10000 }, { 0x10001, 0x10001 }, { 0x10003, 0x10003 },
		{ 0x10004, 0x10003 }, { 0x20000, 0x10003 },
	};
	u32 i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		fw_version = t[i].firmware;
		boot(2);
		is_num(smc(0x84000000, 0, 0, 0), t[i].told, "the host's version for firmware's %llx",
		       (unsigned long long)t[i].firmware);
	}
	fw_version = 0x10001;

	boot(3);
	fw_ttbr1 = 0x1234000041200001;
	smc(0x84000000, 0, 0, 0);
	is_num(asked_ttbr1, fw_ttbr1, "policy hears whose version call it is");
	is_num(asked_alone, true, "alone: the others were never on");
	fw_cpu[2].power = CPU_ON_PENDING;
	smc(0x84000000, 0, 0, 0);
	is_num(asked_alone, false, "not alone: another is about to come");
	fw_cpu[2].power = CPU_ON;
	smc(0x84000000, 0, 0, 0);
	is_num(asked_alone, false, "not alone: another is on");
	boot(1);
	smc(0x84000000, 0, 0, 0);
	is_num(asked_alone, false, "a machine with one CPU is never alone");
	is_num(fw_calls, 0, "the firmware is not asked again");
}

static void test_cpu_on(void)
{
	static const struct {
		const char *name;
		u64 fid, target, entry, want;
	} refused[] = {
		{ "the second core of a cluster that is not there", 0xc4000003, 0x201, GOOD_ENTRY,
		  INVALID_PARAMETERS },
		{ "bits outside of the affinity", 0xc4000003, 1ULL << 24 | 1, GOOD_ENTRY,
		  INVALID_PARAMETERS },
		{ "bits above the affinity", 0xc4000003, 1ULL << 40 | 1, GOOD_ENTRY,
		  INVALID_PARAMETERS },
		{ "Aff3", 0xc4000003, 1ULL << 32 | 1, GOOD_ENTRY, INVALID_PARAMETERS },
		{ "no CPU at all", 0xc4000003, ~0ULL, GOOD_ENTRY, INVALID_PARAMETERS },
		{ "an entry point off its alignment", 0xc4000003, 1, GOOD_ENTRY + 2,
		  INVALID_ADDRESS },
		{ "an entry point in a page of another", 0xc4000003, 1, GUEST_PAGE + 8,
		  INVALID_ADDRESS },
		{ "an entry point that is no address", 0xc4000003, 1, ~3ULL, INVALID_ADDRESS },
		{ "the calling CPU", 0xc4000003, 0, GOOD_ENTRY, ALREADY_ON },
		{ "the calling CPU, 32-bit call", 0x84000003, 0, GOOD_ENTRY, ALREADY_ON },
	};
	u32 i;

	boot(4);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		is_num(smc(refused[i].fid, refused[i].target, refused[i].entry, 7), refused[i].want,
		       "CPU_ON of %s", refused[i].name);
	is_num(fw_calls, 0, "none of these reached the firmware");
	ok(fw_cpu[1].power == CPU_OFF, "nor did they mark a CPU");

	fw_version = 2;
	boot(4);
	is_num(smc(0xc4000003, 1, GUEST_PAGE, 7), INVALID_PARAMETERS,
	       "PSCI 0.2 has no INVALID_ADDRESS");
	fw_version = 0x10001;
}

static void test_cpu_on_relayed(void)
{
	u64 entry, context;

	boot(4);
	is_num(smc(0xc4000003, 0x101, HIGH_ENTRY, 0x77), SUCCESS, "CPU_ON");
	is_num(fw_last.x[0], 0xc4000003, "the firmware gets the 64-bit call");
	is_num(fw_last.x[1], 0x101, "of that CPU");
	is_num(fw_last.x[2], FW_ENTRY_PA, "with EL2's entry point");
	is_num(fw_last.x[3], hyp_cpu_context_pa(&fw_cpu[3]), "and the CPU's own context");
	is_num(fw_cpu[3].power, CPU_ON_PENDING, "the CPU is on its way");
	is_num(smc(0xc4000003, 0x101, GOOD_ENTRY, 0x78), ON_PENDING, "a second CPU_ON waits");
	psci_cpu_arrived(&fw_cpu[3], &entry, &context);
	is_num(entry, HIGH_ENTRY, "it enters the host where the first call said");
	is_num(context, 0x77, "with that call's context");
	is_num(fw_cpu[3].power, CPU_ON, "and is on");
	is_num(smc(0xc4000003, 0x101, GOOD_ENTRY, 0x79), ALREADY_ON, "a third CPU_ON is too late");
	is_num(fw_calls, 1, "only the first reached the firmware");

	is_num(smc(0x84000003, 0xff0000000001ULL, 0x999900000000ULL | GOOD_ENTRY,
		   0x1234567890abcdefULL), SUCCESS, "32-bit CPU_ON");
	is_num(fw_last.x[0], 0xc4000003, "32-bit CPU_ON is relayed as the 64-bit one");
	is_num(fw_last.x[2], FW_ENTRY_PA, "so that EL2's entry point fits");
	psci_cpu_arrived(&fw_cpu[1], &entry, &context);
	is_num(entry, GOOD_ENTRY, "the host's entry point was cut to 32 bits");
	is_num(context, 0x90abcdef, "and its context");
	is_num(fw_dirty, 0, "no register beyond the arguments held anything");
}

static void test_cpu_on_refused_by_firmware(void)
{
	static const u64 codes[] = { INVALID_PARAMETERS, DENIED, ALREADY_ON, ON_PENDING,
				     INTERNAL_FAILURE, INVALID_ADDRESS, 0xfffffffaULL, 5 };
	u64 entry, context;
	u32 i;

	boot(2);
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		fw_result = codes[i];
		is_num(smc(0xc4000003, 1, GOOD_ENTRY, i), codes[i], "firmware's %lld is passed on",
		       (long long)codes[i]);
		ok(fw_cpu[1].power == CPU_OFF, "and the CPU is off after %lld", (long long)codes[i]);
	}
	fw_result = SUCCESS;
	is_num(smc(0xc4000003, 1, GOOD_ENTRY, 99), SUCCESS, "then it can be switched on");
	psci_cpu_arrived(&fw_cpu[1], &entry, &context);
	is_num(context, 99, "with the context of the call that went through");
}

/* CPU_OFF and suspends leave through the firmware. */
static jmp_buf gone;

static void answer_gone(struct smccc_regs *regs)
{
	leaves_at_firmware = leaves;
	longjmp(gone, 1);
}

static bool goes(u64 x0, u64 x1, u64 x2, u64 x3)
{
	leaves = leaves_at_firmware = 0;
	fw_answer = answer_gone;
	if (!setjmp(gone)) {
		smc(x0, x1, x2, x3);
		fw_answer = answer_result;
		return false;
	}
	fw_answer = answer_result;
	return true;
}

static void test_cpu_off(void)
{
	boot(2);
	fw_result = DENIED;
	is_num(smc(0x84000002, 0, 0, 0), DENIED, "a refused CPU_OFF comes back");
	is_num(fw_cpu[0].power, CPU_ON, "and the CPU is on");
	is_num(fw_dirty, 0, "CPU_OFF has no arguments");
	fw_flushes = 0;
	ok(goes(0x84000002, 0, 0, 0), "CPU_OFF leaves");
	is_num(leaves_at_firmware, 1, "after its vCPU was put");
	ok(fw_flushes == 1 && fw_flushed_at == fw_calls - 1,
	   "after a guest's FP registers were taken out of the CPU");
	is_num(fw_cpu[0].power, CPU_OFF, "and the CPU is off");
	is_num(fake_ranks_held, 0, "without a lock");
}

struct suspend {
	const char *name;
	u64 features;		/* of CPU_SUSPEND: bit 1, the extended format */
	u64 fid, state;
	bool down;		/* a power-down: its entry point is looked at */
};

static const struct suspend suspends[] = {
	{ "standby, original format", 0, 0xc4000001, 0x0, false },
	{ "standby, original format, other bits", 0, 0xc4000001, 0x4300ffff, false },
	{ "power-down, original format", 0, 0xc4000001, 0x10000, true },
	{ "power-down, original format, 32-bit", 0, 0x84000001, 0x1010001, true },
	{ "standby, extended format", 2, 0xc4000001, 0x1, false },
	{ "standby, extended format, other bits", 2, 0xc4000001, 0xbfffffff, false },
	{ "power-down, extended format", 2, 0xc4000001, 0x40000000, true },
	{ "power-down, extended format, OS-initiated", 3, 0x84000001, 0x40010003, true },
	{ "firmware without PSCI_FEATURES of it", NOT_SUPPORTED, 0xc4000001, 0x10000, true },
};

static void test_suspend(void)
{
	u64 entry, context;
	u32 i;

	for (i = 0; i < sizeof(suspends) / sizeof(suspends[0]); i++) {
		const struct suspend *s = &suspends[i];
		bool narrow = !(s->fid & 0x40000000);

		fw_suspend_features = s->features;
		boot(2);
		is_num(smc(s->fid, s->state, GUEST_PAGE, 0), s->down ? INVALID_ADDRESS : SUCCESS,
		       "%s: an entry point that is not the host's", s->name);
		is_num(fw_calls, s->down ? 0 : 1, "%s: reaches the firmware or not", s->name);
		fw_result = DENIED;
		is_num(smc(s->fid, s->state, GOOD_ENTRY, 0xc0ffee00c0ffee), DENIED,
		       "%s: the firmware's answer comes back", s->name);
		ok(fw_last.x[0] == 0xc4000001 && fw_last.x[1] == s->state &&
		   fw_last.x[2] == FW_ENTRY_PA && fw_last.x[3] == hyp_cpu_context_pa(&fw_cpu[0]),
		   "%s: the firmware gets EL2's entry point", s->name);
		ok(goes(s->fid, s->state, GOOD_ENTRY, 0xc0ffee00c0ffee), "%s: leaves", s->name);
		is_num(leaves_at_firmware, 1, "%s: after its vCPU was put", s->name);
		is_num(fw_cpu[0].power, CPU_ON, "%s: a suspended CPU counts as on", s->name);
		psci_cpu_arrived(&fw_cpu[0], &entry, &context);
		ok(entry == GOOD_ENTRY && context == (narrow ? 0xc0ffee : 0xc0ffee00c0ffee),
		   "%s: comes back where the host wants it", s->name);
		is_num(fw_dirty, 0, "%s: clean registers", s->name);
	}
	fw_suspend_features = 0;
}

static void test_other_suspends(void)
{
	static const u64 fids[] = { 0x8400000c, 0xc400000c, 0x8400000e, 0xc400000e };
	u64 entry, context;
	u32 i;

	for (i = 0; i < 4; i++) {
		unsigned int fid = fids[i];

		boot(2);
		is_num(smc(fid, GUEST_PAGE, 1, 0), INVALID_ADDRESS, "%08x: not the host's page", fid);
		is_num(smc(fid, GOOD_ENTRY | 1, 1, 0), INVALID_ADDRESS, "%08x: not aligned", fid);
		is_num(fw_calls, 0, "%08x: neither reaches the firmware", fid);
		fw_result = DENIED;
		is_num(smc(fid, GOOD_ENTRY, 1, 0), DENIED, "%08x: the answer comes back", fid);
		ok(fw_last.x[0] == (fid | 0x40000000) && fw_last.x[1] == FW_ENTRY_PA &&
		   fw_last.x[2] == hyp_cpu_context_pa(&fw_cpu[0]),
		   "%08x: the firmware gets EL2's entry point", fid);
		ok(goes(fid, GOOD_ENTRY, 0x5555, 0), "%08x: leaves", fid);
		is_num(leaves_at_firmware, 1, "%08x: after its vCPU was put", fid);
		psci_cpu_arrived(&fw_cpu[0], &entry, &context);
		ok(entry == GOOD_ENTRY && context == 0x5555, "%08x: comes back to the host", fid);
		is_num(fw_dirty, 0, "%08x: clean registers", fid);
	}
}

/* A CPU that firmware sends though nobody asked: off again, until it stays off. */
static u32 offs;

static void answer_stays_off(struct smccc_regs *regs)
{
	if (regs->x[0] != 0x84000002)
		abort();
	if (++offs == 3)
		longjmp(gone, 1);
	regs->x[0] = DENIED;
}

static void test_unasked(void)
{
	u64 entry, context;

	boot(2);
	fw_answer = answer_stays_off;
	fw_log_clear();
	if (!setjmp(gone)) {
		psci_cpu_arrived(&fw_cpu[1], &entry, &context);
		ok(false, "a CPU that nobody asked for does not reach the host");
	} else {
		ok(offs == 3, "a CPU that nobody asked for does not reach the host");
	}
	ok(strstr(fw_log, "unasked"), "and the log says so");
	is_num(fw_cpu[1].power, CPU_OFF, "it counts as off");
	is_num(fake_ranks_held, 0, "and holds no lock");
}

static void test_ends(void)
{
	static const struct {
		const char *name;
		u64 fid, x1, want;
		bool passes;
	} t[] = {
		{ "SYSTEM_OFF", 0x84000008, 0, 42, true },
		{ "SYSTEM_RESET", 0x84000009, 0, 42, true },
		{ "SYSTEM_RESET2 warm", 0x84000012, 0, 42, true },
		{ "SYSTEM_RESET2 warm, 64-bit", 0xc4000012, 0, 42, true },
		{ "SYSTEM_RESET2 of a vendor", 0x84000012, 0x80000000, INVALID_PARAMETERS, false },
		{ "SYSTEM_RESET2 of a vendor, 64-bit", 0xc4000012, 0x80000001, INVALID_PARAMETERS,
		  false },
		{ "SYSTEM_OFF2 hibernate", 0x84000015, 1, 42, true },
		{ "SYSTEM_OFF2 of type 0", 0xc4000015, 0, 42, true },
		{ "SYSTEM_OFF2 unknown", 0xc4000015, 2, INVALID_PARAMETERS, false },
		{ "SYSTEM_OFF2 unknown, high", 0x84000015, 0x80000001, INVALID_PARAMETERS, false },
	};
	u32 i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		boot(2);
		fw_result = 42;
		is_num(smc(t[i].fid, t[i].x1, 0, 0), t[i].want, "%s: answer", t[i].name);
		is_num(power_downs, t[i].passes, "%s: memory is wiped", t[i].name);
		is_num(calls_at_power_down, 0, "%s: before the firmware is called", t[i].name);
		is_num(fw_calls, t[i].passes, "%s: reaches the firmware or not", t[i].name);
		is_num(fw_cpu[0].count[PKVM_INFO_REFUSED_SMC], !t[i].passes, "%s: counted", t[i].name);
		is_num(fw_dirty, 0, "%s: clean registers", t[i].name);
	}
}

static void test_mem_protect(void)
{
	boot(2);
	fw_result = 1;
	is_num(smc(0x84000013, 1, 0, 0), 1, "MEM_PROTECT on passes");
	is_num(fw_calls, 1, "to the firmware");
	is_num(smc(0x84000013, 0, 0, 0), DENIED, "MEM_PROTECT off is refused");
	is_num(smc(0x84000013, 1ULL << 32, 0, 0), DENIED, "also if only upper bits are set");
	is_num(fw_calls, 1, "without the firmware");
	is_num(fw_cpu[0].count[PKVM_INFO_REFUSED_SMC], 2, "and counted");
}

static void test_features(void)
{
	static const u32 pass[] = {
		0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003, 0xc4000003, 0x84000004,
		0xc4000004, 0x84000006, 0x84000007, 0xc4000007, 0x84000008, 0x84000009, 0x8400000a,
		0x8400000c, 0xc400000c, 0x8400000d, 0x8400000e, 0xc400000e, 0x8400000f, 0x84000010,
		0x84000012, 0xc4000012, 0x84000013, 0x84000014, 0xc4000014, 0x84000015, 0xc4000015,
	};
	static const u32 absent[] = {
		0x84000005, 0xc4000005,		/* MIGRATE */
		0x8400000b,			/* CPU_FREEZE */
		0x84000016, 0xc4000019,		/* VENDOR_SPECIFIC, CLEAN_INV_MEMREGION */
		0xc4000000, 0xc4000002, 0xc4000008,	/* no such form */
		0x84000020, 0xc4000020, 0x84000050, 0x84000063, 0x80000001, 0x80008000,
		0x82000010, 0, 0xffffffff, 0x84010001,
	};
	u32 i;

	boot(2);
	fw_result = 0x2a;
	for (i = 0; i < sizeof(pass) / sizeof(pass[0]); i++)
		is_num(smc(0x8400000a, 0xffULL << 32 | pass[i], 0, 0), 0x2a,
		       "PSCI_FEATURES of %08x is the firmware's", pass[i]);
	is_num(fw_calls, i, "PSCI_FEATURES reaches the firmware");
	for (i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		is_num(smc(0x8400000a, absent[i], 0, 0), NOT_SUPPORTED,
		       "PSCI_FEATURES of %08x: absent", absent[i]);
	is_num(fw_calls, sizeof(pass) / sizeof(pass[0]), "absent ones do not reach the firmware");
	is_num(fw_dirty, 0, "PSCI_FEATURES passes clean registers");
	fw_version = 2;
	boot(2);
	is_num(smc(0x8400000a, 0x84000001, 0, 0), NOT_SUPPORTED, "PSCI 0.2 has no PSCI_FEATURES");
	is_num(fw_calls, 0, "and is not asked");
	fw_version = 0x10001;
}

int main(void)
{
	test_init();
	test_version();
	test_cpu_on();
	test_cpu_on_relayed();
	test_cpu_on_refused_by_firmware();
	test_cpu_off();
	test_suspend();
	test_other_suspends();
	test_unasked();
	test_ends();
	test_mem_protect();
	test_features();
	return tap_done();
}
