// SPDX-License-Identifier: GPL-2.0-only
/* The life of a VM, and the calls that are legal in each part of it. */
#include "test.h"
#include "vm.h"

static struct vm vm, other;

static bool life(u64 flags)
{
	struct did did;

	CHECK_OR(agent_make(&vm, flags, 1), false);
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME_OR(did.exit, AGENT_DONE, false);
	SAME_OR(did.esr, 0, false);
	SAME_OR(did.result, *(u64 *)agent.start, false);
	CHECK_OR(vcpu_put(), false);
	CHECK_OR(vm_end(&vm), false);
	SAME_OR(info(PKVM_INFO_VMS), 0, false);
	return true;
}

static void life_of_a_normal_vm(void)
{
	life(0);
}

static void life_of_a_protected_vm(void)
{
	life(PKVM_VM_PROTECTED);
}

static void wrong_arguments(void)
{
	CHECK(arena_give());
	SAME(hc3(PKVM_HOST_VM_CREATE, 2, 40, 1), PKVM_RET_INVALID);
	SAME(hc3(PKVM_HOST_VM_CREATE, ~0UL, 40, 1), PKVM_RET_INVALID);
	SAME(hc3(PKVM_HOST_VM_CREATE, 0, 31, 1), PKVM_RET_INVALID);
	SAME(hc3(PKVM_HOST_VM_CREATE, 0, 41, 1), PKVM_RET_INVALID);
	SAME(hc3(PKVM_HOST_VM_CREATE, 0, ~0UL, 1), PKVM_RET_INVALID);
	SAME(hc3(PKVM_HOST_VM_CREATE, 0, 40, 0), PKVM_RET_INVALID);
	SAME(hc3(PKVM_HOST_VM_CREATE, 0, 40, ~0UL), PKVM_RET_INVALID);
	SAME(info(PKVM_INFO_VMS), 0);
	SAME(info(PKVM_INFO_ARENA_FREE_PAGES), 511);
}

static const u32 with_handle[] = {
	PKVM_HOST_VM_SEAL, PKVM_HOST_VM_DESTROY, PKVM_HOST_VM_TEARDOWN, PKVM_HOST_VCPU_CREATE,
	PKVM_HOST_VCPU_LOAD, PKVM_HOST_VCPU_KICK, PKVM_HOST_VCPU_GET_REG, PKVM_HOST_VCPU_SET_REG,
	PKVM_HOST_GUEST_POPULATE, PKVM_HOST_GUEST_DONATE, PKVM_HOST_GUEST_RECLAIM,
	PKVM_HOST_GUEST_SHARE, PKVM_HOST_GUEST_UNSHARE, PKVM_HOST_GUEST_AGE,
	PKVM_HOST_GUEST_SET_RIPAS,
};

/* Every call with good arguments for it but for the handle. */
static s64 call_with(u32 fid, u64 handle, u64 pa)
{
	switch (fid) {
	case PKVM_HOST_VCPU_CREATE:
		return hc3(fid, handle, 0, pa);
	case PKVM_HOST_GUEST_POPULATE:
	case PKVM_HOST_GUEST_DONATE:
		return hc4(fid, handle, GUEST_RAM, pa, 1);
	case PKVM_HOST_GUEST_SHARE:
		return hc(fid, handle, GUEST_RAM, pa, 1, PKVM_PROT_READ, NULL);
	case PKVM_HOST_GUEST_RECLAIM:
	case PKVM_HOST_GUEST_UNSHARE:
	case PKVM_HOST_GUEST_AGE:
		return hc3(fid, handle, GUEST_RAM, 1);
	case PKVM_HOST_GUEST_SET_RIPAS:
		return hc4(fid, handle, GUEST_RAM, 1, PKVM_RIPAS_RAM);
	default:
		return hc4(fid, handle, 0, 0, 0);
	}
}

static bool nobody_answers(u64 handle, u64 pa)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(with_handle); i++)
		SAME_OR(call_with(with_handle[i], handle, pa), PKVM_RET_NOENT, false);
	return true;
}

static void handles(void)
{
	u64 pa = pages_take(1, PAGE), old, i;

	CHECK(vm_create(&vm, PKVM_VM_PROTECTED, 1));
	old = vm.handle;
	CHECK(nobody_answers(0, pa));
	CHECK(nobody_answers(~0UL, pa));
	for (i = 0; i < 64; i++)
		CHECK(nobody_answers(old ^ 1UL << i, pa));
	CHECK(vm_end(&vm));
	CHECK(nobody_answers(old, pa));
	CHECK(vm_create(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(vm.handle != old);
	CHECK(nobody_answers(old, pa));
	write64(pa, 1);
	pages_give(pa, 1);
}

static void before_the_seal(void)
{
	u64 pa = pages_take(1, PAGE);

	CHECK(vm_create(&vm, PKVM_VM_PROTECTED, 2));
	SAME(hc2(PKVM_HOST_VCPU_LOAD, vm.handle, 0), PKVM_RET_STATE);
	SAME(hc4(PKVM_HOST_GUEST_DONATE, vm.handle, GUEST_RAM, pa, 1), PKVM_RET_STATE);
	SAME(hc1(PKVM_HOST_VM_TEARDOWN, vm.handle), PKVM_RET_STATE);
	/* Of the other kind of VM. */
	SAME(hc(PKVM_HOST_GUEST_SHARE, vm.handle, GUEST_RAM, pa, 1, PKVM_PROT_READ, NULL), PKVM_RET_PERM);
	SAME(hc3(PKVM_HOST_GUEST_UNSHARE, vm.handle, GUEST_RAM, 1), PKVM_RET_PERM);
	SAME(hc3(PKVM_HOST_GUEST_AGE, vm.handle, GUEST_RAM, 1), PKVM_RET_PERM);
	write64(pa, 1);
	pages_give(pa, 1);
}

static void after_the_seal(void)
{
	u64 pa = pages_take(2, PAGE);

	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	SAME(hc1(PKVM_HOST_VM_SEAL, vm.handle), PKVM_RET_STATE);
	SAME(hc4(PKVM_HOST_GUEST_POPULATE, vm.handle, GUEST_RAM + 2 * PAGE, pa, 1), PKVM_RET_STATE);
	SAME(hc4(PKVM_HOST_GUEST_SET_RIPAS, vm.handle, GUEST_RAM + 2 * PAGE, 1, PKVM_RIPAS_EMPTY),
	     PKVM_RET_STATE);
	SAME(hc3(PKVM_HOST_VCPU_CREATE, vm.handle, 0, pa), PKVM_RET_STATE);
	write64(pa, 1);
	pages_give(pa, 2);
}

static void after_the_end(void)
{
	u64 pa = pages_take(1, PAGE), ret, i;

	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	SAME(hc1(PKVM_HOST_VM_DESTROY, vm.handle), PKVM_RET_SUCCESS);
	vm.destroyed = true;
	for (i = 0; i < ARRAY_SIZE(with_handle); i++) {
		/* The first two are the way on; a kick of what does not run is nothing. */
		if (with_handle[i] == PKVM_HOST_VM_TEARDOWN || with_handle[i] == PKVM_HOST_VM_DESTROY ||
		    with_handle[i] == PKVM_HOST_VCPU_KICK)
			continue;
		ret = call_with(with_handle[i], vm.handle, pa);
		/* A call of normal VMs may say that first. */
		CHECK(ret == (u64)PKVM_RET_STATE || ret == (u64)PKVM_RET_PERM);
	}
	write64(pa, 1);
	pages_give(pa, 1);
}

static void vcpus_are_checked(void)
{
	u64 pa = pages_take(1, PAGE);

	CHECK(vm_create(&vm, 0, 2));
	SAME(hc3(PKVM_HOST_VCPU_CREATE, vm.handle, 2, pa), PKVM_RET_INVALID);
	SAME(hc3(PKVM_HOST_VCPU_CREATE, vm.handle, ~0UL, pa), PKVM_RET_INVALID);
	SAME(hc3(PKVM_HOST_VCPU_CREATE, vm.handle, 1, pa), PKVM_RET_EXIST);
	CHECK(vm_create(&other, 0, 1));
	SAME(hc1(PKVM_HOST_VM_DESTROY, other.handle), PKVM_RET_SUCCESS);
	other.destroyed = true;
	pages_give(pa, 1);
}

static void load_and_put(void)
{
	CHECK(vm_make(&vm, 0, 2, agent, 1, NULL));
	CHECK(vm_make(&other, 0, 1, agent, 1, NULL));
	SAME(hc1(PKVM_HOST_VCPU_PUT, 0), PKVM_RET_STATE);
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_STATE);
	SAME(hc2(PKVM_HOST_VCPU_LOAD, vm.handle, 2), PKVM_RET_NOENT);
	SAME(hc2(PKVM_HOST_VCPU_LOAD, vm.handle, ~0UL), PKVM_RET_NOENT);
	CHECK(vcpu_load(&vm, 0));
	SAME(hc2(PKVM_HOST_VCPU_LOAD, vm.handle, 0), PKVM_RET_BUSY);
	SAME(hc2(PKVM_HOST_VCPU_LOAD, vm.handle, 1), PKVM_RET_BUSY);
	SAME(hc2(PKVM_HOST_VCPU_LOAD, other.handle, 0), PKVM_RET_BUSY);
	CHECK(vcpu_put());
	SAME(hc1(PKVM_HOST_VCPU_PUT, 0), PKVM_RET_STATE);
	CHECK(vcpu_load(&other, 0));
	CHECK(vcpu_put());
}

static void kick_ends_a_run(void)
{
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	SAME(hc2(PKVM_HOST_VCPU_KICK, vm.handle, 0), PKVM_RET_SUCCESS);
	SAME(vcpu_run(&vm, 0), PKVM_EXIT_KICK);
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.exit, AGENT_DONE);
	SAME(hc2(PKVM_HOST_VCPU_KICK, vm.handle, 1), PKVM_RET_NOENT);
}

/* More than there are 8-bit VMIDs; each runs, twice, with pages of its own. */
static void more_vms_than_vmids(void)
{
	u32 n = full_run ? 1200 : 300, i, round;
	struct vm **vms = (void *)pages_take(4, PAGE);

	for (i = 0; i < n; i++) {
		vms[i] = vm_alloc();
		CHECK(agent_make(vms[i], i & 1 ? PKVM_VM_PROTECTED : 0, 1));
		CHECK(vcpu_put());
	}
	for (round = 0; round < 3; round++) {
		for (i = 0; i < n; i++) {
			u64 op = round ? OP_CHECK : OP_FILL;
			struct did did;

			CHECK(vcpu_load(vms[i], 0));
			did = agent_do(vms[i], 0, op, GUEST_RAM + PAGE, PAGE, i << 20);
			SAME(did.exit, AGENT_DONE);
			SAME(did.esr, 0);
			SAME(did.result, 0);
			CHECK(vcpu_put());
		}
	}
	SAME(info(PKVM_INFO_VMS), n);
	for (i = 0; i < n; i++)
		CHECK(vm_end(vms[i]));
}

static void registration(void)
{
	SAME(hc1(PKVM_HOST_REGISTER, 0), PKVM_RET_INVALID);
	SAME(hc1(PKVM_HOST_REGISTER, 17), PKVM_RET_SUCCESS);
	SAME(hc1(PKVM_HOST_REGISTER, 17), PKVM_RET_SUCCESS);
}

static const struct test tests[] = {
	{ "a normal VM lives and goes", life_of_a_normal_vm },
	{ "a protected VM lives and goes", life_of_a_protected_vm },
	{ "wrong arguments make no VM", wrong_arguments },
	{ "stale and guessed handles name nothing", handles },
	{ "before the seal", before_the_seal },
	{ "after the seal", after_the_seal },
	{ "after it is destroyed", after_the_end },
	{ "indices of vCPUs are checked", vcpus_are_checked },
	{ "load and put", load_and_put },
	{ "a kick ends a run", kick_ends_a_run },
	{ "more VMs than VMIDs", more_vms_than_vmids },
	{ "REGISTER", registration },
	{ NULL },
};

const struct subject subject_vm = { "vm", tests };
