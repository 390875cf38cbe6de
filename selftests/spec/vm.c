// SPDX-License-Identifier: GPL-2.0-only
/* VMs: handles and the life cycle. */
#include <stdlib.h>
#include "state.h"

#define IPA_BITS_MIN	32
#define IPA_BITS_MAX	40

static uint32_t create_errors(const struct spec *s, const struct spec_call *c)
{
	uint64_t bits = c->x[1];

	if (c->x[0] & ~PKVM_VM_PROTECTED || !c->x[2] || c->x[2] > SPEC_MAX_VCPUS)
		return CODE(PKVM_RET_INVALID);
	if (bits && (bits < IPA_BITS_MIN || bits > IPA_BITS_MAX || bits > s->max_ipa_bits))
		return CODE(PKVM_RET_INVALID);
	return 0;
}

uint32_t spec_vm_errors(struct spec *s, const struct spec_call *c)
{
	struct spec_vm *vm;

	if ((uint32_t)c->fid == PKVM_HOST_VM_CREATE)
		return create_errors(s, c);
	vm = spec_vm(s, c->x[0]);
	if (!vm)
		return CODE(PKVM_RET_NOENT);
	switch ((uint32_t)c->fid) {
	case PKVM_HOST_VM_SEAL:
		return vm->state == SPEC_CREATED || vm->state == SPEC_MEASURED ?
		       0 : CODE(PKVM_RET_STATE);
	case PKVM_HOST_VM_DESTROY:
		return (vm->state == SPEC_DYING ? CODE(PKVM_RET_STATE) : 0) |
		       (vm->nr_loaded ? CODE(PKVM_RET_BUSY) : 0);
	default:
		return vm->state != SPEC_DYING ? CODE(PKVM_RET_STATE) : 0;
	}
}

static bool created(struct spec *s, const struct spec_call *c, const struct spec_answer *a)
{
	struct spec_vm *vm = s->vms;
	uint64_t bits = c->x[1] ? c->x[1] : IPA_BITS_MAX;

	if (!spec_handle_is_new(s, a->x1))
		return spec_wrong(s, "handle %#llx is 0 or was one before",
				  (unsigned long long)a->x1);
	while (!spec_vm_slot_is_free(vm))
		if (++vm == s->vms + SPEC_MAX_VMS)
			return spec_wrong(s, "the specification's table of VMs is full");
	spec_handle_given(s, a->x1);
	CHANGE(s, vm->handle, a->x1);
	CHANGE(s, vm->state, SPEC_CREATED);
	CHANGE(s, vm->protected, c->x[0] & PKVM_VM_PROTECTED);
	CHANGE(s, vm->ipa_bits, bits > s->max_ipa_bits ? s->max_ipa_bits : bits);
	CHANGE(s, vm->max_vcpus, c->x[2]);
	CHANGE(s, vm->nr_loaded, 0);
	CHANGE(s, vm->epoch, s->epoch);
	CHANGE(s, vm->ended, 0);
	CHANGE(s, vm->named, 0);
	CHANGE(s, vm->populate_next, 0);
	CHANGE(s, vm->pages, 0);
	CHANGE(s, s->nr_vms, s->nr_vms + 1);
	return true;
}

/* A guest's page is the host's again, zeroed; a shared one has a user less. */
static void page_back(struct spec *s, struct spec_vm *vm, uint32_t page)
{
	struct spec_page *p = &s->pages[page];

	if (vm->protected) {
		CHANGE(s, p->owner, SPEC_HOST);
		CHANGE(s, p->vm, 0);
		CHANGE(s, p->content, SPEC_ZERO);
	} else {
		CHANGE(s, p->shares, p->shares - 1);
	}
}

bool spec_give_back(struct spec *s, struct spec_vm *vm, uint64_t left)
{
	uint64_t ipa = 0, in_block;

	if (left > vm->pages)
		return spec_wrong(s, "a dying VM got pages");
	while (vm->pages > left && spec_next_ipa(vm, &ipa)) {
		for (in_block = ipa % SPEC_BLOCK; in_block < SPEC_BLOCK && vm->pages > left;
		     in_block += SPEC_PAGE, ipa += SPEC_PAGE) {
			struct spec_ipa e = spec_ipa(vm, ipa);

			if (!e.page)
				continue;
			page_back(s, vm, e.page - 1);
			spec_unmap(s, vm, ipa, PKVM_RIPAS_DESTROYED);
		}
	}
	return true;
}

void spec_take_page(struct spec *s, struct spec_vm *vm, uint32_t page)
{
	const struct spec_chunk *c;
	uint32_t b, i;

	for (b = 0; b < SPEC_BUCKETS; b++) {
		for (c = vm->bucket[b]; c; c = c->next) {
			for (i = 0; c->detailed && i < SPEC_BLOCK_PAGES; i++) {
				if (c->e[i].page != page + 1)
					continue;
				page_back(s, vm, page);
				spec_unmap(s, vm, c->number * SPEC_BLOCK + i * SPEC_PAGE,
					   PKVM_RIPAS_DESTROYED);
				return;
			}
		}
	}
}

void spec_vm_is_gone(struct spec *s, struct spec_vm *vm)
{
	uint32_t i;

	for (i = 0; i < vm->max_vcpus; i++) {
		if (!vm->vcpu[i].there)
			continue;
		CHANGE(s, vm->vcpu[i].there, 0);
		CHANGE(s, s->pages[vm->vcpu[i].run_page].pinned, 0);
	}
	s->some_gone = 1;
	CHANGE(s, vm->handle, 0);
	CHANGE(s, s->nr_vms, s->nr_vms - 1);
}

static bool torn_down(struct spec *s, const struct spec_call *c, const struct spec_answer *a)
{
	struct spec_vm *vm = spec_vm(s, c->x[0]);

	/* 64 steps of a page or a block, and none after 512 pages. */
	if (a->x1 > 63 + SPEC_BLOCK_PAGES)
		return spec_wrong(s, "%llu pages at once", (unsigned long long)a->x1);
	if (a->x1 > vm->pages)
		return spec_wrong(s, "%llu pages given back of %llu", (unsigned long long)a->x1,
				  (unsigned long long)vm->pages);
	if (a->ret == PKVM_RET_SUCCESS && a->x1 != vm->pages)
		return spec_wrong(s, "all is said to be back, but %llu pages are not",
				  (unsigned long long)(vm->pages - a->x1));
	if (a->ret == PKVM_RET_SUCCESS && vm->nr_loaded)
		return spec_wrong(s, "a VM is gone of which a vCPU is loaded");
	if (!spec_give_back(s, vm, vm->pages - a->x1))
		return false;
	if (a->ret == PKVM_RET_SUCCESS)
		spec_vm_is_gone(s, vm);
	return true;
}

bool spec_vm_done(struct spec *s, const struct spec_call *c, const struct spec_answer *a)
{
	struct spec_vm *vm = spec_vm(s, c->x[0]);

	switch ((uint32_t)c->fid) {
	case PKVM_HOST_VM_CREATE:
		return created(s, c, a);
	case PKVM_HOST_VM_SEAL:
		CHANGE(s, vm->state, SPEC_SEALED);
		return true;
	case PKVM_HOST_VM_DESTROY:
		CHANGE(s, vm->state, SPEC_DYING);
		return true;
	default:
		return torn_down(s, c, a);
	}
}
