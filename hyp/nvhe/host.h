/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host at EL1: its exceptions to EL2, and what EL2 injects. Mechanism calls
 * policy through one const table.
 */
#ifndef NVHE_HOST_H
#define NVHE_HOST_H

#include <linux/types.h>
#include "nvhe/cpu.h"

/* Filled by hyp/pkvm; const. */
struct host_policy {
	/* A host call by HVC #0: answers in @r. */
	void (*hvc)(struct host_frame *r);
};

extern const struct host_policy host_policy;

/** host_trap() - from the vectors: a synchronous exception of the host */
void host_trap(struct host_frame *r);

/**
 * host_inject_undef() - make the trapped instruction UNDEFINED
 *
 * The host finds an exception with EC 0 at its EL1 vector, as from hardware.
 */
void host_inject_undef(void);

/**
 * host_inject_abort() - refuse a memory access
 * @esr: ESR_EL2 of the access
 *
 * The host finds an abort with fault status 0x21 (alignment) of which only IL,
 * WnR and CM are the access's own: the one status that stock kernels turn into
 * SIGBUS, EFAULT or a bounded oops on every path (DESIGN.md section 4).
 */
void host_inject_abort(u64 esr);

#endif
