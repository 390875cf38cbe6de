/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Windows of each CPU into memory that EL2 does not own for good: a guest's page to
 * be zeroed or copied, the page of a vCPU that the host shares. They lie in the last
 * 2 GiB of EL2's 48-bit address space, where fixmap_init() has seen that no RAM is.
 *
 * A window belongs to its CPU: no locks. EL2 runs with interrupts masked, so nothing
 * comes between map and unmap but what the caller calls. Mapped as Normal write-back,
 * never executable. An address that is not RAM, or a window in use, is EL2's own
 * fault (hyp_fatal).
 */
#ifndef NVHE_FIXMAP_H
#define NVHE_FIXMAP_H

#include <linux/types.h>
#include "boot/info.h"

enum fix_slot {
	FIX_PAGE,		/* a page to zero, copy or clean; within one call */
	FIX_RUN,		/* struct pkvm_run of the loaded vCPU: from load to put */
	FIX_SLOTS,
};

/** fixmap_tables() - table pages that fixmap_init() takes at most; start-up only */
u64 fixmap_tables(u32 nr_cpus);

/**
 * fixmap_init() - make the windows' tables; start-up only, after hyp_mm_init()
 *
 * Return: 0; -ENOMEM; -ERANGE when RAM lies where the windows are.
 */
int fixmap_init(const struct boot_info *info);

/** fix_map() - open @slot's window on the page at @pa. Return: its address at EL2. */
void *fix_map(enum fix_slot slot, u64 pa);
void fix_unmap(enum fix_slot slot);

/** fix_map_block() - the same for the 2 MiB block at @pa */
void *fix_map_block(u64 pa);
void fix_unmap_block(void);

#endif
