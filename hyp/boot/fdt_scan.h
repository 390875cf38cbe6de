/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One pass over the tree, each subject in its own file. A fdt_scan_*() function
 * is called for every node and looks whether the node is its subject; a
 * fdt_finish_*() function is called once after the last node. All return NULL or
 * the reason of a refusal.
 */
#ifndef BOOT_FDT_SCAN_H
#define BOOT_FDT_SCAN_H

#include "boot/fdt_node.h"

#define FDT_TIMER_IRQS		5
#define FDT_IRQ_CELLS		4

/* The interrupts of the timer's node. */
struct fdt_timer {
	int node;			/* -1: not found */
	u32 irq_parent;			/* phandle, 0: none */
	bool extended;			/* interrupts-extended: a phandle before each */
	u32 nr;
	u32 name[FDT_TIMER_IRQS];	/* enum fdt_timer_irq */
	u32 cell[FDT_TIMER_IRQS][FDT_IRQ_CELLS];
};

/* In the order of the arm,armv8-timer binding when there are no names. */
enum fdt_timer_irq {
	TIMER_SEC_PHYS, TIMER_PHYS, TIMER_VIRT, TIMER_HYP_PHYS, TIMER_HYP_VIRT,
};

struct fdt_gic {
	int node;			/* -1: not found */
	u32 phandle;
	u32 irq_parent;			/* phandle, 0: none */
	u32 cells;			/* #interrupt-cells: 3 or 4 */
};

struct fdt_scan {
	struct fdt_walk w;
	struct boot_info *info;
	struct boot_range image, tree;
	struct fdt_timer timer;
	struct fdt_gic gic;
	int psci;			/* node or -1 */
	int reserved;			/* /reserved-memory or -1 */
	bool psci_01;			/* only PSCI 0.1 seen */
	bool gic_v2, gic_v5;
	u32 cpus_without_method;
};

/* fdt_memory.c: RAM, what is taken of it, the handover. */
const char *fdt_scan_memory(struct fdt_scan *s);
const char *fdt_scan_reserved(struct fdt_scan *s);
const char *fdt_scan_memreserve(struct fdt_scan *s);
const char *fdt_scan_initrd(struct fdt_scan *s);
const char *fdt_finish_memory(struct fdt_scan *s);
bool fdt_is_dice(const struct fdt_walk *w, int reserved);

/* fdt_cpu.c: CPUs, PSCI, SMC function ids. */
const char *fdt_scan_cpu(struct fdt_scan *s);
const char *fdt_scan_psci(struct fdt_scan *s);
const char *fdt_scan_smc_id(struct fdt_scan *s);
const char *fdt_finish_cpu(struct fdt_scan *s);

/* fdt_irq.c: GIC and timer. */
const char *fdt_scan_gic(struct fdt_scan *s);
const char *fdt_scan_timer(struct fdt_scan *s);
const char *fdt_finish_irq(struct fdt_scan *s);

/* fdt_deny.c: what the host must not reach. */
const char *fdt_scan_deny(struct fdt_scan *s);
const char *fdt_finish_deny(struct fdt_scan *s);
bool fdt_is_debug(const void *fdt, int node);

#endif
