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

/** guest_s2_init() - @root: zeroed, aligned to its size */
void guest_s2_init(struct guest_table *t, void *root, u32 ipa_bits);

/** guest_s2_tables_wanted() - table pages that mapping the range would take, at most */
u32 guest_s2_tables_wanted(const struct guest_table *t, u64 ipa, u64 nr);

struct s2_leaf guest_s2_look(const struct guest_table *t, u64 ipa);

/**
 * guest_s2_map() - map pages where none are
 * @prot: PKVM_PROT_* bits; @borrowed: remembered in the leaf
 * @from: the reserve, with guest_s2_tables_wanted() pages at least
 *
 * 512 pages aligned on both sides make a block. Cannot fail.
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

/** guest_s2_mark() - set what entries without a page say; all of the range is without */
void guest_s2_mark(struct guest_table *t, u64 ipa, u64 nr, enum s2_empty empty,
		   struct page_reserve *from);

/** guest_s2_age() - was any page of the range accessed? Clears the access flags. */
bool guest_s2_age(struct guest_table *t, u64 ipa, u64 nr);

/**
 * guest_s2_next() - the first valid leaf at or after *@ipa; for teardown
 *
 * Return: false when there is none; else *@ipa is its start.
 */
bool guest_s2_next(const struct guest_table *t, u64 *ipa, struct s2_leaf *leaf);

/** guest_s2_free_tables() - give tables back to their arenas, at most @budget; what is left */
u32 guest_s2_free_tables(struct guest_table *t, u32 budget);

#endif
