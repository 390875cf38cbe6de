// SPDX-License-Identifier: GPL-2.0-only
/* A guest's memory: the verbs. */
#include "state.h"

#define SHARES_MAX	((1U << 24) - 1)
#define ALL_PROT	(PKVM_PROT_READ | PKVM_PROT_WRITE | PKVM_PROT_EXEC)

static bool live(const struct spec_vm *vm)
{
	return vm->state != SPEC_DYING;
}

static bool before_seal(const struct spec_vm *vm)
{
	return vm->state == SPEC_CREATED || vm->state == SPEC_MEASURED;
}

static uint32_t ipa_errors(const struct spec_vm *vm, uint64_t ipa, uint64_t nr, uint64_t most)
{
	uint64_t limit = spec_ipa_limit(vm);

	if (ipa % SPEC_PAGE || !nr || nr > most || ipa >= limit ||
	    nr > (limit - ipa) / SPEC_PAGE)
		return CODE(PKVM_RET_INVALID);
	return 0;
}

/* Pages that the host gives (@alone) or shows to a guest. */
static uint32_t pa_errors(const struct spec *s, uint64_t pa, uint64_t nr, bool alone)
{
	uint32_t errors = 0, i, first;

	if (pa % SPEC_PAGE)
		return CODE(PKVM_RET_INVALID);
	if (!nr || nr > PKVM_RANGE_PAGES)
		return 0;
	if (!spec_is_ram(s, pa) || nr > s->nr_pages - spec_index(s, pa))
		return CODE(PKVM_RET_INVALID);
	first = spec_index(s, pa);
	for (i = first; i < first + nr; i++) {
		const struct spec_page *p = &s->pages[i];

		if (p->owner != SPEC_HOST)
			errors |= CODE(PKVM_RET_PERM);
		else if (p->pinned || (alone && p->shares))
			errors |= CODE(PKVM_RET_BUSY);
		else if (p->shares >= SHARES_MAX)
			errors |= CODE(PKVM_RET_LIMIT);
	}
	return errors;
}

/* Only of a range that is good in itself. */
static uint32_t there_errors(const struct spec_vm *vm, uint64_t ipa, uint64_t nr, bool ram)
{
	uint32_t errors = 0;
	uint64_t i;

	for (i = 0; i < nr; i++) {
		struct spec_ipa e = spec_ipa(vm, ipa + i * SPEC_PAGE);

		if (e.page)
			errors |= CODE(PKVM_RET_EXIST);
		else if (ram && e.ripas != PKVM_RIPAS_RAM)
			errors |= CODE(PKVM_RET_STATE);
	}
	return errors;
}

static uint32_t populate_errors(const struct spec *s, const struct spec_vm *vm,
				const struct spec_call *c)
{
	uint32_t errors = ipa_errors(vm, c->x[1], c->x[3], PKVM_RANGE_PAGES);

	if (!errors)
		errors |= there_errors(vm, c->x[1], c->x[3], false);
	if (c->x[1] < vm->populate_next)
		errors |= CODE(PKVM_RET_INVALID);
	if (!before_seal(vm))
		errors |= CODE(PKVM_RET_STATE);
	return errors | pa_errors(s, c->x[2], c->x[3], true);
}

static uint32_t donate_errors(const struct spec *s, const struct spec_vm *vm,
			      const struct spec_call *c)
{
	uint32_t errors = ipa_errors(vm, c->x[1], c->x[3], PKVM_RANGE_PAGES);

	if (!errors)
		errors |= there_errors(vm, c->x[1], c->x[3], true);
	if (!live(vm) || before_seal(vm))
		errors |= CODE(PKVM_RET_STATE);
	return errors | pa_errors(s, c->x[2], c->x[3], true);
}

static uint32_t share_errors(const struct spec *s, const struct spec_vm *vm,
			     const struct spec_call *c)
{
	uint32_t errors = ipa_errors(vm, c->x[1], c->x[3], PKVM_RANGE_PAGES);

	if (!errors)
		errors |= there_errors(vm, c->x[1], c->x[3], false);
	if (c->x[4] & ~ALL_PROT || !(c->x[4] & PKVM_PROT_READ))
		errors |= CODE(PKVM_RET_INVALID);
	if (!live(vm))
		errors |= CODE(PKVM_RET_STATE);
	return errors | pa_errors(s, c->x[2], c->x[3], false);
}

/* RECLAIM, UNSHARE, AGE: holes in the range are no error. */
static uint32_t range_errors(const struct spec_vm *vm, const struct spec_call *c)
{
	return ipa_errors(vm, c->x[1], c->x[2], PKVM_RANGE_PAGES) |
	       (live(vm) ? 0 : CODE(PKVM_RET_STATE));
}

static uint32_t ripas_errors(const struct spec_vm *vm, const struct spec_call *c)
{
	uint32_t errors = ipa_errors(vm, c->x[1], c->x[2], ~0ULL);

	if (c->x[3] != PKVM_RIPAS_EMPTY && c->x[3] != PKVM_RIPAS_RAM)
		errors |= CODE(PKVM_RET_INVALID);
	if (!before_seal(vm))
		errors |= CODE(PKVM_RET_STATE);
	return errors;
}

static bool for_protected(uint64_t fid)
{
	switch ((uint32_t)fid) {
	case PKVM_HOST_GUEST_SHARE:
	case PKVM_HOST_GUEST_UNSHARE:
	case PKVM_HOST_GUEST_AGE:
		return false;
	default:
		return true;
	}
}

uint32_t spec_mem_errors(struct spec *s, const struct spec_call *c)
{
	struct spec_vm *vm = spec_vm(s, c->x[0]);
	uint32_t errors;

	if (!vm)
		return CODE(PKVM_RET_NOENT);
	errors = for_protected(c->fid) == vm->protected ? 0 : CODE(PKVM_RET_PERM);
	switch ((uint32_t)c->fid) {
	case PKVM_HOST_GUEST_POPULATE:
		return errors | populate_errors(s, vm, c);
	case PKVM_HOST_GUEST_DONATE:
		return errors | donate_errors(s, vm, c);
	case PKVM_HOST_GUEST_SHARE:
		return errors | share_errors(s, vm, c);
	case PKVM_HOST_GUEST_SET_RIPAS:
		return errors | ripas_errors(vm, c);
	default:
		return errors | range_errors(vm, c);
	}
}

static bool is_block(const struct spec_call *c)
{
	return c->x[3] == SPEC_BLOCK_PAGES && !((c->x[1] | c->x[2]) % SPEC_BLOCK);
}

static void give(struct spec *s, struct spec_vm *vm, const struct spec_call *c, bool zeroed)
{
	uint32_t first = spec_index(s, c->x[2]), i;

	for (i = 0; i < c->x[3]; i++) {
		struct spec_page *p = &s->pages[first + i];

		spec_map(s, vm, c->x[1] + i * SPEC_PAGE, (struct spec_ipa){
			.page = first + i + 1, .prot = ALL_PROT,
			.ripas = PKVM_RIPAS_RAM, .block = is_block(c) });
		CHANGE(s, p->owner, SPEC_GUEST);
		CHANGE(s, p->vm, spec_slot(s, vm));
		if (zeroed)
			CHANGE(s, p->content, SPEC_ZERO);
	}
}

static void populated(struct spec *s, struct spec_vm *vm, const struct spec_call *c)
{
	give(s, vm, c, false);
	CHANGE(s, vm->populate_next, c->x[1] + c->x[3] * SPEC_PAGE);
	CHANGE(s, vm->state, SPEC_MEASURED);
}

static void shared(struct spec *s, struct spec_vm *vm, const struct spec_call *c)
{
	uint32_t first = spec_index(s, c->x[2]), i;

	for (i = 0; i < c->x[3]; i++) {
		spec_map(s, vm, c->x[1] + i * SPEC_PAGE, (struct spec_ipa){
			.page = first + i + 1, .prot = (uint8_t)c->x[4],
			.block = is_block(c), .young = 2 });
		CHANGE(s, s->pages[first + i].shares, s->pages[first + i].shares + 1);
	}
}

/* A block of which the range is a part becomes pages: what is left stays mapped. */
static void reclaimed(struct spec *s, struct spec_vm *vm, const struct spec_call *c)
{
	uint64_t i;

	for (i = 0; i < c->x[2]; i++) {
		uint64_t ipa = c->x[1] + i * SPEC_PAGE;
		struct spec_ipa e = spec_ipa(vm, ipa);

		if (!e.page)
			continue;
		if (e.block)
			spec_split(s, vm, ipa);
		spec_unmap(s, vm, ipa, PKVM_RIPAS_DESTROYED);
		CHANGE(s, s->pages[e.page - 1].owner, SPEC_HOST);
		CHANGE(s, s->pages[e.page - 1].vm, 0);
		CHANGE(s, s->pages[e.page - 1].content, SPEC_ZERO);
	}
}

static uint64_t drop(struct spec *s, struct spec_vm *vm, uint64_t ipa)
{
	struct spec_ipa e = spec_ipa(vm, ipa);

	if (!e.page)
		return 0;
	spec_unmap(s, vm, ipa, PKVM_RIPAS_EMPTY);
	CHANGE(s, s->pages[e.page - 1].shares, s->pages[e.page - 1].shares - 1);
	return 1;
}

static bool unshared(struct spec *s, struct spec_vm *vm, const struct spec_call *c,
		     const struct spec_answer *a)
{
	uint64_t dropped = 0, i, j;

	for (i = 0; i < c->x[2]; i++) {
		uint64_t ipa = c->x[1] + i * SPEC_PAGE;

		if (spec_ipa(vm, ipa).block)
			for (j = 0; j < SPEC_BLOCK_PAGES; j++)
				dropped += drop(s, vm, ipa / SPEC_BLOCK * SPEC_BLOCK +
						j * SPEC_PAGE);
		else
			dropped += drop(s, vm, ipa);
	}
	return dropped == a->x1 || spec_wrong(s, "%llu pages dropped, %llu said",
					      (unsigned long long)dropped,
					      (unsigned long long)a->x1);
}

/* One access flag stands for the whole block. */
static struct spec_ipa *flag_of(struct spec *s, struct spec_vm *vm, uint64_t ipa)
{
	if (spec_ipa(vm, ipa).block)
		ipa = ipa / SPEC_BLOCK * SPEC_BLOCK;
	return spec_ipa_to_change(s, vm, ipa);
}

static bool aged(struct spec *s, struct spec_vm *vm, const struct spec_call *c,
		 const struct spec_answer *a)
{
	bool yes = false, maybe = false;
	uint64_t i;

	for (i = 0; i < c->x[2]; i++) {
		struct spec_ipa *e;

		if (!spec_ipa(vm, c->x[1] + i * SPEC_PAGE).page)
			continue;
		e = flag_of(s, vm, c->x[1] + i * SPEC_PAGE);
		yes |= e->young == 1;
		maybe |= e->young == 2;
		if (e->young)
			CHANGE(s, e->young, 0);
	}
	if (a->x1 > 1 || (yes && !a->x1) || (!yes && !maybe && a->x1))
		return spec_wrong(s, "AGE says %llu", (unsigned long long)a->x1);
	return true;
}

static void mark(struct spec *s, struct spec_vm *vm, uint64_t ipa, uint8_t ripas)
{
	struct spec_ipa *e = spec_ipa_to_change(s, vm, ipa);

	CHANGE(s, e->ripas, ripas);
}

static bool ripas_set(struct spec *s, struct spec_vm *vm, const struct spec_call *c,
		      const struct spec_answer *a)
{
	uint64_t nr = c->x[2], ipa = c->x[1], end = ipa + a->x1 * SPEC_PAGE;

	if (a->x1 > nr || (a->ret == PKVM_RET_SUCCESS) != (a->x1 == nr) || !a->x1)
		return spec_wrong(s, "SET_RIPAS: %llu pages done of %llu",
				  (unsigned long long)a->x1, (unsigned long long)nr);
	while (ipa < end) {
		const struct spec_chunk *chunk = spec_chunk(vm, ipa);

		if (!(ipa % SPEC_BLOCK) && end - ipa >= SPEC_BLOCK && (!chunk || !chunk->detailed)) {
			spec_chunk_mark(s, vm, ipa, (uint8_t)c->x[3]);
			ipa += SPEC_BLOCK;
			continue;
		}
		if (spec_ipa(vm, ipa).page || spec_ipa(vm, ipa).ripas == PKVM_RIPAS_DESTROYED)
			return spec_wrong(s, "SET_RIPAS where a page is or was");
		mark(s, vm, ipa, (uint8_t)c->x[3]);
		ipa += SPEC_PAGE;
	}
	return true;
}

bool spec_mem_done(struct spec *s, const struct spec_call *c, const struct spec_answer *a)
{
	struct spec_vm *vm = spec_vm(s, c->x[0]);

	switch ((uint32_t)c->fid) {
	case PKVM_HOST_GUEST_POPULATE:
		populated(s, vm, c);
		return true;
	case PKVM_HOST_GUEST_DONATE:
		give(s, vm, c, true);
		return true;
	case PKVM_HOST_GUEST_RECLAIM:
		reclaimed(s, vm, c);
		return true;
	case PKVM_HOST_GUEST_SHARE:
		shared(s, vm, c);
		return true;
	case PKVM_HOST_GUEST_UNSHARE:
		return unshared(s, vm, c, a);
	case PKVM_HOST_GUEST_AGE:
		return aged(s, vm, c, a);
	default:
		return ripas_set(s, vm, c, a);
	}
}
