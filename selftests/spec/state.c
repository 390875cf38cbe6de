// SPDX-License-Identifier: GPL-2.0-only
/* The abstract state, and the log of its changes. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

static void *must(void *p)
{
	if (!p) {
		fprintf(stderr, "spec: no memory\n");
		exit(2);
	}
	return p;
}

void spec_init(struct spec *s, uint64_t base, uint32_t nr_pages, uint32_t nr_cpus,
	       uint32_t max_ipa_bits)
{
	uint32_t i;

	memset(s, 0, sizeof(*s));
	s->base = base;
	s->nr_pages = nr_pages;
	s->nr_cpus = nr_cpus;
	s->max_ipa_bits = max_ipa_bits;
	s->pages = must(calloc(nr_pages, sizeof(*s->pages)));
	s->vms = must(calloc(SPEC_MAX_VMS, sizeof(*s->vms)));
	s->handles_size = 1024;
	s->handles = must(calloc(s->handles_size, sizeof(*s->handles)));
	s->undo_size = 4096;
	s->undo = must(calloc(s->undo_size, sizeof(*s->undo)));
	s->epoch = 1;
	for (i = 0; i < SPEC_MAX_CPUS; i++)
		s->cpu[i].vm = -1;
}

void spec_el2_holds(struct spec *s, uint64_t pa, uint32_t nr)
{
	uint32_t i = spec_index(s, pa), end = i + nr;

	for (; i < end; i++) {
		s->pages[i].owner = SPEC_EL2;
		s->pages[i].content = SPEC_ANY;
	}
}

void spec_free(struct spec *s)
{
	uint32_t i;

	for (i = 0; i < SPEC_MAX_VMS; i++)
		spec_forget_ipas(&s->vms[i]);
	free(s->pages);
	free(s->vms);
	free(s->handles);
	free(s->undo);
}

bool spec_wrong(struct spec *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	return false;
}

void spec_note(struct spec *s, void *at, uint32_t size)
{
	struct spec_undo *u;

	if (s->nr_undo == s->undo_size) {
		s->undo_size *= 2;
		s->undo = must(realloc(s->undo, s->undo_size * sizeof(*s->undo)));
	}
	u = &s->undo[s->nr_undo++];
	u->at = at;
	u->size = size;
	u->old = 0;
	memcpy(&u->old, at, size);
}

void spec_back(struct spec *s, uint32_t mark)
{
	while (s->nr_undo > mark) {
		struct spec_undo *u = &s->undo[--s->nr_undo];

		memcpy(u->at, &u->old, u->size);
	}
}

static uint64_t *handle_slot(uint64_t *table, uint64_t size, uint64_t handle)
{
	uint64_t i = handle * 0x9e3779b97f4a7c15ULL >> 20 & (size - 1);

	while (table[i] && table[i] != handle)
		i = (i + 1) & (size - 1);
	return &table[i];
}

/* Entries of the log point into the table, so it grows only when there are none. */
static void grow_handles(struct spec *s)
{
	uint64_t size = s->handles_size * 2, i;
	uint64_t *table;

	if (s->nr_handles * 2 < s->handles_size)
		return;
	table = must(calloc(size, sizeof(*table)));
	for (i = 0; i < s->handles_size; i++)
		if (s->handles[i])
			*handle_slot(table, size, s->handles[i]) = s->handles[i];
	free(s->handles);
	s->handles = table;
	s->handles_size = size;
}

void spec_forget(struct spec *s)
{
	uint32_t i;

	s->nr_undo = 0;
	grow_handles(s);
	for (i = 0; s->some_gone && i < SPEC_MAX_VMS; i++)
		if (!s->vms[i].handle)
			spec_forget_ipas(&s->vms[i]);
	s->some_gone = 0;
}

bool spec_handle_is_new(const struct spec *s, uint64_t handle)
{
	return handle && !*handle_slot(s->handles, s->handles_size, handle);
}

void spec_handle_given(struct spec *s, uint64_t handle)
{
	uint64_t *slot = handle_slot(s->handles, s->handles_size, handle);

	CHANGE(s, *slot, handle);
	CHANGE(s, s->nr_handles, s->nr_handles + 1);
}

struct spec_vm *spec_vm(struct spec *s, uint64_t handle)
{
	uint32_t i;

	for (i = 0; handle && i < SPEC_MAX_VMS; i++)
		if (s->vms[i].handle == handle)
			return &s->vms[i];
	return NULL;
}

/* The top half of a protected VM's addresses is the alias of what it shares. */
uint64_t spec_ipa_limit(const struct spec_vm *vm)
{
	return 1ULL << (vm->protected ? vm->ipa_bits - 1 : vm->ipa_bits);
}

static uint32_t bucket_of(uint64_t number)
{
	return (number ^ number >> 6 ^ number >> 12) % SPEC_BUCKETS;
}

struct spec_chunk *spec_chunk(const struct spec_vm *vm, uint64_t ipa)
{
	uint64_t number = ipa / SPEC_BLOCK;
	struct spec_chunk *c = vm->bucket[bucket_of(number)];

	while (c && c->number != number)
		c = c->next;
	return c;
}

static struct spec_chunk *make_chunk(struct spec_vm *vm, uint64_t ipa)
{
	struct spec_chunk *c = spec_chunk(vm, ipa);
	uint32_t b = bucket_of(ipa / SPEC_BLOCK);

	if (c)
		return c;
	c = must(calloc(1, sizeof(*c)));
	c->number = ipa / SPEC_BLOCK;
	c->next = vm->bucket[b];
	vm->bucket[b] = c;
	return c;
}

struct spec_ipa *spec_ipa_to_change(struct spec *s, struct spec_vm *vm, uint64_t ipa)
{
	struct spec_chunk *c = make_chunk(vm, ipa);
	uint32_t i;

	if (!c->detailed) {
		if (!c->e)
			c->e = must(calloc(SPEC_BLOCK_PAGES, sizeof(*c->e)));
		for (i = 0; i < SPEC_BLOCK_PAGES; i++)
			c->e[i] = (struct spec_ipa){ .ripas = c->ripas };
		CHANGE(s, c->detailed, 1);
	}
	return &c->e[ipa / SPEC_PAGE % SPEC_BLOCK_PAGES];
}

/* A whole chunk without pages. */
void spec_chunk_mark(struct spec *s, struct spec_vm *vm, uint64_t ipa, uint8_t ripas)
{
	struct spec_chunk *c = make_chunk(vm, ipa);
	uint32_t i;

	if (!c->detailed) {
		CHANGE(s, c->ripas, ripas);
		return;
	}
	for (i = 0; i < SPEC_BLOCK_PAGES; i++)
		if (c->e[i].ripas != ripas)
			CHANGE(s, c->e[i].ripas, ripas);
}

void spec_forget_ipas(struct spec_vm *vm)
{
	uint32_t i;

	for (i = 0; i < SPEC_BUCKETS; i++) {
		while (vm->bucket[i]) {
			struct spec_chunk *c = vm->bucket[i];

			vm->bucket[i] = c->next;
			free(c->e);
			free(c);
		}
	}
}

bool spec_vm_slot_is_free(const struct spec_vm *vm)
{
	uint32_t i;

	for (i = 0; i < SPEC_BUCKETS; i++)
		if (vm->bucket[i])
			return false;
	return !vm->handle;
}

struct spec_ipa spec_ipa(const struct spec_vm *vm, uint64_t ipa)
{
	const struct spec_chunk *c = spec_chunk(vm, ipa);

	if (!c)
		return (struct spec_ipa){ .ripas = PKVM_RIPAS_EMPTY };
	if (!c->detailed)
		return (struct spec_ipa){ .ripas = c->ripas };
	return c->e[ipa / SPEC_PAGE % SPEC_BLOCK_PAGES];
}

/* The first page that is there at or after *ipa. */
bool spec_next_ipa(const struct spec_vm *vm, uint64_t *ipa)
{
	uint64_t from = *ipa, best = ~0ULL;
	const struct spec_chunk *c;
	uint32_t b, i;

	for (b = 0; b < SPEC_BUCKETS; b++) {
		for (c = vm->bucket[b]; c; c = c->next) {
			uint64_t base = c->number * SPEC_BLOCK;

			if (!c->detailed || !c->nr_pages || base >= best ||
			    base + SPEC_BLOCK <= from)
				continue;
			for (i = 0; i < SPEC_BLOCK_PAGES; i++) {
				uint64_t at = base + i * SPEC_PAGE;

				if (c->e[i].page && at >= from && at < best)
					best = at;
			}
		}
	}
	*ipa = best;
	return best != ~0ULL;
}

bool spec_taken_in(const struct spec_vm *vm, uint64_t ipa, uint64_t nr)
{
	const struct spec_chunk *c;
	uint32_t b, i;

	for (b = 0; b < SPEC_BUCKETS; b++) {
		for (c = vm->bucket[b]; c; c = c->next) {
			for (i = 0; c->detailed && i < SPEC_BLOCK_PAGES; i++) {
				uint64_t at = c->number * SPEC_BLOCK + i * SPEC_PAGE;

				if (at >= ipa && (at - ipa) / SPEC_PAGE < nr &&
				    (c->e[i].page || c->e[i].ripas == PKVM_RIPAS_DESTROYED))
					return true;
			}
		}
	}
	return false;
}

void spec_map(struct spec *s, struct spec_vm *vm, uint64_t ipa, struct spec_ipa e)
{
	struct spec_ipa *at = spec_ipa_to_change(s, vm, ipa);
	struct spec_chunk *c = spec_chunk(vm, ipa);

	CHANGE(s, *at, e);
	CHANGE(s, c->nr_pages, c->nr_pages + 1);
	CHANGE(s, vm->pages, vm->pages + 1);
}

void spec_unmap(struct spec *s, struct spec_vm *vm, uint64_t ipa, uint8_t ripas)
{
	struct spec_ipa *at = spec_ipa_to_change(s, vm, ipa);
	struct spec_chunk *c = spec_chunk(vm, ipa);

	CHANGE(s, *at, ((struct spec_ipa){ .ripas = ripas }));
	CHANGE(s, c->nr_pages, c->nr_pages - 1);
	CHANGE(s, vm->pages, vm->pages - 1);
}

void spec_split(struct spec *s, struct spec_vm *vm, uint64_t ipa)
{
	struct spec_chunk *c = spec_chunk(vm, ipa);
	uint32_t i;

	if (!c || !c->detailed || !c->e[0].block)
		return;
	for (i = 0; i < SPEC_BLOCK_PAGES; i++)
		CHANGE(s, c->e[i].block, 0);
}
