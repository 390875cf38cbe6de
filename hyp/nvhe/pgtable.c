// SPDX-License-Identifier: GPL-2.0-only
/* The page-table walker. */
#include <linux/errno.h>
#include "nvhe/addr.h"
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

static bool is_table(u64 pte, u32 level)
{
	return level < LAST_LEVEL && (pte & PTE_VALID_BIT) && (pte & PTE_TABLE_BIT);
}

static u64 *next_table(u64 pte)
{
	return hyp_va(pte & PTE_ADDR_BITS);
}

struct pgtable_leaf pgtable_walk(const struct pgtable *pgt, u64 ia)
{
	struct pgtable_leaf leaf = { .level = pgt->start_level };
	u64 *table = pgt->root;

	for (;; leaf.level++) {
		leaf.ptep = entry_of(pgt, table, leaf.level, ia);
		leaf.pte = pte_read(leaf.ptep);
		if (!is_table(leaf.pte, leaf.level))
			return leaf;
		table = next_table(leaf.pte);
	}
}

/* Down to @level; makes the tables that lack. NULL: no memory, or a block above. */
static u64 *entry_at(struct pgtable *pgt, u64 ia, u32 level)
{
	u64 *table = pgt->root;
	u32 l;

	for (l = pgt->start_level; l < level; l++) {
		u64 *ptep = entry_of(pgt, table, l, ia);
		u64 pte = pte_read(ptep);

		if (!(pte & PTE_VALID_BIT)) {
			void *page = pgt->alloc();

			if (!page)
				return NULL;
			pte = hyp_pa(page) | PTE_TABLE_BIT | PTE_VALID_BIT;
			pte_publish(ptep, pte);
		} else if (!(pte & PTE_TABLE_BIT)) {
			return NULL;
		}
		table = next_table(pte);
	}
	return entry_of(pgt, table, level, ia);
}

/* The lowest level number whose block covers ia and pa alike and fits the rest. */
static u32 block_level(u64 ia, u64 pa, u64 size)
{
	u32 level;

	for (level = 1; level < LAST_LEVEL; level++) {
		u64 bs = pgtable_level_size(level);

		if (!((ia | pa) & (bs - 1)) && size >= bs)
			break;
	}
	return level;
}

int pgtable_map(struct pgtable *pgt, u64 ia, u64 pa, u64 size, u64 attr)
{
	while (size) {
		u32 level = block_level(ia, pa, size);
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

u64 *pgtable_reserve(struct pgtable *pgt, u64 ia)
{
	return entry_at(pgt, ia, LAST_LEVEL);
}
