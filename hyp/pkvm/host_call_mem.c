// SPDX-License-Identifier: GPL-2.0-only
/* The host's calls on a guest's memory; the verbs themselves are pkvm/mem.h's. */
#include <linux/types.h>
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "pkvm/host_calls.h"
#include "pkvm/mem.h"

/*
 * Ascending, over all calls: what is measured has one order. The first page makes the
 * VM a measured one.
 */
s64 call_guest_populate(struct vm *vm, struct host_frame *r, u32 *want)
{
	u64 ipa = r->x[2], nr = r->x[4];
	s64 ret;

	if (ipa < vm->populate_next)
		return PKVM_RET_INVALID;
	ret = host_donate_guest(vm, ipa, r->x[3], nr, true, want);
	if (ret)
		return ret;
	vm->populate_next = ipa + nr * HYP_PAGE_SIZE;
	__atomic_store_n(&vm->state, VM_MEASURED, __ATOMIC_RELAXED);
	return PKVM_RET_SUCCESS;
}

s64 call_guest_donate(struct vm *vm, struct host_frame *r, u32 *want)
{
	return host_donate_guest(vm, r->x[2], r->x[3], r->x[4], false, want);
}

s64 call_guest_reclaim(struct vm *vm, struct host_frame *r, u32 *want)
{
	return host_reclaim_guest(vm, r->x[2], r->x[3], want);
}

s64 call_guest_share(struct vm *vm, struct host_frame *r, u32 *want)
{
	return host_share_guest(vm, r->x[2], r->x[3], r->x[4], r->x[5], want);
}

s64 call_guest_unshare(struct vm *vm, struct host_frame *r, u32 *want)
{
	u64 dropped;
	s64 ret = host_unshare_guest(vm, r->x[2], r->x[3], &dropped);

	if (!ret)
		r->x[1] = dropped;
	return ret;
}

s64 call_guest_age(struct vm *vm, struct host_frame *r, u32 *want)
{
	bool young;
	s64 ret = host_age_guest(vm, r->x[2], r->x[3], &young);

	if (!ret)
		r->x[1] = young;
	return ret;
}

s64 call_guest_set_ripas(struct vm *vm, struct host_frame *r, u32 *want)
{
	static const enum s2_empty of[] = {
		[PKVM_RIPAS_EMPTY] = S2_EMPTY,
		[PKVM_RIPAS_RAM] = S2_RAM,
	};
	u64 done;
	s64 ret;

	if (r->x[4] >= sizeof(of) / sizeof(of[0]))
		return PKVM_RET_INVALID;
	ret = guest_set_ripas(vm, r->x[2], r->x[3], of[r->x[4]], &done, want);
	if (!ret || ret == PKVM_RET_AGAIN)
		r->x[1] = done;
	return ret;
}
