// SPDX-License-Identifier: GPL-2.0-only
/*
 * What holds pages of the host from one call to the next, and so must end with
 * the epoch that gave them. One entry a kind. VMs come first: memory is taken from
 * what no longer runs.
 */
#include <linux/types.h>
#include <pkvm/host_call.h>
#include "pkvm/epoch.h"
#include "pkvm/mem.h"
#include "pkvm/vcpu.h"
#include "pkvm/vm.h"

#define WIPE_STEP	512

/*
 * With the new number out, every VM of the old epoch is dead: nothing to mark, and no
 * run begins (vm_is_dead()). Left is the one that this CPU has loaded: the new kernel
 * does not know of it. Other CPUs' go at their CPU_OFF.
 */
static void vms_end(u64 epoch)
{
	vcpu_put_here();
}

/* A normal VM's pages are the host's own. */
static u64 vms_old_pages(void)
{
	u64 pages = 0;
	struct vm *vm;
	u32 slot = 0;

	while ((vm = vm_next(&slot, true))) {
		pages += vm->protected ? vm->pages : 0;
		vm_put(vm);
	}
	return pages;
}

/*
 * Protected guests end, with their registers, before their pages are zeroed: should the
 * firmware refuse, none goes on with a part of its memory. One that runs on another CPU
 * just now runs until its next exit; Linux has stopped the other CPUs by then.
 */
static void vms_wipe(void)
{
	struct vm *vm;
	u32 slot = 0, pages;
	bool left = false;

	vcpu_put_here();
	while ((vm = vm_next(&slot, false))) {
		if (vm->protected) {
			__atomic_store_n(&vm->state, VM_DYING, __ATOMIC_RELAXED);
			while (vm_teardown(vm, WIPE_STEP, &pages) == PKVM_RET_AGAIN)
				;
			left |= vm->pages;
		}
		vm_put(vm);
	}
	/* A look at every page of RAM, for each reset that a host asks for: only if need be. */
	if (left)
		mem_epoch_holder.wipe();
}

static void memory_end(u64 epoch)
{
	mem_epoch_holder.end(epoch);
}

static u64 memory_old_pages(void)
{
	return mem_epoch_holder.old_pages();
}

static void memory_wiped(void)
{
}

static const struct epoch_holder vm_epoch_holder = {
	.name = "VMs",
	.end = vms_end,
	.old_pages = vms_old_pages,
	.wipe = vms_wipe,
};

static const struct epoch_holder memory_holder = {
	.name = "memory",
	.end = memory_end,
	.old_pages = memory_old_pages,
	.wipe = memory_wiped,		/* by vms_wipe(), which knows whether there is any */
};

const struct epoch_holder *const epoch_holders[] = {
	&vm_epoch_holder,
	&memory_holder,
	NULL,
};
