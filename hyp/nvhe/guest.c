// SPDX-License-Identifier: GPL-2.0-only
/*
 * The switch itself: what moves between the host and a guest, and in which order.
 *
 * The attack on all of it: a register that keeps a value of the other side, or a
 * translation that is made of both.
 */
#include <linux/errno.h>
#include <linux/stddef.h>
#include <asm/kvm_arm.h>
#include <asm/ptrace.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/cpu_asm.h"
#include "nvhe/errata.h"
#include "nvhe/guest_insn.h"
#include "nvhe/guest_switch.h"
#include "nvhe/string.h"
#include "nvhe/sysreg.h"

_Static_assert(offsetof(struct hyp_vcpu, pc) == VCPU_PC, "cpu_asm.h");
_Static_assert(offsetof(struct hyp_vcpu, pstate) == VCPU_PC + 8, "cpu_asm.h");
_Static_assert(offsetof(struct guest_fp, fpsr) == 512, "nvhe/guest_fp_regs.S");
_Static_assert(offsetof(struct guest_fp, fpcr) == 520, "nvhe/guest_fp_regs.S");
_Static_assert(sizeof(struct hyp_vcpu) <= 3 * 1024, "a page has the policy's part too");

#define TCR_EPDS	(1UL << 7 | 1UL << 23)	/* EPD0, EPD1: no walks */
#define SCTLR_M		1UL
#define CNTHCTL_HOST	3UL	/* EL1PCTEN, EL1PCEN: as nvhe/el2_regs.h */
#define CNTHCTL_GUEST	1UL	/* the counter, not the timer CNTP */
#define ICC_SRE_HOST	0xfUL
#define ICC_SRE_GUEST	0x7UL	/* Enable 0: ICC_SRE_EL1 traps */
#define SPSR_IL		(1UL << 20)
#define MPAM2_TRAPS	(1UL << 49 | 1UL << 48)	/* TRAPMPAM0EL1, TRAPMPAM1EL1 */
#define HCRX_TALLINT	(1UL << 6)

/*
 * VM, RW, SWIO, TSC   as the host's (nvhe/el2_init.c)
 * IMO, FMO, AMO       the host's interrupts and SErrors end the run
 * FB, BSU             a vCPU moves: its local TLB and barrier operations reach all
 * PTW                 no stage-1 walk through device memory
 * TWI, TWE            the host may have something better to do
 * TID3, TID1, TACR, TIDCP, TSW, TERR, TLOR, TID5
 *                     answered in nvhe/guest_trap.c, or UNDEFINED
 * 0 on purpose: EnSCXT, ATA, FIEN (hidden features), TVM, TTLB*, TPCP, TPU, TDZ,
 * TID2, TID4, TOCU, TICAB (would only slow it down), TEA (its own aborts), VSE, VI,
 * VF (nothing is injected so), E2H, TGE, NV*, AT, DC, DCT, CD, ID, HCD, GPF.
 */
#define HCR_GUEST							\
	(HCR_EL2_VM | HCR_EL2_RW | HCR_EL2_SWIO | HCR_EL2_TSC |		\
	 HCR_EL2_IMO | HCR_EL2_FMO | HCR_EL2_AMO | HCR_EL2_FB |		\
	 HCR_EL2_BSU_IS << HCR_EL2_BSU_SHIFT | HCR_EL2_PTW |		\
	 HCR_EL2_TWI | HCR_EL2_TWE | HCR_EL2_TID3 | HCR_EL2_TID1 |	\
	 HCR_EL2_TACR | HCR_EL2_TIDCP | HCR_EL2_TSW)

/* HPMN as the host's; the rest of MDCR_EL2 traps, and gives the buffers to EL2. */
#define MDCR_GUEST							\
	(MDCR_EL2_TPM | MDCR_EL2_TPMCR | MDCR_EL2_TDA | MDCR_EL2_TDRA |	\
	 MDCR_EL2_TDOSA)

#define HW(r, f)	(id_reg_read(ID_##r) >> ID_##r##_EL1_##f##_SHIFT & 0xf)
#define HOST(r, f)	host_field(ID_##r, ID_##r##_EL1_##f##_SHIFT)

void guest_init(u32 vtimer)
{
	gic_init(vtimer);
	guest_id_init();
}

static bool has_pauth(void)
{
	return HW(AA64ISAR1, APA) || HW(AA64ISAR1, API) || HW(AA64ISAR2, APA3) ||
	       HW(AA64ISAR1, GPA) || HW(AA64ISAR1, GPI) || HW(AA64ISAR2, GPA3);
}

/* P set: firmware kept the buffer, and its registers trap to EL3. */
static bool has_spe(void)
{
	return HOST(AA64DFR0, PMSVer) && !(sysreg_read(PMBIDR_EL1) & PMBIDR_EL1_P);
}

static bool has_trbe(void)
{
	return HOST(AA64DFR0, TraceBuffer) && !(sysreg_read(TRBIDR_EL1) & TRBIDR_EL1_P);
}

static u64 find_features(void)
{
	u64 pmu = HW(AA64DFR0, PMUVer);

	return (has_pauth() ? HAS_PAUTH : 0) |
	       (pmu && pmu != ID_AA64DFR0_EL1_PMUVer_IMP_DEF ? HAS_PMU : 0) |
	       (has_spe() ? HAS_SPE : 0) |
	       (HW(AA64DFR0, TraceFilt) ? HAS_TRF : 0) |
	       (has_trbe() ? HAS_TRBE : 0) |
	       (HOST(AA64DFR0, BRBE) ? HAS_BRBE : 0) |
	       (HW(AA64MMFR1, HCX) ? HAS_HCX : 0) |
	       (HW(AA64MMFR0, FGT) ? HAS_FGT : 0) |
	       (HW(AA64MMFR0, FGT) >= ID_AA64MMFR0_EL1_FGT_FGT2 ? HAS_FGT2 : 0) |
	       (HW(AA64PFR0, MPAM) || HW(AA64PFR1, MPAM_frac) ? HAS_MPAM : 0) |
	       (HW(AA64PFR0, RAS) ? HAS_RAS : 0) |
	       (HOST(AA64PFR1, SME) ? HAS_SME : 0) |
	       (HW(AA64ISAR2, MOPS) ? HAS_MOPS : 0) |
	       (HW(AA64PFR1, NMI) ? HAS_NMI : 0);
}

static const char *vectors_of(const struct hyp_cpu *cpu)
{
	switch (errata_vectors(cpu)) {
	case ERRATA_VECTORS_LOOP:
		return guest_vectors_bhb_loop;
	case ERRATA_VECTORS_CLRBHB:
		return guest_vectors_clrbhb;
	case ERRATA_VECTORS_FIRMWARE:
		return guest_vectors_bhb_fw;
	case ERRATA_VECTORS_FIRMWARE_1:
		return guest_vectors_bhb_fw1;
	default:
		return guest_vectors_plain;
	}
}

/* A CPU that was off has lost its TLB and what was in its FP registers. */
void guest_init_cpu(struct hyp_cpu *cpu)
{
	cpu->guest_has = find_features();
	cpu->guest_vectors = vectors_of(cpu);
	cpu->host_cptr = sysreg_read(CPTR_EL2);
	cpu->fp_owner = NULL;
}

#define RESET_SYSREG(name, encoding, reset, why)	v->sys[GSR_##name] = (reset);

void guest_reset(struct hyp_vcpu *v)
{
	u64 voff = v->timer.voff;

	memset(v->x, 0, sizeof(v->x));
	memset(&v->fp, 0, sizeof(v->fp));
	memset(&v->gic, 0, sizeof(v->gic));
	memset(&v->timer, 0, sizeof(v->timer));
	v->timer.voff = voff;
	v->pc = 0;
	v->pstate = PSR_MODE_EL1h | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT;
	GUEST_SYSREGS(RESET_SYSREG)
}

static u64 hcr_for(const struct hyp_cpu *cpu)
{
	u64 bits = HCR_GUEST;

	if (cpu->guest_has & HAS_PAUTH)
		bits |= HCR_EL2_API | HCR_EL2_APK;
	if (cpu->guest_has & HAS_RAS)
		bits |= HCR_EL2_TERR;
	if (HW(AA64MMFR1, LO))
		bits |= HCR_EL2_TLOR;
	if (HW(AA64PFR1, MTE))
		bits |= HCR_EL2_TID5;
	return bits;
}

static u64 mdcr_for(const struct hyp_cpu *cpu)
{
	u64 bits = MDCR_GUEST | (sysreg_read(MDCR_EL2) & (MDCR_EL2_HPMN_MASK | MDCR_EL2_HPMD |
							 MDCR_EL2_HCCD));

	if (HW(AA64DFR0, PMSVer))
		bits |= MDCR_EL2_TPMS;
	if (cpu->guest_has & HAS_TRF)
		bits |= MDCR_EL2_TTRF;
	return bits;
}

/*
 * TLB entries are tagged with VMID and ASID, and vCPUs of one VM have the same ASIDs
 * for different tables: what one left here must not be the next one's.
 */
static void note_ran(struct hyp_cpu *cpu, struct hyp_vcpu *v)
{
	u64 vmid = v->s2->vmid.value;
	u32 slot = vmid % (sizeof(cpu->ran) / sizeof(cpu->ran[0]));

	v->stale_tlb = cpu->ran[slot].vmid != vmid || cpu->ran[slot].vcpu != v;
	cpu->ran[slot].vmid = vmid;
	cpu->ran[slot].vcpu = v;
}

/* While FP is a guest's, CPTR_EL2 keeps the host from SVCR, and EL2 too. */
static bool host_streams(const struct hyp_cpu *cpu)
{
	return cpu->guest_has & HAS_SME && !cpu->fp_owner && sysreg_read(SVCR);
}

int guest_load(struct hyp_vcpu *v)
{
	struct hyp_cpu *cpu = this_cpu();

	guest_fp_flush();
	if (host_streams(cpu))
		return -EBUSY;
	v->vttbr = v->s2->baddr | (u64)vmid_load(&v->s2->vmid) << 48;
	v->hcr = hcr_for(cpu);
	v->mdcr = mdcr_for(cpu);
	note_ran(cpu, v);
	gic_load(v);
	if (cpu->guest_has & HAS_RAS)
		sysreg_write(0, VDISR_EL2);
	return 0;
}

void guest_put(struct hyp_vcpu *v)
{
	struct hyp_cpu *cpu = this_cpu();

	guest_fp_flush();
	gic_put(v);
	if (cpu->guest_has & HAS_RAS)
		sysreg_write(0, VDISR_EL2);	/* a guest's DISR_EL1 is this */
	vmid_put();
}

#define SAVE(name, encoding, reset, why)	sys[GSR_##name] = read_sysreg_s(encoding);
#define LOAD(name, encoding, reset, why)	write_sysreg_s(sys[GSR_##name], encoding);

static void save_el1(u64 *sys, u64 has)
{
	dmb(sy);			/* ERRATA_PAR_DMB */
	GUEST_SYSREGS_ALWAYS(SAVE)
	dmb(sy);
	if (has & HAS_PAUTH) {
		GUEST_SYSREGS_PAUTH(SAVE)
	}
}

static void load_el1(const u64 *sys, u64 has)
{
	GUEST_SYSREGS_ALWAYS(LOAD)
	if (has & HAS_PAUTH) {
		GUEST_SYSREGS_PAUTH(LOAD)
	}
}

/*
 * ERRATA_SPECULATIVE_AT: a speculative walk must not see registers of both sides.
 * Walks off by TCR_EL1.EPD*, which count only with the MMU on: so TCR_EL1 first,
 * then SCTLR_EL1.M. The other side's SCTLR_EL1 and, last, TCR_EL1 end it. On all
 * CPUs: it costs less than asking.
 */
static void switch_open(u64 *sys)
{
	sys[GSR_TCR_EL1] = sysreg_read(TCR_EL1);
	sys[GSR_SCTLR_EL1] = sysreg_read(SCTLR_EL1);
	sysreg_write(sys[GSR_TCR_EL1] | TCR_EPDS, TCR_EL1);
	isb();
	sysreg_write(sys[GSR_SCTLR_EL1] | SCTLR_M, SCTLR_EL1);
	isb();
}

static void switch_close(const u64 *sys)
{
	isb();
	sysreg_write(sys[GSR_SCTLR_EL1], SCTLR_EL1);
	isb();
	sysreg_write(sys[GSR_TCR_EL1], TCR_EL1);
}

#define MOVE_IN(reg, save, value)		\
	do {					\
		(save) = sysreg_read(reg);	\
		sysreg_write((value), reg);	\
	} while (0)

/* Newer controls: 0 traps every feature that a guest is not shown. */
static void controls_in(u64 has, struct host_state *h)
{
	if (has & HAS_HCX)
		MOVE_IN(HCRX_EL2, h->hcrx, (has & HAS_MOPS ? HCRX_EL2_MSCEn : 0) |
			(has & HAS_NMI ? HCRX_TALLINT : 0));
	if (has & HAS_FGT) {
		MOVE_IN(HFGRTR_EL2, h->fgt[0], 0);
		MOVE_IN(HFGWTR_EL2, h->fgt[1], 0);
		MOVE_IN(HFGITR_EL2, h->fgt[2], 0);
		MOVE_IN(HDFGRTR_EL2, h->fgt[3], 0);
		MOVE_IN(HDFGWTR_EL2, h->fgt[4], 0);
	}
	if (has & HAS_FGT2) {
		MOVE_IN(HFGRTR2_EL2, h->fgt2[0], 0);
		MOVE_IN(HFGWTR2_EL2, h->fgt2[1], 0);
		MOVE_IN(HFGITR2_EL2, h->fgt2[2], 0);
		MOVE_IN(HDFGRTR2_EL2, h->fgt2[3], 0);
		MOVE_IN(HDFGWTR2_EL2, h->fgt2[4], 0);
	}
	if (has & HAS_MPAM)
		MOVE_IN(MPAM2_EL2, h->mpam2, h->mpam2 | MPAM2_TRAPS);
}

static void controls_out(u64 has, const struct host_state *h)
{
	if (has & HAS_HCX)
		sysreg_write(h->hcrx, HCRX_EL2);
	if (has & HAS_FGT) {
		sysreg_write(h->fgt[0], HFGRTR_EL2);
		sysreg_write(h->fgt[1], HFGWTR_EL2);
		sysreg_write(h->fgt[2], HFGITR_EL2);
		sysreg_write(h->fgt[3], HDFGRTR_EL2);
		sysreg_write(h->fgt[4], HDFGWTR_EL2);
	}
	if (has & HAS_FGT2) {
		sysreg_write(h->fgt2[0], HFGRTR2_EL2);
		sysreg_write(h->fgt2[1], HFGWTR2_EL2);
		sysreg_write(h->fgt2[2], HFGITR2_EL2);
		sysreg_write(h->fgt2[3], HDFGRTR2_EL2);
		sysreg_write(h->fgt2[4], HDFGWTR2_EL2);
	}
	if (has & HAS_MPAM)
		sysreg_write(h->mpam2, MPAM2_EL2);
}

static void traps_in(const struct hyp_cpu *cpu, struct hyp_vcpu *v, struct host_state *h)
{
	MOVE_IN(VTTBR_EL2, h->vttbr, v->vttbr);
	MOVE_IN(VTCR_EL2, h->vtcr, v->s2->vtcr);
	MOVE_IN(MDCR_EL2, h->mdcr, v->mdcr);
	sysreg_write(v->vmpidr, VMPIDR_EL2);
	sysreg_write(guest_cptr(v), CPTR_EL2);
	sysreg_write(CNTHCTL_GUEST, CNTHCTL_EL2);
	sysreg_write(ICC_SRE_GUEST, ICC_SRE_EL2);
	sysreg_write((u64)cpu->guest_vectors, VBAR_EL2);
	if (cpu->guest_has & HAS_CONTROLS)
		controls_in(cpu->guest_has, h);
	dsb(nsh);			/* ERRATA_HCR_SYNC */
	MOVE_IN(HCR_EL2, h->hcr, v->hcr);
}

static void traps_out(const struct hyp_cpu *cpu, const struct host_state *h, u64 vbar)
{
	sysreg_write(h->vttbr, VTTBR_EL2);
	sysreg_write(h->vtcr, VTCR_EL2);
	sysreg_write(h->mdcr, MDCR_EL2);
	sysreg_write(sysreg_read(MPIDR_EL1), VMPIDR_EL2);
	sysreg_write(guest_fp_host_cptr(cpu), CPTR_EL2);
	sysreg_write(CNTHCTL_HOST, CNTHCTL_EL2);
	sysreg_write(ICC_SRE_HOST, ICC_SRE_EL2);
	sysreg_write(vbar, VBAR_EL2);
	if (cpu->guest_has & HAS_CONTROLS)
		controls_out(cpu->guest_has, h);
	dsb(nsh);
	sysreg_write(h->hcr, HCR_EL2);
}

/* Walks are off and VTTBR_EL2 is the guest's: only its VMID is flushed. */
static void flush_vmid_here(struct hyp_vcpu *v)
{
	isb();
	insn_tlbi_vmalle1();
	dsb(nsh);
	insn_tlbi_vmalle1();		/* ERRATA_REPEAT_TLBI; it is rare */
	dsb(nsh);
	isb();
	v->stale_tlb = false;
}

static void enter(struct hyp_cpu *cpu, struct hyp_vcpu *v, struct host_state *h)
{
	u64 has = cpu->guest_has;

	h->elr = sysreg_read(ELR_EL2);
	h->spsr = sysreg_read(SPSR_EL2);
	guest_stop_host(cpu, h);
	h->sys[GSR_MDSCR_EL1] = sysreg_read(MDSCR_EL1);
	save_el1(h->sys, has);
	switch_open(h->sys);
	load_el1(v->sys, has);
	traps_in(cpu, v, h);
	if (v->stale_tlb)
		flush_vmid_here(v);
	switch_close(v->sys);
	guest_debug_enter(v, h);
	gic_enter(v);
	guest_timer_enter(v);
	v->live = true;
}

static void leave(struct hyp_cpu *cpu, struct hyp_vcpu *v, struct host_state *h, u64 vbar)
{
	u64 has = cpu->guest_has;

	v->live = false;
	guest_timer_leave(v);
	gic_leave(v);
	guest_debug_leave(h);
	save_el1(v->sys, has);
	switch_open(v->sys);
	load_el1(h->sys, has);
	traps_out(cpu, h, vbar);
	switch_close(h->sys);
	sysreg_write(h->sys[GSR_MDSCR_EL1], MDSCR_EL1);
	isb();
	guest_start_host(cpu, h);
	sysreg_write(h->elr, ELR_EL2);
	sysreg_write(h->spsr, SPSR_EL2);
}

/*
 * The last word on what ERET restores: EL0 and EL1 only. Policy lets no other value
 * get here; if one does, the guest takes an Illegal Execution state exception.
 */
static void check_pstate(struct hyp_vcpu *v)
{
	u64 mode = v->pstate & (PSR_MODE_MASK | PSR_MODE32_BIT);

	if (mode != PSR_MODE_EL1h && mode != PSR_MODE_EL1t && mode != PSR_MODE_EL0t &&
	    mode != (PSR_MODE32_BIT | PSR_MODE_EL0t))
		v->pstate = (v->pstate & ~(u64)(PSR_MODE_MASK | PSR_MODE32_BIT)) |
			    PSR_MODE_EL1h | SPSR_IL;
}

/* With FEAT_RAS, an SError of the guest that ESB caught at its exit. */
static bool deferred_serror(const struct hyp_cpu *cpu)
{
	if (!(cpu->guest_has & HAS_RAS) || !sysreg_read(DISR_EL1))
		return false;
	sysreg_write(0, DISR_EL1);
	return true;
}

static bool kicked(struct hyp_vcpu *v)
{
	return __atomic_load_n(&v->kicked, __ATOMIC_RELAXED) &&
	       __atomic_exchange_n(&v->kicked, false, __ATOMIC_ACQ_REL);
}

/* No other exit wanted the run to end: an interrupt, of which two kinds have a name. */
static enum guest_exit irq_kind(struct hyp_vcpu *v)
{
	if (kicked(v))
		return GUEST_KICK;
	return v->gic.maintenance ? GUEST_MAINTENANCE : GUEST_IRQ;
}

void guest_run(struct hyp_vcpu *v, struct guest_event *event)
{
	struct hyp_cpu *cpu = this_cpu();
	u64 vbar = sysreg_read(VBAR_EL2);
	struct host_state h __attribute__((uninitialized));	/* cleared by nobody: it is big */
	u64 why;

	if (kicked(v)) {
		event->kind = GUEST_KICK;
		return;
	}
	check_pstate(v);
	if (host_streams(cpu))
		sysreg_write(0, SVCR);	/* the host gave its FP state up at the load */
	v->event = event;
	v->host = &h;
	enter(cpu, v, &h);
	why = guest_enter(v);
	if (deferred_serror(cpu))
		why = LEAVE_SERROR;
	leave(cpu, v, &h, vbar);
	if (why == LEAVE_SERROR)
		event->kind = GUEST_SERROR;
	else if (why == LEAVE_IRQ)
		event->kind = irq_kind(v);
}
