// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of VMs and of epochs: teardown, and what a new kernel touches.
 * SOURCES: hyp/pkvm/mem.c hyp/pkvm/mem_page.c hyp/pkvm/mem_share.c hyp/pkvm/mem_end.c
 * SOURCES: hyp/pkvm/page.c hyp/pkvm/no_page_trace.c hyp/nvhe/guest_s2.c
 * SOURCES: hyp/nvhe/host_s2.c hyp/nvhe/pgtable.c
 * CFLAGS: -DFAKE_MEM -D_GNU_SOURCE
 */
#include "fake_vm.h"

#define IPA	FAKE_IPA
#define FREE	(RAM + 6 * BLOCK)
#define RW	(PKVM_PROT_READ | PKVM_PROT_WRITE)

static void secret(u64 pa, u64 nr)
{
	for (; nr; nr--, pa += PAGE) {
		fake_write(pa, 0x5ec5e7, false);
		fake_write(pa + 8, 0x5ec5e7, true);
		fake_page[fake_index(pa)].secret = true;
	}
}

static void give(u32 n, u64 ipa, u64 pa, u64 nr)
{
	u32 want;

	lock_vm(n);
	if (n == 3 ? host_share_guest(&vms[n], ipa, pa, nr, RW, &want) :
	    host_donate_guest(&vms[n], ipa, pa, nr, true, &want))
		abort();
	if (n != 3)
		secret(pa, nr);
	vm_put(&vms[n]);
}

static void take(u32 n, u64 ipa, u64 nr)
{
	u32 want;

	lock_vm(n);
	if (host_reclaim_guest(&vms[n], ipa, nr, &want))
		abort();
	vm_put(&vms[n]);
}

/* All kinds of pages that a VM can have: blocks, split ones, single ones, far apart. */
static void fill(void)
{
	give(1, IPA, FREE, 512);
	give(1, IPA + BLOCK, FREE + BLOCK, 512);
	take(1, IPA + BLOCK + 5 * PAGE, 3);
	give(1, IPA + 3 * BLOCK + PAGE, FREE + 2 * BLOCK, 70);
	give(1, 5 * HYP_GIB, FREE + 2 * BLOCK + 100 * PAGE, 1);
	give(2, IPA, FREE + 3 * BLOCK, 30);
	give(2, IPA + BLOCK, FREE + 2 * BLOCK + 200 * PAGE, 30);	/* in a block with VM 1 */
	give(3, IPA, FREE + 4 * BLOCK, 512);
	give(3, IPA + BLOCK, FREE + 4 * BLOCK + 17 * PAGE, 3);
	fake_touch_all();
}

/* Pages that are not the host's alone, EL2's of start-up apart. */
static u64 missing(void)
{
	u64 pa, n = 0, size;

	for (pa = RAM; pa < RAM + FAKE_SPAN; pa += PAGE) {
		if (!fake_is_ram(pa) || page_word_of(pa) == PAGE_WORD(PAGE_EL2, PAGE_BOOT))
			continue;
		n += page_word_of(pa) || !(fake_walk(0, pa, &size) & 1);
	}
	return n;
}

static u64 leaks(void)
{
	u64 pa, n = 0;

	for (pa = FREE; pa < FREE + 4 * BLOCK; pa += PAGE)
		n += fake_read(pa, false) == 0x5ec5e7 || fake_read(pa + 8, true) == 0x5ec5e7;
	return n;
}

static u32 steps_down(u32 n, u32 budget, u32 *most)
{
	u32 steps = 0, pages;
	s64 ret;

	*most = 0;
	vms[n].state = VM_DYING;
	fake_roots[n].dead = true;
	do {
		lock_vm(n);
		ret = vm_teardown(&vms[n], budget, &pages);
		vm_put(&vms[n]);
		*most = pages > *most ? pages : *most;
	} while (ret == PKVM_RET_AGAIN && ++steps < 10000);
	return steps;
}

static void test_teardown(void)
{
	u64 free_pages, flushes;
	u32 most;

	start_machine(2);
	free_pages = arena_free_pages();
	fill();
	flushes = fake_guest_tlb[1][0].size;
	ok(steps_down(1, 64, &most) > 5, "teardown: comes in steps");
	ok(flushes && !fake_guest_tlb[1][0].size, "teardown: the TLB forgets the VM first");
	is_num(most, 64, "teardown: none is longer than asked");
	is_num(vms[1].pages, 0, "teardown: the VM has no pages left");
	ok(fake_check(), "teardown: nothing is wrong, all was zeroed before");
	steps_down(2, 7, &most);
	steps_down(3, 64, &most);
	is_num(missing(), 2 * 512, "teardown: all is the host's but the arenas");
	is_num(leaks(), 0, "teardown: no byte of a guest is left");
	is_num(arena_free_pages(), free_pages, "teardown: no page of an arena is left in use");
	is_num(fake_walk(0, FREE + 2 * BLOCK, &(u64){ 0 }) & 3, 1, "teardown: blocks are joined");
	ok(fake_check(), "teardown: nothing is wrong at the end");
}

static u64 touch_all(u64 limit)
{
	u64 pa, tries = 0, refused = 0;

	for (pa = RAM; pa < RAM + FAKE_SPAN; pa += PAGE) {
		if (!fake_is_ram(pa) || page_word_of(pa) == PAGE_WORD(PAGE_EL2, PAGE_BOOT))
			continue;
		while (!fake_walk(0, pa, &(u64){ 0 }) && ++tries < limit)
			if (host_s2_fault(pa + 0x123, false) != HOST_FAULT_RETRY) {
				refused++;
				break;
			}
	}
	return tries < limit ? refused : ~0UL;
}

static void all_dead(void)
{
	u32 n;

	for (n = 1; n <= FAKE_VMS; n++)
		fake_roots[n].dead = vms[n].epoch != fake_epoch;
}

static void new_epoch(void)
{
	mem_epoch_holder.end(fake_epoch);
	fake_epoch++;
	all_dead();
}

static void test_epoch(void)
{
	u64 want_old;

	start_machine(2);
	fill();
	ok(host_s2_fault(FREE, false) == HOST_FAULT_REFUSE &&
	   host_s2_fault(FREE + 2 * BLOCK, true) == HOST_FAULT_REFUSE &&
	   host_s2_fault(RAM + RAM_SIZE - 2 * BLOCK, false) == HOST_FAULT_REFUSE,
	   "epoch: nothing of a living VM comes by a touch");
	is_num(mem_epoch_holder.old_pages(), 0, "epoch: nothing is old");
	new_epoch();
	want_old = 2 * 512;
	is_num(mem_epoch_holder.old_pages(), want_old, "epoch: then the arenas are");
	is_num(arena_free_pages(), 0, "epoch: and hand out no more");
	fake_vm_runs = true;
	is_num(host_s2_fault(FREE, false), HOST_FAULT_REFUSE, "epoch: refused while a vCPU runs");
	fake_vm_runs = false;
	is_num(host_s2_fault(FREE + 2 * BLOCK + 69 * PAGE, false), HOST_FAULT_RETRY,
	       "epoch: the new kernel touches a page");
	ok(fake_walk(0, FREE + 2 * BLOCK + 69 * PAGE, &(u64){ 0 }) &&
	   !fake_walk(0, FREE + 2 * BLOCK + 68 * PAGE, &(u64){ 0 }), "epoch: it is back at once");
	is_num(host_s2_fault(FREE + 511 * PAGE, false), HOST_FAULT_RETRY, "epoch: one of a block");
	ok(fake_walk(0, FREE, &(u64){ 0 }) && fake_is_zero(FREE), "epoch: all of it is back");
	is_num(touch_all(100000), 0, "epoch: the new kernel touches all of RAM: none is refused");
	is_num(missing(), 0, "epoch: every page is its own");
	is_num(leaks(), 0, "epoch: and no byte of a guest is in it");
	is_num(mem_epoch_holder.old_pages(), 0, "epoch: nothing is old any more");
	is_num(arena_count(), 0, "epoch: the arenas went too");
	is_num(fake_walk(0, RAM + RAM_SIZE - 2 * BLOCK, &(u64){ 0 }) & 3, 1,
	       "epoch: as blocks");
	ok(fake_check(), "epoch: nothing is wrong");
}

/* A new kernel that uses VMs itself before it has touched what the old one left. */
static void test_both(void)
{
	u64 pa;

	start_machine(2);
	fill();
	new_epoch();
	make_vm(3, VM_SEALED);		/* the old VM 3 is forgotten: it had no page of its own */
	is_num(host_donate_hyp(FREE + 5 * BLOCK), 0, "both: a new arena");
	is_num(arena_old_count(), 2, "both: the old ones stay apart");
	is_num(hyp_donate_host(&pa), 0, "both: the host gets its own back");
	is_num(pa, FREE + 5 * BLOCK, "both: and no old one, which it never gave");
	is_num(host_donate_hyp(FREE + 5 * BLOCK), 0, "both: again");
	give(3, IPA, FREE + 6 * BLOCK, 5);
	is_num(host_touch(FREE + 5 * BLOCK), false, "both: a living arena is refused");
	is_num(host_touch(FREE + 6 * BLOCK), true, "both: a shared page is the host's");
	ok(fake_check(), "both: nothing is wrong");
}

static void test_wipe(void)
{
	u64 pa, n = 0;

	start_machine(2);
	fill();
	mem_epoch_holder.wipe();
	for (pa = RAM; pa < RAM + RAM_SIZE; pa += PAGE)
		if (page_owner(page_word_of(pa)) == PAGE_GUEST)
			n += !fake_is_zero(pa);
	is_num(n, 0, "wipe: no guest's page keeps a byte over a reset");
	ok(!fake_is_zero(FREE + 4 * BLOCK), "wipe: what is the host's is left alone");
}

int main(void)
{
	test_teardown();
	test_epoch();
	test_both();
	test_wipe();
	return tap_done();
}
