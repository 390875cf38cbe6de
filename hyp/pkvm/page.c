// SPDX-License-Identifier: GPL-2.0-only
/* Page metadata. */
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/host_s2.h"
#include "nvhe/pool.h"
#include "pkvm/page.h"

#define OWNER_MASK	3U

static const struct boot_info *machine;		/* fixed after init */
static u32 *meta[BOOT_MAX_RAM];			/* by bank; fixed after init */

u64 page_meta_bytes(const struct boot_info *info)
{
	u64 bytes = 0;
	u32 i;

	for (i = 0; i < info->nr_ram; i++)
		bytes += round_up_to((info->ram[i].size >> HYP_PAGE_SHIFT) * sizeof(u32),
				     HYP_PAGE_SIZE);
	return bytes;
}

bool page_meta_init(const struct boot_info *info)
{
	u32 i;

	machine = info;
	for (i = 0; i < info->nr_ram; i++) {
		meta[i] = pool_take((info->ram[i].size >> HYP_PAGE_SHIFT) * sizeof(u32),
				    HYP_PAGE_SIZE);
		if (!meta[i])
			return false;
	}
	return true;
}

/* The word of a page, or NULL when the address is not RAM. Few banks: a scan. */
static u32 *word_of(u64 pa)
{
	u32 i;

	for (i = 0; i < machine->nr_ram; i++) {
		const struct boot_range *r = &machine->ram[i];

		if (pa >= r->base && pa - r->base < r->size)
			return meta[i] + ((pa - r->base) >> HYP_PAGE_SHIFT);
	}
	return NULL;
}

/* The one place that writes ownership. */
static void set_owner(u32 *word, enum page_owner owner)
{
	hyp_assert(hyp_lock_held(&host_lock));
	*word = (*word & ~OWNER_MASK) | owner;
}

void page_own_at_boot(struct boot_range range)
{
	u64 at;

	for (at = range.base; at < range.base + range.size; at += HYP_PAGE_SIZE) {
		u32 *word = word_of(at);

		hyp_fatal_if(!word);
		set_owner(word, PAGE_EL2);
	}
}

bool page_is_ram(u64 pa)
{
	return word_of(pa);
}

enum page_owner page_owner_of(u64 pa)
{
	return *word_of(pa) & OWNER_MASK;
}

bool host_may_execute(u64 pa)
{
	bool ok;

	hyp_lock(&host_lock);
	ok = page_is_ram(pa) && page_owner_of(pa) == PAGE_HOST;
	hyp_unlock(&host_lock);
	return ok;
}
