/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TLB invalidation. Whoever made an entry invalid calls one of these before he
 * counts on it: each orders the store before (DSB), reaches every CPU unless it
 * says local, and ends complete (DSB, ISB).
 */
#ifndef NVHE_TLB_H
#define NVHE_TLB_H

#include <linux/types.h>

/** tlb_flush_host_all() - stages 1 and 2 of the host (VMID 0) */
void tlb_flush_host_all(void);

/** tlb_flush_host_local() - the same on this CPU only */
void tlb_flush_host_local(void);

/**
 * tlb_flush_host() - a range of the host's stage 2, with what stage 1 made of it
 * @step: size of the entries that were there, bytes
 *
 * VTTBR_EL2 is the host's. Many entries become a flush of everything.
 */
void tlb_flush_host(u64 ipa, u64 size, u64 step);

/**
 * tlb_flush_guest() - the same for a guest, by its VMID
 * @vttbr: VTTBR_EL2 with the VMID; @vtcr: VTCR_EL2, which says how wide a VMID is
 */
void tlb_flush_guest(u64 vttbr, u64 vtcr, u64 ipa, u64 size, u64 step);

/** tlb_flush_all_vmids() - everything of EL1 and EL0, of host and guests */
void tlb_flush_all_vmids(void);

/** tlb_flush_hyp() - one entry of EL2's stage 1 */
void tlb_flush_hyp(u64 va);

#endif
