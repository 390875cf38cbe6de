/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The page that a vCPU shares with the host: what the host proposes for the next
 * run, and why the last one ended. EL2 reads the host's part once, at VCPU_RUN,
 * into its own memory, and looks at nothing of it that the last exit did not ask
 * for; it writes its own part once, before VCPU_RUN returns, and never reads it.
 * The page is the host's: what the host does to EL2's part harms only the host.
 */
#ifndef PKVM_RUN_H
#define PKVM_RUN_H

#include <linux/types.h>

#define PKVM_RUN_LRS		16

enum pkvm_exit {
	PKVM_EXIT_IRQ,			/* an interrupt of the host is pending */
	PKVM_EXIT_KICK,			/* VCPU_KICK */
	PKVM_EXIT_MMIO,			/* mmio: an access where no page is, or may not be written */
	PKVM_EXIT_FAULT,		/* fault: memory is missing there */
	PKVM_EXIT_WFI,			/* wfi: nothing to do until then */
	PKVM_EXIT_WFE,			/* the guest spins; nothing is asked */
	PKVM_EXIT_SMCCC,		/* smccc: a normal guest's call */
	PKVM_EXIT_CPU_ON,		/* cpu_on: EL2 has switched vCPU index on; schedule it */
	PKVM_EXIT_CPU_OFF,		/* this vCPU is off until another switches it on */
	PKVM_EXIT_SYSTEM_OFF,		/* the guest is done: PSCI SYSTEM_OFF */
	PKVM_EXIT_SYSTEM_RESET,		/* PSCI SYSTEM_RESET, RESET2 */
	PKVM_EXIT_SGI,			/* sgi: ICC_SGI1R_EL1 was written */
	PKVM_EXIT_MMIO_UNDECODED,	/* fault: an access that carries no syndrome; normal VMs */
	PKVM_EXIT_SERROR,		/* an SError arrived while the guest ran; no syndrome */
	PKVM_EXIT_MAINTENANCE,		/* a list register became free that asked for it */
	PKVM_EXIT_MAX,
};

#define PKVM_FAULT_WRITE	(1U << 0)
#define PKVM_FAULT_EXEC		(1U << 1)
#define PKVM_FAULT_PERMISSION	(1U << 2)	/* a page is there, its protection forbids */
#define PKVM_FAULT_CACHE	(1U << 3)	/* cache maintenance; MMIO_DONE skips it */

/*
 * What the host answers. EL2 does not know what a normal VM has at an address: MMIO
 * is both a device and memory that was not shared yet. With MMIO_DONE the access is
 * over; without, the guest makes it again, and finds the page that came meanwhile.
 * An answer to what was not asked is refused.
 */
#define PKVM_RUN_MAINTENANCE	(1U << 0)	/* exit when all but one LR are empty (UIE) */
#define PKVM_RUN_MMIO_DONE	(1U << 1)	/* PKVM_EXIT_MMIO; a read's data in value */
#define PKVM_RUN_SMCCC_DONE	(1U << 2)	/* PKVM_EXIT_SMCCC; results in x[] */

/* Interrupt lines of the vCPU's timers, on each exit. */
#define PKVM_LINE_VTIMER	(1U << 0)
#define PKVM_LINE_PTIMER	(1U << 1)

struct pkvm_run_in {
	__u64 value;			/* MMIO read: the data, low bytes */
	__u64 x[4];			/* SMCCC: results x0 to x3 */
	__u32 nr_lrs;			/* list registers that follow */
	__u32 flags;			/* PKVM_RUN_* */
	__u64 lr[PKVM_RUN_LRS];		/* ICH_LR<n>_EL2; HW=1 for the virtual timer only */
};

struct pkvm_run_out {
	__u32 reason;			/* enum pkvm_exit */
	__u32 lines;			/* PKVM_LINE_* */
	union {
		struct {
			__u64 ipa;
			__u64 data;	/* of a write */
			__u32 size;	/* bytes: 1, 2, 4, 8 */
			__u32 write;
		} mmio;
		struct {
			__u64 ipa;	/* page aligned; UNDECODED: of the access */
			__u32 flags;	/* PKVM_FAULT_* */
			__u32 pad;
		} fault;
		struct {
			__u64 deadline;	/* CNTPCT_EL0 value; ~0: no timer is set */
		} wfi;
		struct {
			__u64 x[8];	/* x0 to x7 of the caller */
			__u32 smc;	/* 1: by SMC, 0: by HVC */
			__u32 pad;
		} smccc;
		struct {
			__u32 index;
			__u32 pad;
		} cpu_on;
		struct {
			__u64 value;
		} sgi;
		__u64 words[12];
	};
	__u32 nr_lrs;
	__u32 eisr;			/* ICH_EISR_EL2 */
	__u64 lr[PKVM_RUN_LRS];		/* as the guest left them */
};

/* Separate halves: a write of one side never shares a cache line with the other's. */
struct pkvm_run {
	struct pkvm_run_in in;
	__u64 pad1[(2048 - sizeof(struct pkvm_run_in)) / 8];
	struct pkvm_run_out out;
	__u64 pad2[(2048 - sizeof(struct pkvm_run_out)) / 8];
};

_Static_assert(sizeof(struct pkvm_run_in) == 176, "the ABI of struct pkvm_run");
_Static_assert(sizeof(struct pkvm_run_out) == 240, "the ABI of struct pkvm_run");
_Static_assert(sizeof(struct pkvm_run) == 4096, "one page");

#endif
