/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EL2's own pages. During start-up memory comes from two spans (the image's
 * own, and the carve-out) and is taken for good by pool_take(); pool_seal()
 * turns the rest into a free list of single pages.
 */
#ifndef NVHE_POOL_H
#define NVHE_POOL_H

#include <linux/types.h>

/**
 * pool_add() - give a span of memory to the pool; start-up only
 * @base: physical address, page aligned
 * @size: bytes, a multiple of the page size
 */
void pool_add(u64 base, u64 size);

/**
 * pool_take() - take zeroed, physically contiguous memory; start-up only
 * @size: bytes, rounded up to pages
 * @align: bytes, a power of two, at least a page
 *
 * Return: the memory, or NULL when no span has that much left.
 */
void *pool_take(u64 size, u64 align);

/** pool_seal() - end of start-up: what is left becomes the free list. */
void pool_seal(void);

/**
 * pool_page() - take one zeroed page after start-up
 *
 * Takes the pool lock. Return: the page, or NULL when the pool is empty.
 */
void *pool_page(void);

/** pool_free() - give back a page of pool_page(). Takes the pool lock. */
void pool_free(void *page);

/** pool_free_bytes() - bytes left, for INFO. Takes the pool lock. */
u64 pool_free_bytes(void);

#endif
