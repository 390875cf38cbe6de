/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One 64-bit entry of a translation table: read and written whole, as the
 * hardware walker does, and published after what it points at (Arm ARM B2.3:
 * the walker is an observer; DSB ISHST orders the stores before its reads).
 */
#ifndef NVHE_PTE_H
#define NVHE_PTE_H

#include <linux/types.h>
#include <asm/barrier.h>

static inline u64 pte_read(const u64 *ptep)
{
	return *(const volatile u64 *)ptep;
}

static inline void pte_publish(u64 *ptep, u64 pte)
{
	dsb(ishst);
	*(volatile u64 *)ptep = pte;
	dsb(ishst);
}

#endif
