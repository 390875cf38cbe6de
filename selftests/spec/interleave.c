// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of several CPUs at once. Each CPU is a coroutine; at each lock, window and TLB
 * invalidation a seeded generator picks the next to run. In a round up to four CPUs make
 * a call each; afterwards the specification must allow what happened in some order of
 * the commits that keeps each CPU's own and never puts what began later before what had
 * ended, and its state in that order must be the real one.
 *
 *	PKVM_SEED=N	where to begin (1)
 *	PKVM_ROUNDS=N	rounds (100,000; FULL=1: ten times that)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <pkvm/host_call.h>

#include "caller.h"
#include "draw.h"
#include "machine.h"
#include "reader.h"
#include "tap.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define fiber_start(save, base, size)	__sanitizer_start_switch_fiber(save, base, size)
#define fiber_finish(save, base, size)	__sanitizer_finish_switch_fiber(save, base, size)
#else
#define fiber_start(save, base, size)	((void)(save), (void)(base), (void)(size))
#define fiber_finish(save, base, size)	((void)(save), (void)(base), (void)(size))
#endif

#define STACK_SIZE	(512 << 10)
#define ROUNDS		100000ULL
#define MAX_EVENTS	1024
#define MAX_NODES	200000U
#define BOOT		M_CPUS		/* the context that starts rounds */

static ucontext_t context[M_CPUS + 1];
static void *fake_stack[M_CPUS + 1];
static const void *stack_base[M_CPUS + 1];
static size_t stack_size[M_CPUS + 1];
static char *stacks[M_CPUS];
static uint32_t here = BOOT;

static struct spec_call job[M_CPUS];
static bool busy[M_CPUS], epoch_job[M_CPUS];
static struct event *queue[M_CPUS];
static uint32_t queued[M_CPUS], run_at[M_CPUS];
static uint64_t clock_now, switches, reordered, rounds;

static void switch_to(uint32_t next)
{
	uint32_t me = here;

	if (next == me)
		return;
	here = next;
	switches++;
	fiber_start(&fake_stack[me], stack_base[next], stack_size[next]);
	swapcontext(&context[me], &context[next]);
	fiber_finish(fake_stack[me], NULL, NULL);
	here = me;
	if (me < M_CPUS)
		machine_cpu = me;
}

/* Some CPU that is in a call, maybe this one again. */
static void yield(void)
{
	uint32_t next = draw(M_CPUS), i;

	for (i = 0; i < M_CPUS && !busy[next]; i++)
		next = (next + 1) % M_CPUS;
	switch_to(next);
}

static void begins(struct event *e)
{
	e->begins = ++clock_now;
}

/*
 * EL2 looks at once whether a run is legal, and enters the guest later: both may count
 * anywhere between the call and the entry.
 */
static void keep(const struct event *e)
{
	uint32_t cpu = e->cpu, n = queued[cpu]++;
	struct event *kept = &queue[cpu][n];

	if (n == MAX_EVENTS)
		machine_broken("too many events in a round");
	*kept = *e;
	kept->ends = ++clock_now;
	if (e->kind == EV_RUN_BEGINS) {
		run_at[cpu] = n + 1;
	} else if (run_at[cpu] && (e->kind == EV_ENTERS || e->kind == EV_CALL)) {
		queue[cpu][run_at[cpu] - 1].ends = kept->ends;
		if (e->kind == EV_ENTERS)
			kept->begins = queue[cpu][run_at[cpu] - 1].begins;
		run_at[cpu] = 0;
	}
}

static void begin_epoch(uint32_t cpu)
{
	struct event e = { .kind = EV_EPOCH, .cpu = cpu, .ttbr1 = job[cpu].x[0] };

	begins(&e);
	machine_psci_version(e.ttbr1, false);
	keep(&e);
}

static void cpu_main(int me)
{
	fiber_finish(NULL, &stack_base[BOOT], &stack_size[BOOT]);
	for (;;) {
		machine_cpu = me;
		if (epoch_job[me])
			begin_epoch(me);
		else
			caller_make(&job[me]);
		busy[me] = false;
		if (busy[0] || busy[1] || busy[2] || busy[3])
			yield();
		else
			switch_to(BOOT);
	}
}

static void make_cpu(uint32_t i)
{
	getcontext(&context[i]);
	context[i].uc_stack.ss_sp = stacks[i];
	context[i].uc_stack.ss_size = STACK_SIZE;
	makecontext(&context[i], (void (*)(void))cpu_main, 1, i);
}

static void make_cpus(void)
{
	uint32_t i;

	for (i = 0; i < M_CPUS; i++) {
		stacks[i] = malloc(STACK_SIZE);
		queue[i] = calloc(MAX_EVENTS, sizeof(*queue[i]));
		if (!stacks[i] || !queue[i])
			exit(2);
		stack_base[i] = stacks[i];
		stack_size[i] = STACK_SIZE;
		make_cpu(i);
	}
}

/* Calls that meet: the same VM, or the same pages for another one. */
static void meet(struct spec_call *c, const struct spec_call *other)
{
	static const uint32_t meets[] = {
		PKVM_HOST_VM_DESTROY, PKVM_HOST_VM_TEARDOWN, PKVM_HOST_VCPU_LOAD,
		PKVM_HOST_GUEST_DONATE, PKVM_HOST_GUEST_RECLAIM, PKVM_HOST_GUEST_SHARE,
		PKVM_HOST_GUEST_UNSHARE, PKVM_HOST_VM_SEAL, PKVM_HOST_VCPU_CREATE,
		PKVM_HOST_ARENA_RECLAIM, PKVM_HOST_VCPU_KICK,
	};
	uint64_t handle = c->x[0];

	*c = *other;
	if (draw_chance(40))
		c->x[0] = handle;
	if (draw_chance(40))
		c->fid = meets[draw(sizeof(meets) / sizeof(meets[0]))];
	if ((uint32_t)c->fid == PKVM_HOST_VCPU_CREATE)
		c->x[1] = draw(4);
}

static void draw_jobs(void)
{
	uint32_t i, first = draw(M_CPUS);

	for (i = 0; i < M_CPUS; i++) {
		uint32_t cpu = (first + i) % M_CPUS;

		memset(&job[cpu], 0, sizeof(job[cpu]));
		busy[cpu] = i < 2 || draw_chance(50);
		epoch_job[cpu] = !draw(4000);
		draw_call(&spec, &job[cpu]);
		if (i && draw_chance(50))
			meet(&job[cpu], &job[first]);
		if (spec.cpu[cpu].vm >= 0 && draw_chance(40))
			job[cpu].fid = PKVM_HOST_VCPU_RUN;
		job[cpu].cpu = cpu;
		if (epoch_job[cpu])
			job[cpu].x[0] = 0x40000000ULL + rounds * 4096;
	}
}

static uint32_t nodes, best;
static char best_why[256];
static uint32_t at[M_CPUS];

static bool same_state(char why[256])
{
	uint32_t i;

	caller_learn();
	if (!caller_compare_changed(why) || !reader_cpus(&spec, why) ||
	    machine_tlb_stale(why, 256))
		return false;
	for (i = 0; i < M_CPUS; i++)
		if (queued[i] && !caller_compare_range(&job[i], why))
			return false;
	return true;
}

/* May this CPU's next event be the next of all? */
static bool may_be_next(uint32_t cpu)
{
	uint32_t i;

	if (at[cpu] == queued[cpu])
		return false;
	for (i = 0; i < M_CPUS; i++)
		if (i != cpu && at[i] < queued[i] &&
		    queue[i][at[i]].ends < queue[cpu][at[cpu]].begins)
			return false;
	return true;
}

static void note_why(uint32_t depth, const char *why)
{
	if (depth < best)
		return;
	best = depth;
	snprintf(best_why, sizeof(best_why), "%s", why);
}

/* The CPUs whose next event may come next, the one that ended first before the others. */
static uint32_t candidates(uint32_t *list)
{
	uint32_t n = 0, i, j;

	for (i = 0; i < M_CPUS; i++) {
		if (!may_be_next(i))
			continue;
		for (j = n++; j && queue[list[j - 1]][at[list[j - 1]]].ends >
		     queue[i][at[i]].ends; j--)
			list[j] = list[j - 1];
		list[j] = i;
	}
	return n;
}

static bool search(uint32_t depth)
{
	uint32_t list[M_CPUS], n = candidates(list), i;
	char why[256];

	if (++nodes > MAX_NODES)
		return false;
	if (!n) {
		if (same_state(why))
			return true;
		note_why(depth, why);
		return false;
	}
	for (i = 0; i < n; i++) {
		uint32_t cpu = list[i], mark = spec_mark(&spec);
		struct spec_cpu was = spec.cpu[cpu];

		if (event_apply(&spec, &queue[cpu][at[cpu]])) {
			at[cpu]++;
			if (search(depth + 1))
				return true;
			at[cpu]--;
		} else {
			note_why(depth, spec.why);
		}
		spec_back(&spec, mark);
		spec.cpu[cpu] = was;
		reordered++;
	}
	return false;
}

static void say_events(void)
{
	static const char *const names[] = {
		"call", "run", "enters", "leaves", "abort", "guest call", "access", "epoch",
	};
	uint32_t i, j;

	for (i = 0; i < M_CPUS; i++)
		for (j = 0; j < queued[i]; j++) {
			const struct event *e = &queue[i][j];

			printf("# CPU %u, %llu to %llu: %s %#llx(%#llx, %#llx, %#llx, %#llx) = "
			       "%lld, %#llx\n", i, (unsigned long long)e->begins,
			       (unsigned long long)e->ends, names[e->kind],
			       (unsigned long long)e->call.fid, (unsigned long long)e->call.x[0],
			       (unsigned long long)e->call.x[1], (unsigned long long)e->call.x[2],
			       (unsigned long long)e->call.x[3], (long long)e->answer.ret,
			       (unsigned long long)e->answer.x1);
		}
}

static void judge_round(void)
{
	memset(at, 0, sizeof(at));
	nodes = best = 0;
	best_why[0] = 0;
	if (search(0)) {
		spec_forget(&spec);
		return;
	}
	say_events();
	machine_broken("round %llu: no order of these is right: %s", (unsigned long long)rounds,
		       best_why);
}

static void round_of_calls(void)
{
	draw_jobs();
	memset(queued, 0, sizeof(queued));
	memset(run_at, 0, sizeof(run_at));
	caller_waits = keep;
	caller_clock = begins;
	machine_yield = yield;
	yield();
	machine_yield = NULL;
	judge_round();
	caller_waits = NULL;
	caller_clock = NULL;
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s && *s ? strtoull(s, NULL, 0) : otherwise;
}

int main(void)
{
	const char *full = getenv("FULL");
	uint64_t seed = number("PKVM_SEED", 1);
	uint64_t last = number("PKVM_ROUNDS", full && *full ? 10 * ROUNDS : ROUNDS);

	printf("# seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	caller_start(seed);
	make_cpus();
	for (rounds = 0; rounds < last; rounds++) {
		round_of_calls();
		if (!(rounds % 1024))
			caller_compare_all();
		if (!(rounds % 20000))
			caller_wind_down();
	}
	caller_wind_down();
	caller_print();
	printf("# %llu switches between CPUs, %llu orders tried in vain\n",
	       (unsigned long long)switches, (unsigned long long)reordered);
	ok(true, "calls of four CPUs at once are right in some order");
	ok(!caller_unjudged, "every call is one that the specification judges");
	ok(true, "every page is the host's again, zeroed where it must be");
	return tap_done();
}
