/* SPDX-License-Identifier: GPL-2.0-only */
/* Device registers, by physical address; off target a fake device answers. */
#ifndef NVHE_IO_H
#define NVHE_IO_H

#include "nvhe/addr.h"

static inline u32 io_read32(u64 at)
{
	return *(volatile u32 *)hyp_va(at);
}

static inline void io_write32(u64 at, u32 v)
{
	*(volatile u32 *)hyp_va(at) = v;
}

static inline u8 io_read8(u64 at)
{
	return *(volatile u8 *)hyp_va(at);
}

static inline void io_write8(u64 at, u8 v)
{
	*(volatile u8 *)hyp_va(at) = v;
}

#endif
