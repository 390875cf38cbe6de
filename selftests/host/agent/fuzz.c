// SPDX-License-Identifier: GPL-2.0-only
/*
 * The random caller: which numbers and values the module draws from, and what
 * must hold afterwards.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "agent.h"

/* Each list counts its calls one by one; ranges are widened here. */
struct range {
	u32 first, last;
	const char *what;
};

static const struct range known[] = {
	{ 0x84000000, 0x84000017, "PSCI, 32 bit" },
	{ 0xc4000000, 0xc4000017, "PSCI, 64 bit" },
	{ 0x80000000, 0x80000003, "Arm architecture" },
	{ 0x80003ffe, 0x80003fff, "Arm architecture: workarounds" },
	{ 0x80007ffe, 0x80008000, "Arm architecture: workarounds" },
	{ 0x84000050, 0x84000053, "TRNG" },
	{ 0xc4000053, 0xc4000053, "TRNG" },
	{ 0xc4000020, 0xc4000031, "SDEI" },
	{ 0x84000060, 0x84000068, "FF-A" },
	{ 0xb2000004, 0xb2000007, "OP-TEE" },
	{ 0xbf00ff00, 0xbf00ff03, "OP-TEE's identity" },
	{ 0x82000000, 0x82000001, "SiP" },
	{ 0xc2000000, 0xc2000001, "SiP" },
	{ 0x83000000, 0x83000001, "OEM" },
	{ 0x86000000, 0x86000002, "vendor hypervisor: KVM's" },
	{ 0x8600ff00, 0x8600ff03, "vendor hypervisor: identity" },
	{ 0xc6000100, 0xc6000118, "pkvm host calls, and one more" },
	{ 0xc4000190, 0xc4000199, "RSI" },
};

/* What ends or stops a machine whose firmware would really do it. */
static const struct pt_fuzz_range deadly[] = {
	{ 0x84000001, 0x84000002 },	/* CPU_SUSPEND, CPU_OFF */
	{ 0xc4000001, 0xc4000002 },
	{ 0x84000008, 0x84000009 },	/* SYSTEM_OFF, SYSTEM_RESET */
	{ 0xc4000008, 0xc4000009 },
	{ 0x8400000e, 0x8400000e },	/* SYSTEM_SUSPEND */
	{ 0xc400000e, 0xc400000e },
	{ 0x84000012, 0x84000012 },	/* SYSTEM_RESET2 */
	{ 0xc4000012, 0xc4000012 },
};

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static u32 fids[PT_FUZZ_FIDS];
static u64 values[PT_FUZZ_VALUES];
static u32 nr_fids, nr_values;

static void add_value(u64 value)
{
	if (nr_values < PT_FUZZ_VALUES)
		values[nr_values++] = value;
}

static void add_fixed_values(void)
{
	static const int bits[] = { 0, 3, 12, 16, 21, 30, 31, 32, 36, 39, 40, 44, 47, 48, 51, 52, 63 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		add_value(1ULL << bits[i]);
		add_value((1ULL << bits[i]) - 1);
		add_value(~((1ULL << bits[i]) - 1));
	}
	add_value(0);
	add_value(~0ULL);
	add_value(0x7fffffffULL);
	add_value(0x80000000ULL);
	add_value(0xffffffffULL);
	for (i = 0; i < 4; i++)
		add_value(i << 8 | i);		/* affinities */
	for (i = 0; i < nr_fids; i += 5)
		add_value(fids[i]);		/* PSCI_FEATURES and ARCH_FEATURES ask by number */
}

/* The bounds of every range of memory that the machine has. */
static void add_iomem(void)
{
	FILE *file = fopen("/proc/iomem", "r");
	u64 first, last;
	char line[256];

	if (!file)
		broken("/proc/iomem");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, " %lx-%lx", &first, &last) != 2)
			continue;
		add_value(first);
		add_value(last);
		add_value(last + 1);
	}
	fclose(file);
}

static void add_fids(void)
{
	size_t i;
	u32 fid;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		for (fid = known[i].first; fid <= known[i].last; fid++) {
			if (nr_fids < PT_FUZZ_FIDS)
				fids[nr_fids++] = fid;
		}
	}
}

static bool is_deadly(u32 fid)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(deadly); i++) {
		if (fid >= deadly[i].first && fid <= deadly[i].last)
			return true;
	}
	return false;
}

static int report(const struct pt_fuzz *fuzz, bool all, u64 least)
{
	int bad = 0, i;
	u32 f;

	printf("made %llu hvc %llu smc %llu\n", fuzz->made, fuzz->made_hvc, fuzz->made_smc);
	printf("not_supported %llu\n", fuzz->not_supported);
	for (f = 0; f < nr_fids; f++) {
		printf("count 0x%08x %llu\n", fids[f], fuzz->count[f]);
		if (!all && is_deadly(fids[f])) {
			if (fuzz->count[f])
				bad |= fail("0x%08x was to be left out", fids[f]);
		} else if (fuzz->count[f] < least) {
			bad |= fail("0x%08x was made %llu times, not %lu", fids[f],
				    fuzz->count[f], least);
		}
	}
	if (fuzz->made < fuzz->calls)
		bad |= fail("%llu calls were asked for", fuzz->calls);
	printf("vms %llu\n", fuzz->handles);
	if (fuzz->kept)
		bad |= fail("EL2 did not give back what the calls gave it");
	if (fuzz->clobbered) {
		bad |= fail("%llu calls changed a register that they must keep; the first, %s:",
			    fuzz->clobbered, fuzz->bad_conduit == PT_SMC ? "smc" : "hvc");
		for (i = 0; i < 18; i++)
			printf("x%d 0x%llx -> 0x%llx\n", i, fuzz->bad_x[i], fuzz->bad_out[i]);
	}
	return bad;
}

/* MODE: all (the firmware denies what would end the machine) or stay (that is left out). */
int cmd_fuzz(int argc, char **argv)
{
	static struct pt_fuzz fuzz;
	bool all;

	if (argc != 4 && argc != 6)
		broken("usage: fuzz SEED CALLS all|stay [CPU STOP-BEFORE]");
	all = !strcmp(argv[3], "all");
	if (!all && strcmp(argv[3], "stay"))
		broken("MODE is all or stay, not %s", argv[3]);
	add_fids();
	add_fixed_values();
	add_iomem();
	fuzz.seed = number(argv[1]);
	fuzz.calls = number(argv[2]);
	if (argc == 6) {
		fuzz.only_cpu_plus_1 = number(argv[4]) + 1;
		fuzz.stop_before = number(argv[5]);
	}
	fuzz.nr_fids = nr_fids;
	fuzz.nr_values = nr_values;
	fuzz.nr_skip = all ? 0 : ARRAY_SIZE(deadly);
	fuzz.fids = (u64)(uintptr_t)fids;
	fuzz.values = (u64)(uintptr_t)values;
	fuzz.skip = (u64)(uintptr_t)deadly;
	printf("seed 0x%llx calls %llu mode %s fids %u values %u\n", fuzz.seed, fuzz.calls,
	       argv[3], nr_fids, nr_values);
	if (ioctl(pt_open(), PT_IOC_FUZZ, &fuzz))
		broken("PT_IOC_FUZZ");
	if (argc == 6)
		return 0;
	return report(&fuzz, all, fuzz.calls >= 1000000 ? 1000 : 1);
}
