// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's SMCCC calls: what EL2 answers by itself, PSCI of protected guests, and
 * CPU_ON of several vCPUs at once. Each caller of a race is a coroutine that yields
 * before each atomic access of the target's power, as test_psci_race.c does at locks;
 * all orders of two callers and the target's run are tried.
 * SOURCES: hyp/pkvm/host_call.c hyp/pkvm/host_call_vm.c hyp/pkvm/host_call_mem.c
 * SOURCES: hyp/pkvm/vm.c hyp/pkvm/vcpu.c hyp/pkvm/vcpu_regs.c hyp/pkvm/vcpu_run.c
 * SOURCES: hyp/pkvm/guest_call.c hyp/pkvm/no_extra_calls.c
 * CFLAGS: -Wno-unused-parameter -fno-sanitize=address
 */
#include <ucontext.h>
#include "tap.h"
#include "fake_guest.h"
#include "nvhe/errata.h"
#include "pkvm/state.h"

static void step(void);

/* The file under test, with a stop before each access that another CPU could see. */
#define __atomic_compare_exchange_n(...) (step(), __atomic_compare_exchange_n(__VA_ARGS__))
#define __atomic_store_n(...)		 (step(), __atomic_store_n(__VA_ARGS__))
#define __atomic_load_n(...)		 (step(), __atomic_load_n(__VA_ARGS__))
#include "../../hyp/pkvm/guest_psci.c"
#undef __atomic_compare_exchange_n
#undef __atomic_store_n
#undef __atomic_load_n

#define SUCCESS		0
#define NOT_SUPPORTED	(-1)
#define INVALID		(-2)
#define ALREADY_ON	(-4)
#define ON_PENDING	(-5)
#define BAD_ADDRESS	(-9)

static struct vm *vm;
static enum guest_smccc verdict;

static struct vcpu *vc(u32 index)
{
	return vcpu_of(vm, index);
}

static s64 smc4(u32 from, u64 fid, u64 a, u64 b, u64 c)
{
	struct vcpu *v = vc(from);
	u64 was[31];
	u32 i;

	for (i = 0; i < 31; i++)
		v->hw.x[i] = JUNK(i);
	v->hw.x[0] = fid;
	v->hw.x[1] = a;
	v->hw.x[2] = b;
	v->hw.x[3] = c;
	memcpy(was, v->hw.x, sizeof(was));
	verdict = guest_policy.smccc(&v->hw, true);
	if (memcmp(was + 1, v->hw.x + 1, sizeof(was) - sizeof(was[0])))
		ok(false, "a call of %#llx changed more than x0", (unsigned long long)fid);
	return v->hw.x[0];
}

#define smc(from, fid, a)	smc4(from, fid, a, JUNK(2), JUNK(3))

static void begin(bool protected)
{
	u64 h = fake_vm(protected, VM_CREATED);
	u32 i;

	for (i = 0; i < 4; i++)
		hcall(VCPU_CREATE, h, i, run_page(i));
	hcall(VM_SEAL, h, 0, 0);
	vm = vm_get(h);
	vm_put(vm);
}

static void end(void)
{
	fake_vm_end(vm->handle);
}

static void test_smccc(bool protected)
{
	static const struct {
		const char *what;
		u64 errata;
		s64 wa1, wa3;
	} t[] = {
		{ "a CPU without any of it", 0, 1, 1 },
		{ "history that hardware keeps apart", ERRATA_BHB_HW, 1, 1 },
		{ "a loop", ERRATA_BHB_LOOP, 1, 0 },
		{ "CLRBHB", ERRATA_BHB_CLRBHB, 1, 0 },
		{ "firmware's first", ERRATA_FW_CALL_1, 0, 0 },
		{ "firmware's third", ERRATA_FW_CALL_3, 0, 0 },
		{ "nothing against v2", ERRATA_V2_OPEN, NOT_SUPPORTED, 1 },
		{ "nothing against BHB", ERRATA_BHB_OPEN, 1, NOT_SUPPORTED },
	};
	u32 i;

	begin(protected);
	ok(smc(0, 0x80000000, 0) == 0x10001 && verdict == SMCCC_DONE, "SMCCC 1.1, protected %u", protected);
	ok(!smc(0, 0x80000001, 0x80000000) && !smc(0, 0x80000001, 0x80000001),
	   "ARCH_FEATURES of VERSION and of itself, protected %u", protected);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		fake_cpus[0].errata = t[i].errata;
		ok(smc(0, 0x80000001, 0x80008000) == t[i].wa1 && smc(0, 0x80000001, 0x80003fff) == t[i].wa3,
		   "workarounds 1 and 3 with %s, protected %u", t[i].what, protected);
	}
	ok(smc(0, 0x80000001, 0x80007fff) == NOT_SUPPORTED && smc(0, 0x80000001, 0x80000002) ==
	   NOT_SUPPORTED && smc(0, 0x80000001, ~0UL) == NOT_SUPPORTED,
	   "ARCH_FEATURES of anything else, protected %u", protected);
	smc(0, 0x80008000, 0);
	ok(verdict == SMCCC_DONE, "the workaround's call is done by being made, protected %u", protected);
	end();
}

static void test_normal(void)
{
	static const u64 fids[] = { 0x84000000, 0xc4000003, 0x84000008, 0x86000000, 0xc6000100, 0,
				    0x80000002, 0x80007fff, ~0UL };
	u32 i;

	begin(false);
	for (i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		s64 x0 = smc(0, fids[i], 0);

		ok(verdict == SMCCC_EXIT_HOST && x0 == (s64)fids[i],
		   "call %#llx of a normal guest is the host's", (unsigned long long)fids[i]);
	}
	ok(!vm->ended && vc(1)->power == VCPU_OFF, "and does nothing here");
	end();
}

static void test_unknown(void)
{
	static const u64 fids[] = { 0, ~0UL, 0x80000002, 0x84000005, 0x84000007, 0x8400000b, 0x8400000e,
				    0x84000013, 0x84000050, 0xc4000190, 0x86000000, 0xc6000100,
				    0xc6000105, 0xc4000000, 0xc400000a };
	u32 i;

	begin(true);
	for (i = 0; i < sizeof(fids) / sizeof(fids[0]); i++)
		ok(smc(0, fids[i], 0) == NOT_SUPPORTED && verdict == SMCCC_DONE,
		   "call %#llx of a protected guest is nobody's", (unsigned long long)fids[i]);
	end();
}

static void test_features(void)
{
	static const u64 has[] = { 0x80000000, 0x84000000, 0x8400000a, 0x84000001, 0xc4000001,
				   0x84000002, 0x84000003, 0xc4000003, 0x84000004, 0xc4000004,
				   0x84000006, 0x84000008, 0x84000009, 0x84000012, 0xc4000012 };
	u32 i, j, fid, wrong = 0;

	begin(true);
	is_num(smc(0, 0x84000000, 0), 0x10001, "PSCI 1.1");
	for (i = 0; i < 64; i++) {
		bool want = false;

		fid = i < 32 ? 0x84000000 + i : 0xc4000000 + i - 32;
		for (j = 0; j < sizeof(has) / sizeof(has[0]); j++)
			want |= has[j] == fid;
		wrong += (smc(0, 0x8400000a, fid) == SUCCESS) != want;
	}
	is_num(wrong, 0, "PSCI_FEATURES says what is there");
	is_num(smc(0, 0x8400000a, 0x80000000), SUCCESS, "SMCCC_VERSION among it");
	is_num(smc(0, 0x84000006, 0), 2, "MIGRATE_INFO_TYPE: no trusted OS that minds");
	end();
}

static void test_cpu_on(void)
{
	u64 mpidr = 1;

	begin(true);
	is_num(smc4(0, 0xc4000003, 8, 0x8000, 0), INVALID, "CPU_ON of an index that was not made");
	is_num(smc4(0, 0xc4000003, 0x10, 0x8000, 0), INVALID, "CPU_ON of Aff0 beyond a cluster");
	is_num(smc4(0, 0xc4000003, 0x80000001, 0x8000, 0), INVALID, "CPU_ON with MPIDR's other bits");
	is_num(smc4(0, 0xc4000003, ~0UL, 0x8000, 0), INVALID, "CPU_ON of all ones");
	is_num(smc4(0, 0xc4000003, 1UL << 63 | 1, 0x8000, 0), INVALID, "CPU_ON with bit 63");
	is_num(smc4(0, 0xc4000003, 1UL << 32 | 1, 0x8000, 0), INVALID, "CPU_ON with Aff3");
	is_num(smc4(0, 0xc4000003, mpidr, 0x8002, 0), BAD_ADDRESS, "CPU_ON at half an instruction");
	is_num(smc4(0, 0xc4000003, mpidr, 1UL << 39, 0), BAD_ADDRESS, "CPU_ON in shared memory");
	is_num(smc4(0, 0xc4000003, mpidr, ~3UL, 0), BAD_ADDRESS, "CPU_ON beyond everything");
	is_num(vc(1)->power, VCPU_OFF, "none of which did anything");
	is_num(smc4(0, 0xc4000003, 0, 0x8000, 0), ALREADY_ON, "CPU_ON of itself");
	is_num(smc4(0, 0xc4000004, mpidr, 0, 0), 1, "AFFINITY_INFO: off");
	is_num(smc4(0, 0xc4000003, mpidr, 0x8000, 0x1234567890), SUCCESS, "CPU_ON");
	ok(verdict == SMCCC_EXIT_POLICY && vc(0)->psci_exit == PKVM_EXIT_CPU_ON &&
	   vc(0)->psci_index == 1, "the host hears which to schedule");
	ok(vc(1)->power == VCPU_ON_PENDING && vc(1)->on_entry == 0x8000 &&
	   vc(1)->on_context == 0x1234567890, "entry and context wait with the vCPU");
	is_num(smc4(0, 0xc4000003, mpidr, 0x9000, 0), ON_PENDING, "CPU_ON twice");
	is_num(vc(1)->on_entry, 0x8000, "the second changes nothing");
	is_num(smc4(0, 0xc4000004, mpidr, 0, 0), 2, "AFFINITY_INFO: pending");
	vc(1)->power = VCPU_ON_CLAIMED;
	is_num(smc4(0, 0xc4000004, mpidr, 0, 0), 2, "AFFINITY_INFO while it is claimed: pending");
	vc(1)->power = VCPU_ON;
	is_num(smc4(0, 0xc4000004, mpidr, 0, 0), 0, "AFFINITY_INFO: on");
	is_num(smc4(0, 0xc4000003, mpidr, 0x8000, 0), ALREADY_ON, "CPU_ON of one that is on");
	is_num(smc4(0, 0xc4000004, mpidr, 1, 0), INVALID, "AFFINITY_INFO of a cluster");
	is_num(smc4(0, 0xc4000004, 9, 0, 0), INVALID, "AFFINITY_INFO of nobody");
	is_num(smc4(0, 0x84000003, 0xffffffff00000002, 0xffffffff00008000, 0xffffffff00000005), SUCCESS,
	       "the 32-bit CPU_ON takes 32 bits of each");
	ok(vc(2)->on_entry == 0x8000 && vc(2)->on_context == 5, "and passes on as much");
	end();
}

static void test_others(void)
{
	begin(true);
	is_num(smc(0, 0xc4000001, 0), SUCCESS, "CPU_SUSPEND");
	ok(verdict == SMCCC_EXIT_POLICY && vc(0)->psci_exit == PKVM_EXIT_WFI && vc(0)->power == VCPU_ON,
	   "is a WFI");
	smc(0, 0x84000002, 0);
	ok(verdict == SMCCC_EXIT_POLICY && vc(0)->psci_exit == PKVM_EXIT_CPU_OFF &&
	   vc(0)->power == VCPU_OFF && !vm->ended, "CPU_OFF");
	vc(0)->power = VCPU_ON;
	smc(0, 0x84000000, 0);
	ok(verdict == SMCCC_DONE, "an exit is not told twice");
	smc(0, 0x84000008, 0);
	ok(verdict == SMCCC_EXIT_POLICY && vc(0)->psci_exit == PKVM_EXIT_SYSTEM_OFF && vm->ended,
	   "SYSTEM_OFF ends the guest");
	vm->ended = false;
	smc(0, 0x84000009, 0);
	ok(vc(0)->psci_exit == PKVM_EXIT_SYSTEM_RESET && vm->ended, "SYSTEM_RESET");
	vm->ended = false;
	smc(0, 0xc4000012, 0);
	ok(vc(0)->psci_exit == PKVM_EXIT_SYSTEM_RESET && vm->ended, "SYSTEM_RESET2");
	end();
}

/*
 * Two vCPUs switch on a third at once, and its own CPU tries to run it. A bit string says
 * who goes next at each stop; every string of 16 turns is tried.
 */
#define CALLERS		3

static ucontext_t main_context, context[CALLERS];
static char stack[CALLERS][256 << 10];
static bool racing, finished[CALLERS];
static u32 me, turns, order;
static s64 answer[2];
static u64 began_entry, began_context;
static u32 begins;

static void step(void)
{
	u32 was = me, i;

	if (!racing)
		return;
	for (i = 0; i < CALLERS; i++) {
		me = (order / 3 + order + i) % CALLERS;
		if (!finished[me])
			break;
	}
	order = order * 1103515245 + 12345 + turns++;
	if (me != was)
		swapcontext(&context[was], &context[me]);
	me = was;
}

static void leave(void)
{
	u32 i;

	finished[me] = true;
	for (i = 0; i < CALLERS; i++) {
		if (!finished[i]) {
			me = i;
			setcontext(&context[i]);
		}
	}
	setcontext(&main_context);
}

static void caller(int n)
{
	struct vcpu *v = vc(n);

	me = n;
	v->hw.x[0] = 0xc4000003;
	v->hw.x[1] = 3;
	v->hw.x[2] = 0x1000 + 0x1000 * n;
	v->hw.x[3] = 100 + n;
	guest_policy.smccc(&v->hw, true);
	answer[n] = v->hw.x[0];
	me = n;
	leave();
}

/* What run_loaded() and switch_on() of pkvm/vcpu_run.c do with power. */
static void runner(void)
{
	u32 tries;

	me = 2;
	for (tries = 0; tries < 4; tries++) {
		if (vc(3)->power == VCPU_ON_PENDING) {
			began_entry = vc(3)->on_entry;
			step();
			me = 2;
			began_context = vc(3)->on_context;
			vc(3)->power = VCPU_ON;
			begins++;
		}
		step();
		me = 2;
	}
	leave();
}

static bool race(u32 seed)
{
	u32 i, won;

	vc(3)->power = VCPU_OFF;
	began_entry = began_context = begins = 0;
	memset(finished, 0, sizeof(finished));
	for (i = 0; i < CALLERS; i++) {
		getcontext(&context[i]);
		context[i].uc_stack.ss_sp = stack[i];
		context[i].uc_stack.ss_size = sizeof(stack[i]);
		if (i < 2)
			makecontext(&context[i], (void (*)(void))caller, 1, i);
		else
			makecontext(&context[i], runner, 0);
	}
	order = seed;
	turns = 0;
	me = seed % CALLERS;
	racing = true;
	swapcontext(&main_context, &context[me]);
	racing = false;
	won = answer[0] == SUCCESS ? 0 : 1;
	if (answer[won] != SUCCESS || (answer[!won] != ON_PENDING && answer[!won] != ALREADY_ON))
		return false;
	if (begins > 1 || (begins && (began_entry != 0x1000 + 0x1000 * won || began_context != 100 + won)))
		return false;
	return begins || (vc(3)->power == VCPU_ON_PENDING && vc(3)->on_entry == 0x1000 + 0x1000 * won);
}

static void test_race(void)
{
	u32 i, wrong = 0, both[2] = { 0 };

	begin(true);
	vc(1)->power = VCPU_ON;
	for (i = 0; i < 20000; i++) {
		wrong += !race(i * 2654435761U);
		both[answer[0] == SUCCESS]++;
	}
	is_num(wrong, 0, "of two CPU_ON at once one counts, with its own entry and context");
	ok(both[0] > 1000 && both[1] > 1000, "each of the two often is the one");
	end();
}

int main(void)
{
	fake_set_field(SYS_ID_AA64MMFR0_EL1, 0, 4, 2);
	test_smccc(false);
	test_smccc(true);
	test_normal();
	test_unknown();
	test_features();
	test_cpu_on();
	test_others();
	test_race();
	return tap_done();
}
