/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vCPUs: made with a VM, loaded on a CPU, run there. The calls below that take a VM
 * want its lock held; state and kind of the VM have been checked (pkvm/host_call.c).
 */
#ifndef PKVM_VCPU_H
#define PKVM_VCPU_H

#include "nvhe/cpu.h"
#include "pkvm/vm.h"

/** vcpu_of() - the vCPU of an index, NULL if there is none. Locked, or loaded here. */
struct vcpu *vcpu_of(const struct vm *vm, u64 index);

/**
 * vcpu_create() - a vCPU with its registers as after reset
 * @run_page: physical address; the host's, and pinned until the vCPU goes
 *
 * Return: 0; INVALID, EXIST, NOMEM (1 page), PERM, BUSY. An error has changed nothing.
 */
s64 vcpu_create(struct vm *vm, u64 index, u64 run_page, u32 *want);

/** vcpu_free() - the reverse; the vCPU is loaded nowhere, its VM is dying */
void vcpu_free(struct vm *vm, u32 index);

/** vcpu_load() - make it this CPU's. Return: 0, NOENT, BUSY. */
s64 vcpu_load(struct vm *vm, u64 index);

/**
 * vcpu_put_here() - what is loaded on this CPU is no longer
 *
 * Takes vmid_lock. Return: false: nothing was. The VM may be gone afterwards.
 */
bool vcpu_put_here(void);

/** vcpu_cpu_leaves() - vcpu_put_here() for psci_policy */
void vcpu_cpu_leaves(void);

/** vcpu_unload() - the policy half of a put: the world switch has none of it any more */
void vcpu_unload(struct vcpu *v);

/** vcpu_run() - run what is loaded here; no locks held. Return: 0, STATE, INVALID, BUSY. */
s64 vcpu_run(struct vcpu *v);

/** vcpu_get_reg(), vcpu_set_reg() - Return: 0, NOENT, BUSY, INVALID, PERM */
s64 vcpu_get_reg(struct vm *vm, u64 index, u64 reg, u64 *value);
s64 vcpu_set_reg(struct vm *vm, u64 index, u64 reg, u64 value);

/** vcpu_psci() - a protected guest's PSCI call; see pkvm/guest_psci.c */
enum guest_smccc vcpu_psci(struct vcpu *v, u32 fid);

#endif
