// SPDX-License-Identifier: GPL-2.0-only
/* One to one: each GiB that holds RAM is Normal, every other Device; 39 bits. */
#include "bare.h"

#define GIB		(1UL << 30)
#define PTE_BLOCK	(1UL << 0)
#define PTE_AF		(1UL << 10)
#define PTE_INNER	(3UL << 8)
#define PTE_NORMAL	(0UL << 2)
#define PTE_DEVICE	(1UL << 2)
#define PTE_XN		(3UL << 53)
#define MAIR		0x00ffUL	/* 0: write-back, 1: nGnRnE */
#define TCR_T0SZ	25UL
#define TCR_T1SZ	(25UL << 16)
#define TCR_WB_INNER	(0x3500UL)	/* TTBR0: SH0, ORGN0, IRGN0 */
#define TCR_EPD1	(1UL << 23)
#define TCR_TG1_4K	(2UL << 30)
#define SCTLR_RES1	0x30d00800UL
#define SCTLR_M_C_I	0x1005UL

static u64 table[512] __attribute__((aligned(4096)));

static bool has_ram(u64 base)
{
	u32 i;

	for (i = 0; i < machine.nr_ram; i++)
		if (machine.ram[i].base < base + GIB &&
		    base < machine.ram[i].base + machine.ram[i].size)
			return true;
	return false;
}

static void make_table(void)
{
	u64 i;

	for (i = 0; i < 512; i++)
		table[i] = i * GIB | PTE_BLOCK | PTE_AF |
			   (has_ram(i * GIB) ? PTE_NORMAL | PTE_INNER : PTE_DEVICE | PTE_XN);
	dsb();
}

void mmu_init_cpu(void)
{
	if (!table[0])
		make_table();
	wr(cpacr_el1, 3UL << 20);
	wr(mair_el1, MAIR);
	wr(tcr_el1, TCR_T0SZ | TCR_T1SZ | TCR_WB_INNER | TCR_EPD1 | TCR_TG1_4K |
		    (rd(id_aa64mmfr0_el1) & 7) << 32);
	wr(ttbr0_el1, (u64)table);
	wr(ttbr1_el1, (u64)table);
	isb();
	asm volatile("tlbi vmalle1" : : : "memory");
	dsb();
	isb();
	wr(sctlr_el1, SCTLR_RES1 | SCTLR_M_C_I);
	isb();
}
