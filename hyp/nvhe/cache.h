/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cache maintenance by address, to the point of coherency. Each ends with a
 * DSB. Line sizes from CTR_EL0 of the running CPU.
 */
#ifndef NVHE_CACHE_H
#define NVHE_CACHE_H

#include <linux/types.h>

/** cache_clean_inval() - DC CIVAC over [@base, @base + @size) */
void cache_clean_inval(u64 base, u64 size);

/**
 * cache_inval() - DC IVAC over [@base, @base + @size)
 *
 * For memory that was written with the MMU off: a clean line fetched before
 * would hide it, and a dirty one of the boot loader would overwrite it. Lines
 * at the ends are dropped whole: the range must be line aligned.
 */
void cache_inval(u64 base, u64 size);

/**
 * cache_inval_code() - instruction caches forget what they hold of a range
 *
 * To the point of unification, on every CPU; the data has been cleaned.
 */
void cache_inval_code(u64 base, u64 size);

/**
 * cache_zero() - zero pages of Normal memory, MMU on; by DC ZVA where it is allowed
 *
 * Into the cache: cache_clean_inval() has to follow for who does not look there.
 */
void cache_zero(void *p, u64 size);

#endif
