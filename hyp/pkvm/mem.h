/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs between owners. Each: checks bounds without locks, takes host_lock (the
 * VM's lock is the caller's already), checks all parties for the whole range,
 * reserves the pages that its commit needs, commits without a step that can fail.
 * An error has changed nothing. Return: 0 or a PKVM_RET_* code; with NOMEM, *want is
 * the number of arena pages that it takes.
 *
 * Which error, if more than one holds: INVALID (alignment, number, not RAM, beyond the
 * VM), then what the guest has there (EXIST, STATE), then what the pages are (PERM: not
 * the host's; BUSY: pinned, or shared and to be given; LIMIT), then NOMEM. A protected
 * VM's range lies in the lower half of its address space.
 */
#ifndef PKVM_MEM_H
#define PKVM_MEM_H

#include <linux/types.h>
#include "pkvm/epoch.h"
#include "pkvm/vm.h"

/* VM verbs: the caller holds vm->lock and has checked the VM's state and kind. */

/**
 * host_donate_guest() - pages of the host alone become the guest's
 * @keep: the contents are the host's gift (populate); else they are zeroed, and RIPAS
 *	must be RAM
 */
s64 host_donate_guest(struct vm *vm, u64 ipa, u64 pa, u64 nr, bool keep, u32 *want);
/** host_reclaim_guest() - back to the host, zeroed; leaves RIPAS DESTROYED. Holes stay. */
s64 host_reclaim_guest(struct vm *vm, u64 ipa, u64 nr, u32 *want);
/** host_share_guest() - @prot: PKVM_PROT_* */
s64 host_share_guest(struct vm *vm, u64 ipa, u64 pa, u64 nr, u64 prot, u32 *want);
/** host_unshare_guest() - never lacks memory; *dropped: pages, whole blocks included */
s64 host_unshare_guest(struct vm *vm, u64 ipa, u64 nr, u64 *dropped);
s64 host_age_guest(struct vm *vm, u64 ipa, u64 nr, bool *young);
/**
 * guest_set_ripas() - *done: pages; AGAIN when bounded work ended before @nr
 *
 * EXIST, NOMEM: the first page of the range is so; later ones end the work before them.
 */
s64 guest_set_ripas(struct vm *vm, u64 ipa, u64 nr, enum s2_empty empty, u64 *done, u32 *want);

/**
 * guest_teardown() - give back pages of a dying VM, then its tables
 * @budget: pages to handle at most
 *
 * Caller holds vm->lock; no vCPU of it runs. The root table stays. Work is counted in
 * pages, sixteen empty entries as one. Return: fewer than @budget when all is done.
 */
u32 guest_teardown(struct vm *vm, u32 budget);

/* Verbs without a VM. They take host_lock. */

/** host_share_hyp() - pin a page that the host alone has: it stays the host's, and cannot move */
s64 host_share_hyp(u64 pa);
void host_unshare_hyp(u64 pa);
/** host_donate_hyp() - a 2 MiB block that the host alone has becomes an arena */
s64 host_donate_hyp(u64 pa);
/** hyp_donate_host() - an empty arena goes back, zeroed. NOENT: none is empty. */
s64 hyp_donate_host(u64 *pa);

/**
 * host_touch() - the host touched a page that is not its own
 *
 * A page of an ended epoch: ends what used it, a bounded step of it. No locks held.
 * Return: true: something was done, let the access be tried again; false: refuse.
 */
bool host_touch(u64 pa);

/* What memory has to hear of epochs; hyp/pkvm/holders.c. */
extern const struct epoch_holder mem_epoch_holder;

#endif
