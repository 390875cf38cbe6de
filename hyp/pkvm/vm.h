/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual machines and their vCPUs: what they are, and which call is legal when.
 *
 *   VM_CREATED    has tables, may get vCPUs, registers, RIPAS, pages.
 *   VM_MEASURED   protected: at least one page was populated, else as CREATED.
 *   VM_SEALED     vCPUs may be loaded and run; what it was made of is fixed.
 *   VM_RUNNING    a vCPU has run. Legal calls as SEALED.
 *   VM_DYING      destroyed, or its host epoch ended: nothing of it runs again; only
 *                 VM_TEARDOWN, which gives back its pages bit by bit.
 *   VM_GONE       the last page is back; the handle names nothing, for ever.
 *
 * The end of an epoch marks nothing: a VM whose epoch is not the host's is dying, and
 * vm_get() writes that down. So it is over for all VMs at one store.
 *
 * A vCPU is VCPU_IDLE, VCPU_LOADED (on exactly one CPU) or VCPU_RUNNING there. RUNNING
 * is written before the VM's state is looked at, and DYING before the vCPUs are: so
 * either the run or the teardown sees the other and gives up.
 */
#ifndef PKVM_VM_H
#define PKVM_VM_H

#include <linux/types.h>
#include <pkvm/run.h>
#include "nvhe/guest.h"
#include "nvhe/guest_s2.h"
#include "nvhe/lock.h"

#define VM_MAX_VCPUS	512

enum vm_state { VM_CREATED, VM_MEASURED, VM_SEALED, VM_RUNNING, VM_DYING, VM_GONE };

/* Two pages of an arena: this, and the vCPUs' pointers. */
struct vm {
	struct hyp_lock lock;	/* guards state, s2, populate_next, pages */
	u32 state;		/* enum vm_state; atomic: a run looks at it without lock */
	bool protected;		/* fixed */
	u8 ipa_bits;		/* fixed */
	u32 slot;		/* fixed: index in the table; page metadata names it */
	u64 handle;		/* fixed */
	u64 epoch;		/* fixed: the host's epoch that it belongs to */
	u32 max_vcpus;		/* fixed */
	u32 nr_loaded;		/* vCPUs loaded; atomic: up under lock, down without */
	bool ended;		/* the guest switched itself off: nothing runs; atomic */
	u64 populate_next;	/* lowest IPA that populate may have next */
	u64 pages;		/* pages mapped in s2 */
	struct guest_table s2;
	struct vcpu **vcpus;	/* [max_vcpus], one page; published after init */
};

enum vcpu_run_state { VCPU_IDLE, VCPU_LOADED, VCPU_RUNNING };

/*
 * PSCI's states of a vCPU: OFF -> CLAIMED (by one CPU_ON, which fills in on_entry and
 * on_context) -> ON_PENDING -> ON (by the vCPU's own next run, which resets it).
 */
enum vcpu_power { VCPU_ON, VCPU_OFF, VCPU_ON_PENDING, VCPU_ON_CLAIMED };

/* What the next run may take from the host: just what the last exit asked for. */
enum vcpu_takes { TAKE_NOTHING, TAKE_MMIO, TAKE_SMCCC };

/* One page of an arena. */
struct vcpu {
	struct hyp_vcpu hw;	/* first: the switch knows only this */
	struct vm *vm;		/* fixed */
	u32 index;		/* fixed */
	u32 run_state;		/* enum vcpu_run_state; compare and swap */
	u32 power;		/* enum vcpu_power; compare and swap */
	u64 run_page;		/* physical address, pinned (host_share_hyp()) */
	u64 on_entry, on_context;	/* CPU_ON's arguments; guard: power is ON_CLAIMED */
	/* The CPU on which the vCPU is loaded guards the rest. */
	struct pkvm_run *run;	/* run_page as mapped here; shared with the host */
	struct guest_event last;	/* the last exit */
	u32 takes;		/* enum vcpu_takes */
	u32 psci_exit;		/* enum pkvm_exit that a PSCI call wants, and its vCPU */
	u32 psci_index;
};

/**
 * vm_get() - the VM of a handle, locked
 *
 * Takes the VM's lock, and the table's for a moment. Return: NULL for a handle
 * that names nothing (stale, guessed, 0), and then no lock is held.
 */
struct vm *vm_get(u64 handle);

/** vm_put() - unlock; a VM that is VM_GONE goes back to its arena */
void vm_put(struct vm *vm);

/**
 * vm_of_slot() - the VM that page metadata names, locked; NULL if it is gone
 */
struct vm *vm_of_slot(u32 slot);

/**
 * vm_next() - the first VM from a slot on, locked
 * @slot: in: where to begin; out: one past the VM's
 * @old: only VMs of an ended epoch
 */
struct vm *vm_next(u32 *slot, bool old);

/** vm_old_next() - some VM of an ended epoch, locked, each in its turn; or NULL */
struct vm *vm_old_next(void);

/** vm_alias() - the IPA bit that makes a protected guest's address a shared one */
static inline u64 vm_alias(const struct vm *vm)
{
	return 1ULL << (vm->ipa_bits - 1);
}

/** vm_is_dead() - may nothing of @vm run? Any context, no lock wanted */
bool vm_is_dead(const struct vm *vm);

/** vm_runs() - does a vCPU of @vm, which is dead, still run? Caller holds vm->lock. */
bool vm_runs(const struct vm *vm);

/** vm_count() - VMs that have a handle; of them those of @epoch. Take vms_lock. */
u64 vm_count(void);
u64 vm_count_of(u64 epoch);

/**
 * vm_create() - a VM without vCPUs and pages
 * @flags: PKVM_VM_*; @ipa_bits: 0 or 32 to 40; @max_vcpus: 1 to VM_MAX_VCPUS
 * @want: out, with NOMEM: pages
 *
 * Takes vms_lock, arena_lock. Return: 0, INVALID, LIMIT, NOMEM.
 */
s64 vm_create(u64 flags, u64 ipa_bits, u64 max_vcpus, u64 *handle, u32 *want);

/**
 * vm_teardown() - take a dying VM apart, a bounded step
 * @budget: steps at most, a page or block of the guest, a table, a vCPU each; no step is
 *	begun after PKVM_RANGE_PAGES of the guest's went; @pages: out: steps made
 *
 * Caller holds vm->lock, and calls vm_put() next. Return: 0: the VM is VM_GONE; AGAIN;
 * BUSY while a vCPU runs, or all that is left is loaded.
 */
s64 vm_teardown(struct vm *vm, u32 budget, u32 *pages);

#endif
