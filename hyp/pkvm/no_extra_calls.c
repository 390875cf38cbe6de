// SPDX-License-Identifier: GPL-2.0-only
/* The shipped image has no test calls. */
#include <linux/types.h>
#include "pkvm/extra_calls.h"

const host_call_fn extra_calls[] = { NULL };
const u32 extra_nr_calls;
const u64 extra_features;
