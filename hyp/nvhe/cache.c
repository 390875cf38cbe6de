// SPDX-License-Identifier: GPL-2.0-only
/* Cache maintenance. */
#include "nvhe/addr.h"
#include "nvhe/cache.h"
#include "nvhe/sysreg.h"

static u64 line_size(void)
{
	return 4UL << ((read_sysreg(ctr_el0) >> 16) & 0xf);
}

void cache_clean_inval(u64 base, u64 size)
{
	u64 line = line_size();
	u64 at;

	for (at = round_down_to(base, line); at < base + size; at += line)
		asm volatile("dc civac, %0" : : "r" (at) : "memory");
	dsb(sy);
}

void cache_inval(u64 base, u64 size)
{
	u64 line = line_size();
	u64 at;

	for (at = round_down_to(base, line); at < base + size; at += line)
		asm volatile("dc ivac, %0" : : "r" (at) : "memory");
	dsb(sy);
}
