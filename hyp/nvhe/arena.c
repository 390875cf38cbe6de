// SPDX-License-Identifier: GPL-2.0-only
/* Arenas. */
#include <linux/errno.h>
#include "nvhe/addr.h"
#include "nvhe/arena.h"
#include "nvhe/cache.h"
#include "nvhe/check.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/lock.h"

#define PAGES		512
#define WORDS		(PAGES / 64)

/* In the arena's first page. */
struct arena {
	struct arena *next;
	u64 epoch;		/* fixed */
	u32 used;		/* pages handed out */
	u64 map[WORDS];		/* bit n: page n is taken; page 0 is this record */
};

static struct hyp_lock arena_lock = HYP_LOCK(RANK_ARENA);

/* Guard of all: arena_lock. */
static struct arena *arenas;
static struct arena *last;		/* gave last; NULL: look for the fullest */
static u64 current;
static u64 nr_arenas, nr_old, nr_free;	/* nr_free: pages of the current epoch */

/* The first of @nr free pages, aligned, or 0: page 0 is never free. */
static u32 find_run(const struct arena *a, u32 nr)
{
	u64 want = (1UL << nr) - 1;
	u32 w, bit;

	if (PAGES - 1 - a->used < nr)
		return 0;
	for (w = 0; w < WORDS; w++) {
		if (a->map[w] == ~0UL)
			continue;
		if (nr == 1)
			return w * 64 + __builtin_ctzl(~a->map[w]);
		for (bit = 0; bit < 64; bit += nr)
			if (!(a->map[w] >> bit & want))
				return w * 64 + bit;
	}
	return 0;
}

static struct arena *fullest_with(u32 nr)
{
	struct arena *a, *best = NULL;

	for (a = arenas; a; a = a->next)
		if (a->epoch == current && (!best || a->used > best->used) && find_run(a, nr))
			best = a;
	return best;
}

static void *alloc_locked(u32 nr)
{
	struct arena *a = last;
	u32 at = a ? find_run(a, nr) : 0;

	if (!at) {
		a = fullest_with(nr);
		if (!a)
			return NULL;
		last = a;
		at = find_run(a, nr);
	}
	a->map[at / 64] |= ((1UL << nr) - 1) << at % 64;
	a->used += nr;
	nr_free -= nr;
	return (u8 *)a + at * HYP_PAGE_SIZE;
}

static struct arena *arena_of(const void *p)
{
	return hyp_va(round_down_to(hyp_pa(p), ARENA_SIZE));
}

static void free_locked(void *p, u32 nr)
{
	struct arena *a = arena_of(p);
	u32 at = ((u64)p - (u64)a) >> HYP_PAGE_SHIFT;
	u64 bits = ((1UL << nr) - 1) << at % 64;

	hyp_fatal_if((a->map[at / 64] & bits) != bits || !at);
	a->map[at / 64] &= ~bits;
	a->used -= nr;
	if (a->epoch == current)
		nr_free += nr;
}

void *arena_alloc(u32 nr)
{
	void *p;

	hyp_lock(&arena_lock);
	p = alloc_locked(nr);
	hyp_unlock(&arena_lock);
	return p;
}

void arena_free(void *p, u32 nr)
{
	cache_zero(p, nr * HYP_PAGE_SIZE);
	hyp_lock(&arena_lock);
	free_locked(p, nr);
	hyp_unlock(&arena_lock);
}

int arena_reserve(struct page_reserve *r, u32 nr)
{
	int ret = -ENOMEM;

	hyp_fatal_if(nr > RESERVE_MAX);
	r->nr = 0;
	if (!nr)
		return 0;
	hyp_lock(&arena_lock);
	if (nr_free >= nr) {
		while (r->nr < nr)
			r->page[r->nr++] = alloc_locked(1);
		ret = 0;
	}
	hyp_unlock(&arena_lock);
	return ret;
}

void *arena_from_reserve(struct page_reserve *r)
{
	hyp_fatal_if(!r->nr);
	return r->page[--r->nr];
}

void arena_unreserve(struct page_reserve *r)
{
	if (!r->nr)
		return;
	hyp_lock(&arena_lock);
	while (r->nr)
		free_locked(r->page[--r->nr], 1);
	hyp_unlock(&arena_lock);
}

/* Older than the newest epoch that was heard of: it is counted as old at once. */
void arena_add(u64 pa, u64 epoch)
{
	struct arena *a = hyp_va(pa);

	hyp_lock(&arena_lock);
	hyp_mm_map_block(pa);
	hyp_unlock(&arena_lock);
	cache_zero(a, ARENA_SIZE);
	a->epoch = epoch;
	a->map[0] = 1;
	hyp_lock(&arena_lock);
	if (current < epoch)
		current = epoch;
	a->next = arenas;
	arenas = a;
	nr_arenas++;
	if (epoch == current)
		nr_free += ARENA_PAGES;
	else
		nr_old++;
	hyp_unlock(&arena_lock);
}

void arena_new_epoch(u64 epoch)
{
	hyp_lock(&arena_lock);
	current = epoch;
	nr_old = nr_arenas;
	nr_free = 0;
	last = NULL;
	hyp_unlock(&arena_lock);
}

static struct arena *unlink_empty(bool old)
{
	struct arena **link, *a;

	for (link = &arenas; (a = *link); link = &a->next)
		if (!a->used && (a->epoch != current) == old)
			break;
	if (!a)
		return NULL;
	*link = a->next;
	if (last == a)
		last = NULL;
	nr_arenas--;
	if (old)
		nr_old--;
	else
		nr_free -= ARENA_PAGES;
	return a;
}

u64 arena_take_empty(bool old)
{
	struct arena *a;
	u64 pa;

	hyp_lock(&arena_lock);
	a = unlink_empty(old);
	hyp_unlock(&arena_lock);
	if (!a)
		return 0;
	pa = hyp_pa(a);
	cache_zero(a, HYP_PAGE_SIZE);	/* the other pages are: they are handed back so */
	cache_clean_inval(pa, ARENA_SIZE);
	hyp_lock(&arena_lock);
	hyp_mm_unmap_block(pa);
	hyp_unlock(&arena_lock);
	return pa;
}

u64 arena_epoch_of(u64 pa)
{
	const struct arena *a;
	u64 epoch = 0;

	hyp_lock(&arena_lock);
	for (a = arenas; a; a = a->next)
		if (hyp_pa(a) == round_down_to(pa, ARENA_SIZE))
			epoch = a->epoch;
	hyp_unlock(&arena_lock);
	return epoch;
}

u64 arena_count(void)
{
	return *(volatile u64 *)&nr_arenas;
}

u64 arena_old_count(void)
{
	return *(volatile u64 *)&nr_old;
}

u64 arena_free_pages(void)
{
	return *(volatile u64 *)&nr_free;
}
