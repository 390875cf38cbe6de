// SPDX-License-Identifier: GPL-2.0-only
/* GICv3, Group 1, SGIs and PPIs only; EOI drops the priority and deactivates. */
#include "bare.h"

#define GICD_CTLR		0x0
#define CTLR_GRP1_ARE		0x12
#define GICR_STRIDE		0x20000UL
#define GICR_TYPER		0x8
#define TYPER_LAST		(1UL << 4)
#define GICR_WAKER		0x14
#define WAKER_SLEEP		(1U << 1)
#define WAKER_ASLEEP		(1U << 2)
#define SGI_BASE		0x10000
#define GICR_IGROUPR0		(SGI_BASE + 0x80)
#define GICR_ISENABLER0		(SGI_BASE + 0x100)
#define GICR_ICENABLER0		(SGI_BASE + 0x180)
#define GICR_ISACTIVER0		(SGI_BASE + 0x300)
#define GICR_ICACTIVER0		(SGI_BASE + 0x380)
#define GICR_IPRIORITYR(n)	(SGI_BASE + 0x400 + (n))
#define SPURIOUS		1020

#define ICC_PMR_EL1		S3_0_C4_C6_0
#define ICC_IAR1_EL1		S3_0_C12_C12_0
#define ICC_EOIR1_EL1		S3_0_C12_C12_1
#define ICC_SRE_EL1		S3_0_C12_C12_5
#define ICC_CTLR_EL1		S3_0_C12_C12_4
#define ICC_IGRPEN1_EL1		S3_0_C12_C12_7
#define ICC_SGI1R_EL1		S3_0_C12_C11_5

void gic_init(void)
{
	write32(machine.gicd + GICD_CTLR, CTLR_GRP1_ARE);
}

static u64 find_redistributor(u64 mpidr)
{
	u64 at = machine.gicr, typer;
	u64 affinity = (mpidr >> 32 & 0xff) << 24 | (mpidr & 0xffffff);

	for (;; at += GICR_STRIDE) {
		typer = read64(at + GICR_TYPER);
		if (typer >> 32 == affinity)
			return at;
		if (typer & TYPER_LAST)
			fatal("no redistributor for CPU %lx", mpidr);
	}
}

void gic_init_cpu(void)
{
	struct cpu *cpu = this_cpu();
	u32 i;

	cpu->gicr = find_redistributor(cpu->mpidr);
	write32(cpu->gicr + GICR_WAKER, read32(cpu->gicr + GICR_WAKER) & ~WAKER_SLEEP);
	while (read32(cpu->gicr + GICR_WAKER) & WAKER_ASLEEP)
		;
	write32(cpu->gicr + GICR_ICENABLER0, ~0U);
	write32(cpu->gicr + GICR_IGROUPR0, ~0U);
	for (i = 0; i < 32; i += 4)
		write32(cpu->gicr + GICR_IPRIORITYR(i), 0x80808080);
	wr(ICC_SRE_EL1, 7);
	isb();
	wr(ICC_CTLR_EL1, 0);
	wr(ICC_PMR_EL1, 0xf0);
	wr(ICC_IGRPEN1_EL1, 1);
	isb();
}

void gic_enable_ppi(u32 intid, irq_fn fn)
{
	this_cpu()->ppi[intid] = fn;
	write32(this_cpu()->gicr + GICR_ISENABLER0, 1U << intid);
}

void gic_disable_ppi(u32 intid)
{
	write32(this_cpu()->gicr + GICR_ICENABLER0, 1U << intid);
}

void gic_set_active(u32 intid, bool active)
{
	write32(this_cpu()->gicr + (active ? GICR_ISACTIVER0 : GICR_ICACTIVER0), 1U << intid);
}

bool gic_is_active(u32 intid)
{
	return read32(this_cpu()->gicr + GICR_ISACTIVER0) >> intid & 1;
}

void gic_send_sgi(u32 cpu, u32 intid)
{
	u64 mpidr = cpus[cpu].mpidr;

	dsb();
	wr(ICC_SGI1R_EL1, (mpidr >> 32 & 0xff) << 48 | (mpidr >> 16 & 0xff) << 32 |
			  (u64)intid << 24 | (mpidr >> 8 & 0xff) << 16 | 1UL << (mpidr & 0xf));
	isb();
}

void gic_handle(void)
{
	u32 intid = rd(ICC_IAR1_EL1) & 0xffffff;

	if (intid >= SPURIOUS) {
		this_cpu()->spurious++;
		return;
	}
	if (intid >= 32 || !this_cpu()->ppi[intid])
		fatal("interrupt %u, which nobody asked for", intid);
	this_cpu()->ppi[intid](intid);
	wr(ICC_EOIR1_EL1, intid);
	isb();
}
