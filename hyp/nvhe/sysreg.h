/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System registers by the kernel headers' names. One place to include, so that
 * the development-machine build can put a fake CPU behind it
 * (selftests/unit/fake/nvhe/sysreg.h is found first there).
 */
#ifndef NVHE_SYSREG_H
#define NVHE_SYSREG_H

#include <linux/types.h>
#include <linux/bits.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

#define sysreg_read(r)		read_sysreg_s(SYS_##r)
#define sysreg_write(v, r)	write_sysreg_s((v), SYS_##r)

#endif
