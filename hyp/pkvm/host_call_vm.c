// SPDX-License-Identifier: GPL-2.0-only
/* The host's calls on arenas, VMs and vCPUs. */
#include <linux/types.h>
#include <pkvm/host_call.h>
#include "pkvm/epoch.h"
#include "pkvm/host_calls.h"
#include "pkvm/mem.h"
#include "pkvm/vcpu.h"

/* Pages that one VM_TEARDOWN handles: a bound of the time with interrupts masked. */
#define TEARDOWN_PAGES	64

s64 call_arena_donate(struct host_frame *r, u32 *want)
{
	return host_donate_hyp(r->x[1]);
}

s64 call_arena_reclaim(struct host_frame *r, u32 *want)
{
	u64 pa;
	s64 ret = hyp_donate_host(&pa);

	if (!ret)
		r->x[1] = pa;
	return ret;
}

s64 call_vm_create(struct host_frame *r, u32 *want)
{
	u64 handle;
	s64 ret = vm_create(r->x[1], r->x[2], r->x[3], &handle, want);

	if (!ret)
		r->x[1] = handle;
	return ret;
}

s64 call_vm_seal(struct vm *vm, struct host_frame *r, u32 *want)
{
	__atomic_store_n(&vm->state, VM_SEALED, __ATOMIC_RELAXED);
	return PKVM_RET_SUCCESS;
}

/* With the lock held none can be loaded any more: no vCPU of it runs from here on. */
s64 call_vm_destroy(struct vm *vm, struct host_frame *r, u32 *want)
{
	if (__atomic_load_n(&vm->nr_loaded, __ATOMIC_ACQUIRE))
		return PKVM_RET_BUSY;
	__atomic_store_n(&vm->state, VM_DYING, __ATOMIC_RELAXED);
	return PKVM_RET_SUCCESS;
}

s64 call_vm_teardown(struct vm *vm, struct host_frame *r, u32 *want)
{
	u64 before = vm->pages;
	s64 ret;
	u32 done;

	/* An epoch that ended left it so: the host puts the vCPUs, then asks again. */
	if (__atomic_load_n(&vm->nr_loaded, __ATOMIC_ACQUIRE))
		return PKVM_RET_BUSY;
	ret = vm_teardown(vm, TEARDOWN_PAGES, &done);
	r->x[1] = before - vm->pages;
	return ret;
}

s64 call_vcpu_create(struct vm *vm, struct host_frame *r, u32 *want)
{
	return vcpu_create(vm, r->x[2], r->x[3], want);
}

s64 call_vcpu_load(struct vm *vm, struct host_frame *r, u32 *want)
{
	return vcpu_load(vm, r->x[2]);
}

s64 call_vcpu_put(struct host_frame *r, u32 *want)
{
	return vcpu_put_here() ? PKVM_RET_SUCCESS : PKVM_RET_STATE;
}

s64 call_vcpu_run(struct host_frame *r, u32 *want)
{
	struct vcpu *v = this_cpu()->loaded;

	return v ? vcpu_run(v) : PKVM_RET_STATE;
}

s64 call_vcpu_kick(struct vm *vm, struct host_frame *r, u32 *want)
{
	struct vcpu *v = vcpu_of(vm, r->x[2]);

	if (!v)
		return PKVM_RET_NOENT;
	__atomic_store_n(&v->hw.kicked, true, __ATOMIC_RELEASE);
	return PKVM_RET_SUCCESS;
}

s64 call_vcpu_get_reg(struct vm *vm, struct host_frame *r, u32 *want)
{
	return vcpu_get_reg(vm, r->x[2], r->x[3], &r->x[1]);
}

s64 call_vcpu_set_reg(struct vm *vm, struct host_frame *r, u32 *want)
{
	return vcpu_set_reg(vm, r->x[2], r->x[3], r->x[4]);
}

s64 call_register(struct host_frame *r, u32 *want)
{
	if (!r->x[1])
		return PKVM_RET_INVALID;
	epoch_register(r->x[1]);
	return PKVM_RET_SUCCESS;
}
