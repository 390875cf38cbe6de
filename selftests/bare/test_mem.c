// SPDX-License-Identifier: GPL-2.0-only
/* Memory of guests: populated, donated, shared, taken back; looked at from both sides. */
#include "test.h"
#include "vm.h"

#define DATA		(GUEST_RAM + PAGE)
#define FAR_DATA	(GUEST_RAM + 16 * BLOCK)
#define FSC_SEA		0x10
#define RWX		(PKVM_PROT_READ | PKVM_PROT_WRITE | PKVM_PROT_EXEC)

static struct vm vm, other;

static bool agent_is(u64 op, u64 a, u64 b, u64 c, u64 result)
{
	struct did did = agent_do(&vm, 0, op, a, b, c);

	SAME_OR(did.exit, AGENT_DONE, false);
	SAME_OR(did.esr, 0, false);
	SAME_OR(did.result, result, false);
	return true;
}

/* The guest's access ends in an external abort of its own. */
static bool agent_aborts(u64 op, u64 a)
{
	struct did did = agent_do(&vm, 0, op, a, 0, 0);

	SAME_OR(did.exit, AGENT_DONE, false);
	SAME_OR(ESR_EC(did.esr), EC_DABT_CUR, false);
	SAME_OR(ESR_FSC(did.esr), FSC_SEA, false);
	SAME_OR(did.far, a, false);
	return true;
}

/* The guest's load or store leaves to the host, which is asked for memory there. */
static bool agent_faults(u64 op, u64 a, u32 kind, u32 flags)
{
	struct did did = agent_do(&vm, 0, op, a, 0, 0);
	struct pkvm_run_out *out = &vm.run[0]->out;

	SAME_OR(did.exit, kind, false);
	SAME_OR(kind == PKVM_EXIT_MMIO ? out->mmio.ipa : out->fault.ipa,
		kind == PKVM_EXIT_MMIO ? a : a & ~(PAGE - 1), false);
	SAME_OR(kind == PKVM_EXIT_MMIO ? out->mmio.write : out->fault.flags, flags, false);
	return true;
}

static bool closed(u64 pa, u64 nr)
{
	u64 i, v;

	for (i = 0; i < nr; i++) {
		SAME_OR(ESR_FSC(try_read(pa + i * PAGE, &v)), FSC_REFUSED, false);
		SAME_OR(v, 0, false);
		SAME_OR(ESR_FSC(try_write(pa + i * PAGE, 1)), FSC_REFUSED, false);
	}
	return true;
}

static void fill(u64 pa, u64 nr, u64 with)
{
	u64 i;

	for (i = 0; i < nr * PAGE; i += 8)
		write64(pa + i, with + i);
}

static void populated_pages_keep_their_bytes(void)
{
	u64 pa = pages_take(4, PAGE), i;

	CHECK(vm_create(&vm, PKVM_VM_PROTECTED, 1));
	SAME(hc_mem(PKVM_HOST_GUEST_SET_RIPAS, vm.handle, GUEST_RAM, 16, PKVM_RIPAS_RAM, 0, NULL), 0);
	memcpy((void *)pa, agent.start, agent.end - agent.start);
	for (i = PAGE; i < 4 * PAGE; i += 8)
		write64(pa + i, GUEST_RAM + i + 77);
	vm_note(&vm, GUEST_RAM, pa, 4);
	SAME(hc_mem(PKVM_HOST_GUEST_POPULATE, vm.handle, GUEST_RAM, pa, 4, 0, NULL), 0);
	CHECK(closed(pa, 4));
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 0, PKVM_REG_PC, GUEST_RAM), 0);
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 0, PKVM_REG_X(0), vm.window), 0);
	CHECK(vm_seal(&vm) && vcpu_load(&vm, 0));
	CHECK(agent_is(OP_CHECK, DATA, 3 * PAGE, 77, 0));
}

static void populate_goes_upwards(void)
{
	u64 pa = pages_take(3, PAGE);

	CHECK(vm_create(&vm, PKVM_VM_PROTECTED, 1));
	SAME(hc_mem(PKVM_HOST_GUEST_SET_RIPAS, vm.handle, GUEST_RAM, 16, PKVM_RIPAS_RAM, 0, NULL), 0);
	vm_note(&vm, GUEST_RAM + 2 * PAGE, pa, 1);
	SAME(hc_mem(PKVM_HOST_GUEST_POPULATE, vm.handle, GUEST_RAM + 2 * PAGE, pa, 1, 0, NULL), 0);
	CHECK(hc4(PKVM_HOST_GUEST_POPULATE, vm.handle, GUEST_RAM, pa + PAGE, 1) < 0);
	CHECK(hc4(PKVM_HOST_GUEST_POPULATE, vm.handle, GUEST_RAM + 2 * PAGE, pa + PAGE, 1) < 0);
	SAME(try_write(pa + PAGE, 1), 0);
	vm_note(&vm, GUEST_RAM + 3 * PAGE, pa + PAGE, 1);
	SAME(hc_mem(PKVM_HOST_GUEST_POPULATE, vm.handle, GUEST_RAM + 3 * PAGE, pa + PAGE, 1, 0, NULL), 0);
	pages_give(pa + 2 * PAGE, 1);
}

static void donated_pages_arrive_zeroed(void)
{
	u64 pa = pages_take(2, PAGE);

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	fill(pa, 2, 0x1234);
	CHECK(agent_faults(OP_READ, FAR_DATA, PKVM_EXIT_FAULT, 0));
	SAME(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA, pa, 2, 0, NULL), 0);
	vm_note(&vm, FAR_DATA, pa, 2);
	CHECK(closed(pa, 2));
	CHECK(agent_is(OP_ZERO, FAR_DATA, 2 * PAGE, 0, 0));
	CHECK(agent_is(OP_FILL, FAR_DATA, 2 * PAGE, 99, 0));
	CHECK(agent_is(OP_CHECK, FAR_DATA, 2 * PAGE, 99, 0));
}

static void reclaimed_pages_are_zero_and_destroyed(void)
{
	u64 pa = pages_take(1, PAGE), fresh = pages_take(1, PAGE);

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	SAME(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA, pa, 1, 0, NULL), 0);
	CHECK(agent_is(OP_FILL, FAR_DATA, PAGE, 99, 0));
	SAME(hc_mem(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA, 1, 0, 0, NULL), 0);
	CHECK(is_zero(pa, 1));
	fill(pa, 1, 5);
	/* Never zeroes in place of what was there. */
	CHECK(agent_aborts(OP_READ, FAR_DATA));
	CHECK(agent_aborts(OP_WRITE, FAR_DATA));
	CHECK(hc4(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA, fresh, 1) < 0);
	SAME(try_write(fresh, 1), 0);
	pages_give(pa, 1);
	pages_give(fresh, 1);
}

static void outside_of_ram_is_an_abort(void)
{
	u64 pa = pages_take(1, PAGE), at = GUEST_RAM - PAGE;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(agent_aborts(OP_READ, at));
	CHECK(agent_aborts(OP_WRITE, 0));
	CHECK(agent_aborts(OP_READ, GUEST_RAM + (1UL << 30)));
	CHECK(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, at, pa, 1, 0, NULL) < 0);
	SAME(try_write(pa, 1), 0);
	/* In the other half there are devices, and the host hears the address without it. */
	vm.read_value = 0x99;
	SAME(agent_do(&vm, 0, OP_READ, vm.window + 0x900, 0, 0).result, 0x99);
	pages_give(pa, 1);
}

static void a_block_splits_and_comes_back(void)
{
	u64 pa = pages_take(512, BLOCK), v, hole = 100;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	fill(pa, 512, 3);
	SAME(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA, pa, 512, 0, NULL), 0);
	CHECK(closed(pa, 512));
	CHECK(agent_is(OP_ZERO, FAR_DATA, BLOCK, 0, 0));
	CHECK(agent_is(OP_FILL, FAR_DATA, BLOCK, 7, 0));
	SAME(hc_mem(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA + hole * PAGE, 1, 0, 0, NULL), 0);
	CHECK(is_zero(pa + hole * PAGE, 1));
	CHECK(closed(pa, hole) && closed(pa + (hole + 1) * PAGE, 511 - hole));
	CHECK(agent_is(OP_CHECK, FAR_DATA, hole * PAGE, 7, 0));
	CHECK(agent_aborts(OP_READ, FAR_DATA + hole * PAGE));
	CHECK(agent_is(OP_CHECK, FAR_DATA + (hole + 1) * PAGE, (511 - hole) * PAGE, 7, 0));
	SAME(hc_mem(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA, hole, 0, 0, NULL), 0);
	SAME(hc_mem(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA + (hole + 1) * PAGE, 511 - hole, 0, 0,
		    NULL), 0);
	CHECK(is_zero(pa, 512));
	SAME(try_read(pa + 511 * PAGE, &v), 0);
	pages_give(pa, 512);
}

static void pages_of_a_host_block(void)
{
	u64 pa = pages_take(512, BLOCK), i, v;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	fill(pa, 512, 0x40);
	for (i = 1; i < 512; i += 37) {
		SAME(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA + i * PAGE, pa + i * PAGE, 1,
			    0, NULL), 0);
		vm_note(&vm, FAR_DATA + i * PAGE, pa + i * PAGE, 1);
	}
	for (i = 0; i < 512; i++) {
		u64 esr = try_read(pa + i * PAGE, &v);

		SAME(ESR_FSC(esr), i % 37 == 1 ? FSC_REFUSED : 0);
		SAME(v, i % 37 == 1 ? 0 : 0x40 + i * PAGE);
	}
	CHECK(vcpu_put());
	/* vm_end() gives the donated ones back; the others are the test's. */
	for (i = 0; i < 512; i++)
		if (i % 37 != 1)
			pages_give(pa + i * PAGE, 1);
}

static void shared_pages_are_seen_by_both(void)
{
	u64 pa, v;

	CHECK(agent_make(&vm, 0, 2));
	pa = vm_pa(&vm, DATA);
	fill(pa, 2, DATA + 5);
	CHECK(agent_is(OP_CHECK, DATA, 2 * PAGE, 5, 0));
	CHECK(agent_is(OP_WRITE, DATA + 8, 0xabcd, 0, 0));
	SAME(try_read(pa + 8, &v), 0);
	SAME(v, 0xabcd);
}

static void read_only_shares(void)
{
	u64 pa = pages_take(1, PAGE);

	CHECK(agent_make(&vm, 0, 1));
	SAME(hc_mem(PKVM_HOST_GUEST_SHARE, vm.handle, FAR_DATA, pa, 1, PKVM_PROT_READ, NULL), 0);
	vm_note(&vm, FAR_DATA, pa, 1);
	write64(pa, 42);
	CHECK(agent_is(OP_READ, FAR_DATA, 0, 0, 42));
	CHECK(agent_faults(OP_WRITE, FAR_DATA, PKVM_EXIT_MMIO, true));
	SAME(read64(pa), 42);
}

static void shares_without_execution(void)
{
	u64 pa = pages_take(1, PAGE);
	struct did did;

	CHECK(agent_make(&vm, 0, 1));
	write32(pa, 0xd65f03c0);
	SAME(hc_mem(PKVM_HOST_GUEST_SHARE, vm.handle, FAR_DATA, pa, 1,
		    PKVM_PROT_READ | PKVM_PROT_WRITE, NULL), 0);
	vm_note(&vm, FAR_DATA, pa, 1);
	did = agent_do(&vm, 0, OP_CALL, FAR_DATA, 0, 0);
	SAME(did.exit, PKVM_EXIT_FAULT);
	SAME(vm.run[0]->out.fault.flags, PKVM_FAULT_EXEC | PKVM_FAULT_PERMISSION);
}

static void unshared_pages_are_gone(void)
{
	u64 dropped, pa = pages_take(1, PAGE);

	CHECK(agent_make(&vm, 0, 1));
	SAME(hc_mem(PKVM_HOST_GUEST_SHARE, vm.handle, FAR_DATA, pa, 1, RWX, NULL), 0);
	CHECK(agent_is(OP_WRITE, FAR_DATA, 1, 0, 0));
	SAME(hc(PKVM_HOST_GUEST_UNSHARE, vm.handle, FAR_DATA, 1, 0, 0, &dropped), 0);
	SAME(dropped, 1);
	SAME(read64(pa), 1);
	CHECK(agent_faults(OP_READ, FAR_DATA, PKVM_EXIT_MMIO, 0));
	/* What the host shares meanwhile is what the same access finds. */
	write64(pa, 77);
	SAME(hc_mem(PKVM_HOST_GUEST_SHARE, vm.handle, FAR_DATA, pa, 1, RWX, NULL), 0);
	vm_note(&vm, FAR_DATA, pa, 1);
	CHECK(agent_is(OP_READ, FAR_DATA, 0, 0, 77));
}

static void a_shared_block_goes_whole(void)
{
	u64 pa = pages_take(512, BLOCK), dropped;

	CHECK(agent_make(&vm, 0, 1));
	SAME(hc_mem(PKVM_HOST_GUEST_SHARE, vm.handle, FAR_DATA, pa, 512, RWX, NULL), 0);
	CHECK(agent_is(OP_FILL, FAR_DATA, BLOCK, 3, 0));
	SAME(hc(PKVM_HOST_GUEST_UNSHARE, vm.handle, FAR_DATA + 9 * PAGE, 1, 0, 0, &dropped), 0);
	SAME(dropped, 512);
	CHECK(agent_faults(OP_READ, FAR_DATA + 500 * PAGE, PKVM_EXIT_MMIO, 0));
	SAME(read64(pa + 8), FAR_DATA + 8 + 3);
	pages_give(pa, 512);
}

static bool age(u64 ipa, u64 nr, u64 expected)
{
	u64 young;

	SAME_OR(hc(PKVM_HOST_GUEST_AGE, vm.handle, ipa, nr, 0, 0, &young), 0, false);
	SAME_OR(young, expected, false);
	return true;
}

static void accesses_are_noted(void)
{
	CHECK(agent_make(&vm, 0, 4));
	CHECK(agent_is(OP_READ, DATA + PAGE, 0, 0, 0));
	CHECK(age(DATA + PAGE, 1, 1));
	CHECK(age(DATA + PAGE, 1, 0));
	CHECK(agent_is(OP_WRITE, DATA + PAGE, 1, 0, 0));
	CHECK(age(DATA, 4, 1));
	CHECK(age(DATA, 4, 0));
}

static void one_page_in_two_vms(void)
{
	u64 pa = pages_take(1, PAGE), third = pages_take(1, PAGE);

	CHECK(vm_make(&other, 0, 1, agent, 1, NULL));
	CHECK(agent_make(&vm, 0, 1));
	SAME(hc_mem(PKVM_HOST_GUEST_SHARE, vm.handle, FAR_DATA, pa, 1, RWX, NULL), 0);
	SAME(hc_mem(PKVM_HOST_GUEST_SHARE, other.handle, FAR_DATA, pa, 1, RWX, NULL), 0);
	SAME(hc_mem(PKVM_HOST_GUEST_SHARE, vm.handle, FAR_DATA + PAGE, pa, 1, RWX, NULL), 0);
	SAME(hc(PKVM_HOST_GUEST_SHARE, vm.handle, FAR_DATA, third, 1, RWX, NULL), PKVM_RET_EXIST);
	SAME(hc3(PKVM_HOST_GUEST_UNSHARE, vm.handle, FAR_DATA, 1), 0);
	CHECK(agent_is(OP_WRITE, FAR_DATA + PAGE, 6, 0, 0));
	SAME(read64(pa), 6);
	vm_note(&other, FAR_DATA, pa, 1);
	pages_give(third, 1);
}

static void teardown_is_bounded(void)
{
	u64 pa = pages_take(2048, BLOCK), i, done, calls = 0;
	s64 ret;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	for (i = 0; i < 2048; i += 512)
		SAME(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA + i * PAGE, pa + i * PAGE, 512,
			    0, NULL), 0);
	SAME(hc_mem(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA + 5 * PAGE, 1, 0, 0, NULL), 0);
	CHECK(vcpu_put());
	SAME(hc1(PKVM_HOST_VM_DESTROY, vm.handle), 0);
	vm.destroyed = true;
	do {
		ret = hc(PKVM_HOST_VM_TEARDOWN, vm.handle, 0, 0, 0, 0, &done);
		CHECK(ret == PKVM_RET_AGAIN || ret == PKVM_RET_SUCCESS);
		if (done > 512)
			say("# %lu pages in one call\n", done);
		CHECK(done <= 1024);
	} while (ret == PKVM_RET_AGAIN && ++calls < 10000);
	SAME(ret, PKVM_RET_SUCCESS);
	CHECK(is_zero(pa, 2048));
	/* vm_end() would ask for the handle. */
	SAME(hc1(PKVM_HOST_VM_DESTROY, vm.handle), PKVM_RET_NOENT);
	vm_gone(&vm);
	pages_give(pa, 2048);
}

static const struct test tests[] = {
	{ "populated pages keep their bytes and leave the host", populated_pages_keep_their_bytes },
	{ "populate goes upwards only", populate_goes_upwards },
	{ "donated pages arrive zeroed and leave the host", donated_pages_arrive_zeroed },
	{ "reclaimed pages are zero here and destroyed there", reclaimed_pages_are_zero_and_destroyed },
	{ "outside of its RAM a protected guest aborts", outside_of_ram_is_an_abort },
	{ "a block splits and comes back", a_block_splits_and_comes_back },
	{ "pages out of the middle of a host block", pages_of_a_host_block },
	{ "shared pages are seen by both", shared_pages_are_seen_by_both },
	{ "a share for reading only", read_only_shares },
	{ "a share that may not be executed", shares_without_execution },
	{ "an unshared page is gone until it is shared again", unshared_pages_are_gone },
	{ "a shared block goes whole", a_shared_block_goes_whole },
	{ "accesses are noted", accesses_are_noted },
	{ "one page in two VMs", one_page_in_two_vms },
	{ "teardown is in bounded steps", teardown_is_bounded },
	{ NULL },
};

const struct subject subject_mem = { "mem", tests };
