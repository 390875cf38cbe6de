/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMIDs. 0 is the host's. A VM gets one when it is loaded and keeps it until its
 * generation ends: all are used up, every TLB is flushed, VMs that are loaded at
 * that moment keep theirs. So the number of VMs is not bounded by VMIDs.
 */
#ifndef NVHE_VMID_H
#define NVHE_VMID_H

#include <linux/types.h>

/* 0: none yet. Bits 15:0 the VMID, above them its generation (from 1). Guard: vmid_lock. */
struct vmid {
	u64 value;
};

/** vmid_bits() - 8 or 16; VTCR_EL2.VS of guests goes with it */
u32 vmid_bits(void);

/**
 * vmid_load() - the VMID for @vmid's owner, on this CPU
 *
 * Takes vmid_lock. Flushes all TLBs when a generation ends. @vmid stays where it is
 * until vmid_put() on this CPU. Return: VTTBR_EL2.VMID.
 */
u16 vmid_load(struct vmid *vmid);

/** vmid_put() - nothing is loaded on this CPU any more. Takes vmid_lock. */
void vmid_put(void);

/**
 * vmid_in_tlb() - the VMID under which TLBs may hold entries of @vmid's owner; 0: none
 *
 * Takes vmid_lock, so that a load on another CPU comes before (its VMID is seen) or
 * after (it walks the table as the caller has left it).
 */
u16 vmid_in_tlb(const struct vmid *vmid);

#endif
