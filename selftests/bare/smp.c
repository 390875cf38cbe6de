// SPDX-License-Identifier: GPL-2.0-only
/* The other CPUs: each waits for a function to run. */
#include "bare.h"
#include "vm.h"

struct cpu cpus[MAX_CPUS];
u32 nr_cpus;
static char stacks[MAX_CPUS][16384] __attribute__((aligned(16)));

u64 psci(u32 fid, u64 a, u64 b, u64 c)
{
	u64 x[18] = { fid, a, b, c };

	call_smc(x);
	return x[0];
}

static void woken(u32 intid)
{
	(void)intid;
}

/* Every other CPU. */
void smp_wake(void)
{
	dsb();
	wr(S3_0_C12_C11_5, 1UL << 40 | (u64)SGI_WAKE << 24);	/* ICC_SGI1R_EL1 */
	isb();
}

static void cpu_setup(struct cpu *cpu)
{
	wr(tpidr_el1, cpu);
	wr(vbar_el1, vectors);
	isb();
	mmu_init_cpu();
	gic_init_cpu();
	gic_enable_ppi(SGI_WAKE, woken);
	irq_on();
}

void main_secondary(struct cpu *cpu)
{
	void (*fn)(void *);

	cpu_setup(cpu);
	__atomic_store_n(&cpu->online, 1, __ATOMIC_RELEASE);
	for (;;) {
		WAIT_UNTIL((fn = __atomic_load_n(&cpu->fn, __ATOMIC_ACQUIRE)));
		fn(cpu->arg);
		__atomic_store_n(&cpu->fn, NULL, __ATOMIC_RELEASE);
		smp_wake();
	}
}

void smp_init(void)
{
	u64 mpidr = rd(mpidr_el1) & 0xff00ffffffUL;
	u32 i;

	if (!nr_cpus || cpus[0].mpidr != mpidr)
		fatal("the first CPU of the tree is not the one that boots");
	for (i = 0; i < nr_cpus; i++)
		cpus[i].stack_top = (u64)stacks[i] + sizeof(stacks[i]);
	cpus[0].online = 1;
	cpu_setup(&cpus[0]);
	psci(PSCI_VERSION, 0, 0, 0);	/* as every kernel does: EL2 knows it by that */
	for (i = 1; i < nr_cpus; i++) {
		u64 ret;

		dsb();
		ret = psci(PSCI_CPU_ON, cpus[i].mpidr, (u64)cpu_entry, (u64)&cpus[i]);
		if (ret)
			fatal("CPU_ON of CPU %u: %ld", i, (s64)ret);
		while (!__atomic_load_n(&cpus[i].online, __ATOMIC_ACQUIRE))
			cpu_relax();
	}
}

void smp_start(u32 cpu, void (*fn)(void *), void *arg)
{
	cpus[cpu].arg = arg;
	__atomic_store_n(&cpus[cpu].fn, fn, __ATOMIC_RELEASE);
	smp_wake();
}

void smp_wait(u32 cpu)
{
	WAIT_UNTIL(!__atomic_load_n(&cpus[cpu].fn, __ATOMIC_ACQUIRE));
}

static u32 arrived, turn;

void smp_meet(void)
{
	u32 now = __atomic_load_n(&turn, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == nr_cpus) {
		arrived = 0;
		__atomic_store_n(&turn, now + 1, __ATOMIC_RELEASE);
		smp_wake();
	} else {
		WAIT_UNTIL(__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != now);
	}
}

void smp_on_all(void (*fn)(void *), void *arg)
{
	u32 i;

	for (i = 1; i < nr_cpus; i++)
		smp_start(i, fn, arg);
	fn(arg);
	for (i = 1; i < nr_cpus; i++)
		smp_wait(i);
}
