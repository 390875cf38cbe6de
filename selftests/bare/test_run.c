// SPDX-License-Identifier: GPL-2.0-only
/* What guests do and who answers: calls, devices, idle, PSCI, system registers, code. */
#include "test.h"
#include "vm.h"

#define FSC_SEA		0x10
#define EC_UNKNOWN	0
#define SYS(op0, op1, crn, crm, op2) \
	((op0) << 19 | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define MRS_X0(reg)	(0xd5200000U | (reg))
#define MSR_X0(reg)	(0xd5000000U | (reg))

#define R_MIDR		SYS(3, 0, 0, 0, 0)
#define R_MPIDR		SYS(3, 0, 0, 0, 5)
#define R_PFR0		SYS(3, 0, 0, 4, 0)
#define R_PFR1		SYS(3, 0, 0, 4, 1)
#define R_ZFR0		SYS(3, 0, 0, 4, 4)
#define R_DFR0		SYS(3, 0, 0, 5, 0)
#define R_MMFR2		SYS(3, 0, 0, 7, 2)
#define R_CTR		SYS(3, 3, 0, 0, 1)
#define R_CNTVCT	SYS(3, 3, 14, 0, 2)
#define R_CNTP_CTL	SYS(3, 3, 14, 2, 1)
#define R_CNTP_CVAL	SYS(3, 3, 14, 2, 2)
#define R_CNTV_CTL	SYS(3, 3, 14, 3, 1)
#define R_CNTV_CVAL	SYS(3, 3, 14, 3, 2)
#define R_PMCR		SYS(3, 3, 9, 12, 0)
#define R_PMCCNTR	SYS(3, 3, 9, 13, 0)
#define R_ZCR		SYS(3, 0, 1, 2, 0)
#define R_PMSCR		SYS(3, 0, 9, 9, 0)
#define R_TRBLIMITR	SYS(3, 0, 9, 11, 0)
#define R_TRFCR		SYS(3, 0, 1, 2, 1)
#define R_AMCR		SYS(3, 3, 13, 2, 0)
#define R_VBAR_EL2	SYS(3, 4, 12, 0, 0)

static struct vm vm;

static bool does(u64 op, u64 a, u64 b, u64 c, struct did *did)
{
	*did = agent_do(&vm, 0, op, a, b, c);
	SAME_OR(did->exit, AGENT_DONE, false);
	return true;
}

static bool mrs(u32 reg, u64 *value)
{
	struct did did;

	if (!does(OP_INSN, MRS_X0(reg), 0, 0, &did))
		return false;
	SAME_OR(did.esr, 0, false);
	*value = did.result;
	return true;
}

static bool msr(u32 reg, u64 value)
{
	struct did did;

	if (!does(OP_INSN, MSR_X0(reg), value, 0, &did))
		return false;
	SAME_OR(did.esr, 0, false);
	return true;
}

static void el2_answers_smccc(void)
{
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(does(OP_HVC, SMCCC_VERSION, 0, 0, &did));
	CHECK(did.result >= 0x10001 && did.result < 0x20000);
	CHECK(does(OP_SMC, SMCCC_VERSION, 0, 0, &did));
	CHECK(did.result >= 0x10001 && did.result < 0x20000);
	/* PSCI_VERSION, and calls that nobody knows: the host's among them. */
	CHECK(does(OP_SMC, 0x84000000, 0, 0, &did));
	CHECK(did.result >= 0x10000);
	CHECK(does(OP_HVC, PKVM_HOST_VERSION, 0, 0, &did));
	SAME((int)did.result, -1);
	CHECK(does(OP_HVC, PKVM_HOST_VM_DESTROY, vm.handle, 0, &did));
	SAME((int)did.result, -1);
	CHECK(does(OP_SMC, 0xc3000001, 0, 0, &did));
	SAME((int)did.result, -1);
}

static void the_host_answers_a_normal_guest(void)
{
	struct pkvm_run *run;
	struct did did;
	u32 i;

	CHECK(agent_make(&vm, 0, 1));
	run = vm.run[0];
	/* By hand up to the call: serve() would answer it. */
	for (i = 0; i < 32; i++) {
		u32 reason = vcpu_run(&vm, 0);
		static const u64 words[] = { OP_HVC, 0x86000123, 11, 22 };

		if (reason != PKVM_EXIT_MMIO) {
			SAME(reason, PKVM_EXIT_SMCCC);
			break;
		}
		mmio_answer(run, words[run->out.mmio.ipa - GUEST_MMIO >= 32 ? 0 :
				       (run->out.mmio.ipa - GUEST_MMIO) / 8]);
	}
	SAME(run->out.smccc.x[0], 0x86000123);
	SAME(run->out.smccc.x[1], 11);
	SAME(run->out.smccc.x[2], 22);
	SAME(run->out.smccc.smc, 0);
	run->in.x[0] = 0x777;
	run->in.flags |= PKVM_RUN_SMCCC_DONE;
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.exit, AGENT_DONE);
	SAME(did.result, 0x777);
}

static bool device_sizes(u64 flags)
{
	static const u64 want[] = { 0x88, 0x7788, 0x55667788, 0x1122334455667788,
				    0xffffffffffffff88, 0x7788, 0x55667788 };
	struct did did;
	u32 i;

	CHECK_OR(agent_make(&vm, flags, 1), false);
	vm.read_value = 0x1122334455667788;
	CHECK_OR(does(OP_SIZES, vm.window + 0x800, 0, 0, &did), false);
	SAME_OR(did.esr, 0, false);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		SAME_OR(vm.report[i], want[i], false);
	SAME_OR(vm.report[7], 0x34, false);
	return true;
}

static void devices_of_a_normal_guest(void)
{
	device_sizes(0);
}

static void devices_of_a_protected_guest(void)
{
	device_sizes(PKVM_VM_PROTECTED);
}

static void no_syndrome(void)
{
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(does(OP_PAIR, vm.window + 0x800, 0, 0, &did));
	SAME(ESR_EC(did.esr), EC_DABT_CUR);
	SAME(ESR_FSC(did.esr), FSC_SEA);
	CHECK(vcpu_put() && vm_end(&vm));
	CHECK(agent_make(&vm, 0, 1));
	did = agent_do(&vm, 0, OP_PAIR, vm.window + 0x800, 0, 0);
	SAME(did.exit, PKVM_EXIT_MMIO_UNDECODED);
}

static void idle_tells_when(void)
{
	u64 t, deadline;
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	did = agent_do(&vm, 0, OP_WFI, 0, 0, 0);
	SAME(did.exit, PKVM_EXIT_WFI);
	SAME(vm.run[0]->out.wfi.deadline, ~0UL);
	/* Run again: it goes on behind the WFI, having done it. */
	CHECK(mrs(R_CNTVCT, &t));
	CHECK(mrs(R_CNTVCT, &t));
	CHECK(msr(R_CNTV_CVAL, t + rd(cntfrq_el0)));
	CHECK(msr(R_CNTV_CTL, 1));
	did = agent_do(&vm, 0, OP_WFI, 0, 0, 0);
	SAME(did.exit, PKVM_EXIT_WFI);
	deadline = vm.run[0]->out.wfi.deadline;
	CHECK(deadline > now() && deadline < now() + 2 * rd(cntfrq_el0));
	CHECK(msr(R_CNTV_CTL, 0));
	CHECK(msr(R_CNTP_CVAL, t + rd(cntfrq_el0) / 2));
	CHECK(msr(R_CNTP_CTL, 1));
	did = agent_do(&vm, 0, OP_WFI, 0, 0, 0);
	SAME(did.exit, PKVM_EXIT_WFI);
	CHECK(vm.run[0]->out.wfi.deadline != ~0UL);
}

static void the_emulated_timer(void)
{
	u64 v, t;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(mrs(R_CNTVCT, &t));
	CHECK(msr(R_CNTP_CVAL, t + (1UL << 40)));
	CHECK(msr(R_CNTP_CTL, 1));
	CHECK(mrs(R_CNTP_CTL, &v));
	SAME(v, 1);
	CHECK(mrs(R_CNTP_CVAL, &v));
	SAME(v, t + (1UL << 40));
	CHECK(msr(R_CNTP_CVAL, t));
	CHECK(mrs(R_CNTP_CTL, &v));
	SAME(v, 5);
	CHECK(vm.run[0]->out.lines & PKVM_LINE_PTIMER);
	/* It is not the host's. */
	SAME(rd(cntp_ctl_el0) & 1, 0);
	CHECK(msr(R_CNTP_CTL, 3));
	CHECK(mrs(R_CNTP_CTL, &v));
	SAME(v, 7);
	SAME(vm.run[0]->out.lines & PKVM_LINE_PTIMER, 0);
}

static void cpus_by_psci(void)
{
	struct did did;

	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 2, agent, 1, NULL));
	CHECK(vcpu_load(&vm, 0));
	CHECK(does(OP_SMC, PSCI_AFFINITY_INFO, 1, 0, &did));
	SAME(did.result, 1);
	did = agent_do(&vm, 0, OP_SMC, PSCI_CPU_ON, 1, GUEST_RAM);
	SAME(did.exit, PKVM_EXIT_CPU_ON);
	SAME(vm.run[0]->out.cpu_on.index, 1);
	CHECK(vcpu_put() && vcpu_load(&vm, 1));
	/* The other has x0 = the window: CPU_ON's context. */
	did = agent_do(&vm, 1, OP_INSN, MRS_X0(R_MPIDR), 0, 0);
	SAME(did.exit, AGENT_DONE);
	SAME(did.result & 0xffffff, 1);
	did = agent_do(&vm, 1, OP_SMC, PSCI_AFFINITY_INFO, 0, 0);
	SAME(did.result, 0);
	did = agent_do(&vm, 1, OP_SMC, PSCI_CPU_OFF, 0, 0);
	SAME(did.exit, PKVM_EXIT_CPU_OFF);
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_STATE);
	CHECK(vcpu_put() && vcpu_load(&vm, 0));
	did = agent_do(&vm, 0, OP_READ, GUEST_RAM, 0, 0);
	SAME(did.exit, AGENT_DONE);
	SAME(did.result, 0);		/* CPU_ON's answer */
	CHECK(does(OP_SMC, PSCI_AFFINITY_INFO, 1, 0, &did));
	SAME(did.result, 1);
}

static void the_guest_switches_off(void)
{
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	did = agent_do(&vm, 0, OP_SMC, PSCI_SYSTEM_OFF, 0, 0);
	SAME(did.exit, PKVM_EXIT_SYSTEM_OFF);
	SAME(hc1(PKVM_HOST_VCPU_RUN, 0), PKVM_RET_STATE);
	CHECK(vcpu_put() && vm_end(&vm));
	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	did = agent_do(&vm, 0, OP_SMC, 0x84000009, 0, 0);
	SAME(did.exit, PKVM_EXIT_SYSTEM_RESET);
}

static u64 field(u64 value, u32 shift)
{
	return value >> shift & 0xf;
}

static void id_registers(void)
{
	u64 v;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(mrs(R_MIDR, &v));
	SAME(v, rd(midr_el1));
	CHECK(mrs(R_PFR0, &v));
	SAME(field(v, 32), 0);		/* SVE */
	SAME(field(v, 44), 0);		/* AMU */
	SAME(field(v, 40), 0);		/* MPAM */
	SAME(field(v, 24), 1);		/* GIC system registers */
	SAME(field(v, 16), field(rd(id_aa64pfr0_el1), 16));
	CHECK(mrs(R_PFR1, &v));
	SAME(field(v, 24), 0);		/* SME */
	SAME(field(v, 8), 0);		/* MTE */
	CHECK(mrs(R_ZFR0, &v));
	SAME(v, 0);
	CHECK(mrs(R_DFR0, &v));
	CHECK(field(v, 0) >= 6);
	SAME(field(v, 8), 0);		/* PMU */
	SAME(field(v, 32), 0);		/* SPE */
	SAME(field(v, 44), 0);		/* TRBE */
	SAME(field(v, 52), 0);		/* BRBE */
	CHECK(mrs(R_MMFR2, &v));
	SAME(field(v, 52), 0);		/* BBM */
	CHECK(mrs(R_CTR, &v));
	SAME(v & 0xf, rd(ctr_el0) & 0xf);
}

static void absent_registers(void)
{
	static const u32 regs[] = { R_PMCR, R_PMCCNTR, R_ZCR, R_PMSCR, R_TRBLIMITR, R_TRFCR,
				    R_AMCR, R_VBAR_EL2, SYS(3, 0, 11, 1, 1), SYS(3, 3, 15, 0, 0) };
	struct did did;
	u32 i;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		CHECK(does(OP_INSN, MRS_X0(regs[i]), 0, 0, &did));
		if (ESR_EC(did.esr) != EC_UNKNOWN || !did.esr)
			say("# register %x: ESR %lx\n", regs[i], did.esr);
		SAME(did.esr, 1UL << 25);
		CHECK(does(OP_INSN, MSR_X0(regs[i]), 0, 0, &did));
		SAME(did.esr, 1UL << 25);
	}
}

static void set_way_and_code(void)
{
	struct did did;
	u32 i;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(does(OP_INSN, 0xd5087e40, 0, 0, &did));	/* DC CISW's neighbours: DC ISW, CSW, CISW */
	CHECK(does(OP_INSN, 0xd5087640, 0, 0, &did));
	SAME(did.esr, 0);
	CHECK(does(OP_INSN, 0xd5087a40, 0, 0, &did));
	SAME(did.esr, 0);
	/* MOV X0, #i, written anew each time. */
	for (i = 0; i < 50; i++) {
		CHECK(does(OP_INSN, 0xd2800000 | i << 5, 0, 0, &did));
		SAME(did.result, i);
	}
}

static void breakpoints_stay_in_the_guest(void)
{
	struct did did;
	u64 v;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	/* DBGBVR0, DBGBCR0, MDSCR.MDE: a breakpoint on the host's own code. */
	CHECK(does(OP_INSN, MSR_X0(SYS(2, 0, 0, 0, 4)), (u64)&timer_arm, 0, &did));
	CHECK(does(OP_INSN, MSR_X0(SYS(2, 0, 0, 0, 5)), 0x1e7, 0, &did));
	CHECK(does(OP_INSN, MSR_X0(SYS(2, 0, 0, 2, 2)), 1UL << 15 | 1UL << 13, 0, &did));
	SAME(rd(S2_0_C0_C0_5) & 1, 0);
	SAME(rd(mdscr_el1) & (1UL << 15), 0);
	CHECK(mrs(SYS(2, 0, 0, 0, 4), &v));
	SAME(v, (u64)&timer_arm);
	CHECK(mrs(SYS(2, 0, 0, 2, 2), &v));
	CHECK(v >> 15 & 1);
	CHECK(vcpu_put());
	SAME(rd(S2_0_C0_C0_4) == (u64)&timer_arm, 0);
	CHECK(now());
}

#define BCR_EL1_EL0	0x1e7UL		/* every byte, EL1 and EL0, enabled */
#define MDSCR_MDE	(1UL << 15)
#define MDSCR_KDE	(1UL << 13)

/* Breakpoints on the guest's code and a watchpoint on its data, with debug on. */
static void the_hosts_breakpoints_do_not_stop_a_guest(void)
{
	struct did did;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	wr(S2_0_C0_C0_4, GUEST_RAM + 0x18);		/* DBGBVR0_EL1 */
	wr(S2_0_C0_C0_5, BCR_EL1_EL0);
	wr(S2_0_C0_C0_6, GUEST_RAM + PAGE);		/* DBGWVR0_EL1 */
	wr(S2_0_C0_C0_7, 0x1fffUL);			/* any byte, load and store */
	wr(osdlr_el1, 0);
	wr(oslar_el1, 0);
	wr(mdscr_el1, MDSCR_MDE | MDSCR_KDE);
	isb();
	did = agent_do(&vm, 0, OP_FILL, GUEST_RAM + PAGE, 64, 1);
	wr(mdscr_el1, 0);
	isb();
	SAME(did.exit, AGENT_DONE);
	SAME(did.esr, 0);
	SAME(rd(S2_0_C0_C0_4), GUEST_RAM + 0x18);
	SAME(rd(S2_0_C0_C0_5) & 1, 1);
	wr(S2_0_C0_C0_5, 0);
	wr(S2_0_C0_C0_7, 0);
	isb();
}

/* The host's cycle counter stands still while a protected guest runs: less than the time. */
static const struct test tests[] = {
	{ "EL2 answers a protected guest's calls", el2_answers_smccc },
	{ "the host answers a normal guest's", the_host_answers_a_normal_guest },
	{ "device accesses of every size, normal", devices_of_a_normal_guest },
	{ "device accesses of every size, protected", devices_of_a_protected_guest },
	{ "device accesses without a syndrome", no_syndrome },
	{ "an idle guest says until when", idle_tells_when },
	{ "the emulated physical timer", the_emulated_timer },
	{ "PSCI of a protected guest", cpus_by_psci },
	{ "SYSTEM_OFF and SYSTEM_RESET", the_guest_switches_off },
	{ "ID registers hide what guests lack", id_registers },
	{ "registers that guests lack are undefined", absent_registers },
	{ "set and way operations, code that changes itself", set_way_and_code },
	{ "breakpoints stay in the guest", breakpoints_stay_in_the_guest },
	{ "the host's breakpoints do not stop a guest", the_hosts_breakpoints_do_not_stop_a_guest },
	{ NULL },
};

const struct subject subject_run = { "run", tests };
