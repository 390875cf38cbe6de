// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMs as the host's calls make and end them: handles, which call is legal when, what
 * lacks memory changes nothing, epochs.
 * SOURCES: hyp/pkvm/host_call.c hyp/pkvm/host_call_vm.c hyp/pkvm/host_call_mem.c
 * SOURCES: hyp/pkvm/vm.c hyp/pkvm/vcpu.c hyp/pkvm/vcpu_regs.c hyp/pkvm/vcpu_run.c
 * SOURCES: hyp/pkvm/guest_psci.c hyp/pkvm/holders.c hyp/pkvm/no_extra_calls.c
 * CFLAGS: -Wno-unused-parameter
 */
#include "tap.h"
#include "fake_guest.h"
#include "pkvm/state.h"

static const char *const state_name[] = {
	"created", "measured", "sealed", "running", "dying", "gone",
};

static void run_irq(struct hyp_vcpu *v, struct guest_event *event)
{
	event->kind = GUEST_IRQ;
}

/*
 * The life cycle, written from Documentation/host-calls.rst: for each call that names a
 * VM, the states in which it is legal, C M S R D; "" where it is not for that kind.
 */
static const struct {
	const char *name;
	u32 fid;
	const char *normal, *protected;
} legal[] = {
	{ "VM_SEAL", PKVM_HOST_VM_SEAL, "CM", "CM" },
	{ "VM_DESTROY", PKVM_HOST_VM_DESTROY, "CMSR", "CMSR" },
	{ "VM_TEARDOWN", PKVM_HOST_VM_TEARDOWN, "D", "D" },
	{ "VCPU_CREATE", PKVM_HOST_VCPU_CREATE, "CMSR", "CM" },
	{ "VCPU_LOAD", PKVM_HOST_VCPU_LOAD, "SR", "SR" },
	{ "VCPU_KICK", PKVM_HOST_VCPU_KICK, "CMSRD", "CMSRD" },
	{ "VCPU_GET_REG", PKVM_HOST_VCPU_GET_REG, "CMSR", "CM" },
	{ "VCPU_SET_REG", PKVM_HOST_VCPU_SET_REG, "CMSR", "CM" },
	{ "GUEST_POPULATE", PKVM_HOST_GUEST_POPULATE, "", "CM" },
	{ "GUEST_DONATE", PKVM_HOST_GUEST_DONATE, "", "SR" },
	{ "GUEST_RECLAIM", PKVM_HOST_GUEST_RECLAIM, "", "CMSR" },
	{ "GUEST_SHARE", PKVM_HOST_GUEST_SHARE, "CMSR", "" },
	{ "GUEST_UNSHARE", PKVM_HOST_GUEST_UNSHARE, "CMSR", "" },
	{ "GUEST_AGE", PKVM_HOST_GUEST_AGE, "CMSR", "" },
	{ "GUEST_SET_RIPAS", PKVM_HOST_GUEST_SET_RIPAS, "", "CM" },
};

/* A VM with vCPU 0, in a state that only calls have led to. */
static u64 vm_in(bool protected, enum vm_state state)
{
	u64 h = fake_vm(protected, state == VM_MEASURED ? VM_MEASURED : VM_CREATED);

	if (hcall(VCPU_CREATE, h, 0, run_page(0)))
		abort();
	if ((state == VM_SEALED || state == VM_RUNNING) && hcall(VM_SEAL, h, 0, 0))
		abort();
	if (state == VM_RUNNING && (hcall(VCPU_LOAD, h, 0, 0) || hcall(VCPU_RUN, 0, 0, 0) ||
				    hcall(VCPU_PUT, 0, 0, 0)))
		abort();
	if (state >= VM_DYING && hcall(VM_DESTROY, h, 0, 0))
		abort();
	if (state == VM_GONE)
		fake_vm_end(h);
	return h;
}

static void test_legal_one(u32 i, bool protected, enum vm_state state)
{
	const char *states = protected ? legal[i].protected : legal[i].normal;
	const char *kind = protected ? "protected" : "normal", *in = state_name[state];
	u64 h = vm_in(protected, state), arg2 = 0;

	if (legal[i].fid == PKVM_HOST_VCPU_CREATE)
		arg2 = 1;	/* there is a vCPU 0 */
	if (legal[i].fid == PKVM_HOST_GUEST_POPULATE)
		arg2 = 0x100000;
	if (state == VM_GONE)
		refused(PKVM_RET_NOENT, hcall(VCPU_LOAD, h, 0, 0), "%s of a %s VM that is gone",
			legal[i].name, kind);
	else if (!states[0])
		refused(PKVM_RET_PERM, hcall5(legal[i].fid, h, arg2, run_page(1), 1, 0),
			"%s is not for a %s VM, %s", legal[i].name, kind, in);
	else if (!strchr(states, "CMSRD"[state]))
		refused(PKVM_RET_STATE, hcall5(legal[i].fid, h, arg2, run_page(1), 1, 0),
			"%s of a %s VM that is %s", legal[i].name, kind, in);
	else
		ok(hcall5(legal[i].fid, h, arg2, run_page(1) & ~0UL, 1, 0) !=
		   PKVM_RET_STATE, "%s may be made for a %s VM that is %s", legal[i].name, kind, in);
	hcall(VCPU_PUT, 0, 0, 0);
	if (state != VM_GONE && vm_count())
		fake_vm_end(h);
}

static void test_legal(void)
{
	u32 i, state;

	for (i = 0; i < sizeof(legal) / sizeof(legal[0]); i++)
		for (state = VM_CREATED; state <= VM_GONE; state++) {
			if (state != VM_MEASURED)	/* only protected ones are measured */
				test_legal_one(i, false, state);
			test_legal_one(i, true, state);
		}
	is_num(vm_count(), 0, "all of these VMs are gone");
	is_num(fake_arena_pages(), 0, "and all of their pages");
	is_num(fake_pins, 0, "and all pins");
}

static void test_create(void)
{
	static const struct {
		const char *what;
		u64 flags, bits, vcpus;
	} bad[] = {
		{ "an unknown flag", 2, 0, 1 }, { "all flags", ~0UL, 0, 1 },
		{ "31 bits of IPA", 0, 31, 1 }, { "41 bits of IPA", 0, 41, 1 },
		{ "all ones of IPA bits", 0, ~0UL, 1 }, { "no vCPU", 0, 0, 0 },
		{ "a vCPU more than there may be", 0, 0, VM_MAX_VCPUS + 1 },
		{ "all ones of vCPUs", 0, 0, ~0UL }, { "2^32 vCPUs and one", 0, 0, (1UL << 32) + 1 },
	};
	struct vm *vm;
	u64 h;
	u32 i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(PKVM_RET_INVALID, hcall(VM_CREATE, bad[i].flags, bad[i].bits, bad[i].vcpus),
			"VM_CREATE refuses %s", bad[i].what);
	fake_set_field(SYS_ID_AA64MMFR0_EL1, 0, 4, 1);
	refused(PKVM_RET_INVALID, hcall(VM_CREATE, 0, 37, 1), "VM_CREATE refuses more than the CPU has");
	ok(!hcall(VM_CREATE, 0, 0, 1), "0 bits: what there is");
	h = hout();
	vm = vm_get(h);
	is_num(vm->ipa_bits, 36, "which is the CPU's");
	vm_put(vm);
	fake_vm_end(h);
	fake_set_field(SYS_ID_AA64MMFR0_EL1, 0, 4, 2);
	ok(!hcall(VM_CREATE, 1, 40, VM_MAX_VCPUS) && hkept(2), "the largest VM there is");
	fake_vm_end(hout());
	for (i = 0; i < 4; i++) {
		fake_arena_left = i;
		refused(PKVM_RET_NOMEM, hcall(VM_CREATE, 0, 40, 1),
			"VM_CREATE without memory at its allocation %u", i + 1);
		is_num(hout(), 5, "wants root, VM, vCPUs and slots, after %u", i);
	}
	fake_arena_left = ~0U;
	h = fake_vm(0, VM_CREATED);
	fake_arena_left = 0;
	refused(PKVM_RET_NOMEM, hcall(VM_CREATE, 0, 32, 1), "VM_CREATE without memory, slots there");
	is_num(hout(), 3, "wants a page less of each");
	fake_arena_left = ~0U;
	fake_vm_end(h);
	is_num(fake_arena_pages(), 0, "nothing is left of any of them");
}

#define NR_HANDLES	1200		/* more than two pages of slots */

static void test_handles(void)
{
	static u64 h[NR_HANDLES], old[NR_HANDLES];
	u32 i, j, wrong = 0;

	for (i = 0; i < NR_HANDLES; i++) {
		h[i] = old[i] = fake_vm(0, VM_CREATED);
		wrong += !h[i];
	}
	is_num(hcall(INFO, PKVM_INFO_VMS, 0, 0) ? 0 : hout(), NR_HANDLES, "INFO counts them");
	for (i = 0; i < NR_HANDLES; i++)
		for (j = 0; j < i; j++)
			wrong += h[i] == h[j];
	is_num(wrong, 0, "1,200 VMs have as many handles, none is 0");
	for (i = 0; i < NR_HANDLES; i += 2)
		fake_vm_end(h[i]);
	for (i = 0; i < NR_HANDLES; i += 2)
		wrong += hcall(VM_SEAL, old[i], 0, 0) != PKVM_RET_NOENT;
	for (i = 0; i < NR_HANDLES; i += 2)
		h[i] = fake_vm(0, VM_CREATED);
	for (i = 0; i < NR_HANDLES; i += 2) {
		wrong += hcall(VM_SEAL, old[i], 0, 0) != PKVM_RET_NOENT;
		for (j = 0; j < NR_HANDLES; j++)
			wrong += old[j] == h[i];
	}
	is_num(wrong, 0, "a handle is never given again, nor good again when its slot is");
	refused(PKVM_RET_NOENT, hcall(VM_SEAL, 0, 0, 0), "handle 0");
	refused(PKVM_RET_NOENT, hcall(VM_SEAL, ~0UL, 0, 0), "handle of all ones");
	refused(PKVM_RET_NOENT, hcall(VM_SEAL, h[1] + (1 << 16), 0, 0), "the next generation, guessed");
	refused(PKVM_RET_NOENT, hcall(VM_SEAL, h[1] & 0xffff, 0, 0), "a slot without a generation");
	refused(PKVM_RET_NOENT, hcall(VM_SEAL, (h[1] & ~0xffffUL) | 0xffff, 0, 0), "a slot without a VM");
	ok(!vm_of_slot(1 << 16) && !vm_of_slot(~0U), "no slot beyond the table");
	for (i = 0; i < NR_HANDLES; i++)
		fake_vm_end(h[i]);
	is_num(fake_arena_pages(), 0, "the table's own pages go with the last VM");
}

static void test_of_slot(void)
{
	u64 h = fake_vm(1, VM_CREATED);
	struct vm *vm = vm_of_slot(h & 0xffff);

	ok(vm && vm->handle == h && hyp_lock_held(&vm->lock), "a slot gives its VM, locked");
	vm_put(vm);
	fake_vm_end(h);
	ok(!vm_of_slot(h & 0xffff) && !fake_ranks_held, "and nothing once it is gone, unlocked");
}

static void test_teardown(void)
{
	u64 h = fake_vm(PKVM_VM_PROTECTED, VM_CREATED);
	u32 i, steps = 0, pages = 0;
	s64 ret;

	for (i = 0; i < 3; i++)
		hcall5(PKVM_HOST_GUEST_POPULATE, h, i << 20, 0x40000000, 100, 0);
	for (i = 0; i < 8; i++)
		hcall(VCPU_CREATE, h, i, run_page(i));
	hcall(VM_SEAL, h, 0, 0);
	hcall(VCPU_LOAD, h, 0, 0);
	refused(PKVM_RET_BUSY, hcall(VM_DESTROY, h, 0, 0), "VM_DESTROY while a vCPU is loaded");
	hcall(VCPU_PUT, 0, 0, 0);
	ok(!hcall(VM_DESTROY, h, 0, 0), "VM_DESTROY when it is not");
	fake_teardown_extra = 70;
	do {
		ret = hcall(VM_TEARDOWN, h, 0, 0);
		pages += hout();
		steps++;
	} while (ret == PKVM_RET_AGAIN && steps < 100);
	ok(!ret && steps > 5 && steps < 10, "VM_TEARDOWN goes in bounded steps");
	is_num(pages, 300, "and says how many pages it gave back");
	refused(PKVM_RET_NOENT, hcall(VM_TEARDOWN, h, 0, 0), "once more: it is gone");
	is_num(fake_pins + fake_arena_pages(), 0, "no pin and no page stays");
}

static void test_memory_calls(void)
{
	u64 p = fake_vm(1, VM_CREATED), n = fake_vm(0, VM_CREATED);

	ok(!hcall5(PKVM_HOST_GUEST_POPULATE, p, 0x2000, 0x40000000, 2, 0) && hkept(1) &&
	   !strcmp(fake_verb, "populate"), "GUEST_POPULATE gives with contents");
	refused(PKVM_RET_INVALID, hcall5(PKVM_HOST_GUEST_POPULATE, p, 0x3000, 0x40000000, 1, 0),
		"GUEST_POPULATE below what it had last");
	ok(!hcall5(PKVM_HOST_GUEST_POPULATE, p, 0x4000, 0x40000000, 1, 0),
	   "GUEST_POPULATE just above");
	fake_verb_ret = PKVM_RET_BUSY;
	refused(PKVM_RET_BUSY, hcall5(PKVM_HOST_GUEST_POPULATE, p, 0x9000, 0x40000000, 1, 0),
		"GUEST_POPULATE of a page in use");
	fake_verb_ret = PKVM_RET_NOMEM;
	fake_verb_want = 3;
	refused(PKVM_RET_NOMEM, hcall5(PKVM_HOST_GUEST_POPULATE, p, 0x9000, 0x40000000, 1, 0),
		"GUEST_POPULATE without memory");
	is_num(hout(), 3, "says how many pages it lacks");
	fake_verb_ret = 0;
	ok(!hcall5(PKVM_HOST_GUEST_POPULATE, p, 0x5000, 0x40000000, 1, 0),
	   "an error did not move the order");
	refused(PKVM_RET_INVALID, hcall5(PKVM_HOST_GUEST_SET_RIPAS, p, 0, 8, PKVM_RIPAS_DESTROYED, 0),
		"GUEST_SET_RIPAS to DESTROYED is not the host's");
	refused(PKVM_RET_INVALID, hcall5(PKVM_HOST_GUEST_SET_RIPAS, p, 0, 8, ~0UL, 0),
		"GUEST_SET_RIPAS to nonsense");
	ok(!hcall5(PKVM_HOST_GUEST_SET_RIPAS, p, 0x8000, 8, PKVM_RIPAS_RAM, 0) && hout() == 5 &&
	   fake_arg[2] == S2_RAM, "GUEST_SET_RIPAS to RAM says what is done");
	fake_verb_ret = PKVM_RET_AGAIN;
	ok(hcall5(PKVM_HOST_GUEST_SET_RIPAS, p, 0x8000, 8, PKVM_RIPAS_EMPTY, 0) == PKVM_RET_AGAIN &&
	   hout() == 5 && fake_arg[2] == S2_EMPTY, "GUEST_SET_RIPAS in part: AGAIN, and how far");
	fake_verb_ret = PKVM_RET_EXIST;
	refused(PKVM_RET_EXIST, hcall5(PKVM_HOST_GUEST_SET_RIPAS, p, 0, 8, PKVM_RIPAS_RAM, 0),
		"GUEST_SET_RIPAS where a page is");
	refused(PKVM_RET_EXIST, hcall5(PKVM_HOST_GUEST_UNSHARE, n, 0, 8, 0, 0), "GUEST_UNSHARE refused");
	refused(PKVM_RET_EXIST, hcall5(PKVM_HOST_GUEST_AGE, n, 0, 8, 0, 0), "GUEST_AGE refused");
	refused(PKVM_RET_EXIST, hcall5(PKVM_HOST_GUEST_SHARE, n, 0, 0, 8, 0), "GUEST_SHARE refused");
	refused(PKVM_RET_EXIST, hcall5(PKVM_HOST_GUEST_RECLAIM, p, 0, 8, 0, 0), "GUEST_RECLAIM refused");
	refused(PKVM_RET_EXIST, hcall(ARENA_DONATE, 0x40000000, 0, 0), "ARENA_DONATE refused");
	refused(PKVM_RET_EXIST, hcall(ARENA_RECLAIM, 0, 0, 0), "ARENA_RECLAIM refused");
	fake_verb_ret = 0;
	ok(!hcall5(PKVM_HOST_GUEST_SHARE, n, 0x1000, 0x2000, 3, 5) && fake_arg[0] == 0x1000 &&
	   fake_arg[1] == 0x2000 && fake_arg[2] == 3 && fake_arg[3] == 5 && hkept(1),
	   "GUEST_SHARE passes its arguments on");
	ok(!hcall5(PKVM_HOST_GUEST_UNSHARE, n, 0x1000, 3, 0, 0) && hout() == 77 && hkept(2),
	   "GUEST_UNSHARE says what it dropped");
	ok(!hcall5(PKVM_HOST_GUEST_AGE, n, 0x1000, 3, 0, 0) && hout() == 1 && hkept(2),
	   "GUEST_AGE says young");
	ok(!hcall5(PKVM_HOST_GUEST_RECLAIM, p, 0x1000, 3, 0, 0) && fake_arg[1] == 3 && hkept(1),
	   "GUEST_RECLAIM passes its arguments on");
	hcall(VM_SEAL, p, 0, 0);
	ok(!hcall5(PKVM_HOST_GUEST_DONATE, p, 0x1000, 0x3000, 4, 0) && !strcmp(fake_verb, "donate") &&
	   fake_arg[1] == 0x3000 && fake_arg[2] == 4, "GUEST_DONATE gives without contents");
	ok(!hcall(ARENA_DONATE, 0x40200000, 0, 0) && fake_arg[0] == 0x40200000, "ARENA_DONATE");
	ok(!hcall(ARENA_RECLAIM, 0, 0, 0) && hout() == 0x40200000, "ARENA_RECLAIM says which");
	refused(PKVM_RET_INVALID, hcall(REGISTER, 0, 0, 0), "REGISTER of number 0");
	ok(!hcall(REGISTER, 0x1234, 0, 0) && fake_registered == 0x1234, "REGISTER reaches the epoch");
	fake_vm_end(p);
	fake_vm_end(n);
}

static void test_epoch(void)
{
	const struct epoch_holder *vms = epoch_holders[0];
	u64 old = fake_vm(1, VM_CREATED), other = fake_vm(0, VM_CREATED), new;
	struct vm *vm;
	u32 done;

	hcall5(PKVM_HOST_GUEST_POPULATE, old, 0, 0x40000000, 9, 0);
	hcall(VCPU_CREATE, old, 0, run_page(0));
	hcall(VCPU_CREATE, old, 1, run_page(1));
	hcall(VM_SEAL, old, 0, 0);
	ok(!vm_old_next() && !vms->old_pages(), "in their own epoch no VM is old");
	is_num(vm_count_of(1), 2, "two VMs are of epoch 1");
	fake_run = run_irq;
	fake_on = 2;
	hcall(VCPU_LOAD, old, 0, 0);
	fake_on = 0;
	hcall(VCPU_LOAD, old, 1, 0);

	fake_epoch = 2;
	vms->end(1);
	ok(!fake_cpus[0].loaded && fake_cpus[2].loaded, "the end puts what its own CPU has loaded");
	is_num(vms->old_pages(), 9, "pages held for the old epoch");
	fake_on = 2;
	refused(PKVM_RET_STATE, hcall(VCPU_RUN, 0, 0, 0), "a vCPU loaded elsewhere does not run again");
	fake_on = 0;
	refused(PKVM_RET_STATE, hcall(VCPU_LOAD, old, 1, 0), "VCPU_LOAD of an old VM");
	refused(PKVM_RET_STATE, hcall(VM_DESTROY, other, 0, 0), "VM_DESTROY of an old VM: it is dying");
	new = fake_vm(1, VM_SEALED);
	is_num(vm_count_of(1), 2, "a new VM is of the new epoch");
	is_num(vm_count_of(2), 1, "in a page of slots of its own");
	refused(PKVM_RET_BUSY, hcall(VM_TEARDOWN, old, 0, 0), "VM_TEARDOWN with a vCPU still loaded");
	vm = vm_old_next();
	ok(vm && vm->handle == old, "vm_old_next() begins with the first");
	ok(vm_teardown(vm, 100, &done) == PKVM_RET_BUSY && done >= 9 && !vm->pages,
	   "its pages go, what the CPU knows does not");
	vm_put(vm);
	vm = vm_old_next();
	ok(vm && vm->handle == other, "then it is the other's turn");
	ok(!vm_teardown(vm, 100, &done), "which goes");
	vm_put(vm);
	vm = vm_old_next();
	ok(vm && vm->handle == old, "and the first's again");
	vm_put(vm);
	fake_on = 2;
	ok(!hcall(VCPU_PUT, 0, 0, 0), "VCPU_PUT of an old VM's vCPU");
	vm = vm_old_next();
	ok(vm && !vm_teardown(vm, 100, &done), "now all of it goes");
	vm_put(vm);
	ok(!vm_old_next(), "no old VM is left");
	is_num(vm_count(), 1, "and the new one lives");
	fake_vm_end(new);
	is_num(fake_arena_pages() + fake_pins, 0, "nothing of either is left");
	fake_epoch = 1;
	fake_on = 0;
}

static void (*while_running)(void);
static u64 running;

static void run_hook(struct hyp_vcpu *v, struct guest_event *event)
{
	while_running();
	event->kind = GUEST_IRQ;
}

/* Another CPU's teardown while a vCPU is between entry and exit. */
static void teardown_elsewhere(void)
{
	struct vm *vm;
	u32 done;

	fake_on = 1;
	fake_epoch = 2;
	vm = vm_get(running);
	ok(vm->state == VM_DYING && vm_teardown(vm, 100, &done) == PKVM_RET_BUSY && !done &&
	   vm->pages == 4, "a guest that runs keeps its pages until it comes out");
	vm_put(vm);
	fake_on = 0;
}

static void wipe_elsewhere(void)
{
	struct vm *vm;

	fake_on = 1;
	epoch_holders[0]->wipe();
	vm = vm_get(running);
	ok(vm->state == VM_DYING && vm->pages == 4,
	   "a wipe ends a guest that runs, and leaves it its tables");
	vm_put(vm);
	fake_on = 0;
}

static u64 running_vm(void)
{
	u64 h = fake_vm(1, VM_CREATED);

	hcall5(PKVM_HOST_GUEST_POPULATE, h, 0, 0x40000000, 4, 0);
	hcall(VCPU_CREATE, h, 0, run_page(0));
	hcall(VM_SEAL, h, 0, 0);
	hcall(VCPU_LOAD, h, 0, 0);
	fake_run = run_hook;
	return h;
}

static void test_wipe(void)
{
	u64 n = fake_vm(0, VM_SEALED), p = fake_vm(1, VM_MEASURED);
	struct vm *vm;

	running = running_vm();
	while_running = teardown_elsewhere;
	ok(!hcall(VCPU_RUN, 0, 0, 0), "that run ends as ever");
	refused(PKVM_RET_STATE, hcall(VCPU_RUN, 0, 0, 0), "and no other begins");
	fake_epoch = 1;
	hcall(VCPU_PUT, 0, 0, 0);
	fake_vm_end(running);

	running = running_vm();
	while_running = wipe_elsewhere;
	hcall(VCPU_RUN, 0, 0, 0);
	is_num(fake_wipes, 1, "whose pages are zeroed where they are");
	epoch_holders[1]->wipe();
	ok(!vm_get(p), "a wipe ends protected VMs, registers and all");
	refused(PKVM_RET_STATE, hcall(VCPU_RUN, 0, 0, 0), "the one that ran does not run again");
	vm = vm_get(n);
	ok(vm && vm->state == VM_SEALED, "and leaves a normal one, which has the host's own pages");
	vm_put(vm);
	hcall(VCPU_PUT, 0, 0, 0);
	fake_vm_end(running);
	fake_vm_end(n);
	is_num(fake_arena_pages() + fake_pins, 0, "nothing is lost by a wipe");
}

int main(void)
{
	fake_run = run_irq;
	fake_set_field(SYS_ID_AA64MMFR0_EL1, 0, 4, 2);
	test_create();
	test_handles();
	test_of_slot();
	test_legal();
	test_teardown();
	test_memory_calls();
	test_epoch();
	test_wipe();
	return tap_done();
}
