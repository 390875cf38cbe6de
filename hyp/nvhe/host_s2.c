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
#include "nvhe/s2_attr.h"
#include "nvhe/string.h"
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"

#define S2_SW_MMIO	S2_SW_BIT	/* the MMIO pool may drop this leaf */

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

static void flush_host(struct pgtable *pgt, u64 ipa, u64 size, u64 step)
{
	tlb_flush_host(ipa, size, step);
}

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
	host_pgt.flush = flush_host;
	host_pgt.block_level = 2;	/* a donation splits into one table */
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
	host_pgt.block_level = 1;
	return 0;
}

static u64 host_vtcr(void)
{
	u64 parange = sysreg_read(ID_AA64MMFR0_EL1) & 0xf;

	return VTCR_T0SZ(host_pgt.ia_bits) | VTCR_SL0(host_pgt.start_level) | VTCR_WALKS |
	       VTCR_PS(parange > 5 ? 5 : parange);
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

/*
 * A table that split a block says so, and counts the pages that are out, in bits of its
 * descriptor that the hardware ignores (Arm ARM D8.3.1). A table of start-up, with
 * pages of EL2 in its block, does not: it is never joined.
 */
#define SPLIT		(1UL << 55)
#define COUNT_SHIFT	2
#define COUNT_ONE	(1UL << COUNT_SHIFT)
#define COUNT_MASK	(0x3ffUL << COUNT_SHIFT)

static bool is_out(struct pgtable_leaf e)
{
	return e.level == 2 && !(e.pte & PTE_VALID_BIT);
}

bool host_s2_block_is_out(u64 pa)
{
	return is_out(pgtable_entry(&host_pgt, pa, 2));
}

u32 host_s2_tables_wanted(u64 pa, u64 nr)
{
	u64 last = pa + ((nr - 1) << HYP_PAGE_SHIFT);
	u32 pages = !pgtable_is_table(pgtable_entry(&host_pgt, pa, 2));

	if (last / HYP_BLOCK_SIZE != pa / HYP_BLOCK_SIZE)
		pages += !pgtable_is_table(pgtable_entry(&host_pgt, last, 2));
	return pages;
}

/* The table of pages around @pa; made of the block, or of nothing if that is out. */
static struct pgtable_leaf page_table(u64 pa, struct page_reserve *from)
{
	struct pgtable_leaf e = pgtable_entry(&host_pgt, pa, 2);
	u64 *table;

	if (pgtable_is_table(e))
		return e;
	table = arena_from_reserve(from);
	if (is_out(e))
		pte_publish(e.ptep, hyp_pa(table) | SPLIT | 512 * COUNT_ONE |
			    PTE_TABLE_BIT | PTE_VALID_BIT);
	else
		pgtable_split(&host_pgt, pa, e, table, SPLIT);
	return pgtable_entry(&host_pgt, pa, 2);
}

/* The entry of @pa's page in the table that @e points to. */
static u64 *page_entry(struct pgtable_leaf e, u64 pa)
{
	return (u64 *)hyp_va(e.pte & PTE_ADDR_BITS) + (pa >> HYP_PAGE_SHIFT) % 512;
}

/* Pages of the range in the block of its start. */
static u64 in_block(u64 pa, u64 nr)
{
	u64 room = 512 - (pa >> HYP_PAGE_SHIFT) % 512;

	return nr < room ? nr : room;
}

void host_s2_unmap(u64 pa, u64 nr, struct page_reserve *from)
{
	u64 at = pa, left = nr, n, i;

	for (; left; left -= n, at += n << HYP_PAGE_SHIFT) {
		struct pgtable_leaf e = page_table(at, from);
		u64 *ptep = page_entry(e, at);

		n = in_block(at, left);
		for (i = 0; i < n; i++)
			pte_publish(ptep + i, 0);
		if (e.pte & SPLIT)
			pte_publish(e.ptep, e.pte + n * COUNT_ONE);
	}
	tlb_flush_host(pa, nr << HYP_PAGE_SHIFT, HYP_PAGE_SIZE);
}

/* All 512 are the host's again. TLBs hold pages of the table: not one entry but 512. */
static void join(u64 pa, struct pgtable_leaf e)
{
	u64 base = round_down_to(pa, HYP_BLOCK_SIZE);

	pgtable_replace(&host_pgt, base, e, HYP_PAGE_SIZE, base | ATTR_RAM | PTE_VALID_BIT);
	arena_free(hyp_va(e.pte & PTE_ADDR_BITS), 1);
}

void host_s2_map_back(u64 pa, u64 nr, struct page_reserve *from)
{
	u64 n, i;

	for (; nr; nr -= n, pa += n << HYP_PAGE_SHIFT) {
		struct pgtable_leaf e = page_table(pa, from);
		u64 *ptep = page_entry(e, pa);

		n = in_block(pa, nr);
		for (i = 0; i < n; i++)
			pte_publish(ptep + i, (pa + i * HYP_PAGE_SIZE) | ATTR_RAM |
				    PTE_TABLE_BIT | PTE_VALID_BIT);
		if (!(e.pte & SPLIT))
			continue;
		e.pte -= n * COUNT_ONE;
		if (e.pte & COUNT_MASK)
			pte_publish(e.ptep, e.pte);
		else
			join(pa, e);
	}
}

void host_s2_unmap_block(u64 pa)
{
	struct pgtable_leaf e = pgtable_entry(&host_pgt, pa, 2);

	hyp_fatal_if(e.level != 2 || pgtable_is_table(e));
	pte_publish(e.ptep, 0);
	tlb_flush_host(pa, HYP_BLOCK_SIZE, HYP_BLOCK_SIZE);
}

void host_s2_map_back_block(u64 pa)
{
	struct pgtable_leaf e = pgtable_entry(&host_pgt, pa, 2);

	hyp_fatal_if(!is_out(e));
	pte_publish(e.ptep, pa | ATTR_RAM | PTE_VALID_BIT);
}

static enum host_fault look(u64 ipa, bool exec)
{
	enum host_fault verdict;
	struct pgtable_leaf leaf;

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

enum host_fault host_s2_fault(u64 ipa, bool exec)
{
	if (ipa >> host_pgt.ia_bits)
		return HOST_FAULT_REFUSE;
	if (look(ipa, exec) == HOST_FAULT_RETRY)
		return HOST_FAULT_RETRY;
	if (touches_ram(ipa, 1) && host_s2_policy.touch(round_down_to(ipa, HYP_PAGE_SIZE)))
		return HOST_FAULT_RETRY;
	return HOST_FAULT_REFUSE;
}

u64 host_s2_mmio_tables(void)
{
	return *(volatile u32 *)&mmio.used;
}

u64 host_s2_mmio_reclaims(void)
{
	return *(volatile u64 *)&mmio.reclaims;
}
