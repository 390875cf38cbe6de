/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMSAv8-64 translation tables, 4 KiB granule, stage 1 and stage 2 alike: a
 * caller says which attributes a leaf carries. The walker allocates tables
 * through the pgtable's own source and never frees behind a caller's back.
 *
 * An invalid entry may carry a mark, a number that the hardware does not look at. A
 * table that is made below such an entry says the same in each of its entries.
 */
#ifndef NVHE_PGTABLE_H
#define NVHE_PGTABLE_H

#include <linux/types.h>

#define PTE_VALID_BIT		(1UL << 0)
#define PTE_TABLE_BIT		(1UL << 1)
#define PTE_ADDR_BITS		0x0000fffffffff000UL

#define PTE_MARK_SHIFT		2
#define PTE_MARK_MASK		(3UL << PTE_MARK_SHIFT)

struct pgtable {
	u64 *root;		/* root table(s), concatenated for stage 2 */
	u32 start_level;	/* 0 to 2 */
	u32 ia_bits;		/* bits of input address */
	u32 block_level;	/* largest blocks: 1 or 0: 1 GiB, 2: 2 MiB */
	void *from;		/* for alloc; guard: the table's lock */
	void *(*alloc)(struct pgtable *pgt);	/* a zeroed page, or NULL */
	/* TLB: what was at [@ia, @ia + @size), in entries of @step bytes; NULL: never valid */
	void (*flush)(struct pgtable *pgt, u64 ia, u64 size, u64 step);
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
 * pgtable_reserve() - make every table down to @level for one address
 *
 * So that a later write of that entry needs no memory.
 * Return: the entry, NULL without memory or under a block.
 */
u64 *pgtable_reserve(struct pgtable *pgt, u64 ia, u32 level);

/**
 * pgtable_replace() - another valid entry in place of a valid one
 *
 * With break-before-make: invalid, TLB invalidation complete, then the new (Arm ARM
 * D8.16.1). An access in between faults and finds it resolved when it has the lock.
 * @ia: start of what the entry covers; @step: size of the entries below, bytes
 */
void pgtable_replace(struct pgtable *pgt, u64 ia, struct pgtable_leaf leaf, u64 step, u64 pte);

/**
 * pgtable_split() - the same translation of a 2 MiB block by a table of pages
 * @leaf: the block, as pgtable_walk() found it; @table: a page, contents of no matter
 * @ignored: bits of the table descriptor that the hardware ignores
 */
void pgtable_split(struct pgtable *pgt, u64 ia, struct pgtable_leaf leaf, u64 *table,
		   u64 ignored);

/**
 * pgtable_entry() - the entry of @ia at @level, or where the walk ends above it
 *
 * Unlike pgtable_walk() it stops at @level even if a table is there.
 */
struct pgtable_leaf pgtable_entry(const struct pgtable *pgt, u64 ia, u32 level);

static inline bool pgtable_is_table(struct pgtable_leaf e)
{
	return e.level < 3 && (e.pte & (PTE_VALID_BIT | PTE_TABLE_BIT)) ==
	       (PTE_VALID_BIT | PTE_TABLE_BIT);
}

#endif
