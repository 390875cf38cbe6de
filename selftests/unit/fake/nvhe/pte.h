/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries of translation tables; with -DFAKE_MEM each write passes fake_mem.h's judge. */
#ifndef FAKE_NVHE_PTE_H
#define FAKE_NVHE_PTE_H

#ifdef FAKE_MEM
#include <linux/types.h>

void fake_pte_publish(u64 *ptep, u64 pte);

static inline u64 pte_read(const u64 *ptep)
{
	return *ptep;
}

static inline void pte_publish(u64 *ptep, u64 pte)
{
	fake_pte_publish(ptep, pte);
}
#else
#include_next <nvhe/pte.h>
#endif

#endif
