/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host epochs. EL2 outlives the kernel that it was booted with: kexec, a crash
 * kernel and resume from hibernation start another one, which believes that all
 * memory is its own. Each kernel is one epoch; whatever a host gave away belongs
 * to the epoch that it did so in. Documentation/psci-and-epochs.rst.
 */
#ifndef PKVM_EPOCH_H
#define PKVM_EPOCH_H

#include <linux/types.h>

/**
 * struct epoch_holder - a kind of thing that holds pages of the host
 * @name: for messages
 * @end: epoch @epoch is over: nothing of it may run again. Bounded; frees
 *	nothing, for pages go back one by one as the new kernel touches them.
 *	Called once for each epoch, with epoch_lock held.
 * @old_pages: pages (4 KiB) still held for ended epochs. No locks held.
 * @wipe: the machine is going down: clear what a later boot must not read. May
 *	run on several CPUs at once. No locks held.
 */
struct epoch_holder {
	const char *name;
	void (*end)(u64 epoch);
	u64 (*old_pages)(void);
	void (*wipe)(void);
};

/* All of them, ended by NULL; hyp/pkvm/holders.c. */
extern const struct epoch_holder *const epoch_holders[];

/**
 * epoch_psci_version - the host asked for the PSCI version
 * @ttbr1: TTBR1_EL1 of the caller
 * @alone: every other CPU of a machine with more than one is off
 *
 * Begins a new epoch when the caller is another kernel than the last one, as far
 * as EL2 can see. Takes epoch_lock.
 */
void epoch_psci_version(u64 ttbr1, bool alone);

/**
 * epoch_register - a host module says who it is
 * @id: its number
 *
 * Another number than the last one ends the epoch, if there are VMs of it.
 * Takes epoch_lock, vms_lock.
 */
void epoch_register(u64 id);

/**
 * epoch_now - the host's epoch
 *
 * Return: 1 for the kernel that EL2 booted, one more for each later one. May be
 * out of date at once unless epoch_lock is held by the caller's design.
 */
u64 epoch_now(void);

/**
 * epoch_old_pages - pages (4 KiB) still held for ended epochs
 */
u64 epoch_old_pages(void);

/**
 * epoch_power_down - the machine is about to be reset or switched off
 *
 * DRAM keeps its contents over a warm reset. No locks held.
 */
void epoch_power_down(void);

#endif
