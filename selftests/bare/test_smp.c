// SPDX-License-Identifier: GPL-2.0-only
/* Attacks and races that need several CPUs at once. */
#include "test.h"
#include "vm.h"

#define FAR_DATA	(GUEST_RAM + 16 * BLOCK)
#define RWX		(PKVM_PROT_READ | PKVM_PROT_WRITE | PKVM_PROT_EXEC)
#define ROUNDS		(full_run ? 5000U : 300U)

static struct vm vm, vms[MAX_CPUS];
static u32 gate, winners, stop;
static u64 page;

static void load_race(void *arg)
{
	u32 i;
	s64 ret;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		winners = 0;
		smp_meet();
		ret = hc2(PKVM_HOST_VCPU_LOAD, vm.handle, 0);
		if (!ret)
			__atomic_fetch_add(&winners, 1, __ATOMIC_RELAXED);
		else
			test_same(ret, PKVM_RET_BUSY, __FILE__, __LINE__, "load");
		smp_meet();
		test_same(winners, 1, __FILE__, __LINE__, "CPUs that loaded it");
		if (!ret)
			vcpu_put();
		smp_meet();
	}
}

static void a19_one_vcpu_on_two_cpus(void)
{
	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	smp_on_all(load_race, NULL);
}

static void donate_race(void *arg)
{
	struct vm *v = &vms[this_cpu()->index];
	u32 i;
	s64 ret;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		winners = 0;
		smp_meet();
		ret = hc4(PKVM_HOST_GUEST_DONATE, v->handle, FAR_DATA + i * PAGE, page, 1);
		if (!ret)
			__atomic_fetch_add(&winners, 1, __ATOMIC_RELAXED);
		else
			test_same(ret, PKVM_RET_PERM, __FILE__, __LINE__, "donate");
		smp_meet();
		test_same(winners, 1, __FILE__, __LINE__, "VMs that have it");
		if (!ret)
			test_same(hc3(PKVM_HOST_GUEST_RECLAIM, v->handle, FAR_DATA + i * PAGE, 1), 0,
				  __FILE__, __LINE__, "reclaim");
		smp_meet();
	}
}

static void a01_one_page_to_two_vms(void)
{
	u64 first = pages_take(1, PAGE);
	u32 i;

	page = pages_take(1, PAGE);
	for (i = 0; i < nr_cpus; i++) {
		CHECK(vm_make(&vms[i], PKVM_VM_PROTECTED, 1, agent, 1, NULL));
		/* The tables that the race will want. */
		SAME(hc_mem(PKVM_HOST_GUEST_DONATE, vms[i].handle, FAR_DATA + 511 * PAGE, first, 1, 0,
			    NULL), 0);
		SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vms[i].handle, FAR_DATA + 511 * PAGE, 1), 0);
	}
	SAME(hc_mem(PKVM_HOST_GUEST_DONATE, vms[0].handle, FAR_DATA + 510 * PAGE, page, 1, 0, NULL), 0);
	SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vms[0].handle, FAR_DATA + 510 * PAGE, 1), 0);
	smp_on_all(donate_race, NULL);
	CHECK(is_zero(page, 1));
	pages_give(page, 1);
	pages_give(first, 1);
}

static void share_race(void *arg)
{
	struct vm *v = &vms[this_cpu()->index];
	u32 i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		test_same(hc_mem(PKVM_HOST_GUEST_SHARE, v->handle, FAR_DATA, page, 1, RWX, NULL), 0,
			  __FILE__, __LINE__, "share");
		test_same(hc3(PKVM_HOST_GUEST_UNSHARE, v->handle, FAR_DATA, 1), 0, __FILE__, __LINE__,
			  "unshare");
	}
}

static void a06_counts_of_shares(void)
{
	u32 i;

	page = pages_take(1, PAGE);
	for (i = 0; i < nr_cpus; i++)
		CHECK(vm_make(&vms[i], 0, 1, agent, 1, NULL));
	smp_on_all(share_race, NULL);
	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	SAME(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA, page, 1, 0, NULL), 0);
	vm_note(&vm, FAR_DATA, page, 1);
}

/* Reads and writes its own words of a block in which pages come and go. */
static void touch_neighbours(void *arg)
{
	u64 n = 0, at, v;
	u32 cpu = this_cpu()->index;

	(void)arg;
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		for (at = 1; at < 512; at += 2, n++) {
			u64 a = page + at * PAGE + 64 * cpu;

			write64(a, n);
			v = read64(a);
			if (!test_same(v, n, __FILE__, __LINE__, "a neighbour's word"))
				return;
		}
	}
}

static void a12_a_block_splits_under_accesses(void)
{
	u64 i, at;
	u32 cpu;

	page = pages_take(512, BLOCK);
	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	stop = 0;
	for (cpu = 1; cpu < nr_cpus; cpu++)
		smp_start(cpu, touch_neighbours, NULL);
	for (i = 0; i < ROUNDS; i++) {
		at = i % 256 * 2;
		/* A place that no page has been at: one that was is destroyed. */
		if (!test_same(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA + i * PAGE,
				      page + at * PAGE, 1, 0, NULL), 0, __FILE__, __LINE__, "donate"))
			break;
		if (!test_same(hc_mem(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA + i * PAGE, 1, 0, 0,
				      NULL), 0, __FILE__, __LINE__, "reclaim"))
			break;
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	for (cpu = 1; cpu < nr_cpus; cpu++)
		smp_wait(cpu);
	for (i = 0; i < 512; i += 2)
		CHECK(is_zero(page + i * PAGE, 1));
	pages_give(page, 512);
}

static void look_around_donation(void *arg)
{
	u64 v;
	u32 i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		/* Warm the TLB of each CPU. */
		test_same(try_read(page, &v), 0, __FILE__, __LINE__, "before");
		smp_meet();
		if (!this_cpu()->index)
			test_same(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA + i * PAGE, page,
					 1, 0, NULL), 0, __FILE__, __LINE__, "donate");
		smp_meet();
		test_same(ESR_FSC(try_read(page, &v)), FSC_REFUSED, __FILE__, __LINE__, "donated");
		test_same(ESR_FSC(try_write(page, v)), FSC_REFUSED, __FILE__, __LINE__, "donated");
		smp_meet();
		if (!this_cpu()->index)
			test_same(hc_mem(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA + i * PAGE, 1, 0,
					 0, NULL), 0, __FILE__, __LINE__, "reclaim");
		smp_meet();
	}
}

static void a13_no_stale_translation(void)
{
	page = pages_take(1, PAGE);
	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	smp_on_all(look_around_donation, NULL);
	pages_give(page, 1);
}

#define LR_GOOD(n)	(1UL << 62 | 1UL << 60 | 0x80UL << 48 | (40 + (n) % 60))

/* One word of what the host proposes: mostly as it could be, now and then noise. */
static void scribble_word(struct pkvm_run *run, u64 n)
{
	u64 *p = (u64 *)run, at = n % (sizeof(run->in) / 8);

	if (!(n >> 52)) {
		p[n % 512] = random();
	} else if (at == offsetof(struct pkvm_run_in, nr_lrs) / 8) {
		run->in.nr_lrs = n >> 20 & 3;
		run->in.flags = n >> 24 & 1 ? 0 : PKVM_RUN_MMIO_DONE;
	} else if (at >= offsetof(struct pkvm_run_in, lr) / 8) {
		p[at] = n >> 52 ? LR_GOOD(at) : n;
	} else {
		p[at] = n >> 20;
	}
}

static void scribble(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		scribble_word(arg, random());
}

static void end_of_run(u32 intid)
{
	(void)intid;
	wr(cntp_cval_el0, now() + rd(cntfrq_el0) / 2000);
	isb();
}

static void a17_the_page_changes_during_a_run(void)
{
	struct did did;
	u64 i, good = 0, ret;
	u32 cpu;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 2));
	did = agent_do(&vm, 0, OP_FILL, GUEST_RAM + PAGE, 2 * PAGE, 9);
	SAME(did.exit, AGENT_DONE);
	stop = 0;
	for (cpu = 1; cpu < nr_cpus; cpu++)
		smp_start(cpu, scribble, vm.run[0]);
	/* With its answers changed the guest may well loop for ever. */
	timer_arm(now(), end_of_run);
	for (i = 0; i < 1000 * ROUNDS && good < ROUNDS; i++) {
		ret = hc1(PKVM_HOST_VCPU_RUN, 0);
		if (!test_check(!ret || ret == (u64)PKVM_RET_INVALID, __FILE__, __LINE__, "a run"))
			break;
		good += !ret;
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	for (cpu = 1; cpu < nr_cpus; cpu++)
		smp_wait(cpu);
	timer_stop();
	say("# %lu of %lu runs were taken\n", good, i);
	CHECK(vcpu_put());
	SAME(info(PKVM_INFO_VMS), 1);
}

static void run_until_stopped(void *arg)
{
	struct vm *v = arg;
	struct did did;

	CHECK(vcpu_load(v, 0));
	__atomic_store_n(&gate, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		did = agent_do(v, 0, OP_CHECK, GUEST_RAM + PAGE, PAGE, 9);
		if (!test_same(did.exit, AGENT_DONE, __FILE__, __LINE__, "the running guest") ||
		    !test_same(did.result, PAGE / 8, __FILE__, __LINE__, "words"))
			break;
	}
	vcpu_put();
}

static void a20_the_end_while_another_cpu_runs(void)
{
	u32 i;

	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	gate = stop = 0;
	smp_start(1, run_until_stopped, &vm);
	while (!__atomic_load_n(&gate, __ATOMIC_ACQUIRE))
		cpu_relax();
	for (i = 0; i < ROUNDS; i++) {
		test_same(hc1(PKVM_HOST_VM_DESTROY, vm.handle), PKVM_RET_BUSY, __FILE__, __LINE__,
			  "destroy");
		test_same(hc1(PKVM_HOST_VM_TEARDOWN, vm.handle), PKVM_RET_STATE, __FILE__, __LINE__,
			  "teardown");
		test_same(hc2(PKVM_HOST_VCPU_LOAD, vm.handle, 0), PKVM_RET_BUSY, __FILE__, __LINE__,
			  "load");
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	smp_wait(1);
	CHECK(vm_end(&vm));
}

/* Every vCPU but the last asks for the last one to be switched on; one of them is right. */
static void cpu_on_race(void *arg)
{
	u32 n = this_cpu()->index;
	struct did did;

	(void)arg;
	smp_meet();
	if (n == nr_cpus - 1)
		return;
	if (n && hc2(PKVM_HOST_VCPU_LOAD, vm.handle, n))
		fatal("no load");
	did = agent_do(&vm, n, OP_SMC, PSCI_CPU_ON, nr_cpus - 1, GUEST_RAM);
	if (did.exit == PKVM_EXIT_CPU_ON) {
		__atomic_fetch_add(&winners, 1, __ATOMIC_RELAXED);
		test_same(vm.run[n]->out.cpu_on.index, nr_cpus - 1, __FILE__, __LINE__, "index");
	} else {
		test_same((u64)(int)did.result, -5, __FILE__, __LINE__, "ON_PENDING");
	}
	vcpu_put();
}

static void a26_two_start_a_third(void)
{
	u32 i, k;

	for (i = 0; i < ROUNDS / 30; i++) {
		CHECK(vm_make(&vm, PKVM_VM_PROTECTED, nr_cpus, agent, 1, NULL) && vcpu_load(&vm, 0));
		for (k = 1; k < nr_cpus - 1; k++) {
			SAME(agent_do(&vm, 0, OP_SMC, PSCI_CPU_ON, k, GUEST_RAM).exit, PKVM_EXIT_CPU_ON);
			SAME(agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0).exit, AGENT_DONE);
		}
		winners = 0;
		smp_on_all(cpu_on_race, NULL);
		SAME(winners, 1);
		CHECK(vm_end(&vm));
	}
}

static void one_guest(void *arg)
{
	struct vm *v = &vms[this_cpu()->index];
	u64 n = this_cpu()->index, i;
	struct did did;

	for (i = 0; i < ROUNDS / 10; i++) {
		if (!vm_make(v, (n + i) & 1 ? PKVM_VM_PROTECTED : 0, 1, agent, 4, NULL) ||
		    !vcpu_load(v, 0))
			return;
		did = agent_do(v, 0, OP_FILL, GUEST_RAM + PAGE, 4 * PAGE, n << 32 | i);
		test_same(did.esr, 0, __FILE__, __LINE__, "fill");
		did = agent_do(v, 0, OP_CHECK, GUEST_RAM + PAGE, 4 * PAGE, n << 32 | i);
		test_same(did.result, 0, __FILE__, __LINE__, "check");
		vcpu_put();
		vm_end(v);
	}
	(void)arg;
}

static void guests_on_all_cpus(void)
{
	smp_on_all(one_guest, NULL);
	SAME(info(PKVM_INFO_VMS), 0);
}

static const struct test tests[] = {
	{ "01 one page to two VMs at once", a01_one_page_to_two_vms, 2 },
	{ "06 counts of shares from all CPUs", a06_counts_of_shares, 2 },
	{ "12 a block splits under accesses", a12_a_block_splits_under_accesses, 2 },
	{ "13 no stale translation on any CPU", a13_no_stale_translation, 2 },
	{ "17 the page of a vCPU changes while it runs", a17_the_page_changes_during_a_run, 2 },
	{ "19 one vCPU on two CPUs", a19_one_vcpu_on_two_cpus, 2 },
	{ "20 the end of a VM while another CPU runs it", a20_the_end_while_another_cpu_runs, 2 },
	{ "26 vCPUs that start the same third", a26_two_start_a_third, 3 },
	{ "guests live and go on all CPUs", guests_on_all_cpus, 2 },
	{ NULL },
};

const struct subject subject_smp = { "smp", tests };
