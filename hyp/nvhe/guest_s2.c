// SPDX-License-Identifier: GPL-2.0-only
/* A guest's stage 2. */
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/guest_s2.h"
#include "nvhe/pte.h"
#include "nvhe/s2_attr.h"
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"

#define S2_BORROWED	S2_SW_BIT
#define BLOCK_PAGES	512

static u64 mark_of(enum s2_empty empty)
{
	return (u64)empty << PTE_MARK_SHIFT;
}

static u64 end_of(u64 ipa, u64 nr)
{
	return ipa + (nr << HYP_PAGE_SHIFT);
}

static u64 end_of_table(const struct guest_table *t)
{
	return 1UL << t->pgt.ia_bits;
}

static void *take_reserved(struct pgtable *pgt)
{
	return arena_from_reserve(pgt->from);
}

static void flush_range(struct pgtable *pgt, u64 ipa, u64 size, u64 step)
{
	struct guest_table *t = (struct guest_table *)pgt;
	u64 vmid = vmid_in_tlb(&t->hw.vmid);

	if (vmid)
		tlb_flush_guest(t->hw.baddr | vmid << 48, t->hw.vtcr, ipa, size, step);
}

void guest_s2_flush(struct guest_table *t)
{
	flush_range(&t->pgt, 0, end_of_table(t), HYP_PAGE_SIZE);
}

/* Level 1 first: a table of 512 GiB, or two side by side (Arm ARM D8.2.2). */
u32 guest_s2_root_pages(u32 ipa_bits)
{
	return ipa_bits > 39 ? 1U << (ipa_bits - 39) : 1;
}

void guest_s2_init(struct guest_table *t, void *root, u32 ipa_bits)
{
	u64 parange = sysreg_read(ID_AA64MMFR0_EL1) & 0xf;

	t->pgt = (struct pgtable){
		.root = root,
		.start_level = 1,
		.ia_bits = ipa_bits,
		.block_level = 2,
		.alloc = take_reserved,
		.flush = flush_range,
	};
	t->hw.baddr = hyp_pa(root);
	t->hw.vtcr = VTCR_T0SZ(ipa_bits) | VTCR_SL0(1) | VTCR_WALKS |
		     VTCR_PS(parange > 5 ? 5 : parange) | (vmid_bits() == 16 ? VTCR_VS_16 : 0);
	t->swept = 0;
}

u32 guest_s2_tables_wanted(const struct guest_table *t, u64 ipa, u64 nr, bool block)
{
	u64 at, end = end_of(ipa, nr), last_gib = ~0UL;
	u32 pages = 0;

	for (at = ipa; at < end; at = round_down_to(at, HYP_BLOCK_SIZE) + HYP_BLOCK_SIZE) {
		struct pgtable_leaf e = pgtable_walk(&t->pgt, at);

		if (e.level == 1 && at / HYP_GIB != last_gib)
			pages++;
		last_gib = at / HYP_GIB;
		if (e.level < 3 && !block)
			pages++;
	}
	return pages;
}

static bool is_cut(const struct guest_table *t, u64 at)
{
	struct pgtable_leaf e = pgtable_walk(&t->pgt, at);

	return e.level == 2 && e.pte & PTE_VALID_BIT && at & (HYP_BLOCK_SIZE - 1);
}

u32 guest_s2_splits(const struct guest_table *t, u64 ipa, u64 nr)
{
	u64 end = end_of(ipa, nr);

	return is_cut(t, ipa) + (end < end_of_table(t) && is_cut(t, end) &&
		(!is_cut(t, ipa) || ipa / HYP_BLOCK_SIZE != end / HYP_BLOCK_SIZE));
}

static struct s2_leaf decode(struct pgtable_leaf e, u64 ipa)
{
	u64 size = pgtable_level_size(e.level);
	struct s2_leaf leaf = { .size = size };

	if (!(e.pte & PTE_VALID_BIT)) {
		leaf.empty = (e.pte & PTE_MARK_MASK) >> PTE_MARK_SHIFT;
		return leaf;
	}
	leaf.valid = true;
	leaf.pa = (e.pte & PTE_ADDR_BITS) + round_down_to(ipa & (size - 1), HYP_PAGE_SIZE);
	leaf.write = e.pte & S2_WRITE;
	leaf.exec = !(e.pte & S2_XN);
	leaf.borrowed = e.pte & S2_BORROWED;
	leaf.young = e.pte & S2_AF;
	return leaf;
}

struct s2_leaf guest_s2_look(const struct guest_table *t, u64 ipa)
{
	return decode(pgtable_walk(&t->pgt, ipa), ipa);
}

static u64 attr_of(u64 prot, bool borrowed)
{
	u64 attr = S2_NORMAL_WB | S2_SH_INNER | S2_AF;

	attr |= prot & PKVM_PROT_READ ? S2_READ : 0;
	attr |= prot & PKVM_PROT_WRITE ? S2_WRITE : 0;
	attr |= prot & PKVM_PROT_EXEC ? 0 : S2_XN;
	return attr | (borrowed ? S2_BORROWED : 0);
}

/*
 * A table that no longer holds a page stands where a block is to be: its descriptor may
 * be in walk caches, so break-before-make before its page is used again.
 */
static void drop_table_at(struct guest_table *t, u64 ipa)
{
	struct pgtable_leaf e = pgtable_entry(&t->pgt, ipa, 2);
	u64 *table = hyp_va(e.pte & PTE_ADDR_BITS);
	u32 i;

	if (!pgtable_is_table(e))
		return;
	for (i = 0; i < BLOCK_PAGES; i++)
		hyp_fatal_if(pte_read(table + i) & PTE_VALID_BIT);
	pte_publish(e.ptep, 0);
	flush_range(&t->pgt, ipa, HYP_BLOCK_SIZE, HYP_BLOCK_SIZE);
	arena_free(table, 1);
}

void guest_s2_map(struct guest_table *t, u64 ipa, u64 pa, u64 nr, u64 prot, bool borrowed,
		  struct page_reserve *from)
{
	if (nr == BLOCK_PAGES && !((ipa | pa) & (HYP_BLOCK_SIZE - 1)))
		drop_table_at(t, ipa);
	t->pgt.from = from;
	hyp_fatal_if(pgtable_map(&t->pgt, ipa, pa, nr << HYP_PAGE_SHIFT, attr_of(prot, borrowed)));
	t->pgt.from = NULL;
}

void guest_s2_unmap(struct guest_table *t, u64 ipa, u64 nr, enum s2_empty empty,
		    struct page_reserve *from)
{
	u64 end = end_of(ipa, nr), at = ipa, first = ~0UL, size = 0, step = HYP_BLOCK_SIZE;

	while (at < end) {
		struct pgtable_leaf e = pgtable_walk(&t->pgt, at);
		u64 leaf_size = pgtable_level_size(e.level);
		u64 start = round_down_to(at, leaf_size);

		if (e.pte & PTE_VALID_BIT && from && (start < ipa || start + leaf_size > end)) {
			pgtable_split(&t->pgt, at, e, arena_from_reserve(from), 0);
			continue;
		}
		at = start + leaf_size;
		if (!(e.pte & PTE_VALID_BIT))
			continue;
		pte_publish(e.ptep, mark_of(empty));
		if (first == ~0UL)
			first = start;
		size = at - first;
		if (leaf_size < step)
			step = leaf_size;
	}
	if (size)
		flush_range(&t->pgt, first, size, step);
}

/* A page is there, or was: where one was destroyed the host may not make RAM again. */
static bool is_taken(u64 pte)
{
	return pte & PTE_VALID_BIT || (pte & PTE_MARK_MASK) == mark_of(S2_DESTROYED);
}

/* Pages of one table, all or none: a page that is or was there, and nothing is marked. */
static u64 mark_pages(struct guest_table *t, struct pgtable_leaf e, u64 ipa, u64 nr, u64 mark)
{
	u64 *ptep, i;

	if (e.level < 3 && is_taken(e.pte))
		return 0;
	for (i = 0; e.level == 3 && i < nr; i++)
		if (is_taken(pte_read(e.ptep + i)))
			return 0;
	ptep = pgtable_reserve(&t->pgt, ipa, 3);
	for (i = 0; i < nr; i++)
		pte_publish(ptep + i, mark);
	return nr;
}

/* Marks need no TLBI: an invalid entry is never cached. */
static u64 mark(struct guest_table *t, u64 ipa, u64 nr, enum s2_empty empty)
{
	struct pgtable_leaf e = pgtable_walk(&t->pgt, ipa);
	u64 room = BLOCK_PAGES - (ipa >> HYP_PAGE_SHIFT) % BLOCK_PAGES;
	u64 size = pgtable_level_size(e.level);

	if (e.level == 1 && (ipa & (size - 1) || nr < size >> HYP_PAGE_SHIFT) &&
	    room == BLOCK_PAGES && nr >= room)
		e = pgtable_entry(&t->pgt, ipa, pgtable_reserve(&t->pgt, ipa, 2) ? 2 : 1);
	size = pgtable_level_size(e.level);
	if (e.level == 3 || ipa & (size - 1) || nr < size >> HYP_PAGE_SHIFT)
		return mark_pages(t, e, ipa, nr < room ? nr : room, mark_of(empty));
	if (is_taken(e.pte))
		return 0;
	pte_publish(e.ptep, mark_of(empty));
	return size >> HYP_PAGE_SHIFT;
}

u64 guest_s2_mark(struct guest_table *t, u64 ipa, u64 nr, enum s2_empty empty,
		  struct page_reserve *from)
{
	u64 done;

	t->pgt.from = from;
	done = mark(t, ipa, nr, empty);
	t->pgt.from = NULL;		/* it is the caller's, and ends with the call */
	return done;
}

bool guest_s2_age(struct guest_table *t, u64 ipa, u64 nr)
{
	u64 end = end_of(ipa, nr), at = ipa;
	bool young = false;

	while (at < end) {
		struct pgtable_leaf e = pgtable_walk(&t->pgt, at);
		u64 size = pgtable_level_size(e.level);

		if (e.pte & PTE_VALID_BIT && e.pte & S2_AF) {
			pte_publish(e.ptep, e.pte & ~S2_AF);
			young = true;
		}
		at = round_down_to(at, size) + size;
	}
	/* An entry with the flag clear is never cached; the ones before were. */
	if (young)
		flush_range(&t->pgt, ipa, at - ipa, HYP_PAGE_SIZE);
	return young;
}

bool guest_s2_retry(struct guest_table *t, u64 ipa, bool write, bool exec)
{
	struct pgtable_leaf e;

	if (ipa >= end_of_table(t))
		return false;
	e = pgtable_walk(&t->pgt, ipa);
	if (!(e.pte & PTE_VALID_BIT) || !(e.pte & (write ? S2_WRITE : S2_READ)) ||
	    (exec && e.pte & S2_XN))
		return false;
	if (!(e.pte & S2_AF))
		pte_publish(e.ptep, e.pte | S2_AF);
	return true;
}

bool guest_s2_swept(const struct guest_table *t)
{
	return t->swept >= end_of_table(t);
}

bool guest_s2_sweep(struct guest_table *t, struct s2_leaf *leaf, u32 *budget)
{
	while (!guest_s2_swept(t) && *budget) {
		struct pgtable_leaf e = pgtable_walk(&t->pgt, t->swept);

		if (e.pte & PTE_VALID_BIT) {
			*leaf = decode(e, t->swept);
			return true;
		}
		--*budget;
		t->swept += pgtable_level_size(e.level);
	}
	return false;
}

void guest_s2_drop(struct guest_table *t)
{
	pte_publish(pgtable_walk(&t->pgt, t->swept).ptep, 0);
}

/* Tables below @table, then it is empty. Level 3 has none. */
static u32 free_below(u64 *table, u32 entries, u32 level, u32 budget)
{
	u32 freed = 0, i;

	for (i = 0; i < entries && freed < budget; i++) {
		struct pgtable_leaf e = { table + i, pte_read(table + i), level };
		u64 *next = hyp_va(e.pte & PTE_ADDR_BITS);

		if (!pgtable_is_table(e))
			continue;
		if (level == 1)
			freed += free_below(next, 512, 2, budget - freed);
		if (freed == budget)
			break;
		pte_publish(e.ptep, 0);
		arena_free(next, 1);
		freed++;
	}
	return freed;
}

u32 guest_s2_free_tables(struct guest_table *t, u32 budget)
{
	return free_below(t->pgt.root, 512 * guest_s2_root_pages(t->pgt.ia_bits), 1, budget);
}
