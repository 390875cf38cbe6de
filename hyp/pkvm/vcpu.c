// SPDX-License-Identifier: GPL-2.0-only
/*
 * vCPUs: making them, and which CPU has one.
 *
 * The attacks: one vCPU on two CPUs, a put without a load, a vCPU that is freed while a
 * CPU still has its registers, a page of exit records that the host gives away.
 */
#include <linux/types.h>
#include <pkvm/host_call.h>
#include "nvhe/arena.h"
#include "nvhe/check.h"
#include "nvhe/fixmap.h"
#include "pkvm/mem.h"
#include "pkvm/vcpu.h"

/* MPIDR_EL1: bit 31 is RES1; 16 vCPUs to a cluster, as GICv3's SGIs can name them. */
#define VMPIDR_RES1		(1UL << 31)
#define VMPIDR_OF(index)	(VMPIDR_RES1 | ((index) & 0xf) | ((u64)(index) >> 4) << 8)

struct vcpu *vcpu_of(const struct vm *vm, u64 index)
{
	if (index >= vm->max_vcpus)
		return NULL;
	/* Pairs with vcpu_create(): another vCPU's PSCI call looks without the lock. */
	return __atomic_load_n(&vm->vcpus[index], __ATOMIC_ACQUIRE);
}

static void init(struct vcpu *v, struct vm *vm, u32 index, u64 run_page)
{
	v->vm = vm;
	v->index = index;
	v->run_page = run_page;
	v->hw.s2 = &vm->s2.hw;
	v->hw.protected = vm->protected;
	v->hw.vmpidr = VMPIDR_OF(index);
	v->power = index ? VCPU_OFF : VCPU_ON;
	guest_reset(&v->hw);
}

s64 vcpu_create(struct vm *vm, u64 index, u64 run_page, u32 *want)
{
	struct vcpu *v;
	s64 ret;

	hyp_assert(hyp_lock_held(&vm->lock));
	if (index >= vm->max_vcpus)
		return PKVM_RET_INVALID;
	if (vm->vcpus[index])
		return PKVM_RET_EXIST;
	v = arena_alloc(1);
	if (!v) {
		*want = 1;
		return PKVM_RET_NOMEM;
	}
	ret = host_share_hyp(run_page);
	if (ret) {
		arena_free(v, 1);
		return ret;
	}
	init(v, vm, index, run_page);
	/* Whole before it is seen: the lock does not order it for vcpu_of() without. */
	__atomic_store_n(&vm->vcpus[index], v, __ATOMIC_RELEASE);
	return PKVM_RET_SUCCESS;
}

void vcpu_free(struct vm *vm, u32 index)
{
	struct vcpu *v = vm->vcpus[index];

	hyp_fatal_if(v->run_state != VCPU_IDLE);
	vm->vcpus[index] = NULL;
	host_unshare_hyp(v->run_page);
	arena_free(v, 1);
}

s64 vcpu_load(struct vm *vm, u64 index)
{
	struct hyp_cpu *cpu = this_cpu();
	struct vcpu *v = vcpu_of(vm, index);
	u32 idle = VCPU_IDLE;

	hyp_assert(hyp_lock_held(&vm->lock));
	if (!v)
		return PKVM_RET_NOENT;
	/* Acquire: the registers that another CPU saved in its put. */
	if (cpu->loaded || !__atomic_compare_exchange_n(&v->run_state, &idle, VCPU_LOADED, false,
							__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return PKVM_RET_BUSY;
	if (guest_load(&v->hw)) {
		__atomic_store_n(&v->run_state, VCPU_IDLE, __ATOMIC_RELEASE);
		return PKVM_RET_BUSY;
	}
	v->run = fix_map(FIX_RUN, v->run_page);
	cpu->loaded = v;
	__atomic_fetch_add(&vm->nr_loaded, 1, __ATOMIC_RELAXED);
	return PKVM_RET_SUCCESS;
}

void vcpu_unload(struct vcpu *v)
{
	struct vm *vm = v->vm;

	fix_unmap(FIX_RUN);
	v->run = NULL;
	this_cpu()->loaded = NULL;
	__atomic_store_n(&v->run_state, VCPU_IDLE, __ATOMIC_RELEASE);
	/* The last touch: with the count at 0 a teardown may free both at once. */
	__atomic_fetch_sub(&vm->nr_loaded, 1, __ATOMIC_RELEASE);
}

bool vcpu_put_here(void)
{
	struct vcpu *v = this_cpu()->loaded;

	if (!v)
		return false;
	guest_put(&v->hw);
	vcpu_unload(v);
	return true;
}

void vcpu_cpu_leaves(void)
{
	vcpu_put_here();
}
