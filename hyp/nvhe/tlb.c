// SPDX-License-Identifier: GPL-2.0-only
/* TLB invalidation. */
#include "nvhe/addr.h"
#include "nvhe/cpu.h"
#include "nvhe/errata.h"
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"

/* Above so many entries one flush of the whole VMID is cheaper. */
#define MAX_BY_ADDRESS	32

#define TCR_EPD0	(1UL << 7)
#define TCR_EPD1	(1UL << 23)
#define SCTLR_M		(1UL << 0)

/*
 * Ends a broadcast. Cores with ERRATA_REPEAT_TLBI may go on for a moment with what
 * was invalidated, whoever sent it, until one more TLBI and DSB. Done always: any
 * TLBI does, so the second is one that costs nothing.
 */
static void finish(void)
{
	dsb(ish);
	asm volatile("tlbi vale1is, xzr" : : : "memory");
	dsb(ish);
	isb();
}

void tlb_flush_host_all(void)
{
	dsb(ishst);
	asm volatile("tlbi vmalls12e1is" : : : "memory");
	finish();
}

void tlb_flush_host_local(void)
{
	dsb(nshst);
	asm volatile("tlbi vmalls12e1" : : : "memory");
	dsb(nsh);
	isb();
}

/*
 * By IPA only stage 2 goes; entries that combine both stages are found by VA or
 * VMID alone, and only after stage 2's are gone (Arm ARM D8.17.6).
 */
static void flush_vmid(u64 ipa, u64 size, u64 step)
{
	u64 at;

	dsb(ishst);
	if (size / step > MAX_BY_ADDRESS) {
		asm volatile("tlbi vmalls12e1is" : : : "memory");
	} else {
		for (at = ipa; at < ipa + size; at += step)
			asm volatile("tlbi ipas2e1is, %0"
				     : : "r" (at >> HYP_PAGE_SHIFT) : "memory");
		dsb(ish);
		asm volatile("tlbi vmalle1is" : : : "memory");
	}
	finish();
}

void tlb_flush_host(u64 ipa, u64 size, u64 step)
{
	flush_vmid(ipa, size, step);
}

/*
 * EL1's registers are the host's, or another guest's. On a CPU with
 * ERRATA_SPECULATIVE_AT an AT instruction, run ahead by speculation, would walk them
 * under this VMID and leave the result in the TLB: no stage-1 walk may start while
 * VTTBR_EL2 is foreign. MMU on with both walks disabled says so, in this order.
 */
void tlb_flush_guest(u64 vttbr, u64 vtcr, u64 ipa, u64 size, u64 step)
{
	bool no_walks = this_cpu()->errata & ERRATA_SPECULATIVE_AT;
	u64 old_vttbr = sysreg_read(VTTBR_EL2);
	u64 old_vtcr = sysreg_read(VTCR_EL2);
	u64 tcr = 0, sctlr = 0;

	if (no_walks) {
		tcr = sysreg_read(TCR_EL1);
		sctlr = sysreg_read(SCTLR_EL1);
		sysreg_write(tcr | TCR_EPD0 | TCR_EPD1, TCR_EL1);
		isb();
		sysreg_write(sctlr | SCTLR_M, SCTLR_EL1);
		isb();
	}
	sysreg_write(vtcr, VTCR_EL2);
	sysreg_write(vttbr, VTTBR_EL2);
	isb();
	flush_vmid(ipa, size, step);
	sysreg_write(old_vtcr, VTCR_EL2);
	sysreg_write(old_vttbr, VTTBR_EL2);
	isb();
	if (no_walks) {
		sysreg_write(sctlr, SCTLR_EL1);
		isb();
		sysreg_write(tcr, TCR_EL1);
		isb();
	}
}

void tlb_flush_all_vmids(void)
{
	dsb(ishst);
	asm volatile("tlbi alle1is" : : : "memory");
	finish();
}

void tlb_flush_hyp(u64 va)
{
	dsb(ishst);
	asm volatile("tlbi vae2is, %0" : : "r" (va >> HYP_PAGE_SHIFT) : "memory");
	dsb(ish);
	isb();
}
