// SPDX-License-Identifier: GPL-2.0-only
/* Pages of the first bank of RAM, a bit each. Guard: pages_lock. */
#include "bare.h"

#define MAX_PAGES	(4UL << 30 >> 12)

static struct lock pages_lock;
static u64 used[MAX_PAGES / 64];
static u64 base, total, hint, nr_free;

static bool is_used(u64 n) { return used[n / 64] >> n % 64 & 1; }

static void mark(u64 from, u64 nr, bool as_used)
{
	u64 n;

	for (n = from; n < from + nr && n < total; n++) {
		if (is_used(n) == as_used)
			continue;
		used[n / 64] ^= 1UL << n % 64;
		nr_free += as_used ? -1 : 1;
	}
}

static void mark_range(u64 at, u64 size)
{
	u64 end = at + size;

	if (at < base)
		at = base;
	if (end > at)
		mark((at - base) / PAGE, (end - at + PAGE - 1) / PAGE, true);
}

void pages_init(u64 dtb)
{
	u32 i;

	base = machine.ram[0].base;
	total = nr_free = min_u64(machine.ram[0].size / PAGE, MAX_PAGES);
	mark_range((u64)_start, _end - _start);
	/* The tree's size field, big-endian; and what the tree says EL2 keeps. */
	mark_range(dtb & ~(PAGE - 1), __builtin_bswap32(read32(dtb + 4)) + PAGE);
	for (i = 0; i < machine.nr_reserved; i++)
		mark_range(machine.reserved[i].base, machine.reserved[i].size);
	hint = 0;
}

static u64 find(u64 from, u64 nr, u64 step)
{
	u64 n, i;

	for (n = from; n + nr <= total; n += step) {
		for (i = 0; i < nr && !is_used(n + i); i++)
			;
		if (i == nr)
			return n;
	}
	return total;
}

u64 pages_take(u64 nr, u64 align)
{
	u64 n, step = align > PAGE ? align / PAGE : 1;

	lock(&pages_lock);
	n = find((hint + step - 1) / step * step, nr, step);
	if (n == total)
		n = find(0, nr, step);
	if (n == total)
		fatal("the host has no %lu pages left", nr);
	mark(n, nr, true);
	if (nr == 1)
		hint = n;
	unlock(&pages_lock);
	memset((void *)(base + n * PAGE), 0, nr * PAGE);
	return base + n * PAGE;
}

void pages_give(u64 pa, u64 nr)
{
	lock(&pages_lock);
	mark((pa - base) / PAGE, nr, false);
	hint = min_u64(hint, (pa - base) / PAGE);
	unlock(&pages_lock);
}

u64 pages_free_count(void)
{
	return nr_free;
}

bool pages_free_block(void)
{
	return find(0, 512, 512) != total;
}
