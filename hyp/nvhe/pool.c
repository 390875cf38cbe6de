// SPDX-License-Identifier: GPL-2.0-only
/* EL2's own pages. */
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/lock.h"
#include "nvhe/pool.h"
#include "nvhe/string.h"

struct span {
	u64 next;		/* first byte not taken */
	u64 end;
};

struct free_page {
	struct free_page *next;
};

#define MAX_SPANS 2

static struct hyp_lock pool_lock = HYP_LOCK(RANK_POOL);
static struct span spans[MAX_SPANS];	/* start-up only */
static u32 nr_spans;
static struct free_page *free_list;	/* guard: pool_lock */
static u64 nr_free;			/* guard: pool_lock */

void pool_add(u64 base, u64 size)
{
	hyp_fatal_if(nr_spans == MAX_SPANS);
	spans[nr_spans].next = base;
	spans[nr_spans].end = base + size;
	nr_spans++;
}

void *pool_take(u64 size, u64 align)
{
	u32 i;

	size = round_up_to(size, HYP_PAGE_SIZE);
	for (i = 0; i < nr_spans; i++) {
		u64 at = round_up_to(spans[i].next, align);

		if (at >= spans[i].end || spans[i].end - at < size)
			continue;
		/* Alignment holes of a page or more are lost; callers ask for big things first. */
		spans[i].next = at + size;
		memset(hyp_va(at), 0, size);
		return hyp_va(at);
	}
	return NULL;
}

static void push(void *page)
{
	struct free_page *p = page;

	p->next = free_list;
	free_list = p;
	nr_free++;
}

void pool_seal(void)
{
	u32 i;

	hyp_lock(&pool_lock);
	for (i = 0; i < nr_spans; i++)
		for (; spans[i].next < spans[i].end; spans[i].next += HYP_PAGE_SIZE)
			push(hyp_va(spans[i].next));
	nr_spans = 0;
	hyp_unlock(&pool_lock);
}

void *pool_page(void)
{
	struct free_page *p;

	hyp_lock(&pool_lock);
	p = free_list;
	if (p) {
		free_list = p->next;
		nr_free--;
	}
	hyp_unlock(&pool_lock);
	if (p)
		memset(p, 0, HYP_PAGE_SIZE);
	return p;
}

void pool_free(void *page)
{
	hyp_lock(&pool_lock);
	push(page);
	hyp_unlock(&pool_lock);
}

u64 pool_free_bytes(void)
{
	u64 bytes;

	hyp_lock(&pool_lock);
	bytes = nr_free * HYP_PAGE_SIZE;
	hyp_unlock(&pool_lock);
	return bytes;
}
