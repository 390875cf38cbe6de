// SPDX-License-Identifier: GPL-2.0-only
/* What the verbs share. */
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/cache.h"
#include "nvhe/check.h"
#include "nvhe/fixmap.h"
#include "nvhe/host_s2.h"
#include "pkvm/mem_page.h"

/* The upper half of a protected VM is the alias of what it shares: never donated. */
bool mem_ipa_ok(const struct vm *vm, u64 ipa, u64 nr, u64 most)
{
	u64 limit = 1UL << (vm->ipa_bits - vm->protected);

	/* The count first, then without a sum: one that wraps is the oldest of tricks. */
	return nr && nr <= most && !(ipa & (HYP_PAGE_SIZE - 1)) && ipa < limit &&
	       nr <= (limit - ipa) >> HYP_PAGE_SHIFT;
}

bool mem_is_block(u64 ipa, u64 pa, u64 nr)
{
	return nr == MEM_BLOCK_PAGES && !((ipa | pa) & (HYP_BLOCK_SIZE - 1));
}

s64 mem_place_error(const struct vm *vm, u64 ipa, u64 nr, bool ram)
{
	u64 end = ipa + (nr << HYP_PAGE_SHIFT);

	while (ipa < end) {
		struct s2_leaf leaf = guest_s2_look(&vm->s2, ipa);

		if (leaf.valid)
			return PKVM_RET_EXIST;
		if (ram && leaf.empty != S2_RAM)
			return PKVM_RET_STATE;
		ipa = round_down_to(ipa, leaf.size) + leaf.size;
	}
	return 0;
}

s64 mem_not_alone(const struct page_range *r)
{
	u64 i;

	hyp_assert(hyp_lock_held(&host_lock));
	if (page_all_are(r, PAGE_HOST_ALONE))
		return 0;
	for (i = 0; i < r->nr; i++)
		if (page_owner(r->word[i]) != PAGE_HOST)
			return PKVM_RET_PERM;
	return PKVM_RET_BUSY;
}

static void one_window(u64 pa, bool block, bool zero, bool code)
{
	u64 size = block ? HYP_BLOCK_SIZE : HYP_PAGE_SIZE;
	void *p = block ? fix_map_block(pa) : fix_map(FIX_PAGE, pa);

	if (zero)
		cache_zero(p, size);
	cache_clean_inval((u64)p, size);
	if (code)
		cache_inval_code((u64)p, size);
	if (block)
		fix_unmap_block();
	else
		fix_unmap(FIX_PAGE);
}

static void each_window(u64 pa, u64 nr, bool block, bool zero, bool code)
{
	u64 i;

	if (block)
		return one_window(pa, true, zero, code);
	for (i = 0; i < nr; i++)
		one_window(pa + i * HYP_PAGE_SIZE, false, zero, code);
}

void mem_zero(u64 pa, u64 nr, bool block)
{
	each_window(pa, nr, block, true, false);
}

void mem_clean(u64 pa, u64 nr, bool block)
{
	each_window(pa, nr, block, false, false);
}

void mem_zero_code(u64 pa, u64 nr, bool block)
{
	each_window(pa, nr, block, true, true);
}

void mem_clean_code(u64 pa, u64 nr, bool block)
{
	each_window(pa, nr, block, false, true);
}

void mem_give_back(struct vm *vm, u64 pa, bool block, struct page_reserve *from)
{
	u64 nr = block ? MEM_BLOCK_PAGES : 1;
	struct page_range r;

	hyp_fatal_if(!page_range_of(pa, nr, &r));
	/* First the zeros: from the map on the host may look. */
	mem_zero(pa, nr, block);
	hyp_lock(&host_lock);
	page_set_all(&r, PAGE_HOST_ALONE);
	if (block)
		host_s2_map_back_block(pa);
	else
		host_s2_map_back(pa, 1, from);
	hyp_unlock(&host_lock);
	vm->pages -= nr;
}
