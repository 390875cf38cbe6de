// SPDX-License-Identifier: GPL-2.0-only
/*
 * GICv3 as firmware leaves it: two security states, everything Group 1 non-secure
 * but SGI 15, which is Group 0 and wakes a CPU that is off out of its WFI.
 */
#include "monitor.h"

#define GICD_CTLR		(GICD_BASE + 0x0)
#define GICD_TYPER		(GICD_BASE + 0x4)
#define GICD_IGROUPR(n)		(GICD_BASE + 0x80 + 4 * (n))
#define CTLR_GRP0		(1U << 0)
#define CTLR_GRP1NS		(1U << 1)
#define CTLR_GRP1S		(1U << 2)
#define CTLR_ARE_S		(1U << 4)
#define CTLR_ARE_NS		(1U << 5)

#define GICR_STRIDE		0x20000UL
#define GICR_WAKER		0x14
#define GICR_SGI		0x10000
#define GICR_IGROUPR0		(GICR_SGI + 0x80)
#define GICR_ISENABLER0		(GICR_SGI + 0x100)
#define GICR_ICENABLER0		(GICR_SGI + 0x180)
#define GICR_IPRIORITYR(n)	(GICR_SGI + 0x400 + 4 * (n))
#define WAKER_SLEEP		(1U << 1)
#define WAKER_ASLEEP		(1U << 2)

#define WAKE_SGI		15
#define SPURIOUS		1020

#define ICC_PMR_EL1		S3_0_C4_C6_0
#define ICC_SGI0R_EL1		S3_0_C12_C11_7
#define ICC_IAR0_EL1		S3_0_C12_C8_0
#define ICC_EOIR0_EL1		S3_0_C12_C8_1
#define ICC_HPPIR1_EL1		S3_0_C12_C12_2
#define ICC_SRE_EL1		S3_0_C12_C12_5
#define ICC_IGRPEN0_EL1		S3_0_C12_C12_6
#define ICC_IGRPEN1_EL1		S3_0_C12_C12_7
#define ICC_SRE_EL3		S3_6_C12_C12_5
#define ICC_IGRPEN1_EL3		S3_6_C12_C12_7
#define SRE_ALL			0xf		/* SRE, DFB, DIB, Enable */
#define PMR_ALL			0xff

void gic_init_dist(void)
{
	u32 n, lines = (read32(GICD_TYPER) & 0x1f) + 1;

	write32(GICD_CTLR, CTLR_ARE_S | CTLR_ARE_NS);
	for (n = 1; n < lines; n++)
		write32(GICD_IGROUPR(n), ~0U);
	/* The other CPUs go on when they see Group 0 enabled: last. */
	write32(GICD_CTLR, CTLR_ARE_S | CTLR_ARE_NS | CTLR_GRP0 | CTLR_GRP1NS | CTLR_GRP1S);
}

void gic_init_cpu(u32 index)
{
	u64 gicr = GICR_BASE + index * GICR_STRIDE;

	write32(gicr + GICR_WAKER, read32(gicr + GICR_WAKER) & ~WAKER_SLEEP);
	while (read32(gicr + GICR_WAKER) & WAKER_ASLEEP)
		;
	write32(gicr + GICR_ICENABLER0, ~0U);
	write32(gicr + GICR_IGROUPR0, ~(1U << WAKE_SGI));
	write32(gicr + GICR_IPRIORITYR(WAKE_SGI / 4), 0);
	write32(gicr + GICR_ISENABLER0, 1U << WAKE_SGI);

	wr(ICC_SRE_EL3, SRE_ALL);
	isb();
	wr(ICC_SRE_EL1, SRE_ALL);
	isb();
	wr(ICC_IGRPEN0_EL1, 1);
	wr(ICC_IGRPEN1_EL3, 3);
	wr(ICC_PMR_EL1, PMR_ALL);
	isb();
}

/* What a CPU loses in a power-down: priority mask and group enable of the host. */
void gic_forget_cpu(void)
{
	wr(ICC_IGRPEN1_EL1, 0);
	wr(ICC_PMR_EL1, PMR_ALL);
	isb();
}

void gic_wake(u32 index)
{
	dsb();
	wr(ICC_SGI0R_EL1, (u64)WAKE_SGI << 24 | (u64)(index / 16) << 16 | 1U << (index % 16));
	isb();
}

void gic_drain_wake(void)
{
	u32 id = rd(ICC_IAR0_EL1) & 0xffffff;

	if (id >= SPURIOUS)
		return;
	wr(ICC_EOIR0_EL1, id);
	isb();
}

/* Does the non-secure side have an interrupt that waits, whatever its mask? */
bool gic_pending(void)
{
	return (rd(ICC_HPPIR1_EL1) & 0xffffff) < SPURIOUS;
}
