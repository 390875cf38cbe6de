// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs that switch each other on, go off and suspend all at once. Each fake CPU is a
 * coroutine: at each lock and at each turn of the firmware a seeded generator picks
 * the next to run, so that a failing seed can be run again:
 *     test_psci_race SEED
 * The firmware is one that refuses now and then, and checks what it is given.
 * SOURCES: hyp/nvhe/psci.c hyp/nvhe/smc.c
 * CFLAGS: -Wno-unused-parameter -fno-sanitize=address
 */
#include <setjmp.h>
#include <ucontext.h>

#include "tap.h"
#include "fake_fw.h"
#include "nvhe/lock.h"
#include "nvhe/psci.h"
#include "nvhe/smc.h"

#define RUNS		2000
#define OPS		120		/* of all CPUs, a run */
#define MAX_REQUESTS	(OPS + 8)

#define SUCCESS			0
#define DENIED			(-3ULL)
#define ALREADY_ON		(-4ULL)
#define ON_PENDING		(-5ULL)
#define INTERNAL_FAILURE	(-6ULL)

#define TOKEN_ENTRY(n)		(0x40000000ULL + 0x1000 * (n))

/* One CPU_ON or suspend of the host; its number is in its entry point and context. */
static struct request {
	u32 target;
	bool is_suspend;
	bool refused, succeeded, arrived;
} requests[MAX_REQUESTS];
static u32 nr_requests;

static enum { FW_OFF, FW_STARTING, FW_ON } fw_power[FW_CPUS];
static u32 ops_left, broken, total_arrivals, total_races;
static char why[128];

/* The scheduler. */
#define STACK_SIZE	(256 << 10)

static ucontext_t cpu_context[FW_CPUS], main_context;
static char stacks[FW_CPUS][STACK_SIZE];
static bool done[FW_CPUS], finished[FW_CPUS];
static u64 seed;
static jmp_buf powered_down[FW_CPUS];
static u32 ranks_of[FW_CPUS];
#define ranks		ranks_of[fw_this->index]

static u32 draw(u32 n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (u32)(seed >> 33) % n;
}

static void breach(const char *what)
{
	if (!broken++)
		snprintf(why, sizeof(why), "%s", what);
}

/* Some other CPU, or this one again. A CPU that is off takes its turn as well. */
static void yield(void)
{
	u32 me = fw_this->index, next = draw(hyp_nr_cpus), i;

	for (i = 0; i < hyp_nr_cpus && finished[next]; i++)
		next = (next + 1) % hyp_nr_cpus;
	if (next == me && !finished[me])
		return;
	fw_this = &fw_cpu[next];
	swapcontext(&cpu_context[me], finished[next] ? &main_context : &cpu_context[next]);
	fw_this = &fw_cpu[me];
}

void hyp_lock(struct hyp_lock *lock)
{
	if (ranks >> lock->rank)
		breach("a lock was taken out of order");
	yield();
	while (lock->tickets)
		yield();
	lock->tickets = 1;
	ranks |= 1U << lock->rank;
	yield();
}

void hyp_unlock(struct hyp_lock *lock)
{
	lock->tickets = 0;
	ranks &= ~(1U << lock->rank);
	yield();
}

static bool may_execute(u64 pa)
{
	return true;
}

static void version_asked(u64 ttbr1, bool alone)
{
	u32 i;

	for (i = 0; alone && i < hyp_nr_cpus; i++)
		if (i != fw_this->index && fw_power[i] == FW_ON)
			total_races++;	/* one on its way to CPU_OFF; counted as off */
}

static void cpu_leaves(void)
{
	if (ranks)
		breach("a lock was held where a vCPU is put");
	yield();
}

static void power_down(void)
{
}

const struct psci_policy psci_policy = {
	.may_execute = may_execute,
	.version_asked = version_asked,
	.cpu_leaves = cpu_leaves,
	.power_down = power_down,
};

static void __attribute__((noreturn)) fw_gone(void)
{
	if (ranks)
		breach("a CPU left with a lock");
	longjmp(powered_down[fw_this->index], 1);
}

static u64 fw_cpu_on(const u64 *x)
{
	u32 i;

	yield();
	for (i = 0; i < hyp_nr_cpus; i++)
		if (fw_mpidr(i) == x[1])
			break;
	if (i == hyp_nr_cpus || x[2] != FW_ENTRY_PA || x[3] != hyp_cpu_context_pa(&fw_cpu[i])) {
		breach("CPU_ON reached the firmware with a wrong argument");
		return INTERNAL_FAILURE;
	}
	if (fw_power[i] == FW_ON)
		return ALREADY_ON;
	if (fw_power[i] == FW_STARTING)
		return ON_PENDING;
	if (!draw(6))
		return INTERNAL_FAILURE;
	fw_power[i] = FW_STARTING;
	yield();
	return SUCCESS;
}

static bool fw_last_one(void)
{
	u32 i;

	for (i = 0; i < hyp_nr_cpus; i++)
		if (i != fw_this->index && fw_power[i] != FW_OFF)
			return false;
	return true;
}

static u64 fw_cpu_off(void)
{
	yield();
	/* The last one stays, or nobody is left to switch on the others. */
	if (fw_last_one() || !draw(3)) {
		yield();
		return DENIED;
	}
	fw_power[fw_this->index] = FW_OFF;
	fw_gone();
}

static u64 fw_suspend(const u64 *x)
{
	if (x[2] != FW_ENTRY_PA || x[3] != hyp_cpu_context_pa(fw_this))
		breach("CPU_SUSPEND reached the firmware with a wrong argument");
	yield();
	if (!draw(3))
		return SUCCESS;
	fw_gone();
}

static void fw_race_answer(struct smccc_regs *regs)
{
	if (fw_dirty)
		breach("a register beyond the arguments was not 0");
	switch ((u32)regs->x[0]) {
	case 0xc4000003:
		regs->x[0] = fw_cpu_on(regs->x);
		break;
	case 0x84000002:
		regs->x[0] = fw_cpu_off();
		break;
	case 0xc4000001:
		regs->x[0] = fw_suspend(regs->x);
		break;
	case 0x84000000:
		regs->x[0] = 0x10001;
		break;
	default:
		regs->x[0] = -1;
	}
}

static u64 host_call(u64 fid, u64 x1, u64 x2, u64 x3)
{
	struct host_frame r = { .x = { fid, x1, x2, x3 } };

	host_smc(&r, 0);
	return r.x[0];
}

static void host_cpu_on(void)
{
	u32 n = nr_requests++, target = draw(hyp_nr_cpus);
	u64 ret;

	requests[n].target = target;
	ret = host_call(0xc4000003, fw_mpidr(target), TOKEN_ENTRY(n), n);
	requests[n].succeeded = ret == SUCCESS;
	requests[n].refused = ret != SUCCESS;
	if (ret != SUCCESS && ret != ALREADY_ON && ret != ON_PENDING && ret != INTERNAL_FAILURE)
		breach("CPU_ON gave a code that nobody had reason for");
	if (requests[n].refused && requests[n].arrived)
		breach("a CPU came by a CPU_ON that was refused");
}

static void host_suspend(void)
{
	u32 n = nr_requests++;

	requests[n].target = fw_this->index;
	requests[n].is_suspend = true;
	if (host_call(0xc4000001, 0x10000, TOKEN_ENTRY(n), n) != SUCCESS)
		breach("CPU_SUSPEND gave a code that nobody had reason for");
	requests[n].refused = true;	/* it came back, so it may not arrive */
}

static void host_op(void)
{
	switch (draw(6)) {
	case 0:
		host_suspend();
		break;
	case 1:
		host_call(0x84000002, 0, 0, 0);
		break;
	case 2:
		host_call(0x84000000, 0, 0, 0);
		break;
	default:
		host_cpu_on();
	}
}

static void arrive(void)
{
	u64 entry, context;
	struct request *r;

	fw_power[fw_this->index] = FW_ON;
	yield();
	psci_cpu_arrived(fw_this, &entry, &context);
	total_arrivals++;
	if (context >= nr_requests || entry != TOKEN_ENTRY(context)) {
		breach("entry and context of an arrival are not of one call");
		return;
	}
	r = &requests[context];
	if (r->target != fw_this->index || r->arrived || r->refused)
		breach("a CPU arrived by a call that was not for it, twice, or refused");
	r->arrived = true;
}

static u32 nr_done(void)
{
	return done[0] + done[1] + done[2] + done[3];
}

/* From power-on to the end of the run, with as many power-downs as there are. */
static void cpu_main(int me)
{
	volatile bool booted = me == 0;

	fw_this = &fw_cpu[me];
	setjmp(powered_down[me]);
	while (fw_power[me] == FW_OFF && ops_left)
		yield();
	if (fw_power[me] != FW_OFF) {
		if (!booted)
			arrive();
		booted = false;
		while (ops_left) {
			ops_left--;
			host_op();
			yield();
		}
	}
	/* Others may still be on their way through a last call that starts this one. */
	while (nr_done() < hyp_nr_cpus && fw_power[me] == FW_OFF) {
		done[me] = true;
		yield();
	}
	done[me] = true;
	if (fw_power[me] == FW_STARTING)
		arrive();
	finished[me] = true;
	for (;;)
		yield();
}

static void check_end(void)
{
	u32 i;

	for (i = 0; i < nr_requests; i++)
		if (!requests[i].is_suspend && requests[i].succeeded && !requests[i].arrived)
			breach("a CPU_ON that succeeded brought no CPU");
	for (i = 0; i < hyp_nr_cpus; i++)
		if ((fw_power[i] == FW_ON) != (fw_cpu[i].power == CPU_ON))
			breach("EL2 and the firmware differ on which CPUs are on");
}

static void prepare(u64 s)
{
	static struct boot_info info;

	seed = s * 0x9e3779b97f4a7c15ULL + 1;
	fw_machine(FW_CPUS);
	memset(requests, 0, sizeof(requests));
	memset(fw_power, 0, sizeof(fw_power));
	memset(ranks_of, 0, sizeof(ranks_of));
	memset(done, 0, sizeof(done));
	memset(finished, 1, sizeof(finished));	/* no other CPU to go to yet */
	finished[0] = false;
	nr_requests = 0;
	broken = 0;
	ops_left = OPS;
	fw_answer = fw_race_answer;
	if (psci_init(&info))
		abort();
	psci_boot_cpu(&fw_cpu[0]);
	fw_power[0] = FW_ON;
	memset(finished, 0, sizeof(finished));
}

static void run(u64 s)
{
	u32 i;

	prepare(s);
	for (i = 0; i < FW_CPUS; i++) {
		getcontext(&cpu_context[i]);
		cpu_context[i].uc_stack.ss_sp = stacks[i];
		cpu_context[i].uc_stack.ss_size = STACK_SIZE;
		makecontext(&cpu_context[i], (void (*)(void))cpu_main, 1, i);
	}
	swapcontext(&main_context, &cpu_context[0]);
	if (!broken)
		check_end();
}

int main(int argc, char **argv)
{
	u64 first = 1, n = RUNS, s;
	u32 bad = 0;

	if (argc > 1) {
		first = strtoull(argv[1], NULL, 0);
		n = 1;
	}
	for (s = first; s < first + n; s++) {
		run(s);
		if (broken && ++bad <= 5)
			printf("# seed %llu: %s\n", (unsigned long long)s, why);
	}
	is_num(bad, 0, "calls of CPUs at once end in one order");
	if (n > 1)
		ok(total_arrivals > 10 * n, "many CPUs came and went");
	return tap_done();
}
