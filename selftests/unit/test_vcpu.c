// SPDX-License-Identifier: GPL-2.0-only
/*
 * vCPUs as the host's calls make, load, put and look into them.
 * SOURCES: hyp/pkvm/host_call.c hyp/pkvm/host_call_vm.c hyp/pkvm/host_call_mem.c
 * SOURCES: hyp/pkvm/vm.c hyp/pkvm/vcpu.c hyp/pkvm/vcpu_regs.c hyp/pkvm/vcpu_run.c
 * SOURCES: hyp/pkvm/guest_psci.c hyp/pkvm/no_extra_calls.c
 * CFLAGS: -Wno-unused-parameter
 */
#include "tap.h"
#include "fake_guest.h"
#include <asm/ptrace.h>
#include "pkvm/state.h"

static void run_irq(struct hyp_vcpu *v, struct guest_event *event)
{
	event->kind = GUEST_IRQ;
}

static struct vcpu *vcpu_in(u64 h, u32 index)
{
	struct vm *vm = vm_get(h);
	struct vcpu *v = vcpu_of(vm, index);

	vm_put(vm);
	return v;
}

static void test_create(void)
{
	u64 h = fake_vm(1, VM_CREATED), n = fake_vm(0, VM_CREATED);
	u32 i;

	refused(PKVM_RET_INVALID, hcall(VCPU_CREATE, h, 8, run_page(0)), "VCPU_CREATE beyond the VM's number");
	refused(PKVM_RET_INVALID, hcall(VCPU_CREATE, h, ~0UL, run_page(0)), "VCPU_CREATE of index all ones");
	refused(PKVM_RET_INVALID, hcall(VCPU_CREATE, h, 1UL << 32, run_page(0)),
		"VCPU_CREATE of an index whose low half is good");
	fake_arena_left = 0;
	refused(PKVM_RET_NOMEM, hcall(VCPU_CREATE, h, 0, run_page(0)), "VCPU_CREATE without memory");
	is_num(hout(), 1, "wants one page");
	fake_arena_left = ~0U;
	fake_verb_ret = PKVM_RET_PERM;
	refused(PKVM_RET_PERM, hcall(VCPU_CREATE, h, 0, run_page(0)), "VCPU_CREATE with a page that is not the host's");
	fake_verb_ret = 0;
	ok(!hcall(VCPU_CREATE, h, 0, run_page(0)) && hkept(1) && fake_pins == 1,
	   "VCPU_CREATE pins the page");
	refused(PKVM_RET_EXIST, hcall(VCPU_CREATE, h, 0, run_page(1)), "VCPU_CREATE twice");
	ok(vcpu_in(h, 0)->power == VCPU_ON, "vCPU 0 is on");
	for (i = 1; i < 8; i++)
		hcall(VCPU_CREATE, h, i, run_page(i));
	ok(vcpu_in(h, 1)->power == VCPU_OFF, "the others are off");
	is_num(vcpu_in(h, 7)->hw.vmpidr, 0x80000007, "MPIDR is the index");
	ok(vcpu_in(h, 3)->hw.protected && vcpu_in(h, 3)->hw.s2, "and knows kind and table");
	fake_vm_end(h);
	hcall(VM_CREATE, 0, 0, 512);
	h = hout();
	hcall(VCPU_CREATE, h, 511, run_page(9));
	is_num(vcpu_in(h, 511)->hw.vmpidr, 0x80001f0f, "16 to a cluster");
	fake_vm_end(h);
	ok(!hcall(VM_SEAL, n, 0, 0) && !hcall(VCPU_CREATE, n, 3, run_page(9)),
	   "a normal VM gets vCPUs after VM_SEAL");
	fake_vm_end(n);
}

static void test_load(void)
{
	u64 a = fake_vm(1, VM_CREATED), b = fake_vm(0, VM_CREATED);

	fake_run = run_irq;
	hcall(VCPU_CREATE, a, 0, run_page(0));
	hcall(VCPU_CREATE, a, 1, run_page(1));
	hcall(VCPU_CREATE, b, 0, run_page(2));
	hcall(VM_SEAL, a, 0, 0);
	hcall(VM_SEAL, b, 0, 0);
	fake_on = 0;
	refused(PKVM_RET_STATE, hcall(VCPU_PUT, 0, 0, 0), "VCPU_PUT with nothing loaded");
	refused(PKVM_RET_STATE, hcall(VCPU_RUN, 0, 0, 0), "VCPU_RUN with nothing loaded");
	refused(PKVM_RET_NOENT, hcall(VCPU_LOAD, a, 2, 0), "VCPU_LOAD of an index that was not made");
	refused(PKVM_RET_NOENT, hcall(VCPU_LOAD, a, 8, 0), "VCPU_LOAD of an index that cannot be");
	refused(PKVM_RET_NOENT, hcall(VCPU_LOAD, a, ~0UL, 0), "VCPU_LOAD of index all ones");
	fake_load_ret = -1;
	refused(PKVM_RET_BUSY, hcall(VCPU_LOAD, a, 0, 0), "VCPU_LOAD while the host has SVE state");
	fake_load_ret = 0;
	ok(!hcall(VCPU_LOAD, a, 0, 0) && hkept(1) && fake_cpus[0].loaded == vcpu_in(a, 0) &&
	   fake_window[0] == &fake_pages[0], "VCPU_LOAD maps the page, on this CPU");
	refused(PKVM_RET_BUSY, hcall(VCPU_LOAD, a, 0, 0), "VCPU_LOAD of the same again, same CPU");
	refused(PKVM_RET_BUSY, hcall(VCPU_LOAD, a, 1, 0), "VCPU_LOAD of another on the same CPU");
	refused(PKVM_RET_BUSY, hcall(VCPU_LOAD, b, 0, 0), "VCPU_LOAD of another VM's on the same CPU");
	fake_on = 1;
	refused(PKVM_RET_BUSY, hcall(VCPU_LOAD, a, 0, 0), "VCPU_LOAD of one that another CPU has");
	refused(PKVM_RET_STATE, hcall(VCPU_PUT, 0, 0, 0), "VCPU_PUT of what another CPU has");
	ok(!hcall(VCPU_LOAD, a, 1, 0), "VCPU_LOAD of its sibling on another CPU");
	fake_on = 0;
	ok(!hcall(VCPU_PUT, 0, 0, 0) && !fake_window[0] && !fake_cpus[0].loaded && !fake_hw[0],
	   "VCPU_PUT leaves nothing on the CPU");
	refused(PKVM_RET_STATE, hcall(VCPU_PUT, 0, 0, 0), "VCPU_PUT twice");
	fake_on = 2;
	ok(!hcall(VCPU_LOAD, a, 0, 0) && !hcall(VCPU_RUN, 0, 0, 0), "then any CPU may have it");
	refused(PKVM_RET_BUSY, hcall(VM_DESTROY, a, 0, 0), "VM_DESTROY with two loaded");
	vcpu_cpu_leaves();
	ok(!fake_cpus[2].loaded && !fake_hw[2], "a CPU that goes off puts it");
	vcpu_cpu_leaves();
	refused(PKVM_RET_BUSY, hcall(VM_DESTROY, a, 0, 0), "VM_DESTROY with one loaded");
	fake_on = 1;
	hcall(VCPU_PUT, 0, 0, 0);
	ok(!hcall(VM_DESTROY, a, 0, 0), "VM_DESTROY with none");
	refused(PKVM_RET_NOENT, hcall(VCPU_KICK, b, 1, 0), "VCPU_KICK of one that was not made");
	refused(PKVM_RET_NOENT, hcall(VCPU_KICK, b, ~0UL, 0), "VCPU_KICK of index all ones");
	ok(!hcall(VCPU_KICK, b, 0, 0) && vcpu_in(b, 0)->hw.kicked, "VCPU_KICK is noted");
	fake_vm_end(a);
	fake_vm_end(b);
	is_num(fake_arena_pages() + fake_pins, 0, "nothing is left");
}

/* Each register that has a place, and values that come back as they went in. */
static void test_regs_normal(void)
{
	static const u64 sys[] = { SYS_SCTLR_EL1, SYS_TTBR0_EL1, SYS_VBAR_EL1, SYS_CNTV_CTL_EL0,
				   SYS_CNTV_CVAL_EL0, SYS_CNTP_CTL_EL0, SYS_CNTP_CVAL_EL0,
				   SYS_CNTVOFF_EL2 };
	u64 h = fake_vm(0, VM_CREATED), reg, value, wrong = 0, n = 0;
	u64 regs[200];
	u32 i;

	hcall(VCPU_CREATE, h, 0, run_page(0));
	for (reg = PKVM_REG_X(0); reg <= PKVM_REG_VHI(31); reg++)
		if (reg != 31 && reg != PKVM_REG_PSTATE && reg != PKVM_REG_POWER &&
		    (reg <= PKVM_REG_FPCR || reg >= PKVM_REG_VLO(0)))
			regs[n++] = reg;
	for (i = 0; i < sizeof(sys) / sizeof(sys[0]); i++)
		regs[n++] = PKVM_REG_SYS(sys[i]);
	for (i = 0; i < n; i++)
		wrong += hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, regs[i], 0xa5a50000 + i, 0) != 0;
	for (i = 0; i < n; i++) {
		wrong += hcall5(PKVM_HOST_VCPU_GET_REG, h, 0, regs[i], 0, 0) != 0;
		wrong += hout() != 0xa5a50000 + i || !hkept(2);
	}
	is_num(wrong, 0, "each register of a normal vCPU is set and read, apart from the others");
	value = PSR_MODE_EL1h | PSR_D_BIT | PSR_Z_BIT | PSR_PAN_BIT;
	ok(!hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, PKVM_REG_PSTATE, value, 0) &&
	   !hcall(VCPU_GET_REG, h, 0, PKVM_REG_PSTATE) && hout() == value, "PSTATE of EL1");
	ok(!hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, PKVM_REG_PSTATE, PSR_MODE_EL0t, 0), "PSTATE of EL0");
	ok(!hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, PKVM_REG_POWER, 0, 0) &&
	   !hcall(VCPU_GET_REG, h, 0, PKVM_REG_POWER) && !hout(), "power off");
	ok(!hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, PKVM_REG_POWER, 1, 0) &&
	   !hcall(VCPU_GET_REG, h, 0, PKVM_REG_POWER) && hout() == 1, "power on");
	fake_vm_end(h);
}

static void test_regs_refused(void)
{
	static const struct {
		const char *what;
		u64 reg, value;
	} bad[] = {
		{ "x31", 31, 0 }, { "a register after power", 37, 0 }, { "the last before V0", 63, 0 },
		{ "one after V31", PKVM_REG_VHI(31) + 1, 0 }, { "all ones", ~0UL, 0 },
		{ "a register of EL2", PKVM_REG_SYS(SYS_HCR_EL2), 0 },
		{ "VTTBR_EL2", PKVM_REG_SYS(SYS_VTTBR_EL2), 0 },
		{ "an ID register", PKVM_REG_SYS(SYS_ID_AA64PFR0_EL1), 0 },
		{ "MPIDR_EL1", PKVM_REG_SYS(SYS_MPIDR_EL1), 0 },
		{ "bits above an encoding", PKVM_REG_SYS(SYS_SCTLR_EL1) | 1UL << 33, 0 },
		{ "PSTATE of EL2", PKVM_REG_PSTATE, PSR_MODE_EL2h },
		{ "PSTATE of EL2 on SP_EL0", PKVM_REG_PSTATE, PSR_MODE_EL2t },
		{ "PSTATE of EL3", PKVM_REG_PSTATE, PSR_MODE_EL3h },
		{ "PSTATE of an illegal mode", PKVM_REG_PSTATE, 1 },
		{ "PSTATE of AArch32", PKVM_REG_PSTATE, 0x10 },
		{ "PSTATE with a reserved bit", PKVM_REG_PSTATE, PSR_MODE_EL1h | 1UL << 40 },
		{ "PSTATE with ALLINT", PKVM_REG_PSTATE, PSR_MODE_EL1h | 1UL << 13 },
		{ "power of 2", PKVM_REG_POWER, 2 },
	};
	u64 h = fake_vm(0, VM_SEALED);
	u32 i;

	hcall(VCPU_CREATE, h, 0, run_page(0));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(PKVM_RET_INVALID, hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, bad[i].reg, bad[i].value, 0),
			"VCPU_SET_REG refuses %s", bad[i].what);
	for (i = 0; i < 10; i++)
		refused(PKVM_RET_INVALID, hcall(VCPU_GET_REG, h, 0, bad[i].reg),
			"VCPU_GET_REG refuses %s", bad[i].what);
	refused(PKVM_RET_NOENT, hcall(VCPU_GET_REG, h, 1, 0), "VCPU_GET_REG of one that was not made");
	refused(PKVM_RET_NOENT, hcall(VCPU_SET_REG, h, ~0UL, 0), "VCPU_SET_REG of index all ones");
	fake_on = 3;
	hcall(VCPU_LOAD, h, 0, 0);
	fake_on = 0;
	refused(PKVM_RET_BUSY, hcall(VCPU_GET_REG, h, 0, 0), "VCPU_GET_REG while another CPU has it");
	refused(PKVM_RET_BUSY, hcall(VCPU_SET_REG, h, 0, 0), "VCPU_SET_REG while another CPU has it");
	fake_on = 3;
	vcpu_in(h, 0)->hw.fp_live = true;
	ok(!hcall(VCPU_GET_REG, h, 0, PKVM_REG_VLO(3)) && fake_flushes == 1,
	   "FP registers that are in the CPU come out of it first");
	ok(!hcall(VCPU_GET_REG, h, 0, 0) && fake_flushes == 1, "the others do not need that");
	vcpu_in(h, 0)->hw.fp_live = false;
	hcall(VCPU_PUT, 0, 0, 0);
	fake_on = 0;
	fake_vm_end(h);
}

static void test_regs_protected(void)
{
	u64 h = fake_vm(1, VM_CREATED), reg, wrong = 0;

	hcall(VCPU_CREATE, h, 0, run_page(0));
	hcall(VCPU_CREATE, h, 1, run_page(1));
	for (reg = 0; reg < 8; reg++)
		wrong += hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, reg, 100 + reg, 0) != 0;
	wrong += hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, PKVM_REG_PC, 0x80000, 0) != 0;
	is_num(wrong, 0, "PC and x0 to x7 of a protected vCPU 0 are set");
	ok(vcpu_in(h, 0)->hw.pc == 0x80000 && vcpu_in(h, 0)->hw.x[7] == 107, "to what was said");
	refused(PKVM_RET_PERM, hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, 8, 1, 0), "x8 is not the host's");
	refused(PKVM_RET_PERM, hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, PKVM_REG_PSTATE, PSR_MODE_EL1h, 0),
		"nor PSTATE");
	refused(PKVM_RET_PERM, hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, PKVM_REG_SYS(SYS_SCTLR_EL1), 1, 0),
		"nor a system register");
	refused(PKVM_RET_PERM, hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, PKVM_REG_VLO(0), 1, 0), "nor V0");
	refused(PKVM_RET_PERM, hcall5(PKVM_HOST_VCPU_SET_REG, h, 1, PKVM_REG_POWER, 1, 0), "nor power");
	refused(PKVM_RET_PERM, hcall5(PKVM_HOST_VCPU_SET_REG, h, 1, PKVM_REG_PC, 1, 0),
		"nor the PC of another vCPU");
	refused(PKVM_RET_PERM, hcall(VCPU_GET_REG, h, 0, PKVM_REG_PC), "nor any to be read");
	refused(PKVM_RET_PERM, hcall(VCPU_GET_REG, h, 0, PKVM_REG_POWER), "nor power, to be read");
	hcall(VM_SEAL, h, 0, 0);
	refused(PKVM_RET_STATE, hcall5(PKVM_HOST_VCPU_SET_REG, h, 0, 0, 1, 0), "nor x0 once it is sealed");
	refused(PKVM_RET_STATE, hcall(VCPU_GET_REG, h, 0, 0), "nor its value");
	fake_vm_end(h);
}

int main(void)
{
	fake_set_field(SYS_ID_AA64MMFR0_EL1, 0, 4, 2);
	test_create();
	test_load();
	test_regs_normal();
	test_regs_refused();
	test_regs_protected();
	return tap_done();
}
