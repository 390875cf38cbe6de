// SPDX-License-Identifier: GPL-2.0-only
/* The host's calls: one const table, and what answers them. */
#include <linux/types.h>
#include <linux/arm-smccc.h>
#include <pkvm/host_call.h>
#include "nvhe/host.h"
#include "nvhe/host_s2.h"
#include "nvhe/log_ring.h"
#include "nvhe/pool.h"
#include "nvhe/string.h"
#include "pkvm/epoch.h"
#include "pkvm/extra_calls.h"
#include "pkvm/state.h"

struct pkvm_state pkvm_state;

static void call_version(struct host_frame *r)
{
	r->x[0] = PKVM_RET_SUCCESS;
	r->x[1] = PKVM_ABI_VERSION;
}

/* Each CPU counts for itself; a sum may miss what happens meanwhile. */
static u64 sum_counts(u32 which)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < hyp_nr_cpus; i++)
		sum += *(volatile u64 *)&hyp_cpus[i]->count[which];
	return sum;
}

static u64 info_value(u32 index)
{
	switch (index) {
	case PKVM_INFO_FEATURES:
		return pkvm_state.features;
	case PKVM_INFO_EPOCH:
		return epoch_now();
	case PKVM_INFO_OLD_EPOCH_PAGES:
		return epoch_old_pages();
	case PKVM_INFO_BYTES_HELD:
		return pkvm_state.bytes_held;
	case PKVM_INFO_MMIO_TABLES:
		return host_s2_mmio_tables();
	case PKVM_INFO_MMIO_RECLAIMS:
		return host_s2_mmio_reclaims();
	case PKVM_INFO_CPUS:
		return hyp_nr_cpus;
	case PKVM_INFO_LOG_END:
		return log_end();
	case PKVM_INFO_FREE_BYTES:
		return pool_free_bytes();
	default:
		return sum_counts(index);
	}
}

static void call_info(struct host_frame *r)
{
	if (r->x[1] >= PKVM_INFO_MAX) {
		r->x[0] = (u64)PKVM_RET_INVALID;
		return;
	}
	r->x[1] = info_value(r->x[1]);
	r->x[0] = PKVM_RET_SUCCESS;
}

/* Bytes travel in registers: EL2 neither reads nor writes the host's memory. */
static void call_log(struct host_frame *r)
{
	u64 words[PKVM_LOG_BYTES / 8] = { 0 };
	u64 pos = r->x[1];

	r->x[2] = log_read(&pos, (char *)words, PKVM_LOG_BYTES);
	r->x[1] = pos;
	memcpy(&r->x[3], words, PKVM_LOG_BYTES);
	r->x[0] = PKVM_RET_SUCCESS;
}

static void call_uid(struct host_frame *r)
{
	r->x[0] = PKVM_UID_0;
	r->x[1] = PKVM_UID_1;
	r->x[2] = PKVM_UID_2;
	r->x[3] = PKVM_UID_3;
}

static const host_call_fn calls[] = {
	[PKVM_HOST_VERSION - PKVM_HOST_CALL_BASE] = call_version,
	[PKVM_HOST_INFO - PKVM_HOST_CALL_BASE] = call_info,
	[PKVM_HOST_LOG - PKVM_HOST_CALL_BASE] = call_log,
};

#define NR_CALLS (PKVM_HOST_CALL_END - PKVM_HOST_CALL_BASE)
_Static_assert(sizeof(calls) / sizeof(calls[0]) == NR_CALLS, "a host call has no handler");

static void host_call(struct host_frame *r)
{
	u32 fid = r->x[0];
	u32 n = fid - PKVM_HOST_CALL_BASE;

	if (n < NR_CALLS) {
		calls[n](r);
	} else if (fid == ARM_SMCCC_VENDOR_HYP_CALL_UID_FUNC_ID) {
		call_uid(r);
	} else if (fid - PKVM_HOST_EXTRA_BASE < extra_nr_calls) {
		extra_calls[fid - PKVM_HOST_EXTRA_BASE](r);
	} else {
		hyp_count(PKVM_INFO_REFUSED_HVC);
		r->x[0] = (u64)PKVM_RET_NOT_SUPPORTED;
	}
}

const struct host_policy host_policy = {
	.hvc = host_call,
};
