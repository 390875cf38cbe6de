// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's calls: each answer, and that everything else changes nothing.
 * SOURCES: hyp/pkvm/host_call.c hyp/pkvm/host_call_vm.c hyp/pkvm/host_call_mem.c
 * SOURCES: hyp/pkvm/vm.c hyp/pkvm/vcpu.c hyp/pkvm/vcpu_regs.c hyp/pkvm/vcpu_run.c
 * SOURCES: hyp/pkvm/guest_psci.c hyp/pkvm/no_extra_calls.c
 * CFLAGS: -Wno-unused-parameter
 */
#include "tap.h"
#define FAKE_OWN_LOG
#include "fake_guest.h"
#include "pkvm/state.h"

static const char text[] = "pkvm: a message of EL2 that is longer than the hundred and twenty "
	"bytes that one call returns, so that two calls are needed to read it whole\n";

u64 log_end(void) { return sizeof(text) - 1; }

u64 log_read(u64 *pos, char *buf, u64 max)
{
	u64 n = 0;

	while (n < max && *pos < sizeof(text) - 1)
		buf[n++] = text[(*pos)++];
	return n;
}

static struct host_frame r, was;

static void call(u64 x0, u64 x1)
{
	u32 i;

	for (i = 0; i < 31; i++)
		r.x[i] = JUNK(i);
	r.x[0] = x0;
	r.x[1] = x1;
	was = r;
	host_policy.hvc(&r);
}

/* x0 to x(from - 1) are results; the rest must be as it was. */
static bool rest_kept(u32 from)
{
	return !memcmp(&r.x[from], &was.x[from], (31 - from) * sizeof(u64));
}

static void test_info(void)
{
	static const struct {
		u32 index;
		u64 want;
	} cases[] = {
		{ PKVM_INFO_FEATURES, PKVM_FEATURE_PROTECTED_HOST }, { PKVM_INFO_EPOCH, 1 },
		{ PKVM_INFO_OLD_EPOCH_PAGES, 44 }, { PKVM_INFO_BYTES_HELD, 0x400000 },
		{ PKVM_INFO_MMIO_TABLES, 5 }, { PKVM_INFO_MMIO_RECLAIMS, 6 },
		{ PKVM_INFO_CPUS, FAKE_CPUS }, { PKVM_INFO_LOG_END, sizeof(text) - 1 },
		{ PKVM_INFO_FREE_BYTES, 7 }, { PKVM_INFO_ARENAS, 11 },
		{ PKVM_INFO_ARENA_FREE_PAGES, 12 }, { PKVM_INFO_VMS, 0 },
		{ PKVM_INFO_LIST_REGISTERS, 4 },
	};
	u32 i, j;

	pkvm_state.features = PKVM_FEATURE_PROTECTED_HOST;
	pkvm_state.bytes_held = 0x400000;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		call(PKVM_HOST_INFO, cases[i].index);
		ok(!r.x[0] && r.x[1] == cases[i].want && rest_kept(2), "INFO %u", cases[i].index);
	}
	for (j = PKVM_INFO_REFUSED_READ; j <= PKVM_INFO_REFUSED_SYSREG; j++) {
		fake_cpus[0].count[j] = 100 + j;
		fake_cpus[fake_on].count[j] = 1000;
		call(PKVM_HOST_INFO, j);
		ok(!r.x[0] && r.x[1] == 1100 + j, "INFO %u sums over the CPUs", j);
	}
	call(PKVM_HOST_INFO, PKVM_INFO_MAX);
	ok((s64)r.x[0] == PKVM_RET_INVALID && rest_kept(1), "INFO refuses the first unknown index");
	call(PKVM_HOST_INFO, ~0UL);
	ok((s64)r.x[0] == PKVM_RET_INVALID && rest_kept(1), "INFO refuses the last one");
}

static void test_log(void)
{
	char buf[256] = "";
	u64 n;

	call(PKVM_HOST_LOG, 0);
	ok(!r.x[0] && r.x[1] == 120 && r.x[2] == 120 && rest_kept(18), "LOG returns 120 bytes");
	memcpy(buf, &r.x[3], 120);
	call(PKVM_HOST_LOG, 120);
	n = r.x[2];
	memcpy(buf + 120, &r.x[3], n);
	is_str(buf, text, "two calls read a long message whole");
	ok(((char *)&r.x[3])[n] == 0 && !r.x[17], "what is not text is zero");
	call(PKVM_HOST_LOG, 120 + n);
	ok(!r.x[0] && !r.x[2], "at the end LOG returns nothing");
}

static void test_unknown(void)
{
	static const u64 fids[] = {
		0, ~0UL, PKVM_HOST_CALL_BASE - 1, PKVM_HOST_REGISTER + 1, 0x86000100, 0xc6000000,
		0x8600ff00, 0x8600ff03, 0xc600ff01, 0x84000000, 0xc4000190, 0xc6000180, 0xc6000181,
	};
	u32 i, before = fake_cpus[fake_on].count[PKVM_INFO_REFUSED_HVC];

	for (i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		call(fids[i], JUNK(1));
		ok((s64)r.x[0] == PKVM_RET_NOT_SUPPORTED && rest_kept(1),
		   "%#llx is not supported, nothing changes", (unsigned long long)fids[i]);
	}
	is_num(fake_cpus[fake_on].count[PKVM_INFO_REFUSED_HVC] - before, i, "each one is counted");
}

int main(void)
{
	fake_on = 1;
	call(PKVM_HOST_VERSION, JUNK(1));
	ok(!r.x[0] && r.x[1] == PKVM_ABI_VERSION && rest_kept(2), "VERSION");
	call(0xffffffff00000000UL | PKVM_HOST_VERSION, 0);
	ok(!r.x[0] && r.x[1] == PKVM_ABI_VERSION, "the function number is w0");
	call(0x8600ff01, JUNK(1));
	ok(r.x[0] == PKVM_UID_0 && r.x[1] == PKVM_UID_1 && r.x[2] == PKVM_UID_2 &&
	   r.x[3] == PKVM_UID_3 && rest_kept(4), "the UID");
	test_info();
	test_log();
	test_unknown();
	return tap_done();
}
