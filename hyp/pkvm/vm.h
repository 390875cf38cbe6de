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
 *   gone          the last page is back; the handle names nothing, for ever.
 *
 * A vCPU is VCPU_IDLE, VCPU_LOADED (on exactly one CPU) or VCPU_RUNNING there.
 */
#ifndef PKVM_VM_H
#define PKVM_VM_H

#include <linux/types.h>
#include <pkvm/run.h>
#include "nvhe/guest.h"
#include "nvhe/guest_s2.h"
#include "nvhe/lock.h"

#define VM_MAX_VCPUS	512

enum vm_state { VM_CREATED, VM_MEASURED, VM_SEALED, VM_RUNNING, VM_DYING };

/* Two pages of an arena: this, and the vCPUs' pointers. */
struct vm {
	struct hyp_lock lock;	/* guards state, s2, populate_next, pages */
	u32 state;		/* enum vm_state; read without lock by the run path */
	bool protected;		/* fixed */
	u8 ipa_bits;		/* fixed */
	u32 slot;		/* fixed: index in the table; page metadata names it */
	u64 handle;		/* fixed */
	u64 epoch;		/* fixed: the host's epoch that it belongs to */
	u64 registration;	/* fixed: REGISTER's number */
	u32 max_vcpus;		/* fixed */
	u32 nr_loaded;		/* vCPUs loaded; atomic; DESTROY wants 0 */
	u64 populate_next;	/* lowest IPA that populate may have next */
	u64 pages;		/* pages mapped in s2 */
	struct guest_table s2;
	struct vcpu **vcpus;	/* [max_vcpus], one page; published after init */
};

enum vcpu_run_state { VCPU_IDLE, VCPU_LOADED, VCPU_RUNNING };

/* One page of an arena. */
struct vcpu {
	struct hyp_vcpu hw;	/* first: the switch knows only this */
	struct vm *vm;		/* fixed */
	u32 index;		/* fixed */
	u32 run_state;		/* enum vcpu_run_state; compare and swap */
	u32 power;		/* PSCI: PSCI_0_2_AFFINITY_LEVEL_*; compare and swap */
	u64 run_page;		/* physical address, pinned (host_share_hyp()) */
	struct guest_event last;	/* the last exit: what the next run may take back */
	u64 on_entry, on_context;	/* CPU_ON's arguments; guard: power is ON_PENDING */
};

/**
 * vm_get() - the VM of a handle, locked
 *
 * Takes the VM's lock, and the table's for a moment. Return: NULL for a handle
 * that names nothing (stale, guessed, 0), and then no lock is held.
 */
struct vm *vm_get(u64 handle);
void vm_put(struct vm *vm);

/**
 * vm_of_slot() - the VM that page metadata names, locked; NULL if it is gone
 */
struct vm *vm_of_slot(u32 slot);

#endif
