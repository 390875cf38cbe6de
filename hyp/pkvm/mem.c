// SPDX-License-Identifier: GPL-2.0-only
/* Verbs that move pages between host, protected guests and EL2. */
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/host_s2.h"
#include "pkvm/epoch.h"
#include "pkvm/mem.h"
#include "pkvm/mem_page.h"

#define ALL_PROT	(PKVM_PROT_READ | PKVM_PROT_WRITE | PKVM_PROT_EXEC)

/*
 * The step in which pages leave the host. From the end of it on they are the VM's, whose
 * lock is held: nobody else can do anything with them, and host_lock need not be kept
 * while they are zeroed.
 */
static s64 leave_host(struct vm *vm, u64 ipa, const struct page_range *r, bool block,
		      struct page_reserve *reserve, u32 *want)
{
	s64 ret;

	hyp_lock(&host_lock);
	ret = mem_not_alone(r);
	if (!ret) {
		*want = guest_s2_tables_wanted(&vm->s2, ipa, r->nr, block);
		if (!block)
			*want += host_s2_tables_wanted(r->pa, r->nr);
		ret = arena_reserve(reserve, *want) ? PKVM_RET_NOMEM : 0;
	}
	if (!ret) {
		page_set_all(r, PAGE_WORD(PAGE_GUEST, vm->slot));
		if (block)
			host_s2_unmap_block(r->pa);
		else
			host_s2_unmap(r->pa, r->nr, reserve);
	}
	hyp_unlock(&host_lock);
	return ret;
}

s64 host_donate_guest(struct vm *vm, u64 ipa, u64 pa, u64 nr, bool keep, u32 *want)
{
	bool block = mem_is_block(ipa, pa, nr);
	struct page_reserve reserve;
	struct page_range r;
	s64 ret;

	hyp_assert(hyp_lock_held(&vm->lock));
	if (!mem_ipa_ok(vm, ipa, nr, PKVM_RANGE_PAGES) || !page_range_of(pa, nr, &r))
		return PKVM_RET_INVALID;
	ret = mem_place_error(vm, ipa, nr, !keep);
	if (!ret)
		ret = leave_host(vm, ipa, &r, block, &reserve, want);
	if (ret)
		return ret;

	/* After the host's last access: what it wrote late, or past the caches, is seen. */
	if (keep)
		mem_clean_code(pa, nr, block);
	else
		mem_zero_code(pa, nr, block);
	guest_s2_map(&vm->s2, ipa, pa, nr, ALL_PROT, false, &reserve);
	arena_unreserve(&reserve);
	vm->pages += nr;
	return PKVM_RET_SUCCESS;
}

/* One leaf, or the pages of it that the range has, at @ipa. Return: pages. */
static u64 reclaim_at(struct vm *vm, u64 ipa, u64 end, struct page_reserve *reserve)
{
	struct s2_leaf leaf = guest_s2_look(&vm->s2, ipa);
	bool block = leaf.size == HYP_BLOCK_SIZE && !(ipa & (leaf.size - 1)) &&
		     end - ipa >= leaf.size;
	u64 nr = block ? MEM_BLOCK_PAGES : 1;

	if (!leaf.valid)
		return (leaf.size - (ipa & (leaf.size - 1))) >> HYP_PAGE_SHIFT;
	guest_s2_unmap(&vm->s2, ipa, nr, S2_DESTROYED, reserve);
	mem_give_back(vm, leaf.pa, block, reserve);
	return nr;
}

/* A block that the range cuts wants a table of the guest's and one of the host's. */
s64 host_reclaim_guest(struct vm *vm, u64 ipa, u64 nr, u32 *want)
{
	struct page_reserve reserve;
	u64 end;

	hyp_assert(hyp_lock_held(&vm->lock));
	if (!mem_ipa_ok(vm, ipa, nr, PKVM_RANGE_PAGES))
		return PKVM_RET_INVALID;
	*want = 2 * guest_s2_splits(&vm->s2, ipa, nr);
	if (arena_reserve(&reserve, *want))
		return PKVM_RET_NOMEM;
	end = ipa + (nr << HYP_PAGE_SHIFT);
	while (ipa < end)
		ipa += reclaim_at(vm, ipa, end, &reserve) << HYP_PAGE_SHIFT;
	arena_unreserve(&reserve);
	return PKVM_RET_SUCCESS;
}

/* Entries that one call writes, about: a bound of the time with interrupts masked. */
#define RIPAS_STEPS	8

s64 guest_set_ripas(struct vm *vm, u64 ipa, u64 nr, enum s2_empty empty, u64 *done, u32 *want)
{
	struct page_reserve reserve;
	u64 n = 1, steps;
	s64 ret = 0;

	hyp_assert(hyp_lock_held(&vm->lock));
	*done = 0;
	if (!mem_ipa_ok(vm, ipa, nr, ~0UL))
		return PKVM_RET_INVALID;
	for (steps = 0; *done < nr && steps < RIPAS_STEPS && n; steps++) {
		*want = 2;
		if (arena_reserve(&reserve, *want)) {
			ret = PKVM_RET_NOMEM;
			break;
		}
		n = guest_s2_mark(&vm->s2, ipa + (*done << HYP_PAGE_SHIFT), nr - *done, empty,
				  &reserve);
		arena_unreserve(&reserve);
		*done += n;
	}
	if (*done)
		return *done < nr ? PKVM_RET_AGAIN : PKVM_RET_SUCCESS;
	return ret ? ret : PKVM_RET_EXIST;
}

s64 host_share_hyp(u64 pa)
{
	struct page_range r;
	s64 ret;

	if (!page_range_of(pa, 1, &r))
		return PKVM_RET_INVALID;
	hyp_lock(&host_lock);
	ret = mem_not_alone(&r);
	if (!ret)
		page_set_all(&r, PAGE_HOST_PINNED);
	hyp_unlock(&host_lock);
	return ret;
}

void host_unshare_hyp(u64 pa)
{
	struct page_range r;

	hyp_fatal_if(!page_range_of(pa, 1, &r));
	hyp_lock(&host_lock);
	hyp_fatal_if(*r.word != PAGE_HOST_PINNED);
	page_set_all(&r, PAGE_HOST_ALONE);
	hyp_unlock(&host_lock);
}

s64 host_donate_hyp(u64 pa)
{
	struct page_range r;
	s64 ret;

	if (pa & (HYP_BLOCK_SIZE - 1) || !page_range_of(pa, MEM_BLOCK_PAGES, &r))
		return PKVM_RET_INVALID;
	hyp_lock(&host_lock);
	ret = mem_not_alone(&r);
	if (!ret) {
		page_set_all(&r, PAGE_WORD(PAGE_EL2, PAGE_ARENA));
		host_s2_unmap_block(pa);
	}
	hyp_unlock(&host_lock);
	if (!ret)
		arena_add(pa, epoch_now());
	return ret;
}

s64 mem_arena_back(bool old, u64 *pa)
{
	struct page_range r;

	*pa = arena_take_empty(old);
	if (!*pa)
		return PKVM_RET_NOENT;
	hyp_fatal_if(!page_range_of(*pa, MEM_BLOCK_PAGES, &r));
	hyp_lock(&host_lock);
	page_set_all(&r, PAGE_HOST_ALONE);
	host_s2_map_back_block(*pa);
	hyp_unlock(&host_lock);
	return PKVM_RET_SUCCESS;
}

s64 hyp_donate_host(u64 *pa)
{
	return mem_arena_back(false, pa);
}
