// SPDX-License-Identifier: GPL-2.0-only
/*
 * 65,536 VMs at once, and not one more. What a VM takes comes in a known order (root, VM,
 * vCPUs, now and then slots), so that only what the table looks at is really there.
 * CFLAGS: -Wno-unused-parameter
 */
#include <stdlib.h>
#include "tap.h"
#include "fatal.h"
#include "fake_cpu.h"
#include "fake_lock.h"
#include "../../hyp/pkvm/vm.c"

static u8 dummy[HYP_PAGE_SIZE];
static u32 part, live;

void *arena_alloc(u32 nr)
{
	void *p[] = { dummy, NULL, dummy, NULL };
	u32 n = part++;

	live++;
	return p[n] ? p[n] : calloc(1, n == 1 ? sizeof(struct vm) : HYP_PAGE_SIZE);
}

void arena_free(void *p, u32 nr)
{
	live--;
	if (p != dummy)
		free(p);
}

u64 epoch_now(void) { return 1; }
u32 guest_s2_root_pages(u32 ipa_bits) { return 1; }
void guest_s2_init(struct guest_table *t, void *root, u32 ipa_bits) { t->pgt.root = root; }
u32 guest_teardown(struct vm *vm, u32 budget) { return 0; }
void vcpu_free(struct vm *vm, u32 index) {}

static u64 handles[1 << 16];

static s64 create(u64 *handle)
{
	u32 want;

	part = 0;
	return vm_create(0, 32, 1, handle, &want);
}

static void destroy(u64 handle)
{
	struct vm *vm = vm_get(handle);
	u32 pages;

	vm->state = VM_DYING;
	vm_teardown(vm, 64, &pages);
	vm_put(vm);
}

int main(void)
{
	u64 extra, old;
	u32 i, wrong = 0, before;
	struct vm *vm;

	for (i = 0; i < 1 << 16; i++)
		wrong += create(&handles[i]) != 0;
	is_num(wrong, 0, "65,536 VMs are made");
	is_num(vm_count(), 1 << 16, "and counted");
	before = live;
	is_num(create(&extra), PKVM_RET_LIMIT, "the next is one too many");
	is_num(live, before, "and takes no memory");
	for (i = 0; i < 1 << 16; i++) {
		vm = vm_get(handles[i]);
		wrong += !vm || vm->handle != handles[i];
		vm_put(vm);
	}
	is_num(wrong, 0, "each is found by its handle");
	old = handles[12345];
	destroy(old);
	ok(!create(&handles[12345]) && handles[12345] != old &&
	   (handles[12345] & 0xffff) == (old & 0xffff), "a slot that came free serves again");
	ok(!vm_get(old), "under another handle");
	for (i = 0; i < 1 << 16; i++)
		destroy(handles[i]);
	is_num(live, 0, "all of it goes back");
	return tap_done();
}
