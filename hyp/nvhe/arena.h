/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arenas: blocks of 2 MiB that the host gave whole, of which EL2 makes its
 * run-time objects. The first page of each is its own record (bitmap, count,
 * epoch), the others are handed out. Mapped at EL2 by one block at VA == PA while
 * held. A page that is not handed out is zero. Guard of all: arena_lock.
 */
#ifndef NVHE_ARENA_H
#define NVHE_ARENA_H

#include <linux/types.h>

#define ARENA_SIZE		(2UL << 20)
#define ARENA_PAGES		511

/* Pages set aside for one call, so that its commit cannot fail. */
#define RESERVE_MAX		8
struct page_reserve {
	void *page[RESERVE_MAX];
	u32 nr;
};

/**
 * arena_add() - take over a block: map, zero, offer its pages
 * @pa: 2 MiB aligned; already EL2's alone, out of the host's table
 * @epoch: the host's epoch; nothing is handed out of an arena of an older one
 */
void arena_add(u64 pa, u64 epoch);

/** arena_new_epoch() - the host's epoch is @epoch now: older arenas hand out no more */
void arena_new_epoch(u64 epoch);

/**
 * arena_take_empty() - unlink, zero and unmap one arena of which nothing is in use
 * @old: one of an older epoch; else one of the current
 *
 * Zeroed to the point of coherency. Return: its address, which is EL2's alone still;
 * 0: none is empty.
 */
u64 arena_take_empty(bool old);

/**
 * arena_alloc() - zeroed contiguous pages
 * @nr: 1 to 16, a power of two; aligned to their size
 *
 * From the arena that gave last while it can, then from the fullest arena of the
 * current epoch that has them: so that others come empty. Return: or NULL.
 */
void *arena_alloc(u32 nr);

/** arena_free() - zeroes and gives back what arena_alloc() gave */
void arena_free(void *p, u32 nr);

/** arena_reserve() - @nr single pages or none. Return: 0, -ENOMEM. */
int arena_reserve(struct page_reserve *r, u32 nr);

/** arena_from_reserve() - one of the pages; the caller reserved enough */
void *arena_from_reserve(struct page_reserve *r);

/** arena_unreserve() - give back what was not used, still zero */
void arena_unreserve(struct page_reserve *r);

/** arena_epoch_of() - the epoch of the arena that @pa is in; 0: in none */
u64 arena_epoch_of(u64 pa);

u64 arena_count(void);		/* all */
u64 arena_old_count(void);	/* of older epochs */
u64 arena_free_pages(void);	/* in those of the current epoch */

#endif
