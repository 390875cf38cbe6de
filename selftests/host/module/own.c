// SPDX-License-Identifier: GPL-2.0-only
/*
 * What random host calls may give away. A call that donates or shares memory must not
 * get a page of the running kernel: its address is one of two blocks that belong to the
 * random caller, or one that EL2 must refuse. No vCPU is ever made: a guest that runs
 * would have the registers of whatever process the caller interrupts.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <pkvm/host_call.h>

#include "pt.h"

#define PT_BLOCK_ORDER	9
#define PT_BLOCK_PAGES	(1U << PT_BLOCK_ORDER)
#define PT_BLOCK_SIZE	((u64)PT_BLOCK_PAGES << PAGE_SHIFT)
#define PT_REGISTRATION	0x7074

/* Pages that nobody else uses: one block for EL2's arena, one for guests. */
long pt_own_get(struct pt_own *own)
{
	own->arena = alloc_pages(GFP_KERNEL, PT_BLOCK_ORDER);
	own->guest = alloc_pages(GFP_KERNEL, PT_BLOCK_ORDER);
	if (own->arena && own->guest)
		return 0;
	if (own->arena)
		__free_pages(own->arena, PT_BLOCK_ORDER);
	if (own->guest)
		__free_pages(own->guest, PT_BLOCK_ORDER);
	return -ENOMEM;
}

static long pt_host_call(u32 fid, u64 x1, u64 x2)
{
	u64 x[18] = { fid, x1, x2 };

	pt_call_raw(PT_HVC, 0, x);
	return (long)x[0];
}

/* A later epoch's arena or guest page comes back by being touched. */
static bool pt_is_back(struct page *block)
{
	u64 value;
	u32 i, tries;

	for (i = 0; i < PT_BLOCK_PAGES; i++) {
		for (tries = 0; tries < 100; tries++) {
			if (!copy_from_kernel_nofault(&value, page_address(block + i), sizeof(value)))
				break;
		}
		if (tries == 100)
			return false;
	}
	return true;
}

/* Ends what the calls made. What EL2 does not give back is not freed: it would crash. */
bool pt_own_put(struct pt_own *own, const u64 *handles, u32 nr)
{
	bool back;
	u32 i;

	for (i = 0; i < nr; i++) {
		pt_host_call(PKVM_HOST_VM_DESTROY, handles[i], 0);
		while (pt_host_call(PKVM_HOST_VM_TEARDOWN, handles[i], 0) == PKVM_RET_AGAIN)
			cond_resched();
	}
	while (!pt_host_call(PKVM_HOST_ARENA_RECLAIM, 0, 0))
		;
	back = pt_is_back(own->guest);
	if (back)
		__free_pages(own->guest, PT_BLOCK_ORDER);
	if (!pt_is_back(own->arena))
		return false;
	__free_pages(own->arena, PT_BLOCK_ORDER);
	return back;
}

/* An address that no state makes good: no RAM, not aligned, beyond everything. */
static u64 pt_refused(const struct pt_own *own, u64 *state)
{
	u64 guest = page_to_phys(own->guest);
	u64 bad[] = { 0, 1, ~0ULL, ~0ULL << PAGE_SHIFT, 1ULL << 52, 1ULL << 48, guest + 1,
		      guest + 8, guest | ~PAGE_MASK };

	return bad[pt_below(state, ARRAY_SIZE(bad))];
}

/* Handles count up, and so do slots as long as no VM has gone. */
static u64 pt_draw_handle(u64 *state)
{
	u64 generation = 1 + pt_below(state, 192);
	u64 slot = pt_below(state, 4) ? generation - 1 : pt_below(state, 192);

	return pt_below(state, 16) ? generation << 16 | slot : pt_random(state);
}

static u64 pt_draw_ipa(u64 *state)
{
	return pt_below(state, 8) ? (u64)pt_below(state, 2048) << PAGE_SHIFT : pt_random(state);
}

/* A range of the guest's block, or one that must be refused. */
static void pt_draw_range(const struct pt_own *own, u64 *state, u64 *pa, u64 *nr)
{
	static const u64 bad[] = { 0, PKVM_RANGE_PAGES + 1, 1ULL << 52, ~0ULL };
	u32 first = pt_below(state, 4) ? pt_below(state, PT_BLOCK_PAGES) : 0;

	*pa = page_to_phys(own->guest) + ((u64)first << PAGE_SHIFT);
	*nr = 1 + pt_below(state, pt_below(state, 2) ? PT_BLOCK_PAGES - first : 1);
	switch (pt_below(state, 8)) {
	case 0:
		*pa = pt_refused(own, state);
		break;
	case 1:
		*nr = bad[pt_below(state, ARRAY_SIZE(bad))];
		break;
	}
}

/* x[1] upwards of a host call that could give something away or take something. */
void pt_own_draw(const struct pt_own *own, u64 *state, u64 *x)
{
	static const u64 bits[] = { 0, 32, 39, 40, 31, 41, ~0ULL };
	u32 fid = (u32)x[0];

	if (fid < PKVM_HOST_ARENA_DONATE || fid > PKVM_HOST_REGISTER)
		return;
	switch (fid) {
	case PKVM_HOST_ARENA_DONATE:
		x[1] = pt_below(state, 2) ? page_to_phys(own->arena) : pt_refused(own, state);
		return;
	case PKVM_HOST_VM_CREATE:
		x[1] = pt_below(state, 3);
		x[2] = bits[pt_below(state, ARRAY_SIZE(bits))];
		x[3] = pt_below(state, 600);
		return;
	case PKVM_HOST_REGISTER:
		x[1] = pt_below(state, 2) * PT_REGISTRATION;
		return;
	}
	x[1] = pt_draw_handle(state);
	switch (fid) {
	case PKVM_HOST_VCPU_CREATE:
		x[3] = pt_refused(own, state);
		break;
	case PKVM_HOST_GUEST_POPULATE:
	case PKVM_HOST_GUEST_DONATE:
	case PKVM_HOST_GUEST_SHARE:
		x[2] = pt_draw_ipa(state);
		pt_draw_range(own, state, &x[3], &x[4]);
		break;
	case PKVM_HOST_GUEST_RECLAIM:
	case PKVM_HOST_GUEST_UNSHARE:
	case PKVM_HOST_GUEST_AGE:
	case PKVM_HOST_GUEST_SET_RIPAS:
		x[2] = pt_draw_ipa(state);
		if (pt_below(state, 4))
			x[3] = pt_below(state, PKVM_RANGE_PAGES + 2);
		break;
	}
}
