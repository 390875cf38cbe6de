/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMSAv8-64 translation tables, 4 KiB granule, stage 1 and stage 2 alike: a
 * caller says which attributes a leaf carries. The walker allocates tables
 * through the pgtable's own source and never frees behind a caller's back.
 */
#ifndef NVHE_PGTABLE_H
#define NVHE_PGTABLE_H

#include <linux/types.h>

#define PTE_VALID_BIT		(1UL << 0)
#define PTE_TABLE_BIT		(1UL << 1)
#define PTE_ADDR_BITS		0x0000fffffffff000UL

struct pgtable {
	u64 *root;		/* root table(s), concatenated for stage 2 */
	u32 start_level;	/* 0 to 2 */
	u32 ia_bits;		/* bits of input address */
	void *(*alloc)(void);	/* a zeroed page, or NULL */
};

/* What a walk of one input address found. */
struct pgtable_leaf {
	u64 *ptep;		/* the entry, valid or not */
	u64 pte;
	u32 level;		/* of the entry; its size is pgtable_level_size() */
};

u64 pgtable_level_size(u32 level);

/**
 * pgtable_map() - map a range by the largest blocks that fit
 * @pgt: the table; the caller holds its lock
 * @ia: first input address, page aligned; the range must not wrap
 * @pa: output address, page aligned
 * @size: bytes, a multiple of the page size
 * @attr: attribute bits of a leaf, valid bit apart
 *
 * Entries must be invalid before: nothing valid is replaced (that would need
 * break-before-make, Arm ARM D8.16.1). Return: 0; -ENOMEM when a table page
 * lacked, -EEXIST at a valid entry: what was mapped until then stays.
 */
int pgtable_map(struct pgtable *pgt, u64 ia, u64 pa, u64 size, u64 attr);

/**
 * pgtable_walk() - the entry that translates an input address
 *
 * Caller holds the table's lock, or knows that it does not change.
 */
struct pgtable_leaf pgtable_walk(const struct pgtable *pgt, u64 ia);

/**
 * pgtable_reserve() - make every table down to the page level for one address
 *
 * So that a later write of that page's entry needs no memory.
 * Return: the level-3 entry, NULL without memory or under a block.
 */
u64 *pgtable_reserve(struct pgtable *pgt, u64 ia);

#endif
