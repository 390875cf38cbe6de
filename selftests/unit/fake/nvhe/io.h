/* SPDX-License-Identifier: GPL-2.0-only */
/* A fake device: the test answers each access and keeps what was written. */
#ifndef FAKE_NVHE_IO_H
#define FAKE_NVHE_IO_H

#include <linux/types.h>

u32 fake_io_read(u64 at, u32 bytes);
void fake_io_write(u64 at, u32 bytes, u32 value);

#define io_read32(at)		fake_io_read((at), 4)
#define io_write32(at, v)	fake_io_write((at), 4, (v))
#define io_read8(at)		((u8)fake_io_read((at), 1))
#define io_write8(at, v)	fake_io_write((at), 1, (u8)(v))

#endif
