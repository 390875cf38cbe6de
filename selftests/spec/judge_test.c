// SPDX-License-Identifier: GPL-2.0-only
/* The judge alone: it lets what is right pass, and each of some wrong answers not. */
#include <string.h>
#include <pkvm/host_call.h>
#include <pkvm/run.h>

#include "spec.h"
#include "tap.h"

#define RAM	0x40000000ULL
#define HANDLE	0x700000001ULL
#define GIVEN	(RAM + 2 * SPEC_BLOCK)
#define IPA	0x80000000ULL

static struct spec s;
static uint64_t free_pages = ~0ULL;	/* not known */

static bool call(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4, int64_t ret,
		 uint64_t out)
{
	struct spec_call c = { .fid = fid, .x = { x1, x2, x3, x4, PKVM_PROT_READ } };
	struct spec_answer a = { .ret = ret, .x1 = out, .free_before = free_pages,
				 .free_after = free_pages };
	bool good = spec_host_call(&s, &c, &a);

	spec_forget(&s);
	return good;
}

static void test_arenas(void)
{
	ok(!call(PKVM_HOST_ARENA_DONATE, RAM, 0, 0, 0, 0, 0), "EL2's own memory makes no arena");
	ok(call(PKVM_HOST_ARENA_DONATE, RAM, 0, 0, 0, PKVM_RET_PERM, 0), "that is not permitted");
	ok(!call(PKVM_HOST_ARENA_DONATE, GIVEN, 0, 0, 0, PKVM_RET_PERM, 0),
	   "the host's may not be refused");
	ok(call(PKVM_HOST_ARENA_DONATE, GIVEN, 0, 0, 0, 0, 0), "an arena is given");
	ok(!spec_host_may(&s, GIVEN) && spec_host_may(&s, GIVEN + SPEC_BLOCK),
	   "which the host has no longer");
	ok(!call(PKVM_HOST_ARENA_DONATE, GIVEN, 0, 0, 0, 0, 0), "not twice");
	ok(!call(PKVM_HOST_ARENA_RECLAIM, 0, 0, 0, 0, 0, GIVEN + SPEC_BLOCK),
	   "another block does not come back");
	free_pages = 511;
	ok(!call(PKVM_HOST_ARENA_RECLAIM, 0, 0, 0, 0, PKVM_RET_NOENT, 0),
	   "nothing uses it, so it must come back");
	free_pages = ~0ULL;
}

static void test_protected(void)
{
	uint64_t pa = GIVEN + SPEC_BLOCK;

	ok(!call(PKVM_HOST_VM_CREATE, 2, 0, 1, 0, 0, HANDLE), "an unknown flag is refused");
	ok(call(PKVM_HOST_VM_CREATE, PKVM_VM_PROTECTED, 0, 1, 0, 0, HANDLE), "a VM is made");
	ok(!call(PKVM_HOST_VM_CREATE, PKVM_VM_PROTECTED, 0, 1, 0, 0, HANDLE),
	   "its handle is not given again");
	ok(!call(PKVM_HOST_GUEST_DONATE, HANDLE, IPA, pa, 1, 0, 0), "no donation before sealing");
	ok(call(PKVM_HOST_GUEST_SET_RIPAS, HANDLE, IPA, 16, PKVM_RIPAS_RAM, 0, 16), "RAM is told");
	ok(!call(PKVM_HOST_GUEST_SHARE, HANDLE, IPA, pa, 1, 0, 0), "no share with a protected VM");
	ok(call(PKVM_HOST_GUEST_POPULATE, HANDLE, IPA, pa, 1, 0, 0), "a page is populated");
	ok(!spec_host_may(&s, pa), "and is the host's no longer");
	ok(!call(PKVM_HOST_GUEST_POPULATE, HANDLE, IPA + SPEC_PAGE, pa, 1, 0, 0),
	   "the same page is not given twice");
	ok(!call(PKVM_HOST_VM_TEARDOWN, HANDLE, 0, 0, 0, 0, 1), "a living VM is not torn down");
	ok(call(PKVM_HOST_VM_SEAL, HANDLE, 0, 0, 0, 0, 0), "it is sealed");
	ok(!call(PKVM_HOST_GUEST_POPULATE, HANDLE, IPA + SPEC_PAGE, pa + SPEC_PAGE, 1, 0, 0),
	   "then nothing is populated");
	ok(call(PKVM_HOST_GUEST_RECLAIM, HANDLE, IPA, 1, 0, 0, 0), "the page is taken back");
	ok(spec_host_may(&s, pa) && s.pages[spec_index(&s, pa)].content == SPEC_ZERO,
	   "it is the host's, and zero");
	ok(!call(PKVM_HOST_GUEST_DONATE, HANDLE, IPA, pa, 1, 0, 0),
	   "where a page was destroyed none comes again");
	ok(call(PKVM_HOST_GUEST_DONATE, HANDLE, IPA + SPEC_PAGE, pa, 1, 0, 0), "elsewhere it does");
}

static void test_end(void)
{
	ok(call(PKVM_HOST_VM_DESTROY, HANDLE, 0, 0, 0, 0, 0), "the VM is destroyed");
	ok(!call(PKVM_HOST_VM_TEARDOWN, HANDLE, 0, 0, 0, 0, 0), "all is back means all");
	ok(!call(PKVM_HOST_VM_TEARDOWN, HANDLE, 0, 0, 0, PKVM_RET_AGAIN, 2),
	   "no more comes back than there was");
	ok(call(PKVM_HOST_VM_TEARDOWN, HANDLE, 0, 0, 0, 0, 1), "its page comes back");
	ok(!call(PKVM_HOST_VM_TEARDOWN, HANDLE, 0, 0, 0, 0, 0), "its handle names nothing");
	ok(call(PKVM_HOST_ARENA_RECLAIM, 0, 0, 0, 0, 0, GIVEN), "and the arena goes back");
}

int main(void)
{
	spec_init(&s, RAM, 4096, 2, 40);
	spec_el2_holds(&s, RAM, 512);
	test_arenas();
	test_protected();
	test_end();
	spec_free(&s);
	return tap_done();
}
