// SPDX-License-Identifier: GPL-2.0-only
/*
 * PSCI of protected guests (Arm DEN0022), decided here: a host that could start a vCPU
 * where it likes, or twice, or pretend that one is off, would own the guest. It is only
 * told which vCPU to schedule. Calls of several vCPUs race by compare and swap; there is
 * no lock, for a guest would choose how long it is held.
 */
#include <linux/types.h>
#include <uapi/linux/psci.h>
#include "pkvm/vcpu.h"

#define PSCI_VERSION_1_1	0x10001
#define SMCCC_VERSION_FID	0x80000000U

/* MPIDR_EL1's affinity fields as VMPIDR_OF() of pkvm/vcpu.c makes them. */
#define AFF0_MAX	0xfULL
#define AFF1(mpidr)	((mpidr) >> 8)

static struct vcpu *target_of(const struct vm *vm, u64 mpidr)
{
	struct vcpu *v;

	if ((mpidr & 0xff) > AFF0_MAX)
		return NULL;
	/* An index that is too large, from higher fields or bits that must be 0: none. */
	v = AFF1(mpidr) > VM_MAX_VCPUS ? NULL : vcpu_of(vm, AFF1(mpidr) << 4 | (mpidr & AFF0_MAX));
	return v;
}

static s64 cpu_on(struct vcpu *v, u64 mpidr, u64 entry, u64 context)
{
	struct vcpu *target = target_of(v->vm, mpidr);
	u32 was = VCPU_OFF;

	if (!target)
		return PSCI_RET_INVALID_PARAMS;
	if (entry & 3 || entry >= vm_alias(v->vm))
		return PSCI_RET_INVALID_ADDRESS;
	/* One of several callers gets past this, and fills in where to start. */
	if (!__atomic_compare_exchange_n(&target->power, &was, VCPU_ON_CLAIMED, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return was == VCPU_ON ? PSCI_RET_ALREADY_ON : PSCI_RET_ON_PENDING;
	target->on_entry = entry;
	target->on_context = context;
	__atomic_store_n(&target->power, VCPU_ON_PENDING, __ATOMIC_RELEASE);
	v->psci_exit = PKVM_EXIT_CPU_ON;
	v->psci_index = target->index;
	return PSCI_RET_SUCCESS;
}

static s64 affinity_info(const struct vcpu *v, u64 mpidr, u64 level)
{
	struct vcpu *target = target_of(v->vm, mpidr);

	if (!target || level)
		return PSCI_RET_INVALID_PARAMS;
	switch (__atomic_load_n(&target->power, __ATOMIC_RELAXED)) {
	case VCPU_ON:
		return PSCI_0_2_AFFINITY_LEVEL_ON;
	case VCPU_OFF:
		return PSCI_0_2_AFFINITY_LEVEL_OFF;
	default:
		return PSCI_0_2_AFFINITY_LEVEL_ON_PENDING;
	}
}

static s64 features(u32 fid)
{
	switch (fid) {
	case SMCCC_VERSION_FID:
	case PSCI_0_2_FN_PSCI_VERSION:
	case PSCI_1_0_FN_PSCI_FEATURES:
	case PSCI_0_2_FN_CPU_SUSPEND:
	case PSCI_0_2_FN64_CPU_SUSPEND:
	case PSCI_0_2_FN_CPU_OFF:
	case PSCI_0_2_FN_CPU_ON:
	case PSCI_0_2_FN64_CPU_ON:
	case PSCI_0_2_FN_AFFINITY_INFO:
	case PSCI_0_2_FN64_AFFINITY_INFO:
	case PSCI_0_2_FN_MIGRATE_INFO_TYPE:
	case PSCI_0_2_FN_SYSTEM_OFF:
	case PSCI_0_2_FN_SYSTEM_RESET:
	case PSCI_1_1_FN_SYSTEM_RESET2:
	case PSCI_1_1_FN64_SYSTEM_RESET2:
		return PSCI_RET_SUCCESS;
	default:
		return PSCI_RET_NOT_SUPPORTED;
	}
}

static s64 cpu_off(struct vcpu *v)
{
	v->psci_exit = PKVM_EXIT_CPU_OFF;
	/* Release: who switches it on again sees what it did before. */
	__atomic_store_n(&v->power, VCPU_OFF, __ATOMIC_RELEASE);
	return PSCI_RET_SUCCESS;
}

/* No vCPU of the VM begins another run: a host that goes on all the same cannot. */
static s64 system_end(struct vcpu *v, u32 reason)
{
	__atomic_store_n(&v->vm->ended, true, __ATOMIC_RELAXED);
	v->psci_exit = reason;
	return PSCI_RET_SUCCESS;
}

/* A standby state: the vCPU waits as in WFI, and goes on after the call. */
static s64 cpu_suspend(struct vcpu *v)
{
	v->psci_exit = PKVM_EXIT_WFI;
	return PSCI_RET_SUCCESS;
}

enum guest_smccc vcpu_psci(struct vcpu *v, u32 fid)
{
	u64 mask = fid & PSCI_0_2_64BIT ? ~0ULL : 0xffffffffULL;
	u64 a1 = v->hw.x[1] & mask, a2 = v->hw.x[2] & mask, a3 = v->hw.x[3] & mask;
	s64 ret = PSCI_RET_NOT_SUPPORTED;

	v->psci_exit = PKVM_EXIT_MAX;		/* none */
	switch (fid) {
	case PSCI_0_2_FN_PSCI_VERSION:
		ret = PSCI_VERSION_1_1;
		break;
	case PSCI_1_0_FN_PSCI_FEATURES:
		ret = features(a1);
		break;
	case PSCI_0_2_FN_CPU_ON:
	case PSCI_0_2_FN64_CPU_ON:
		ret = cpu_on(v, a1, a2, a3);
		break;
	case PSCI_0_2_FN_CPU_OFF:
		ret = cpu_off(v);
		break;
	case PSCI_0_2_FN_CPU_SUSPEND:
	case PSCI_0_2_FN64_CPU_SUSPEND:
		ret = cpu_suspend(v);
		break;
	case PSCI_0_2_FN_AFFINITY_INFO:
	case PSCI_0_2_FN64_AFFINITY_INFO:
		ret = affinity_info(v, a1, a2);
		break;
	case PSCI_0_2_FN_MIGRATE_INFO_TYPE:
		ret = PSCI_0_2_TOS_MP;
		break;
	case PSCI_0_2_FN_SYSTEM_OFF:
		ret = system_end(v, PKVM_EXIT_SYSTEM_OFF);
		break;
	case PSCI_0_2_FN_SYSTEM_RESET:
	case PSCI_1_1_FN_SYSTEM_RESET2:
	case PSCI_1_1_FN64_SYSTEM_RESET2:
		ret = system_end(v, PKVM_EXIT_SYSTEM_RESET);
		break;
	}
	v->hw.x[0] = ret;
	return v->psci_exit == PKVM_EXIT_MAX ? SMCCC_DONE : SMCCC_EXIT_POLICY;
}
