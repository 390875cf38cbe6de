// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs between owners, over fake TLBs and caches.
 * SOURCES: hyp/pkvm/mem.c hyp/pkvm/mem_page.c hyp/pkvm/mem_share.c hyp/pkvm/mem_end.c
 * SOURCES: hyp/pkvm/page.c hyp/pkvm/no_page_trace.c hyp/nvhe/guest_s2.c
 * SOURCES: hyp/nvhe/host_s2.c hyp/nvhe/pgtable.c
 * CFLAGS: -DFAKE_MEM -D_GNU_SOURCE
 */
#include "fake_vm.h"

#define IPA	FAKE_IPA
#define FREE	(RAM + 6 * BLOCK)	/* blocks from here on are the host's alone */

static u32 want;

/* All that a refusal must leave alone: metadata, tables, arenas, VMs. */
static u64 sum(u64 h, const void *p, u64 size)
{
	const u64 *w = p;
	u64 i;

	for (i = 0; i < size / 8; i++)
		h = (h ^ w[i]) * 0x9e3779b97f4a7c15UL + (h >> 29);
	return h;
}

static u64 snapshot(void)
{
	u64 h = sum(1, fake_pool, sizeof(fake_pool)), pa;

	h = sum(h, roots, sizeof(roots));
	h = sum(h, vms, sizeof(vms));
	for (pa = RAM; pa < RAM + RAM_SIZE; pa += BLOCK)
		if (page_word_of(pa) == PAGE_WORD(PAGE_EL2, PAGE_ARENA))
			h = sum(h, (void *)pa, BLOCK);
	return sum(h, &(u64){ arena_free_pages() }, 8);
}

#define WITH_VM(n, call)				\
	({						\
		s64 ret_;				\
							\
		fake_touch_all();			\
		lock_vm(n);				\
		ret_ = (call);				\
		vm_put(&vms[n]);			\
		ret_;					\
	})

#define DONATE(n, ipa, pa, nr)	\
	WITH_VM(n, host_donate_guest(&vms[n], ipa, pa, nr, false, &want))
#define POPULATE(n, ipa, pa, nr) \
	WITH_VM(n, host_donate_guest(&vms[n], ipa, pa, nr, true, &want))
#define RECLAIM(n, ipa, nr)	WITH_VM(n, host_reclaim_guest(&vms[n], ipa, nr, &want))
#define SHARE(n, ipa, pa, nr, prot) \
	WITH_VM(n, host_share_guest(&vms[n], ipa, pa, nr, prot, &want))
#define UNSHARE(n, ipa, nr, d)	WITH_VM(n, host_unshare_guest(&vms[n], ipa, nr, d))
#define RIPAS(n, ipa, nr, e, d)	\
	WITH_VM(n, guest_set_ripas(&vms[n], ipa, nr, e, d, &want))

#define RW	(PKVM_PROT_READ | PKVM_PROT_WRITE)

static void all_ram(u32 n)
{
	u64 done;

	if (RIPAS(n, 0, 1UL << (IPA_BITS - 1 - 12), S2_RAM, &done) &&
	    RIPAS(n, IPA & ~(HYP_GIB - 1), HYP_GIB / PAGE, S2_RAM, &done))
		abort();
}

static void start(u32 arenas)
{
	start_machine(arenas);
	all_ram(1);
	all_ram(2);
}

/* The guest's bytes: in caches and past them. */
static void guest_writes(u64 pa, u64 nr)
{
	u64 i;

	for (i = 0; i < nr; i++) {
		fake_write(pa + i * PAGE, 0x5ec5e7, false);
		fake_write(pa + i * PAGE + 8, 0x5ec5e7, true);
		fake_page[fake_index(pa + i * PAGE)].secret = true;
	}
}

static bool all_zero(u64 pa, u64 nr)
{
	u64 i, wrong = 0;

	for (i = 0; i < nr; i++)
		wrong += !fake_is_zero(pa + i * PAGE);
	return !wrong;
}

static bool all_words(u64 pa, u64 nr, u32 word)
{
	u64 i, wrong = 0;

	for (i = 0; i < nr; i++)
		wrong += page_word_of(pa + i * PAGE) != word;
	return !wrong;
}

static bool host_has(u64 pa, u64 nr)
{
	u64 i, size, wrong = 0;

	for (i = 0; i < nr; i++)
		wrong += (fake_walk(0, pa + i * PAGE, &size) & 0x7fd) != 0x7fd;
	return !wrong;
}

static bool host_has_none(u64 pa, u64 nr)
{
	u64 i, size, wrong = 0;

	for (i = 0; i < nr; i++)
		wrong += fake_walk(0, pa + i * PAGE, &size) != 0;
	return !wrong;
}

static bool guest_has(u32 n, u64 ipa, u64 pa, u64 nr, u64 leaf_size)
{
	u64 i, size, wrong = 0;

	for (i = 0; i < nr; i++) {
		u64 pte = fake_walk(n, ipa + i * PAGE, &size);

		wrong += !pte || size != leaf_size || (pte & PTE_ADDR_BITS) +
			 ((ipa + i * PAGE) & (size - 1)) != pa + i * PAGE;
	}
	return !wrong;
}

static bool guest_has_none(u32 n, u64 ipa, u64 nr, enum s2_empty empty)
{
	u64 i, wrong = 0;

	for (i = 0; i < nr; i++) {
		struct s2_leaf leaf = guest_s2_look(&vms[n].s2, ipa + i * PAGE);

		wrong += leaf.valid || leaf.empty != empty;
	}
	return !wrong;
}

/* The host's entry of level 2. */
static u64 *pgtable_entry_of_host(u64 pa)
{
	u64 *path[4];

	fake_path(0, pa, path);
	return path[2];
}

#define GUEST_WORD(n)	PAGE_WORD(PAGE_GUEST, SLOT + (n))

static void test_pages(void)
{
	u64 pa = FREE + 3 * PAGE, free_pages;

	start(1);
	free_pages = arena_free_pages();
	is_num(DONATE(1, IPA, pa, 5), 0, "pages: donate five");
	ok(all_zero(pa, 5), "pages: they arrive zeroed, in caches and past them");
	ok(all_words(pa, 5, GUEST_WORD(1)) && all_words(pa - PAGE, 1, 0) &&
	   all_words(pa + 5 * PAGE, 1, 0), "pages: five words and no more change");
	ok(host_has_none(pa, 5) && host_has(FREE, 3) && host_has(pa + 5 * PAGE, 504),
	   "pages: the host has the rest of the block, and only that");
	ok(guest_has(1, IPA, pa, 5, PAGE) && guest_has_none(1, IPA + 5 * PAGE, 3, S2_RAM),
	   "pages: the guest has them");
	ok(fake_check(), "pages: no TLB, no cache and no order is wrong after the donation");
	is_num(vms[1].pages, 5, "pages: the VM counts them");
	guest_writes(pa, 5);
	is_num(RECLAIM(1, IPA, 5), 0, "pages: take them back");
	ok(all_zero(pa, 5), "pages: they come back zeroed, in caches and past them");
	ok(all_words(FREE, 512, 0) && host_has(FREE, 512), "pages: all are the host's");
	ok(guest_has_none(1, IPA, 5, S2_DESTROYED), "pages: and leave RIPAS DESTROYED");
	ok(fake_check(), "pages: nothing is wrong after the reclaim");
	is_num(fake_walk(0, FREE, &(u64){ 0 }) & 3, 1, "pages: the host's block is joined");
	is_num(arena_free_pages(), free_pages - 2, "pages: only the guest's tables stay in use");
	is_num(DONATE(1, IPA, pa, 1), PKVM_RET_STATE, "pages: none comes where one was taken");
	is_num(vms[1].pages, 0, "pages: the VM counts none");
}

static void test_block(void)
{
	u64 free_pages, done, other = IPA + BLOCK;

	start(1);
	free_pages = arena_free_pages();
	is_num(DONATE(1, IPA, FREE, 512), 0, "block: donate");
	ok(all_zero(FREE, 512), "block: arrives zeroed");
	ok(all_words(FREE, 512, GUEST_WORD(1)) && host_has_none(FREE, 512) &&
	   guest_has(1, IPA, FREE, 512, BLOCK), "block: is the guest's by one entry");
	is_num(arena_free_pages(), free_pages - 1, "block: takes a table of the guest's, level 2");
	ok(fake_check(), "block: nothing is wrong");
	guest_writes(FREE, 512);
	is_num(RECLAIM(1, IPA + 7 * PAGE, 2), 0, "block: take two pages out of it");
	ok(all_zero(FREE + 7 * PAGE, 2) && all_words(FREE + 7 * PAGE, 2, 0) &&
	   host_has(FREE + 7 * PAGE, 2), "block: they are the host's, zeroed");
	ok(guest_has(1, IPA, FREE, 7, PAGE) && guest_has(1, IPA + 9 * PAGE, FREE + 9 * PAGE, 503,
							 PAGE) &&
	   host_has_none(FREE, 7) && host_has_none(FREE + 9 * PAGE, 503),
	   "block: the rest stays the guest's by pages");
	ok(fake_read(FREE, false) == 0x5ec5e7, "block: with its bytes");
	ok(fake_check(), "block: nothing is wrong after the split");
	is_num(RECLAIM(1, IPA, 512), 0, "block: take all that is left");
	ok(all_zero(FREE, 512) && all_words(FREE, 512, 0) && host_has(FREE, 512),
	   "block: all of it is the host's, zeroed");
	is_num(fake_walk(0, FREE, &(u64){ 0 }) & 3, 1, "block: and joined");
	ok(fake_check(), "block: nothing is wrong after the join");

	is_num(RIPAS(1, IPA, 512, S2_RAM, &done), PKVM_RET_EXIST,
	       "block: no RAM again where it was taken back");
	ok(!RIPAS(1, other + PAGE, 1, S2_EMPTY, &done) && !RIPAS(1, other + PAGE, 1, S2_RAM, &done),
	   "block: a table elsewhere, without a page");
	is_num(DONATE(1, other, FREE, 512), 0, "block: comes again where a table was left");
	ok(guest_has(1, other, FREE, 512, BLOCK), "block: as a block");
	guest_writes(FREE, 512);
	is_num(RECLAIM(1, other, 512), 0, "block: goes whole");
	ok(all_zero(FREE, 512) && host_has(FREE, 512) &&
	   guest_has_none(1, other, 512, S2_DESTROYED), "block: whole and zeroed");
	is_num(arena_free_pages(), free_pages - 2, "block: the table of the first stays");
	ok(fake_check(), "block: nothing is wrong at the end");
}

/* 512 pages of a block that lie askew in the guest go by pages, and come back so. */
static void test_askew(void)
{
	start(1);
	is_num(DONATE(1, IPA + PAGE, FREE, 512), 0, "askew: donate a block of pages");
	ok(guest_has(1, IPA + PAGE, FREE, 512, PAGE) && host_has_none(FREE, 512),
	   "askew: mapped by pages");
	guest_writes(FREE, 512);
	is_num(RECLAIM(1, IPA + PAGE, 3), 0, "askew: three come back alone");
	ok(host_has(FREE, 3) && all_zero(FREE, 3), "askew: zeroed");
	is_num(RECLAIM(1, IPA + 4 * PAGE, 509), 0, "askew: the rest");
	ok(host_has(FREE, 512) && all_zero(FREE, 512), "askew: all are the host's");
	is_num(DONATE(1, IPA + 512 * 3 * PAGE, FREE + 100 * PAGE, 512), 0,
	       "askew: a range over two blocks of the host");
	ok(fake_check(), "askew: nothing is wrong");
}

/*
 * The block that EL2 has pages of is a table since start-up. It is never counted, so never
 * joined: a block there would give the host what is EL2's.
 */
static void test_beside_el2(void)
{
	u64 base = HELD2 & ~(BLOCK - 1), i, wrong = 0, before;

	start(1);
	before = *pgtable_entry_of_host(base);
	for (i = 0; i < 512; i++)
		if (page_word_of(base + i * PAGE) == 0)
			wrong += DONATE(1, IPA + i * PAGE, base + i * PAGE, 1) != 0;
	is_num(wrong, 0, "beside EL2: every page of the block that is the host's is donated");
	ok(host_has_none(base, 512) && *pgtable_entry_of_host(base) == before,
	   "beside EL2: the table of start-up stays");
	is_num(RECLAIM(1, IPA, 512), 0, "beside EL2: and taken back");
	ok(*pgtable_entry_of_host(base) == before && host_has_none(HELD2, HELD2_PAGES) &&
	   host_has(base, (HELD2 - base) / PAGE) && host_has(HELD2 + HELD2_PAGES * PAGE, 500),
	   "beside EL2: the host has the rest, and nothing of EL2's");
	ok(fake_check(), "beside EL2: nothing is wrong");
	is_num(DONATE(1, IPA + BLOCK, base, 512), PKVM_RET_PERM, "beside EL2: not as a block");
}

static void test_populate(void)
{
	u64 pa = FREE + 9 * PAGE;

	start(1);
	vms[2].state = VM_CREATED;
	fake_write(pa, 0x1111, false);		/* the host's program, in its cache */
	fake_write(pa + PAGE, 0x2222, true);	/* written past it */
	cache_clean_inval(pa + PAGE, PAGE);
	fake_write(pa + PAGE, 0x3333, true);
	is_num(POPULATE(2, IPA, pa, 2), 0, "populate: two pages");
	ok(fake_read(pa, false) == 0x1111 && fake_read(pa, true) == 0x1111,
	   "populate: what the host had cached is there, past caches too");
	ok(fake_read(pa + PAGE, false) == 0x3333 && fake_read(pa + PAGE, true) == 0x3333,
	   "populate: what it wrote past the cache is there, no stale line");
	ok(fake_check(), "populate: nothing is wrong");
	guest_writes(pa, 2);
	is_num(RECLAIM(2, IPA, 2), 0, "populate: back");
	ok(all_zero(pa, 2), "populate: zeroed");
}

static void test_share(void)
{
	u64 pa = FREE + 5 * PAGE, free_pages, dropped;
	bool young;

	start(1);
	free_pages = arena_free_pages();
	is_num(SHARE(3, IPA, pa, 4, RW), 0, "share: four pages");
	ok(all_words(pa, 4, 1) && host_has(FREE, 512) && guest_has(3, IPA, pa, 4, PAGE),
	   "share: counted, the host keeps them");
	is_num(fake_walk(0, FREE, &(u64){ 0 }) & 3, 1, "share: the host's block is whole");
	ok(fake_check(), "share: nothing is wrong");
	is_num(SHARE(3, IPA + 16 * PAGE, pa, 1, PKVM_PROT_READ), 0, "share: one of them again");
	is_num(page_word_of(pa), 2, "share: counted twice");
	ok(!guest_s2_look(&vms[3].s2, IPA + 16 * PAGE).write &&
	   !guest_s2_look(&vms[3].s2, IPA).exec && guest_s2_look(&vms[3].s2, IPA).write,
	   "share: with the protection asked for");
	ok(fake_read(pa, true) == fake_read(pa, false) &&
	   fake_read(pa, true) == (pa - RAM) / PAGE, "share: a guest without caches sees it");
	is_num(SHARE(3, IPA + BLOCK, FREE, 512, RW | PKVM_PROT_EXEC), 0, "share: a block");
	ok(guest_has(3, IPA + BLOCK, FREE, 512, BLOCK), "share: by one entry");
	ok(fake_check(), "share: nothing is wrong with the block");

	is_num(WITH_VM(3, host_age_guest(&vms[3], IPA, 512, &young)), 0, "share: age");
	ok(young && fake_check(), "share: they were accessed, and no TLB hides the next time");
	WITH_VM(3, host_age_guest(&vms[3], IPA, 512, &young));
	ok(!young, "share: not since");
	ok(guest_s2_retry(&vms[3].s2, IPA, true, false) &&
	   !guest_s2_retry(&vms[3].s2, IPA, false, true) &&
	   !guest_s2_retry(&vms[3].s2, IPA + 16 * PAGE, true, false) &&
	   !guest_s2_retry(&vms[3].s2, IPA + 17 * PAGE, false, false) &&
	   !guest_s2_retry(&vms[3].s2, ~0UL, false, false),
	   "share: a fault is tried again only where the access is allowed");
	WITH_VM(3, host_age_guest(&vms[3], IPA, 512, &young));
	ok(young, "share: that access is seen");

	is_num(UNSHARE(3, IPA + BLOCK + 3 * PAGE, 1, &dropped), 0, "share: part of the block back");
	is_num(dropped, 512, "share: the whole of it goes");
	is_num(arena_free_pages(), free_pages - 2, "share: without memory");
	is_num(UNSHARE(3, IPA, 512, &dropped), 0, "share: all back");
	is_num(dropped, 5, "share: five mappings");
	ok(all_words(FREE, 512, 0) && fake_check(), "share: nothing is counted, nothing wrong");
	is_num(UNSHARE(3, IPA, 512, &dropped), 0, "share: once more");
	is_num(dropped, 0, "share: drops nothing, no count goes below 0");
	is_num(vms[3].pages, 0, "share: the VM counts none");
}

static void test_pin(void)
{
	u64 pa = FREE;

	start(1);
	is_num(host_share_hyp(pa), 0, "pin: a page");
	is_num(page_word_of(pa), PAGE_HOST_PINNED, "pin: has its state");
	is_num(DONATE(1, IPA, pa, 1), PKVM_RET_BUSY, "pin: it cannot be donated");
	is_num(host_donate_hyp(FREE), PKVM_RET_BUSY, "pin: nor its block become an arena");
	is_num(SHARE(3, IPA, pa, 1, RW), PKVM_RET_BUSY, "pin: nor be shared with a guest");
	is_num(host_share_hyp(pa), PKVM_RET_BUSY, "pin: nor be pinned twice");
	host_unshare_hyp(pa);
	is_num(page_word_of(pa), 0, "pin: is the host's alone again");
	ok(is_fatal(host_unshare_hyp(pa)), "pin: EL2 does not unpin what is not pinned");
	fake_ranks_held = 0;
	is_num(SHARE(3, IPA, pa, 1, RW), 0, "pin: a page of a guest's");
	is_num(host_share_hyp(pa), PKVM_RET_BUSY, "pin: cannot be pinned");
}

static void test_limit(void)
{
	struct page_range r;
	u64 pa = FREE;

	start(1);
	page_range_of(pa + PAGE, 1, &r);
	*r.word = PAGE_DATA_MAX - 1;
	is_num(SHARE(3, IPA, pa, 2, RW), 0, "limit: the last share");
	is_num(page_word_of(pa + PAGE), PAGE_DATA_MAX, "limit: count is at its maximum");
	is_num(SHARE(3, IPA + 8 * PAGE, pa, 2, RW), PKVM_RET_LIMIT, "limit: refused there");
	ok(page_word_of(pa) == 1 && page_word_of(pa + PAGE) == PAGE_DATA_MAX,
	   "limit: no count changed, none wrapped into the owner");
}

/* Every state of a page, and what each verb says of it. */
enum { S_ALONE, S_SHARED, S_PINNED, S_FULL, S_BOOT, S_ARENA, S_OWN, S_OTHER, S_HOLE, S_BEYOND,
       NR_STATES };

static const char *const state_name[] = {
	"host's alone", "shared", "pinned", "shared to the limit", "EL2's of boot", "an arena's",
	"the guest's own", "another guest's", "a hole", "beyond RAM",
};

enum { V_POPULATE, V_DONATE, V_SHARE, V_PIN, V_ARENA, V_TOUCH, NR_VERBS };

static const char *const verb_name[] = {
	"populate", "donate", "share", "pin", "donate its block to EL2", "touch",
};

#define P	PKVM_RET_PERM
#define B	PKVM_RET_BUSY
#define I	PKVM_RET_INVALID
#define L	PKVM_RET_LIMIT

static const s8 expected[NR_STATES][NR_VERBS] = {
	/*		populate donate	share	pin	arena	touch: 1: tried again */
	[S_ALONE] =	{ 0,	0,	0,	0,	0,	1 },
	[S_SHARED] =	{ B,	B,	0,	B,	B,	1 },
	[S_PINNED] =	{ B,	B,	B,	B,	B,	1 },
	[S_FULL] =	{ B,	B,	L,	B,	B,	1 },
	[S_BOOT] =	{ P,	P,	P,	P,	P,	0 },
	[S_ARENA] =	{ P,	P,	P,	P,	P,	0 },
	[S_OWN] =	{ P,	P,	P,	P,	P,	0 },
	[S_OTHER] =	{ P,	P,	P,	P,	P,	0 },
	[S_HOLE] =	{ I,	I,	I,	I,	I,	0 },
	[S_BEYOND] =	{ I,	I,	I,	I,	I,	0 },
};

/* Puts the page at @pa (for host and guest states) into @state; where it is then. */
static u64 put_in_state(u32 state, u64 pa)
{
	struct page_range r;

	switch (state) {
	case S_SHARED:
		return SHARE(3, IPA + 2 * BLOCK, pa, 1, RW) ? 0 : pa;
	case S_PINNED:
		return host_share_hyp(pa) ? 0 : pa;
	case S_FULL:
		page_range_of(pa, 1, &r);
		*r.word = PAGE_DATA_MAX;
		return pa;
	case S_BOOT:
		return HELD + 77 * PAGE;
	case S_ARENA:
		return RAM + RAM_SIZE - BLOCK - 5 * PAGE;
	case S_OWN:
		return DONATE(1, IPA + 2 * BLOCK, pa, 1) ? 0 : pa;
	case S_OTHER:
		return DONATE(2, IPA + 2 * BLOCK, pa, 1) ? 0 : pa;
	case S_HOLE:
		return RAM + RAM_SIZE + 3 * PAGE;
	case S_BEYOND:
		return RAM2 + RAM2_SIZE;
	}
	return pa;
}

static s64 do_verb(u32 verb, u64 pa, u64 nr)
{
	switch (verb) {
	case V_POPULATE:
		return POPULATE(1, IPA, pa, nr);
	case V_DONATE:
		return DONATE(1, IPA, pa, nr);
	case V_SHARE:
		return SHARE(3, IPA, pa, nr, RW);
	case V_PIN:
		return host_share_hyp(pa);
	case V_ARENA:
		return host_donate_hyp(pa & ~(BLOCK - 1));
	default:
		return host_touch(pa);
	}
}

static u32 after(u32 verb, u32 before)
{
	switch (verb) {
	case V_POPULATE:
	case V_DONATE:
		return GUEST_WORD(1);
	case V_SHARE:
		return before + 1;
	case V_PIN:
		return PAGE_HOST_PINNED;
	case V_ARENA:
		return PAGE_WORD(PAGE_EL2, PAGE_ARENA);
	default:
		return before;
	}
}

static void test_matrix(void)
{
	u32 state, verb;

	for (state = 0; state < NR_STATES; state++)
		for (verb = 0; verb < NR_VERBS; verb++) {
			u64 pa, before = 0;
			u32 word = 0;
			s64 ret;
			bool good;

			start(1);
			pa = put_in_state(state, FREE + 33 * PAGE);
			if (state < S_HOLE)
				word = page_word_of(pa);
			before = snapshot();
			ret = do_verb(verb, pa, 1);
			good = ret == expected[state][verb] && fake_check();
			if (ret || verb == V_TOUCH)
				good = good && snapshot() == before;
			else
				good = good && page_word_of(pa) == after(verb, word);
			if (!ok(good, "matrix: %s a page that is %s", verb_name[verb],
				state_name[state]))
				printf("# got %d, want %d\n", (int)ret, expected[state][verb]);
		}
}

/* A range of which only one page is not the host's alone: first, last, of pages and blocks. */
static void test_ranges(void)
{
	static const struct {
		const char *name;
		u64 nr, bad;
	} range[] = {
		{ "four pages, the first bad", 4, 0 }, { "four pages, the last bad", 4, 3 },
		{ "a block, the first bad", 512, 0 }, { "a block, the last bad", 512, 511 },
		{ "a block, the middle bad", 512, 256 },
	};
	u32 state, verb, i;

	for (i = 0; i < sizeof(range) / sizeof(range[0]); i++)
		for (state = S_SHARED; state < NR_STATES; state++)
			for (verb = V_POPULATE; verb <= V_SHARE; verb++) {
				u64 first = FREE, pa, before;
				s64 ret;

				if (!expected[state][verb] || state == S_HOLE)
					continue;
				start(1);
				pa = put_in_state(state, FREE + range[i].bad * PAGE);
				if (state >= S_BOOT && pa != FREE + range[i].bad * PAGE)
					first = pa - range[i].bad * PAGE;
				before = snapshot();
				ret = do_verb(verb, first, range[i].nr);
				ok(ret == expected[state][verb] && snapshot() == before &&
				   fake_check(), "range: %s %s: %s", verb_name[verb],
				   range[i].name, state_name[state]);
			}
}

static void test_arguments(void)
{
	static const struct {
		const char *name;
		u64 ipa, pa, nr;
	} bad[] = {
		{ "no pages", IPA, FREE, 0 },
		{ "513 pages", IPA, FREE, 513 },
		{ "2 to the 52 pages", IPA, FREE, 1UL << 52 },
		{ "2 to the 52 and one pages", IPA, FREE, (1UL << 52) + 1 },
		{ "all ones pages", IPA, FREE, ~0UL },
		{ "IPA not aligned", IPA + 8, FREE, 1 },
		{ "address not aligned", IPA, FREE + 1, 1 },
		{ "IPA of the upper half", 1UL << (IPA_BITS - 1), FREE, 1 },
		{ "last page in the upper half", (1UL << (IPA_BITS - 1)) - PAGE, FREE, 2 },
		{ "IPA at the end of 64 bits", ~0UL - PAGE + 1, FREE, 1 },
		{ "IPA that wraps", ~0UL - PAGE + 1, FREE, 2 },
		{ "address at the end of 64 bits", IPA, ~0UL - PAGE + 1, 1 },
		{ "address that wraps", IPA, ~0UL - PAGE + 1, 2 },
		{ "page 0", IPA, 0, 1 },
		{ "before RAM", IPA, RAM - PAGE, 1 },
		{ "last page in the hole", IPA, RAM2 + RAM2_SIZE - PAGE, 2 },
		{ "first page before the bank", IPA, RAM2 - PAGE, 2 },
	};
	u64 before, done;
	u32 i;

	start(1);
	before = snapshot();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bool same_ipa = bad[i].ipa == IPA;

		ok(DONATE(1, bad[i].ipa, bad[i].pa, bad[i].nr) == PKVM_RET_INVALID &&
		   POPULATE(1, bad[i].ipa, bad[i].pa, bad[i].nr) == PKVM_RET_INVALID,
		   "arguments: donate: %s", bad[i].name);
		if (same_ipa || bad[i].ipa > 1UL << IPA_BITS || bad[i].ipa & (PAGE - 1))
			is_num(SHARE(3, bad[i].ipa, bad[i].pa, bad[i].nr, RW), PKVM_RET_INVALID,
			       "arguments: share: %s", bad[i].name);
		if (same_ipa && bad[i].nr < 513 && bad[i].nr)
			continue;
		ok(RECLAIM(1, bad[i].ipa, bad[i].nr) == PKVM_RET_INVALID &&
		   (bad[i].nr == 513 ||
		    RIPAS(1, bad[i].ipa, bad[i].nr, S2_RAM, &done) == PKVM_RET_INVALID),
		   "arguments: reclaim and set RIPAS: %s", bad[i].name);
	}
	is_num(SHARE(3, IPA, FREE, 1, 8 | RW), PKVM_RET_INVALID, "arguments: unknown protection");
	is_num(SHARE(3, IPA, FREE, 1, PKVM_PROT_WRITE), PKVM_RET_INVALID,
	       "arguments: write without read");
	is_num(UNSHARE(3, IPA, 513, &done), PKVM_RET_INVALID, "arguments: unshare 513 pages");
	is_num(WITH_VM(3, host_age_guest(&vms[3], IPA, 0, &(bool){ false })), PKVM_RET_INVALID,
	       "arguments: age no pages");
	is_num(host_donate_hyp(FREE + PAGE), PKVM_RET_INVALID, "arguments: arena not aligned");
	is_num(host_donate_hyp(RAM2 + (8UL << 20)), PKVM_RET_INVALID,
	       "arguments: arena over the end of RAM");
	is_num(host_donate_hyp(~0UL & ~(BLOCK - 1)), PKVM_RET_INVALID, "arguments: arena at the end");
	ok(snapshot() == before && fake_check(), "arguments: nothing changed");
}

/* What is at the IPA, and what the verbs make of it. */
static void test_places(void)
{
	enum { EMPTY, IS_RAM, DESTROYED, A_PAGE, A_BLOCK, NR_PLACES };
	static const char *const name[] = { "EMPTY", "RAM", "DESTROYED", "a page", "a block" };
	static const s8 want_ret[NR_PLACES][5] = {
		/* populate, donate, reclaim, RIPAS EMPTY, RIPAS RAM */
		[EMPTY] = { 0, PKVM_RET_STATE, 0, 0, 0 },
		[IS_RAM] = { 0, 0, 0, 0, 0 },
		[DESTROYED] = { 0, PKVM_RET_STATE, 0, PKVM_RET_EXIST, PKVM_RET_EXIST },
		[A_PAGE] = { PKVM_RET_EXIST, PKVM_RET_EXIST, 0, PKVM_RET_EXIST, PKVM_RET_EXIST },
		[A_BLOCK] = { PKVM_RET_EXIST, PKVM_RET_EXIST, 0, PKVM_RET_EXIST, PKVM_RET_EXIST },
	};
	u64 at = IPA + 4 * BLOCK + PAGE, done, before;
	u32 place, verb;

	for (place = 0; place < NR_PLACES; place++)
		for (verb = 0; verb < 5; verb++) {
			s64 ret, set = 0;

			start(1);
			if (place == EMPTY)
				set = RIPAS(1, at, 1, S2_EMPTY, &done);
			else if (place == DESTROYED)
				set = DONATE(1, at, FREE, 1) || RECLAIM(1, at, 1);
			else if (place == A_PAGE)
				set = DONATE(1, at, FREE, 1);
			else if (place == A_BLOCK)
				set = DONATE(1, at & ~(BLOCK - 1), FREE, 512);
			before = snapshot();
			ret = verb == 0 ? POPULATE(1, at, FREE + BLOCK, 1) :
			      verb == 1 ? DONATE(1, at, FREE + BLOCK, 1) :
			      verb == 2 ? RECLAIM(1, at, 1) :
			      RIPAS(1, at, 1, verb == 3 ? S2_EMPTY : S2_RAM, &done);
			ok(!set && ret == want_ret[place][verb] && (!ret || snapshot() == before) &&
			   fake_check(), "place: %s where is %s",
			   ((const char *[]){ "populate", "donate", "reclaim", "RIPAS EMPTY",
					      "RIPAS RAM" })[verb], name[place]);
		}
	start(1);
	DONATE(1, IPA + PAGE, FREE, 1);
	before = snapshot();
	ok(DONATE(1, IPA, FREE + PAGE, 2) == PKVM_RET_EXIST &&
	   DONATE(1, IPA - PAGE, FREE + PAGE, 3) == PKVM_RET_EXIST &&
	   DONATE(1, IPA, FREE + BLOCK, 512) == PKVM_RET_EXIST && snapshot() == before,
	   "place: the last or the second page of a range is taken: nothing changes");
	SHARE(3, IPA, FREE + BLOCK, 1, RW);
	is_num(SHARE(3, IPA, FREE + BLOCK + PAGE, 1, RW), PKVM_RET_EXIST,
	       "place: a share over a share");
}

/* Without arenas each call names what it wants; with just that much it goes through. */
static void test_memory(void)
{
	u64 before, taken = 0;
	u32 n;

	start_machine(0);
	before = snapshot();
	is_num(POPULATE(1, IPA, FREE + PAGE, 1), PKVM_RET_NOMEM, "memory: donate a page with none");
	is_num(want, 3, "memory: two tables of the guest's, one of the host's");
	is_num(POPULATE(1, IPA, FREE, 512), PKVM_RET_NOMEM, "memory: a block");
	is_num(want, 1, "memory: one table");
	is_num(POPULATE(1, HYP_GIB - PAGE, FREE + BLOCK - PAGE, 2), PKVM_RET_NOMEM,
	       "memory: over the edge of everything");
	is_num(want, 6, "memory: two of each");
	is_num(SHARE(3, IPA, FREE, 1, RW), PKVM_RET_NOMEM, "memory: share");
	is_num(want, 2, "memory: two tables");
	ok(snapshot() == before && fake_check(), "memory: nothing changed");

	start(1);
	while (arena_free_pages() > 2) {
		arena_alloc(1);
		taken++;
	}
	before = snapshot();
	is_num(DONATE(1, IPA, FREE, 1), PKVM_RET_NOMEM, "memory: one page too few");
	ok(snapshot() == before, "memory: takes none of what is there");
	is_num(DONATE(1, IPA, FREE, 512), 0, "memory: a block goes");
	n = arena_free_pages();
	is_num(RECLAIM(1, IPA + PAGE, 1), PKVM_RET_NOMEM, "memory: its split does not");
	ok(want == 2 && n == 1 && guest_has(1, IPA, FREE, 512, BLOCK),
	   "memory: it wants two, and the block is whole");
	is_num(RECLAIM(1, IPA, 512), 0, "memory: back in one piece it needs none");
	ok(taken > 500 && fake_check(), "memory: nothing is wrong");
}

static void test_arenas(void)
{
	u64 pa = 0;

	start(1);
	fake_write(FREE, 0x77, false);
	is_num(host_donate_hyp(FREE), 0, "arena: donate");
	ok(host_has_none(FREE, 512) && all_words(FREE, 512, PAGE_WORD(PAGE_EL2, PAGE_ARENA)) &&
	   fake_check(), "arena: EL2's alone");
	is_num(arena_count(), 2, "arena: two");
	memset(arena_alloc(4), 0x33, 4 * PAGE);
	is_num(hyp_donate_host(&pa), 0, "arena: the empty one goes back");
	ok(pa && all_zero(pa, 512) && host_has(pa, 512) && all_words(pa, 512, 0),
	   "arena: zeroed, and the host's");
	is_num(hyp_donate_host(&pa), PKVM_RET_NOENT, "arena: the one in use does not");
	ok(fake_check(), "arena: nothing is wrong");
}

/* RIPAS over a whole address space is bounded work, by the largest entries. */
static void test_ripas(void)
{
	u64 done = 0, total = 0, nr = 1UL << (IPA_BITS - 1 - 12), calls = 0;
	s64 ret;

	start_machine(1);
	do {
		ret = RIPAS(1, total * PAGE, nr - total, S2_RAM, &done);
		total += done;
		calls++;
	} while (ret == PKVM_RET_AGAIN && done && calls < 1000);
	ok(!ret && total == nr && calls > 1, "ripas: 512 GiB in %s", "bounded calls");
	is_num(arena_free_pages(), 511, "ripas: without a table");
	is_num(RIPAS(1, IPA + PAGE, 1, S2_EMPTY, &done), 0, "ripas: one page of it");
	ok(guest_has_none(1, IPA, 1, S2_RAM) && guest_has_none(1, IPA + PAGE, 1, S2_EMPTY) &&
	   guest_has_none(1, IPA + 2 * PAGE, 600, S2_RAM), "ripas: no other page changes");
	is_num(DONATE(1, IPA + 2 * PAGE, FREE, 1), 0, "ripas: a page comes");
	is_num(RIPAS(1, IPA, 512, S2_EMPTY, &done), PKVM_RET_EXIST,
	       "ripas: refused where a page is, the ones before it too");
	ok(guest_has_none(1, IPA, 1, S2_RAM), "ripas: nothing changed");
	is_num(RIPAS(1, IPA - BLOCK, 2 * 512, S2_EMPTY, &done), PKVM_RET_AGAIN,
	       "ripas: done up to there");
	is_num(done, 512, "ripas: says how far");
}

int main(void)
{
	test_pages();
	test_block();
	test_askew();
	test_populate();
	test_share();
	test_pin();
	test_limit();
	test_matrix();
	test_ranges();
	test_arguments();
	test_places();
	test_memory();
	test_arenas();
	test_ripas();
	test_beside_el2();
	return tap_done();
}
