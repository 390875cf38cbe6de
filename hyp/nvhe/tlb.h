/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TLB invalidation for the host's stage 2 (VMID 0). Whoever made an entry
 * invalid calls one of these before he counts on it.
 */
#ifndef NVHE_TLB_H
#define NVHE_TLB_H

/** tlb_flush_host_all() - every CPU, stages 1 and 2 of the host; ends complete */
void tlb_flush_host_all(void);

/** tlb_flush_host_local() - the same on this CPU only */
void tlb_flush_host_local(void);

#endif
