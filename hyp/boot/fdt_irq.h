/* SPDX-License-Identifier: GPL-2.0-only */
/* What the repair of the tree needs again of the GIC and the timer. */
#ifndef BOOT_FDT_IRQ_H
#define BOOT_FDT_IRQ_H

#include "boot/fdt_scan.h"

/** fdt_is_gic() - is the walk at a GICv3 that is in use? */
bool fdt_is_gic(const struct fdt_walk *w);

/** fdt_gic_at() - read phandle, interrupt parent and cells of the GIC under the walk. */
void fdt_gic_at(const struct fdt_walk *w, struct fdt_gic *gic);

/** fdt_is_timer() - is the walk at the CPUs' timer? */
bool fdt_is_timer(const struct fdt_walk *w);

/**
 * fdt_read_timer() - the timer's interrupts.
 * @fdt: the tree.
 * @gic: filled by fdt_gic_at() and checked.
 * @t: node and irq_parent are set; the rest is filled.
 * @virt: the virtual timer's PPI.
 *
 * Return: NULL, or the reason why this timer does not do.
 */
const char *fdt_read_timer(const void *fdt, const struct fdt_gic *gic, struct fdt_timer *t,
			   struct boot_ppi *virt);

/** fdt_timer_find() - index of the interrupt @name (enum fdt_timer_irq), -1: none. */
int fdt_timer_find(const struct fdt_timer *t, u32 name);

/** fdt_timer_name() - the binding's word for an enum fdt_timer_irq. */
const char *fdt_timer_name(u32 name);

#endif
