// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page-table walker.
 * SOURCES: hyp/nvhe/pgtable.c
 */
#include <errno.h>
#include <stdlib.h>
#include "tap.h"
#include "nvhe/addr.h"
#include "nvhe/pgtable.h"

#define ATTR	0x77cUL

static int pages_left;
static int pages_made;

static void *alloc_page(struct pgtable *pgt)
{
	void *page;

	if (!pages_left)
		return NULL;
	pages_left--;
	pages_made++;
	if (posix_memalign(&page, HYP_PAGE_SIZE, HYP_PAGE_SIZE))
		abort();
	memset(page, 0, HYP_PAGE_SIZE);
	return page;
}

static void new_table(struct pgtable *pgt, u32 start_level, u32 root_pages, int pages)
{
	*pgt = (struct pgtable){ .start_level = start_level, .alloc = alloc_page };
	if (posix_memalign((void **)&pgt->root, HYP_PAGE_SIZE * root_pages,
			   HYP_PAGE_SIZE * root_pages))
		abort();
	memset(pgt->root, 0, HYP_PAGE_SIZE * root_pages);
	pages_left = pages;
	pages_made = 0;
}

static void drop_level(u64 *table, u32 level)
{
	int i;

	for (i = 0; level < 3 && i < 512; i++)
		if ((table[i] & 3) == 3) {
			u64 *next = (u64 *)(table[i] & PTE_ADDR_BITS);

			drop_level(next, level + 1);
			free(next);
		}
}

static void drop_table(struct pgtable *pgt, u32 root_pages)
{
	u32 i;

	for (i = 0; i < root_pages; i++)
		drop_level(pgt->root + 512 * i, pgt->start_level);
	free(pgt->root);
}

/* What the architecture's walk gives for an address, written apart from the code. */
static u64 translate(const struct pgtable *pgt, u64 ia, u64 *attr)
{
	const u64 *table = pgt->root;
	u32 level = pgt->start_level;
	u64 idx = ia >> (39 - 9 * level);

	for (;; level++) {
		u64 pte = table[idx];
		u64 size = 1UL << (39 - 9 * level);

		if (!(pte & 1))
			return ~0UL;
		if (level == 3 ? !(pte & 2) : 0)
			return ~0UL;
		if (level == 3 || !(pte & 2)) {
			*attr = pte & ~PTE_ADDR_BITS & ~3UL;
			return (pte & PTE_ADDR_BITS & ~(size - 1)) | (ia & (size - 1));
		}
		table = (const u64 *)(pte & PTE_ADDR_BITS);
		idx = (ia >> (39 - 9 * (level + 1))) & 511;
	}
}

static bool maps(const struct pgtable *pgt, u64 ia, u64 pa, u64 size)
{
	u64 at, attr;

	for (at = 0; at < size; at += HYP_PAGE_SIZE)
		if (translate(pgt, ia + at, &attr) != pa + at || attr != ATTR)
			return false;
	return translate(pgt, ia - 1, &attr) == ~0UL &&
	       translate(pgt, ia + size, &attr) == ~0UL;
}

static void test_blocks(void)
{
	struct pgtable pgt;

	new_table(&pgt, 1, 2, 10);
	is_num(pgtable_map(&pgt, 4 * HYP_GIB, 4 * HYP_GIB, HYP_GIB, ATTR), 0, "map a GiB");
	is_num(pages_made, 0, "a GiB takes a block of the root");
	is_num(pgtable_walk(&pgt, 4 * HYP_GIB + 5).level, 1, "its leaf is at level 1");
	ok(maps(&pgt, 4 * HYP_GIB, 4 * HYP_GIB, HYP_GIB), "the GiB translates");
	is_num(pgtable_map(&pgt, 513 * HYP_GIB, 513 * HYP_GIB, HYP_BLOCK_SIZE, ATTR), 0,
	       "map 2 MiB in the second root table");
	is_num(pages_made, 1, "2 MiB takes one table");
	ok(maps(&pgt, 513 * HYP_GIB, 513 * HYP_GIB, HYP_BLOCK_SIZE), "the 2 MiB translate");
	drop_table(&pgt, 2);
}

static void test_ragged(void)
{
	struct pgtable pgt;
	u64 base = HYP_GIB + 3 * HYP_PAGE_SIZE, size = 3 * HYP_BLOCK_SIZE;

	new_table(&pgt, 0, 1, 10);
	is_num(pgtable_map(&pgt, base, base, size, ATTR), 0, "map with ragged ends");
	is_num(pages_made, 4, "levels 1 and 2, and a level 3 at each end");
	ok(maps(&pgt, base, base, size), "the ragged range translates, nothing beside it");
	is_num(pgtable_walk(&pgt, base + HYP_BLOCK_SIZE).level, 2, "blocks in the middle");
	is_num(pgtable_walk(&pgt, base).level, 3, "pages at the end");
	drop_table(&pgt, 1);
}

static void test_unequal_offsets(void)
{
	struct pgtable pgt;

	new_table(&pgt, 0, 1, 10);
	is_num(pgtable_map(&pgt, HYP_GIB, HYP_GIB + HYP_PAGE_SIZE, HYP_BLOCK_SIZE, ATTR), 0,
	       "map where input and output differ in the low bits");
	ok(maps(&pgt, HYP_GIB, HYP_GIB + HYP_PAGE_SIZE, HYP_BLOCK_SIZE), "page by page");
	drop_table(&pgt, 1);
}

static void test_refusals(void)
{
	struct pgtable pgt;
	u64 before;

	new_table(&pgt, 0, 1, 3);
	is_num(pgtable_map(&pgt, 0, 0, HYP_PAGE_SIZE, ATTR), 0, "map one page");
	before = pgtable_walk(&pgt, 0).pte;
	is_num(-pgtable_map(&pgt, 0, HYP_GIB, HYP_PAGE_SIZE, ATTR), EEXIST, "not over a page");
	is_num(pgtable_walk(&pgt, 0).pte, before, "the page stays as it was");
	is_num(-pgtable_map(&pgt, 0, 0, HYP_BLOCK_SIZE, ATTR), EEXIST,
	       "not a block over a table");
	is_num(pgtable_walk(&pgt, 0).pte, before, "the table stays as it was");
	is_num(-pgtable_map(&pgt, HYP_GIB, 0, HYP_PAGE_SIZE, ATTR), ENOMEM, "no memory");
	ok(!(pgtable_walk(&pgt, HYP_GIB).pte & 1), "nothing is mapped without memory");
	drop_table(&pgt, 1);
}

static void test_reserve(void)
{
	struct pgtable pgt;
	u64 *ptep;

	new_table(&pgt, 0, 1, 3);
	ptep = pgtable_reserve(&pgt, 9 * HYP_PAGE_SIZE, 3);
	ok(ptep && !*ptep, "reserve makes the tables and no entry");
	ok(pgtable_walk(&pgt, 9 * HYP_PAGE_SIZE).ptep == ptep, "the walk ends at that entry");
	ok(!pgtable_reserve(&pgt, HYP_GIB, 3), "reserve without memory");
	drop_table(&pgt, 1);

	new_table(&pgt, 0, 1, 3);
	pgtable_map(&pgt, 0, 0, HYP_BLOCK_SIZE, ATTR);
	ok(!pgtable_reserve(&pgt, HYP_PAGE_SIZE, 3), "reserve under a block is refused");
	drop_table(&pgt, 1);
}

static void test_block_level(void)
{
	struct pgtable pgt;

	new_table(&pgt, 1, 1, 5);
	pgt.block_level = 2;
	is_num(pgtable_map(&pgt, HYP_GIB, HYP_GIB, HYP_GIB, ATTR), 0, "map a GiB by 2 MiB");
	is_num(pgtable_walk(&pgt, HYP_GIB).level, 2, "no block is larger than the table allows");
	ok(pages_made == 1 && maps(&pgt, HYP_GIB, HYP_GIB, HYP_GIB), "all of it, with one table");
	ok(pgtable_is_table(pgtable_entry(&pgt, HYP_GIB, 1)) &&
	   pgtable_entry(&pgt, HYP_GIB, 1).level == 1, "an entry above the leaf can be had");
	ok(!pgtable_is_table(pgtable_entry(&pgt, HYP_GIB, 3)) &&
	   pgtable_entry(&pgt, HYP_GIB, 3).level == 2, "one below it cannot");
	ok(pgtable_reserve(&pgt, HYP_GIB, 2) == pgtable_walk(&pgt, HYP_GIB).ptep,
	   "reserve stops at the level asked for");
	drop_table(&pgt, 1);
}

static void test_marks(void)
{
	u64 mark = 2UL << PTE_MARK_SHIFT, i, wrong = 0, attr;
	struct pgtable pgt;

	new_table(&pgt, 1, 1, 5);
	*pgtable_entry(&pgt, HYP_GIB, 1).ptep = mark;
	is_num(pgtable_map(&pgt, HYP_GIB + 7 * HYP_PAGE_SIZE, 0, HYP_PAGE_SIZE, ATTR), 0,
	       "map a page where a GiB is marked");
	for (i = 0; i < HYP_GIB; i += HYP_PAGE_SIZE)
		wrong += i != 7 * HYP_PAGE_SIZE && pgtable_walk(&pgt, HYP_GIB + i).pte != mark;
	is_num(wrong, 0, "every other page of the GiB has the mark");
	is_num(translate(&pgt, HYP_GIB, &attr), ~0UL, "which is no translation");
	is_num(pgtable_walk(&pgt, 0).pte, 0, "its neighbours have none");
	drop_table(&pgt, 1);
}

/* What was there at the moment of the invalidation. */
static u64 *watched, at_flush;
static u64 flushed_ia, flushed_size, flushed_step;

static void watch(struct pgtable *pgt, u64 ia, u64 size, u64 step)
{
	at_flush = *watched;
	flushed_ia = ia;
	flushed_size = size;
	flushed_step = step;
}

static void test_split(void)
{
	u64 ia = HYP_GIB + 5 * HYP_BLOCK_SIZE;
	struct pgtable_leaf leaf;
	struct pgtable pgt;
	u64 *table;

	new_table(&pgt, 1, 1, 5);
	pgt.flush = watch;
	pgtable_map(&pgt, ia, ia, HYP_BLOCK_SIZE, ATTR);
	leaf = pgtable_walk(&pgt, ia + 9 * HYP_PAGE_SIZE);
	watched = leaf.ptep;
	at_flush = 1;
	table = alloc_page(&pgt);
	memset(table, 0xff, HYP_PAGE_SIZE);
	pgtable_split(&pgt, ia + 9 * HYP_PAGE_SIZE, leaf, table, 1UL << 55);
	ok(maps(&pgt, ia, ia, HYP_BLOCK_SIZE), "a split block translates as before");
	is_num(pgtable_walk(&pgt, ia).level, 3, "by pages");
	is_num(at_flush, 0, "and was invalid when the TLB forgot it");
	ok(flushed_ia == ia && flushed_size == HYP_BLOCK_SIZE && flushed_step == HYP_BLOCK_SIZE,
	   "the whole of it, as one entry");
	ok(*leaf.ptep & 1UL << 55, "the descriptor carries what the caller wants to know");

	at_flush = 1;
	pgtable_replace(&pgt, ia, pgtable_entry(&pgt, ia, 2), HYP_PAGE_SIZE, ia | ATTR | 1);
	ok(maps(&pgt, ia, ia, HYP_BLOCK_SIZE) && pgtable_walk(&pgt, ia).level == 2,
	   "a block in place of its table translates as before");
	ok(!at_flush && flushed_size / flushed_step == 512, "with its 512 pages forgotten between");
	free(table);
	drop_table(&pgt, 1);
}

int main(void)
{
	test_blocks();
	test_ragged();
	test_unequal_offsets();
	test_refusals();
	test_reserve();
	test_block_level();
	test_marks();
	test_split();
	return tap_done();
}
