/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System registers of a fake CPU: a table by encoding (fake_cpu.h, included once
 * by the test). Names and encodings are the kernel's.
 */
#ifndef FAKE_NVHE_SYSREG_H
#define FAKE_NVHE_SYSREG_H

#include <linux/types.h>
#include <linux/bits.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

u64 fake_read_sysreg(u32 encoding);
void fake_write_sysreg(u32 encoding, u64 value);
void fake_isb(void);

#undef read_sysreg_s
#undef write_sysreg_s
#undef isb
#define read_sysreg_s(r)	fake_read_sysreg(r)
#define write_sysreg_s(v, r)	fake_write_sysreg((r), (v))
#define sysreg_read(r)		read_sysreg_s(SYS_##r)
#define sysreg_write(v, r)	write_sysreg_s((v), SYS_##r)
#define isb()			fake_isb()

#endif
