// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows of CPUs.
 * SOURCES: hyp/nvhe/fixmap.c
 */
#include <errno.h>
#include "tap.h"
#include "fatal.h"
#include "fake_cpu.h"
#include "nvhe/addr.h"
#include "nvhe/cpu.h"
#include "nvhe/fixmap.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/tlb.h"

#define END	(1UL << HYP_VA_BITS)

static struct hyp_cpu cpu;
static struct boot_info info = { .nr_ram = 1, .ram = { { 1UL << 30, 1UL << 30 } } };
static u64 tables[8][512];		/* by first VA: what hyp_mm_entry() made */
static u64 table_va[8], table_step[8];
static u32 nr_tables, limit;

struct hyp_cpu *this_cpu(void)
{
	return &cpu;
}

u64 *hyp_mm_entry(u64 va, u32 level)
{
	if (nr_tables == limit)
		return NULL;
	table_va[nr_tables] = va;
	table_step[nr_tables] = level == 3 ? HYP_PAGE_SIZE : HYP_BLOCK_SIZE;
	return tables[nr_tables++];
}

u64 hyp_mm_leaf(u64 pa, u32 level)
{
	return pa | (level == 3 ? 3 : 1);
}

/* What the MMU makes of a window, with a TLB that remembers it. */
static u64 tlb_va, tlb_pa;

static u64 translate(u64 va)
{
	u32 i;

	if (tlb_va == va)
		return tlb_pa;
	for (i = 0; i < nr_tables; i++) {
		u64 n = (va - table_va[i]) / table_step[i];

		if (va < table_va[i] || n >= 512 || !tables[i][n])
			continue;
		tlb_va = va;
		tlb_pa = tables[i][n] & ~3UL;
		return tlb_pa;
	}
	return 0;
}

void tlb_flush_hyp(u64 va)
{
	if (va == tlb_va)
		tlb_va = 0;
}

static void test_all_cpus(u32 nr)
{
	static u8 seen[2][(1U << 18) + 1];
	u64 wrong = 0, pa = 1UL << 30;
	u32 slot;

	memset(seen, 0, sizeof(seen));
	nr_tables = 0;
	limit = 8;
	info.nr_cpus = nr;
	memset(tables, 0, sizeof(tables));
	ok(!fixmap_init(&info) && nr_tables + 3 - 1 <= fixmap_tables(nr),
	   "%u CPUs: start-up, with the tables announced", nr);
	for (cpu.index = 0; cpu.index < nr; cpu.index++) {
		for (slot = 0; slot <= FIX_SLOTS; slot++, pa += HYP_BLOCK_SIZE) {
			u64 va = (u64)(slot == FIX_SLOTS ? fix_map_block(pa) : fix_map(slot, pa));
			u64 n = (END - va) / HYP_PAGE_SIZE;

			wrong += va < END - 2 * HYP_GIB || va >= END || translate(va) != pa;
			wrong += slot == FIX_SLOTS && va & (HYP_BLOCK_SIZE - 1);
			if (slot < FIX_SLOTS)
				wrong += n < (HYP_GIB / HYP_PAGE_SIZE) ||
					 seen[0][n - HYP_GIB / HYP_PAGE_SIZE]++;
			else
				wrong += seen[1][(END - va) / HYP_BLOCK_SIZE]++;
			if (slot == FIX_SLOTS)
				fix_unmap_block();
			else
				fix_unmap(slot);
			wrong += translate(va) != 0;
		}
	}
	is_num(wrong, 0, "%u CPUs: each window is its CPU's own, opens and closes", nr);
	cpu.index = 0;
}

int main(void)
{
	void *p;

	limit = 0;
	info.nr_cpus = 4;
	is_num(-fixmap_init(&info), ENOMEM, "without memory start-up is refused");
	limit = 1;
	is_num(-fixmap_init(&info), ENOMEM, "with too little, too");
	limit = 8;
	info.ram[0].size = END - 2 * HYP_GIB - info.ram[0].base + HYP_PAGE_SIZE;
	is_num(-fixmap_init(&info), ERANGE, "and with RAM where the windows are");
	info.ram[0].size = HYP_GIB;
	info.uart.base = END - HYP_PAGE_SIZE;
	is_num(-fixmap_init(&info), ERANGE, "or the console");
	info.uart.base = 0;
	test_all_cpus(1);
	test_all_cpus(256);
	test_all_cpus(257);
	test_all_cpus(512);

	p = fix_map(FIX_PAGE, 1UL << 30);
	ok(is_fatal(fix_map(FIX_PAGE, 2UL << 30)) && translate((u64)p) == 1UL << 30,
	   "a window in use is not opened again");
	ok(fix_map(FIX_RUN, 2UL << 30) != p, "the other one is");
	return tap_done();
}
