// SPDX-License-Identifier: GPL-2.0-only
/* The host's stage 2. */
#include <linux/errno.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/host_s2.h"
#include "nvhe/log.h"
#include "nvhe/pgtable.h"
#include "nvhe/pool.h"
#include "nvhe/pte.h"
#include "nvhe/string.h"
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"

/* Leaf attributes of stage 2, Arm ARM D8.3.1 */
#define S2_NORMAL_WB	(0xfUL << 2)
#define S2_RW		(3UL << 6)
#define S2_SH_INNER	(3UL << 8)
#define S2_AF		(1UL << 10)
#define S2_XN		(2UL << 53)
#define S2_SW_MMIO	(1UL << 55)	/* ours: the MMIO pool may drop this leaf */

#define ATTR_RAM	(S2_NORMAL_WB | S2_RW | S2_SH_INNER | S2_AF)
#define ATTR_MMIO	(ATTR_RAM | S2_XN | S2_SW_MMIO)

/* Enough for 16 far-apart 2 MiB windows at once; then all are dropped. */
#define MMIO_POOL_PAGES	32

struct hyp_lock host_lock = HYP_LOCK(RANK_HOST);

static const struct boot_info *machine;	/* fixed after init */

static struct {				/* guard: host_lock */
	u8 *pages;
	u32 used;
	u64 reclaims;
} mmio;

static void *boot_table(struct pgtable *pgt)
{
	return pool_take(HYP_PAGE_SIZE, HYP_PAGE_SIZE);
}

static void *mmio_table(struct pgtable *pgt)
{
	if (mmio.used == MMIO_POOL_PAGES)
		return NULL;
	return mmio.pages + HYP_PAGE_SIZE * mmio.used++;
}

static struct pgtable host_pgt;	/* entries: host_lock; the rest: fixed after init */

static bool from_mmio_pool(const u64 *table)
{
	const u8 *p = (const u8 *)table;

	return p >= mmio.pages && p < mmio.pages + MMIO_POOL_PAGES * HYP_PAGE_SIZE;
}

/* A stage 2 of up to 43 bits starts at level 1 with tables side by side (D8.2.2). */
static void size_root(struct pgtable *pgt, u64 *root_pages)
{
	static const u8 pa_bits[] = { 32, 36, 40, 42, 44, 48 };
	u64 parange = sysreg_read(ID_AA64MMFR0_EL1) & 0xf;

	pgt->ia_bits = pa_bits[parange > 5 ? 5 : parange];
	pgt->start_level = pgt->ia_bits > 43 ? 0 : 1;
	*root_pages = pgt->ia_bits > 39 && pgt->start_level ? 1UL << (pgt->ia_bits - 39) : 1;
}

u64 host_s2_tables(const struct boot_info *info)
{
	struct pgtable pgt;
	u64 pages, i;

	size_root(&pgt, &pages);
	/* a level-2 table a GiB begun, a level-3 table for each ragged end */
	for (i = 0; i < info->nr_ram; i++)
		pages += info->ram[i].size / HYP_GIB + 2 + 2 + (pgt.start_level ? 0 : 1);
	return pages + 4 + MMIO_POOL_PAGES;
}

static int map_ram(u64 base, u64 end)
{
	if (base >= end)
		return 0;
	return pgtable_map(&host_pgt, base, base, end - base, ATTR_RAM);
}

/* A bank of RAM without what EL2 holds of it; @held is sorted by address. */
static int map_bank(struct boot_range ram, const struct boot_range *held, u32 nr_held)
{
	u64 at = ram.base, end = ram.base + ram.size;
	int ret;
	u32 i;

	for (i = 0; i < nr_held; i++) {
		if (held[i].base < at || held[i].base >= end)
			continue;
		ret = map_ram(at, held[i].base);
		if (ret)
			return ret;
		at = held[i].base + held[i].size;
	}
	return map_ram(at, end);
}

int host_s2_init(const struct boot_info *info, const struct boot_range *held, u32 nr_held)
{
	u64 root_pages;
	int ret;
	u32 i;

	machine = info;
	mmio.used = 0;
	host_pgt.alloc = boot_table;
	size_root(&host_pgt, &root_pages);
	host_pgt.root = pool_take(root_pages * HYP_PAGE_SIZE, root_pages * HYP_PAGE_SIZE);
	mmio.pages = pool_take(MMIO_POOL_PAGES * HYP_PAGE_SIZE, HYP_PAGE_SIZE);
	if (!host_pgt.root || !mmio.pages)
		return -ENOMEM;
	for (i = 0; i < info->nr_ram; i++) {
		ret = map_bank(info->ram[i], held, nr_held);
		if (ret)
			return ret;
	}
	host_pgt.alloc = mmio_table;
	return 0;
}

/* VTCR_EL2, Arm ARM D24.2.190: 4 KiB, inner shareable write-back walks */
static u64 host_vtcr(void)
{
	u64 parange = sysreg_read(ID_AA64MMFR0_EL1) & 0xf;
	u64 ps = parange > 5 ? 5 : parange;
	u64 sl0 = host_pgt.start_level ? 1 : 2;

	return (64 - host_pgt.ia_bits) | (sl0 << 6) | (1UL << 8) | (1UL << 10) |
	       (3UL << 12) | (ps << 16) | (1UL << 31);
}

void host_s2_cpu(void)
{
	sysreg_write(host_vtcr(), VTCR_EL2);
	sysreg_write(hyp_pa(host_pgt.root), VTTBR_EL2);
	isb();
	tlb_flush_host_local();
}

static bool overlaps(const struct boot_range *r, u64 base, u64 size)
{
	return r->base < base + size && base < r->base + r->size;
}

static bool touches_ram(u64 base, u64 size)
{
	u32 i;

	for (i = 0; i < machine->nr_ram; i++)
		if (overlaps(&machine->ram[i], base, size))
			return true;
	return false;
}

static bool touches_denied(u64 base, u64 size)
{
	u32 i;

	for (i = 0; i < machine->nr_deny; i++)
		if (overlaps(&machine->deny[i].range, base, size))
			return true;
	return false;
}

static bool is_all_ram(u64 base, u64 size)
{
	u32 i;

	for (i = 0; i < machine->nr_ram; i++)
		if (base >= machine->ram[i].base &&
		    base - machine->ram[i].base + size <= machine->ram[i].size)
			return true;
	return false;
}

/*
 * Drop the MMIO leaves of tables made at start-up, and the tables of the MMIO
 * pool with all below them. A GiB that is RAM throughout has neither and is
 * skipped, so the time is bounded by the number of ragged banks, not by RAM.
 * Leaves in a start-up table of level 3 cost no pool memory and stay.
 */
static void drop_mmio(u64 *table, u32 level, u64 entries, u64 base)
{
	u64 size = pgtable_level_size(level);
	u64 i;

	for (i = 0; i < entries; i++) {
		u64 pte = pte_read(table + i);
		u64 *next = hyp_va(pte & PTE_ADDR_BITS);

		if (!(pte & PTE_VALID_BIT))
			continue;
		if (!(pte & PTE_TABLE_BIT)) {
			if (pte & S2_SW_MMIO)
				pte_publish(table + i, 0);
		} else if (from_mmio_pool(next)) {
			pte_publish(table + i, 0);
		} else if (level < 2 && !is_all_ram(base + i * size, size)) {
			drop_mmio(next, level + 1, 512, base + i * size);
		}
	}
}

static void reclaim_mmio(void)
{
	u64 top_bits = host_pgt.ia_bits - (12 + 9 * (3 - host_pgt.start_level));

	drop_mmio(host_pgt.root, host_pgt.start_level, 1UL << top_bits, 0);
	tlb_flush_host_all();
	memset(mmio.pages, 0, mmio.used * HYP_PAGE_SIZE);
	mmio.used = 0;
	mmio.reclaims++;
}

/* The largest block around @ipa that is neither RAM nor denied, or 0. */
static u64 mmio_block(u64 ipa)
{
	u32 level;

	for (level = 1; level <= 3; level++) {
		u64 size = pgtable_level_size(level);
		u64 base = round_down_to(ipa, size);

		if (!touches_ram(base, size) && !touches_denied(base, size))
			return size;
	}
	return 0;
}

static enum host_fault map_mmio(u64 ipa)
{
	u64 size = mmio_block(ipa);
	u64 base = round_down_to(ipa, size);

	if (!size)
		return HOST_FAULT_REFUSE;
	if (pgtable_map(&host_pgt, base, base, size, ATTR_MMIO) == -ENOMEM) {
		reclaim_mmio();
		hyp_fatal_if(pgtable_map(&host_pgt, base, base, size, ATTR_MMIO));
	}
	return HOST_FAULT_RETRY;
}

enum host_fault host_s2_fault(u64 ipa, bool exec)
{
	enum host_fault verdict;
	struct pgtable_leaf leaf;

	if (ipa >> host_pgt.ia_bits)
		return HOST_FAULT_REFUSE;

	hyp_lock(&host_lock);
	leaf = pgtable_walk(&host_pgt, ipa);
	if (leaf.pte & PTE_VALID_BIT)
		verdict = exec && (leaf.pte & S2_XN) ? HOST_FAULT_REFUSE : HOST_FAULT_RETRY;
	else if (exec)
		verdict = HOST_FAULT_REFUSE;
	else
		verdict = map_mmio(ipa);
	hyp_unlock(&host_lock);
	return verdict;
}

u64 host_s2_mmio_tables(void)
{
	return *(volatile u32 *)&mmio.used;
}

u64 host_s2_mmio_reclaims(void)
{
	return *(volatile u64 *)&mmio.reclaims;
}
