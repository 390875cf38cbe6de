// SPDX-License-Identifier: GPL-2.0-only
/* Reads EL2's state as it is, and holds it against the specification's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pkvm/host_call.h>

#include "machine.h"
#include "nvhe/arena.h"
#include "nvhe/cpu.h"
#include "nvhe/guest_s2.h"
#include "pkvm/epoch.h"
#include "pkvm/page.h"
#include "pkvm/vm.h"
#include "reader.h"

#define DIFFERS(...)	(snprintf(why, 256, __VA_ARGS__), false)
#define LL(x)		((unsigned long long)(x))

/* A pattern is eight words; the rest of the page stays zero. */
#define WORDS		8U
#define WORD_AT(i)	((i) * 65U)		/* of 512 */

static uint64_t word_of(uint32_t tag, uint32_t i)
{
	return tag ? (tag * 0x9e3779b97f4a7c15ULL) ^ (i * 0xc2b2ae3d27d4eb4fULL) : 0;
}

void reader_fill(uint64_t pa, uint32_t tag)
{
	uint64_t *page = (uint64_t *)pa;
	uint32_t i;

	memset(page, 0, SPEC_PAGE);
	for (i = 0; i < WORDS; i++)
		page[WORD_AT(i)] = word_of(tag, i);
	machine_written(pa);
}

bool reader_has(uint64_t pa, uint32_t tag)
{
	static const uint8_t zero[SPEC_PAGE];
	const uint64_t *page = (const uint64_t *)pa;
	uint32_t i;

	if (tag == SPEC_ZERO)
		return !memcmp(page, zero, SPEC_PAGE);
	for (i = 0; i < WORDS; i++)
		if (page[WORD_AT(i)] != word_of(tag, i))
			return false;
	return true;
}

uint64_t reader_free_pages(void)
{
	return arena_free_pages();
}

uint64_t reader_vm_pages(uint64_t handle)
{
	struct vm *vm = vm_get(handle);
	uint64_t pages;

	if (!vm)
		return ~0ULL;
	pages = vm->pages;
	vm_put(vm);
	return pages;
}

uint32_t reader_slot(uint64_t handle)
{
	struct vm *vm = vm_get(handle);
	uint32_t slot;

	if (!vm)
		return ~0U;
	slot = vm->slot;
	vm_put(vm);
	return slot;
}

uint64_t reader_mpidr(uint64_t handle, uint32_t index)
{
	struct vm *vm = vm_get(handle);
	uint64_t mpidr = ~0ULL;

	if (!vm)
		return mpidr;
	if (vm->vcpus[index])
		mpidr = vm->vcpus[index]->hw.vmpidr & 0xff00ffffffULL;
	vm_put(vm);
	return mpidr;
}

/* The word that page.h says. */
static uint32_t meta_of(const struct spec *s, const struct spec_page *p)
{
	switch (p->owner) {
	case SPEC_HOST:
		return p->pinned ? PAGE_HOST_PINNED : PAGE_WORD(PAGE_HOST, p->shares);
	case SPEC_EL2:
		return PAGE_WORD(PAGE_EL2, PAGE_BOOT);
	case SPEC_ARENA:
		return PAGE_WORD(PAGE_EL2, PAGE_ARENA);
	default:
		return PAGE_WORD(PAGE_GUEST, s->vms[p->vm].real_slot);
	}
}

bool reader_page(const struct spec *s, uint32_t page, char why[256])
{
	const struct spec_page *p = &s->pages[page];
	uint64_t pa = spec_pa(s, page);
	struct walked w = machine_walk_host(pa);

	if (w.valid != (p->owner == SPEC_HOST) || (w.valid && w.pa != pa))
		return DIFFERS("page %#llx is %s to the host, its owner is %u", LL(pa),
			       w.valid ? "open" : "closed", p->owner);
	if (p->content != SPEC_ANY && !reader_has(pa, p->content))
		return DIFFERS("page %#llx has not the contents %#x", LL(pa), p->content);
	if (page_word_of(pa) != meta_of(s, p))
		return DIFFERS("page %#llx: its word is %#x and should be %#x", LL(pa),
			       page_word_of(pa), meta_of(s, p));
	return true;
}

static bool vcpu_same(const struct spec_vm *vm, uint32_t i, const struct vcpu *v, char why[256])
{
	const struct spec_vcpu *sv = &vm->vcpu[i];
	uint32_t r;

	if (!v != !sv->there)
		return DIFFERS("vCPU %u of %#llx: there is %u", i, LL(vm->handle), sv->there);
	if (!v)
		return true;
	if (v->index != i || (v->run_state != VCPU_IDLE) != (sv->cpu >= 0))
		return DIFFERS("vCPU %u of %#llx: run state %u, loaded on %d", i, LL(vm->handle),
			       v->run_state, sv->cpu);
	if (v->power != sv->power || !v->hw.kicked != !sv->kicked)
		return DIFFERS("vCPU %u of %#llx: power %u is %u, kicked %u is %u", i,
			       LL(vm->handle), sv->power, v->power, sv->kicked, v->hw.kicked);
	/* What waits for CPU_ON's first run is reset by it. */
	if (sv->power == SPEC_ON_PENDING)
		return true;
	for (r = 0; r < 31; r++)
		if (v->hw.x[r] != sv->x[r])
			return DIFFERS("vCPU %u of %#llx: x%u is %#llx, should be %#llx", i,
				       LL(vm->handle), r, LL(v->hw.x[r]), LL(sv->x[r]));
	if (v->hw.pc != sv->pc)
		return DIFFERS("vCPU %u of %#llx: PC", i, LL(vm->handle));
	return true;
}

bool reader_vm(const struct spec *s, const struct spec_vm *vm, char why[256])
{
	struct vm *real = vm_get(vm->handle);
	bool same = true;
	uint32_t i;

	if (!real)
		return DIFFERS("no VM has the handle %#llx", LL(vm->handle));
	if (real->state != (uint32_t)vm->state || real->protected != !!vm->protected ||
	    real->ipa_bits != vm->ipa_bits || real->epoch != vm->epoch ||
	    real->max_vcpus != vm->max_vcpus || real->nr_loaded != vm->nr_loaded ||
	    real->pages != vm->pages)
		same = DIFFERS("VM %#llx: state %u is %u, loaded %u is %u, pages %llu is %llu",
			       LL(vm->handle), vm->state, real->state, vm->nr_loaded,
			       real->nr_loaded, LL(vm->pages), LL(real->pages));
	if (vm->state < SPEC_SEALED && vm->protected && real->populate_next != vm->populate_next)
		same = DIFFERS("VM %#llx: populates next at %#llx", LL(vm->handle),
			       LL(real->populate_next));
	for (i = 0; same && vm->state != SPEC_DYING && i < vm->max_vcpus; i++)
		same = vcpu_same(vm, i, real->vcpus[i], why);
	vm_put(real);
	return same;
}

static bool ipa_same(const struct spec *s, const struct spec_vm *vm, const struct vm *real,
		     uint64_t ipa, char why[256])
{
	const struct guest_s2 *hw = &real->s2.hw;
	struct walked w = machine_walk_guest(hw->baddr, hw->vtcr, ipa);
	struct spec_ipa e = spec_ipa(vm, ipa);
	struct s2_leaf leaf;

	if (w.valid != !!e.page || (w.valid && w.pa != spec_pa(s, e.page - 1)))
		return DIFFERS("VM %#llx IPA %#llx: %s %#llx, should be page %#x",
			       LL(vm->handle), LL(ipa), w.valid ? "is" : "not",
			       LL(w.pa), e.page);
	if (w.valid && (w.size == SPEC_BLOCK) != e.block)
		return DIFFERS("VM %#llx IPA %#llx: an entry of %#llx bytes", LL(vm->handle),
			       LL(ipa), LL(w.size));
	if (w.valid && (w.read != !!(e.prot & PKVM_PROT_READ) ||
			w.write != !!(e.prot & PKVM_PROT_WRITE) ||
			w.exec != !!(e.prot & PKVM_PROT_EXEC)))
		return DIFFERS("VM %#llx IPA %#llx: protection", LL(vm->handle), LL(ipa));
	if (w.valid || !vm->protected || vm->state == SPEC_DYING)
		return true;
	leaf = guest_s2_look(&real->s2, ipa);
	if ((uint32_t)leaf.empty != e.ripas)
		return DIFFERS("VM %#llx IPA %#llx: RIPAS %u is %u", LL(vm->handle), LL(ipa),
			       e.ripas, leaf.empty);
	return true;
}

bool reader_ipas(const struct spec *s, const struct spec_vm *vm, uint64_t ipa, uint64_t nr,
		 char why[256])
{
	struct vm *real = vm_get(vm->handle);
	bool same = true;
	uint64_t i;

	if (!real)
		return DIFFERS("no VM has the handle %#llx", LL(vm->handle));
	/* A dead VM's table: touches took pages past it. */
	if (vm->state == SPEC_DYING && vm->protected)
		nr = 0;
	for (i = 0; same && i < nr && (ipa + i * SPEC_PAGE) >> vm->ipa_bits == 0; i++)
		same = ipa_same(s, vm, real, ipa + i * SPEC_PAGE, why);
	vm_put(real);
	return same;
}

/* epoch_reader.c; the teeth's own epoch.c has none. */
u64 __attribute__((weak)) reader_registration(void);

bool reader_cpus(const struct spec *s, char why[256])
{
	uint32_t i;

	for (i = 0; i < s->nr_cpus; i++) {
		const struct vcpu *v = hyp_cpus[i]->loaded;

		if (!v != (s->cpu[i].vm < 0) || (v && v->index != s->cpu[i].vcpu))
			return DIFFERS("CPU %u has another vCPU loaded", i);
	}
	if (epoch_now() != s->epoch)
		return DIFFERS("the epoch is %llu, should be %llu", LL(epoch_now()), LL(s->epoch));
	if (reader_registration && reader_registration() != s->registration)
		return DIFFERS("registration %llu, should be %llu", LL(reader_registration()),
			       LL(s->registration));
	if (arena_count() != s->nr_arenas || vm_count() != s->nr_vms)
		return DIFFERS("%llu arenas, %llu VMs", LL(arena_count()), LL(vm_count()));
	return true;
}

bool reader_all(const struct spec *s, char why[256])
{
	const struct spec_chunk *c;
	uint32_t i, b;

	for (i = 0; i < s->nr_pages; i++)
		if (!reader_page(s, i, why))
			return false;
	for (i = 0; i < SPEC_MAX_VMS; i++) {
		const struct spec_vm *vm = &s->vms[i];
		uint64_t pages = 0;

		if (!vm->handle)
			continue;
		if (!reader_vm(s, vm, why))
			return false;
		for (b = 0; b < SPEC_BUCKETS; b++)
			for (c = vm->bucket[b]; c; pages += c->nr_pages, c = c->next)
				if (c->detailed && !reader_ipas(s, vm, c->number * SPEC_BLOCK,
								SPEC_BLOCK_PAGES, why))
					return false;
		if (pages != vm->pages)
			return DIFFERS("VM %#llx: the specification's own count is wrong",
				       LL(vm->handle));
	}
	return reader_cpus(s, why);
}
