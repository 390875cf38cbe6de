/* SPDX-License-Identifier: GPL-2.0-only */
/* The specification's own: changes to the abstract state, each written down. */
#ifndef SPEC_STATE_H
#define SPEC_STATE_H

#include <pkvm/host_call.h>
#include "spec.h"

void spec_note(struct spec *s, void *at, uint32_t size);

#define CHANGE(s, what, value)					\
	do {							\
		spec_note((s), &(what), sizeof(what));		\
		(what) = (value);				\
	} while (0)

/* Sets of results: bit n for the code -n. */
#define CODE(ret)	(1U << -(ret))
#define OK		CODE(PKVM_RET_SUCCESS)

__attribute__((format(printf, 2, 3)))
bool spec_wrong(struct spec *s, const char *fmt, ...);

/* The entry of an IPA, to be changed: the chunk is told page by page from here on. */
struct spec_ipa *spec_ipa_to_change(struct spec *s, struct spec_vm *vm, uint64_t ipa);
struct spec_chunk *spec_chunk(const struct spec_vm *vm, uint64_t ipa);
void spec_chunk_mark(struct spec *s, struct spec_vm *vm, uint64_t ipa, uint8_t ripas);
void spec_forget_ipas(struct spec_vm *vm);
/* Without a handle, and the log of changes does not point into it. */
bool spec_vm_slot_is_free(const struct spec_vm *vm);

/* Is a page in [@ipa, @ipa + @nr pages), or was? */
bool spec_taken_in(const struct spec_vm *vm, uint64_t ipa, uint64_t nr);

void spec_map(struct spec *s, struct spec_vm *vm, uint64_t ipa, struct spec_ipa e);
/* Takes a page out; the page's own state is the caller's. */
void spec_unmap(struct spec *s, struct spec_vm *vm, uint64_t ipa, uint8_t ripas);
/* The block around @ipa becomes pages. */
void spec_split(struct spec *s, struct spec_vm *vm, uint64_t ipa);

bool spec_handle_is_new(const struct spec *s, uint64_t handle);
void spec_handle_given(struct spec *s, uint64_t handle);

/* All VMs die, and the epoch is the next. */
void spec_epoch_begins(struct spec *s, uint32_t cpu);
void spec_put(struct spec *s, uint32_t cpu);

uint64_t spec_ipa_limit(const struct spec_vm *vm);

static inline uint16_t spec_slot(const struct spec *s, const struct spec_vm *vm)
{
	return (uint16_t)(vm - s->vms);
}

/* Errors that a call has reason for; 0: it must succeed, but for memory. */
uint32_t spec_vm_errors(struct spec *s, const struct spec_call *c);
uint32_t spec_vcpu_errors(struct spec *s, const struct spec_call *c);
uint32_t spec_mem_errors(struct spec *s, const struct spec_call *c);
/* System registers are EL2's table to name; a PSTATE is refused that EL1 cannot have. */
bool spec_reg_may_be_refused(const struct spec_call *c);
/* What a call that succeeded has done; false: not with this answer. */
bool spec_vm_done(struct spec *s, const struct spec_call *c, const struct spec_answer *a);
bool spec_vcpu_done(struct spec *s, const struct spec_call *c, const struct spec_answer *a);
bool spec_mem_done(struct spec *s, const struct spec_call *c, const struct spec_answer *a);
/* Gives back pages of a dying VM in ascending order of IPA until @left are there. */
bool spec_give_back(struct spec *s, struct spec_vm *vm, uint64_t left);
/* One page of a dying VM, wherever its table has it. */
void spec_take_page(struct spec *s, struct spec_vm *vm, uint32_t page);
void spec_vm_is_gone(struct spec *s, struct spec_vm *vm);

#endif
