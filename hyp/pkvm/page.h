/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who owns each page of RAM: one 32-bit word a page, in arrays by RAM bank. Owner and
 * state in the top byte, and 24 bits of data whose meaning the owner fixes. A word of
 * zero, the state of fresh metadata, says: the host's, not shared.
 *
 * The bytes of a page are touched by its owner and by whom the owner shares with. EL2
 * can touch any page, through a window (nvhe/fixmap.h), and does so only to zero, clean
 * or copy on behalf of a verb (pkvm/mem.h). Guard of every word: host_lock, but for
 * start-up. The guests' tables, which say the same from the other side, are guarded by
 * their VM's lock; a verb that changes both holds both.
 *
 *   PAGE_HOST, data 0: the host's alone.
 *	Touch: the host; its stage 2 maps the page. Contents: no promise.
 *	Next: data 1 (share with a guest); pinned; PAGE_GUEST (donate, populate);
 *	PAGE_EL2 arena (with all of its 2 MiB block).
 *   PAGE_HOST, data n: the host's, mapped n times in tables of normal guests.
 *	Touch: the host, those guests. Contents: no promise.
 *	Next: n + 1 up to PAGE_DATA_MAX; n - 1. Never another owner, never pinned.
 *   PAGE_HOST, PAGE_PINNED: the host's, and EL2 writes to it (a vCPU's run page).
 *	Touch: the host, EL2. Contents: no promise; EL2 reads nothing twice.
 *	Next: the host's alone.
 *   PAGE_EL2, data PAGE_BOOT: EL2's from start-up, for ever.
 *	Touch: EL2; no stage 2 maps the page. No next.
 *   PAGE_EL2, data PAGE_ARENA: a page of an arena.
 *	Touch: EL2 (its stage 1 maps the block); table walks. Contents: not the host's to
 *	know. Next: the host's alone, zeroed, with all of its block.
 *   PAGE_GUEST, data slot: the protected VM's of that slot, and in its stage 2 once.
 *	Touch: that guest. Contents: zeros on arrival, or what the host gave before the
 *	VM was sealed; from then on the guest's alone to know and change.
 *	Next: the host's alone, zeroed.
 *
 * PAGE_SHARED is for what a protected guest will share of its own: no verb makes it yet,
 * and none takes it for a state that it knows.
 */
#ifndef PKVM_PAGE_H
#define PKVM_PAGE_H

#include <linux/types.h>
#include "boot/info.h"

enum page_owner { PAGE_HOST, PAGE_EL2, PAGE_GUEST };
enum page_state { PAGE_OWNED, PAGE_PINNED, PAGE_SHARED };
enum page_el2_kind { PAGE_BOOT, PAGE_ARENA };

#define PAGE_DATA_MAX		0xffffffU
#define PAGE_OWNER_SHIFT	24
#define PAGE_STATE_SHIFT	28

#define PAGE_WORD(owner, data)	((u32)(owner) << PAGE_OWNER_SHIFT | (data))
#define PAGE_HOST_ALONE		PAGE_WORD(PAGE_HOST, 0)
#define PAGE_HOST_PINNED	((u32)PAGE_PINNED << PAGE_STATE_SHIFT)

static inline enum page_owner page_owner(u32 word)
{
	return word >> PAGE_OWNER_SHIFT & 0xf;
}

static inline enum page_state page_state(u32 word)
{
	return word >> PAGE_STATE_SHIFT;
}

static inline u32 page_data(u32 word)
{
	return word & PAGE_DATA_MAX;
}

/* Pages with their words side by side: a piece of one bank. */
struct page_range {
	u32 *word;
	u64 pa;
	u64 nr;			/* pages */
};

/** page_meta_bytes() - bytes of metadata for the machine's RAM, page aligned */
u64 page_meta_bytes(const struct boot_info *info);

/** page_meta_init() - allocate; start-up only. Return: false without memory. */
bool page_meta_init(const struct boot_info *info);

/**
 * page_own_at_boot() - record that EL2 keeps a range of RAM; start-up only
 *
 * The range must be RAM, page aligned.
 */
void page_own_at_boot(struct boot_range range);

/**
 * page_range_of() - the words of a range
 * @pa: any number; @nr: pages, any number
 *
 * No lock. Return: false, and nothing in @r, unless @pa is page aligned, @nr is 1 to
 * PKVM_RANGE_PAGES and every page is RAM.
 */
bool page_range_of(u64 pa, u64 nr, struct page_range *r);

/** page_word_of() - the word of one page; the caller knows that @pa is RAM */
u32 page_word_of(u64 pa);

/** page_all_are() - is every word of the range @word? Caller holds host_lock. */
bool page_all_are(const struct page_range *r, u32 word);

/** page_set_all() - every word of the range becomes @word. Caller holds host_lock. */
void page_set_all(const struct page_range *r, u32 word);

/**
 * page_add_refs() - one reference more (or less) on each page, all PAGE_HOST
 * @less: take one away
 *
 * Caller holds host_lock and has seen that no count leaves 0 to PAGE_DATA_MAX.
 */
void page_add_refs(const struct page_range *r, bool less);

/** page_each_of_guests() - call @fn for each page that is a guest's. No lock. */
void page_each_of_guests(void (*fn)(u64 pa));

/** host_may_execute() - whether @pa is RAM of the host; takes the host lock */
bool host_may_execute(u64 pa);

/*
 * Called under host_lock before and after each change of words. The shipped image
 * links hyp/pkvm/no_page_trace.c, where they do nothing; a test build puts the
 * recorder of the executable specification there.
 */
void page_trace_before(const struct page_range *r);
void page_trace_after(const struct page_range *r);

#endif
