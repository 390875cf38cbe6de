// SPDX-License-Identifier: GPL-2.0-only
/*
 * The switch: every register of both sides filled with patterns, through runs, exits,
 * loads and puts, on a CPU with nothing and on one with everything. Register lists and
 * bits here are the Arm ARM's.
 * SOURCES: hyp/nvhe/guest.c hyp/nvhe/guest_debug.c hyp/nvhe/guest_fp.c hyp/nvhe/guest_gic.c hyp/nvhe/guest_id.c hyp/nvhe/guest_timer.c hyp/nvhe/features.c hyp/nvhe/feature_table.c
 */
#include "tap.h"
#include "fake_cpu.h"
#include <linux/errno.h>
#include "nvhe/cpu_asm.h"
#include "nvhe/errata.h"
#include "nvhe/guest_insn.h"
#include "nvhe/guest_switch.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define NOW		0x10000UL

static struct hyp_cpu cpu;
static struct hyp_vcpu v, other;
static struct guest_s2 s2 = { .baddr = 0x48000000, .vtcr = 0x80023558 };
static struct guest_event event;
static u32 insns[5], vmid_puts, wrong_order;
static bool full, with_debug;
static u64 leave_with = LEAVE_IRQ;

const char guest_vectors_plain[1], guest_vectors_bhb_loop[1], guest_vectors_clrbhb[1],
	   guest_vectors_bhb_fw[1], guest_vectors_bhb_fw1[1];

struct hyp_cpu *this_cpu(void)
{
	return &cpu;
}

const char *errata_refusal(u64 midr)
{
	(void)midr;
	return NULL;
}

static enum errata_vectors vectors;

enum errata_vectors errata_vectors(const struct hyp_cpu *c)
{
	(void)c;
	return vectors;
}

u16 vmid_load(struct vmid *vmid)
{
	if (!vmid->value)
		vmid->value = 0x10007;
	return vmid->value;
}

void vmid_put(void)
{
	vmid_puts++;
}

void fake_insn(enum fake_insn insn, u64 arg)
{
	(void)arg;
	insns[insn]++;
	if (insn == INSN_TLBI && fake_value[FAKE_SLOT(SYS_VTTBR_EL2)] >> 48 != 7)
		wrong_order++;		/* another VMID would be flushed */
	if (insn == INSN_PSB && fake_value[FAKE_SLOT(SYS_PMSCR_EL1)])
		wrong_order++;
	/* What drains goes out by the host's translation. */
	if ((insn == INSN_PSB || insn == INSN_TSB) &&
	    fake_value[FAKE_SLOT(SYS_VTTBR_EL2)] != 0x40000000)
		wrong_order++;
}

/* The FP registers of the CPU. */
static struct guest_fp fp_regs;
static u32 fp_loads, fp_takes, fp_traps;

void guest_fp_regs_load(const struct guest_fp *fp)
{
	fp_traps += fake_cptr_now >> 10 & 1;	/* TFP traps EL2 too */
	fp_regs = *fp;
	fp_loads++;
}

void guest_fp_regs_take(struct guest_fp *fp)
{
	fp_traps += fake_cptr_now >> 10 & 1;
	*fp = fp_regs;
	memset(&fp_regs, 0, sizeof(fp_regs));
	fp_takes++;
}

/* A different value for each register and side. */
static u64 pattern(u64 side, u32 encoding)
{
	return (side << 56 | (u64)encoding << 16 | (encoding * 0x9e37U & 0xffff)) &
	       ~(1UL << 7 | 1UL << 23 | 1);	/* not the bits that end walks, nor M */
}

enum { HOST = 0x48, GUEST = 0x47, CHANGED = 0x43 };

/*
 * From the Arm ARM: what software at EL1 and EL0 reads and writes with this trap setting,
 * and that holds state. Not the code's list.
 */
static const u32 plain_regs[] = {
	sys_reg(3, 0, 1, 0, 0), sys_reg(3, 0, 1, 0, 2), sys_reg(3, 0, 2, 0, 0),
	sys_reg(3, 0, 2, 0, 1), sys_reg(3, 0, 2, 0, 2), sys_reg(3, 0, 4, 0, 0),
	sys_reg(3, 0, 4, 0, 1), sys_reg(3, 0, 4, 1, 0), sys_reg(3, 4, 4, 1, 0),
	sys_reg(3, 0, 5, 1, 0), sys_reg(3, 0, 5, 1, 1), sys_reg(3, 0, 5, 2, 0),
	sys_reg(3, 0, 6, 0, 0), sys_reg(3, 0, 7, 4, 0), sys_reg(3, 0, 10, 2, 0),
	sys_reg(3, 0, 10, 3, 0), sys_reg(3, 0, 12, 0, 0), sys_reg(3, 0, 13, 0, 1),
	sys_reg(3, 0, 13, 0, 4), sys_reg(3, 0, 14, 1, 0), sys_reg(3, 2, 0, 0, 0),
	sys_reg(3, 3, 13, 0, 2), sys_reg(3, 3, 13, 0, 3),
};

static const u32 key_regs[] = {
	sys_reg(3, 0, 2, 1, 0), sys_reg(3, 0, 2, 1, 1), sys_reg(3, 0, 2, 1, 2),
	sys_reg(3, 0, 2, 1, 3), sys_reg(3, 0, 2, 2, 0), sys_reg(3, 0, 2, 2, 1),
	sys_reg(3, 0, 2, 2, 2), sys_reg(3, 0, 2, 2, 3), sys_reg(3, 0, 2, 3, 0),
	sys_reg(3, 0, 2, 3, 1),
};

static u64 reg(u32 encoding)
{
	return fake_value[FAKE_SLOT(encoding)];
}

static void fill(const u32 *regs, u32 nr, u64 side)
{
	for (; nr; nr--, regs++)
		fake_set(*regs, pattern(side, *regs));
}

static u32 count_not(const u32 *regs, u32 nr, u64 side)
{
	u32 bad = 0;

	for (; nr; nr--, regs++)
		if (reg(*regs) != pattern(side, *regs)) {
			printf("# S%u_%u_C%u_C%u_%u is %#llx\n", sys_reg_Op0(*regs),
			       sys_reg_Op1(*regs), sys_reg_CRn(*regs), sys_reg_CRm(*regs),
			       sys_reg_Op2(*regs), (unsigned long long)reg(*regs));
			bad++;
		}
	return bad;
}

static u32 bcr(u32 n)
{
	return sys_reg(2, 0, 0, n, 5);
}

static u32 wcr(u32 n)
{
	return sys_reg(2, 0, 0, n, 7);
}

/* The host as EL2's start-up and a busy kernel leave it. */
static void host_cpu(void)
{
	static const struct fake_reg none[] = { { 0, 0 } };
	u32 i;

	fake_reset(none, 0);
	fake_strict = true;
	fake_set(SYS_ID_AA64PFR0_EL1, 1UL << 24 | 0x2222);
	fake_set(SYS_ID_AA64DFR0_EL1, 6 | 5UL << 12 | 3UL << 20);
	if (full) {
		for (i = 0; i < nr_features; i++)
			fake_set_field(ID_REG_ENCODING(features[i].reg), features[i].shift,
				       features[i].width, features[i].known);
		fake_set_field(SYS_ID_AA64DFR0_EL1, 56, 4, 0);	/* no TRBE_EXT */
		fake_set_field(SYS_ID_AA64DFR0_EL1, 12, 4, 15);
		fake_set_field(SYS_ID_AA64DFR0_EL1, 20, 4, 15);
		fill(key_regs, COUNT(key_regs), HOST);
		fake_set(SYS_PMCR_EL0, 0x41);		/* E, LC */
		fake_set(SYS_PMSCR_EL1, 3);
		fake_set(SYS_TRFCR_EL1, 3);
		fake_set(SYS_TRBLIMITR_EL1, 0x50000001);
		fake_set(SYS_BRBCR_EL1, 3);
		fake_set(SYS_HCRX_EL2, 0x5d5c807);
		fake_set(SYS_HFGRTR_EL2, 0xdff4UL << 48);
		fake_set(SYS_HFGWTR_EL2, 0xdff4UL << 48);
		fake_set(SYS_HFGITR_EL2, 0xf8UL << 52);
		fake_set(SYS_HDFGRTR_EL2, 0x78UL << 56);
		fake_set(SYS_HDFGWTR_EL2, 0x70UL << 56);
		fake_set(SYS_HFGRTR2_EL2, 0x7fff);
		fake_set(SYS_HFGWTR2_EL2, 0x7ffd);
		fake_set(SYS_HFGITR2_EL2, 2);
		fake_set(SYS_HDFGRTR2_EL2, 0x1d8003c);
		fake_set(SYS_HDFGWTR2_EL2, 0x1f8003c);
		fake_set(SYS_MPAM2_EL2, 1UL << 50);
	}
	fill(plain_regs, COUNT(plain_regs), HOST);
	for (i = 0; i < 16; i++) {
		fake_set(bcr(i), full || i < 6 ? 0x1e5 | i << 16 : 0);
		fake_set(wcr(i), full || i < 4 ? 0x1ff | i << 16 : 0);
		fake_set(sys_reg(2, 0, 0, i, 4), pattern(HOST, 100 + i));
		fake_set(sys_reg(2, 0, 0, i, 6), pattern(HOST, 200 + i));
	}
	fake_set(SYS_MDSCR_EL1, 0xa001);
	fake_set(SYS_ELR_EL2, 0xffff800080123450);
	fake_set(SYS_SPSR_EL2, 0x204003c5);
	fake_set(SYS_HCR_EL2, 0x80080003);
	fake_set(SYS_MDCR_EL2, 6);
	fake_set(SYS_VTTBR_EL2, 0x40000000);
	fake_set(SYS_VTCR_EL2, 0x80053590);
	fake_set(SYS_CPTR_EL2, 0x22ff);
	fake_set(SYS_CNTHCTL_EL2, 3);
	fake_set(SYS_ICC_SRE_EL2, 0xf);
	fake_set(SYS_MPIDR_EL1, 0x80000102);
	fake_set(SYS_VMPIDR_EL2, 0x80000102);
	fake_set(SYS_VBAR_EL2, 0x40080800);
	fake_set(SYS_CNTPCT_EL0, NOW);
	fake_set(SYS_ICH_VTR_EL2, 3 | 4UL << 26);
	fake_isb();
	memset(&cpu, 0, sizeof(cpu));
	guest_init_cpu(&cpu);
}

static void make_vcpu(void)
{
	memset(&v, 0xa5, sizeof(v));
	v.s2 = &s2;
	v.vmpidr = 0x80000003;
	v.protected = true;
	v.fp_live = v.live = v.kicked = false;
	v.timer.voff = 0x8000;
	guest_reset(&v);
	memset(&fp_regs, 0, sizeof(fp_regs));
	memset(insns, 0, sizeof(insns));
	fp_loads = fp_takes = fp_traps = wrong_order = vmid_puts = 0;
	s2.vmid.value = 0;
	with_debug = false;
	leave_with = LEAVE_IRQ;
}

/* Walks must be off, and that seen, while anything of a translation changes. */
static u64 tcr_seen, sctlr_seen;
static bool watching;

static void note_isb(void)
{
	tcr_seen = reg(SYS_TCR_EL1);
	sctlr_seen = reg(SYS_SCTLR_EL1);
}

static void watch_walks(u32 encoding, u64 value)
{
	static const u32 walk[] = {
		sys_reg(3, 0, 2, 0, 0), sys_reg(3, 0, 2, 0, 1), sys_reg(3, 0, 10, 2, 0),
		sys_reg(3, 0, 13, 0, 1), sys_reg(3, 4, 2, 1, 0), sys_reg(3, 4, 2, 1, 2),
		sys_reg(3, 4, 1, 1, 0),
	};
	u32 i;

	if (watching)
		for (i = 0; i < COUNT(walk); i++)
			if (encoding == walk[i] && value != reg(encoding) &&
			    ((tcr_seen & 0x800080) != 0x800080 || !(sctlr_seen & 1)))
				wrong_order++;
	/* TCR_EL1 without EPD only when all else, and SCTLR_EL1, has been seen. */
	if (watching && encoding == SYS_TCR_EL1 && (value & 0x800080) != 0x800080 &&
	    sctlr_seen != reg(SYS_SCTLR_EL1))
		wrong_order++;
}

/* The guest: what it finds, what it leaves. */
static u32 found_wrong, host_seen;
static u64 found_hcr, found_mdcr, found_cptr, found_cnthctl, found_hcrx, found_vbar, found_mdscr;

static u32 counting(void)
{
	if (!full)
		return 0;
	return (reg(SYS_PMCR_EL0) & 1) + !!reg(SYS_PMSCR_EL1) + !!reg(SYS_TRFCR_EL1) +
	       (reg(SYS_TRBLIMITR_EL1) & 1) + !!reg(SYS_BRBCR_EL1) + (reg(SYS_PMCR_EL0) & 6);
}

static u64 guest_side = GUEST;

u64 guest_enter(struct hyp_vcpu *who)
{
	u32 i;

	found_wrong += who != &v || !v.live;
	found_wrong += count_not(plain_regs, COUNT(plain_regs), guest_side);
	if (full)
		found_wrong += count_not(key_regs, COUNT(key_regs), guest_side);
	found_wrong += reg(SYS_VTTBR_EL2) != (7UL << 48 | 0x48000000);
	found_wrong += reg(SYS_VTCR_EL2) != 0x80023558;
	found_wrong += reg(SYS_VMPIDR_EL2) != 0x80000003;
	found_wrong += reg(SYS_CNTVOFF_EL2) != 0x8000;
	found_wrong += reg(SYS_ICC_SRE_EL2) != 7;
	found_wrong += !(reg(SYS_ICH_HCR_EL2) & 1);
	found_wrong += counting();
	found_hcr = reg(SYS_HCR_EL2);
	found_mdcr = reg(SYS_MDCR_EL2);
	found_cptr = reg(SYS_CPTR_EL2);
	found_cnthctl = reg(SYS_CNTHCTL_EL2);
	found_hcrx = reg(SYS_HCRX_EL2);
	found_vbar = reg(SYS_VBAR_EL2);
	found_mdscr = reg(SYS_MDSCR_EL1);
	if (found_mdscr & 0x8000)	/* MDE: no breakpoint of the host's is on */
		for (i = 0; i < 16; i++)
			host_seen += (reg(bcr(i)) & 0xff00ff) == (0x1e5U & 0xff) + (i << 16) ||
				     (i > 1 && (reg(bcr(i)) | reg(wcr(i))) & 1);
	if (full)
		for (i = 0; i < 10; i++) {
			static const u32 fgt[] = {
				SYS_HFGRTR_EL2, SYS_HFGWTR_EL2, SYS_HFGITR_EL2, SYS_HDFGRTR_EL2,
				SYS_HDFGWTR_EL2, SYS_HFGRTR2_EL2, SYS_HFGWTR2_EL2, SYS_HFGITR2_EL2,
				SYS_HDFGRTR2_EL2, SYS_HDFGWTR2_EL2,
			};

			found_wrong += reg(fgt[i]) != 0;
		}

	fill(plain_regs, COUNT(plain_regs), CHANGED);
	fake_set(SYS_ELR_EL2, 0xbad000);	/* what it did last comes to EL2 */
	fake_set(SYS_SPSR_EL2, 0x5);
	fake_set(SYS_CNTV_CTL_EL0, 5);
	fake_set(SYS_CNTV_CVAL_EL0, 0x777);
	if (full)
		fill(key_regs, COUNT(key_regs), CHANGED);
	guest_side = CHANGED;
	return leave_with;
}

static u64 before[FAKE_SLOTS];

/* Everything in the CPU but the registers that are nobody's between runs. */
static u32 differs_from_before(void)
{
	u32 i, bad = 0;

	for (i = 0; i < FAKE_SLOTS; i++)
		if (fake_value[i] != before[i]) {
			printf("# register at %#x: %#llx, was %#llx\n", i,
			       (unsigned long long)fake_value[i], (unsigned long long)before[i]);
			bad++;
		}
	return bad;
}

static void set_guest_regs(void)
{
	u32 i;

	for (i = 0; i < COUNT(plain_regs); i++)
		v.sys[guest_sysreg_index(plain_regs[i])] = pattern(GUEST, plain_regs[i]);
	for (i = 0; i < COUNT(key_regs); i++)
		v.sys[guest_sysreg_index(key_regs[i])] = pattern(GUEST, key_regs[i]);
	guest_side = GUEST;
}

/* guest_sysreg.c's, from the same list. */
enum guest_sysreg guest_sysreg_index(u32 encoding)
{
#define INDEX(name, enc, reset, why)	if (encoding == (enc)) return GSR_##name;
	GUEST_SYSREGS(INDEX)
	return GUEST_NR_SYSREGS;
}

static void run(void)
{
	fake_on_write = watch_walks;
	fake_on_isb = note_isb;
	note_isb();
	watching = true;
	guest_run(&v, &event);
	watching = false;
	fake_on_write = NULL;
	fake_on_isb = NULL;
}

static void test_crossing(const char *kind)
{
	host_cpu();
	make_vcpu();
	set_guest_regs();
	memcpy(before, fake_value, sizeof(before));
	found_wrong = host_seen = 0;

	is_num(guest_load(&v), 0, "%s: a load", kind);
	is_num(differs_from_before(), 0, "%s: changes nothing that the host can see", kind);
	run();
	is_num(event.kind, GUEST_IRQ, "%s: the run ends by an interrupt", kind);
	is_num(found_wrong, 0, "%s: the guest had its own registers and no others", kind);
	is_num(differs_from_before(), 0, "%s: the host has every register back", kind);
	is_num(wrong_order, 0, "%s: never a translation of both sides", kind);
	is_num(insns[INSN_TLBI], 2, "%s: its VMID was flushed, since it was new here", kind);
	found_wrong = 0;
	run();
	is_num(found_wrong, 0, "%s: in its next run what it left in the last", kind);
	is_num(insns[INSN_TLBI], 2, "%s: without another flush", kind);
	is_num(v.timer.cntv_cval, 0x777, "%s: its timer was kept", kind);
	guest_put(&v);
	is_num(differs_from_before(), 0, "%s: nothing stays after a put", kind);
	is_num(vmid_puts, 1, "%s: and the VMID is let go", kind);
	is_num(fake_faults, 0, "%s: no register was touched that is not there", kind);
	guest_load(&v);
	found_wrong = 0;
	run();
	is_num(found_wrong, 0, "%s: after put and load still its own", kind);
	is_num(insns[INSN_TLBI], 2, "%s: and no flush: nothing else ran", kind);
	guest_put(&v);
	is_num(fp_loads + fp_takes, 0, "%s: FP that was not used did not move", kind);
}

static void test_traps(void)
{
	is_num(found_vbar, (u64)guest_vectors_plain, "the vectors are a guest's: %s", full ? "full" : "bare");
	is_num(found_cnthctl, 1, "the counter, but not CNTP: %s", full ? "full" : "bare");
	/* VM SWIO PTW FMO IMO AMO FB BSU_IS TWI TWE TID1 TID3 TSC TIDCP TACR TSW RW */
	is_num(found_hcr, full ? 0x04000318807d663fUL : 0x807d663fUL, "HCR_EL2, whole: %s",
	       full ? "full" : "bare");
	/* HPMN as the host's; TPM TPMCR TDA TDOSA TDRA; TPMS and TTRF where they are */
	is_num(found_mdcr, full ? 0x84e66UL : 0xe66UL, "MDCR_EL2, whole: %s",
	       full ? "full" : "bare");
	is_num(found_cptr, 0x401037ffUL, "CPTR_EL2 traps FP, SVE, SME, trace, AMU: %s",
	       full ? "full" : "bare");
	if (full)
		is_num(found_hcrx, 0x840, "HCRX_EL2: MSCEn and TALLINT only");
}

static void test_vectors(void)
{
	static const char *const want[] = {
		guest_vectors_plain, guest_vectors_bhb_loop, guest_vectors_clrbhb,
		guest_vectors_bhb_fw, guest_vectors_bhb_fw1,
	};
	u32 i, wrong = 0;

	for (i = 0; i < 5; i++) {
		vectors = i;
		host_cpu();
		wrong += cpu.guest_vectors != want[i];
	}
	vectors = 0;
	is_num(wrong, 0, "each CPU gets the vectors that its errata want");
}

static void test_events(void)
{
	host_cpu();
	make_vcpu();
	set_guest_regs();
	guest_load(&v);
	v.kicked = true;
	found_wrong = 0;
	guest_side = 0;			/* a guest that ran would find wrong */
	run();
	ok(event.kind == GUEST_KICK && !found_wrong && !v.kicked, "a kick comes before the run");
	set_guest_regs();
	leave_with = LEAVE_SERROR;
	run();
	is_num(event.kind, GUEST_SERROR, "an SError");
	leave_with = LEAVE_TRAP;
	event.kind = GUEST_WFI;
	run();
	is_num(event.kind, GUEST_WFI, "a trap keeps its event");
	leave_with = LEAVE_IRQ;
	fake_set(SYS_ICH_MISR_EL2, 2);
	run();
	is_num(event.kind, GUEST_MAINTENANCE, "an interrupt by the list registers' wish");
	fake_set(SYS_ICH_MISR_EL2, 0);
	if (full) {
		leave_with = LEAVE_TRAP;
		fake_set(SYS_DISR_EL1, 1UL << 31 | 0x12);
		run();
		ok(event.kind == GUEST_SERROR && !reg(SYS_DISR_EL1),
		   "an SError that ESB caught ends the run, and its syndrome is gone");
	}
	guest_put(&v);
}

static void test_pstate(void)
{
	static const u64 bad[] = { 0x9, 0x8, 0xd, 0xc, 0x1, 0x2, 0x13, 0x1f, 0x1a, 0x16 };
	static const u64 good[] = { 0x0, 0x4, 0x5, 0x10, 0x800003c5 };
	u32 i, wrong = 0;

	host_cpu();
	make_vcpu();
	guest_load(&v);
	for (i = 0; i < COUNT(bad); i++) {
		set_guest_regs();
		v.pstate = bad[i];
		run();
		wrong += (v.pstate & 0x1f) != 5 || !(v.pstate & 1 << 20);
	}
	is_num(wrong, 0, "no PSTATE of EL2, EL3 or AArch32 EL1 gets to ERET");
	for (i = 0; i < COUNT(good); i++) {
		set_guest_regs();
		v.pstate = good[i];
		run();
		wrong += v.pstate != good[i];
	}
	is_num(wrong, 0, "EL1 and EL0 are as the guest left them");
	guest_put(&v);
}

static void test_other_vcpu(void)
{
	host_cpu();
	make_vcpu();
	set_guest_regs();
	guest_load(&v);
	run();
	guest_put(&v);
	other = v;
	guest_load(&other);
	ok(other.stale_tlb, "another vCPU of the VM gets a flush");
	guest_put(&other);
	guest_load(&v);
	ok(v.stale_tlb, "and so does the first, after it");
	guest_put(&v);
}

static void test_fp(void)
{
	struct guest_fp mine;
	u32 i;

	host_cpu();
	make_vcpu();
	set_guest_regs();
	for (i = 0; i < 32; i++)
		v.fp.v[i] = (__uint128_t)0x1111 * (i + 1) << 64 | i;
	v.fp.fpcr = 0x3000000;
	v.fp.fpsr = 0x1f;
	mine = v.fp;
	guest_load(&v);
	run();
	ok(found_cptr & 1 << 10 && reg(SYS_CPTR_EL2) == 0x22ff, "a guest's first FP use traps");
	ok(!guest_fp_trap(), "the host's does not, and is no business of EL2's");
	guest_fp_load(&v);		/* as from guest_trap() */
	ok(!memcmp(&fp_regs, &mine, sizeof(mine)) && !(reg(SYS_CPTR_EL2) & 1 << 10) && v.fp_live,
	   "it loads the registers");
	run();
	ok(!(found_cptr & 1 << 10), "then FP is the guest's");
	is_num(reg(SYS_CPTR_EL2), 0x22ff | 1 << 10 | 1 << 8 | 1 << 12,
	       "in the host, FP, SVE and SME trap");
	fp_regs.v[3] = 77;
	ok(guest_fp_trap(), "the host's first use then");
	ok(v.fp.v[3] == 77 && !v.fp_live && !fp_regs.v[3] && !fp_regs.fpcr &&
	   reg(SYS_CPTR_EL2) == 0x22ff, "saves and clears them, and the host has its traps back");
	run();
	ok(found_cptr & 1 << 10, "the guest's next use traps again");
	guest_fp_load(&v);
	run();
	guest_put(&v);
	ok(fp_takes == 2 && !v.fp_live && reg(SYS_CPTR_EL2) == 0x22ff, "a put saves and clears");
	guest_load(&v);
	guest_fp_load(&v);
	run();
	guest_fp_flush();
	guest_fp_flush();
	is_num(fp_takes, 3, "a flush saves once");
	is_num(fp_traps, 0, "EL2 never touched FP while CPTR_EL2 trapped it");
	guest_put(&v);
}

static void test_streaming(void)
{
	host_cpu();
	make_vcpu();
	if (!full)
		return;
	fake_set(SYS_SVCR, 1);
	ok(guest_load(&v) == -EBUSY && !s2.vmid.value, "no load in streaming mode");
	fake_set(SYS_SVCR, 2);
	is_num(guest_load(&v), (u64)-EBUSY, "nor with ZA on");
	fake_set(SYS_SVCR, 0);
	is_num(guest_load(&v), 0, "without, it loads");
	set_guest_regs();
	fake_set(SYS_SVCR, 3);
	run();
	is_num(reg(SYS_SVCR), 0, "a host that turns it on afterwards loses it");
	guest_put(&v);
}

static void test_debug(void)
{
	u32 i;

	host_cpu();
	make_vcpu();
	set_guest_regs();
	memcpy(before, fake_value, sizeof(before));
	host_seen = found_wrong = 0;
	v.sys[GSR_DBGBVR0_EL1] = 0xffff800012345678;
	v.sys[GSR_DBGBCR0_EL1] = 0x1e7;
	v.sys[GSR_DBGWVR1_EL1] = 0xffff800087654320;
	v.sys[GSR_DBGWCR1_EL1] = 0x1fb;
	v.sys[GSR_MDSCR_EL1] = ~0UL;
	guest_load(&v);
	run();
	is_num(found_mdscr, 0x1000, "with the OS lock on, no debug exceptions");
	v.sys[GSR_OSLSR_EL1] = 8;
	v.sys[GSR_MDSCR_EL1] = 0x2001;
	run();
	is_num(found_mdscr, 0x2001, "without, the guest's stepping and KDE");
	v.sys[GSR_MDSCR_EL1] = 0xa000;
	run();
	is_num(found_mdscr, 0xa000, "and its breakpoints");
	is_num(host_seen, 0, "with none of the host's");
	is_num(differs_from_before(), 0, "which are all back in the host");
	v.sys[GSR_MDSCR_EL1] = 0;
	for (i = 0; i < 2; i++)
		run();
	is_num(found_mdscr, 0, "a guest without debug never has the host's MDSCR_EL1");
	is_num(found_wrong, 0, "and all the while its own registers");
	guest_put(&v);
}

static void all(const char *kind)
{
	test_crossing(kind);
	test_traps();
}

int main(void)
{
	full = false;
	all("bare CPU");
	test_events();
	test_pstate();
	full = true;
	all("full CPU");
	test_vectors();
	test_other_vcpu();
	test_fp();
	test_streaming();
	test_debug();
	full = true;
	{
		/* The same names again would not be unique. */
		u64 kind = event.kind;

		host_cpu();
		make_vcpu();
		set_guest_regs();
		guest_load(&v);
		leave_with = LEAVE_TRAP;
		fake_set(SYS_DISR_EL1, 1UL << 31 | 0x12);
		run();
		ok(event.kind == GUEST_SERROR && !reg(SYS_DISR_EL1) && kind != 99,
		   "an SError that ESB caught ends the run, and its syndrome is gone");
		guest_put(&v);
	}
	return tap_done();
}
