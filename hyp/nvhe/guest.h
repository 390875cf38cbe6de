/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world switch: a vCPU's registers, and running it on a CPU. Mechanism; what a
 * VM is, and what a host may see of it, is policy (hyp/pkvm/vm.h), reached only
 * through guest_policy.
 *
 * Life: guest_reset() -> guest_load() -> guest_run() ... -> guest_put(). Between
 * load and put the vCPU belongs to one CPU, and only that CPU touches it.
 */
#ifndef NVHE_GUEST_H
#define NVHE_GUEST_H

#include <linux/types.h>
#include "nvhe/guest_sysregs.h"
#include "nvhe/vmid.h"

#define GUEST_LRS	16

struct guest_event;
struct host_state;
struct hyp_cpu;

/* Stage 2 of a guest, as the switch needs it. Fixed after creation but for vmid. */
struct guest_s2 {
	u64 baddr;		/* VTTBR_EL2.BADDR */
	u64 vtcr;		/* VTCR_EL2 */
	struct vmid vmid;	/* guard: vmid_lock */
};

/* FP/SIMD registers. Guard: the CPU on which the vCPU is loaded. */
struct guest_fp {
	__uint128_t v[32];
	u64 fpsr, fpcr;
};

/* The virtual CPU interface. Guard: the CPU on which the vCPU is loaded. */
struct guest_gic {
	u64 lr[GUEST_LRS];	/* checked before each run; as the guest left them after */
	u32 nr_lrs;		/* of them in use in this run */
	u32 eisr;
	bool underflow_exit;	/* ICH_HCR_EL2.UIE wanted */
	bool maintenance;	/* ICH_MISR_EL2 was not 0 when the run ended */
	u64 vmcr;		/* ICH_VMCR_EL2: moved at load and put */
	u64 ap0r[4], ap1r[4];	/* active priorities: moved at load and put */
};

/* Guard: the CPU on which the vCPU is loaded. */
struct guest_timer {
	u64 voff;		/* CNTVOFF_EL2 while the guest runs */
	u64 cntv_ctl, cntv_cval;	/* moved at each exit */
	u64 cntp_ctl, cntp_cval;	/* emulated: CNTP never is the guest's */
};

/* Registers of one vCPU. Within one page together with its policy (struct vcpu). */
struct hyp_vcpu {
	u64 x[31];		/* first fields: offsets known to assembly */
	u64 pc, pstate;
	u64 sys[GUEST_NR_SYSREGS];	/* by enum guest_sysreg of guest_sysregs.h */
	struct guest_fp fp;
	struct guest_gic gic;
	struct guest_timer timer;
	u64 vmpidr;		/* VMPIDR_EL2: from the vCPU's index; fixed */
	u64 hcr, mdcr, vttbr;	/* while this vCPU runs; made at load */
	struct guest_s2 *s2;	/* its VM's; fixed */
	bool protected;		/* fixed */
	bool fp_live;		/* the FP registers of this CPU are the guest's */
	bool live;		/* sys[] is in the CPU: a run is under way */
	bool stale_tlb;		/* another vCPU of the VM may have run here before */
	struct guest_event *event;	/* of the run under way */
	struct host_state *host;	/* what the host had; of the run under way */
	bool kicked;		/* VCPU_KICK; any CPU sets it, a run clears it; atomic */
};

/* Why guest_run() came back. */
enum guest_exit {
	GUEST_IRQ,		/* IRQ or FIQ of the host pending */
	GUEST_SERROR,
	GUEST_ABORT,		/* stage-2 fault: struct guest_abort */
	GUEST_WFI,
	GUEST_WFE,
	GUEST_SMCCC,		/* policy said that the host has to answer */
	GUEST_SGI,		/* ICC_SGI1R_EL1 write: value */
	GUEST_KICK,
	GUEST_POLICY,		/* policy ended the run itself (guest_policy.smccc) */
	GUEST_MAINTENANCE,
};

/* A stage-2 abort of the guest, decoded from ESR_EL2, FAR_EL2, HPFAR_EL2. */
struct guest_abort {
	u64 ipa;		/* with the offset in the page, when that is known */
	u64 far;		/* the guest's virtual address */
	bool exec, write, s1ptw, cm, permission;
	bool access;		/* the leaf is valid, its access flag is not set */
	bool narrow;		/* a 16-bit instruction */
	bool isv;		/* the next four are there */
	u8 size;		/* bytes */
	u8 rt;			/* 31: XZR */
	bool sign_extend, sixty_four;
};

struct guest_event {
	enum guest_exit kind;
	union {
		struct guest_abort abort;
		u64 sgi;
		bool smc;	/* GUEST_SMCCC: by SMC; the guest's x[] are the call's */
	};
};

/* What policy makes of a guest's SMCCC call. */
enum guest_smccc { SMCCC_DONE, SMCCC_EXIT_HOST, SMCCC_EXIT_POLICY };

/* Filled by hyp/pkvm; const. Called on the CPU where @v runs, no locks held. */
struct guest_policy {
	/*
	 * An SMC or HVC #0 of the guest, PC already past it. DONE: answered in
	 * v->x[], run on. EXIT_HOST: guest_run() returns GUEST_SMCCC. EXIT_POLICY:
	 * it returns GUEST_POLICY (PSCI CPU_OFF and the like).
	 */
	enum guest_smccc (*smccc)(struct hyp_vcpu *v, bool smc);
};

extern const struct guest_policy guest_policy;

/**
 * guest_init() - start-up, on the boot CPU, after its ID registers can be read
 * @vtimer: INTID of the virtual timer's PPI, the one interrupt that may have HW=1
 */
void guest_init(u32 vtimer);

/** guest_init_cpu() - what the switch needs of this CPU; at each of its entries */
void guest_init_cpu(struct hyp_cpu *cpu);

/**
 * guest_reset() - registers of a vCPU as the architecture resets them
 * @v: zeroed memory; s2, protected and vmpidr are set
 *
 * EL1h, DAIF masked, MMU off; PC and x[] 0. Also PSCI CPU_ON's first step.
 */
void guest_reset(struct hyp_vcpu *v);

/**
 * guest_load() - make @v this CPU's
 *
 * Assigns a VMID, makes HCR_EL2 and MDCR_EL2, writes what the host does not use
 * (VMCR, active priorities). Context: EL2, nothing loaded on this CPU, no locks.
 * Return: 0; -EBUSY while the host has SVCR not 0.
 */
int guest_load(struct hyp_vcpu *v);

/** guest_put() - the reverse: saves and clears all that is live, FP included */
void guest_put(struct hyp_vcpu *v);

/**
 * guest_run() - run the loaded vCPU until policy or the host is wanted
 * @v: loaded on this CPU; gic.lr[] proposed by the host and passed by gic_check()
 * @event: out
 *
 * On return the CPU is the host's again but for what stays until put. PC is past
 * the instruction for all but GUEST_ABORT and what the guest did not trap by.
 */
void guest_run(struct hyp_vcpu *v, struct guest_event *event);

/**
 * guest_fp_flush() - save and clear guest FP registers, if any are live here
 *
 * From the host's first FP use, before the next load, put, CPU_SUSPEND, CPU_OFF.
 */
void guest_fp_flush(void);

/**
 * gic_check() - may these list registers be loaded? (threats.md case 28)
 *
 * HW=1 only for the virtual timer's PPI with its own INTID, state pending or
 * active, never both; no INTID twice; no reserved INTID or bit. Return: 0, -EINVAL.
 */
int gic_check(const u64 *lr, u32 nr);

/** gic_nr_lrs() - list registers that ICH_VTR_EL2 reports, 1 to 16 */
u32 gic_nr_lrs(void);

/**
 * guest_fp_trap() - the host used FP while a guest's registers are in it
 *
 * Return: true: they were, and are saved and cleared now; the host tries again.
 */
bool guest_fp_trap(void);

/** guest_skip() - PC past a 32-bit instruction, PSTATE.SS and BTYPE as if executed */
void guest_skip(struct hyp_vcpu *v);

/** guest_mmio_done() - finish a load: Rt = @data, sized and extended; skips it */
void guest_mmio_done(struct hyp_vcpu *v, const struct guest_abort *abort, u64 data);

/** guest_inject_sea() - a synchronous external abort at @far for an abort's access */
void guest_inject_sea(struct hyp_vcpu *v, const struct guest_abort *abort);

/** guest_inject_undef() - EC 0 at the guest's EL1 */
void guest_inject_undef(struct hyp_vcpu *v);

/** guest_lines() - PKVM_LINE_* (pkvm/run.h) of the vCPU's timers, after a run */
u32 guest_lines(const struct hyp_vcpu *v);

/** guest_deadline() - physical counter value at which a timer line rises; ~0: never */
u64 guest_deadline(const struct hyp_vcpu *v);

#endif
