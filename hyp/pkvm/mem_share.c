// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verbs of normal VMs, whose pages stay the host's: counts in the metadata and entries in
 * the guest's table, never a change of the host's. While a count is not 0 the page goes to
 * no other owner, so it drops only when no CPU can reach the page through the guest.
 */
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/host_s2.h"
#include "pkvm/mem.h"
#include "pkvm/mem_page.h"

#define ALL_PROT	(PKVM_PROT_READ | PKVM_PROT_WRITE | PKVM_PROT_EXEC)

static s64 share_error(const struct page_range *r)
{
	s64 ret = 0;
	u64 i;

	for (i = 0; i < r->nr; i++) {
		if (page_owner(r->word[i]) != PAGE_HOST)
			return PKVM_RET_PERM;
		if (page_state(r->word[i]) != PAGE_OWNED)
			ret = PKVM_RET_BUSY;
		else if (page_data(r->word[i]) == PAGE_DATA_MAX && !ret)
			ret = PKVM_RET_LIMIT;
	}
	return ret;
}

s64 host_share_guest(struct vm *vm, u64 ipa, u64 pa, u64 nr, u64 prot, u32 *want)
{
	bool block = mem_is_block(ipa, pa, nr);
	struct page_reserve reserve;
	struct page_range r;
	s64 ret;

	hyp_assert(hyp_lock_held(&vm->lock));
	if (!mem_ipa_ok(vm, ipa, nr, PKVM_RANGE_PAGES) || !page_range_of(pa, nr, &r) ||
	    prot & ~ALL_PROT || !(prot & PKVM_PROT_READ))
		return PKVM_RET_INVALID;
	ret = mem_place_error(vm, ipa, nr, false);
	if (ret)
		return ret;
	*want = guest_s2_tables_wanted(&vm->s2, ipa, nr, block);
	hyp_lock(&host_lock);
	ret = share_error(&r);
	if (!ret && arena_reserve(&reserve, *want))
		ret = PKVM_RET_NOMEM;
	if (!ret)
		page_add_refs(&r, false);
	hyp_unlock(&host_lock);
	if (ret)
		return ret;

	if (prot & PKVM_PROT_EXEC)
		mem_clean_code(pa, nr, block);
	else
		mem_clean(pa, nr, block);
	guest_s2_map(&vm->s2, ipa, pa, nr, prot, true, &reserve);
	arena_unreserve(&reserve);
	vm->pages += nr;
	return PKVM_RET_SUCCESS;
}

void mem_drop_refs(struct vm *vm, u64 pa, u64 size)
{
	struct page_range r;

	hyp_fatal_if(!page_range_of(pa, size >> HYP_PAGE_SHIFT, &r));
	page_add_refs(&r, true);
	vm->pages -= r.nr;
}

/*
 * An MMU notifier cannot pay: a block is not split but goes whole. The counts fall
 * before the entries do, with host_lock held over both and the TLBI.
 */
s64 host_unshare_guest(struct vm *vm, u64 ipa, u64 nr, u64 *dropped)
{
	u64 at = ipa, end, before = vm->pages;

	hyp_assert(hyp_lock_held(&vm->lock));
	if (!mem_ipa_ok(vm, ipa, nr, PKVM_RANGE_PAGES))
		return PKVM_RET_INVALID;
	end = ipa + (nr << HYP_PAGE_SHIFT);
	hyp_lock(&host_lock);
	while (at < end) {
		struct s2_leaf leaf = guest_s2_look(&vm->s2, at);
		u64 start = round_down_to(at, leaf.size);

		if (leaf.valid)
			mem_drop_refs(vm, leaf.pa - (at - start), leaf.size);
		at = start + leaf.size;
	}
	guest_s2_unmap(&vm->s2, ipa, nr, S2_EMPTY, NULL);
	hyp_unlock(&host_lock);
	*dropped = before - vm->pages;
	return PKVM_RET_SUCCESS;
}

s64 host_age_guest(struct vm *vm, u64 ipa, u64 nr, bool *young)
{
	hyp_assert(hyp_lock_held(&vm->lock));
	if (!mem_ipa_ok(vm, ipa, nr, PKVM_RANGE_PAGES))
		return PKVM_RET_INVALID;
	*young = guest_s2_age(&vm->s2, ipa, nr);
	return PKVM_RET_SUCCESS;
}
