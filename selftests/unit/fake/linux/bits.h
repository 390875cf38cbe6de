/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FAKE_LINUX_BITS_H
#define FAKE_LINUX_BITS_H

#define UL(x)			x##UL
#define ULL(x)			x##ULL
#define _AC(x, y)		x##y
#define _AT(t, x)		((t)(x))
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK(high, low)	((~0UL << (low)) & (~0UL >> (63 - (high))))
#define GENMASK_ULL(high, low)	GENMASK(high, low)

#endif
