/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's stage 2: identity. RAM that is the host's is mapped from boot by
 * the largest blocks; everything that is not RAM is MMIO, mapped when touched,
 * execute-never, from a bounded set of table pages that is emptied when full.
 *
 * Stage-1 attributes always count: the leaf says Normal write-back, and the
 * combination (Arm ARM D8.6.5) is then the stage-1 type, Device included.
 */
#ifndef NVHE_HOST_S2_H
#define NVHE_HOST_S2_H

#include <linux/types.h>
#include "boot/info.h"
#include "nvhe/arena.h"
#include "nvhe/lock.h"

/* Guard of the host's stage 2 and of page ownership. */
extern struct hyp_lock host_lock;

/** host_s2_tables() - pages of tables wanted for @info's RAM; start-up only */
u64 host_s2_tables(const struct boot_info *info);

/**
 * host_s2_init() - map the host's RAM; MMU off, start-up only
 * @info: the machine; @held: what EL2 keeps, page aligned, within RAM
 *
 * Return: 0 or -ENOMEM.
 */
int host_s2_init(const struct boot_info *info, const struct boot_range *held, u32 nr_held);

/*
 * The host's pages come and go by page or by block of 512. A block that was taken whole
 * is given back whole, or by pages with a table of the reserve; pages taken split the
 * block, and the last one given back joins it, with its table's page back in its arena.
 * All: caller holds host_lock; the range is RAM, of one owner's, checked before. On
 * return of an unmap no CPU of the host can reach the range any more.
 */

/** host_s2_tables_wanted() - reserve pages that unmap or map back by pages takes, 0 to 2 */
u32 host_s2_tables_wanted(u64 pa, u64 nr);
void host_s2_unmap(u64 pa, u64 nr, struct page_reserve *from);
void host_s2_map_back(u64 pa, u64 nr, struct page_reserve *from);
void host_s2_unmap_block(u64 pa);
void host_s2_map_back_block(u64 pa);

/** host_s2_block_is_out() - was the block around @pa taken whole, and is it still? */
bool host_s2_block_is_out(u64 pa);

/** host_s2_cpu() - load the tables on this CPU: VTTBR_EL2 and VTCR_EL2 */
void host_s2_cpu(void);

/* What became of a host access that stage 2 did not translate. */
enum host_fault { HOST_FAULT_RETRY, HOST_FAULT_REFUSE };

/* Filled by hyp/pkvm; const. */
struct host_s2_policy {
	/*
	 * The host touched RAM that is not its own; no locks held. True: something was
	 * done about it, let the access be tried again.
	 */
	bool (*touch)(u64 pa);
};

extern const struct host_s2_policy host_s2_policy;

/**
 * host_s2_fault() - handle a stage-2 fault of the host
 * @ipa: faulting address, any alignment
 * @exec: an instruction fetch
 *
 * MMIO gets mapped; a fault that another CPU has resolved meanwhile is
 * retried; what is not the host's, or is denied, or executes MMIO, is refused, after
 * policy was asked about RAM. Takes the host lock.
 */
enum host_fault host_s2_fault(u64 ipa, bool exec);

/** host_s2_mmio_tables() - MMIO table pages in use; for INFO */
u64 host_s2_mmio_tables(void);
u64 host_s2_mmio_reclaims(void);

#endif
