// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's stage 2, with a TLB that returns what it once saw until told not to.
 * SOURCES: hyp/nvhe/host_s2.c hyp/nvhe/pgtable.c
 */
#include <stdlib.h>
#include "tap.h"
#include "fatal.h"
#include "fake_cpu.h"
#include "fake_lock.h"
#include "nvhe/addr.h"
#include "nvhe/host_s2.h"
#include "nvhe/pgtable.h"
#include "nvhe/pool.h"
#include "nvhe/tlb.h"

#define POOL_PAGES	512
#define S2_XN		(2UL << 53)
#define MMIO_PAGES	32

static u8 arena[POOL_PAGES][HYP_PAGE_SIZE] __attribute__((aligned(1 << 16)));
static u32 arena_used, arena_limit;

void *pool_take(u64 size, u64 align)
{
	u64 pages = size / HYP_PAGE_SIZE, step = align / HYP_PAGE_SIZE;
	void *p;

	arena_used = (arena_used + step - 1) & ~(step - 1);
	if (arena_used + pages > arena_limit)
		return NULL;
	p = arena[arena_used];
	arena_used += pages;
	return p;
}

/* A TLB of addresses: an entry, once filled, answers until a flush. */
static u64 tlb_ia[4096];
static u32 tlb_used, flushes;

void tlb_flush_host_all(void)
{
	tlb_used = 0;
	flushes++;
}

void tlb_flush_host(u64 ipa, u64 size, u64 step)
{
	tlb_flush_host_all();
}

void *arena_from_reserve(struct page_reserve *r)
{
	return r->page[--r->nr];
}

void arena_free(void *p, u32 nr)
{
}

static bool touch(u64 pa)
{
	return false;
}

const struct host_s2_policy host_s2_policy = { touch };

void tlb_flush_host_local(void)
{
	tlb_used = 0;
}

/* What the hardware sees: VTTBR_EL2, walked by the letter of the architecture. */
static u64 walk(u64 ia)
{
	u64 vtcr = fake_value[FAKE_SLOT(SYS_VTCR_EL2)];
	const u64 *table = (const u64 *)fake_value[FAKE_SLOT(SYS_VTTBR_EL2)];
	u32 level = ((vtcr >> 6) & 3) == 2 ? 0 : 1;
	u64 bits = 64 - (vtcr & 63);
	u64 idx = ia >> (39 - 9 * level);

	if (ia >> bits)
		return 0;
	for (;; level++) {
		u64 pte = table[idx];

		if (!(pte & 1))
			return 0;
		if (level == 3 || !(pte & 2)) {
			u64 size = 1UL << (39 - 9 * level);
			u64 pa = (pte & PTE_ADDR_BITS & ~(size - 1)) | (ia & (size - 1));

			return pa == ia ? pte : ~0UL;
		}
		table = (const u64 *)(pte & PTE_ADDR_BITS);
		idx = (ia >> (39 - 9 * (level + 1))) & 511;
	}
}

static bool can_access(u64 ia)
{
	u64 pte = walk(ia);
	u32 i;

	for (i = 0; i < tlb_used; i++)
		if (tlb_ia[i] == ia >> HYP_PAGE_SHIFT)
			return true;
	if ((pte & 1) && tlb_used < 4096)
		tlb_ia[tlb_used++] = ia >> HYP_PAGE_SHIFT;
	return pte & 1;
}

#define RAM		(1UL << 30)
#define RAM_SIZE	(HYP_GIB + HYP_BLOCK_SIZE + 3 * HYP_PAGE_SIZE)
#define EL2		(RAM + 4 * HYP_BLOCK_SIZE)
#define EL2_2		(RAM + HYP_GIB + 5 * HYP_PAGE_SIZE)
#define DENY		0x0e000000UL

static struct boot_info info = {
	.nr_ram = 1,
	.ram = { { RAM, RAM_SIZE } },
	.nr_deny = 1,
	.deny = { { { DENY, 0x1000 }, BOOT_DENY_SECURE } },
};

static const struct boot_range held[] = {
	{ EL2, HYP_BLOCK_SIZE }, { EL2_2, 2 * HYP_PAGE_SIZE },
};

static bool is_held(u64 pa)
{
	return (pa >= held[0].base && pa < held[0].base + held[0].size) ||
	       (pa >= held[1].base && pa < held[1].base + held[1].size);
}

static void test_no_memory(void)
{
	u32 limit, refused = 0;

	for (limit = 0; limit < 3; limit++) {
		arena_used = 0;
		arena_limit = limit;
		refused += host_s2_init(&info, held, 2) != 0;
	}
	is_num(refused, 3, "without memory start-up is refused");
}

static void start(const char *what, u64 parange)
{
	static const struct fake_reg none[] = { { 0, 0 } };

	fake_reset(none, 0);
	fake_strict = false;
	fake_set(SYS_ID_AA64MMFR0_EL1, parange);
	memset(arena, 0, sizeof(arena));
	arena_used = 0;
	arena_limit = POOL_PAGES;
	tlb_used = 0;
	flushes = 0;
	ok(host_s2_tables(&info) <= POOL_PAGES && !host_s2_init(&info, held, 2),
	   "%s: start-up with PARange %u", what, (u32)parange);
	ok(arena_used <= host_s2_tables(&info), "%s: takes no more than announced, PARange %u",
	   what, (u32)parange);
	host_s2_cpu();
}

static void test_ram(u32 parange)
{
	u64 at, wrong = 0, leaks = 0;

	start("RAM", parange);
	for (at = RAM; at < RAM + RAM_SIZE; at += HYP_PAGE_SIZE) {
		u64 pte = walk(at);

		if (is_held(at))
			leaks += pte != 0;
		else
			wrong += !(pte & 1) || (pte & S2_XN) || (pte & 0x7fc) != 0x7fc;
	}
	is_num(wrong, 0, "PARange %u: all of the host's RAM, Normal, RWX, AF", parange);
	is_num(leaks, 0, "PARange %u: nothing that EL2 holds", parange);
	ok(!walk(RAM - 1) && !walk(RAM + RAM_SIZE), "PARange %u: nothing beside RAM", parange);
}

static void test_faults(void)
{
	u64 at, refused = 0;

	start("faults", 2);
	for (at = EL2; at < EL2 + HYP_BLOCK_SIZE; at += HYP_PAGE_SIZE)
		refused += host_s2_fault(at + 0x123, false) == HOST_FAULT_REFUSE;
	is_num(refused, 512, "every page that EL2 holds is refused");
	is_num(host_s2_fault(EL2_2, true), HOST_FAULT_REFUSE, "for execution too");
	is_num(host_s2_fault(DENY + 0xfff, false), HOST_FAULT_REFUSE, "a denied page is refused");
	is_num(host_s2_fault(RAM, false), HOST_FAULT_RETRY, "a fault resolved meanwhile: retry");
	is_num(host_s2_fault(RAM, true), HOST_FAULT_RETRY, "for a fetch too");
	is_num(host_s2_fault(1UL << 40, false), HOST_FAULT_REFUSE, "beyond the IPA space");
	is_num(host_s2_fault(~0UL, false), HOST_FAULT_REFUSE, "the last address");
	is_num(host_s2_fault(0x09000000, true), HOST_FAULT_REFUSE, "a fetch maps no MMIO");
	ok(!walk(0x09000000), "and leaves nothing mapped");

	is_num(host_s2_fault(0x09000004, false), HOST_FAULT_RETRY, "MMIO is mapped on a touch");
	ok((walk(0x09000000) & S2_XN) && (walk(0x09000000) & 0x7fc) == 0x7fc,
	   "execute-never, stage-1 attributes in charge");
	is_num(host_s2_fault(0x09000004, true), HOST_FAULT_REFUSE, "then a fetch is refused");
	ok(!walk(DENY), "the block beside the denied page does not cover it");
	is_num(host_s2_fault(DENY + 0x1000, false), HOST_FAULT_RETRY, "its neighbour is mapped");
	ok(!walk(DENY) && walk(DENY + 0x1000), "as a page of its own");
	is_num(host_s2_fault(RAM + RAM_SIZE, false), HOST_FAULT_RETRY, "MMIO right behind RAM");
	ok(walk(RAM + RAM_SIZE) & S2_XN, "is MMIO");
}

static void test_reclaim(void)
{
	u64 i, n = 0, bad = 0, before;

	start("reclaim", 5);
	before = host_s2_mmio_reclaims();
	for (i = 1; i < 400 && host_s2_mmio_reclaims() == before; i++) {
		u64 at = i << 39;

		n++;
		bad += host_s2_fault(at, false) != HOST_FAULT_RETRY || !can_access(at);
	}
	is_num(bad, 0, "far-apart windows are mapped one after the other");
	ok(n > MMIO_PAGES - 4, "until the pool is used up");
	is_num(host_s2_mmio_reclaims(), before + 1, "then it is emptied, once");
	ok(flushes == 1, "with a TLB flush on every CPU");
	ok(!can_access(1UL << 39), "an old window is gone, from the TLB too");
	ok(can_access(n << 39), "the new one is there");
	ok(walk(RAM) && walk(RAM + RAM_SIZE - 1), "RAM stays mapped");
	is_num(host_s2_fault(1UL << 39, false), HOST_FAULT_RETRY, "the old one comes back on a touch");
	ok(host_s2_mmio_tables() <= MMIO_PAGES, "the pool is bounded");
}

int main(void)
{
	u32 parange;

	test_no_memory();
	for (parange = 0; parange <= 6; parange++)	/* 32 to 52 bits */
		test_ram(parange);
	test_faults();
	test_reclaim();
	return tap_done();
}
