/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What answers the host's calls. The table (pkvm/host_call.c) finds and locks the VM, and
 * looks at its kind and state, before a handler of the second form runs.
 */
#ifndef PKVM_HOST_CALLS_H
#define PKVM_HOST_CALLS_H

#include "nvhe/cpu.h"
#include "pkvm/vm.h"

/*
 * @r: x1 upwards the arguments; on success results into x1 upwards, x0 is the caller's.
 * @want: with NOMEM: pages that arenas lack; becomes x1.
 * Return: x0. An error has changed nothing, and no register.
 */
typedef s64 (*host_handler)(struct host_frame *r, u32 *want);
/* @vm: of the handle in x1; its lock is held, and is dropped afterwards. */
typedef s64 (*vm_handler)(struct vm *vm, struct host_frame *r, u32 *want);

/* pkvm/host_call_vm.c */
s64 call_arena_donate(struct host_frame *r, u32 *want);
s64 call_arena_reclaim(struct host_frame *r, u32 *want);
s64 call_vm_create(struct host_frame *r, u32 *want);
s64 call_vm_seal(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_vm_destroy(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_vm_teardown(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_vcpu_create(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_vcpu_load(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_vcpu_put(struct host_frame *r, u32 *want);
s64 call_vcpu_run(struct host_frame *r, u32 *want);
s64 call_vcpu_kick(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_vcpu_get_reg(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_vcpu_set_reg(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_register(struct host_frame *r, u32 *want);

/* pkvm/host_call_mem.c */
s64 call_guest_populate(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_guest_donate(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_guest_reclaim(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_guest_share(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_guest_unshare(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_guest_age(struct vm *vm, struct host_frame *r, u32 *want);
s64 call_guest_set_ripas(struct vm *vm, struct host_frame *r, u32 *want);

#endif
