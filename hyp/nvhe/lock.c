// SPDX-License-Identifier: GPL-2.0-only
/* Ticket spinlocks. */
#include "nvhe/check.h"
#include "nvhe/cpu.h"
#include "nvhe/lock.h"

/*
 * Exclusives need Normal memory: with the MMU off there is one CPU and no lock.
 * Written once, before any other CPU runs.
 */
u32 hyp_locks_live;

static u32 take_ticket(struct hyp_lock *lock)
{
	u32 old, new, failed;

	asm volatile("1:	ldaxr	%w0, %3\n"
		     "		add	%w1, %w0, #0x10000\n"
		     "		stxr	%w2, %w1, %3\n"
		     "		cbnz	%w2, 1b\n"
		     : "=&r" (old), "=&r" (new), "=&r" (failed), "+Q" (lock->tickets)
		     : : "memory");
	return old;
}

void hyp_lock(struct hyp_lock *lock)
{
	u16 mine, owner;
	u32 old;

	if (!hyp_locks_live)
		return;
	lock_rank_enter(lock->rank);
	old = take_ticket(lock);
	mine = old >> 16;
	owner = old;
	while (owner != mine)
		asm volatile("ldarh %w0, %1" : "=r" (owner)
			     : "Q" (*(u16 *)&lock->tickets) : "memory");
}

void hyp_unlock(struct hyp_lock *lock)
{
	u16 next;

	if (!hyp_locks_live)
		return;
	lock_rank_leave(lock->rank);
	next = (u16)lock->tickets + 1;
	asm volatile("stlrh %w1, %0" : "=Q" (*(u16 *)&lock->tickets)
		     : "r" (next) : "memory");
}

bool hyp_lock_held(const struct hyp_lock *lock)
{
	u32 t = *(volatile const u32 *)&lock->tickets;

	return !hyp_locks_live || (u16)t != (u16)(t >> 16);
}
