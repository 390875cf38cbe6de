/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host calls of the test build, hyp/test/. The shipped image links
 * hyp/pkvm/no_extra_calls.c instead, whose table is empty.
 */
#ifndef PKVM_EXTRA_CALLS_H
#define PKVM_EXTRA_CALLS_H

#include "nvhe/cpu.h"

#define PKVM_HOST_EXTRA_BASE	0xc6000180U

typedef void (*host_call_fn)(struct host_frame *r);

extern const host_call_fn extra_calls[];
extern const u32 extra_nr_calls;
extern const u64 extra_features;	/* PKVM_FEATURE_* of the build */

#endif
