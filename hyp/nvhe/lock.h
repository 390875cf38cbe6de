/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ticket spinlocks, and the one lock order of EL2. EL2 runs with interrupts
 * masked, so a lock is never taken by an interrupt of its holder.
 *
 *   psci_lock -> epoch_lock -> vms_lock -> a VM's lock -> host_lock -> arena_lock ->
 *   vmid_lock -> pool_lock -> log_lock
 *
 * A lock is taken only while every lock held stands to its left. Debug builds
 * check that (rank below) and that _locked callees hold what they need.
 */
#ifndef NVHE_LOCK_H
#define NVHE_LOCK_H

#include <linux/types.h>

enum lock_rank {
	RANK_PSCI = 1, RANK_EPOCH, RANK_VMS, RANK_VM, RANK_HOST, RANK_ARENA, RANK_VMID,
	RANK_POOL, RANK_LOG,
};

struct hyp_lock {
	u32 tickets;		/* owner in the low half, next in the high half */
	u32 rank;		/* enum lock_rank; fixed */
};

#define HYP_LOCK(r)	{ .tickets = 0, .rank = (r) }

extern u32 hyp_locks_live;

/* Debug builds check the order; see nvhe/lock_order.c. */
#ifdef PKVM_DEBUG
void lock_rank_enter(u32 rank);
void lock_rank_leave(u32 rank);
#else
#define lock_rank_enter(rank)	((void)(rank))
#define lock_rank_leave(rank)	((void)(rank))
#endif

void hyp_lock(struct hyp_lock *lock);
void hyp_unlock(struct hyp_lock *lock);
bool hyp_lock_held(const struct hyp_lock *lock);

#endif
