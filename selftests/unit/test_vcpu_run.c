// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs: what goes in from the page that the host shares, what comes out of it, and what
 * a host that lies gets.
 * SOURCES: hyp/pkvm/host_call.c hyp/pkvm/host_call_vm.c hyp/pkvm/host_call_mem.c
 * SOURCES: hyp/pkvm/vm.c hyp/pkvm/vcpu.c hyp/pkvm/vcpu_regs.c hyp/pkvm/vcpu_run.c
 * SOURCES: hyp/pkvm/guest_psci.c hyp/pkvm/no_extra_calls.c
 * CFLAGS: -Wno-unused-parameter
 */
#include "tap.h"
#include "fake_guest.h"
#include "pkvm/state.h"

#define IPA	0x40201238UL
#define ALIAS	(1UL << 39)

/* The guest: events in turn, and what its registers were as each run began. */
static struct guest_event events[4];
static u32 next_event, nr_events;
static struct hyp_vcpu at_entry;
static struct pkvm_run_out out_at_entry;

static void run_events(struct hyp_vcpu *v, struct guest_event *event)
{
	if (!next_event) {
		at_entry = *v;
		out_at_entry = fake_pages[0].out;
	}
	*event = events[next_event < nr_events ? next_event : nr_events - 1];
	next_event++;
}

static struct guest_event abort_of(u64 ipa, bool write, bool isv)
{
	return (struct guest_event){ .kind = GUEST_ABORT, .abort = {
		.ipa = ipa, .write = write, .isv = isv, .size = 4, .rt = 3 } };
}

static u64 vm_handle;
static struct vcpu *vcpu;
static struct pkvm_run *const run = &fake_pages[0];

/* A VM with a vCPU loaded on this CPU, its last exit an IRQ. */
static void begin(bool protected)
{
	struct vm *vm;

	vm_handle = fake_vm(protected, VM_CREATED);
	hcall(VCPU_CREATE, vm_handle, 0, run_page(0));
	hcall(VCPU_CREATE, vm_handle, 1, run_page(1));
	hcall(VM_SEAL, vm_handle, 0, 0);
	vm = vm_get(vm_handle);
	vcpu = vcpu_of(vm, 0);
	vm_put(vm);
	hcall(VCPU_LOAD, vm_handle, 0, 0);
	memset(run, 0, sizeof(*run));
	fake_retry = false;
}

static void end(void)
{
	hcall(VCPU_PUT, 0, 0, 0);
	fake_vm_end(vm_handle);
}

static s64 run_with(struct guest_event a)
{
	events[0] = a;
	nr_events = 1;
	next_event = 0;
	fake_runs = 0;
	return hcall(VCPU_RUN, 0, 0, 0);
}

static s64 run_irq(void)
{
	return run_with((struct guest_event){ .kind = GUEST_IRQ });
}

static void test_plain_exits(void)
{
	static const struct {
		const char *what;
		enum guest_exit kind;
		u32 reason;
	} t[] = {
		{ "an interrupt", GUEST_IRQ, PKVM_EXIT_IRQ },
		{ "an SError", GUEST_SERROR, PKVM_EXIT_SERROR },
		{ "WFE", GUEST_WFE, PKVM_EXIT_WFE },
		{ "a kick", GUEST_KICK, PKVM_EXIT_KICK },
		{ "a free list register", GUEST_MAINTENANCE, PKVM_EXIT_MAINTENANCE },
		{ "WFI", GUEST_WFI, PKVM_EXIT_WFI },
		{ "an SGI", GUEST_SGI, PKVM_EXIT_SGI },
	};
	u32 i, p, word, wrong;

	for (p = 0; p < 2; p++) {
		begin(p);
		for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
			memset(&run->out, 0xaa, sizeof(run->out));
			vcpu->hw.x[0] = 0x5ec7e7;
			is_num(run_with((struct guest_event){ .kind = t[i].kind, .sgi = 0x77 }), 0,
			       "%s ends a run, protected %u", t[i].what, p);
			for (word = wrong = 0; word < 12; word++)
				wrong += run->out.words[word] && !(word == 0 &&
					(run->out.words[0] == 0x77 || run->out.words[0] == 0x123456));
			ok(run->out.reason == t[i].reason && !wrong && run->out.lines == PKVM_LINE_VTIMER,
			   "%s: the reason, the lines, and nothing else, protected %u", t[i].what, p);
		}
		ok(run->out.sgi.value == 0x77, "the SGI's value, protected %u", p);
		run_with((struct guest_event){ .kind = GUEST_WFI });
		ok(run->out.wfi.deadline == 0x123456, "the deadline of WFI, protected %u", p);
		end();
	}
}

static void test_mmio(bool p)
{
	u64 at = IPA | (p ? ALIAS : 0);

	begin(p);
	run_with(abort_of(at, false, true));
	ok(run->out.reason == PKVM_EXIT_MMIO && run->out.mmio.ipa == IPA && run->out.mmio.size == 4 &&
	   !run->out.mmio.write && !run->out.mmio.data, "a load: address, size, direction, protected %u", p);
	vcpu->hw.x[3] = 7;
	vcpu->hw.pc = 0x1000;
	run->in.flags = PKVM_RUN_MMIO_DONE;
	run->in.value = 0x1234;
	run_irq();
	ok(at_entry.x[3] == 0x1234 && at_entry.pc == 0x1004, "the host's data comes in, protected %u", p);
	refused(PKVM_RET_INVALID, run_irq(), "a load is not completed twice, protected %u", p);
	run->in.flags = 0;

	vcpu->hw.x[3] = 0xaaaabbbbccccddddUL;
	run_with(abort_of(at, true, true));
	ok(run->out.mmio.write && run->out.mmio.data == 0xccccdddd,
	   "a store: its data, cut to the size, protected %u", p);
	run->in.flags = PKVM_RUN_MMIO_DONE;
	run->in.value = 0x9999;
	vcpu->hw.pc = 0x1000;
	run_irq();
	ok(at_entry.pc == 0x1004 && at_entry.x[3] == 0xaaaabbbbccccddddUL,
	   "a store that is done changes no register, protected %u", p);
	run->in.flags = 0;
	run_with(abort_of(at, false, true));
	vcpu->hw.pc = 0x1000;
	run_irq();
	ok(at_entry.pc == 0x1000, "a load without an answer is made again, protected %u", p);
	run->in.flags = PKVM_RUN_MMIO_DONE;
	refused(PKVM_RET_INVALID, run_irq(), "and its answer is too late then, protected %u", p);
	run->in.flags = 0;
	events[0] = abort_of(at, true, true);
	events[0].abort.size = 8;
	events[0].abort.rt = 31;
	run_with(events[0]);
	ok(run->out.mmio.size == 8 && !run->out.mmio.data, "a store of XZR, protected %u", p);
	end();
}

static void test_wrong_answers(void)
{
	begin(true);
	run_irq();
	run->in.flags = PKVM_RUN_MMIO_DONE;
	refused(PKVM_RET_INVALID, run_irq(), "MMIO_DONE that nobody asked for");
	run->in.flags = PKVM_RUN_SMCCC_DONE;
	refused(PKVM_RET_INVALID, run_irq(), "SMCCC_DONE that nobody asked for");
	run->in.flags = 0;
	run_with(abort_of(IPA | ALIAS, false, true));
	run->in.flags = PKVM_RUN_SMCCC_DONE;
	refused(PKVM_RET_INVALID, run_irq(), "SMCCC_DONE for a load");
	run->in.flags = 1 << 3;
	refused(PKVM_RET_INVALID, run_irq(), "an unknown flag");
	run->in.flags = 1U << 31;
	refused(PKVM_RET_INVALID, run_irq(), "the last flag");
	run->in.flags = 0;
	run->in.nr_lrs = 5;
	refused(PKVM_RET_INVALID, run_irq(), "a list register more than there is");
	run->in.nr_lrs = ~0U;
	refused(PKVM_RET_INVALID, run_irq(), "all ones of list registers");
	run->in.nr_lrs = 4;
	fake_gic_ret = -1;
	refused(PKVM_RET_INVALID, run_irq(), "list registers that gic_check() refuses");
	fake_gic_ret = 0;
	run->in.nr_lrs = 0;
	run->in.flags = PKVM_RUN_MMIO_DONE;
	run->in.value = 5;
	ok(!run_irq() && at_entry.x[3] == 5, "after all of that the load still waits for its answer");
	end();
}

static void test_smccc(void)
{
	u32 i, wrong = 0;

	begin(false);
	for (i = 0; i < 31; i++)
		vcpu->hw.x[i] = 0x100 + i;
	run_with((struct guest_event){ .kind = GUEST_SMCCC, .smc = true });
	for (i = 0; i < 8; i++)
		wrong += run->out.smccc.x[i] != 0x100 + i;
	ok(!wrong && run->out.smccc.smc == 1 && run->out.reason == PKVM_EXIT_SMCCC,
	   "a normal guest's call: x0 to x7, and how");
	run->in.flags = PKVM_RUN_MMIO_DONE;
	refused(PKVM_RET_INVALID, run_irq(), "MMIO_DONE for a call");
	run->in.flags = PKVM_RUN_SMCCC_DONE;
	for (i = 0; i < 4; i++)
		run->in.x[i] = 0x900 + i;
	run_irq();
	for (i = 0; i < 31; i++)
		wrong += at_entry.x[i] != (i < 4 ? 0x900 : 0x100) + i;
	is_num(wrong, 0, "its results come in by x0 to x3 only");
	refused(PKVM_RET_INVALID, run_irq(), "and once");
	end();
}

static void test_fault_normal(void)
{
	struct guest_event e;

	begin(false);
	e = abort_of(IPA, false, false);
	run_with(e);
	ok(run->out.reason == PKVM_EXIT_MMIO_UNDECODED && run->out.fault.ipa == IPA &&
	   !run->out.fault.flags, "a load that the CPU does not decode");
	run->in.flags = PKVM_RUN_MMIO_DONE;
	refused(PKVM_RET_INVALID, run_irq(), "which cannot be completed");
	run->in.flags = 0;
	e = abort_of(IPA, false, true);
	e.abort.exec = true;
	run_with(e);
	ok(run->out.reason == PKVM_EXIT_FAULT && run->out.fault.ipa == 0x40201000 &&
	   run->out.fault.flags == PKVM_FAULT_EXEC, "a fetch: the page only");
	e = abort_of(IPA, true, true);
	e.abort.s1ptw = e.abort.permission = true;
	run_with(e);
	ok(run->out.reason == PKVM_EXIT_FAULT &&
	   run->out.fault.flags == (PKVM_FAULT_WRITE | PKVM_FAULT_PERMISSION), "a walk that writes");
	e = abort_of(IPA, true, false);
	e.abort.cm = true;
	run_with(e);
	ok(run->out.reason == PKVM_EXIT_FAULT &&
	   run->out.fault.flags == (PKVM_FAULT_WRITE | PKVM_FAULT_CACHE), "cache maintenance");
	vcpu->hw.pc = 0x1000;
	run->in.flags = PKVM_RUN_MMIO_DONE;
	ok(!run_irq() && at_entry.pc == 0x1004, "which the host may skip");
	run->in.flags = 0;
	fake_retry = true;
	events[0] = abort_of(IPA, false, true);
	events[1].kind = GUEST_WFE;
	nr_events = 2;
	next_event = 0;
	fake_runs = 0;
	ok(!hcall(VCPU_RUN, 0, 0, 0) && run->out.reason == PKVM_EXIT_WFE && fake_runs == 2,
	   "a page that has come meanwhile: the access is made again, the host is not asked");
	fake_retry = false;
	run_with(abort_of(1UL << 45, false, true));
	ok(run->out.reason == PKVM_EXIT_MMIO && run->out.mmio.ipa == 1UL << 45,
	   "beyond the VM's address space it is the host's to refuse");
	end();
}

/* By RIPAS and kind of access: F fault, M MMIO, A abort to the guest. */
static void test_fault_protected(void)
{
	static const char *const ripas[] = { "EMPTY", "RAM", "DESTROYED" };
	static const struct {
		const char *what;
		bool alias, isv, exec, walk, cm;
		char want[4];
	} t[] = {
		{ "a decoded load", false, true, false, false, false, "AFA" },
		{ "a load that is not decoded", false, false, false, false, false, "AFA" },
		{ "a fetch", false, false, true, false, false, "AFA" },
		{ "a walk", false, false, false, true, false, "AFA" },
		{ "cache maintenance", false, false, false, false, true, "AFA" },
		{ "a decoded load of the alias", true, true, false, false, false, "MMM" },
		{ "a load of the alias that is not decoded", true, false, false, false, false, "AAA" },
		{ "a fetch from the alias", true, true, true, false, false, "AAA" },
		{ "a walk of the alias", true, true, false, true, false, "AAA" },
		{ "cache maintenance of the alias", true, true, false, false, true, "AAA" },
	};
	u32 i, r;

	begin(true);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		for (r = S2_EMPTY; r <= S2_DESTROYED; r++) {
			struct guest_event e = abort_of(IPA | (t[i].alias ? ALIAS : 0), true, t[i].isv);
			char got;

			e.abort.exec = t[i].exec;
			e.abort.s1ptw = t[i].walk;
			e.abort.cm = t[i].cm;
			fake_leaf = (struct s2_leaf){ .empty = r };
			fake_seas = 0;
			events[0] = e;
			events[1].kind = GUEST_IRQ;
			nr_events = 2;
			next_event = 0;
			hcall(VCPU_RUN, 0, 0, 0);
			got = fake_seas ? 'A' : run->out.reason == PKVM_EXIT_MMIO ? 'M' :
			      run->out.reason == PKVM_EXIT_FAULT ? 'F' : '?';
			ok(got == t[i].want[r], "%s where RIPAS is %s", t[i].what, ripas[r]);
			if (got == 'F' && (run->out.fault.ipa != 0x40201000 || run->out.fault.flags))
				ok(false, "the host learns more than the page of %s", t[i].what);
		}
	}
	fake_seas = 0;
	events[0] = abort_of(1UL << 41, false, true);
	next_event = 0;
	hcall(VCPU_RUN, 0, 0, 0);
	ok(fake_seas == 1, "beyond the VM's address space: an abort to the guest");
	end();
}

static void test_lrs(void)
{
	u32 i;

	begin(true);
	for (i = 0; i < 16; i++)
		run->in.lr[i] = 0x50a0000000000000UL + i;
	run->in.nr_lrs = 3;
	run->in.flags = PKVM_RUN_MAINTENANCE;
	memset(run->out.lr, 0xaa, sizeof(run->out.lr));
	run_irq();
	ok(fake_gic_nr == 3 && at_entry.gic.nr_lrs == 3 && at_entry.gic.underflow_exit &&
	   at_entry.gic.lr[2] == run->in.lr[2], "list registers are checked, then taken");
	ok(run->out.nr_lrs == 3 && run->out.lr[2] == run->in.lr[2] && run->out.lr[3] == 0xaaaaaaaaaaaaaaaaUL,
	   "and come back, those in use");
	run->in.nr_lrs = 0;
	run->in.flags = 0;
	run_irq();
	ok(!at_entry.gic.nr_lrs && !at_entry.gic.underflow_exit, "none is none");
	end();
}

/*
 * The page changes under EL2's hands: between the read of the first words and of the
 * list registers, between the check and the use, while the guest runs.
 */
static u32 looks;

static void scribble_words(void)
{
	memset(&run->in, 0xee, offsetof(struct pkvm_run_in, lr));
}

static void scribble_all(void)
{
	if (looks++)
		memset(&run->in, 0xee, sizeof(run->in));
}

static void propose(void)
{
	memset(run, 0, sizeof(*run));
	run_with(abort_of(IPA | ALIAS, false, true));
	run->in.flags = PKVM_RUN_MMIO_DONE;
	run->in.value = 0x11;
	run->in.nr_lrs = 1;
	run->in.lr[0] = 0x22;
}

static void test_single_read(void)
{
	void (*const hooks[])(void) = { scribble_words, scribble_all };
	s64 ret;
	u32 i;

	begin(true);
	for (i = 0; i < 2; i++) {
		propose();
		looks = 0;
		fake_gic_hook = hooks[i];
		ret = run_irq();
		fake_gic_hook = NULL;
		ok(!ret && at_entry.x[3] == 0x11 && fake_gic_lr0 == 0x22 && fake_gic_nr == 1 &&
		   at_entry.gic.lr[0] == 0x22 && at_entry.gic.nr_lrs == 1 &&
		   !at_entry.gic.underflow_exit,
		   "each word is read once: the page changes %s", i ? "after the check" : "before it");
	}
	end();
}

static void scribble(struct hyp_vcpu *v, struct guest_event *event)
{
	run_events(v, event);
	memset(run, 0xee, sizeof(*run));
}

static void test_changes(void)
{
	begin(true);
	run_with(abort_of(IPA | ALIAS, false, true));
	run->in.flags = PKVM_RUN_MMIO_DONE;
	run->in.value = 0x11;
	run->in.nr_lrs = 1;
	run->in.lr[0] = 0x22;
	fake_run = scribble;
	ok(!run_irq() && at_entry.x[3] == 0x11 && vcpu->hw.gic.lr[0] == 0x22 && vcpu->hw.gic.nr_lrs == 1,
	   "what the host writes while the guest runs changes nothing");
	ok(run->out.reason == PKVM_EXIT_IRQ && run->out.nr_lrs == 1 && run->out.lr[0] == 0x22,
	   "and what EL2 writes is from its own copy");
	fake_run = run_events;
	end();
}

static void test_not_runnable(void)
{
	begin(true);
	hcall(VCPU_PUT, 0, 0, 0);
	hcall(VCPU_LOAD, vm_handle, 1, 0);
	refused(PKVM_RET_STATE, run_irq(), "a vCPU that is off does not run");
	vcpu = fake_cpus[0].loaded;
	vcpu->power = VCPU_ON_CLAIMED;
	refused(PKVM_RET_STATE, run_irq(), "nor one whose CPU_ON is still under way");
	vcpu->power = VCPU_ON_PENDING;
	vcpu->on_entry = 0x8000;
	vcpu->on_context = 0x99;
	vcpu->hw.x[5] = vcpu->hw.sys[0] = 0x5ec7e7;
	fake_pages[1].in.nr_lrs = 9;
	refused(PKVM_RET_INVALID, run_irq(), "one that was switched on looks at its page first");
	fake_pages[1].in.nr_lrs = 0;
	ok(!run_irq() && at_entry.pc == 0x8000 && at_entry.x[0] == 0x99 && !at_entry.x[5] &&
	   !at_entry.sys[0] && at_entry.pstate == 0x3c5 && at_entry.vmpidr == 0x80000001,
	   "then begins at its entry, all else as after reset");
	is_num(vcpu->power, VCPU_ON, "and is on");
	vcpu->power = VCPU_ON_PENDING;
	fake_load_ret = -1;
	is_num(run_irq(), PKVM_RET_BUSY, "the host's SVE state in the way of that");
	ok(!fake_cpus[0].loaded && !fake_hw[0] && !fake_window[0] && !fake_runs,
	   "leaves it put, and not run");
	fake_load_ret = 0;
	ok(!hcall(VCPU_LOAD, vm_handle, 1, 0) && !run_irq() && at_entry.pc == 0x8000,
	   "loaded again it begins");
	vcpu->vm->ended = true;
	refused(PKVM_RET_STATE, run_irq(), "a guest that ended itself does not run");
	vcpu->vm->ended = false;
	__atomic_store_n(&vcpu->vm->state, VM_DYING, __ATOMIC_RELAXED);
	refused(PKVM_RET_STATE, run_irq(), "nor one that is dying");
	end();
}

/* Another CPU looks at the VM just between RUNNING and the look at its state. */
static void test_running_state(void)
{
	begin(false);
	is_num(vcpu->vm->state, VM_SEALED, "sealed before its first run");
	run_irq();
	is_num(vcpu->vm->state, VM_RUNNING, "running after it");
	is_num(vcpu->run_state, VCPU_LOADED, "a run that ended leaves the vCPU loaded");
	end();
}

int main(void)
{
	fake_run = run_events;
	fake_set_field(SYS_ID_AA64MMFR0_EL1, 0, 4, 2);
	test_plain_exits();
	test_mmio(false);
	test_mmio(true);
	test_wrong_answers();
	test_smccc();
	test_fault_normal();
	test_fault_protected();
	test_lrs();
	test_single_read();
	test_changes();
	test_not_runnable();
	test_running_state();
	is_num(fake_arena_pages() + fake_pins, 0, "nothing is left");
	return tap_done();
}
