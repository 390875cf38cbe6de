// SPDX-License-Identifier: GPL-2.0-only
/* What a host finds when it starts, and what it may not touch. */
#include "test.h"
#include "vm.h"

#define UID_FID		0x8600ff01

static void uid_and_version(void)
{
	u64 x[18] = { UID_FID }, v;

	call_hvc(x);
	SAME(x[0], PKVM_UID_0);
	SAME(x[1], PKVM_UID_1);
	SAME(x[2], PKVM_UID_2);
	SAME(x[3], PKVM_UID_3);
	SAME(hc(PKVM_HOST_VERSION, 0, 0, 0, 0, 0, &v), PKVM_RET_SUCCESS);
	SAME(v >> 16, PKVM_ABI_MAJOR);
}

static void info_tells(void)
{
	CHECK(info(PKVM_INFO_FEATURES) & PKVM_FEATURE_PROTECTED_HOST);
	CHECK(info(PKVM_INFO_BYTES_HELD) >= BLOCK);
	SAME(info(PKVM_INFO_CPUS), nr_cpus);
	SAME(info(PKVM_INFO_EPOCH), 1);
	SAME(info(PKVM_INFO_OLD_EPOCH_PAGES), 0);
	SAME(hc(PKVM_HOST_INFO, PKVM_INFO_MAX, 0, 0, 0, 0, NULL), PKVM_RET_INVALID);
	SAME(hc(PKVM_HOST_INFO, ~0UL, 0, 0, 0, 0, NULL), PKVM_RET_INVALID);
}

static void log_is_read(void)
{
	u64 x[18] = { PKVM_HOST_LOG };
	char text[PKVM_LOG_BYTES + 1] = { 0 };

	call_hvc(x);
	SAME(x[0], PKVM_RET_SUCCESS);
	CHECK(x[1] > 0 && x[2] <= PKVM_LOG_BYTES);
	memcpy(text, &x[3], x[2]);
	CHECK(strchr(text, '\n'));
}

static void registers_are_preserved(void)
{
	u64 x[31];
	u32 i, round;

	for (round = 0; round < 100; round++) {
		for (i = 0; i < 31; i++)
			x[i] = 0x1111111111111111UL * (i & 15) ^ round << 20;
		x[0] = PKVM_HOST_VERSION;
		call_all(x);
		SAME(x[0], 0);
		SAME(x[1], PKVM_ABI_VERSION);
		for (i = 2; i < 31; i++)
			SAME(x[i], (0x1111111111111111UL * (i & 15) ^ round << 20));
	}
}

static void memory_of_el2_is_closed(void)
{
	u64 at, v, refused = info(PKVM_INFO_REFUSED_READ);
	u32 i, tries = 0;

	for (i = 0; i < machine.nr_reserved; i++) {
		struct range r = machine.reserved[i];

		for (at = r.base; at < r.base + r.size; at += PAGE, tries++) {
			u64 esr = try_read(at, &v);

			SAME(ESR_EC(esr), EC_DABT_CUR);
			SAME(ESR_FSC(esr), FSC_REFUSED);
			SAME(this_cpu()->far, at);
			SAME(v, 0);
		}
	}
	CHECK(tries >= BLOCK / PAGE);
	CHECK(info(PKVM_INFO_REFUSED_READ) >= refused + tries);
}

static void other_accesses_are_refused(void)
{
	u64 at, esr;
	u32 i;

	for (i = 0; i < machine.nr_reserved; i++) {
		for (at = machine.reserved[i].base; at < machine.reserved[i].base + BLOCK;
		     at += 61 * PAGE) {
			esr = try_write(at, 0);
			SAME(ESR_EC(esr), EC_DABT_CUR);
			SAME(ESR_FSC(esr), FSC_REFUSED);
			CHECK(esr >> 6 & 1);
			esr = try_exec(at);
			SAME(ESR_EC(esr), EC_IABT_CUR);
			SAME(ESR_FSC(esr), FSC_REFUSED);
		}
	}
	CHECK(machine.nr_reserved > 0);
}

static void pages_are_the_hosts(void)
{
	u64 pa = pages_take(512, BLOCK), i, v;

	for (i = 0; i < 512; i++) {
		SAME(try_write(pa + i * PAGE, i ^ 0x5555), 0);
		SAME(try_read(pa + i * PAGE, &v), 0);
		SAME(v, i ^ 0x5555);
	}
	pages_give(pa, 512);
}

static u64 ticks;

static void tick(u32 intid)
{
	(void)intid;
	ticks++;
	timer_stop();
}

static void timer_fires(void)
{
	u64 i, v, start;

	for (i = 0; i < 100; i++) {
		u64 due = now() + 1000;

		ticks = 0;
		timer_arm(due, tick);
		while (!*(volatile u64 *)&ticks && now() < due + rd(cntfrq_el0))
			;
		SAME(ticks, 1);
		CHECK(now() >= due);
	}
	start = now();
	v = rd(cntvct_el0);
	CHECK(start <= v && v <= now());	/* no virtual offset for a host */
}

static u64 pings[MAX_CPUS];

static void ping(u32 intid)
{
	(void)intid;
	__atomic_fetch_add(&pings[this_cpu()->index], 1, __ATOMIC_RELAXED);
}

static void wait_for_pings(void *arg)
{
	u64 end = now() + 5 * rd(cntfrq_el0), want = (u64)arg;
	u32 i;

	gic_enable_ppi(1, ping);
	for (i = 0; i < nr_cpus; i++)
		gic_send_sgi(i, 1);
	while (__atomic_load_n(&pings[this_cpu()->index], __ATOMIC_RELAXED) < want && now() < end)
		cpu_relax();
}

static void cpus_interrupt_each_other(void)
{
	u32 i;

	memset(pings, 0, sizeof(pings));
	smp_on_all(wait_for_pings, (void *)1UL);
	for (i = 0; i < nr_cpus; i++)
		CHECK(pings[i] >= 1 && pings[i] <= nr_cpus);
}

static struct lock counter_lock;
static u64 counter;

static void add(void *arg)
{
	u64 i;

	(void)arg;
	for (i = 0; i < 20000; i++) {
		lock(&counter_lock);
		counter++;
		unlock(&counter_lock);
	}
}

static void locks_hold(void)
{
	counter = 0;
	smp_on_all(add, NULL);
	SAME(counter, 20000UL * nr_cpus);
}

static void calls_from_all(void *arg)
{
	u64 i, v;

	(void)arg;
	for (i = 0; i < 2000; i++) {
		SAME(hc(PKVM_HOST_VERSION, 0, 0, 0, 0, 0, &v), 0);
		SAME(v, PKVM_ABI_VERSION);
	}
}

static void every_cpu_calls(void)
{
	smp_on_all(calls_from_all, NULL);
}

static const struct test tests[] = {
	{ "UID and version are ours", uid_and_version },
	{ "INFO tells what the machine is", info_tells },
	{ "the log is read", log_is_read },
	{ "a call preserves every register that is no result", registers_are_preserved },
	{ "every page of EL2 is closed to loads", memory_of_el2_is_closed },
	{ "stores and fetches there are refused", other_accesses_are_refused },
	{ "memory outside of it is the host's", pages_are_the_hosts },
	{ "the physical timer interrupts", timer_fires },
	{ "CPUs interrupt each other", cpus_interrupt_each_other, 2 },
	{ "locks hold", locks_hold, 2 },
	{ "every CPU calls at once", every_cpu_calls, 2 },
	{ NULL },
};

const struct subject subject_boot = { "boot", tests };
