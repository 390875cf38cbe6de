/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaf attributes of stage 2 (Arm ARM D8.3.1), and VTCR_EL2 (D24.2.190) for 4 KiB
 * tables that are walked as inner shareable write-back.
 */
#ifndef NVHE_S2_ATTR_H
#define NVHE_S2_ATTR_H

#define S2_NORMAL_WB	(0xfUL << 2)
#define S2_READ		(1UL << 6)
#define S2_WRITE	(2UL << 6)
#define S2_RW		(S2_READ | S2_WRITE)
#define S2_SH_INNER	(3UL << 8)
#define S2_AF		(1UL << 10)
#define S2_XN		(2UL << 53)
#define S2_SW_BIT	(1UL << 55)	/* ours: the host's table: MMIO; a guest's: borrowed */

#define VTCR_WALKS	(1UL << 8 | 1UL << 10 | 3UL << 12 | 1UL << 31)
#define VTCR_T0SZ(bits)	(64UL - (bits))
#define VTCR_SL0(level)	((2UL - (level)) << 6)
#define VTCR_PS(parange) ((u64)(parange) << 16)
#define VTCR_VS_16	(1UL << 19)	/* VMIDs of 16 bits */

#endif
