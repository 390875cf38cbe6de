// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page metadata: who owns what.
 * SOURCES: hyp/pkvm/page.c hyp/pkvm/no_page_trace.c
 */
#include <stdlib.h>
#include "tap.h"
#include "fatal.h"
#include "fake_lock.h"
#include "nvhe/addr.h"
#include "nvhe/host_s2.h"
#include "nvhe/pool.h"
#include "pkvm/page.h"

struct hyp_lock host_lock = HYP_LOCK(RANK_HOST);
static enum page_owner owner_of(u64 pa)
{
	return page_owner(page_word_of(pa));
}

static bool is_ram(u64 pa)
{
	struct page_range r;

	return page_range_of(pa & ~(HYP_PAGE_SIZE - 1), 1, &r);
}

static int takes_left;
static u8 arena[4][HYP_PAGE_SIZE];

/* A bank of the test needs a page at most. */
void *pool_take(u64 size, u64 align)
{
	if (!takes_left || size > HYP_PAGE_SIZE || align > HYP_PAGE_SIZE)
		return NULL;
	return arena[takes_left--];
}

static struct boot_info info = {
	.nr_ram = 2,
	.ram = { { 1UL << 30, 8 * HYP_PAGE_SIZE }, { 3UL << 30, HYP_BLOCK_SIZE } },
};

/* Words by pairs and one by one: from each start, of each length, nothing beside them. */
static void test_writes(u64 b)
{
	u32 word = PAGE_WORD(PAGE_GUEST, 0x123456), from, nr, i, wrong = 0;
	struct page_range all, r;

	page_range_of(b, 512, &all);
	for (from = 0; from < 6; from++)
		for (nr = 1; nr < 6; nr++) {
			page_set_all(&all, 0);
			page_range_of(b + from * HYP_PAGE_SIZE, nr, &r);
			page_set_all(&r, word);
			wrong += !page_all_are(&r, word) || page_all_are(&all, word);
			page_add_refs(&r, false);
			for (i = 0; i < 12; i++)
				wrong += all.word[i] != (i >= from && i < from + nr ? word + 1 : 0);
			page_add_refs(&r, true);
			r.word[nr - 1]--;
			wrong += page_all_are(&r, word);
			r.word[nr - 1]++;
			r.word[0]--;
			wrong += page_all_are(&r, word);
		}
	is_num(wrong, 0, "words of a range are written, counted and compared, and no others");
	page_set_all(&all, word);
	ok(page_all_are(&all, word) && page_owner(word) == PAGE_GUEST && page_data(word) == 0x123456 &&
	   page_state(word) == PAGE_OWNED && page_state(PAGE_HOST_PINNED) == PAGE_PINNED,
	   "owner, state and data do not mix");
}

static void test_ranges(u64 a, u64 b)
{
	struct page_range r = { .nr = 77 };

	ok(page_range_of(a, 8, &r) && r.pa == a && r.nr == 8, "a range may be a whole bank");
	r.nr = 77;
	ok(!page_range_of(a, 9, &r) && !page_range_of(a + HYP_PAGE_SIZE, 8, &r) &&
	   !page_range_of(a - HYP_PAGE_SIZE, 2, &r), "but not leave it at either end");
	ok(!page_range_of(a, 0, &r) && !page_range_of(b, 513, &r) && !page_range_of(b, ~0UL, &r) &&
	   !page_range_of(b, 1UL << 52, &r) && !page_range_of(b, (1UL << 52) + 1, &r),
	   "nor have no pages, more than a call may have, or so many that they wrap");
	ok(!page_range_of(a + 8, 1, &r) && !page_range_of(~0UL - HYP_PAGE_SIZE + 1, 2, &r) &&
	   !page_range_of(0, 1, &r), "nor begin beside a page, or where no RAM is");
	is_num(r.nr, 77, "a refused range leaves nothing behind");
	hyp_lock(&host_lock);
	test_writes(b);
	hyp_unlock(&host_lock);
}

int main(void)
{
	u64 a = info.ram[0].base, b = info.ram[1].base;
	u32 i, wrong = 0;

	is_num(page_meta_bytes(&info), 2 * HYP_PAGE_SIZE, "4 bytes a page, rounded up by bank");
	takes_left = 1;
	ok(!page_meta_init(&info), "no memory for the second bank is told");
	takes_left = 2;
	ok(page_meta_init(&info), "with memory it starts");

	ok(!is_ram(a - 1) && is_ram(a), "RAM begins where the bank does");
	ok(is_ram(a + 8 * HYP_PAGE_SIZE - 1) && !is_ram(a + 8 * HYP_PAGE_SIZE),
	   "and ends where it does");
	ok(!is_ram(0) && !is_ram(~0UL) && is_ram(b), "holes are not RAM");
	for (i = 0; i < 8; i++)
		wrong += owner_of(a + i * HYP_PAGE_SIZE) != PAGE_HOST;
	is_num(wrong, 0, "fresh metadata says: the host's");

	hyp_lock(&host_lock);
	page_own_at_boot((struct boot_range){ a + HYP_PAGE_SIZE, 2 * HYP_PAGE_SIZE });
	page_own_at_boot(info.ram[1]);
	hyp_unlock(&host_lock);
	for (i = 0; i < 8; i++)
		wrong += (owner_of(a + i * HYP_PAGE_SIZE) == PAGE_EL2) != (i == 1 || i == 2);
	is_num(wrong, 0, "EL2 owns exactly what it was given");
	ok(owner_of(b + HYP_BLOCK_SIZE - 1) == PAGE_EL2, "to the last byte of a bank");
	ok(host_may_execute(a) && !host_may_execute(a + HYP_PAGE_SIZE) &&
	   !host_may_execute(0) && !host_may_execute(b), "an entry point must be the host's RAM");
	test_ranges(a, b);
	ok(is_fatal(page_own_at_boot((struct boot_range){ a - HYP_PAGE_SIZE, HYP_PAGE_SIZE })),
	   "what is not RAM cannot be owned: EL2's own fault");
	return tap_done();
}
