// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arenas, apart from who owns them.
 * SOURCES: hyp/nvhe/arena.c hyp/nvhe/pgtable.c
 * CFLAGS: -DFAKE_MEM -D_GNU_SOURCE
 */
#include "tap.h"
#include "fatal.h"
#include "fake_cpu.h"
#include "fake_lock.h"
#include "fake_mem.h"
#include "nvhe/arena.h"

#define A	RAM
#define B	(RAM + HYP_BLOCK_SIZE)

static bool no_tables(u64 pa)
{
	return false;
}

static bool is_zero(const void *p, u64 size)
{
	const u8 *c = p;

	while (size && !*c) {
		c++;
		size--;
	}
	return !size;
}

static bool lies_in(const void *p, u64 pa)
{
	return (u64)p > pa && (u64)p < pa + ARENA_SIZE;
}

static void test_alloc(void)
{
	u8 seen[ARENA_PAGES + 1] = { 0 };
	u64 i, twice = 0, dirty = 0;
	void *p, *last = NULL;

	ok(!arena_alloc(1), "without an arena nothing is given");
	fake_write(A + 5 * HYP_PAGE_SIZE, 7, false);
	arena_add(A, 1);
	ok(arena_count() == 1 && arena_free_pages() == ARENA_PAGES, "an arena has 511 pages");
	for (i = 0; (p = arena_alloc(1)); i++) {
		twice += !lies_in(p, A) || seen[((u64)p - A) / HYP_PAGE_SIZE]++;
		dirty += !is_zero(p, HYP_PAGE_SIZE);
		memset(p, 0xee, HYP_PAGE_SIZE);
		last = p;
	}
	is_num(i, ARENA_PAGES, "gives each of them");
	is_num(twice, 0, "once, and never its record");
	is_num(dirty, 0, "zeroed");
	is_num(arena_free_pages(), 0, "then none is left");
	arena_free(last, 1);
	ok(is_zero(last, HYP_PAGE_SIZE), "a page that comes back is zeroed at once");
	ok(arena_alloc(1) == last, "and given again");
	for (i = 1; i <= ARENA_PAGES; i++)
		arena_free((u8 *)A + i * HYP_PAGE_SIZE, 1);
	ok(is_fatal(arena_free((u8 *)A + HYP_PAGE_SIZE, 1)), "a page cannot come back twice");
	fake_ranks_held = 0;
	is_num(arena_free_pages(), ARENA_PAGES, "all are back");
}

static void test_runs(void)
{
	u32 nr, wrong = 0, got = 0;
	void *p, *one = arena_alloc(1), *two = arena_alloc(1);

	for (nr = 2; nr <= 16; nr *= 2) {
		p = arena_alloc(nr);
		wrong += !p || (u64)p & (nr * HYP_PAGE_SIZE - 1) || !is_zero(p, nr * HYP_PAGE_SIZE);
		memset(p, 1, nr * HYP_PAGE_SIZE);
	}
	is_num(wrong, 0, "runs of 2 to 16 pages are aligned to their size, and zero");
	while (arena_alloc(16))
		got++;
	ok(got == 29 && arena_free_pages() == 15,
	   "until only smaller ones are left");
	ok(arena_alloc(1) && one && two, "which single pages still use");
	while (arena_alloc(1))
		;
	is_num(arena_free_pages(), 0, "to the last");
}

static void test_reserve(void)
{
	struct page_reserve r;
	void *p;

	is_num(arena_reserve(&r, 0), 0, "a reserve of nothing needs nothing");
	arena_add(B, 1);
	while (arena_free_pages() > 3)
		arena_alloc(1);
	ok(arena_reserve(&r, 4) && arena_free_pages() == 3, "a reserve is whole or not at all");
	ok(!arena_reserve(&r, 3) && r.nr == 3 && !arena_free_pages(), "three of three");
	p = arena_from_reserve(&r);
	ok(lies_in(p, B) && is_zero(p, HYP_PAGE_SIZE), "one is used");
	arena_unreserve(&r);
	is_num(arena_free_pages(), 2, "the others go back");
	ok(is_fatal(arena_from_reserve(&r)), "an empty reserve gives nothing");
	ok(is_fatal(arena_reserve(&r, RESERVE_MAX + 1)), "nor is one larger than it can be");
}

/* Fresh arenas at both addresses, the old ones forgotten: all of A, then of B, is free. */
static void free_all(u64 pa)
{
	u64 i;

	for (i = 1; i <= ARENA_PAGES; i++)
		if (!is_fatal(arena_free((u8 *)pa + i * HYP_PAGE_SIZE, 1)))
			continue;
		else
			fake_ranks_held = 0;
}

static void test_fullest(void)
{
	void *a[8], *b;
	u32 i, in_a = 0;

	free_all(A);
	free_all(B);
	is_num(arena_free_pages(), 2 * ARENA_PAGES, "two empty arenas");
	for (i = 0; i < 8; i++)
		a[i] = arena_alloc(1);
	for (i = 1; i < 8; i++)
		in_a += ((u64)a[i] & ~(ARENA_SIZE - 1)) == ((u64)a[0] & ~(ARENA_SIZE - 1));
	is_num(in_a, 7, "pages come from one, the other stays empty");
	b = hyp_va(arena_take_empty(false));
	ok(b && !lies_in(a[0], (u64)b), "so it can go");
	ok(fake_is_zero((u64)b) && fake_is_zero((u64)b + ARENA_SIZE - HYP_PAGE_SIZE),
	   "zeroed, past the caches too");
	is_num(arena_take_empty(false), 0, "the one in use cannot");
	is_num(arena_epoch_of((u64)b), 0, "its pages are no arena's any more");
	is_num(arena_epoch_of((u64)a[0] + 5), 1, "the other's are");
	for (i = 0; i < 8; i++)
		arena_free(a[i], 1);
}

static void test_epochs(void)
{
	void *p = arena_alloc(1);
	u64 old = (u64)p & ~(ARENA_SIZE - 1), fresh = old == A ? B : A;

	arena_new_epoch(2);
	ok(arena_old_count() == 1 && !arena_free_pages() && !arena_alloc(1),
	   "an arena of an ended epoch gives nothing");
	arena_add(fresh, 2);
	ok(arena_free_pages() == ARENA_PAGES && lies_in(arena_alloc(1), fresh),
	   "one of the new epoch does");
	arena_free(p, 1);
	is_num(arena_free_pages(), ARENA_PAGES - 1, "what the old one gets back does not count");
	is_num(arena_take_empty(false), 0, "it does not go for a new one");
	is_num(arena_take_empty(true), old, "but as what it is");
	ok(arena_count() == 1 && !arena_old_count(), "and is forgotten");
	arena_add(old, 1);
	ok(arena_old_count() == 1 && arena_free_pages() == ARENA_PAGES - 1,
	   "one that comes late, from an ended epoch, is old at once");
}

int main(void)
{
	static const struct fake_reg none[] = { { 0, 0 } };

	fake_reset(none, 0);
	fake_mem_reset();
	fake_is_table_page = no_tables;
	test_alloc();
	test_runs();
	test_reserve();
	test_fullest();
	test_epochs();
	return tap_done();
}
