// SPDX-License-Identifier: GPL-2.0-only
/* The world switch: no register of the one is seen by the other, whichever way it goes. */
#include "test.h"
#include "vm.h"

#define ROUNDS		(full_run ? 2000 : 100)

static struct vm vm, other;
static u64 host_fp[66], host_fp_after[66];

struct host_regs { u64 v[16]; };

/* Registers of EL1 and EL0 that a host owns and that this one does not use. */
static void host_regs_write(u64 s)
{
	wr(tpidr_el0, s);
	wr(tpidrro_el0, s + 1);
	wr(sp_el0, s + 16);
	wr(contextidr_el1, (u32)(s + 3));
	wr(esr_el1, (u32)(s + 4));
	wr(far_el1, s + 5);
	wr(par_el1, s & 0xffff000);
	wr(cntkctl_el1, s & 3);
	wr(amair_el1, 0);
	wr(S2_0_C0_C0_4, s & ~3UL & 0xffffffff);	/* DBGBVR0_EL1 */
	wr(S2_0_C0_C0_6, s & ~7UL & 0xffffffff);	/* DBGWVR0_EL1 */
	wr(cntv_cval_el0, s + 7);
	isb();
}

static void host_regs_read(struct host_regs *r)
{
	*r = (struct host_regs){ {
		rd(tpidr_el0), rd(tpidrro_el0), rd(sp_el0), rd(contextidr_el1), rd(esr_el1),
		rd(far_el1), rd(par_el1), rd(cntkctl_el1), rd(S2_0_C0_C0_4), rd(S2_0_C0_C0_6),
		rd(ttbr0_el1), rd(ttbr1_el1), rd(tcr_el1), rd(mair_el1), rd(vbar_el1), rd(sctlr_el1),
	} };
}

static bool host_regs_same(const struct host_regs *a)
{
	struct host_regs b;
	u32 i;

	host_regs_read(&b);
	for (i = 0; i < ARRAY_SIZE(b.v); i++)
		if (!test_same(b.v[i], a->v[i], __FILE__, i, "register of the host, line = its place"))
			return false;
	return true;
}

static void fp_pattern(u64 s)
{
	u32 i;

	for (i = 0; i < 64; i++)
		host_fp[i] = s * 0x10001 + i;
	fp_fill(host_fp, s & 0x1f, 0);
}

/* A host that used FP before a load has lost it (it saves its own), and sees nothing of the guest. */
static bool fp_shows_nothing(u64 guest_seed)
{
	u32 i;

	fp_read(host_fp_after);
	for (i = 0; i < 64; i++) {
		u64 n = host_fp_after[i] - guest_seed;

		CHECK_OR(n < 100 || n > 232, false);
	}
	return true;
}

static u64 runs;

static bool pattern_make(struct vm *v, u64 flags, u64 s, u64 rounds)
{
	const u64 args[] = { s, rounds };

	return vm_make(v, flags, 1, pattern, 1, args);
}

/* The guest has counted what came back to it other than it was. */
static bool pattern_good(struct vm *v, u32 reason)
{
	SAME_OR(reason, PKVM_EXIT_SYSTEM_OFF, false);
	if (v->report[0])
		say("# the last that was wrong: %lu\n", v->report[1]);
	SAME_OR(v->report[0], 0, false);
	return true;
}

static bool guest_and_host(u64 flags)
{
	struct host_regs before;
	u64 s = 0x1000000, i;
	u32 reason;

	CHECK_OR(pattern_make(&vm, flags, s, ROUNDS) && vcpu_load(&vm, 0), false);
	for (i = 0; i < 10 * (u64)ROUNDS + 10; i++) {
		host_regs_write(random() & 0xffffffff);
		fp_pattern(random() & 0xffffff);
		host_regs_read(&before);
		reason = vcpu_run(&vm, 0);
		CHECK_OR(host_regs_same(&before), false);
		if (i & 1)
			CHECK_OR(fp_shows_nothing(s), false);
		if (reason == PKVM_EXIT_SMCCC && vm.run[0]->out.smccc.x[0] == PSCI_SYSTEM_OFF)
			reason = PKVM_EXIT_SYSTEM_OFF;
		if (reason != PKVM_EXIT_MMIO)
			break;
		if (vm.run[0]->out.mmio.ipa >= GUEST_MMIO + WIN_REPORT)
			vm.report[(vm.run[0]->out.mmio.ipa - GUEST_MMIO - WIN_REPORT) / 8] =
				vm.run[0]->out.mmio.data;
		mmio_answer(vm.run[0], 0);
	}
	return pattern_good(&vm, reason);
}

static void registers_of_a_normal_guest(void)
{
	guest_and_host(0);
}

static void registers_of_a_protected_guest(void)
{
	guest_and_host(PKVM_VM_PROTECTED);
}

/* The same vCPU on one CPU after the other, while another guest runs there in between. */
static void one_turn(void *arg)
{
	struct vm *v = arg;
	u32 reason = 0, i;

	CHECK(vcpu_load(v, 0));
	for (i = 0; i < 3; i++) {
		fp_pattern(random() & 0xffffff);
		reason = vcpu_run(v, 0);
		if (reason == PKVM_EXIT_SMCCC)
			reason = PKVM_EXIT_SYSTEM_OFF;
		if (reason != PKVM_EXIT_MMIO)
			break;
		if (v->run[0]->out.mmio.ipa >= GUEST_MMIO + WIN_REPORT)
			v->report[(v->run[0]->out.mmio.ipa - GUEST_MMIO - WIN_REPORT) / 8] =
				v->run[0]->out.mmio.data;
		mmio_answer(v->run[0], 0);
	}
	CHECK(vcpu_put());
	fp_read(host_fp_after);
	runs = reason;
}

static bool everywhere(u64 flags)
{
	u64 a = 0, b = 0, i;

	CHECK_OR(pattern_make(&vm, flags, 0x2000000, ROUNDS), false);
	CHECK_OR(pattern_make(&other, PKVM_VM_PROTECTED, 0x3000000, ROUNDS), false);
	for (i = 0; i < 10 * (u64)ROUNDS; i++) {
		struct vm *v = i & 1 ? &vm : &other;
		u32 cpu = random() % nr_cpus;

		if ((i & 1 ? a : b) == PKVM_EXIT_SYSTEM_OFF)
			continue;
		if (!cpu) {
			one_turn(v);
		} else {
			smp_start(cpu, one_turn, v);
			smp_wait(cpu);
		}
		*(i & 1 ? &a : &b) = runs;
	}
	return pattern_good(&vm, a) && pattern_good(&other, b);
}

static void normal_everywhere(void)
{
	everywhere(0);
}

static void protected_everywhere(void)
{
	everywhere(PKVM_VM_PROTECTED);
}

/* After a kill in the middle of its registers nothing of them is left on the CPU. */
static void nothing_is_left_of_a_killed_guest(void)
{
	u64 s = 0x4000000, i;
	struct host_regs before;

	for (i = 0; i < 20; i++) {
		CHECK(pattern_make(&vm, PKVM_VM_PROTECTED, s, 1000) && vcpu_load(&vm, 0));
		host_regs_write(0x1111 * i);
		host_regs_read(&before);
		SAME(vcpu_run(&vm, 0), PKVM_EXIT_MMIO);
		if (i & 1)
			CHECK(fp_shows_nothing(s));
		CHECK(vcpu_put());
		CHECK(host_regs_same(&before));
		CHECK(fp_shows_nothing(s));
		CHECK(vm_end(&vm));
	}
}

static const struct test tests[] = {
	{ "registers of a normal guest and of the host", registers_of_a_normal_guest },
	{ "registers of a protected guest and of the host", registers_of_a_protected_guest },
	{ "a normal guest on one CPU after the other", normal_everywhere, 2 },
	{ "a protected guest on one CPU after the other", protected_everywhere, 2 },
	{ "nothing is left of a killed guest", nothing_is_left_of_a_killed_guest },
	{ NULL },
};

const struct subject subject_switch = { "switch", tests };
