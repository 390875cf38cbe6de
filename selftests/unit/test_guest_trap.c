// SPDX-License-Identifier: GPL-2.0-only
/*
 * What EL2 answers a guest: the register table, ID registers, calls, WFx, aborts, MMIO
 * completion and injected exceptions. Encodings and bits here are the Arm ARM's.
 * SOURCES: hyp/nvhe/guest_trap.c hyp/nvhe/guest_sysreg.c hyp/nvhe/guest_inject.c hyp/nvhe/guest_id.c hyp/nvhe/guest_timer.c hyp/nvhe/features.c hyp/nvhe/feature_table.c
 */
#include "tap.h"
#include "fake_cpu.h"
#include <asm/esr.h>
#include <asm/ptrace.h>
#include "nvhe/errata.h"
#include "nvhe/guest_insn.h"
#include "nvhe/guest_switch.h"

#define EC(n)		((u64)(n) << 26)
#define IL		(1UL << 25)
#define PC		0xffff800080001000UL
#define VBAR		0xffff800080800000UL
#define FAR		0xffff0000badd1234UL
#define EL1H		5UL
#define LEAVE		1UL

static struct hyp_cpu cpu;
static struct hyp_vcpu v;
static struct guest_event event;
static int fp_loads, updates, calls, insns[5];
static u64 insn_arg;
static bool call_smc, pending;
static enum guest_smccc call_answer;

struct hyp_cpu *this_cpu(void)
{
	return &cpu;
}

const char *errata_refusal(u64 midr)
{
	(void)midr;
	return NULL;
}

void guest_fp_load(struct hyp_vcpu *who)
{
	fp_loads += who == &v;
}

void guest_debug_update(struct hyp_vcpu *who)
{
	updates += who == &v;
}

bool gic_pending(struct hyp_vcpu *who)
{
	return pending && who == &v;
}

void fake_insn(enum fake_insn insn, u64 arg)
{
	insns[insn]++;
	insn_arg = arg;
}

static enum guest_smccc call(struct hyp_vcpu *who, bool smc)
{
	calls += who == &v;
	call_smc = smc;
	return call_answer;
}

const struct guest_policy guest_policy = { .smccc = call };

static void reset(void)
{
	static const struct fake_reg none[] = { { 0, 0 } };
	u32 i;

	fake_reset(none, 0);
	fake_strict = false;
	memset(&v, 0, sizeof(v));
	memset(&event, 0, sizeof(event));
	memset(insns, 0, sizeof(insns));
	event.kind = 99;
	v.event = &event;
	v.live = true;
	v.pc = PC;
	v.pstate = EL1H;
	for (i = 0; i < 31; i++)
		v.x[i] = 0x1000 + i;
	fake_set(SYS_VBAR_EL1, VBAR);
	fake_set(SYS_FAR_EL2, FAR);
	fp_loads = updates = calls = 0;
}

static u64 trap(u64 esr)
{
	fake_set(SYS_ESR_EL2, esr);
	return guest_trap(&v);
}

/* The ISS of a trapped MSR (write) or MRS. */
static u64 sysreg_esr(u32 e, bool write, u32 rt)
{
	return EC(0x18) | IL | (u64)sys_reg_Op0(e) << 20 | (u64)sys_reg_Op2(e) << 17 |
	       (u64)sys_reg_Op1(e) << 14 | (u64)sys_reg_CRn(e) << 10 | (u64)rt << 5 |
	       (u64)sys_reg_CRm(e) << 1 | !write;
}

static bool undef(void)
{
	return fake_value[FAKE_SLOT(SYS_ESR_EL1)] == IL && v.pc == VBAR + 0x200 &&
	       fake_value[FAKE_SLOT(SYS_ELR_EL1)] == PC &&
	       fake_value[FAKE_SLOT(SYS_SPSR_EL1)] == EL1H;
}

static bool went_on(void)
{
	return v.pc == PC + 4 && !fake_value[FAKE_SLOT(SYS_ESR_EL1)];
}

/* From DESIGN.md's list and the Arm ARM: encodings that are answered, and how. */
enum how { UNDEF, VALUE, LEAVES };

static const struct {
	const char *name;
	u32 encoding;
	enum how read, write;
	u64 value;		/* of a read */
} regs[] = {
	{ "ACTLR_EL1", sys_reg(3, 0, 1, 0, 1), VALUE, VALUE, 0 },
	{ "OSLSR_EL1", sys_reg(2, 0, 1, 1, 4), VALUE, UNDEF, 0xa },
	{ "OSLAR_EL1", sys_reg(2, 0, 1, 0, 4), UNDEF, VALUE, 0 },
	{ "OSDLR_EL1", sys_reg(2, 0, 1, 3, 4), VALUE, VALUE, 0 },
	{ "DBGPRCR_EL1", sys_reg(2, 0, 1, 4, 4), VALUE, VALUE, 0 },
	{ "MDRAR_EL1", sys_reg(2, 0, 1, 0, 0), VALUE, VALUE, 0 },
	{ "DBGAUTHSTATUS_EL1", sys_reg(2, 0, 7, 14, 6), VALUE, VALUE, 0 },
	{ "MDCCSR_EL0", sys_reg(2, 3, 0, 1, 0), VALUE, VALUE, 0 },
	{ "DBGDTRTX_EL0", sys_reg(2, 3, 0, 5, 0), VALUE, VALUE, 0 },
	{ "ICC_SRE_EL1", sys_reg(3, 0, 12, 12, 5), VALUE, VALUE, 7 },
	{ "ICC_SGI1R_EL1", sys_reg(3, 0, 12, 11, 5), UNDEF, LEAVES, 0 },
	{ "ICC_ASGI1R_EL1", sys_reg(3, 0, 12, 11, 6), UNDEF, UNDEF, 0 },
	{ "ICC_SGI0R_EL1", sys_reg(3, 0, 12, 11, 7), UNDEF, UNDEF, 0 },
	{ "CNTP_CTL_EL0", sys_reg(3, 3, 14, 2, 1), VALUE, VALUE, 0 },
	{ "DBGBVR1_EL1", sys_reg(2, 0, 0, 1, 4), VALUE, VALUE, 0 },
	{ "DBGWCR0_EL1", sys_reg(2, 0, 0, 0, 7), VALUE, VALUE, 0 },
	{ "DBGBVR2_EL1", sys_reg(2, 0, 0, 2, 4), UNDEF, UNDEF, 0 },
	{ "DBGWCR15_EL1", sys_reg(2, 0, 0, 15, 7), UNDEF, UNDEF, 0 },
	{ "PMCR_EL0", sys_reg(3, 3, 9, 12, 0), UNDEF, UNDEF, 0 },
	{ "PMCCNTR_EL0", sys_reg(3, 3, 9, 13, 0), UNDEF, UNDEF, 0 },
	{ "PMUSERENR_EL0", sys_reg(3, 3, 9, 14, 0), UNDEF, UNDEF, 0 },
	{ "PMSCR_EL1", sys_reg(3, 0, 9, 9, 0), UNDEF, UNDEF, 0 },
	{ "PMBLIMITR_EL1", sys_reg(3, 0, 9, 10, 0), UNDEF, UNDEF, 0 },
	{ "TRBLIMITR_EL1", sys_reg(3, 0, 9, 11, 0), UNDEF, UNDEF, 0 },
	{ "TRFCR_EL1", sys_reg(3, 0, 1, 2, 1), UNDEF, UNDEF, 0 },
	{ "BRBCR_EL1", sys_reg(2, 1, 9, 0, 0), UNDEF, UNDEF, 0 },
	{ "AMCR_EL0", sys_reg(3, 3, 13, 2, 0), UNDEF, UNDEF, 0 },
	{ "ERRIDR_EL1", sys_reg(3, 0, 5, 3, 0), UNDEF, UNDEF, 0 },
	{ "MPAM1_EL1", sys_reg(3, 0, 10, 5, 0), UNDEF, UNDEF, 0 },
	{ "LORID_EL1", sys_reg(3, 0, 10, 4, 7), UNDEF, UNDEF, 0 },
	{ "SCXTNUM_EL1", sys_reg(3, 0, 13, 0, 7), UNDEF, UNDEF, 0 },
	{ "TCR2_EL1", sys_reg(3, 0, 2, 0, 3), UNDEF, UNDEF, 0 },
	{ "GCR_EL1", sys_reg(3, 0, 1, 0, 6), UNDEF, UNDEF, 0 },
	{ "SMIDR_EL1", sys_reg(3, 1, 0, 0, 6), UNDEF, UNDEF, 0 },
	{ "an ID register", sys_reg(3, 0, 0, 4, 0), VALUE, UNDEF, 0 },
	{ "an ID register without a name", sys_reg(3, 0, 0, 7, 7), VALUE, UNDEF, 0 },
	{ "IMPLEMENTATION DEFINED", sys_reg(3, 0, 15, 0, 0), UNDEF, UNDEF, 0 },
	{ "nothing known", sys_reg(3, 7, 7, 7, 7), UNDEF, UNDEF, 0 },
	{ "HCR_EL2", sys_reg(3, 4, 1, 1, 0), UNDEF, UNDEF, 0 },
};

static void test_registers(void)
{
	u32 i;

	for (i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		u64 ret;

		reset();
		v.sys[GSR_OSLSR_EL1] = 0xa;
		ret = trap(sysreg_esr(regs[i].encoding, false, 3));
		if (regs[i].read == UNDEF)
			ok(!ret && undef() && v.x[3] == 0x1003, "read of %s: UNDEFINED",
			   regs[i].name);
		else
			ok(!ret && went_on() && v.x[3] == regs[i].value, "read of %s", regs[i].name);
		reset();
		ret = trap(sysreg_esr(regs[i].encoding, true, 3));
		if (regs[i].write == UNDEF)
			ok(!ret && undef(), "write of %s: UNDEFINED", regs[i].name);
		else
			ok(ret == (regs[i].write == LEAVES) && went_on() && v.x[3] == 0x1003,
			   "write of %s", regs[i].name);
	}
	reset();
	v.x[3] = 0x0001000000010002UL;
	trap(sysreg_esr(sys_reg(3, 0, 12, 11, 5), true, 3));
	ok(event.kind == GUEST_SGI && event.sgi == v.x[3], "an SGI goes to the host with its value");
	reset();
	v.sys[GSR_OSLSR_EL1] = 0xa;
	trap(sysreg_esr(sys_reg(2, 0, 1, 1, 4), false, 31));
	ok(went_on(), "a read into XZR goes nowhere");
	trap(sysreg_esr(sys_reg(2, 0, 1, 0, 4), true, 31));
	is_num(v.sys[GSR_OSLSR_EL1], 8, "OSLAR 0 opens the lock, XZR is 0");
	v.x[2] = 1;
	trap(sysreg_esr(sys_reg(2, 0, 1, 0, 4), true, 2));
	ok(v.sys[GSR_OSLSR_EL1] == 0xa && updates == 2, "OSLAR 1 locks it, and the CPU is told");
	v.x[2] = 0xa000;
	trap(sysreg_esr(sys_reg(2, 0, 0, 2, 2), true, 2));
	ok(v.sys[GSR_MDSCR_EL1] == 0xa000 && updates == 3, "MDSCR_EL1 is kept, and the CPU is told");
	reset();
	trap(sysreg_esr(sys_reg(1, 0, 7, 6, 2), true, 3));
	trap(sysreg_esr(sys_reg(1, 0, 7, 10, 2), true, 3));
	trap(sysreg_esr(sys_reg(1, 0, 7, 14, 2), true, 3));
	ok(insns[INSN_CISW] == 3 && insn_arg == 0x1003 && v.pc == PC + 12,
	   "each set/way operation is a clean and invalidate");
}

static void test_index(void)
{
	u32 i, wrong = 0;
	static const u32 known[] = {
		sys_reg(3, 0, 1, 0, 0), sys_reg(3, 0, 2, 0, 2), sys_reg(3, 0, 4, 1, 0),
		sys_reg(3, 4, 4, 1, 0), sys_reg(3, 3, 13, 0, 2), sys_reg(3, 0, 2, 1, 0),
	};
	static const u32 foreign[] = {
		0, ~0U, sys_reg(3, 4, 1, 1, 0), sys_reg(3, 0, 0, 4, 0), sys_reg(3, 0, 12, 1, 1),
	};

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		wrong += guest_sysreg_index(known[i]) >= GUEST_NR_SYSREGS;
	is_num(wrong, 0, "registers of a vCPU are found by encoding");
	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		wrong += guest_sysreg_index(foreign[i]) != GUEST_NR_SYSREGS;
	is_num(wrong, 0, "others are not");
}

static u64 field(u32 op2_crm, u32 shift)
{
	return guest_id_reg(op2_crm) >> shift & 0xf;
}

static void test_id(void)
{
	static const struct {
		const char *what;
		u32 crm, op2, shift;
		u64 want;
	} want[] = {
		{ "SVE", 4, 0, 32, 0 }, { "AMU", 4, 0, 44, 0 }, { "MPAM", 4, 0, 40, 0 },
		{ "RAS", 4, 0, 28, 0 }, { "EL3", 4, 0, 12, 0 }, { "EL2", 4, 0, 8, 0 },
		{ "AArch32 at EL1", 4, 0, 4, 1 }, { "CSV2", 4, 0, 56, 1 },
		{ "SME", 4, 1, 24, 0 }, { "MTE", 4, 1, 8, 0 }, { "GCS", 4, 1, 44, 0 },
		{ "NMI", 4, 1, 36, 0 }, { "CSV2_frac", 4, 1, 32, 0 }, { "FPMR", 4, 2, 32, 0 },
		{ "SVE details", 4, 4, 0, 0 }, { "SME details", 4, 5, 56, 0 },
		{ "debug version", 5, 0, 0, 6 }, { "trace", 5, 0, 4, 0 }, { "PMU", 5, 0, 8, 0 },
		{ "breakpoints less one", 5, 0, 12, 1 }, { "watchpoints less one", 5, 0, 20, 1 },
		{ "context comparators less one", 5, 0, 28, 0 }, { "SPE", 5, 0, 32, 0 },
		{ "trace filter", 5, 0, 40, 0 }, { "TRBE", 5, 0, 44, 0 }, { "BRBE", 5, 0, 52, 0 },
		{ "double lock: none", 5, 0, 36, 0xf }, { "more breakpoints", 5, 1, 8, 0 },
		{ "PA range", 7, 0, 0, 2 }, { "VHE", 7, 1, 8, 0 }, { "LORegions", 7, 1, 16, 0 },
		{ "access flag by hardware", 7, 1, 0, 2 }, { "BBM level", 7, 2, 52, 0 },
		{ "nesting", 7, 2, 24, 0 }, { "TCR2", 7, 3, 0, 0 }, { "SCTLR2", 7, 3, 4, 0 },
		{ "permission indirection", 7, 3, 8, 0 }, { "PAN is there", 7, 1, 20, 3 },
		{ "atomics are there", 6, 0, 20, 3 }, { "WFxT", 6, 2, 0, 0 },
	};
	u32 i;

	reset();
	for (i = 0; i < nr_features; i++)	/* a CPU with all there is */
		fake_set_field(ID_REG_ENCODING(features[i].reg), features[i].shift,
			       features[i].width, features[i].known);
	guest_id_init();
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		is_num(field(sys_reg(3, 0, 0, want[i].crm, want[i].op2), want[i].shift),
		       want[i].want, "a guest's view: %s", want[i].what);
	is_num(guest_id_reg(sys_reg(3, 0, 0, 7, 7)), 0, "an unnamed ID register is 0");
	for (i = 0; i < 64; i++)
		fake_set(sys_reg(3, 0, 0, i >> 3, i & 7), 0);
	is_num(field(sys_reg(3, 0, 0, 7, 1), 20), 3, "it does not change when the vCPU moves");
	guest_id_init();
	is_num(field(sys_reg(3, 0, 0, 7, 0), 0), 0, "a cap does not raise");
}

static void test_calls(void)
{
	reset();
	call_answer = SMCCC_DONE;
	is_num(trap(EC(0x16) | IL), 0, "HVC 0 that policy answers runs on");
	ok(calls == 1 && !call_smc && v.pc == PC, "as an HVC, PC is past it already");
	is_num(trap(EC(0x17) | IL), 0, "SMC 0 that policy answers runs on");
	ok(calls == 2 && call_smc && v.pc == PC + 4, "as an SMC, past the instruction");
	call_answer = SMCCC_EXIT_HOST;
	ok(trap(EC(0x17) | IL) == LEAVE && event.kind == GUEST_SMCCC && event.smc,
	   "a call for the host ends the run");
	call_answer = SMCCC_EXIT_POLICY;
	ok(trap(EC(0x16) | IL) == LEAVE && event.kind == GUEST_POLICY, "policy may end it itself");
	reset();
	is_num(trap(EC(0x16) | IL | 1), 0, "HVC 1 runs on");
	ok(!calls && v.x[0] == ~0UL && v.pc == PC, "answered NOT_SUPPORTED, never policy's");
	is_num(trap(EC(0x17) | IL | 0xffff), 0, "SMC 0xffff runs on");
	ok(!calls && v.x[0] == ~0UL && v.pc == PC + 4, "NOT_SUPPORTED too");
}

static void test_wfx(void)
{
	reset();
	ok(trap(EC(1) | IL) == LEAVE && event.kind == GUEST_WFI && v.pc == PC + 4,
	   "WFI with nothing pending ends the run");
	pending = true;
	ok(trap(EC(1) | IL) == 0 && v.pc == PC + 8, "with an interrupt pending it goes on");
	ok(trap(EC(1) | IL | 1) == LEAVE && event.kind == GUEST_WFE, "WFE ends the run");
	pending = false;
	ok(trap(EC(1) | IL | 2) == LEAVE && event.kind == GUEST_WFI, "WFIT is a WFI");
	ok(trap(EC(1) | IL | 3) == LEAVE && event.kind == GUEST_WFE, "WFET is a WFE");
	reset();
	is_num(trap(EC(7) | IL), 0, "FP runs on");
	ok(fp_loads == 1 && v.pc == PC, "after a load, at the same instruction");
}

static void test_classes(void)
{
	u64 ec, wrong = 0;

	for (ec = 0; ec < 64; ec++) {
		if (ec == 1 || ec == 7 || ec == 0x16 || ec == 0x17 || ec == 0x18 || ec == 0x20 ||
		    ec == 0x24)
			continue;
		reset();
		wrong += trap(EC(ec) | 0x1ffffff) != 0 || !undef();
	}
	is_num(wrong, 0, "every class that is not asked for is UNDEFINED, SVE and SME too");
}

static void test_aborts(void)
{
	struct guest_abort *a = &event.abort;

	reset();
	fake_set(SYS_HPFAR_EL2, 0x40201UL << 4);
	/* ISV, SAS 2, SSE, SRT 9, SF 0, WnR 0, translation level 3 */
	is_num(trap(EC(0x24) | IL | 1 << 24 | 2 << 22 | 1 << 21 | 9 << 16 | 7), LEAVE,
	       "a load that stage 2 does not map ends the run");
	ok(event.kind == GUEST_ABORT && a->ipa == 0x40201234UL && a->far == FAR && !a->exec &&
	   !a->write && !a->s1ptw && !a->cm && !a->permission, "its address is known");
	ok(a->isv && a->size == 4 && a->rt == 9 && a->sign_extend && !a->sixty_four && !a->narrow,
	   "and what it was");
	trap(EC(0x24) | 1 << 24 | 3 << 22 | 31 << 16 | 1 << 15 | 1 << 6 | 6);
	ok(a->write && a->size == 8 && a->rt == 31 && a->sixty_four && a->narrow,
	   "a store of XZR by a narrow instruction");
	trap(EC(0x24) | IL | 7);
	ok(!a->isv && a->ipa == 0x40201234UL, "without a syndrome the address is still known");
	trap(EC(0x24) | IL | 1 << 8 | 1 << 6 | 7);
	ok(a->cm && !a->write, "cache maintenance writes nothing");
	trap(EC(0x24) | IL | 1 << 7 | 1 << 6 | 7);
	ok(a->s1ptw && a->ipa == 0x40201000UL, "a walk's address has no offset");
	trap(EC(0x20) | IL | 7);
	ok(a->exec && !a->isv && !a->write, "a fetch");
	trap(EC(0x24) | IL | 0xb);
	ok(a->access && !a->permission, "an access flag");
	fake_set(SYS_PAR_EL1, 0x123456000UL | 0x80UL << 52);
	insns[INSN_AT] = 0;
	trap(EC(0x24) | IL | 1 << 6 | 0xf);
	ok(a->permission && a->ipa == 0x123456234UL && insns[INSN_AT] == 1 && insn_arg == FAR,
	   "a permission fault is walked again for its address");
	is_num(fake_value[FAKE_SLOT(SYS_PAR_EL1)], 0x123456000UL | 0x80UL << 52,
	       "and the guest's PAR_EL1 stays");
	cpu.errata = ERRATA_HPFAR;
	insns[INSN_AT] = 0;
	trap(EC(0x24) | IL | 7);
	ok(a->ipa == 0x123456234UL && insns[INSN_AT] == 1,
	   "so is a translation fault where HPFAR_EL2 may lie");
	trap(EC(0x24) | IL | 1 << 7 | 7);
	ok(a->ipa == 0x40201000UL && insns[INSN_AT] == 1, "but not that of a walk");
	cpu.errata = 0;
	fake_set(SYS_PAR_EL1, 1);
	event.kind = 99;
	ok(!trap(EC(0x24) | IL | 0xf) && event.kind == 99 && v.pc == PC,
	   "if its tables have changed it tries again");
	ok(!trap(EC(0x24) | IL | 0x30) && insns[INSN_TLBI] == 1 && v.pc == PC,
	   "a TLB conflict is flushed away");
	reset();
	ok(!trap(EC(0x24) | IL | 0x35) && fake_value[FAKE_SLOT(SYS_ESR_EL1)] ==
	   (EC(0x25) | IL | 0x10) && fake_value[FAKE_SLOT(SYS_FAR_EL1)] == FAR &&
	   v.pc == VBAR + 0x200, "any other fault is an external abort to the guest");
}

static void test_mmio(void)
{
	u32 size, sign, sf, wrong = 0;
	u64 data = 0x8182838485868788UL;

	for (size = 1; size <= 8; size *= 2)
	for (sign = 0; sign < 2; sign++)
	for (sf = 0; sf < 2; sf++) {
		struct guest_abort a = { .isv = true, .size = size, .rt = 7, .sign_extend = sign,
					 .sixty_four = sf };
		u64 want = size == 8 ? data : data & ((1UL << 8 * size) - 1);

		if (sign && size < 8)	/* all of the data's top bits are 1 */
			want |= ~0UL << 8 * size;
		if (!sf)
			want = (u32)want;
		reset();
		guest_mmio_done(&v, &a, data);
		wrong += v.x[7] != want || v.pc != PC + 4;
	}
	is_num(wrong, 0, "a load gets its size, sign and width, and nothing else of the data");
	{
		struct guest_abort a = { .isv = true, .size = 4, .rt = 31 };

		reset();
		guest_mmio_done(&v, &a, data);
		ok(v.x[30] == 0x101e && v.pc == PC + 4, "a load into XZR changes no register");
		a.rt = 5;
		a.write = true;
		guest_mmio_done(&v, &a, data);
		ok(v.x[5] == 0x1005 && v.pc == PC + 8, "nor does a store");
		a.narrow = true;
		guest_mmio_done(&v, &a, data);
		is_num(v.pc, PC + 10, "a narrow instruction is two bytes");
	}
}

static void test_skip(void)
{
	reset();
	v.pstate = EL1H | 1UL << 21 | 3UL << 10 | 1UL << 31;
	guest_skip(&v);
	is_num(v.pstate, EL1H | 1UL << 31, "a skip ends the step and BTYPE, and keeps the flags");
	/* ITT block in Thumb: ITSTATE 0b0000_0100 then over. */
	v.pstate = 0x30 | 1UL << 10;
	guest_skip(&v);
	is_num(v.pstate, 0x30 | 2UL << 10, "in Thumb the IT block goes on");
	v.pstate = 0x30 | 2UL << 10;
	guest_skip(&v);
	is_num(v.pstate, 0x30, "and ends");
}

static void test_inject(void)
{
	struct guest_abort a = { .far = FAR, .write = true };
	static const struct {
		u64 pstate, offset, ec;
	} from[] = {
		{ 5, 0x200, 0x25 }, { 4, 0, 0x25 }, { 0, 0x400, 0x24 }, { 0x10, 0x600, 0x24 },
	};
	u32 i, wrong = 0;

	for (i = 0; i < 4; i++) {
		reset();
		v.live = false;
		v.pstate = from[i].pstate;
		v.sys[GSR_VBAR_EL1] = VBAR;
		v.sys[GSR_SCTLR_EL1] = 1UL << 44;	/* DSSBS, SPAN 0 */
		guest_inject_sea(&v, &a);
		wrong += v.pc != VBAR + from[i].offset || v.sys[GSR_FAR_EL1] != FAR ||
			 v.sys[GSR_ELR_EL1] != PC || v.sys[GSR_SPSR_EL1] != from[i].pstate ||
			 v.sys[GSR_ESR_EL1] != (EC(from[i].ec) | IL | 1 << 6 | 0x10);
		wrong += (v.pstate & 0x3df) != 0x3c5 || !(v.pstate & 1 << 22) ||
			 !(v.pstate & 1 << 12);
		wrong += fake_writes[FAKE_SLOT(SYS_ESR_EL1)] || fake_writes[FAKE_SLOT(SYS_FAR_EL1)];
	}
	is_num(wrong, 0, "out of a run, an abort goes to the vCPU's registers, from each mode");
	reset();
	a = (struct guest_abort){ .far = FAR, .exec = true, .s1ptw = true };
	v.pstate = 0;
	guest_inject_sea(&v, &a);
	is_num(fake_value[FAKE_SLOT(SYS_ESR_EL1)], EC(0x20) | IL | 0x14,
	       "in a run to the CPU's; a walk for a fetch of EL0");
	a = (struct guest_abort){ .far = FAR, .cm = true };
	reset();
	guest_inject_sea(&v, &a);
	is_num(fake_value[FAKE_SLOT(SYS_ESR_EL1)], EC(0x25) | IL | 1 << 8 | 1 << 6 | 0x10,
	       "cache maintenance says that it is, with WnR");
}

int main(void)
{
	test_registers();
	test_index();
	test_id();
	test_calls();
	test_wfx();
	test_classes();
	test_aborts();
	test_mmio();
	test_skip();
	test_inject();
	return tap_done();
}
