/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks off target: taken at most once at a time, in the order of nvhe/lock.h.
 * A breach aborts the test.
 */
#ifndef FAKE_LOCK_H
#define FAKE_LOCK_H

#include <stdlib.h>
#include "nvhe/lock.h"

u32 hyp_locks_live = 1;
static u32 fake_ranks_held;

void hyp_lock(struct hyp_lock *lock)
{
	if (fake_ranks_held >> lock->rank)
		abort();
	fake_ranks_held |= 1U << lock->rank;
}

void hyp_unlock(struct hyp_lock *lock)
{
	if (!(fake_ranks_held & (1U << lock->rank)))
		abort();
	fake_ranks_held &= ~(1U << lock->rank);
}

bool hyp_lock_held(const struct hyp_lock *lock)
{
	return fake_ranks_held & (1U << lock->rank);
}

#endif
