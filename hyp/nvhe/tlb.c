// SPDX-License-Identifier: GPL-2.0-only
/* TLB invalidation. */
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"

void tlb_flush_host_all(void)
{
	dsb(ishst);
	asm volatile("tlbi vmalls12e1is" : : : "memory");
	dsb(ish);
	/*
	 * Cores that may miss one broadcast need the TLBI and its DSB twice. Done
	 * on all: a flush of everything is rare.
	 */
	asm volatile("tlbi vmalls12e1is" : : : "memory");
	dsb(ish);
	isb();
}

void tlb_flush_host_local(void)
{
	dsb(nshst);
	asm volatile("tlbi vmalls12e1" : : : "memory");
	dsb(nsh);
	isb();
}
