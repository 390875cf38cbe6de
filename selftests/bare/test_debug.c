// SPDX-License-Identifier: GPL-2.0-only
/* Breakpoints and counters of the one do nothing to the other. */
#include "test.h"
#include "vm.h"

#define SYS(op0, op1, crn, crm, op2) \
	((op0) << 19 | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define MRS_X0(reg)	(0xd5200000U | (reg))
#define MSR_X0(reg)	(0xd5000000U | (reg))
#define R_OSLAR		SYS(2, 0, 1, 0, 4)
#define R_MDSCR		SYS(2, 0, 0, 2, 2)
#define R_BVR(n)	SYS(2, 0, 0, n, 4)
#define R_BCR(n)	SYS(2, 0, 0, n, 5)
#define INSN_NOP	0xd503201fU
#define INSN_DEBUG_ON	0xd50348ffU	/* MSR DAIFClr, #8 */

#define EC_BREAKPOINT	0x31		/* from the same level */
#define MDE		0x8000UL
#define KDE		0x2000UL
#define BCR_ON		0x1e7UL		/* EL1 and EL0, 4 bytes, on */
/* Where the agent runs an instruction that it was given. */
#define INSN_AT		(GUEST_RAM + PAGE)

static struct vm vm;

static bool insn(u32 code, u64 x0, struct did *did)
{
	*did = agent_do(&vm, 0, OP_INSN, code, x0, 0);
	SAME_OR(did->exit, AGENT_DONE, false);
	return true;
}

static bool msr(u32 reg, u64 value)
{
	struct did did;

	CHECK_OR(insn(MSR_X0(reg), value, &did), false);
	SAME_OR(did.esr, 0, false);
	return true;
}

static void host_debug_off(void)
{
	wr(mdscr_el1, 0);
	wr(S2_0_C0_C0_5, 0);
	wr(S2_0_C0_C1_5, 0);
	wr(S2_0_C0_C5_5, 0);
	isb();
}

/* At the addresses of the guest's instructions, and with breakpoints that guests do not have. */
static void host_debug_on(u64 at)
{
	wr(oslar_el1, 0);
	wr(S2_0_C0_C0_4, at);
	wr(S2_0_C0_C0_5, BCR_ON);
	wr(S2_0_C0_C1_4, at);
	wr(S2_0_C0_C1_5, BCR_ON);
	wr(S2_0_C0_C5_4, at);
	wr(S2_0_C0_C5_5, BCR_ON);
	wr(mdscr_el1, MDE | KDE);
	isb();
}

static bool host_debug_is(u64 at)
{
	SAME_OR(rd(S2_0_C0_C0_4), at, false);
	SAME_OR(rd(S2_0_C0_C0_5), BCR_ON, false);
	SAME_OR(rd(S2_0_C0_C1_4), at, false);
	SAME_OR(rd(S2_0_C0_C1_5), BCR_ON, false);
	SAME_OR(rd(S2_0_C0_C5_4), at, false);
	SAME_OR(rd(S2_0_C0_C5_5), BCR_ON, false);
	SAME_OR(rd(mdscr_el1), MDE | KDE, false);
	return true;
}

static bool breakpoints(u64 flags)
{
	struct did did;

	CHECK_OR(agent_make(&vm, flags, 1), false);
	CHECK_OR(insn(INSN_DEBUG_ON, 0, &did), false);
	host_debug_on(INSN_AT);
	CHECK_OR(insn(INSN_NOP, 0, &did), false);
	SAME_OR(did.esr, 0, false);		/* the guest has debug off */
	/* The guest's debug on, its breakpoint elsewhere: still none of the host's. */
	CHECK_OR(msr(R_OSLAR, 0), false);
	CHECK_OR(msr(R_MDSCR, MDE | KDE), false);
	CHECK_OR(insn(INSN_NOP, 0, &did), false);
	SAME_OR(did.esr, 0, false);
	CHECK_OR(insn(MRS_X0(R_BVR(0)), 0, &did), false);
	SAME_OR(did.result, 0, false);
	CHECK_OR(insn(MRS_X0(R_BVR(5)), 0, &did), false);
	SAME_OR(ESR_EC(did.esr), 0, false);	/* a guest has two */
	CHECK_OR(msr(R_BVR(1), INSN_AT), false);
	CHECK_OR(msr(R_BCR(1), BCR_ON), false);
	CHECK_OR(insn(INSN_NOP, 0, &did), false);
	SAME_OR(ESR_EC(did.esr), EC_BREAKPOINT, false);
	return host_debug_is(INSN_AT);
}

static void in_a_normal_guest(void)
{
	breakpoints(0);
	host_debug_off();
}

static void in_a_protected_guest(void)
{
	breakpoints(PKVM_VM_PROTECTED);
	host_debug_off();
}

static u64 __attribute__((noinline)) visited(u64 n)
{
	asm volatile("" : "+r"(n));
	return n + 1;
}

/* The guest's breakpoint is at a function of the host, whose own debug is on. */
static void of_a_guest_in_the_host(void)
{
	u64 n = 0, i;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 1));
	CHECK(msr(R_OSLAR, 0));
	CHECK(msr(R_BVR(0), (u64)visited));
	CHECK(msr(R_BCR(0), BCR_ON));
	CHECK(msr(R_MDSCR, MDE | KDE));
	wr(oslar_el1, 0);
	wr(mdscr_el1, MDE | KDE);
	isb();
	asm volatile("msr daifclr, #8" : : : "memory");
	for (i = 0; i < 10; i++) {
		n = visited(n);
		msr(R_BVR(0), (u64)visited);
	}
	asm volatile("msr daifset, #8" : : : "memory");
	host_debug_off();
	SAME(n, 10);		/* a breakpoint would have been fatal */
}

#define PMCR_E_LC	0x41UL

/*
 * The cycle counter, over a run that the guest spends in a loop of its own. QEMU counts
 * 1 GHz of real time, and a busy machine under it may stop this CPU in the host's part:
 * so the run that counted least says it. A counter that goes on counts all of each.
 */
static bool stood_still(u64 i)
{
	u64 t = now(), c = rd(pmccntr_el0), cycles;
	struct did did = agent_do(&vm, 0, OP_FILL, GUEST_RAM + 2 * PAGE, 250 * PAGE, i);

	isb();
	cycles = rd(pmccntr_el0) - c;
	return did.exit == AGENT_DONE && cycles < (now() - t) * (1000000000 / rd(cntfrq_el0)) / 2;
}

static void the_hosts_counter(void)
{
	bool still = false;
	u64 i, c;

	CHECK(agent_make(&vm, PKVM_VM_PROTECTED, 256));
	wr(pmccfiltr_el0, 0);
	wr(pmcntenset_el0, 1UL << 31);
	wr(pmcr_el0, PMCR_E_LC | 4);
	isb();
	c = rd(pmccntr_el0);
	for (i = 0; i < 50 && !still; i++)
		still = stood_still(i);
	CHECK(still);
	CHECK(rd(pmccntr_el0) != c);
	SAME(rd(pmcr_el0) & PMCR_E_LC, PMCR_E_LC);
	wr(pmcr_el0, 0);
}

static const struct test tests[] = {
	{ "breakpoints of the host in a normal guest", in_a_normal_guest },
	{ "breakpoints of the host in a protected guest", in_a_protected_guest },
	{ "a breakpoint of a guest in the host", of_a_guest_in_the_host },
	{ "the host's cycle counter stands still in a guest", the_hosts_counter },
	{ NULL }
};

const struct subject subject_debug = { "debug", tests };
