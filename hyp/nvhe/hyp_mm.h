/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EL2's own address space: stage 1, VA == PA, 48 bits, only what EL2 owns, and the
 * windows of nvhe/fixmap.h. Built with the MMU off; afterwards the console's page,
 * windows and arenas come and go, and no table is ever made.
 */
#ifndef NVHE_HYP_MM_H
#define NVHE_HYP_MM_H

#include <linux/types.h>
#include "boot/info.h"

#define HYP_VA_BITS	48

/* What hyp_enter_mmu loads; offsets known to nvhe/entry.S. Fixed after init. */
struct hyp_mmu {
	u64 ttbr0, tcr, mair, sctlr;
};

extern struct hyp_mmu hyp_mmu;

enum hyp_prot { HYP_RX, HYP_RO, HYP_RW };

/**
 * hyp_mm_init() - map the image by its sections, and the span's rest as data
 * @span: bytes from the image's start that EL2 keeps
 *
 * Return: 0 or -ENOMEM.
 */
int hyp_mm_init(u64 span);

/** hyp_mm_map() - map EL2's own memory at start-up; 0, -ENOMEM, -EEXIST */
int hyp_mm_map(u64 base, u64 size, enum hyp_prot prot);

/** hyp_mm_guard() - leave one page of the image's span unmapped; start-up only */
void hyp_mm_guard(u64 page);

/**
 * hyp_mm_device() - prepare one page of device memory; start-up only
 *
 * Tables are made; nothing is mapped until hyp_mm_device_on(). Return: 0, -ENOMEM.
 */
int hyp_mm_device(u64 page);
void hyp_mm_device_on(void);
void hyp_mm_device_off(void);

/** hyp_mm_ram_tables() - table pages that hyp_mm_ram() takes at most; start-up only */
u64 hyp_mm_ram_tables(const struct boot_info *info);

/** hyp_mm_ram() - tables for a block anywhere in RAM; start-up only. 0, -ENOMEM */
int hyp_mm_ram(const struct boot_info *info);

/** hyp_mm_entry() - tables for one address; start-up only. Return: its entry, or NULL */
u64 *hyp_mm_entry(u64 va, u32 level);

/** hyp_mm_leaf() - an entry that maps @pa as EL2's data by level 2 or 3 */
u64 hyp_mm_leaf(u64 pa, u32 level);

/**
 * hyp_mm_map_block() - map 2 MiB of RAM at VA == PA, as data
 *
 * Caller holds arena_lock; the block is EL2's alone. Cannot fail: hyp_mm_ram() has
 * made the tables.
 */
void hyp_mm_map_block(u64 pa);

/** hyp_mm_unmap_block() - the reverse; on return no CPU can reach it any more */
void hyp_mm_unmap_block(u64 pa);

#endif
