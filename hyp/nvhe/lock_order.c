// SPDX-License-Identifier: GPL-2.0-only
/* Debug builds only: the lock order of nvhe/lock.h, checked as locks are taken. */
#include "nvhe/check.h"
#include "nvhe/cpu.h"
#include "nvhe/lock.h"

void lock_rank_enter(u32 rank)
{
	struct hyp_cpu *cpu = this_cpu();

	if (!cpu)
		return;
	hyp_assert(!(cpu->ranks_held >> rank));
	cpu->ranks_held |= 1U << rank;
}

void lock_rank_leave(u32 rank)
{
	struct hyp_cpu *cpu = this_cpu();

	if (!cpu)
		return;
	hyp_assert(cpu->ranks_held & (1U << rank));
	cpu->ranks_held &= ~(1U << rank);
}
