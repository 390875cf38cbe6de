/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest's stage-2 table. Mechanism only: who may map what is hyp/pkvm/mem.c's.
 * Guard of a table: its VM's lock. No call here allocates: what is to be
 * mapped has been reserved before (struct page_reserve of nvhe/arena.h).
 */
#ifndef NVHE_GUEST_S2_H
#define NVHE_GUEST_S2_H

#include <linux/types.h>
#include "nvhe/arena.h"
#include "nvhe/guest.h"
#include "nvhe/pgtable.h"

#define GUEST_IPA_BITS_MIN	32
#define GUEST_IPA_BITS_MAX	40

struct guest_table {
	struct pgtable pgt;
	struct guest_s2 hw;
	u64 swept;		/* teardown has seen all below */
};

/* What an entry without a page says (in the software bits of an invalid entry). */
enum s2_empty { S2_EMPTY, S2_RAM, S2_DESTROYED };

/* One look-up. */
struct s2_leaf {
	u64 pa;			/* of the page of @ipa; valid only */
	u64 size;		/* bytes that the entry covers */
	bool valid, write, exec, borrowed;	/* borrowed: shared by the host */
	bool young;
	enum s2_empty empty;	/* not valid only */
};

/** guest_s2_root_pages() - pages of the root table: 1 up to 39 bits of IPA, then 2 */
u32 guest_s2_root_pages(u32 ipa_bits);

/** guest_s2_init() - @root: zeroed, aligned to its size; stays the caller's to free */
void guest_s2_init(struct guest_table *t, void *root, u32 ipa_bits);

/**
 * guest_s2_tables_wanted() - table pages that mapping the range would take, at most
 * @block: 512 pages, aligned to 2 MiB on both sides; @nr is PKVM_RANGE_PAGES at most
 */
u32 guest_s2_tables_wanted(const struct guest_table *t, u64 ipa, u64 nr, bool block);

/** guest_s2_splits() - blocks that a part of the range would have to split, 0 to 2 */
u32 guest_s2_splits(const struct guest_table *t, u64 ipa, u64 nr);

struct s2_leaf guest_s2_look(const struct guest_table *t, u64 ipa);

/**
 * guest_s2_map() - map pages where none are
 * @prot: PKVM_PROT_* bits; @borrowed: remembered in the leaf
 * @from: the reserve, with guest_s2_tables_wanted() pages at least
 *
 * 512 pages aligned on both sides make a block; a table that was left there, with no
 * page in it, goes back to its arena. Cannot fail.
 */
void guest_s2_map(struct guest_table *t, u64 ipa, u64 pa, u64 nr, u64 prot, bool borrowed,
		  struct page_reserve *from);

/**
 * guest_s2_unmap() - take pages out, leaving @empty
 *
 * A block of which the range is a part is split from @from if there is one, else
 * dropped whole (the caller looked and knows). Broadcast TLBI before it returns.
 */
void guest_s2_unmap(struct guest_table *t, u64 ipa, u64 nr, enum s2_empty empty,
		    struct page_reserve *from);

/**
 * guest_s2_mark() - set what entries without a page say, a step of a range
 * @from: the reserve, with 2 pages at least
 *
 * One entry of 1 GiB or 2 MiB where the range has all of it and no table is below, else
 * pages up to the next 2 MiB. Return: pages done, at least 1; 0: a page is or was
 * there (DESTROYED), and nothing is changed.
 */
u64 guest_s2_mark(struct guest_table *t, u64 ipa, u64 nr, enum s2_empty empty,
		  struct page_reserve *from);

/** guest_s2_age() - was any page of the range accessed? Clears the access flags. */
bool guest_s2_age(struct guest_table *t, u64 ipa, u64 nr);

/**
 * guest_s2_retry() - a guest faulted: may it simply try again?
 *
 * Sets the access flag that guest_s2_age() cleared. Return: true if the table allows
 * the access now: that flag was it, or another CPU has resolved it meanwhile.
 */
bool guest_s2_retry(struct guest_table *t, u64 ipa, bool write, bool exec);

/**
 * guest_s2_sweep() - the next valid leaf, for teardown; t->swept is where to look
 * @budget: entries to look at; what is left on return
 *
 * Return: true and the leaf at t->swept; false: none up to t->swept, and @budget is
 * used up, or t->swept is the end of the table.
 */
bool guest_s2_sweep(struct guest_table *t, struct s2_leaf *leaf, u32 *budget);

/** guest_s2_swept() - has guest_s2_sweep() come to the end? */
bool guest_s2_swept(const struct guest_table *t);

/** guest_s2_drop() - the leaf at t->swept becomes invalid. No TLBI: guest_s2_flush() was */
void guest_s2_drop(struct guest_table *t);

/** guest_s2_flush() - everything of the guest out of all TLBs */
void guest_s2_flush(struct guest_table *t);

/**
 * guest_s2_free_tables() - give empty tables back to their arenas, the root apart
 *
 * Return: tables given back; fewer than @budget when none is left.
 */
u32 guest_s2_free_tables(struct guest_table *t, u32 budget);

#endif
