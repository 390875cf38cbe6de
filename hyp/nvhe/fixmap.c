// SPDX-License-Identifier: GPL-2.0-only
/* Windows of each CPU. */
#include <linux/errno.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/cpu.h"
#include "nvhe/fixmap.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/pte.h"
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"

#define FIX_BLOCKS	((1UL << HYP_VA_BITS) - HYP_GIB)
#define FIX_PAGES	(FIX_BLOCKS - HYP_GIB)
#define CPUS_PER_TABLE	(512 / FIX_SLOTS)
#define MAX_TABLES	((BOOT_MAX_CPUS + CPUS_PER_TABLE - 1) / CPUS_PER_TABLE)

_Static_assert(BOOT_MAX_CPUS <= 512, "a level-2 table has a block for each CPU");

static u64 *block_table;		/* by CPU; fixed after init */
static u64 *page_table[MAX_TABLES];	/* fixed after init */

static u32 page_tables(u32 nr_cpus)
{
	return (nr_cpus + CPUS_PER_TABLE - 1) / CPUS_PER_TABLE;
}

u64 fixmap_tables(u32 nr_cpus)
{
	return 3 + page_tables(nr_cpus);
}

int fixmap_init(const struct boot_info *info)
{
	u32 i;

	for (i = 0; i < info->nr_ram; i++)
		if (info->ram[i].base + info->ram[i].size > FIX_PAGES)
			return -ERANGE;
	if (info->uart.base >= FIX_PAGES)
		return -ERANGE;
	block_table = hyp_mm_entry(FIX_BLOCKS, 2);
	if (!block_table)
		return -ENOMEM;
	for (i = 0; i < page_tables(info->nr_cpus); i++) {
		page_table[i] = hyp_mm_entry(FIX_PAGES + i * HYP_BLOCK_SIZE, 3);
		if (!page_table[i])
			return -ENOMEM;
	}
	return 0;
}

static u64 *page_entry(enum fix_slot slot, u64 *va)
{
	u32 cpu = this_cpu()->index;
	u32 table = cpu / CPUS_PER_TABLE;
	u32 entry = cpu % CPUS_PER_TABLE * FIX_SLOTS + slot;

	*va = FIX_PAGES + table * HYP_BLOCK_SIZE + entry * HYP_PAGE_SIZE;
	return page_table[table] + entry;
}

static u64 *block_entry(u64 *va)
{
	u32 cpu = this_cpu()->index;

	*va = FIX_BLOCKS + cpu * HYP_BLOCK_SIZE;
	return block_table + cpu;
}

static void *open_window(u64 *ptep, u64 va, u64 leaf)
{
	hyp_fatal_if(pte_read(ptep));
	pte_publish(ptep, leaf);
	isb();
	return hyp_va(va);
}

/*
 * Only this CPU uses the window, but the table is all CPUs': another may walk it by
 * speculation, so the invalidation has to reach all (Arm ARM D8.16.1) before the
 * next map makes the entry valid again.
 */
static void close_window(u64 *ptep, u64 va)
{
	pte_publish(ptep, 0);
	tlb_flush_hyp(va);
}

void *fix_map(enum fix_slot slot, u64 pa)
{
	u64 va;
	u64 *ptep = page_entry(slot, &va);

	return open_window(ptep, va, hyp_mm_leaf(pa, 3));
}

void fix_unmap(enum fix_slot slot)
{
	u64 va;
	u64 *ptep = page_entry(slot, &va);

	close_window(ptep, va);
}

void *fix_map_block(u64 pa)
{
	u64 va;
	u64 *ptep = block_entry(&va);

	return open_window(ptep, va, hyp_mm_leaf(pa, 2));
}

void fix_unmap_block(void)
{
	u64 va;
	u64 *ptep = block_entry(&va);

	close_window(ptep, va);
}
