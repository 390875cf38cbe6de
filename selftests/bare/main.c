// SPDX-License-Identifier: GPL-2.0-only
/* From the entry to the tests that the command line asks for, and off. */
#include "test.h"
#include "vm.h"

static const struct subject *const subjects[] = {
	&subject_boot, &subject_arena, &subject_vm, &subject_mem, &subject_run, &subject_attack,
	&subject_switch, &subject_debug, &subject_fp, &subject_timer, &subject_smp, &subject_epoch,
	&subject_bench,
};

bool full_run;
u64 seed = 1;
static char wanted[256];
static u32 count, bad;
static bool failed;

void power_off(void)
{
	psci(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		asm volatile("wfi");
}

u64 random(void)
{
	static u64 state[MAX_CPUS];
	u64 *s = &state[this_cpu()->index];
	u64 z;

	if (!*s)
		*s = seed + 0x1234567 * this_cpu()->index;
	z = *s += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

bool test_check(bool good, const char *file, int line, const char *what)
{
	if (good)
		return true;
	__atomic_store_n(&failed, true, __ATOMIC_RELEASE);
	say("# %s:%d: CPU %u: not %s\n", file, line, this_cpu()->index, what);
	return false;
}

bool test_same(u64 got, u64 want, const char *file, int line, const char *what)
{
	if (got == want)
		return true;
	__atomic_store_n(&failed, true, __ATOMIC_RELEASE);
	say("# %s:%d: CPU %u: %s is %lx (%ld), not %lx (%ld)\n", file, line, this_cpu()->index,
	    what, got, (s64)got, want, (s64)want);
	return false;
}

/* bare.test=SUBJECT,SUBJECT:WORD: of the second, tests whose names begin with WORD (_ is a blank). */
static bool prefix(const char *name, const char *word, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (name[i] != (word[i] == '_' ? ' ' : word[i]))
			return false;
	return true;
}

static bool asked(const struct subject *s, const char *test)
{
	u32 n = strlen(s->name), len;
	const char *w = wanted;

	if (!*w)
		return !s->asked_only;
	for (; *w; w += len + (w[len] == ',')) {
		for (len = 0; w[len] && w[len] != ','; len++)
			;
		if (len == n && !strncmp(w, s->name, n))
			return true;
		if (len > n && !strncmp(w, s->name, n) && w[n] == ':' &&
		    prefix(test, w + n + 1, len - n - 1))
			return true;
	}
	return false;
}

static void run_test(const struct subject *s, const struct test *t)
{
	u64 start = now();

	failed = false;
	t->fn();
	vms_clean_up();
	bad += failed;
	say("%s %u - %s.%s\n", failed ? "not ok" : "ok", ++count, s->name, t->name);
	say("# %lu ms\n", (now() - start) * 1000 / rd(cntfrq_el0));
}

static void run_all(void)
{
	const struct test *t;
	u32 i;

	say("TAP version 13\n");
	for (i = 0; i < ARRAY_SIZE(subjects); i++)
		for (t = subjects[i]->tests; t->name; t++)
			if (nr_cpus >= t->cpus && asked(subjects[i], t->name))
				run_test(subjects[i], t);
	say("1..%u\n", count);
	say("# %u bad; the end\n", bad);
}

static u64 number(const char *s)
{
	u64 v = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		v = v * 10 + *s - '0';
	return v;
}

void main_boot(u64 dtb)
{
	char word[32];

	tree_read(dtb);
	pages_init(dtb);
	gic_init();
	smp_init();
	option("bare.test", wanted, sizeof(wanted));
	full_run = option("bare.full", word, sizeof(word)) && word[0] == '1';
	if (option("bare.seed", word, sizeof(word)))
		seed = number(word);
	say("# bare host: %u CPUs, %lu free pages, seed %lu\n", nr_cpus, pages_free_count(), seed);
	run_all();
	power_off();
}
