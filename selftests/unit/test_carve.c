// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM banks, reserved ranges and the carve-out.
 * SOURCES: hyp/boot/carve.c
 */
#include <stdint.h>
#include <stdlib.h>

#include "boot/fdt.h"
#include "boot/range.h"
#include "tap.h"

#define R(b, s)	((struct boot_range){ (b), (s) })
#define MIB	0x100000ULL

static struct boot_info info;

static void reset(void)
{
	memset(&info, 0, sizeof(info));
}

static void is_ram(const char *name, u32 nr, const struct boot_range *want)
{
	bool same = info.nr_ram == nr;

	for (u32 i = 0; same && i < nr; i++)
		same = info.ram[i].base == want[i].base && info.ram[i].size == want[i].size;
	ok(same, "%s", name);
}

static void test_ranges(void)
{
	ok(!range_valid(R(0, 0)), "an empty range is not valid");
	ok(!range_valid(R(5, 0)), "an empty range at 5 is not valid");
	ok(range_valid(R(0, 1)), "one byte at 0 is valid");
	ok(range_valid(R(0, ~0ULL)), "all bytes but the last are valid");
	ok(!range_valid(R(1, ~0ULL)), "an end of 2^64 is not valid");
	ok(!range_valid(R(~0ULL, 1)), "the last byte is not valid");
	ok(!range_valid(R(0x1000, ~0ULL)), "a wrap is not valid");
	ok(!range_overlaps(R(0, 10), R(10, 10)), "neighbours do not overlap");
	ok(range_overlaps(R(0, 11), R(10, 10)), "one byte overlaps");
	ok(range_overlaps(R(0, 100), R(10, 10)), "the inner overlaps the outer");
	ok(range_contains(R(0, 10), R(0, 10)), "a range contains itself");
	ok(!range_contains(R(0, 10), R(0, 11)), "one byte more is not contained");
	ok(!range_contains(R(1, 10), R(0, 2)), "one byte less is not contained");
	ok(range_page_aligned(R(0x1000, 0x2000)) && !range_page_aligned(R(0x1001, 0x1000)) &&
	   !range_page_aligned(R(0x1000, 0x800)), "whole pages");
}

static void test_ram_order(void)
{
	/* Three pieces that touch, in each order, become one. */
	static const int order[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	static const char *const names[6] = {
		"0 1 2 become one bank", "0 2 1 become one bank", "1 0 2 become one bank",
		"1 2 0 become one bank", "2 0 1 become one bank", "2 1 0 become one bank",
	};
	static const struct boot_range one = { 0x1000, 0x3000 };

	for (int i = 0; i < 6; i++) {
		const char *why = NULL;

		reset();
		for (int j = 0; j < 3 && !why; j++)
			why = boot_ram_add(&info, R(0x1000 * (order[i][j] + 1), 0x1000));
		ok(!why, "order %d is taken", i);
		is_ram(names[i], 1, &one);
	}
}

static void test_ram_limits(void)
{
	static const struct boot_range cut = { 0x2000, 0x1000 };
	static const struct boot_range last = { (1ULL << 48) - 0x1000, 0x1000 };

	reset();
	ok(!boot_ram_add(&info, R((1ULL << 48) - 0x1000, 0x1000)), "the last page of 48 bits");
	is_str(boot_ram_add(&info, R(1ULL << 48, 0x1000)),
	       "device tree: RAM at physical addresses over 48 bits", "the page after it");
	is_ram("a refusal changes nothing", 1, &last);
	reset();
	for (int i = 0; i < BOOT_MAX_RAM; i++)
		boot_ram_add(&info, R(0x2000ULL * (BOOT_MAX_RAM - i), 0x1000));
	is_num(info.nr_ram, BOOT_MAX_RAM, "as many banks as fit, added from the top");
	ok(boot_ram_add(&info, R(0x1000000, 0x1000)), "one more is refused");
	ok(!boot_ram_add(&info, R(0x3000, 0x1000)), "one that closes a gap is not");
	is_num(info.nr_ram, BOOT_MAX_RAM - 1, "and two banks became one");
	reset();
	boot_ram_add(&info, R(0x1001, 0x2fff));
	ok(!boot_ram_finish(&info) && !boot_ram_contains(&info, R(0x1001, 1)),
	   "the first part page is cut off");
	reset();
	boot_ram_add(&info, R(0x1fff, 0x1002));
	boot_ram_add(&info, R(0x8001, 0x1ffe));
	ok(!boot_ram_finish(&info), "a bank without a whole page is left out");
	is_ram("only the whole page is left", 1, &cut);
	reset();
	ok(boot_ram_finish(&info), "no RAM is refused");
}

static void test_reserve(void)
{
	reset();
	ok(boot_reserve(&info, R(0, 0)), "an empty reserved range is refused");
	ok(boot_reserve(&info, R(~0ULL, 2)), "a reserved range that wraps is refused");
	is_num(info.nr_reserved, 0, "neither is kept");
	for (int i = 0; i < BOOT_MAX_RESERVED; i++)
		boot_reserve(&info, R(0x1000, 0x1000));
	ok(boot_reserve(&info, R(0x1000, 0x1000)), "one reserved range too many is refused");
	is_num(info.nr_reserved, BOOT_MAX_RESERVED, "and not kept");
}

static u64 carve(u64 near, u64 size, u64 align)
{
	struct boot_range out = { 0, 0 };

	if (boot_carve(&info, near, size, align, &out))
		return ~0ULL;
	return out.size == size ? out.base : ~1ULL;
}

static void test_carve_place(void)
{
	reset();
	boot_ram_add(&info, R(1024 * MIB, 1024 * MIB));
	boot_ram_add(&info, R(4096 * MIB, 1024 * MIB));
	is_num(carve(1024 * MIB, 2 * MIB, 2 * MIB), 2046 * MIB, "the top of the near bank");
	is_num(carve(1024 * MIB, 2 * MIB, 2 * MIB), 2044 * MIB, "the next is below it");
	is_num(carve(2048 * MIB - 1, 4096, 4096), 2044 * MIB - 4096, "near the last byte");
	is_num(carve(4096 * MIB, MIB, 2 * MIB), 5118 * MIB, "alignment is held");
	is_num(carve(0, MIB, MIB), 5119 * MIB, "near nowhere: the highest bank");
	is_num(carve(~0ULL, MIB, MIB), 5117 * MIB, "near the last byte of all");
	is_num(carve(1024 * MIB, 1021 * MIB, MIB), 4096 * MIB, "the near bank is too full");
	is_num(info.nr_reserved, 7, "every carve-out is reserved");
	is_num(carve(0, 1024 * MIB, MIB), ~0ULL, "no bank has so much");
	is_num(info.nr_reserved, 7, "a refusal reserves nothing");
}

static void test_carve_gaps(void)
{
	struct boot_range out;

	reset();
	boot_ram_add(&info, R(16 * MIB, 16 * MIB));
	boot_reserve(&info, R(24 * MIB, 8 * MIB));
	boot_reserve(&info, R(20 * MIB - 1, 1));
	boot_reserve(&info, R(0, 17 * MIB));
	is_num(carve(0, 4 * MIB, 4096), 20 * MIB, "a gap of exactly this size");
	is_num(carve(0, 4 * MIB, 4096), ~0ULL, "no second one");
	is_num(carve(0, 3 * MIB - 4096, 4096), 17 * MIB, "the lowest gap");
	is_num(carve(0, 4096, 4096), ~0ULL, "the last part page is no room");
	reset();
	boot_ram_add(&info, R(0, 2 * MIB));
	is_num(carve(0, 2 * MIB, 4096), 0, "a whole bank at address 0");
	reset();
	boot_ram_add(&info, R(MIB, 3 * MIB));
	is_num(carve(MIB, 2 * MIB, 4 * MIB), ~0ULL, "alignment leaves the bank");
	is_num(carve(MIB, ~0ULL, 4096), ~0ULL, "a size that wraps");
	is_num(carve(MIB, 0, 4096), ~0ULL, "no size");
	is_num(carve(MIB, 4096, 0), ~0ULL, "no alignment");
	is_num(carve(MIB, 4096, 4097), ~0ULL, "an alignment that is no power of two");
	is_num(carve(MIB, 4096, 1ULL << 63), ~0ULL, "the greatest alignment");
	is_str(boot_carve(&info, MIB, 4096, 3, &out),
	       "no size or no power of two asked of the carve-out", "the reason says so");
	is_str(boot_carve(&info, MIB, 4 * MIB, 4096, &out),
	       "not enough free RAM in one piece for EL2's memory", "the reason of no room");
	for (int i = 0; i < BOOT_MAX_RESERVED; i++)
		boot_reserve(&info, R(0x1000, 0x1000));
	is_num(carve(MIB, 4096, 4096), ~0ULL, "no place left in the list");
}

/* Against the plainest search there is, on small random machines. */
static u64 plain(u64 near, u64 size, u64 align)
{
	for (int pass = 0; pass < 2; pass++) {
		for (int b = info.nr_ram - 1; b >= 0; b--) {
			u64 lo = info.ram[b].base, hi = lo + info.ram[b].size;

			if (!pass && (near < lo || near >= hi))
				continue;
			for (int64_t at = hi - size; at >= (int64_t)lo; at--) {
				bool free = at % align == 0;

				for (u32 i = 0; free && i < info.nr_reserved; i++)
					free = info.reserved[i].base >= at + size ||
					       info.reserved[i].base + info.reserved[i].size <= (u64)at;
				if (free)
					return at;
			}
		}
	}
	return ~0ULL;
}

static void test_carve_random(void)
{
	unsigned int seed = 20, differ = 0, found = 0;

	for (int run = 0; run < 3000; run++) {
		u64 near = rand_r(&seed) % 80, size = rand_r(&seed) % 12 + 1;
		u64 align = 1 << rand_r(&seed) % 4, want;

		reset();
		for (int i = 0; i < 3; i++)
			boot_ram_add(&info, R(i * 24 + rand_r(&seed) % 8, rand_r(&seed) % 16 + 1));
		for (int i = rand_r(&seed) % 5; i; i--)
			boot_reserve(&info, R(rand_r(&seed) % 80, rand_r(&seed) % 9 + 1));
		want = plain(near, size, align);
		differ += carve(near, size, align) != want;
		found += want != ~0ULL;
	}
	is_num(differ, 0, "3000 random machines agree with a plain search");
	ok(found > 1000 && found < 2900, "most but not all of them have room");
}

int main(void)
{
	test_ranges();
	test_ram_order();
	test_ram_limits();
	test_reserve();
	test_carve_place();
	test_carve_gaps();
	test_carve_random();
	return tap_done();
}
