/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine with three VMs for tests of the memory verbs: VM 1 and 2 protected, VM 3
 * normal; slot 10 + n, VMID n. What pkvm/vm.c does with VMs is done here by hand.
 */
#ifndef FAKE_VM_H
#define FAKE_VM_H

#include "tap.h"
#include "fatal.h"
#include "fake_cpu.h"
#include "fake_lock.h"
#include "fake_mem.h"
#include <pkvm/host_call.h>
#include "../../hyp/nvhe/arena.c"	/* for its list, which a new machine begins without */
#include "nvhe/host_s2.h"
#include "nvhe/string.h"
#include "pkvm/mem.h"
#include "pkvm/page.h"

#define PAGE		HYP_PAGE_SIZE
#define BLOCK		HYP_BLOCK_SIZE
#define SLOT		10
#define IPA_BITS	40

static struct vm vms[FAKE_VMS + 1];
static u8 roots[FAKE_VMS + 1][2][HYP_PAGE_SIZE] __attribute__((aligned(1 << 13)));
static u64 fake_epoch;		/* the host's */
static bool fake_vm_runs;

u64 epoch_now(void)
{
	return fake_epoch;
}

u32 vmid_bits(void)
{
	return 8;
}

u16 vmid_in_tlb(const struct vmid *vmid)
{
	return vmid->value;
}

bool vm_runs(const struct vm *vm)
{
	return fake_vm_runs;
}

static struct vm *lock_vm(u32 n)
{
	hyp_lock(&vms[n].lock);
	return &vms[n];
}

void vm_put(struct vm *vm)
{
	hyp_unlock(&vm->lock);
}

struct vm *vm_of_slot(u32 slot)
{
	return slot - SLOT <= FAKE_VMS && vms[slot - SLOT].state != VM_GONE ?
	       lock_vm(slot - SLOT) : NULL;
}

struct vm *vm_old_next(void)
{
	u32 n;

	for (n = 1; n <= FAKE_VMS; n++)
		if (vms[n].state != VM_GONE && vms[n].epoch != fake_epoch)
			return lock_vm(n);
	return NULL;
}

s64 vm_teardown(struct vm *vm, u32 budget, u32 *pages)
{
	*pages = guest_teardown(vm, budget);
	if (*pages >= budget)
		return PKVM_RET_AGAIN;
	vm->state = VM_GONE;
	return 0;
}

static bool is_table_page(u64 pa)
{
	return fake_is_ram(pa) && page_owner(page_word_of(pa)) == PAGE_EL2;
}

static void make_vm(u32 n, u32 state)
{
	struct vm *vm = &vms[n];

	memset(vm, 0, sizeof(*vm));
	memset(roots[n], 0, sizeof(roots[n]));
	memset(fake_guest_tlb[n], 0, sizeof(fake_guest_tlb[n]));	/* a VMID of its own */
	vm->lock = (struct hyp_lock)HYP_LOCK(RANK_VM);
	vm->state = state;
	vm->protected = n != 3;
	vm->ipa_bits = IPA_BITS;
	vm->slot = SLOT + n;
	vm->epoch = fake_epoch;
	guest_s2_init(&vm->s2, roots[n], IPA_BITS);
	vm->s2.hw.vmid.value = n;
	fake_roots[n].root = (u64 *)roots[n];
	fake_roots[n].start_level = 1;
	fake_roots[n].dead = false;
}

/* Power on, with @nr arenas below the last block of the first bank. */
static void start_machine(u32 nr)
{
	static const struct fake_reg none[] = { { 0, 0 } };
	u32 n, i;

	fake_reset(none, 0);
	fake_strict = false;
	fake_set(SYS_ID_AA64MMFR0_EL1, 2);	/* 40 bits */
	fake_mem_reset();
	fake_is_table_page = is_table_page;
	fake_epoch = 1;
	fake_vm_runs = false;
	if (!page_meta_init(&fake_info) || host_s2_init(&fake_info, fake_held, 2))
		abort();
	hyp_lock(&host_lock);
	for (i = 0; i < 2; i++)
		page_own_at_boot(fake_held[i]);
	hyp_unlock(&host_lock);
	host_s2_cpu();
	fake_roots[0].root = (u64 *)fake_value[FAKE_SLOT(SYS_VTTBR_EL2)];
	fake_roots[0].start_level = 1;
	arenas = last = NULL;
	nr_arenas = nr_old = nr_free = 0;
	arena_new_epoch(1);
	for (n = 1; n <= FAKE_VMS; n++)
		make_vm(n, VM_SEALED);
	for (i = 0; i < nr; i++)
		if (host_donate_hyp(RAM + RAM_SIZE - (i + 2) * BLOCK))
			abort();
	fake_touch_all();
}

#endif
