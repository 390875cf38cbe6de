/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the world switch; what others use is nvhe/guest.h. */
#ifndef NVHE_GUEST_SWITCH_H
#define NVHE_GUEST_SWITCH_H

#include "nvhe/cpu.h"
#include "nvhe/features.h"
#include "nvhe/guest.h"

/* hyp_cpu.guest_has: what this CPU has, of what a switch must move or stop. */
#define HAS_PAUTH	(1UL << 0)
#define HAS_PMU		(1UL << 1)
#define HAS_SPE		(1UL << 2)
#define HAS_TRF		(1UL << 3)
#define HAS_TRBE	(1UL << 4)
#define HAS_BRBE	(1UL << 5)
#define HAS_HCX		(1UL << 6)
#define HAS_FGT		(1UL << 7)
#define HAS_FGT2	(1UL << 8)
#define HAS_MPAM	(1UL << 9)
#define HAS_RAS		(1UL << 10)
#define HAS_SME		(1UL << 11)	/* and the host may use it */
#define HAS_MOPS	(1UL << 12)
#define HAS_NMI		(1UL << 13)
#define HAS_PROFILE	(HAS_SPE | HAS_TRF | HAS_TRBE | HAS_BRBE)
#define HAS_CONTROLS	(HAS_HCX | HAS_FGT | HAS_FGT2 | HAS_MPAM)

#define DEBUG_REGS	16

/* What the host had in its breakpoints and watchpoints. */
struct host_debug {
	u64 bcr[DEBUG_REGS], wcr[DEBUG_REGS];
	u64 bvr[2], wvr[2];
};

/* The host's registers while a guest runs: on EL2's stack, in guest_run(). */
struct host_state {
	u64 elr, spsr;		/* where the host goes on: a guest's exits overwrite both */
	u64 sys[GSR_MDSCR_EL1 + 1];
	u64 hcr, mdcr, vttbr, vtcr;
	u64 hcrx, mpam2, fgt[5], fgt2[5];
	u64 pmcr, pmscr, trfcr, trblimitr, brbcr;
	bool debug_moved;
	struct host_debug debug;	/* valid: debug_moved */
};

/* nvhe/guest_enter.S */
u64 guest_enter(struct hyp_vcpu *v);
extern const char guest_vectors_plain[], guest_vectors_bhb_loop[], guest_vectors_clrbhb[],
		  guest_vectors_bhb_fw[], guest_vectors_bhb_fw1[];

/** guest_trap() - from the vectors: 0 to run on, LEAVE_TRAP to end the run */
u64 guest_trap(struct hyp_vcpu *v);

/** guest_sysreg_trap() - from guest_trap(): 0, LEAVE_TRAP */
u64 guest_sysreg_trap(struct hyp_vcpu *v, u64 esr);

/* nvhe/guest_fp.c */
u64 guest_cptr(const struct hyp_vcpu *v);
void guest_fp_load(struct hyp_vcpu *v);
/** guest_fp_host_cptr() - CPTR_EL2 for the host: traps FP while it is a guest's */
u64 guest_fp_host_cptr(const struct hyp_cpu *cpu);

/* nvhe/guest_timer.c */
void guest_timer_enter(struct hyp_vcpu *v);
void guest_timer_leave(struct hyp_vcpu *v);
/** guest_cntp() - CNTP_TVAL_EL0 (op2 0), CTL (1), CVAL (2), of the guest's CPU time */
void guest_cntp(struct hyp_vcpu *v, u32 op2, u64 *value, bool write);

/* nvhe/guest_gic.c */
void gic_init(u32 vtimer);
void gic_load(struct hyp_vcpu *v);
void gic_put(struct hyp_vcpu *v);
void gic_enter(struct hyp_vcpu *v);
void gic_leave(struct hyp_vcpu *v);
/** gic_pending() - would a list register interrupt the guest's WFI? During a run. */
bool gic_pending(struct hyp_vcpu *v);

/* nvhe/guest_debug.c */
u64 guest_mdscr(const struct hyp_vcpu *v);
void guest_debug_enter(struct hyp_vcpu *v, struct host_state *h);
void guest_debug_leave(struct host_state *h);
/** guest_debug_update() - MDSCR_EL1, OSLAR_EL1 or a breakpoint changed during a run */
void guest_debug_update(struct hyp_vcpu *v);
/** guest_stop_host() - what the host has that counts, samples or traces stops */
void guest_stop_host(const struct hyp_cpu *cpu, struct host_state *h);
void guest_start_host(const struct hyp_cpu *cpu, const struct host_state *h);

/* nvhe/guest_id.c */
#define NR_ID_REGS	64
extern u64 guest_id_regs[NR_ID_REGS];	/* by CRm:op2; fixed after guest_init() */
void guest_id_init(void);

#endif
