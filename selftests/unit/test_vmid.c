// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMIDs: no two live VMs under one, no VMID with another VM's entries in a TLB.
 * SOURCES: hyp/nvhe/vmid.c
 */
#include "tap.h"
#include "fatal.h"
#include "fake_cpu.h"
#include "fake_lock.h"
#include "nvhe/cpu.h"
#include "nvhe/tlb.h"
#include "nvhe/vmid.h"

#define CPUS	4
#define VMS	1000

u32 hyp_nr_cpus = CPUS;
static struct hyp_cpu cpu[200];
static u32 running;
static struct vmid vm[VMS];
static u32 tlb_owner[1 << 16];		/* whose entries a TLB has under a VMID; +1 */
static u32 loaded[200];			/* by CPU: VM + 1 */
static u32 flushes, clashes;

struct hyp_cpu *this_cpu(void)
{
	cpu[running].index = running;
	return &cpu[running];
}

/* CPUs that run a guest fill their TLB again at once. */
void tlb_flush_all_vmids(void)
{
	u32 i;

	memset(tlb_owner, 0, sizeof(tlb_owner));
	flushes++;
	for (i = 0; i < hyp_nr_cpus; i++)
		if (loaded[i])
			tlb_owner[(u16)vm[loaded[i] - 1].value] = loaded[i];
}

static void load(u32 on, u32 which)
{
	u16 number;

	running = on;
	loaded[on] = 0;
	number = vmid_load(&vm[which]);
	loaded[on] = which + 1;
	if (tlb_owner[number] && tlb_owner[number] != which + 1)
		clashes++;
	tlb_owner[number] = which + 1;
	clashes += !number || number != (u16)vm[which].value;
}

static void put(u32 on)
{
	running = on;
	vmid_put();
	loaded[on] = 0;
}

static void test_few(void)
{
	u16 first;

	is_num(vmid_in_tlb(&vm[0]), 0, "a VM that was never loaded has no VMID in a TLB");
	load(0, 0);
	first = vm[0].value;
	put(0);
	load(1, 0);
	is_num((u16)vm[0].value, first, "it keeps its VMID from CPU to CPU");
	is_num(vmid_in_tlb(&vm[0]), first, "which TLBs may have");
	put(1);
}

static void test_many(u32 most)
{
	u32 i, before = flushes;

	load(3, 7);
	for (i = 0; i < VMS; i++)
		load(i % 3, i);
	is_num(clashes, 0, "%u: %u VMs, no clash", most, VMS);
	ok(flushes - before >= VMS / most && flushes - before <= VMS / most + 2,
	   "%u: a flush for each generation, and no more", most);
	ok(vmid_in_tlb(&vm[7]), "%u: the one that stayed loaded kept its own", most);
	put(3);
	load(3, 7);
	is_num(clashes, 0, "%u: and keeps it when it is loaded again", most);
	is_num(vmid_in_tlb(&vm[8]), 0, "%u: one that did not has none left in a TLB", most);
}

static void test_random(void)
{
	u64 r = 88172645463325252UL;
	u32 i, before = flushes;

	for (i = 0; i < 200000; i++) {
		u32 on;

		r ^= r << 13;
		r ^= r >> 7;
		r ^= r << 17;
		on = r % CPUS;
		if (r >> 20 & 3)
			load(on, (r >> 32) % VMS);
		else
			put(on);
	}
	is_num(clashes, 0, "200,000 random loads and puts: no clash");
	ok(flushes - before > 100, "over many generations");
}

int main(void)
{
	static const struct fake_reg none[] = { { 0, 0 } };

	fake_reset(none, 0);
	is_num(vmid_bits(), 8, "VMIDs have 8 bits on a small machine");
	test_few();
	test_many(255);
	test_random();
	hyp_nr_cpus = 200;
	is_num(vmid_bits(), 8, "and on a large one whose CPUs have no more");
	fake_set_field(SYS_ID_AA64MMFR1_EL1, 4, 4, 2);
	is_num(vmid_bits(), 16, "16 where they have");
	hyp_nr_cpus = CPUS;
	is_num(vmid_bits(), 8, "but never on a small one");
	return tap_done();
}
