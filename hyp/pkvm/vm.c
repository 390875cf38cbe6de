// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of VMs: handles, look-up, the making and the end of a VM.
 *
 * The attacks: a handle that is stale, guessed or about to go; a VM seen by another
 * CPU before it is whole; one that goes while another CPU works with it. Hence every
 * look-up is under vms_lock, which is kept until the VM's own lock is held, and only
 * vm_put() of a VM that is VM_GONE takes it out of the table, under both.
 */
#include <linux/types.h>
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/arena.h"
#include "nvhe/check.h"
#include "nvhe/sysreg.h"
#include "pkvm/epoch.h"
#include "pkvm/mem.h"
#include "pkvm/vcpu.h"
#include "pkvm/vm.h"

#define SLOT_BITS	16
#define SLOT_MASK	((1U << SLOT_BITS) - 1)
#define PAGE_SLOTS	(HYP_PAGE_SIZE / sizeof(struct vm *))
#define TABLE_PAGES	((1U << SLOT_BITS) / PAGE_SLOTS)

_Static_assert(sizeof(struct vm) <= HYP_PAGE_SIZE, "a page of an arena");
_Static_assert(sizeof(struct vcpu) <= HYP_PAGE_SIZE, "a page of an arena");
_Static_assert(VM_MAX_VCPUS * sizeof(struct vcpu *) <= HYP_PAGE_SIZE, "one page of pointers");

static struct hyp_lock vms_lock = HYP_LOCK(RANK_VMS);

/*
 * Guard: vms_lock. A page of slots comes with its first VM and goes with its last. It
 * serves VMs of one epoch only, so that an ended epoch's arenas become empty.
 */
static struct {
	struct {
		struct vm **slot;	/* a page; NULL: none */
		u64 epoch;
		u32 used;
	} page[TABLE_PAGES];
	u64 generation;		/* of the last handle; 48 bits do not come to an end */
	u64 count;
	u32 old_cursor;		/* where vm_old_next() goes on */
} vms;

bool vm_is_dead(const struct vm *vm)
{
	return __atomic_load_n(&vm->state, __ATOMIC_RELAXED) >= VM_DYING ||
	       vm->epoch != epoch_now();
}

/*
 * Lock the VM of a slot, if it has that handle (0: any); vms_lock is held. One that is
 * VM_GONE only waits for its vm_put() to get vms_lock.
 */
static struct vm *lock_slot(u32 slot, u64 handle)
{
	struct vm **slots = vms.page[slot / PAGE_SLOTS].slot;
	struct vm *vm = slots ? slots[slot % PAGE_SLOTS] : NULL;

	hyp_assert(hyp_lock_held(&vms_lock));
	if (!vm || (handle && vm->handle != handle))
		return NULL;
	hyp_lock(&vm->lock);
	if (vm->state == VM_GONE) {
		hyp_unlock(&vm->lock);
		return NULL;
	}
	if (vm_is_dead(vm))
		__atomic_store_n(&vm->state, VM_DYING, __ATOMIC_RELAXED);
	return vm;
}

struct vm *vm_get(u64 handle)
{
	struct vm *vm;

	hyp_lock(&vms_lock);
	vm = handle ? lock_slot(handle & SLOT_MASK, handle) : NULL;
	hyp_unlock(&vms_lock);
	return vm;
}

struct vm *vm_of_slot(u32 slot)
{
	struct vm *vm;

	if (slot > SLOT_MASK)
		return NULL;
	hyp_lock(&vms_lock);
	vm = lock_slot(slot, 0);
	hyp_unlock(&vms_lock);
	return vm;
}

static struct vm *next_locked(u32 *slot, bool old)
{
	u64 now = epoch_now();

	while (*slot <= SLOT_MASK) {
		u32 page = *slot / PAGE_SLOTS, at = *slot;
		struct vm *vm;

		/* Old VMs are in old pages: most of the table is passed at a glance. */
		if (!vms.page[page].slot || (old && vms.page[page].epoch == now)) {
			*slot = (page + 1) * PAGE_SLOTS;
			continue;
		}
		++*slot;
		vm = lock_slot(at, 0);
		if (vm)
			return vm;
	}
	return NULL;
}

struct vm *vm_next(u32 *slot, bool old)
{
	struct vm *vm;

	hyp_lock(&vms_lock);
	vm = next_locked(slot, old);
	hyp_unlock(&vms_lock);
	return vm;
}

/* In turns: one that cannot go yet, being loaded somewhere, does not hold up the rest. */
struct vm *vm_old_next(void)
{
	struct vm *vm;

	hyp_lock(&vms_lock);
	vm = next_locked(&vms.old_cursor, true);
	if (!vm) {
		vms.old_cursor = 0;
		vm = next_locked(&vms.old_cursor, true);
	}
	hyp_unlock(&vms_lock);
	return vm;
}

u64 vm_count(void)
{
	u64 count;

	hyp_lock(&vms_lock);
	count = vms.count;
	hyp_unlock(&vms_lock);
	return count;
}

u64 vm_count_of(u64 epoch)
{
	u64 count = 0;
	u32 i;

	hyp_lock(&vms_lock);
	for (i = 0; i < TABLE_PAGES; i++)
		if (vms.page[i].slot && vms.page[i].epoch == epoch)
			count += vms.page[i].used;
	hyp_unlock(&vms_lock);
	return count;
}

/* Free a VM that nobody can reach any more, but for its slot. */
static void vm_free(struct vm *vm)
{
	u32 page = vm->slot / PAGE_SLOTS;

	hyp_lock(&vms_lock);
	vms.page[page].slot[vm->slot % PAGE_SLOTS] = NULL;
	if (!--vms.page[page].used) {
		arena_free(vms.page[page].slot, 1);
		vms.page[page].slot = NULL;
	}
	vms.count--;
	arena_free(vm->s2.pgt.root, guest_s2_root_pages(vm->ipa_bits));
	arena_free(vm->vcpus, 1);
	arena_free(vm, 1);
	hyp_unlock(&vms_lock);
}

void vm_put(struct vm *vm)
{
	bool gone = vm->state == VM_GONE;

	hyp_unlock(&vm->lock);
	if (gone)
		vm_free(vm);
}

/* A page of the table with a free slot for a VM of @epoch, or an empty place for one. */
static u32 table_page(u64 epoch)
{
	u32 i, empty = TABLE_PAGES;

	for (i = 0; i < TABLE_PAGES; i++) {
		if (!vms.page[i].slot)
			empty = empty < i ? empty : i;
		else if (vms.page[i].epoch == epoch && vms.page[i].used < PAGE_SLOTS)
			return i;
	}
	return empty;
}

static void insert(struct vm *vm, u32 page)
{
	struct vm **slots = vms.page[page].slot;
	u32 i;

	for (i = 0; slots[i]; i++)
		;
	vm->slot = page * PAGE_SLOTS + i;
	vm->handle = ++vms.generation << SLOT_BITS | vm->slot;
	vms.page[page].used++;
	vms.count++;
	/* vm_get() reads it under vms_lock; the release is for those who do not. */
	__atomic_store_n(&slots[i], vm, __ATOMIC_RELEASE);
}

/* What a VM is made of. All of it or, with *@want pages named, nothing. */
struct parts {
	void *vm, *vcpus, *root, *slots;
};

static bool parts_alloc(struct parts *p, u32 root_pages, bool slots, u32 *want)
{
	p->root = arena_alloc(root_pages);	/* the one that needs neighbours: first */
	p->vm = arena_alloc(1);
	p->vcpus = arena_alloc(1);
	p->slots = slots ? arena_alloc(1) : NULL;
	if (p->root && p->vm && p->vcpus && (p->slots || !slots))
		return true;
	if (p->root)
		arena_free(p->root, root_pages);
	if (p->vm)
		arena_free(p->vm, 1);
	if (p->vcpus)
		arena_free(p->vcpus, 1);
	if (p->slots)
		arena_free(p->slots, 1);
	*want = root_pages + 2 + slots;
	return false;
}

static struct vm *build(const struct parts *p, u64 flags, u32 ipa_bits, u32 max_vcpus)
{
	struct vm *vm = p->vm;

	vm->lock = (struct hyp_lock)HYP_LOCK(RANK_VM);
	vm->state = VM_CREATED;
	vm->protected = flags & PKVM_VM_PROTECTED;
	vm->ipa_bits = ipa_bits;
	vm->max_vcpus = max_vcpus;
	vm->vcpus = p->vcpus;
	guest_s2_init(&vm->s2, p->root, ipa_bits);
	return vm;
}

/* Of the CPU: an IPA that its stage 2 cannot have would be a table of nonsense. */
static u32 ipa_bits_max(void)
{
	static const u8 bits[] = { 32, 36, GUEST_IPA_BITS_MAX };
	u64 parange = sysreg_read(ID_AA64MMFR0_EL1) & 0xf;

	return bits[parange > 2 ? 2 : parange];
}

s64 vm_create(u64 flags, u64 ipa_bits, u64 max_vcpus, u64 *handle, u32 *want)
{
	u64 epoch = epoch_now();	/* before anything is taken: never younger than its pages */
	s64 ret = PKVM_RET_SUCCESS;
	struct parts p;
	struct vm *vm;
	u32 page;

	if (!ipa_bits)
		ipa_bits = ipa_bits_max();
	if (flags & ~PKVM_VM_PROTECTED || ipa_bits < GUEST_IPA_BITS_MIN ||
	    ipa_bits > ipa_bits_max() || !max_vcpus || max_vcpus > VM_MAX_VCPUS)
		return PKVM_RET_INVALID;

	hyp_lock(&vms_lock);
	page = table_page(epoch);
	if (page == TABLE_PAGES) {
		ret = PKVM_RET_LIMIT;
	} else if (!parts_alloc(&p, guest_s2_root_pages(ipa_bits), !vms.page[page].slot, want)) {
		ret = PKVM_RET_NOMEM;
	} else {
		if (p.slots) {
			vms.page[page].slot = p.slots;
			vms.page[page].epoch = epoch;
		}
		vm = build(&p, flags, ipa_bits, max_vcpus);
		vm->epoch = epoch;
		insert(vm, page);
		*handle = vm->handle;
	}
	hyp_unlock(&vms_lock);
	return ret;
}

/* The other half is run_enter() of pkvm/vcpu_run.c. */
bool vm_runs(const struct vm *vm)
{
	u32 i;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* DYING, or the new epoch, is out */
	for (i = 0; i < vm->max_vcpus; i++)
		if (vm->vcpus[i] && __atomic_load_n(&vm->vcpus[i]->run_state,
						    __ATOMIC_ACQUIRE) == VCPU_RUNNING)
			return true;
	return false;
}

/*
 * Pages that go back in one step of a teardown: a block of a guest is zeroed whole, and a
 * budget of some of them would mask interrupts for long.
 */
#define TEARDOWN_PAGES	PKVM_RANGE_PAGES

/* Return: steps of @budget used; fewer than that: all that a guest has is back. */
static u32 teardown_memory(struct vm *vm, u32 budget)
{
	u64 before = vm->pages;
	u32 used = 0;

	while (used < budget) {
		if (!guest_teardown(vm, 1))
			return used;
		used++;
		if (before - vm->pages >= TEARDOWN_PAGES)
			return budget;
	}
	return used;
}

s64 vm_teardown(struct vm *vm, u32 budget, u32 *pages)
{
	u32 i;

	hyp_assert(hyp_lock_held(&vm->lock));
	hyp_assert(vm->state == VM_DYING);
	*pages = 0;
	if (vm_runs(vm))
		return PKVM_RET_BUSY;
	*pages = teardown_memory(vm, budget);
	if (*pages >= budget)
		return PKVM_RET_AGAIN;
	/* A CPU on which a vCPU is loaded still knows it. */
	if (__atomic_load_n(&vm->nr_loaded, __ATOMIC_ACQUIRE))
		return PKVM_RET_BUSY;
	for (i = 0; i < vm->max_vcpus; i++) {
		if (!vm->vcpus[i])
			continue;
		if (*pages >= budget)
			return PKVM_RET_AGAIN;
		vcpu_free(vm, i);
		++*pages;
	}
	__atomic_store_n(&vm->state, VM_GONE, __ATOMIC_RELAXED);
	return PKVM_RET_SUCCESS;
}
