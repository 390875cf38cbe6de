// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random calls from every CPU at once. One generator a CPU, seeded from the
 * run's seed and the CPU's number: what a CPU draws does not depend on what the
 * others do, nor on any answer, so that a run can be replayed CPU by CPU.
 */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/barrier.h>
#include <pkvm/host_call.h>

#include "pt.h"

#define PT_NOT_SUPPORTED	(-1L)

/* VM_CREATEs that succeed: far fewer, an arena being 2 MiB. */
#define PT_FUZZ_HANDLES		4096

struct pt_fuzz_shared {
	const struct pt_fuzz *in;
	u32 *fids;
	u64 *values;
	struct pt_fuzz_range *skip;
	struct pt_fuzz_cpu *cpus;
	struct pt_own own;
};

struct pt_fuzz_cpu {
	const struct pt_fuzz_shared *shared;
	u32 cpu;
	u64 todo;
	u64 state;
	struct task_struct *task;
	bool done;			/* release: the sums below are final */
	u64 made[2], not_supported, clobbered;
	u64 bad_x[18], bad_out[18];
	u32 bad_conduit;
	u64 count[PT_FUZZ_FIDS];
	u32 nr_handles;			/* of VMs that the calls made */
	u64 handles[PT_FUZZ_HANDLES];
};

/* xorshift64*, by Vigna's published constants; state is never 0. */
u64 pt_random(u64 *state)
{
	u64 x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1dULL;
}

u32 pt_below(u64 *state, u32 limit)
{
	return (u32)((pt_random(state) >> 32) % limit);
}

/* SMCCC 1.3: a hint in the number, which changes nothing of what the call does. */
#define PT_SVE_HINT		BIT(16)

static bool pt_skipped(const struct pt_fuzz_shared *s, u32 fid)
{
	u32 i;

	fid &= ~PT_SVE_HINT;
	for (i = 0; i < s->in->nr_skip; i++) {
		if (fid >= s->skip[i].first && fid <= s->skip[i].last)
			return true;
	}
	return false;
}

/* Index into fids, or nr_fids for a number that is not in the list. */
static u32 pt_fid_index(const struct pt_fuzz_shared *s, u32 fid)
{
	u32 i;

	for (i = 0; i < s->in->nr_fids; i++) {
		if (s->fids[i] == fid)
			break;
	}
	return i;
}

static u32 pt_draw_fid(struct pt_fuzz_cpu *c)
{
	const struct pt_fuzz_shared *s = c->shared;
	u32 fid = s->fids[pt_below(&c->state, s->in->nr_fids)];
	u32 kind = pt_below(&c->state, 16);

	if (kind < 10)
		return fid;
	if (kind < 12)
		return fid + pt_below(&c->state, 33) - 16;
	if (kind < 14)
		return fid ^ BIT(pt_below(&c->state, 32));
	return (u32)pt_random(&c->state);
}

static u64 pt_draw_value(struct pt_fuzz_cpu *c)
{
	const struct pt_fuzz_shared *s = c->shared;
	u64 value = s->values[pt_below(&c->state, s->in->nr_values)];

	switch (pt_below(&c->state, 8)) {
	case 0:
		return value + pt_below(&c->state, 17) - 8;
	case 1:
		return value + ((u64)pt_below(&c->state, 33) << 12) - (16UL << 12);
	case 2:
		return pt_random(&c->state);
	case 3:
		return pt_below(&c->state, 64);
	}
	return value;
}

/* Fills x[0..17]; now and then two arguments make ranges that overlap or wrap. */
static void pt_draw_call(struct pt_fuzz_cpu *c, u64 *x)
{
	u32 i;

	do {
		x[0] = pt_draw_fid(c);
	} while (pt_skipped(c->shared, (u32)x[0]));

	for (i = 1; i < 18; i++)
		x[i] = pt_draw_value(c);
	if (pt_below(&c->state, 8) == 0)
		x[3] = x[1] + pt_below(&c->state, 8192);
	if (pt_below(&c->state, 8) == 0)
		x[2] = 0 - x[1];
	pt_own_draw(&c->shared->own, &c->state, x);
	/* SMCCC: the number is w0; the upper half must not matter. */
	if (pt_below(&c->state, 16) == 0)
		x[0] |= pt_random(&c->state) << 32;
}

/*
 * SMCCC 1.1 and later: an answer "not supported" changes x0 alone for our host
 * calls; an SMC keeps x4 to x17 in any case.
 */
static bool pt_clobbers(u32 conduit, const u64 *x, const u64 *out)
{
	u32 first = conduit == PT_SMC ? 4 : 1;
	u32 i;

	if (conduit == PT_HVC && (long)out[0] != PT_NOT_SUPPORTED)
		return false;
	for (i = first; i < 18; i++) {
		if (x[i] != out[i])
			return true;
	}
	return false;
}

static void pt_fuzz_one(struct pt_fuzz_cpu *c)
{
	u64 x[18], out[18];
	u32 conduit, imm, index;

	pt_draw_call(c, x);
	conduit = pt_below(&c->state, 2);
	imm = pt_below(&c->state, 16) ? 0 : pt_below(&c->state, PT_NR_IMM);

	memcpy(out, x, sizeof(out));
	pt_call_raw(conduit, imm, out);

	c->made[conduit]++;
	if ((u32)x[0] == PKVM_HOST_VM_CREATE && conduit == PT_HVC && !imm && !out[0])
		c->handles[c->nr_handles++ % PT_FUZZ_HANDLES] = out[1];
	index = pt_fid_index(c->shared, (u32)x[0]);
	if (index < c->shared->in->nr_fids)
		c->count[index]++;
	if ((long)out[0] == PT_NOT_SUPPORTED)
		c->not_supported++;
	if (pt_clobbers(conduit, x, out) && !c->clobbered++) {
		memcpy(c->bad_x, x, sizeof(x));
		memcpy(c->bad_out, out, sizeof(out));
		c->bad_conduit = conduit;
	}
}

static void pt_fuzz_print(struct pt_fuzz_cpu *c)
{
	u64 x[18];
	u32 i;

	pt_draw_call(c, x);
	pr_info("pkvm_test: cpu %u, before call %llu:\n", c->cpu, c->shared->in->stop_before);
	for (i = 0; i < 18; i++)
		pr_info("pkvm_test: x%u = %#llx\n", i, x[i]);
	pr_info("pkvm_test: conduit %u\n", pt_below(&c->state, 2));
}

static int pt_fuzz_main(void *data)
{
	struct pt_fuzz_cpu *c = data;
	u64 stop = c->shared->in->stop_before;
	u64 i;

	for (i = 0; i < c->todo; i++) {
		if (stop && i == stop) {
			pt_fuzz_print(c);
			break;
		}
		pt_fuzz_one(c);
		if (i % 64 == 0)
			cond_resched();
	}
	/* Pairs with the acquire in pt_fuzz_run(): the sums are read after it. */
	smp_store_release(&c->done, true);
	/* The thread ends by kthread_stop() alone, so that its task stays valid. */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ / 50);
	return 0;
}

static void pt_fuzz_sum(struct pt_fuzz *fuzz, const struct pt_fuzz_cpu *c)
{
	u32 i;

	fuzz->made_hvc += c->made[PT_HVC];
	fuzz->made_smc += c->made[PT_SMC];
	fuzz->made += c->made[PT_HVC] + c->made[PT_SMC];
	fuzz->not_supported += c->not_supported;
	if (c->clobbered && !fuzz->clobbered) {
		memcpy(fuzz->bad_x, c->bad_x, sizeof(c->bad_x));
		memcpy(fuzz->bad_out, c->bad_out, sizeof(c->bad_out));
		fuzz->bad_conduit = c->bad_conduit;
	}
	fuzz->clobbered += c->clobbered;
	fuzz->handles += c->nr_handles;
	for (i = 0; i < fuzz->nr_fids; i++)
		fuzz->count[i] += c->count[i];
}

/* Threads are made for all CPUs before the first one runs. */
static int pt_fuzz_start(struct pt_fuzz_cpu *c)
{
	c->task = kthread_create(pt_fuzz_main, c, "pkvm_fuzz/%u", c->cpu);
	if (IS_ERR(c->task)) {
		int ret = PTR_ERR(c->task);

		c->task = NULL;
		return ret;
	}
	kthread_bind(c->task, c->cpu);
	return 0;
}

static int pt_fuzz_run(struct pt_fuzz *fuzz, struct pt_fuzz_shared *s)
{
	u64 share = fuzz->calls / num_online_cpus() + 1;
	int cpu, ret = 0;

	for_each_online_cpu(cpu) {
		struct pt_fuzz_cpu *c = &s->cpus[cpu];

		if (fuzz->only_cpu_plus_1 && fuzz->only_cpu_plus_1 != cpu + 1)
			continue;
		c->shared = s;
		c->cpu = cpu;
		c->todo = share;
		c->state = (fuzz->seed * 0x9e3779b97f4a7c15ULL) ^ ((u64)(cpu + 1) << 48) ^ 1;
		ret = pt_fuzz_start(c);
		if (ret)
			break;
	}
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		if (s->cpus[cpu].task && !ret)
			wake_up_process(s->cpus[cpu].task);
	}
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		struct pt_fuzz_cpu *c = &s->cpus[cpu];

		if (!c->task)
			continue;
		/* Pairs with the release in pt_fuzz_main(). */
		while (!ret && !smp_load_acquire(&c->done))
			schedule_timeout_interruptible(HZ / 50);
		kthread_stop(c->task);
		pt_fuzz_sum(fuzz, c);
	}
	return ret;
}

static void *pt_fuzz_copy(u64 user, u32 count, u32 limit, size_t each)
{
	if (count > limit)
		return ERR_PTR(-E2BIG);
	if (!count)
		return NULL;
	return memdup_array_user(u64_to_user_ptr(user), count, each);
}

/* Return: 1 if EL2 kept memory. */
static u32 pt_fuzz_end(struct pt_fuzz_shared *s)
{
	u64 *handles = s->cpus[0].handles;
	u32 cpu, i, nr = min(s->cpus[0].nr_handles, PT_FUZZ_HANDLES);

	for (cpu = 1; cpu < nr_cpu_ids; cpu++)
		for (i = 0; i < s->cpus[cpu].nr_handles && nr < PT_FUZZ_HANDLES; i++)
			handles[nr++] = s->cpus[cpu].handles[i];
	return !pt_own_put(&s->own, handles, nr);
}

long pt_ioctl_fuzz(struct pt_fuzz *fuzz)
{
	struct pt_fuzz_shared s = { .in = fuzz };
	long ret = -ENOMEM;

	if (!fuzz->nr_fids || !fuzz->nr_values)
		return -EINVAL;
	s.fids = pt_fuzz_copy(fuzz->fids, fuzz->nr_fids, PT_FUZZ_FIDS, sizeof(u32));
	s.values = pt_fuzz_copy(fuzz->values, fuzz->nr_values, PT_FUZZ_VALUES, sizeof(u64));
	s.skip = pt_fuzz_copy(fuzz->skip, fuzz->nr_skip, PT_FUZZ_SKIP, sizeof(*s.skip));
	s.cpus = kvcalloc(nr_cpu_ids, sizeof(*s.cpus), GFP_KERNEL);
	if (IS_ERR(s.fids) || IS_ERR(s.values) || IS_ERR(s.skip))
		ret = -EFAULT;
	else if (s.cpus)
		ret = pt_own_get(&s.own);
	if (!ret) {
		ret = pt_fuzz_run(fuzz, &s);
		fuzz->kept = pt_fuzz_end(&s);
	}

	kvfree(s.cpus);
	if (!IS_ERR(s.skip))
		kfree(s.skip);
	if (!IS_ERR(s.values))
		kfree(s.values);
	if (!IS_ERR(s.fids))
		kfree(s.fids);
	return ret;
}
