/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arithmetic on struct boot_range. Bases and sizes come from an untrusted
 * device tree, so range_valid() comes before anything that adds them up.
 */
#ifndef BOOT_RANGE_H
#define BOOT_RANGE_H

#include "boot/info.h"

#define BOOT_PAGE_SIZE		4096ULL
/* Armv8-A without LPA2 (FEAT_LPA2, FEAT_LPA): 48 bits of physical address. */
#define BOOT_PA_LIMIT		(1ULL << 48)

/* Not empty, and its end (the byte after the last one) is a 64-bit number. */
static inline bool range_valid(struct boot_range r)
{
	return r.size && r.base + r.size > r.base;
}

static inline u64 range_end(struct boot_range r)
{
	return r.base + r.size;
}

static inline bool range_overlaps(struct boot_range a, struct boot_range b)
{
	return a.base < range_end(b) && b.base < range_end(a);
}

static inline bool range_contains(struct boot_range outer, struct boot_range inner)
{
	return inner.base >= outer.base && range_end(inner) <= range_end(outer);
}

static inline bool range_page_aligned(struct boot_range r)
{
	return !((r.base | r.size) & (BOOT_PAGE_SIZE - 1));
}

/**
 * boot_ram_contains() - is a range RAM from its first byte to its last?
 * @info: record whose RAM banks are final (sorted and merged).
 * @r: a valid range, bytes.
 */
bool boot_ram_contains(const struct boot_info *info, struct boot_range r);

/** boot_ram_overlaps() - is any byte of @r (valid, bytes) in RAM? */
bool boot_ram_overlaps(const struct boot_info *info, struct boot_range r);

/**
 * boot_ram_add() - add one bank, keep the list sorted, merge neighbours.
 * @info: record to change.
 * @r: bytes, any alignment, as the tree says it.
 *
 * Return: NULL, or why not; @info's list is unchanged then.
 */
const char *boot_ram_add(struct boot_info *info, struct boot_range r);

/**
 * boot_ram_finish() - cut the banks to whole pages; refuse a machine with none.
 *
 * Return: NULL, or the reason.
 */
const char *boot_ram_finish(struct boot_info *info);

/**
 * boot_reserve() - add a range that the carve-out must avoid.
 * @info: record to change.
 * @r: bytes, any alignment; a wrap-around is refused, ranges may overlap.
 *
 * Return: NULL, or why not; @info is unchanged then.
 */
const char *boot_reserve(struct boot_info *info, struct boot_range r);

#endif
