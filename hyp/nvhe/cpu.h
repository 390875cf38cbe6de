/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One page a CPU, fixed at boot from the machine's list of CPUs; TPIDR_EL2
 * points at the running CPU's. The page above a guard page and an 8 KiB stack:
 * 16 KiB a CPU in all.
 */
#ifndef NVHE_CPU_H
#define NVHE_CPU_H

#include <linux/types.h>

/* Registers of the host as the vectors saved them; on this CPU's EL2 stack. */
struct host_frame {
	u64 x[31];
	u64 pad;
};

/* Where a CPU of the host stands, as PSCI knows it. */
enum cpu_power {
	CPU_OFF,		/* zero: not yet, or no longer, running */
	CPU_ON_PENDING,		/* firmware was asked; it has not come by yet */
	CPU_ON,
};

/* What the next entry of this CPU runs: set by CPU_ON and suspend calls. */
struct cpu_resume {
	u64 entry;		/* host physical address, EL1, MMU off */
	u64 context;		/* x0 at the entry */
};

struct vcpu;

struct hyp_cpu {
	u64 stack_top;		/* first fields: offsets known to assembly */
	u64 flags;		/* CPU_FLAG_*, fixed after this CPU's init */
	u64 mpidr;		/* MPIDR_EL1 affinity bits, fixed after init */
	u32 index;		/* fixed after init */
	u32 power;		/* enum cpu_power; guard: psci lock */
	struct cpu_resume resume;	/* CPU_ON: psci lock; suspend: this CPU */
	u64 bhb_loops;		/* branch-history loop count, 0: none */
	u64 errata;		/* bits of nvhe/errata.h; fixed after this CPU's init */
	/* host refusals and denials counted on this CPU, by enum pkvm_info */
	u64 count[32];		/* guard: this CPU writes, anyone may read */
	struct vcpu *loaded;	/* hyp/pkvm's: the vCPU that is loaded here; this CPU */
	u32 ranks_held;		/* debug builds: bit n, a lock of rank n is held; this CPU */
	u32 pad;
	/* World switch: this CPU. */
	struct hyp_vcpu *fp_owner;	/* whose FP registers are in the CPU, NULL: nobody's */
	u64 host_cptr;			/* CPTR_EL2 while the host has its FP registers */
	u64 guest_has;			/* HAS_* of nvhe/guest_switch.h */
	const char *guest_vectors;
	struct {
		u64 vmid;		/* struct vmid's value */
		struct hyp_vcpu *vcpu;	/* the last of that VM that ran here */
	} ran[8];
	u64 unused[2];
	u64 panic_regs[32];	/* x0 to x30 and SP of a panic; this CPU */
};

/* The affinity fields of MPIDR_EL1: Aff3, Aff2, Aff1, Aff0. */
#define CPU_AFFINITY	0xff00ffffffUL

/* All CPUs, in the order of the device tree; fixed after init. */
extern struct hyp_cpu **hyp_cpus;
extern u32 hyp_nr_cpus;

/* NULL if no CPU of that affinity was in the device tree. */
struct hyp_cpu *hyp_cpu_by_mpidr(u64 mpidr);
struct hyp_cpu *this_cpu(void);

/* Physical address where firmware enters a CPU; context: its struct hyp_cpu. */
u64 hyp_cpu_entry_pa(void);
u64 hyp_cpu_context_pa(struct hyp_cpu *cpu);

#define hyp_count(which)	(this_cpu()->count[(which)]++)

#endif
