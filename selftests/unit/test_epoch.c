// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host epochs: when one begins, and who hears of it.
 * SOURCES: hyp/pkvm/epoch.c
 * CFLAGS: -Wno-unused-parameter
 */
#include <stdarg.h>
#include <stdlib.h>

#include "tap.h"
#include "fake_lock.h"
#include "nvhe/log.h"
#include "nvhe/psci.h"
#include "pkvm/epoch.h"
#include "pkvm/page.h"

#define PGD_A	0x0000000041200000ULL
#define PGD_B	0x0000000048a00000ULL
#define ASID(n)	((u64)(n) << 48)
#define CNP	1ULL

static char last_line[256];
static u32 lines;

void hyp_log(int level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(last_line, sizeof(last_line), fmt, ap);
	va_end(ap);
	lines++;
}

static u64 vms, counted_epoch;
static u32 leaves;

u64 vm_count_of(u64 epoch)
{
	counted_epoch = epoch;
	return vms;
}

void vcpu_cpu_leaves(void)
{
	leaves++;
}

bool host_may_execute(u64 pa)
{
	return pa == PGD_A;
}

/* Two kinds of holders, which write down what they hear. */
static char heard[64];
static u64 heard_epoch, now_when_heard;
static bool locked_when_heard;

static void hear(const char *what)
{
	if (strlen(heard) + 1 < sizeof(heard))
		strcat(heard, what);
}

static void first_end(u64 epoch)
{
	hear("1");
	heard_epoch = epoch;
	now_when_heard = epoch_now();
	locked_when_heard = fake_ranks_held & (1U << RANK_EPOCH);
}

static void second_end(u64 epoch)
{
	hear("2");
}

static u64 first_pages(void)
{
	return 40;
}

static u64 second_pages(void)
{
	return 2;
}

static void first_wipe(void)
{
	hear("a");
	locked_when_heard = fake_ranks_held;
}

static void second_wipe(void)
{
	hear("b");
}

static const struct epoch_holder first = { "first", first_end, first_pages, first_wipe };
static const struct epoch_holder second = { "second", second_end, second_pages, second_wipe };
const struct epoch_holder *const epoch_holders[] = { &first, &second, NULL };

static void test_triggers(void)
{
	static const struct {
		const char *name;
		u64 ttbr1;
		bool alone, begins;
	} t[] = {
		{ "the first call, which the first kernel makes alone", PGD_A, true, false },
		{ "debugfs psci: the same table", PGD_A, false, false },
		{ "the same table under another ASID", PGD_A | ASID(7), false, false },
		{ "the same table with CnP", PGD_A | CNP, false, false },
		{ "the same table under the highest ASID, with CnP", PGD_A | ASID(0xffff) | CNP,
		  false, false },
		{ "another table: a crash kernel", PGD_B, false, true },
		{ "that one again", PGD_B | ASID(1), false, false },
		{ "the first table again: kexec back", PGD_A, false, true },
		{ "the same table, alone: kexec into the same place", PGD_A, true, true },
		{ "the same table, alone once more", PGD_A | CNP, true, true },
		{ "another table, alone", PGD_B, true, true },
		{ "a table that differs in address bit 51 (52-bit form, bit 5)", PGD_B | 1 << 5,
		  false, true },
		{ "a table that differs in address bit 48 (52-bit form, bit 2)",
		  PGD_B | 1 << 5 | 1 << 2, false, true },
		{ "a table that differs in address bit 47", PGD_B | 1ULL << 47, false, true },
		{ "a table that differs in the lowest bit of BADDR", PGD_B | 1ULL << 47 | 1 << 1,
		  false, true },
		{ "no table: MMU never on", 0, false, true },
	};
	u64 want = 1;
	u32 i;

	is_num(epoch_now(), 1, "epoch 1 runs before any call");
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		heard[0] = 0;
		lines = 0;
		psci_policy.version_asked(t[i].ttbr1, t[i].alone);
		want += t[i].begins;
		is_num(epoch_now(), want, "%s", t[i].name);
		is_str(heard, t[i].begins ? "12" : "", "%s: holders hear of it", t[i].name);
		is_num(lines, t[i].begins, "%s: so does the log", t[i].name);
		is_num(fake_ranks_held, 0, "%s: no lock is left", t[i].name);
	}
	is_num(heard_epoch, want - 1, "holders hear which epoch ended");
	is_num(now_when_heard, want, "when the new one has its number already");
	is_num(locked_when_heard, true, "and none can begin meanwhile");
}

static void test_holders(void)
{
	is_num(epoch_old_pages(), 42, "old pages of all holders are added up");
	heard[0] = 0;
	locked_when_heard = true;
	psci_policy.power_down();
	is_str(heard, "ab", "all holders wipe before the power goes");
	is_num(locked_when_heard, false, "without a lock");
	is_num(psci_policy.may_execute(PGD_A), true, "PSCI asks the page owner: yes");
	is_num(psci_policy.may_execute(PGD_B), false, "PSCI asks the page owner: no");
}

static void test_register(void)
{
	u64 now = epoch_now();

	vms = 0;
	epoch_register(5);
	is_num(epoch_now(), now, "a first registration without VMs begins nothing");
	vms = 3;
	epoch_register(5);
	is_num(epoch_now(), now, "nor does the same number again, with VMs");
	epoch_register(6);
	is_num(epoch_now(), now + 1, "another number ends the VMs that there are");
	is_num(counted_epoch, now, "VMs of this epoch are what counts");
	is_num(heard_epoch, now, "and the holders hear of it");
	vms = 0;
	epoch_register(7);
	is_num(epoch_now(), now + 1, "another number without VMs begins nothing");
	psci_policy.cpu_leaves();
	is_num(leaves, 1, "a CPU that leaves puts its vCPU");
}

/* A host that makes up epochs cannot fill the log. */
static void test_flood(void)
{
	u64 before = epoch_now();
	u32 i;

	lines = 0;
	for (i = 0; i < 100000; i++)
		epoch_psci_version(i & 1 ? PGD_A : PGD_B, false);
	is_num(epoch_now(), before + 100000, "each is an epoch");
	ok(lines < 40, "few are logged");
}

int main(void)
{
	test_triggers();
	test_holders();
	test_register();
	test_flood();
	return tap_done();
}
