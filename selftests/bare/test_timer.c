// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's virtual timer, whose interrupt the host gives by a list register with
 * HW=1. Its PPI is active exactly while the line is asserted or the list register valid.
 */
#include "test.h"
#include "vm.h"

#define LR_STATE	(3UL << 62)
#define LR_VTIMER	(1UL << 62 | 1UL << 61 | 1UL << 60 | 0x80UL << 48 | \
			 (u64)PPI_VTIMER << 32 | PPI_VTIMER)
#define TICKS		(full_run ? 100000UL : 3000UL)

static struct vm vm;
static u64 storm;

/* Only to be enabled: a run ends by it. The line is EL2's to clear. */
static void vtimer(u32 intid)
{
	(void)intid;
	storm++;
}

/* What KVM's host half does before each run, on the CPU of the run. */
static void inject(struct pkvm_run *run)
{
	bool line = run->out.lines & PKVM_LINE_VTIMER, valid;

	run->in.lr[0] = run->out.nr_lrs ? run->out.lr[0] : 0;
	if (!(run->in.lr[0] & LR_STATE))
		run->in.lr[0] = line ? LR_VTIMER : 0;
	valid = run->in.lr[0] & LR_STATE;
	run->in.nr_lrs = valid;
	if (gic_is_active(PPI_VTIMER) != (line || valid))
		gic_set_active(PPI_VTIMER, line || valid);
}

static u64 wfis;

/* Until the guest is done: on this CPU, at most @exits exits. 0: go on elsewhere. */
static u32 serve_timer(u32 exits)
{
	struct pkvm_run *run = vm.run[0];
	u32 i;

	gic_enable_ppi(machine.vtimer, vtimer);
	for (i = 0; i < exits; i++) {
		inject(run);
		if (hc1(PKVM_HOST_VCPU_RUN, 0))
			return PKVM_EXIT_MAX;
		run->in.flags = 0;
		if (run->out.reason == PKVM_EXIT_MMIO) {
			if (run->out.mmio.ipa >= GUEST_MMIO + WIN_REPORT)
				vm.report[(run->out.mmio.ipa - GUEST_MMIO - WIN_REPORT) / 8] =
					run->out.mmio.data;
			mmio_answer(run, 0);
		} else if (run->out.reason == PKVM_EXIT_WFI) {
			u64 deadline = run->out.wfi.deadline;

			wfis++;
			/* Its line is EL2's to tell, and with the guest out nothing rings. */
			while (now() < deadline && now() + 10 * rd(cntfrq_el0) > deadline)
				cpu_relax();
		} else if (run->out.reason != PKVM_EXIT_IRQ && run->out.reason != PKVM_EXIT_KICK) {
			return run->out.reason;
		}
	}
	return 0;
}

static u32 result;

static void turn(void *arg)
{
	(void)arg;
	result = PKVM_EXIT_MAX;
	CHECK(vcpu_load(&vm, 0));
	result = serve_timer(1 + random() % 20);
	CHECK(vcpu_put());
	gic_set_active(PPI_VTIMER, false);
	gic_disable_ppi(machine.vtimer);
}

static bool ticks_are_right(u64 ticks, u64 period)
{
	SAME_OR(vm.report[0], ticks, false);
	SAME_OR(vm.report[1], 0, false);
	SAME_OR(vm.report[2], 0, false);
	/* As many periods have passed: none came early. */
	CHECK_OR(vm.report[3] >= ticks * period, false);
	return true;
}

static bool run_ticks(u64 flags, u64 ticks, u64 period, u64 how, bool everywhere)
{
	const u64 args[] = { ticks, period, how };
	u64 rounds, limit = 400 * ticks + 10000;
	u32 cpu;

	storm = 0;
	CHECK_OR(vm_make(&vm, flags, 1, ticks_guest, 1, args), false);
	for (rounds = 0, result = 0; !result && rounds < limit; rounds++) {
		cpu = everywhere ? random() % nr_cpus : 0;
		if (!cpu) {
			turn(NULL);
		} else {
			smp_start(cpu, turn, NULL);
			smp_wait(cpu);
		}
	}
	if (result == PKVM_EXIT_SMCCC && vm.run[0]->out.smccc.x[0] == PSCI_SYSTEM_OFF)
		result = PKVM_EXIT_SYSTEM_OFF;
	SAME_OR(result, PKVM_EXIT_SYSTEM_OFF, false);
	say("# %lu rounds, %lu interrupts of the line at the host\n", rounds, storm);
	CHECK_OR(storm <= 3 * ticks + 100, false);
	return ticks_are_right(ticks, period);
}

static void busy(void)
{
	run_ticks(0, TICKS, 20000, 0, false);
}

static void with_exits(void)
{
	run_ticks(PKVM_VM_PROTECTED, TICKS, 20000, 2, false);
}

/* On a busy machine each tick is due before the guest sleeps: then with longer ones. */
static void idle(void)
{
	u64 period = 20000;

	wfis = 0;
	if (!run_ticks(PKVM_VM_PROTECTED, TICKS / 10, period, 1, false))
		return;
	while (!wfis && (period *= 10) <= 20000000) {
		CHECK(vm_end(&vm));
		if (!run_ticks(PKVM_VM_PROTECTED, 5, period, 1, false))
			return;
	}
	CHECK(wfis);
}

static void migrating(void)
{
	run_ticks(PKVM_VM_PROTECTED, TICKS, 20000, 2, true);
}

/* The guest's compare value lies in the past and its timer is on; the host is not rung. */
static void the_guests_timer_is_not_the_hosts(void)
{
	const u64 args[] = { 1000000, 1, 2 };
	u64 i;

	storm = 0;
	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, ticks_guest, 1, args) && vcpu_load(&vm, 0));
	CHECK(serve_timer(50) == 0);
	SAME(rd(cntv_ctl_el0) & 1, 0);
	i = storm;
	delay(rd(cntfrq_el0) / 100);
	SAME(storm, i);
	CHECK(vcpu_put());
	SAME(rd(cntv_ctl_el0) & 1, 0);
	delay(rd(cntfrq_el0) / 100);
	SAME(storm, i);
	gic_set_active(PPI_VTIMER, false);
	gic_disable_ppi(machine.vtimer);
}

static u64 host_ticks;

static void host_tick(u32 intid)
{
	(void)intid;
	host_ticks++;
	wr(cntp_cval_el0, rd(cntp_cval_el0) + 500000);
	isb();
}

/* The host's own timer goes on while a guest runs, and its clock does not jump. */
static void the_hosts_timer_goes_on(void)
{
	const u64 args[] = { 500, 200000, 0 };
	u64 start, end;

	host_ticks = 0;
	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, ticks_guest, 1, args) && vcpu_load(&vm, 0));
	start = now();
	timer_arm(start + 500000, host_tick);
	CHECK(serve_timer(~0U) == PKVM_EXIT_SYSTEM_OFF);
	end = now();
	timer_stop();
	CHECK(rd(cntvct_el0) >= end && rd(cntvct_el0) - end < rd(cntfrq_el0));
	/* A busy machine under QEMU may be late for many; but none comes before its time. */
	CHECK(host_ticks > 0 && host_ticks <= (end - start) / 500000 + 1);
	CHECK(ticks_are_right(500, 200000));
	CHECK(vcpu_put());
	gic_set_active(PPI_VTIMER, false);
	gic_disable_ppi(machine.vtimer);
}

static const struct test tests[] = {
	{ "ticks of a busy guest", busy },
	{ "ticks of a guest that exits all the time", with_exits },
	{ "ticks of a guest that idles", idle },
	{ "ticks of a guest that moves between CPUs", migrating, 2 },
	{ "the guest's timer does not ring at the host", the_guests_timer_is_not_the_hosts },
	{ "the host's timer goes on", the_hosts_timer_goes_on },
	{ NULL },
};

const struct subject subject_timer = { "timer", tests };
