// SPDX-License-Identifier: GPL-2.0-only
/* EL2 stage 1. */
#include <linux/errno.h>
#include <asm/kvm_arm.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/image.h"
#include "nvhe/pgtable.h"
#include "nvhe/pool.h"
#include "nvhe/pte.h"
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"

/* Leaf attributes, Arm ARM D8.3.1 (one VA range, no EL0: AP[1] is RES1) */
#define S1_AF		(1UL << 10)
#define S1_SH_INNER	(3UL << 8)
#define S1_AP1_RES1	(1UL << 6)
#define S1_AP_RO	(1UL << 7)
#define S1_XN		(1UL << 54)
#define S1_ATTR(i)	((u64)(i) << 2)

#define MAIR_NORMAL	0
#define MAIR_DEVICE	1
#define HYP_MAIR	(0xffUL | (0x04UL << 8))	/* WB RWA; Device-nGnRE */

struct hyp_mmu hyp_mmu;

static void *table_page(struct pgtable *pgt)
{
	return pool_take(HYP_PAGE_SIZE, HYP_PAGE_SIZE);
}

static struct pgtable hyp_pgt = {
	.start_level = 0,
	.ia_bits = HYP_VA_BITS,
	.alloc = table_page,
};

static u64 device_page;			/* fixed after init; 0: none */
static u64 *device_ptep;

static u64 attr_of(enum hyp_prot prot)
{
	u64 attr = S1_AF | S1_SH_INNER | S1_AP1_RES1 | S1_ATTR(MAIR_NORMAL);

	if (prot != HYP_RX)
		attr |= S1_XN;
	if (prot != HYP_RW)
		attr |= S1_AP_RO;
	return attr;
}

/* Page by page, never blocks: any page may have to become a guard page. */
int hyp_mm_map(u64 base, u64 size, enum hyp_prot prot)
{
	u64 at;
	int ret;

	for (at = base; at < base + size; at += HYP_PAGE_SIZE) {
		ret = pgtable_map(&hyp_pgt, at, at, HYP_PAGE_SIZE, attr_of(prot));
		if (ret)
			return ret;
	}
	return 0;
}

static int map_section(const void *from, const void *to, enum hyp_prot prot)
{
	u64 base = hyp_pa(from);

	return hyp_mm_map(base, round_up_to(hyp_pa(to), HYP_PAGE_SIZE) - base, prot);
}

void hyp_mm_guard(u64 page)
{
	struct pgtable_leaf leaf = pgtable_walk(&hyp_pgt, page);

	hyp_fatal_if(leaf.level != 3);
	pte_publish(leaf.ptep, 0);
}

int hyp_mm_device(u64 page)
{
	device_page = round_down_to(page, HYP_PAGE_SIZE);
	device_ptep = pgtable_reserve(&hyp_pgt, device_page, 3);
	return device_ptep ? 0 : -ENOMEM;
}

void hyp_mm_device_on(void)
{
	if (!device_ptep)
		return;
	pte_publish(device_ptep, device_page | S1_AF | S1_AP1_RES1 | S1_XN |
		    S1_ATTR(MAIR_DEVICE) | PTE_TABLE_BIT | PTE_VALID_BIT);
	isb();
}

void hyp_mm_device_off(void)
{
	if (!device_ptep)
		return;
	pte_publish(device_ptep, 0);
	tlb_flush_hyp(device_page);
}

u64 *hyp_mm_entry(u64 va, u32 level)
{
	return pgtable_reserve(&hyp_pgt, va, level);
}

u64 hyp_mm_leaf(u64 pa, u32 level)
{
	return pa | attr_of(HYP_RW) | PTE_VALID_BIT | (level == 3 ? PTE_TABLE_BIT : 0);
}

/* A level-2 table a GiB begun, a level-1 table for each 512 GiB. */
u64 hyp_mm_ram_tables(const struct boot_info *info)
{
	u64 pages = 0;
	u32 i;

	for (i = 0; i < info->nr_ram; i++)
		pages += info->ram[i].size / HYP_GIB + 2 + info->ram[i].size / (512 * HYP_GIB) + 2;
	return pages;
}

int hyp_mm_ram(const struct boot_info *info)
{
	u64 at, end;
	u32 i;

	for (i = 0; i < info->nr_ram; i++) {
		end = info->ram[i].base + info->ram[i].size;
		for (at = round_down_to(info->ram[i].base, HYP_GIB); at < end; at += HYP_GIB)
			if (!hyp_mm_entry(at, 2))
				return -ENOMEM;
	}
	return 0;
}

void hyp_mm_map_block(u64 pa)
{
	struct pgtable_leaf leaf = pgtable_walk(&hyp_pgt, pa);

	hyp_fatal_if(leaf.level != 2 || leaf.pte);
	pte_publish(leaf.ptep, hyp_mm_leaf(pa, 2));
	isb();
}

void hyp_mm_unmap_block(u64 pa)
{
	struct pgtable_leaf leaf = pgtable_walk(&hyp_pgt, pa);

	hyp_fatal_if(leaf.level != 2 || leaf.pte != hyp_mm_leaf(pa, 2));
	pte_publish(leaf.ptep, 0);
	tlb_flush_hyp(pa);
}

static u64 hyp_tcr(void)
{
	u64 parange = sysreg_read(ID_AA64MMFR0_EL1) & 0xf;
	u64 ps = parange > 5 ? 5 : parange;		/* 5: 48 bits */

	/* T0SZ, 4 KiB, inner shareable, write-back; bits 31 and 23 are RES1 */
	return (64 - HYP_VA_BITS) | (1UL << 8) | (1UL << 10) | (3UL << 12) |
	       (ps << 16) | (1UL << 23) | (1UL << 31);
}

int hyp_mm_init(u64 span)
{
	int ret;

	hyp_pgt.root = table_page(&hyp_pgt);
	if (!hyp_pgt.root)
		return -ENOMEM;
	ret = map_section(_start, _etext, HYP_RX);
	if (!ret)
		ret = map_section(_etext, _erodata, HYP_RO);
	if (!ret)
		ret = map_section(_data, _panic_guard, HYP_RW);
	if (!ret)
		ret = map_section(_panic_guard + HYP_PAGE_SIZE, _start + span, HYP_RW);
	if (ret)
		return ret;

	hyp_mmu.ttbr0 = hyp_pa(hyp_pgt.root);
	hyp_mmu.tcr = hyp_tcr();
	hyp_mmu.mair = HYP_MAIR;
	hyp_mmu.sctlr = SCTLR_EL2_RES1 | SCTLR_ELx_M | SCTLR_ELx_C | SCTLR_ELx_SA |
			SCTLR_ELx_I | SCTLR_ELx_WXN;
	return 0;
}
