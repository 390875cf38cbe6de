// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attacks of the threat table that a host can try by calls, by number. Each looks at
 * the error code and at that nothing has changed. Those that need several CPUs at once
 * are in test_smp.c.
 */
#include "test.h"
#include "vm.h"

#define FAR_DATA	(GUEST_RAM + 16 * BLOCK)
#define RWX		(PKVM_PROT_READ | PKVM_PROT_WRITE | PKVM_PROT_EXEC)
#define FSC_SEA		0x10

static struct vm vm, other, normal;

static s64 donate(u64 ipa, u64 pa, u64 nr)
{
	return hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, ipa, pa, nr, 0, NULL);
}

static s64 share(u64 ipa, u64 pa, u64 nr)
{
	return hc_mem(PKVM_HOST_GUEST_SHARE, normal.handle, ipa, pa, nr, RWX, NULL);
}

/* The page is the host's, and no guest of the test has it. */
static bool still_ours(u64 pa)
{
	u64 v;

	SAME_OR(try_write(pa, pa), 0, false);
	SAME_OR(try_read(pa, &v), 0, false);
	SAME_OR(v, pa, false);
	return true;
}

static bool both_kinds(void)
{
	return vm_make(&vm, PKVM_VM_PROTECTED, 2, agent, 1, NULL) &&
	       vm_make(&normal, 0, 1, agent, 1, NULL);
}

static void a01_donated_twice(void)
{
	u64 pa = pages_take(1, PAGE), fresh = pages_take(1, PAGE);

	CHECK(both_kinds());
	CHECK(vm_make(&other, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	SAME(donate(FAR_DATA, pa, 1), 0);
	vm_note(&vm, FAR_DATA, pa, 1);
	SAME(donate(FAR_DATA, pa, 1), PKVM_RET_EXIST);
	SAME(donate(FAR_DATA, fresh, 1), PKVM_RET_EXIST);
	SAME(donate(FAR_DATA + PAGE, pa, 1), PKVM_RET_PERM);
	SAME(hc_mem(PKVM_HOST_GUEST_DONATE, other.handle, FAR_DATA, pa, 1, 0, NULL), PKVM_RET_PERM);
	SAME(share(FAR_DATA, pa, 1), PKVM_RET_PERM);
	CHECK(still_ours(fresh));
	pages_give(fresh, 1);
}

static u64 bare_vm;		/* without vCPUs */

/* Neither as guest memory nor as an arena nor as the page of a vCPU. */
static bool not_for_anybody(u64 pa)
{
	s64 ret[] = {
		donate(FAR_DATA, pa, 1), share(FAR_DATA, pa, 1),
		hc1(PKVM_HOST_ARENA_DONATE, pa & ~(BLOCK - 1)),
		hc_mem(PKVM_HOST_VCPU_CREATE, bare_vm, 0, pa, 0, 0, NULL),
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ret); i++) {
		if (ret[i] != PKVM_RET_PERM && ret[i] != PKVM_RET_BUSY && ret[i] != PKVM_RET_INVALID) {
			say("# page %lx, call %u: %ld\n", pa, i, ret[i]);
			return test_check(false, __FILE__, __LINE__, "refused");
		}
	}
	return true;
}

static void a02_not_the_hosts(void)
{
	u64 free_pages, end = machine.ram[0].base + machine.ram[0].size;
	u32 i;

	CHECK(both_kinds());
	SAME(hc_mem(PKVM_HOST_VM_CREATE, 0, IPA_BITS, 1, 0, 0, &bare_vm), 0);
	free_pages = info(PKVM_INFO_ARENAS);
	for (i = 0; i < machine.nr_reserved; i++) {
		CHECK(not_for_anybody(machine.reserved[i].base));
		CHECK(not_for_anybody(machine.reserved[i].base + machine.reserved[i].size - PAGE));
	}
	CHECK(not_for_anybody(machine.uart));
	CHECK(not_for_anybody(machine.gicd));
	CHECK(not_for_anybody(this_cpu()->gicr));
	CHECK(not_for_anybody(0));
	CHECK(not_for_anybody(end));
	CHECK(not_for_anybody(end + (1UL << 36)));
	CHECK(not_for_anybody(vm_pa(&vm, GUEST_RAM)));
	SAME(info(PKVM_INFO_ARENAS), free_pages);
	SAME(hc1(PKVM_HOST_VM_DESTROY, bare_vm), 0);
	SAME(hc1(PKVM_HOST_VM_TEARDOWN, bare_vm), 0);
}

static void a03_bounds(void)
{
	u64 pa = pages_take(2, PAGE);
	static const u64 bad_ipa[] = { 1, PAGE - 1, 1UL << IPA_BITS, (1UL << IPA_BITS) - PAGE + 1,
				       1UL << 52, ~0UL, ~(PAGE - 1) };
	static const u64 bad_nr[] = { 0, PKVM_RANGE_PAGES + 1, 1UL << 20, 1UL << 32, 1UL << 52,
				      ~0UL, ~0UL - 1, 1UL << 63 };
	static const u64 bad_pa[] = { 1, 1UL << 48, 1UL << 52, ~0UL };
	u32 i;

	CHECK(both_kinds());
	for (i = 0; i < ARRAY_SIZE(bad_ipa); i++) {
		SAME(donate(bad_ipa[i], pa, 1), PKVM_RET_INVALID);
		SAME(share(bad_ipa[i], pa, 1), PKVM_RET_INVALID);
		SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, bad_ipa[i], 1), PKVM_RET_INVALID);
		SAME(hc3(PKVM_HOST_GUEST_UNSHARE, normal.handle, bad_ipa[i], 1), PKVM_RET_INVALID);
		SAME(hc3(PKVM_HOST_GUEST_AGE, normal.handle, bad_ipa[i], 1), PKVM_RET_INVALID);
	}
	for (i = 0; i < ARRAY_SIZE(bad_nr); i++) {
		SAME(donate(FAR_DATA, pa, bad_nr[i]), PKVM_RET_INVALID);
		SAME(share(FAR_DATA, pa, bad_nr[i]), PKVM_RET_INVALID);
		SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA, bad_nr[i]), PKVM_RET_INVALID);
		SAME(hc3(PKVM_HOST_GUEST_UNSHARE, normal.handle, FAR_DATA, bad_nr[i]), PKVM_RET_INVALID);
	}
	for (i = 0; i < ARRAY_SIZE(bad_pa); i++) {
		CHECK(donate(FAR_DATA, pa + bad_pa[i], 1) < 0);
		CHECK(share(FAR_DATA, pa + bad_pa[i], 1) < 0);
	}
	SAME(donate(FAR_DATA, ~(PAGE - 1), 1), PKVM_RET_INVALID);
	SAME(share(FAR_DATA, ~(PAGE - 1), 1), PKVM_RET_INVALID);
	/* The end of the IPA space lies inside. */
	SAME(share((1UL << IPA_BITS) - PAGE, pa, 2), PKVM_RET_INVALID);
	SAME(hc(PKVM_HOST_GUEST_SHARE, normal.handle, FAR_DATA, pa, 1, 0, NULL), PKVM_RET_INVALID);
	SAME(hc(PKVM_HOST_GUEST_SHARE, normal.handle, FAR_DATA, pa, 1, 0x80 | RWX, NULL),
	     PKVM_RET_INVALID);
	CHECK(still_ours(pa) && still_ours(pa + PAGE));
	pages_give(pa, 2);
}

static void a04_shared_pages_do_not_move(void)
{
	u64 pa = pages_take(1, PAGE);

	CHECK(both_kinds());
	SAME(share(FAR_DATA, pa, 1), 0);
	SAME(donate(FAR_DATA, pa, 1), PKVM_RET_BUSY);
	SAME(donate(FAR_DATA, (u64)vm.run[0], 1), PKVM_RET_BUSY);
	CHECK(still_ours(pa));
	SAME(hc3(PKVM_HOST_GUEST_UNSHARE, normal.handle, FAR_DATA, 1), 0);
	SAME(donate(FAR_DATA, pa, 1), 0);
	vm_note(&vm, FAR_DATA, pa, 1);
	SAME(share(FAR_DATA, pa, 1), PKVM_RET_PERM);
}

static void a05_unshare_of_what_is_not_shared(void)
{
	u64 dropped, pa = pages_take(1, PAGE);

	CHECK(both_kinds());
	SAME(share(FAR_DATA, pa, 1), 0);
	SAME(hc(PKVM_HOST_GUEST_UNSHARE, normal.handle, FAR_DATA, 1, 0, 0, &dropped), 0);
	SAME(dropped, 1);
	/* Again: nothing is there; the count did not go below 0, or the page could not move. */
	hc(PKVM_HOST_GUEST_UNSHARE, normal.handle, FAR_DATA, 1, 0, 0, &dropped);
	hc(PKVM_HOST_GUEST_UNSHARE, normal.handle, FAR_DATA, 1, 0, 0, &dropped);
	SAME(donate(FAR_DATA, pa, 1), 0);
	vm_note(&vm, FAR_DATA, pa, 1);
	SAME(hc3(PKVM_HOST_GUEST_UNSHARE, vm.handle, FAR_DATA, 1), PKVM_RET_PERM);
	SAME(hc3(PKVM_HOST_GUEST_RECLAIM, normal.handle, GUEST_RAM, 1), PKVM_RET_PERM);
}

static void a07_the_last_page_fails(void)
{
	u64 pa = pages_take(8, PAGE), i, v;

	CHECK(both_kinds());
	SAME(donate(FAR_DATA, pa + 7 * PAGE, 1), 0);
	vm_note(&vm, FAR_DATA, pa + 7 * PAGE, 1);
	SAME(donate(FAR_DATA + PAGE, pa, 8), PKVM_RET_PERM);
	SAME(share(FAR_DATA + PAGE, pa, 8), PKVM_RET_PERM);
	/* The other party's last page: something is there already. */
	SAME(donate(FAR_DATA - 3 * PAGE, pa, 4), PKVM_RET_EXIST);
	for (i = 0; i < 7; i++)
		CHECK(still_ours(pa + i * PAGE));
	SAME(ESR_FSC(try_read(pa + 7 * PAGE, &v)), FSC_REFUSED);
	/* All of it can be given to another place: nothing is left over. */
	SAME(donate(FAR_DATA + 8 * PAGE, pa, 7), 0);
	vm_note(&vm, FAR_DATA + 8 * PAGE, pa, 7);
}

static void a08_reclaim(void)
{
	u64 pa = pages_take(1, PAGE);

	CHECK(both_kinds());
	/* Nothing is there: nothing comes, and the place stays as it is. */
	SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA, 1), 0);
	SAME(donate(FAR_DATA, pa, 1), 0);
	SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA, 1), 0);
	write64(pa, 7);
	SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA, 1), 0);
	SAME(read64(pa), 7);
	write64(pa, 0);
	SAME(hc1(PKVM_HOST_VM_TEARDOWN, vm.handle), PKVM_RET_STATE);
	CHECK(is_zero(pa, 1));
	pages_give(pa, 1);
}

static void a09_zeroed_on_every_way_out(void)
{
	struct did did;
	u64 pa;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 4));
	pa = vm_pa(&vm, GUEST_RAM);
	did = agent_do(&vm, 0, OP_FILL, GUEST_RAM + PAGE, 4 * PAGE, 0x1111);
	SAME(did.exit, AGENT_DONE);
	SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, GUEST_RAM + 2 * PAGE, 1), 0);
	CHECK(is_zero(pa + 2 * PAGE, 1));
	CHECK(vcpu_put());
	/* The rest by teardown: vm_gone() looks at it, and at the arenas. */
	CHECK(vm_end(&vm));
	arenas_take();
	SAME(info(PKVM_INFO_ARENAS), 0);
}

static void a10_nothing_is_private_that_was_the_hosts(void)
{
	u64 pa = pages_take(1, PAGE), i;
	struct did did;

	for (i = 0; i < PAGE; i += 8)
		write64(pa + i, 0xbadbadbad);
	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	SAME(donate(FAR_DATA, pa, 1), 0);
	vm_note(&vm, FAR_DATA, pa, 1);
	did = agent_do(&vm, 0, OP_ZERO, FAR_DATA, PAGE, 0);
	SAME(did.exit, AGENT_DONE);
	SAME(did.result, 0);
}

static void a11_pages_do_not_change_places(void)
{
	u64 a = pages_take(1, PAGE), b = pages_take(1, PAGE);
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	SAME(donate(FAR_DATA, a, 1), 0);
	SAME(donate(FAR_DATA + PAGE, b, 1), 0);
	vm_note(&vm, FAR_DATA + PAGE, b, 1);
	did = agent_do(&vm, 0, OP_FILL, FAR_DATA, 2 * PAGE, 5);
	SAME(did.esr, 0);
	SAME(hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA, 1), 0);
	CHECK(donate(FAR_DATA, a, 1) < 0);
	CHECK(donate(FAR_DATA, b, 1) < 0);
	CHECK(hc4(PKVM_HOST_GUEST_POPULATE, vm.handle, FAR_DATA, a, 1) < 0);
	CHECK(hc4(PKVM_HOST_GUEST_SET_RIPAS, vm.handle, FAR_DATA, 1, PKVM_RIPAS_RAM) < 0);
	did = agent_do(&vm, 0, OP_READ, FAR_DATA, 0, 0);
	SAME(ESR_FSC(did.esr), FSC_SEA);
	did = agent_do(&vm, 0, OP_CHECK, FAR_DATA + PAGE, PAGE, 5);
	SAME(did.result, 0);
	CHECK(still_ours(a));
	pages_give(a, 1);
}

static void a20_a_loaded_vm_does_not_go(void)
{
	struct did did;
	s64 ret;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	ret = hc1(PKVM_HOST_VM_DESTROY, vm.handle);
	if (ret == PKVM_RET_BUSY) {
		did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
		SAME(did.exit, AGENT_DONE);
		return;
	}
	SAME(ret, PKVM_RET_SUCCESS);
	vm.destroyed = true;
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_STATE);
	do {
		ret = hc1(PKVM_HOST_VM_TEARDOWN, vm.handle);
	} while (ret == PKVM_RET_AGAIN);
	SAME(ret, PKVM_RET_BUSY);
}

static void a22_registers_after_the_seal(void)
{
	static const u64 regs[] = { PKVM_REG_X(0), PKVM_REG_X(7), PKVM_REG_X(8), PKVM_REG_X(30),
				    PKVM_REG_PC, PKVM_REG_PSTATE, PKVM_REG_FPSR, PKVM_REG_FPCR,
				    PKVM_REG_POWER, PKVM_REG_VLO(0), PKVM_REG_VHI(31),
				    PKVM_REG_SYS(0xc080), PKVM_REG_SYS(0xc100), 31, 37, 63, 128,
				    1UL << 31 | 1UL << 40, ~0UL };
	struct did did;
	u64 v;
	u32 i;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.exit, AGENT_DONE);
	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		s64 ret = hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 0, regs[i], 0x80000000);

		CHECK(ret == PKVM_RET_PERM || ret == PKVM_RET_STATE || ret == PKVM_RET_INVALID);
		v = 0;
		ret = hc(PKVM_HOST_VCPU_GET_REG, vm.handle, 0, regs[i], 0, 0, &v);
		CHECK(ret == PKVM_RET_PERM || ret == PKVM_RET_STATE || ret == PKVM_RET_INVALID);
		SAME(v, vm.handle);
	}
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.exit, AGENT_DONE);
}

static void a22_state_that_no_guest_may_have(void)
{
	/* EL2h, EL2t, EL3h, AArch32, and bits that are none. */
	static const u64 bad[] = { 0x3c9, 0x3c8, 0x3cd, 0x10, 0x1d3, 0x3c3, 1UL << 32, ~0UL };
	u32 i;

	CHECK(vm_make(&normal, 0, 1, agent, 1, NULL));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		SAME(hc4(PKVM_HOST_VCPU_SET_REG, normal.handle, 0, PKVM_REG_PSTATE, bad[i]),
		     PKVM_RET_INVALID);
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, normal.handle, 0, PKVM_REG_PSTATE, 0x3c5), 0);
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, normal.handle, 0, PKVM_REG_X(3), 0x1234567890), 0);
}

static void a23_other_vcpus_of_a_protected_vm(void)
{
	CHECK(vm_create(&vm, PKVM_VM_PROTECTED, 2));
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 1, PKVM_REG_PC, 0x1000), PKVM_RET_PERM);
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 1, PKVM_REG_X(0), 1), PKVM_RET_PERM);
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 0, PKVM_REG_X(8), 1), PKVM_RET_PERM);
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 0, PKVM_REG_PSTATE, 0x3c5), PKVM_RET_PERM);
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 0, PKVM_REG_POWER, 0), PKVM_RET_PERM);
	SAME(hc4(PKVM_HOST_VCPU_SET_REG, vm.handle, 0, PKVM_REG_X(7), 1), 0);
}

/* An exit that asks for nothing, at the agent's wait for work. */
static bool quiet_exit(struct vm *v)
{
	SAME_OR(hc2(PKVM_HOST_VCPU_KICK, v->handle, 0), 0, false);
	SAME_OR(vcpu_run(v, 0), PKVM_EXIT_KICK, false);
	return true;
}

static void a24_answers_that_nobody_asked_for(void)
{
	struct pkvm_run *run;
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	run = vm.run[0];
	CHECK(quiet_exit(&vm));
	run->in.value = 0x123;
	run->in.flags = PKVM_RUN_MMIO_DONE;
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_INVALID);
	run->in.flags = PKVM_RUN_SMCCC_DONE;
	run->in.x[0] = 0x456;
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_INVALID);
	run->in.flags = ~0U;
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_INVALID);
	run->in.flags = 0;
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.exit, AGENT_DONE);
	SAME(did.result, *(u64 *)agent.start);
	/* The answer to its last store, twice: the second is to no exit. */
	SAME(vcpu_run(&vm, 0), PKVM_EXIT_MMIO);
	CHECK(!run->out.mmio.write);
	run->in.flags = PKVM_RUN_SMCCC_DONE;
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_INVALID);
	run->in.flags = 0;
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.exit, AGENT_DONE);
}

static void a26_cpu_on(void)
{
	struct did did;

	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 2, agent, 1, NULL) && vcpu_load(&vm, 0));
	did = agent_do(&vm, 0, OP_SMC, PSCI_CPU_ON, 0, GUEST_RAM);
	SAME((int)did.result, -4);			/* itself: ALREADY_ON */
	did = agent_do(&vm, 0, OP_SMC, PSCI_CPU_ON, 7, GUEST_RAM);
	SAME((int)did.result, -2);			/* INVALID_PARAMETERS */
	did = agent_do(&vm, 0, OP_SMC, PSCI_CPU_ON, ~0UL, GUEST_RAM);
	SAME((int)did.result, -2);
	/* The host runs a vCPU that the guest never started. */
	CHECK(vcpu_put() && vcpu_load(&vm, 1));
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_STATE);
	CHECK(vcpu_put() && vcpu_load(&vm, 0));
	did = agent_do(&vm, 0, OP_SMC, PSCI_CPU_ON, 1, GUEST_RAM);
	SAME(did.exit, PKVM_EXIT_CPU_ON);
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.result, 0);
	did = agent_do(&vm, 0, OP_SMC, PSCI_CPU_ON, 1, GUEST_RAM);
	SAME((int)did.result, -5);			/* ON_PENDING */
}

static void a27_accesses_that_cannot_be_emulated(void)
{
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	did = agent_do(&vm, 0, OP_PAIR, vm.window + 0x900, 0, 0);
	SAME(ESR_FSC(did.esr), FSC_SEA);
	did = agent_do(&vm, 0, OP_EXCL, vm.window + 0x900, 0, 0);
	CHECK(did.exit == AGENT_DONE && ESR_EC(did.esr) == EC_DABT_CUR);
	did = agent_do(&vm, 0, OP_CALL, vm.window + 0x900, 0, 0);
	SAME(did.exit, AGENT_DONE);
	SAME(ESR_EC(did.esr), EC_IABT_CUR);
	did = agent_do(&vm, 0, OP_CALL, GUEST_RAM - PAGE, 0, 0);
	SAME(ESR_EC(did.esr), EC_IABT_CUR);
}

#define LR_PENDING	(1UL << 62)
#define LR_ACTIVE	(2UL << 62)
#define LR_HW		(1UL << 61)
#define LR_GROUP1	(1UL << 60)
#define LR_PRIO(p)	((u64)(p) << 48)
#define LR_PINTID(n)	((u64)(n) << 32)

static void a28_list_registers(void)
{
	static const u64 bad[] = {
		LR_PENDING | LR_HW | LR_GROUP1 | LR_PINTID(30) | 30,	/* the host's timer */
		LR_PENDING | LR_HW | LR_GROUP1 | LR_PINTID(27) | 40,
		LR_PENDING | LR_HW | LR_GROUP1 | LR_PINTID(25) | 25,
		LR_PENDING | LR_HW | LR_GROUP1 | LR_PINTID(40) | 27,
		LR_PENDING | LR_ACTIVE | LR_HW | LR_GROUP1 | LR_PINTID(27) | 27,
		LR_PENDING | LR_GROUP1 | 1020, LR_PENDING | LR_GROUP1 | 1023,
		LR_PENDING | LR_GROUP1 | 1UL << 45 | 40, LR_PENDING | LR_GROUP1 | 1UL << 56 | 40,
	};
	u32 max = info(PKVM_INFO_LIST_REGISTERS), i;
	struct pkvm_run *run;
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	run = vm.run[0];
	CHECK(max >= 1 && max <= 16);
	CHECK(quiet_exit(&vm));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		run->in.nr_lrs = 1;
		run->in.lr[0] = bad[i];
		test_same(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_INVALID, __FILE__, i, "list register");
	}
	run->in.lr[0] = run->in.lr[1] = LR_PENDING | LR_GROUP1 | LR_PRIO(0x80) | 40;
	run->in.nr_lrs = 2;
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_INVALID);
	for (i = 0; i < 16; i++)
		run->in.lr[i] = LR_PENDING | LR_GROUP1 | LR_PRIO(0x80) | (40 + i);
	run->in.nr_lrs = max + 1;
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_INVALID);
	run->in.nr_lrs = ~0U;
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_INVALID);
	/* As many as there are; nothing of it reached the guest, whose interrupts are masked. */
	run->in.nr_lrs = max;
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.exit, AGENT_DONE);
	for (i = 0; i < max; i++)
		SAME(run->out.lr[i], run->in.lr[i]);
	run->in.nr_lrs = 0;
}

static void a42_unknown_calls(void)
{
	u64 x[31], fid, i;

	for (fid = PKVM_HOST_REGISTER + 1; fid < PKVM_HOST_CALL_BASE + 0x100; fid++) {
		memset(x, 0xff, sizeof(x));
		x[0] = fid;
		call_all(x);
		SAME(x[0], (u64)PKVM_RET_NOT_SUPPORTED);
		for (i = 1; i < 31; i++)
			SAME(x[i], ~0UL);
	}
	for (fid = PKVM_HOST_ARENA_DONATE; fid <= PKVM_HOST_REGISTER; fid++) {
		if (fid == PKVM_HOST_ARENA_RECLAIM || fid == PKVM_HOST_REGISTER)
			continue;
		memset(x, 0xff, sizeof(x));
		x[0] = fid;
		call_all(x);
		CHECK((s64)x[0] < 0 && (s64)x[0] >= PKVM_RET_LIMIT);
		for (i = 2; i < 31; i++)
			SAME(x[i], ~0UL);
	}
	SAME(info(PKVM_INFO_VMS), 0);
}

static void a44_pages_of_an_arena(void)
{
	u64 pa = pages_take(512, BLOCK), i;

	CHECK(both_kinds());
	SAME(hc1(PKVM_HOST_ARENA_DONATE, pa), 0);
	for (i = 0; i < 512; i += 73) {
		SAME(donate(FAR_DATA, pa + i * PAGE, 1), PKVM_RET_PERM);
		SAME(share(FAR_DATA, pa + i * PAGE, 1), PKVM_RET_PERM);
		SAME(hc_mem(PKVM_HOST_VCPU_CREATE, vm.handle, 0, pa + i * PAGE, 0, 0, NULL) < 0, 1);
	}
	SAME(hc1(PKVM_HOST_ARENA_DONATE, vm_pa(&vm, GUEST_RAM) & ~(BLOCK - 1)), PKVM_RET_PERM);
	SAME(hc1(PKVM_HOST_ARENA_DONATE, (u64)vm.run[0] & ~(BLOCK - 1)) < 0, 1);
	arena_note();
}

static const struct test tests[] = {
	{ "01 a page donated twice", a01_donated_twice },
	{ "02 pages that are not the host's", a02_not_the_hosts },
	{ "03 numbers and addresses out of bounds", a03_bounds },
	{ "04 shared and pinned pages do not move", a04_shared_pages_do_not_move },
	{ "05 unshare of what is not shared", a05_unshare_of_what_is_not_shared },
	{ "07 the last page of a range fails", a07_the_last_page_fails },
	{ "08 reclaim of what is not there", a08_reclaim },
	{ "09 zeroed on every way out", a09_zeroed_on_every_way_out },
	{ "10 nothing is private that was the host's", a10_nothing_is_private_that_was_the_hosts },
	{ "11 pages do not change places", a11_pages_do_not_change_places },
	{ "20 a loaded VM does not go", a20_a_loaded_vm_does_not_go },
	{ "22 registers after the seal", a22_registers_after_the_seal },
	{ "22 a state that no guest may have", a22_state_that_no_guest_may_have },
	{ "23 what a host may set of a protected VM", a23_other_vcpus_of_a_protected_vm },
	{ "24 answers that nobody asked for", a24_answers_that_nobody_asked_for },
	{ "26 CPU_ON", a26_cpu_on },
	{ "27 accesses that cannot be emulated", a27_accesses_that_cannot_be_emulated },
	{ "28 lies in list registers", a28_list_registers },
	{ "42 unknown calls, registers full of ones", a42_unknown_calls },
	{ "44 pages of an arena given away again", a44_pages_of_an_arena },
	{ NULL },
};

const struct subject subject_attack = { "attack", tests };
