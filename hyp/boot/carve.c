// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine's RAM banks, what is taken of them, and finding room in the rest.
 */
#include <linux/types.h>

#include "boot/fdt.h"
#include "boot/range.h"

bool boot_ram_contains(const struct boot_info *info, struct boot_range r)
{
	for (u32 i = 0; i < info->nr_ram; i++) {
		if (range_contains(info->ram[i], r))
			return true;
	}
	return false;
}

bool boot_ram_overlaps(const struct boot_info *info, struct boot_range r)
{
	for (u32 i = 0; i < info->nr_ram; i++) {
		if (range_overlaps(info->ram[i], r))
			return true;
	}
	return false;
}

/* Bank @i and the one after it touch: make them one. */
static void ram_join(struct boot_info *info, u32 i)
{
	if (i + 1 >= info->nr_ram || range_end(info->ram[i]) != info->ram[i + 1].base)
		return;
	info->ram[i].size += info->ram[i + 1].size;
	for (u32 j = i + 1; j + 1 < info->nr_ram; j++)
		info->ram[j] = info->ram[j + 1];
	info->nr_ram--;
}

static const char *ram_insert(struct boot_info *info, u32 at, struct boot_range r)
{
	if (info->nr_ram == BOOT_MAX_RAM)
		return "device tree: more than 64 separate RAM banks";
	for (u32 j = info->nr_ram; j > at; j--)
		info->ram[j] = info->ram[j - 1];
	info->ram[at] = r;
	info->nr_ram++;
	return NULL;
}

const char *boot_ram_add(struct boot_info *info, struct boot_range r)
{
	u32 at = info->nr_ram;

	if (!range_valid(r))
		return "device tree: a RAM bank wraps around the end of the address space";
	if (range_end(r) > BOOT_PA_LIMIT)
		return "device tree: RAM at physical addresses over 48 bits";

	while (at && info->ram[at - 1].base > r.base)
		at--;
	if (at && range_end(info->ram[at - 1]) > r.base)
		return "device tree: two RAM banks overlap";
	if (at < info->nr_ram && range_end(r) > info->ram[at].base)
		return "device tree: two RAM banks overlap";

	if (at && range_end(info->ram[at - 1]) == r.base) {
		info->ram[at - 1].size += r.size;
		ram_join(info, at - 1);
		return NULL;
	}
	if (at < info->nr_ram && range_end(r) == info->ram[at].base) {
		info->ram[at].base = r.base;
		info->ram[at].size += r.size;
		return NULL;
	}
	return ram_insert(info, at, r);
}

const char *boot_ram_finish(struct boot_info *info)
{
	u32 nr = 0;

	for (u32 i = 0; i < info->nr_ram; i++) {
		u64 base = info->ram[i].base;
		u64 end = range_end(info->ram[i]) & ~(BOOT_PAGE_SIZE - 1);

		/* Cannot wrap: banks end at or below BOOT_PA_LIMIT. */
		base = (base + BOOT_PAGE_SIZE - 1) & ~(BOOT_PAGE_SIZE - 1);
		if (base >= end)
			continue;
		info->ram[nr].base = base;
		info->ram[nr].size = end - base;
		nr++;
	}
	info->nr_ram = nr;
	if (!nr)
		return "device tree: no RAM (no memory node with a size that is not 0)";
	return NULL;
}

const char *boot_reserve(struct boot_info *info, struct boot_range r)
{
	if (!range_valid(r))
		return "device tree: a reserved range is empty or wraps around";
	if (info->nr_reserved == BOOT_MAX_RESERVED)
		return "device tree: more than 128 reserved ranges";
	info->reserved[info->nr_reserved++] = r;
	return NULL;
}

/* Any reserved range that overlaps @r: true, and its base. */
static bool reserved_hit(const struct boot_info *info, struct boot_range r, u64 *base)
{
	for (u32 i = 0; i < info->nr_reserved; i++) {
		if (!range_overlaps(info->reserved[i], r))
			continue;
		*base = info->reserved[i].base;
		return true;
	}
	return false;
}

/*
 * From the top of @bank downwards. Each hit moves the candidate below the base
 * of what it hit, which is below its own end, so this ends.
 */
static bool carve_from(const struct boot_info *info, struct boot_range bank, u64 size,
		       u64 align, struct boot_range *out)
{
	struct boot_range r = { .size = size };
	u64 top = range_end(bank);

	while (top >= size && top - size >= bank.base) {
		r.base = (top - size) & ~(align - 1);
		if (r.base < bank.base)
			return false;
		if (!reserved_hit(info, r, &top)) {
			*out = r;
			return true;
		}
	}
	return false;
}

const char *boot_carve(struct boot_info *info, u64 near, u64 size, u64 align,
		       struct boot_range *out)
{
	struct boot_range point = { .base = near, .size = 1 };

	if (!size || !align || (align & (align - 1)))
		return "no size or no power of two asked of the carve-out";
	if (info->nr_reserved == BOOT_MAX_RESERVED)
		return "device tree: more than 128 reserved ranges";

	for (u32 i = 0; i < info->nr_ram; i++) {
		if (near < ~0ULL && range_contains(info->ram[i], point) &&
		    carve_from(info, info->ram[i], size, align, out))
			return boot_reserve(info, *out);
	}
	for (u32 i = info->nr_ram; i > 0; i--) {
		if (carve_from(info, info->ram[i - 1], size, align, out))
			return boot_reserve(info, *out);
	}
	return "not enough free RAM in one piece for EL2's memory";
}
