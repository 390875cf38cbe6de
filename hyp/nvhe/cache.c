// SPDX-License-Identifier: GPL-2.0-only
/* Cache maintenance. */
#include "nvhe/addr.h"
#include "nvhe/cache.h"
#include "nvhe/string.h"
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

#define CTR_DIC		(1UL << 29)	/* no instruction cache maintenance is needed */
#define CTR_L1IP(ctr)	((ctr) >> 14 & 3)
#define L1IP_PIPT	3
/* Above that the whole cache goes: as many lines as it has. */
#define CODE_BY_LINE	(64UL << 10)

void cache_inval_code(u64 base, u64 size)
{
	u64 ctr = read_sysreg(ctr_el0);
	u64 line = 4UL << (ctr & 0xf);
	u64 at;

	if (ctr & CTR_DIC)
		return;
	/* A VIPT cache holds the guest's lines where our window's address does not find them. */
	if (CTR_L1IP(ctr) != L1IP_PIPT || size > CODE_BY_LINE)
		asm volatile("ic ialluis" : : : "memory");
	else
		for (at = round_down_to(base, line); at < base + size; at += line)
			asm volatile("ic ivau, %0" : : "r" (at) : "memory");
	dsb(ish);
	isb();
}

void cache_zero(void *p, u64 size)
{
	u64 dczid = read_sysreg(dczid_el0);
	u64 step = 4UL << (dczid & 0xf);
	u64 at;

	if (dczid & 1UL << 4) {		/* DZP: DC ZVA is prohibited */
		memset(p, 0, size);
		return;
	}
	for (at = (u64)p; at < (u64)p + size; at += step)
		asm volatile("dc zva, %0" : : "r" (at) : "memory");
}
