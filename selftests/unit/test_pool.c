// SPDX-License-Identifier: GPL-2.0-only
/*
 * EL2's page pool.
 * SOURCES: hyp/nvhe/pool.c
 */
#include <stdlib.h>
#include "tap.h"
#include "fatal.h"
#include "fake_lock.h"
#include "nvhe/addr.h"
#include "nvhe/pool.h"

#define SPAN	(16 * HYP_PAGE_SIZE)

static u8 *new_span(void)
{
	void *p;

	if (posix_memalign(&p, 16 * HYP_PAGE_SIZE, SPAN))
		abort();
	memset(p, 0xa5, SPAN);
	return p;
}

static bool is_zero(const u8 *p, u64 size)
{
	u64 i;

	for (i = 0; i < size; i++)
		if (p[i])
			return false;
	return true;
}

static bool inside(const void *p, u64 size, const u8 *span)
{
	return (const u8 *)p >= span && (const u8 *)p + size <= span + SPAN;
}

int main(void)
{
	u8 *a = new_span(), *b = new_span(), *p, *q;
	void *pages[64];
	int n = 0, i, twice = 0;

	pool_add(hyp_pa(a), SPAN);
	pool_add(hyp_pa(b), SPAN);
	ok(is_fatal(pool_add(0, SPAN)), "a third span is EL2's own fault");

	p = pool_take(100, HYP_PAGE_SIZE);
	ok(p == a && is_zero(p, HYP_PAGE_SIZE), "bytes are rounded up to a zeroed page");
	q = pool_take(HYP_PAGE_SIZE, 4 * HYP_PAGE_SIZE);
	ok(q == a + 4 * HYP_PAGE_SIZE, "alignment is kept");
	q = pool_take(14 * HYP_PAGE_SIZE, HYP_PAGE_SIZE);
	ok(inside(q, 14 * HYP_PAGE_SIZE, b), "what does not fit the first span is in the second");
	ok(!pool_take(12 * HYP_PAGE_SIZE, HYP_PAGE_SIZE), "what fits nowhere is refused");
	ok(!pool_take(HYP_PAGE_SIZE, 64UL << 40), "an alignment that no span has is refused");

	pool_seal();
	ok(!pool_take(1, HYP_PAGE_SIZE), "after start-up nothing is taken for good");
	is_num(pool_free_bytes(), 13 * HYP_PAGE_SIZE, "the rest is free pages");
	while (n < 64 && (pages[n] = pool_page()))
		n++;
	is_num(n, 13, "every free page can be had");
	ok(is_zero(pages[0], HYP_PAGE_SIZE) && is_zero(pages[12], HYP_PAGE_SIZE),
	   "pages come zeroed");
	for (i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			twice += pages[i] == pages[j];
	is_num(twice, 0, "no page comes twice");
	is_num(pool_free_bytes(), 0, "then none is left");
	memset(pages[5], 0xff, HYP_PAGE_SIZE);
	pool_free(pages[5]);
	p = pool_page();
	ok(p == pages[5] && is_zero(p, HYP_PAGE_SIZE), "a page given back comes again, zeroed");
	free(a);
	free(b);
	return tap_done();
}
