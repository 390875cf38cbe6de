// SPDX-License-Identifier: GPL-2.0-only
/*
 * How pages come back that nobody asks for any more: of dying VMs, by their teardown, and
 * of ended epochs, as the new kernel touches them.
 */
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/host_s2.h"
#include "pkvm/epoch.h"
#include "pkvm/mem.h"
#include "pkvm/mem_page.h"

/* Pages of one step that a touch makes; empty entries that weigh as much as a page. */
#define TOUCH_PAGES	64
#define LOOKS_PER_PAGE	16

/* Is @pa still the VM's? A touch gives pages back past the table of a dead VM. */
static bool still_has(const struct vm *vm, u64 pa)
{
	return page_word_of(pa) == PAGE_WORD(PAGE_GUEST, vm->slot);
}

static void end_leaf(struct vm *vm, const struct s2_leaf *leaf)
{
	if (leaf->borrowed) {
		hyp_lock(&host_lock);
		mem_drop_refs(vm, leaf->pa, leaf->size);
		hyp_unlock(&host_lock);
	} else if (still_has(vm, leaf->pa)) {
		mem_give_back(vm, leaf->pa, leaf->size == HYP_BLOCK_SIZE, NULL);
	}
}

/*
 * The VM is dead and nothing of it runs or will: one flush before the first page goes is
 * enough, for no walk fills a TLB under its VMID any more.
 */
u32 guest_teardown(struct vm *vm, u32 budget)
{
	u32 looks = budget * LOOKS_PER_PAGE, pages = 0;
	struct s2_leaf leaf;

	hyp_assert(hyp_lock_held(&vm->lock));
	if (!vm->s2.swept)
		guest_s2_flush(&vm->s2);
	while (pages < budget && guest_s2_sweep(&vm->s2, &leaf, &looks)) {
		guest_s2_drop(&vm->s2);
		end_leaf(vm, &leaf);
		pages += leaf.size >> HYP_PAGE_SHIFT;	/* a block is zeroed as long as they */
	}
	if (pages >= budget || !guest_s2_swept(&vm->s2))
		return budget;
	return pages + guest_s2_free_tables(&vm->s2, budget - pages);
}

/*
 * A page of a block that went as one comes back with all of it: no table is there for
 * less, and memory for one there may be none.
 */
static bool touch_guest(u64 pa, u32 slot)
{
	struct vm *vm = vm_of_slot(slot);
	bool block, again = true;

	if (!vm)
		return true;		/* the last of it went back meanwhile */
	if (vm->epoch == epoch_now() || vm_runs(vm)) {
		again = false;
	} else if (still_has(vm, pa)) {
		if (!vm->s2.swept)
			guest_s2_flush(&vm->s2);
		hyp_lock(&host_lock);
		block = host_s2_block_is_out(pa);
		hyp_unlock(&host_lock);
		mem_give_back(vm, block ? round_down_to(pa, HYP_BLOCK_SIZE) : pa, block, NULL);
	}
	vm_put(vm);
	return again;
}

/* First all that may live in old arenas, then the arenas. */
static bool touch_arena(u64 pa)
{
	u64 epoch = arena_epoch_of(pa), back;
	struct vm *vm;
	u32 pages;
	s64 ret;

	if (!epoch)
		return true;		/* on its way back, or in */
	if (epoch == epoch_now())
		return false;
	if (!mem_arena_back(true, &back))
		return true;
	vm = vm_old_next();
	if (!vm)
		return false;
	ret = vm_teardown(vm, TOUCH_PAGES, &pages);
	vm_put(vm);
	return ret != PKVM_RET_BUSY || pages;
}

bool host_touch(u64 pa)
{
	struct page_range r;
	u32 word;

	if (!page_range_of(round_down_to(pa, HYP_PAGE_SIZE), 1, &r))
		return false;
	hyp_lock(&host_lock);
	word = *r.word;
	hyp_unlock(&host_lock);
	switch (page_owner(word)) {
	case PAGE_HOST:
		return true;		/* came back between the access and now */
	case PAGE_GUEST:
		return touch_guest(r.pa, page_data(word));
	default:
		return page_data(word) == PAGE_ARENA && touch_arena(r.pa);
	}
}

const struct host_s2_policy host_s2_policy = {
	.touch = host_touch,
};

static void end_epoch(u64 epoch)
{
	arena_new_epoch(epoch + 1);
}

static u64 old_arena_pages(void)
{
	return arena_old_count() * MEM_BLOCK_PAGES;
}

static void wipe_page(u64 pa)
{
	mem_zero(pa, 1, false);
}

/*
 * A power-down is final, and DRAM may keep what is in it: guests' pages go, VMs or no VMs.
 * Other CPUs may still be at EL2 with what is in arenas, but not with guests' pages.
 */
static void wipe_guests(void)
{
	page_each_of_guests(wipe_page);
}

const struct epoch_holder mem_epoch_holder = {
	.name = "memory",
	.end = end_epoch,
	.old_pages = old_arena_pages,
	.wipe = wipe_guests,
};
