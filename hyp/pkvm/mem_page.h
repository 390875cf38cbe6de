/* SPDX-License-Identifier: GPL-2.0-only */
/* What the verbs share: looking at a range, and at the bytes of pages. */
#ifndef PKVM_MEM_PAGE_H
#define PKVM_MEM_PAGE_H

#include <linux/types.h>
#include "pkvm/page.h"
#include "pkvm/vm.h"

#define MEM_BLOCK_PAGES	512

/** mem_ipa_ok() - are @nr pages at @ipa, at most @most, in the VM's address space? */
bool mem_ipa_ok(const struct vm *vm, u64 ipa, u64 nr, u64 most);

/** mem_is_block() - do the pages make a block on both sides? */
bool mem_is_block(u64 ipa, u64 pa, u64 nr);

/** mem_place_error() - may pages come there? EXIST; STATE: @ram, and RIPAS is not RAM; 0 */
s64 mem_place_error(const struct vm *vm, u64 ipa, u64 nr, bool ram);

/** mem_not_alone() - why not all of the range is the host's alone: PERM, BUSY; 0 */
s64 mem_not_alone(const struct page_range *r);

/*
 * The bytes, through this CPU's windows, to the point of coherency: without forced
 * write-back a guest may look there past the caches. @block: @nr is 512, @pa aligned.
 */
void mem_zero(u64 pa, u64 nr, bool block);
void mem_clean(u64 pa, u64 nr, bool block);
/* The same for pages that the guest may execute: its instruction caches too. */
void mem_zero_code(u64 pa, u64 nr, bool block);
void mem_clean_code(u64 pa, u64 nr, bool block);

/**
 * mem_give_back() - pages of @vm, out of its reach, become the host's alone, zeroed
 * @block: a whole block that went as one; @from: for the host's tables, or NULL
 *
 * Caller holds vm->lock. Takes host_lock.
 */
void mem_give_back(struct vm *vm, u64 pa, bool block, struct page_reserve *from);

/** mem_drop_refs() - one guest mapping less of each page. Caller holds both locks. */
void mem_drop_refs(struct vm *vm, u64 pa, u64 size);

/** mem_arena_back() - hyp_donate_host(), of an ended epoch if @old */
s64 mem_arena_back(bool old, u64 *pa);

#endif
