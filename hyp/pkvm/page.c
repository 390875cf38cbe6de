// SPDX-License-Identifier: GPL-2.0-only
/* Page metadata. */
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/host_s2.h"
#include "nvhe/pool.h"
#include "pkvm/page.h"

static const struct boot_info *machine;		/* fixed after init */
static u32 *meta[BOOT_MAX_RAM];			/* by bank; fixed after init */

u64 page_meta_bytes(const struct boot_info *info)
{
	u64 bytes = 0;
	u32 i;

	for (i = 0; i < info->nr_ram; i++)
		bytes += round_up_to((info->ram[i].size >> HYP_PAGE_SHIFT) * sizeof(u32),
				     HYP_PAGE_SIZE);
	return bytes;
}

bool page_meta_init(const struct boot_info *info)
{
	u32 i;

	machine = info;
	for (i = 0; i < info->nr_ram; i++) {
		meta[i] = pool_take((info->ram[i].size >> HYP_PAGE_SHIFT) * sizeof(u32),
				    HYP_PAGE_SIZE);
		if (!meta[i])
			return false;
	}
	return true;
}

/* The word of a page, or NULL when the address is not RAM. Few banks: a scan. */
static u32 *word_of(u64 pa)
{
	u32 i;

	for (i = 0; i < machine->nr_ram; i++) {
		const struct boot_range *r = &machine->ram[i];

		if (pa >= r->base && pa - r->base < r->size)
			return meta[i] + ((pa - r->base) >> HYP_PAGE_SHIFT);
	}
	return NULL;
}

/* Two words at a time where they lie so: a block has 512 of them. */
typedef u64 __attribute__((may_alias)) word_pair;

static bool by_pairs(const struct page_range *r)
{
	return !((r->nr & 1) | ((unsigned long)r->word & (sizeof(word_pair) - 1)));
}

/* The one function that writes ownership: each word becomes @word, or @refs more by it. */
static void write_words(const struct page_range *r, u32 word, bool refs)
{
	word_pair *pair = (word_pair *)r->word;
	u64 both = (u64)word << 32 | word;
	u64 i;

	hyp_assert(hyp_lock_held(&host_lock));
	page_trace_before(r);
	if (refs)
		for (i = 0; i < r->nr; i++)
			r->word[i] += word;
	else if (by_pairs(r))
		for (i = 0; i < r->nr / 2; i++)
			pair[i] = both;
	else
		for (i = 0; i < r->nr; i++)
			r->word[i] = word;
	page_trace_after(r);
}

void page_set_all(const struct page_range *r, u32 word)
{
	write_words(r, word, false);
}

void page_add_refs(const struct page_range *r, bool less)
{
	write_words(r, less ? -1U : 1, true);
}

bool page_all_are(const struct page_range *r, u32 word)
{
	const word_pair *pair = (const word_pair *)r->word;
	u64 both = (u64)word << 32 | word, wrong = 0;
	u64 i;

	if (by_pairs(r))
		for (i = 0; i < r->nr / 2; i++)
			wrong |= pair[i] ^ both;
	else
		for (i = 0; i < r->nr; i++)
			wrong |= r->word[i] ^ word;
	return !wrong;
}

void page_own_at_boot(struct boot_range range)
{
	struct page_range r = { .nr = 1 };

	for (r.pa = range.base; r.pa < range.base + range.size; r.pa += HYP_PAGE_SIZE) {
		r.word = word_of(r.pa);
		hyp_fatal_if(!r.word);
		write_words(&r, PAGE_WORD(PAGE_EL2, PAGE_BOOT), false);
	}
}

/* A bank is merged with its neighbours, so a range that crosses its end leaves RAM. */
bool page_range_of(u64 pa, u64 nr, struct page_range *r)
{
	u32 *word = word_of(pa);

	if (!nr || nr > PKVM_RANGE_PAGES || pa & (HYP_PAGE_SIZE - 1) || !word)
		return false;
	if (nr > 1 && word_of(pa + ((nr - 1) << HYP_PAGE_SHIFT)) != word + nr - 1)
		return false;
	*r = (struct page_range){ .word = word, .pa = pa, .nr = nr };
	return true;
}

u32 page_word_of(u64 pa)
{
	return *word_of(pa);
}

/*
 * Most words are 0, the host's alone: they are passed by 16 at a time, since a host may
 * ask for a power-down that its firmware denies as often as it likes.
 */
static bool any_set(const u32 *word)
{
	const word_pair *p = (const word_pair *)word;

	return p[0] | p[1] | p[2] | p[3] | p[4] | p[5] | p[6] | p[7];
}

#define WORDS_AT_ONCE	16

void page_each_of_guests(void (*fn)(u64 pa))
{
	u64 nr, i;
	u32 bank;

	for (bank = 0; bank < machine->nr_ram; bank++) {
		nr = machine->ram[bank].size >> HYP_PAGE_SHIFT;
		for (i = 0; i < nr; i++) {
			if (!(i % WORDS_AT_ONCE) && nr - i >= WORDS_AT_ONCE && !any_set(meta[bank] + i)) {
				i += WORDS_AT_ONCE - 1;
				continue;
			}
			if (page_owner(*(volatile u32 *)&meta[bank][i]) == PAGE_GUEST)
				fn(machine->ram[bank].base + i * HYP_PAGE_SIZE);
		}
	}
}

bool host_may_execute(u64 pa)
{
	const u32 *word;
	bool ok;

	hyp_lock(&host_lock);
	word = word_of(pa);
	ok = word && page_owner(*word) == PAGE_HOST;
	hyp_unlock(&host_lock);
	return ok;
}
