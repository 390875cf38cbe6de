// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug, counting, sampling and tracing across a switch.
 *
 * Breakpoints compare virtual addresses, and fire only with MDSCR_EL1.MDE. The host's
 * MDSCR_EL1 never counts in a guest; a guest that has MDE off runs with the host's
 * breakpoints in the CPU, which cannot fire and which it cannot read (MDCR_EL2.TDA).
 * Only with MDE on are they moved, all of them: the host's others would fire.
 */
#include "nvhe/guest_insn.h"
#include "nvhe/guest_switch.h"
#include "nvhe/sysreg.h"

#define MDSCR_SS		(1UL << 0)
#define MDSCR_TDCC		(1UL << 12)
#define MDSCR_KDE		(1UL << 13)
#define MDSCR_MDE		(1UL << 15)
#define OSLSR_OSLK		(1UL << 1)

#define PMCR_E			1UL
#define PMCR_PC			6UL	/* P and C: writing 1 resets counters */
#define TRBLIMITR_E		1UL

#define EACH_REG(X)								\
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)					\
	X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

#define SWAP_BCR(n)								\
	case n:									\
		old = read_sysreg_s(SYS_DBGBCRn_EL1(n));			\
		write_sysreg_s(value, SYS_DBGBCRn_EL1(n));			\
		break;
#define SWAP_WCR(n)								\
	case n:									\
		old = read_sysreg_s(SYS_DBGWCRn_EL1(n));			\
		write_sysreg_s(value, SYS_DBGWCRn_EL1(n));			\
		break;

static u64 swap_bcr(u32 n, u64 value)
{
	u64 old = 0;

	switch (n) {
	EACH_REG(SWAP_BCR)
	}
	return old;
}

static u64 swap_wcr(u32 n, u64 value)
{
	u64 old = 0;

	switch (n) {
	EACH_REG(SWAP_WCR)
	}
	return old;
}

/* ID_AA64DFR0_EL1: the number less one; never fewer than two. */
static u32 nr_bps(void)
{
	return (sysreg_read(ID_AA64DFR0_EL1) >> ID_AA64DFR0_EL1_BRPs_SHIFT & 0xf) + 1;
}

static u32 nr_wps(void)
{
	return (sysreg_read(ID_AA64DFR0_EL1) >> ID_AA64DFR0_EL1_WRPs_SHIFT & 0xf) + 1;
}

/* What of MDSCR_EL1 the guest gets. A locked OS lock means no debug exceptions. */
u64 guest_mdscr(const struct hyp_vcpu *v)
{
	u64 mdscr = v->sys[GSR_MDSCR_EL1] & (MDSCR_SS | MDSCR_TDCC | MDSCR_KDE | MDSCR_MDE);

	return v->sys[GSR_OSLSR_EL1] & OSLSR_OSLK ? mdscr & MDSCR_TDCC : mdscr;
}

static void load_values(const struct hyp_vcpu *v)
{
	write_sysreg_s(v->sys[GSR_DBGBVR0_EL1], SYS_DBGBVRn_EL1(0));
	write_sysreg_s(v->sys[GSR_DBGBVR1_EL1], SYS_DBGBVRn_EL1(1));
	write_sysreg_s(v->sys[GSR_DBGWVR0_EL1], SYS_DBGWVRn_EL1(0));
	write_sysreg_s(v->sys[GSR_DBGWVR1_EL1], SYS_DBGWVRn_EL1(1));
}

static void load_controls(const struct hyp_vcpu *v)
{
	write_sysreg_s(v->sys[GSR_DBGBCR0_EL1], SYS_DBGBCRn_EL1(0));
	write_sysreg_s(v->sys[GSR_DBGBCR1_EL1], SYS_DBGBCRn_EL1(1));
	write_sysreg_s(v->sys[GSR_DBGWCR0_EL1], SYS_DBGWCRn_EL1(0));
	write_sysreg_s(v->sys[GSR_DBGWCR1_EL1], SYS_DBGWCRn_EL1(1));
}

/* The host's controls first: none of its breakpoints may see a half of the guest's. */
static void take_host(struct host_debug *d)
{
	u32 i;

	for (i = 0; i < nr_bps(); i++)
		d->bcr[i] = swap_bcr(i, 0);
	for (i = 0; i < nr_wps(); i++)
		d->wcr[i] = swap_wcr(i, 0);
	d->bvr[0] = read_sysreg_s(SYS_DBGBVRn_EL1(0));
	d->bvr[1] = read_sysreg_s(SYS_DBGBVRn_EL1(1));
	d->wvr[0] = read_sysreg_s(SYS_DBGWVRn_EL1(0));
	d->wvr[1] = read_sysreg_s(SYS_DBGWVRn_EL1(1));
}

static void give_host(const struct host_debug *d)
{
	u32 i;

	write_sysreg_s(d->bvr[0], SYS_DBGBVRn_EL1(0));
	write_sysreg_s(d->bvr[1], SYS_DBGBVRn_EL1(1));
	write_sysreg_s(d->wvr[0], SYS_DBGWVRn_EL1(0));
	write_sysreg_s(d->wvr[1], SYS_DBGWVRn_EL1(1));
	for (i = 0; i < nr_bps(); i++)
		swap_bcr(i, d->bcr[i]);
	for (i = 0; i < nr_wps(); i++)
		swap_wcr(i, d->wcr[i]);
}

void guest_debug_update(struct hyp_vcpu *v)
{
	struct host_state *h = v->host;
	u64 mdscr = guest_mdscr(v);

	if (mdscr & MDSCR_MDE && !h->debug_moved) {
		take_host(&h->debug);
		h->debug_moved = true;
	}
	if (h->debug_moved) {
		load_values(v);
		load_controls(v);
	}
	sysreg_write(mdscr, MDSCR_EL1);
}

void guest_debug_enter(struct hyp_vcpu *v, struct host_state *h)
{
	h->debug_moved = false;
	guest_debug_update(v);
}

void guest_debug_leave(struct host_state *h)
{
	if (h->debug_moved)
		give_host(&h->debug);
}

/* TRBE: what is on its way goes out by the host's translation, not the guest's. */
static void stop_trace(u64 has, struct host_state *h)
{
	if (has & HAS_TRF) {
		h->trfcr = sysreg_read(TRFCR_EL1);
		sysreg_write(0, TRFCR_EL1);
		isb();
	}
	if (!(has & HAS_TRBE))
		return;
	h->trblimitr = sysreg_read(TRBLIMITR_EL1);
	if (!(h->trblimitr & TRBLIMITR_E))
		return;
	insn_tsb_csync();
	dsb(nsh);
	sysreg_write(h->trblimitr & ~TRBLIMITR_E, TRBLIMITR_EL1);
	isb();
}

static void stop_sampling(struct host_state *h)
{
	h->pmscr = sysreg_read(PMSCR_EL1);
	if (!h->pmscr)
		return;
	sysreg_write(0, PMSCR_EL1);
	isb();
	insn_psb_csync();
	dsb(nsh);
}

void guest_stop_host(const struct hyp_cpu *cpu, struct host_state *h)
{
	u64 has = cpu->guest_has;

	if (has & HAS_PMU) {
		h->pmcr = sysreg_read(PMCR_EL0) & ~PMCR_PC;
		sysreg_write(h->pmcr & ~PMCR_E, PMCR_EL0);
	}
	if (!(has & HAS_PROFILE))
		return;
	if (has & HAS_SPE)
		stop_sampling(h);
	stop_trace(has, h);
	if (has & HAS_BRBE) {
		h->brbcr = sysreg_read(BRBCR_EL1);
		sysreg_write(0, BRBCR_EL1);
	}
}

/* TRBE before the trace that goes there. */
void guest_start_host(const struct hyp_cpu *cpu, const struct host_state *h)
{
	u64 has = cpu->guest_has;

	if (has & HAS_PMU)
		sysreg_write(h->pmcr, PMCR_EL0);
	if (!(has & HAS_PROFILE))
		return;
	if (has & HAS_SPE)
		sysreg_write(h->pmscr, PMSCR_EL1);
	if (has & HAS_TRBE) {
		sysreg_write(h->trblimitr, TRBLIMITR_EL1);
		isb();
	}
	if (has & HAS_TRF)
		sysreg_write(h->trfcr, TRFCR_EL1);
	if (has & HAS_BRBE)
		sysreg_write(h->brbcr, BRBCR_EL1);
}
