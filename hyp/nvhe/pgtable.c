// SPDX-License-Identifier: GPL-2.0-only
/* The page-table walker. */
#include <linux/errno.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/pgtable.h"
#include "nvhe/pte.h"

#define LAST_LEVEL	3

u64 pgtable_level_size(u32 level)
{
	return 1UL << (HYP_PAGE_SHIFT + 9 * (LAST_LEVEL - level));
}

/* The root of a stage 2 may be up to 16 tables side by side: no mask there. */
static u64 *entry_of(const struct pgtable *pgt, u64 *table, u32 level, u64 ia)
{
	u64 index = ia >> (HYP_PAGE_SHIFT + 9 * (LAST_LEVEL - level));

	if (level != pgt->start_level)
		index &= 511;
	return table + index;
}

static u64 *next_table(u64 pte)
{
	return hyp_va(pte & PTE_ADDR_BITS);
}

struct pgtable_leaf pgtable_entry(const struct pgtable *pgt, u64 ia, u32 level)
{
	struct pgtable_leaf e = { .level = pgt->start_level };
	u64 *table = pgt->root;

	for (;; e.level++) {
		e.ptep = entry_of(pgt, table, e.level, ia);
		e.pte = pte_read(e.ptep);
		if (e.level == level || !pgtable_is_table(e))
			return e;
		table = next_table(e.pte);
	}
}

struct pgtable_leaf pgtable_walk(const struct pgtable *pgt, u64 ia)
{
	return pgtable_entry(pgt, ia, LAST_LEVEL);
}

/* A table for below an invalid entry, which says the same. */
static u64 *new_table(struct pgtable *pgt, u64 pte)
{
	u64 *table = pgt->alloc(pgt);
	u32 i;

	for (i = 0; table && (pte & PTE_MARK_MASK) && i < 512; i++)
		table[i] = pte & PTE_MARK_MASK;
	return table;
}

/* Down to @level; makes the tables that lack. NULL: no memory, or a block above. */
static u64 *entry_at(struct pgtable *pgt, u64 ia, u32 level)
{
	u64 *table;

	for (;;) {
		struct pgtable_leaf e = pgtable_entry(pgt, ia, level);

		if (e.level == level)
			return e.ptep;
		table = e.pte & PTE_VALID_BIT ? NULL : new_table(pgt, e.pte);
		if (!table)
			return NULL;
		pte_publish(e.ptep, hyp_pa(table) | PTE_TABLE_BIT | PTE_VALID_BIT);
	}
}

/* The lowest level number whose block covers ia and pa alike and fits the rest. */
static u32 block_level(const struct pgtable *pgt, u64 ia, u64 pa, u64 size)
{
	u32 level;

	for (level = pgt->block_level ? pgt->block_level : 1; level < LAST_LEVEL; level++) {
		u64 bs = pgtable_level_size(level);

		if (!((ia | pa) & (bs - 1)) && size >= bs)
			break;
	}
	return level;
}

int pgtable_map(struct pgtable *pgt, u64 ia, u64 pa, u64 size, u64 attr)
{
	while (size) {
		u32 level = block_level(pgt, ia, pa, size);
		u64 step = pgtable_level_size(level);
		u64 *ptep;

		if (level < pgt->start_level)
			return -EINVAL;
		ptep = entry_at(pgt, ia, level);
		if (!ptep)
			return -ENOMEM;
		if (pte_read(ptep) & PTE_VALID_BIT)
			return -EEXIST;
		pte_publish(ptep, pa | attr | PTE_VALID_BIT |
			    (level == LAST_LEVEL ? PTE_TABLE_BIT : 0));
		ia += step;
		pa += step;
		size -= step;
	}
	return 0;
}

u64 *pgtable_reserve(struct pgtable *pgt, u64 ia, u32 level)
{
	return entry_at(pgt, ia, level);
}

void pgtable_replace(struct pgtable *pgt, u64 ia, struct pgtable_leaf leaf, u64 step, u64 pte)
{
	pte_publish(leaf.ptep, 0);
	pgt->flush(pgt, ia, pgtable_level_size(leaf.level), step);
	pte_publish(leaf.ptep, pte);
}

void pgtable_split(struct pgtable *pgt, u64 ia, struct pgtable_leaf leaf, u64 *table,
		   u64 ignored)
{
	u32 i;

	hyp_assert(leaf.level == 2);
	for (i = 0; i < 512; i++)
		table[i] = (leaf.pte | PTE_TABLE_BIT) + i * HYP_PAGE_SIZE;
	pgtable_replace(pgt, round_down_to(ia, HYP_BLOCK_SIZE), leaf, HYP_BLOCK_SIZE,
			hyp_pa(table) | ignored | PTE_TABLE_BIT | PTE_VALID_BIT);
}
