// SPDX-License-Identifier: GPL-2.0-only
/* Host calls, and virtual machines as a host drives them. */
#include "test.h"
#include "vm.h"

s64 hc(u32 fid, u64 a, u64 b, u64 c, u64 d, u64 e, u64 *out)
{
	u64 x[18] = { fid, a, b, c, d, e };

	call_hvc(x);
	if (out)
		*out = x[1];
	return x[0];
}

u64 info(u64 index)
{
	u64 value = 0;

	if (hc(PKVM_HOST_INFO, index, 0, 0, 0, 0, &value))
		fatal("INFO %lu failed", index);
	return value;
}

void vms_clean_up(void)
{
}
