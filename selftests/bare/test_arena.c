// SPDX-License-Identifier: GPL-2.0-only
/* Memory that EL2 works with: given whole, given back zeroed. */
#include "test.h"
#include "vm.h"

static bool refused(u64 pa)
{
	s64 ret = hc1(PKVM_HOST_ARENA_DONATE, pa);

	CHECK_OR(ret == PKVM_RET_INVALID || ret == PKVM_RET_PERM, false);
	SAME_OR(info(PKVM_INFO_ARENAS), 0, false);
	return true;
}

static void taken_and_back(void)
{
	u64 pa = pages_take(512, BLOCK), i, v, back;

	for (i = 0; i < 512; i++)
		write64(pa + i * PAGE + 8 * i, ~i);
	SAME(hc1(PKVM_HOST_ARENA_DONATE, pa), PKVM_RET_SUCCESS);
	SAME(info(PKVM_INFO_ARENAS), 1);
	SAME(info(PKVM_INFO_ARENA_FREE_PAGES), 511);
	for (i = 0; i < 512; i++)
		SAME(ESR_FSC(try_read(pa + i * PAGE, &v)), FSC_REFUSED);
	SAME(ESR_FSC(try_write(pa + 5 * PAGE, 1)), FSC_REFUSED);
	SAME(hc(PKVM_HOST_ARENA_RECLAIM, 0, 0, 0, 0, 0, &back), PKVM_RET_SUCCESS);
	SAME(back, pa);
	CHECK(is_zero(pa, 512));
	SAME(info(PKVM_INFO_ARENAS), 0);
	SAME(hc1(PKVM_HOST_ARENA_RECLAIM, 0), PKVM_RET_NOENT);
	pages_give(pa, 512);
}

static void wrong_addresses(void)
{
	u64 pa = pages_take(1024, BLOCK), end = machine.ram[0].base + machine.ram[0].size;

	CHECK(refused(pa + PAGE));
	CHECK(refused(pa + 1));
	CHECK(refused(~0UL));
	CHECK(refused(0));
	CHECK(refused(machine.uart & ~(BLOCK - 1)));
	CHECK(refused(end));
	CHECK(refused(1UL << 52));
	CHECK(refused(~(BLOCK - 1)));
	CHECK(refused(machine.reserved[0].base & ~(BLOCK - 1)));
	pages_give(pa, 1024);
}

static void not_twice(void)
{
	u64 pa = pages_take(512, BLOCK), back;

	SAME(hc1(PKVM_HOST_ARENA_DONATE, pa), PKVM_RET_SUCCESS);
	SAME(hc1(PKVM_HOST_ARENA_DONATE, pa), PKVM_RET_PERM);
	SAME(info(PKVM_INFO_ARENAS), 1);
	SAME(hc(PKVM_HOST_ARENA_RECLAIM, 0, 0, 0, 0, 0, &back), PKVM_RET_SUCCESS);
	SAME(back, pa);
	pages_give(pa, 512);
}

static void nomem_says_how_much(void)
{
	u64 wants = 0;

	SAME(hc(PKVM_HOST_VM_CREATE, 0, IPA_BITS, 1, 0, 0, &wants), PKVM_RET_NOMEM);
	CHECK(wants >= 1 && wants <= 16);
	SAME(info(PKVM_INFO_VMS), 0);
}

static void in_use_stays(void)
{
	static struct vm vm;

	CHECK(vm_create(&vm, 0, 1));
	SAME(hc1(PKVM_HOST_ARENA_RECLAIM, 0), PKVM_RET_NOENT);
	CHECK(vm_end(&vm));
	SAME(arenas_take(), 1);
}

static void objects_cost_pages(void)
{
	static struct vm vm, second;
	u64 before, made;

	CHECK(vm_create(&vm, PKVM_VM_PROTECTED, 1));
	before = info(PKVM_INFO_ARENA_FREE_PAGES);
	CHECK(vm_create(&second, PKVM_VM_PROTECTED, 1));
	made = info(PKVM_INFO_ARENA_FREE_PAGES);
	say("# a VM with one vCPU: %lu pages\n", before - made);
	CHECK(before - made <= 5);
	CHECK(vm_end(&second));
	SAME(info(PKVM_INFO_ARENA_FREE_PAGES), before);
}

static const struct test tests[] = {
	{ "a block is taken, closed to the host, and comes back zeroed", taken_and_back },
	{ "a block that is not the host's RAM is refused", wrong_addresses },
	{ "a block cannot be given twice", not_twice },
	{ "a call that lacks memory says how much and changes nothing", nomem_says_how_much },
	{ "an arena in use does not come back", in_use_stays },
	{ "a VM and its vCPU take few pages and give them back", objects_cost_pages },
	{ NULL },
};

const struct subject subject_arena = { "arena", tests };
