/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What libfdt needs of its surroundings, for EL2. */
#ifndef LIBFDT_ENV_H
#define LIBFDT_ENV_H

#include <linux/types.h>
#include <linux/limits.h>
#include "nvhe/string.h"

#define INT32_MAX	0x7fffffff
#define UINT32_MAX	0xffffffffU

typedef __be16 fdt16_t;
typedef __be32 fdt32_t;
typedef __be64 fdt64_t;

#define fdt16_to_cpu(x)	__builtin_bswap16((u16)(x))
#define cpu_to_fdt16(x)	__builtin_bswap16((u16)(x))
#define fdt32_to_cpu(x)	__builtin_bswap32((u32)(x))
#define cpu_to_fdt32(x)	__builtin_bswap32((u32)(x))
#define fdt64_to_cpu(x)	__builtin_bswap64((u64)(x))
#define cpu_to_fdt64(x)	__builtin_bswap64((u64)(x))

#endif
