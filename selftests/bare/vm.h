/* SPDX-License-Identifier: GPL-2.0-only */
/* Host calls, and virtual machines as a host drives them. */
#ifndef BARE_VM_H
#define BARE_VM_H

#include <pkvm/host_call.h>
#include <pkvm/run.h>

#include "bare.h"
#include "guests/guest.h"

#define IPA_BITS	40
#define GUEST_RAM	0x80000000UL
/* Where the host hears of the window; a protected guest has devices in the upper half. */
#define GUEST_MMIO	(1UL << 38)
#define GUEST_ALIAS	(1UL << (IPA_BITS - 1))
#define VM_VCPUS	8
#define VM_RANGES	64

struct guest_code { const char *start, *end; };
extern const struct guest_code agent, hvc_loop, pattern, ticks_guest;

struct vm_range { u64 ipa, pa, nr; };

struct vm {
	u64 handle;
	u64 window;				/* as the guest sees GUEST_MMIO */
	bool protected, sealed, destroyed;
	u32 nr_vcpus;
	struct pkvm_run *run[VM_VCPUS];
	struct vm_range range[VM_RANGES];	/* what of the host's it has */
	u32 nr_ranges;
	u64 report[18];				/* what a guest stored from WIN_REPORT on */
	u64 read_value;				/* what its loads elsewhere in the window give */
	u64 irq_exits, exits;
};

/* A VM of vm_make() with guest_agent that is loaded here as vCPU 0. */
bool agent_make(struct vm *vm, u64 flags, u64 extra);
/* A VM in pages of its own, for tests with many. */
struct vm *vm_alloc(void);

/* A host call; x1 of the answer in *@out if that is not NULL. */
s64 hc(u32 fid, u64 a, u64 b, u64 c, u64 d, u64 e, u64 *out);
#define hc1(fid, a)		hc(fid, a, 0, 0, 0, 0, NULL)
#define hc2(fid, a, b)		hc(fid, a, b, 0, 0, 0, NULL)
#define hc3(fid, a, b, c)	hc(fid, a, b, c, 0, 0, NULL)
#define hc4(fid, a, b, c, d)	hc(fid, a, b, c, d, 0, NULL)
/* The same; gives an arena and calls again while EL2 lacks memory. */
s64 hc_mem(u32 fid, u64 a, u64 b, u64 c, u64 d, u64 e, u64 *out);
bool arena_give(void);
void arena_note(void);		/* the test gave one by itself */
/* They went with their epoch. */
void arenas_forget(void);
/* Takes back every arena that nothing uses; how many; checks that they are zero. */
u32 arenas_take(void);
u64 info(u64 index);
bool is_zero(u64 pa, u64 nr);

/*
 * Makes a VM with @vcpus vCPUs: one page of @code and @extra zero pages behind it at
 * GUEST_RAM; x0 = the window, x1 = @a, x2 = @b, x3 = @c of vCPU 0; sealed. False: the test has failed.
 */
bool vm_make(struct vm *vm, u64 flags, u32 vcpus, struct guest_code code, u64 extra, const u64 *args);
/* The parts of that. */
bool vm_create(struct vm *vm, u64 flags, u32 vcpus);
bool vm_seal(struct vm *vm);
/* Gives zeroed pages of the host's; remembered, so that vm_end() looks for them. */
bool vm_give(struct vm *vm, u64 ipa, u64 nr);
void vm_note(struct vm *vm, u64 ipa, u64 pa, u64 nr);
void vm_forget(struct vm *vm, u64 ipa);
u64 vm_pa(const struct vm *vm, u64 ipa);
/* Destroys it, takes all back and checks that what was donated is zero. */
bool vm_end(struct vm *vm);
/* The handle is gone: what the host looks at then. */
bool vm_gone(struct vm *vm);
/* All VMs of the test, and the arenas. */
void vms_clean_up(void);

bool vcpu_load(struct vm *vm, u32 index);
bool vcpu_put(void);
/* Runs until there is an exit that is not the host's own interrupt; what it is. */
u32 vcpu_run(struct vm *vm, u32 index);
/* The same, answering loads and stores in the window, until another exit. */
u32 vcpu_serve(struct vm *vm, u32 index);
/* The next run takes the access as made, a load with this value. */
void mmio_answer(struct pkvm_run *run, u64 value);
#define SMCCC_VERSION	0x80000000
#define PSCI_VERSION	0x84000000
#define PSCI_SYSTEM_OFF	0x84000008
#define PSCI_CPU_OFF	0x84000002
#define PSCI_CPU_ON	0xc4000003
#define PSCI_AFFINITY_INFO 0xc4000004

/* guest_agent does one thing. The answer to its last store waits for its next. */
struct did { u64 result, far, esr; u32 exit; };
struct did agent_do(struct vm *vm, u32 index, u64 op, u64 a, u64 b, u64 c);
#define AGENT_DONE	0xffffU		/* did.exit: the agent came to its end */

#endif
