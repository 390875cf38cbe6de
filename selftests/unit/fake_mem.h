/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RAM, TLBs and caches of a fake machine, for everything that changes who maps a page.
 * It stands in for nvhe/tlb.h, cache.h, fixmap.h, hyp_mm.h, pool.h and (compile with
 * -DFAKE_MEM) the writes of nvhe/pte.h, and judges what it sees as the architecture does:
 *
 * - a TLB keeps what it once translated until an invalidation that covers it;
 * - a valid entry does not become another valid one, nor is one made where the old one
 *   has not been invalidated, nor is a page mapped while another's TLB may have it;
 * - a page of tables is not used again before the entry that pointed there is out of TLBs;
 * - caches: a page has bytes in the cache and at the point of coherency. EL2 and whoever
 *   maps it cacheable see the first, others the second, until it is maintained;
 * - instruction caches hold junk of each page until told to forget;
 * - EL2 can touch RAM only where it has mapped it: elsewhere the test dies;
 * - what was a guest's alone is not mapped for anyone else before it is zero.
 *
 * Each breach counts in fake_wrongs and says what it was. Include it in the test's C file,
 * once, after fake_cpu.h and fake_lock.h.
 */
#ifndef FAKE_MEM_H
#define FAKE_MEM_H

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "boot/info.h"
#include "nvhe/addr.h"
#include "nvhe/cache.h"
#include "nvhe/fixmap.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/pgtable.h"
#include "nvhe/pool.h"
#include "nvhe/tlb.h"

#define RAM		0x40000000UL
#define RAM_SIZE	(32UL << 20)
#define RAM2		0x44000000UL
#define RAM2_SIZE	((8UL << 20) + 3 * HYP_PAGE_SIZE)
#define FAKE_SPAN	(RAM2 + RAM2_SIZE - RAM)	/* with the hole between them */
#define FAKE_PAGES	(FAKE_SPAN / HYP_PAGE_SIZE)
#define FAKE_VMS	3				/* VMIDs 1 to 3 */
#define FAKE_IPA	0x20000000UL			/* what the TLB of a guest covers */
#define FAKE_IPA_PAGES	8192
#define FAKE_POOL_PAGES	256

/* What EL2 holds from start-up: a block, and pages in the middle of another. */
#define HELD		(RAM + HYP_BLOCK_SIZE)
#define HELD2		(RAM + 3 * HYP_BLOCK_SIZE + 7 * HYP_PAGE_SIZE)
#define HELD2_PAGES	5

static __attribute__((unused)) struct boot_info fake_info = {
	.nr_ram = 2,
	.ram = { { RAM, RAM_SIZE }, { RAM2, RAM2_SIZE } },
};

static __attribute__((unused)) const struct boot_range fake_held[] = {
	{ HELD, HYP_BLOCK_SIZE }, { HELD2, HELD2_PAGES * HYP_PAGE_SIZE },
};

static u32 fake_wrongs;

__attribute__((format(printf, 1, 2)))
static void fake_wrong(const char *fmt, ...)
{
	va_list ap;

	if (fake_wrongs++ > 8)
		return;
	va_start(ap, fmt);
	printf("# wrong: ");
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
}

/* RAM: the cached bytes, of which windows and arenas are more mappings, and the others. */
static int fake_fd;
static u8 *fake_cached;			/* what the coherent caches answer */
static u8 *fake_poc;			/* what is at the point of coherency */
static struct {
	bool code_stale;		/* instruction caches hold junk */
	bool dirty;			/* the caches' bytes are newer than the others */
	bool secret;			/* a guest's bytes, not yet zeroed */
	u8 table_of;			/* VMID whose tables it is part of */
	u64 host_pte, host_size;	/* the host's TLB */
} fake_page[FAKE_PAGES];

static struct {
	u64 pte, size;
} fake_guest_tlb[FAKE_VMS + 1][FAKE_IPA_PAGES];

/* Roots: 0 is the host's. */
static struct {
	u64 *root;
	u32 start_level;
	bool dead;		/* nothing runs any more, and its TLBs are empty */
} fake_roots[FAKE_VMS + 1];

static bool fake_is_ram(u64 pa)
{
	return (pa >= RAM && pa < RAM + RAM_SIZE) || (pa >= RAM2 && pa < RAM2 + RAM2_SIZE);
}

static u64 fake_index(u64 pa)
{
	if (!fake_is_ram(pa))
		abort();
	return (pa - RAM) / HYP_PAGE_SIZE;
}

static u8 *fake_bytes(u8 *of, u64 pa)
{
	return of + fake_index(pa) * HYP_PAGE_SIZE;
}

/* Agents at EL1. Cached or past the caches (@nc); one 64-bit word of the page. */
static void fake_write(u64 pa, u64 value, bool nc)
{
	*(u64 *)fake_bytes(nc ? fake_poc : fake_cached, pa) = value;
	if (!nc)
		fake_page[fake_index(pa)].dirty = true;
}

static u64 fake_read(u64 pa, bool nc)
{
	return *(u64 *)fake_bytes(nc ? fake_poc : fake_cached, pa);
}

static bool fake_is_zero(u64 pa)
{
	static const u8 zero[HYP_PAGE_SIZE];

	return !memcmp(fake_bytes(fake_cached, pa), zero, HYP_PAGE_SIZE) &&
	       !memcmp(fake_bytes(fake_poc, pa), zero, HYP_PAGE_SIZE);
}

/* EL2's mappings: windows, and arenas at their own address. */
static struct {
	u8 *va;
	u64 pa, size;
} fake_window[FIX_SLOTS + 1];

static void *fake_open(u32 slot, u64 pa, u64 size)
{
	if (fake_window[slot].va || pa & (size - 1) || !fake_is_ram(pa))
		abort();
	fake_window[slot].va = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fake_fd,
				    (off_t)(pa - RAM));
	if (fake_window[slot].va == MAP_FAILED)
		abort();
	fake_window[slot].pa = pa;
	fake_window[slot].size = size;
	return fake_window[slot].va;
}

static void fake_close(u32 slot)
{
	if (!fake_window[slot].va)
		abort();
	munmap(fake_window[slot].va, fake_window[slot].size);
	fake_window[slot].va = NULL;
}

void *fix_map(enum fix_slot slot, u64 pa)
{
	return fake_open(slot, pa, HYP_PAGE_SIZE);
}

void fix_unmap(enum fix_slot slot)
{
	fake_close(slot);
}

void *fix_map_block(u64 pa)
{
	return fake_open(FIX_SLOTS, pa, HYP_BLOCK_SIZE);
}

void fix_unmap_block(void)
{
	fake_close(FIX_SLOTS);
}

void hyp_mm_map_block(u64 pa)
{
	if (mprotect((void *)pa, HYP_BLOCK_SIZE, PROT_READ | PROT_WRITE))
		abort();
}

void hyp_mm_unmap_block(u64 pa)
{
	if (mprotect((void *)pa, HYP_BLOCK_SIZE, PROT_NONE))
		abort();
}

static u64 fake_pa_of(u64 va)
{
	u32 i;

	for (i = 0; i <= FIX_SLOTS; i++)
		if (fake_window[i].va && va - (u64)fake_window[i].va < fake_window[i].size)
			return va - (u64)fake_window[i].va + fake_window[i].pa;
	return va;
}

void cache_clean_inval(u64 base, u64 size)
{
	u64 at;

	for (at = fake_pa_of(base); size; at += HYP_PAGE_SIZE, size -= HYP_PAGE_SIZE) {
		u8 *cached = fake_bytes(fake_cached, at), *poc = fake_bytes(fake_poc, at);

		if (fake_page[fake_index(at)].dirty)
			memcpy(poc, cached, HYP_PAGE_SIZE);
		else
			memcpy(cached, poc, HYP_PAGE_SIZE);
		fake_page[fake_index(at)].dirty = false;
	}
}

void cache_inval_code(u64 base, u64 size)
{
	u64 at;

	for (at = fake_pa_of(base); size; at += HYP_PAGE_SIZE, size -= HYP_PAGE_SIZE)
		fake_page[fake_index(at)].code_stale = false;
}

static u8 fake_pool[FAKE_POOL_PAGES][HYP_PAGE_SIZE] __attribute__((aligned(1 << 16)));
static u32 fake_pool_used;

void *pool_take(u64 size, u64 align)
{
	u64 pages = round_up_to(size, HYP_PAGE_SIZE) / HYP_PAGE_SIZE;
	void *p;

	fake_pool_used = round_up_to(fake_pool_used, align / HYP_PAGE_SIZE);
	if (fake_pool_used + pages > FAKE_POOL_PAGES)
		abort();
	p = fake_pool[fake_pool_used];
	fake_pool_used += pages;
	memset(p, 0, pages * HYP_PAGE_SIZE);
	return p;
}

/* What was broken and is not yet out of the TLBs. */
#define FAKE_PENDING	2048
static struct {
	u64 *ptep, old;
	u64 pa, size;		/* of a leaf; size 0: a table at pa */
} fake_pending[FAKE_PENDING];
static u32 fake_nr_pending;

static bool fake_is_pool(u64 pa)
{
	unsigned char *at = (unsigned char *)pa;

	return (at >= fake_pool[0] && at < fake_pool[FAKE_POOL_PAGES]) || !fake_is_ram(pa);
}

/* Where a walk of @ia passes; returns its last level. */
static u32 fake_path(u32 vmid, u64 ia, u64 *path[4])
{
	u32 level = fake_roots[vmid].start_level;
	u64 *table = fake_roots[vmid].root;
	u64 index = ia >> (39 - 9 * level);

	for (;; level++) {
		path[level] = table + index;
		if (level == 3 || (*path[level] & 3) != 3)
			return level;
		table = (u64 *)(*path[level] & PTE_ADDR_BITS);
		index = ia >> (39 - 9 * (level + 1)) & 511;
	}
}

/* The leaf of @ia, or 0; *@size: what it covers. */
static u64 fake_walk(u32 vmid, u64 ia, u64 *size)
{
	u64 *path[4];
	u32 level = fake_path(vmid, ia, path);

	*size = 1UL << (39 - 9 * level);
	return *path[level] & 1 ? *path[level] : 0;
}

/* Tables are told from pages by what they lie in: nobody maps a page of tables. */
static bool (*fake_is_table_page)(u64 pa);

static u32 fake_table_of(const u64 *ptep)
{
	u32 vmid;

	for (vmid = 1; vmid <= FAKE_VMS; vmid++)
		if (ptep >= fake_roots[vmid].root && ptep < fake_roots[vmid].root + 1024)
			return vmid;
	return fake_is_ram((u64)ptep) ? fake_page[fake_index((u64)ptep)].table_of : 0;
}

static void fake_break(u64 *ptep, u64 old)
{
	u64 pa = old & PTE_ADDR_BITS;
	bool table = (old & 3) == 3 && (fake_is_pool(pa) || fake_is_table_page(pa));

	if (fake_roots[fake_table_of(ptep)].dead)
		return;
	if (fake_nr_pending == FAKE_PENDING)
		abort();
	fake_pending[fake_nr_pending].ptep = ptep;
	fake_pending[fake_nr_pending].old = old;
	fake_pending[fake_nr_pending].pa = pa;
	fake_pending[fake_nr_pending++].size = table ? 0 : (old & 3) == 3 ? HYP_PAGE_SIZE :
					       HYP_BLOCK_SIZE;
}

/* A leaf appears: nobody else may still reach the page, nor find a guest's bytes there. */
static void fake_check_leaf(u64 *ptep, u64 pte)
{
	u64 size = (pte & 3) == 3 ? HYP_PAGE_SIZE : HYP_BLOCK_SIZE;
	u64 pa = pte & PTE_ADDR_BITS, at;
	u32 i;

	if (!fake_is_ram(pa))
		return;
	if (fake_is_table_page(pa)) {
		fake_page[fake_index(pa)].table_of = fake_table_of(ptep);
		return;
	}
	for (i = 0; i < fake_nr_pending; i++)
		if (fake_pending[i].size && pa < fake_pending[i].pa + fake_pending[i].size &&
		    fake_pending[i].pa < pa + size)
			fake_wrong("page %llx is mapped while a TLB may have it for another", pa);
	for (at = pa; at < pa + size; at += HYP_PAGE_SIZE) {
		if (!fake_page[fake_index(at)].secret)
			continue;
		if (!fake_is_zero(at))
			fake_wrong("page %llx is mapped with a guest's bytes in it", at);
		fake_page[fake_index(at)].secret = false;
	}
}

#define FAKE_NO_MATTER	(1UL << 55 | 1UL << 10)	/* ours; the access flag */

void fake_pte_publish(u64 *ptep, u64 pte)
{
	u64 old = *ptep;
	u64 ignore = FAKE_NO_MATTER | ((old & 3) == 3 && (pte & 3) == 3 &&
				       fake_is_table_page(old & PTE_ADDR_BITS) ? 0xffcUL : 0);
	u32 i;

	if (old & 1 && pte & 1 && (old ^ pte) & ~ignore)
		fake_wrong("entry %llx becomes %llx without a break", old, pte);
	if (pte & 1)
		for (i = 0; i < fake_nr_pending; i++)
			if (fake_pending[i].ptep == ptep)
				fake_wrong("entry %llx is made before %llx was invalidated", pte,
					   fake_pending[i].old);
	if (old & 1 && !(pte & 1))
		fake_break(ptep, old);
	if (!(old & 1) && pte & 1)
		fake_check_leaf(ptep, pte);
	*ptep = pte;
}

void cache_zero(void *p, u64 size)
{
	u64 pa = fake_pa_of((u64)p);
	u32 i;

	for (i = 0; i < fake_nr_pending; i++)
		if (fake_pending[i].pa >= pa && fake_pending[i].pa < pa + size)
			fake_wrong("page %llx is zeroed while a TLB may have it", pa);
	memset(p, 0, size);
	for (; size; pa += HYP_PAGE_SIZE, size -= HYP_PAGE_SIZE)
		fake_page[fake_index(pa)].dirty = true;
}

/* TLBs. An invalidation by address takes what came of the entry that covered it. */
static void fake_settle(u64 *ptep)
{
	u32 i;

	for (i = fake_nr_pending; i--;)
		if (fake_pending[i].ptep == ptep)
			fake_pending[i] = fake_pending[--fake_nr_pending];
}

static void fake_forget(u32 vmid, u64 ia)
{
	u64 size, base, at;

	if (!vmid) {
		size = fake_is_ram(ia) ? fake_page[fake_index(ia)].host_size : 0;
		base = size ? round_down_to(ia, size) : 0;
		for (at = base; at < base + size; at += HYP_PAGE_SIZE)
			fake_page[fake_index(at)].host_size = 0;
	} else if (ia - FAKE_IPA < FAKE_IPA_PAGES * HYP_PAGE_SIZE) {
		size = fake_guest_tlb[vmid][(ia - FAKE_IPA) / HYP_PAGE_SIZE].size;
		base = size ? round_down_to(ia - FAKE_IPA, size) : 0;
		for (at = base; at < base + size; at += HYP_PAGE_SIZE)
			fake_guest_tlb[vmid][at / HYP_PAGE_SIZE].size = 0;
	}
}

static void fake_forget_all(u32 vmid)
{
	u64 i;

	if (vmid)
		memset(fake_guest_tlb[vmid], 0, sizeof(fake_guest_tlb[vmid]));
	for (i = 0; !vmid && i < FAKE_PAGES; i++)
		fake_page[i].host_size = 0;
}

static void fake_flush(u32 vmid, u64 ia, u64 size, u64 step)
{
	u64 *path[4], at;
	u32 level;

	if (size >= HYP_GIB) {
		fake_forget_all(vmid);
		for (level = fake_nr_pending; level--;)
			if (fake_table_of(fake_pending[level].ptep) == vmid)
				fake_pending[level] = fake_pending[--fake_nr_pending];
		return;
	}
	for (at = ia; at < ia + size; at += step) {
		fake_forget(vmid, at);
		level = fake_path(vmid, at, path);
		fake_settle(path[level]);
	}
}

void tlb_flush_host(u64 ipa, u64 size, u64 step)
{
	fake_flush(0, ipa, size, step);
}

void tlb_flush_guest(u64 vttbr, u64 vtcr, u64 ipa, u64 size, u64 step)
{
	u32 vmid = vttbr >> 48;

	if (vmid < 1 || vmid > FAKE_VMS ||
	    (vttbr & 0xffffffffffffUL) != (u64)fake_roots[vmid].root)
		fake_wrong("a guest is flushed by VTTBR_EL2 %llx", vttbr);
	else
		fake_flush(vmid, ipa, size, step);
}

void tlb_flush_host_all(void)
{
	fake_forget_all(0);
	fake_nr_pending = 0;
}

void tlb_flush_host_local(void)
{
	fake_forget_all(0);
}

static bool fake_runs(u32 vmid)
{
	return fake_roots[vmid].root && !fake_roots[vmid].dead;
}

/* Host and guests touch all that they can: from now on their TLBs know it. */
static void fake_touch_all(void)
{
	u64 i, size;
	u32 vmid;

	for (i = 0; i < FAKE_PAGES; i++) {
		if (!fake_is_ram(RAM + i * HYP_PAGE_SIZE) || fake_page[i].host_size)
			continue;
		fake_page[i].host_pte = fake_walk(0, RAM + i * HYP_PAGE_SIZE, &size);
		fake_page[i].host_size = fake_page[i].host_pte ? size : 0;
	}
	for (vmid = 1; vmid <= FAKE_VMS; vmid++)
		for (i = 0; fake_runs(vmid) && i < FAKE_IPA_PAGES; i++) {
			u64 pte = fake_walk(vmid, FAKE_IPA + i * HYP_PAGE_SIZE, &size);

			if (fake_guest_tlb[vmid][i].size)
				continue;
			fake_guest_tlb[vmid][i].pte = pte & 1UL << 10 ? pte : 0;
			fake_guest_tlb[vmid][i].size = pte & 1UL << 10 ? size : 0;
		}
}

static void fake_check_entry(u32 vmid, u64 ia, u64 pte, u64 size)
{
	u64 now_size, now = fake_walk(vmid, ia, &now_size);

	if (size && (now_size != size || (now ^ pte) & ~(1UL << 55)))
		fake_wrong("VMID %u: a TLB has %llx for %llx, where now is %llx", vmid, pte, ia, now);
}

/* After a verb: no TLB has anything that is no longer so, and nothing is left half done. */
static bool fake_check(void)
{
	u64 i, size, pte;
	u32 vmid;

	for (i = 0; i < FAKE_PAGES; i++)
		if (fake_page[i].host_size)
			fake_check_entry(0, RAM + i * HYP_PAGE_SIZE, fake_page[i].host_pte,
					 fake_page[i].host_size);
	for (vmid = 1; vmid <= FAKE_VMS; vmid++)
		for (i = 0; fake_runs(vmid) && i < FAKE_IPA_PAGES; i++) {
			fake_check_entry(vmid, FAKE_IPA + i * HYP_PAGE_SIZE,
					 fake_guest_tlb[vmid][i].pte, fake_guest_tlb[vmid][i].size);
			pte = fake_walk(vmid, FAKE_IPA + i * HYP_PAGE_SIZE, &size);
			if (pte && !(pte & 2UL << 53) &&
			    fake_page[fake_index((pte & PTE_ADDR_BITS) + (i * HYP_PAGE_SIZE &
								  (size - 1)))].code_stale)
				fake_wrong("VMID %u: junk in the instruction cache, page %llx",
					   vmid, pte);
		}
	if (fake_nr_pending)
		fake_wrong("%u entries were broken and never invalidated", fake_nr_pending);
	fake_nr_pending = 0;
	return !fake_wrongs;
}

static void fake_mem_reset(void)
{
	u64 i;

	if (!fake_cached) {
		fake_fd = (int)syscall(SYS_memfd_create, "ram", 0);
		if (fake_fd < 0 || ftruncate(fake_fd, FAKE_SPAN) ||
		    mmap((void *)RAM, FAKE_SPAN, PROT_NONE, MAP_SHARED | MAP_FIXED_NOREPLACE,
			 fake_fd, 0) != (void *)RAM)
			abort();
		fake_cached = mmap(NULL, FAKE_SPAN, PROT_READ | PROT_WRITE, MAP_SHARED, fake_fd, 0);
		fake_poc = mmap(NULL, FAKE_SPAN, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
	if (mprotect((void *)RAM, FAKE_SPAN, PROT_NONE))
		abort();
	memset(fake_page, 0, sizeof(fake_page));
	memset(fake_guest_tlb, 0, sizeof(fake_guest_tlb));
	memset(fake_window, 0, sizeof(fake_window));
	/* The host's bytes: a number of the page, of which PoC has an older version. */
	for (i = 0; i < FAKE_PAGES; i++) {
		u64 pa = RAM + i * HYP_PAGE_SIZE;

		fake_page[i].code_stale = true;
		if (!fake_is_ram(pa))
			continue;
		memset(fake_bytes(fake_cached, pa), 0x5a, HYP_PAGE_SIZE);
		memset(fake_bytes(fake_poc, pa), 0x11, HYP_PAGE_SIZE);
		fake_write(pa, i, false);
	}
	fake_pool_used = 0;
	fake_nr_pending = 0;
	fake_wrongs = 0;
}

#endif
