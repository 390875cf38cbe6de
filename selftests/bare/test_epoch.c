// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another kernel begins: for EL2 that is a TTBR1_EL1 that lies elsewhere at a call of
 * PSCI_VERSION. It knows nothing of what the last one gave away, believes all memory to
 * be its own and touches every page.
 */
#include "test.h"
#include "vm.h"

#define FAR_DATA	(GUEST_RAM + 16 * BLOCK)
#define NR_VMS		6

static struct vm vms[NR_VMS];
static u64 fragments[64];

static void another_kernel(void)
{
	wr(ttbr1_el1, rd(ttbr1_el1) ^ 0x10000);
	isb();
	psci(PSCI_VERSION, 0, 0, 0);
}

/* Pages here and there, a block, a block with a hole, in VMs of both kinds. */
static bool give_in_fragments(void)
{
	u64 block = pages_take(512, BLOCK), holed = pages_take(512, BLOCK);
	u32 i, n = 0, v;

	for (v = 0; v < NR_VMS; v++)
		CHECK_OR(vm_make(&vms[v], v & 1 ? PKVM_VM_PROTECTED : 0, 1, agent, 3, NULL), false);
	for (i = 0; i < 64; i++) {
		fragments[i] = pages_take(2, PAGE);
		write64(fragments[i], ~0UL);
		if (hc_mem(PKVM_HOST_GUEST_DONATE, vms[1 + i % 3 * 2].handle, FAR_DATA + i * PAGE,
			   fragments[i], 1, 0, NULL) == 0)
			n++;
		write64(fragments[i] + PAGE, ~fragments[i]);
	}
	SAME_OR(n, 64, false);
	SAME_OR(hc_mem(PKVM_HOST_GUEST_DONATE, vms[1].handle, FAR_DATA + BLOCK, block, 512, 0, NULL), 0,
		false);
	SAME_OR(hc_mem(PKVM_HOST_GUEST_DONATE, vms[3].handle, FAR_DATA + BLOCK, holed, 512, 0, NULL), 0,
		false);
	SAME_OR(hc_mem(PKVM_HOST_GUEST_RECLAIM, vms[3].handle, FAR_DATA + BLOCK + 7 * PAGE, 5, 0, 0,
		       NULL), 0, false);
	return true;
}

/* Guests leave something in their pages. */
static bool use_them(void)
{
	u32 v;

	for (v = 0; v < NR_VMS; v++) {
		CHECK_OR(vcpu_load(&vms[v], 0), false);
		SAME_OR(agent_do(&vms[v], 0, OP_FILL, GUEST_RAM + PAGE, 3 * PAGE, v).exit, AGENT_DONE,
			false);
		if (v & 1)
			SAME_OR(agent_do(&vms[v], 0, OP_WRITE, FAR_DATA + v / 2 * PAGE, 5, 0).exit,
				AGENT_DONE, false);
		CHECK_OR(vcpu_put(), false);
	}
	return true;
}

/* Every page of RAM but what the tree reserves: how many could not be read. */
static u64 refused_pages(void)
{
	u64 at, v, bad = 0;

	for (at = machine.ram[0].base; at < machine.ram[0].base + machine.ram[0].size; at += PAGE)
		if (!is_reserved(at) && try_read(at, &v))
			bad++;
	return bad;
}

static void forget_all(void)
{
	u32 v;

	for (v = 0; v < NR_VMS; v++) {
		vms[v].nr_ranges = 0;	/* their pages are not given back: the old kernel's loss */
		vm_gone(&vms[v]);
	}
	arenas_forget();
}

static void a_new_kernel_touches_every_page(void)
{
	u64 epoch = info(PKVM_INFO_EPOCH), i, v, held;
	u64 code[NR_VMS];

	CHECK(give_in_fragments() && use_them());
	for (i = 0; i < NR_VMS; i++)
		code[i] = vm_pa(&vms[i], GUEST_RAM);
	another_kernel();
	SAME(info(PKVM_INFO_EPOCH), epoch + 1);
	held = info(PKVM_INFO_OLD_EPOCH_PAGES);
	CHECK(held >= 64 + 512 + 507);
	for (i = 0; i < NR_VMS; i++)
		CHECK(hc2(PKVM_HOST_VCPU_LOAD, vms[i].handle, 0) < 0);
	SAME(refused_pages(), 0);
	for (i = 0; i < 64; i++) {
		SAME(try_read(fragments[i], &v), 0);
		SAME(v, 0);
		SAME(try_read(fragments[i] + PAGE, &v), 0);
		SAME(v, ~fragments[i]);
	}
	for (i = 1; i < NR_VMS; i += 2)
		CHECK(is_zero(code[i], 4));
	for (i = 0; i < NR_VMS; i += 2) {
		SAME(read64(code[i]), *(u64 *)agent.start);
		SAME(read64(code[i] + PAGE), GUEST_RAM + PAGE + i);
	}
	SAME(info(PKVM_INFO_OLD_EPOCH_PAGES), 0);
	SAME(info(PKVM_INFO_VMS), 0);
	SAME(info(PKVM_INFO_ARENAS), 0);
	forget_all();
}

/* It may use what it found at once: arenas and VMs of its own. */
static void a_new_kernel_makes_vms(void)
{
	static struct vm vm;

	CHECK(give_in_fragments() && use_them());
	another_kernel();
	arenas_forget();
	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	SAME(agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0).exit, AGENT_DONE);
	CHECK(vcpu_put() && vm_end(&vm));
	arenas_take();
	SAME(refused_pages(), 0);
	forget_all();
}

static void the_same_kernel_asks_again(void)
{
	u64 epoch = info(PKVM_INFO_EPOCH);
	static struct vm vm;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	psci(PSCI_VERSION, 0, 0, 0);
	wr(ttbr1_el1, rd(ttbr1_el1) | 5UL << 48 | 1);
	isb();
	psci(PSCI_VERSION, 0, 0, 0);
	wr(ttbr1_el1, rd(ttbr1_el1) & ~(5UL << 48 | 1));
	isb();
	if (nr_cpus > 1)
		SAME(info(PKVM_INFO_EPOCH), epoch);
	SAME(agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0).exit, AGENT_DONE);
}

/* A loaded vCPU of the old kernel does not run in the new one. */
static void a_loaded_vcpu_runs_no_more(void)
{
	u64 at, v;

	CHECK(agent_make(&vms[0], PKVM_VM_PROTECTED, 3));
	SAME(agent_do(&vms[0], 0, OP_FILL, GUEST_RAM + PAGE, 3 * PAGE, 1).exit, AGENT_DONE);
	at = vm_pa(&vms[0], GUEST_RAM + PAGE);
	another_kernel();
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_STATE);
	hc1(PKVM_HOST_VCPU_PUT, 0);
	SAME(try_read(at, &v), 0);
	SAME(v, 0);
	SAME(refused_pages(), 0);
	SAME(info(PKVM_INFO_VMS), 0);
	vms[0].nr_ranges = 0;
	vm_gone(&vms[0]);
	arenas_forget();
}

static void another_registration(void)
{
	u64 epoch;
	static struct vm vm;

	SAME(hc1(PKVM_HOST_REGISTER, 5), 0);
	epoch = info(PKVM_INFO_EPOCH);
	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(vcpu_put());
	SAME(hc1(PKVM_HOST_REGISTER, 5), 0);
	SAME(info(PKVM_INFO_EPOCH), epoch);
	SAME(hc1(PKVM_HOST_REGISTER, 6), 0);
	SAME(info(PKVM_INFO_EPOCH), epoch + 1);
	CHECK(hc2(PKVM_HOST_VCPU_LOAD, vm.handle, 0) < 0);
	SAME(refused_pages(), 0);
	vm.nr_ranges = 0;
	vm_gone(&vm);
	arenas_forget();
}

static const struct test tests[] = {
	{ "the same kernel asks for PSCI's version again", the_same_kernel_asks_again },
	{ "a new kernel touches every page of RAM", a_new_kernel_touches_every_page },
	{ "a new kernel makes VMs at once", a_new_kernel_makes_vms },
	{ "a loaded vCPU of the old kernel runs no more", a_loaded_vcpu_runs_no_more },
	{ "another registration is another epoch", another_registration },
	{ NULL },
};

const struct subject subject_epoch = { "epoch", tests };
