/* SPDX-License-Identifier: GPL-2.0-only */
/* Host calls, and virtual machines as a host drives them. */
#ifndef BARE_VM_H
#define BARE_VM_H

#include <pkvm/host_call.h>
#include <pkvm/run.h>

#include "bare.h"

/* A host call with up to five arguments; x1 of the answer in *@out if that is not NULL. */
s64 hc(u32 fid, u64 a, u64 b, u64 c, u64 d, u64 e, u64 *out);

void vms_clean_up(void);
u64 info(u64 index);

#endif
