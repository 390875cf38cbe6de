// SPDX-License-Identifier: GPL-2.0-only
/* The host's calls: one const table, and what answers them. */
#include <linux/types.h>
#include <linux/arm-smccc.h>
#include <pkvm/host_call.h>
#include "nvhe/arena.h"
#include "nvhe/guest.h"
#include "nvhe/host.h"
#include "nvhe/host_s2.h"
#include "nvhe/log_ring.h"
#include "nvhe/pool.h"
#include "nvhe/string.h"
#include "pkvm/epoch.h"
#include "pkvm/extra_calls.h"
#include "pkvm/host_calls.h"
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
	case PKVM_INFO_ARENAS:
		return arena_count();
	case PKVM_INFO_ARENA_FREE_PAGES:
		return arena_free_pages();
	case PKVM_INFO_VMS:
		return vm_count();
	case PKVM_INFO_LIST_REGISTERS:
		return gic_nr_lrs();
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

/* States in which a call on a VM is legal; 0: not for that kind of VM. */
#define CREATED		(1U << VM_CREATED)
#define UNSEALED	(CREATED | 1U << VM_MEASURED)
#define SEALED		(1U << VM_SEALED | 1U << VM_RUNNING)
#define LIVE		(UNSEALED | SEALED)
#define DYING		(1U << VM_DYING)

struct call {
	host_call_fn plain;		/* one of the three */
	host_handler host;
	vm_handler vm;
	u32 normal, protected;		/* of vm: states, by the VM's kind */
};

#define PLAIN(fn)		{ .plain = (fn) }
#define HOST(fn)		{ .host = (fn) }
#define VM(fn, n, p)		{ .vm = (fn), .normal = (n), .protected = (p) }

/*
 * In the order of their numbers. A normal VM may get vCPUs at any time. Nothing of a
 * protected one is the host's to see or set once it is sealed.
 */
#define CALLS(X)									\
	X(VERSION, PLAIN(call_version))							\
	X(INFO, PLAIN(call_info))							\
	X(LOG, PLAIN(call_log))								\
	X(ARENA_DONATE, HOST(call_arena_donate))					\
	X(ARENA_RECLAIM, HOST(call_arena_reclaim))					\
	X(VM_CREATE, HOST(call_vm_create))						\
	X(VM_SEAL, VM(call_vm_seal, UNSEALED, UNSEALED))				\
	X(VM_DESTROY, VM(call_vm_destroy, LIVE, LIVE))					\
	X(VM_TEARDOWN, VM(call_vm_teardown, DYING, DYING))				\
	X(VCPU_CREATE, VM(call_vcpu_create, LIVE, UNSEALED))				\
	X(VCPU_LOAD, VM(call_vcpu_load, SEALED, SEALED))				\
	X(VCPU_PUT, HOST(call_vcpu_put))						\
	X(VCPU_RUN, HOST(call_vcpu_run))						\
	X(VCPU_KICK, VM(call_vcpu_kick, LIVE | DYING, LIVE | DYING))			\
	X(VCPU_GET_REG, VM(call_vcpu_get_reg, LIVE, UNSEALED))				\
	X(VCPU_SET_REG, VM(call_vcpu_set_reg, LIVE, UNSEALED))				\
	X(GUEST_POPULATE, VM(call_guest_populate, 0, UNSEALED))				\
	X(GUEST_DONATE, VM(call_guest_donate, 0, SEALED))				\
	X(GUEST_RECLAIM, VM(call_guest_reclaim, 0, LIVE))				\
	X(GUEST_SHARE, VM(call_guest_share, LIVE, 0))					\
	X(GUEST_UNSHARE, VM(call_guest_unshare, LIVE, 0))				\
	X(GUEST_AGE, VM(call_guest_age, LIVE, 0))					\
	X(GUEST_SET_RIPAS, VM(call_guest_set_ripas, 0, UNSEALED))			\
	X(REGISTER, HOST(call_register))

#define ENTRY(id, ...)		__VA_ARGS__,
static const struct call calls[] = { CALLS(ENTRY) };

/* A call without a handler, or two in the wrong order, ends the build. */
#define PLACE(id, ...)		AT_##id,
enum { CALLS(PLACE) NR_CALLS };
#define IN_PLACE(id, ...)	\
	_Static_assert(AT_##id == PKVM_HOST_##id - PKVM_HOST_CALL_BASE, #id);
CALLS(IN_PLACE)
_Static_assert(NR_CALLS == PKVM_HOST_REGISTER + 1 - PKVM_HOST_CALL_BASE, "all calls");

static s64 vm_call(const struct call *call, struct host_frame *r, u32 *want)
{
	struct vm *vm = vm_get(r->x[1]);
	s64 ret = PKVM_RET_STATE;
	u32 legal;

	if (!vm)
		return PKVM_RET_NOENT;
	legal = vm->protected ? call->protected : call->normal;
	if (!legal)
		ret = PKVM_RET_PERM;
	else if (legal & 1U << vm->state)
		ret = call->vm(vm, r, want);
	vm_put(vm);
	return ret;
}

static void answer(const struct call *call, struct host_frame *r)
{
	u32 want = 0;
	s64 ret;

	if (call->plain) {
		call->plain(r);
		return;
	}
	ret = call->host ? call->host(r, &want) : vm_call(call, r, &want);
	if (ret == PKVM_RET_NOMEM)
		r->x[1] = want;
	r->x[0] = (u64)ret;
}

static void host_call(struct host_frame *r)
{
	u32 fid = r->x[0];
	u32 n = fid - PKVM_HOST_CALL_BASE;

	if (n < NR_CALLS) {
		answer(&calls[n], r);
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
