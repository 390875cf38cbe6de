/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses. EL2's stage 1 maps its own memory at VA == PA, so the conversion
 * is free; the development-machine build shadows this header with a fake memory.
 */
#ifndef NVHE_ADDR_H
#define NVHE_ADDR_H

#include <linux/types.h>

#define HYP_PAGE_SHIFT	12
#define HYP_PAGE_SIZE	(1UL << HYP_PAGE_SHIFT)
#define HYP_BLOCK_SIZE	(1UL << 21)
#define HYP_GIB		(1UL << 30)

static inline void *hyp_va(u64 pa)
{
	return (void *)pa;
}

static inline u64 hyp_pa(const void *va)
{
	return (u64)va;
}

static inline u64 round_down_to(u64 x, u64 align)
{
	return x & ~(align - 1);
}

static inline u64 round_up_to(u64 x, u64 align)
{
	return (x + align - 1) & ~(align - 1);
}

#endif
