// SPDX-License-Identifier: GPL-2.0-only
/* What the random caller asks. */
#include <pkvm/host_call.h>

#include "draw.h"
#include "machine.h"

#define WINDOW		0x80000000ULL	/* where guests have their memory */
#define WINDOW_BLOCKS	4U
#define ALIVE		6U		/* VMs at a time */

uint64_t draw_seed;

uint64_t draw_64(void)
{
	draw_seed ^= draw_seed << 13;
	draw_seed ^= draw_seed >> 7;
	draw_seed ^= draw_seed << 17;
	return draw_seed * 0x2545f4914f6cdd1dULL;
}

uint32_t draw(uint32_t n)
{
	return (uint32_t)((draw_64() >> 32) * n >> 32);
}

bool draw_chance(uint32_t percent)
{
	return draw(100) < percent;
}

/* Numbers that break arithmetic. */
static uint64_t nasty(void)
{
	static const uint64_t n[] = {
		0, 1, ~0ULL, 1ULL << 63, 1ULL << 52, 1ULL << 40, (1ULL << 40) - 4096, 0xfffULL,
		~0xfffULL, M_RAM, M_RAM - 4096, M_RAM + M_PAGES * 4096ULL, 1ULL << 32, 0x80000001ULL,
		M_RAM + M_PAGES * 4096ULL - 4096, M_EL2_PAGES * 4096ULL + M_RAM - 4096,
	};

	return draw_chance(30) ? draw_64() : n[draw(sizeof(n) / sizeof(n[0]))];
}

static bool alone(const struct spec *s, uint32_t page)
{
	const struct spec_page *p = &s->pages[page];

	return p->owner == SPEC_HOST && !p->pinned && !p->shares;
}

uint64_t draw_page(const struct spec *s)
{
	return spec_pa(s, draw(s->nr_pages));
}

/* The start of @nr pages that the host could give, if one is soon found. */
static uint64_t pages_to_give(const struct spec *s, uint32_t nr)
{
	uint32_t tries, page = 0, i;

	if (draw_chance(4))
		return nasty();
	for (tries = 0; tries < 12; tries++) {
		page = draw(s->nr_pages);
		if (nr == SPEC_BLOCK_PAGES && !draw_chance(10))
			page = page / SPEC_BLOCK_PAGES * SPEC_BLOCK_PAGES;
		for (i = 0; i < nr && page + i < s->nr_pages && alone(s, page + i); i++)
			;
		if (i == nr || draw_chance(3))
			break;
	}
	return spec_pa(s, page) + (draw_chance(1) ? draw(4096) : 0);
}

uint64_t draw_ipa(const struct spec_vm *vm)
{
	uint64_t limit = vm && vm->ipa_bits ? 1ULL << vm->ipa_bits : 1ULL << 40;

	if (draw_chance(2))
		return nasty();
	if (draw_chance(2))
		return limit / (1 + draw(2)) - draw(4) * SPEC_PAGE;
	return (WINDOW + draw(WINDOW_BLOCKS) * SPEC_BLOCK + draw(SPEC_BLOCK_PAGES) * SPEC_PAGE) %
	       limit;
}

static uint64_t ipa_in(const struct spec_vm *vm, bool there, uint8_t ripas)
{
	uint64_t ipa = 0;
	uint32_t tries;

	for (tries = 0; tries < 12; tries++) {
		struct spec_ipa e;

		ipa = draw_ipa(vm);
		e = spec_ipa(vm, ipa);
		if (there ? e.page != 0 : !e.page && (!vm->protected || e.ripas == ripas))
			break;
	}
	return ipa + (draw_chance(1) ? draw(4096) : 0);
}

static uint64_t count(void)
{
	static const uint64_t n[] = { 0, 2, 3, 8, 511, 513, 512, 64, 4096, 1ULL << 52, ~0ULL };

	if (draw_chance(75))
		return 1;
	return draw_chance(50) ? 2 + draw(16) : n[draw(sizeof(n) / sizeof(n[0]))];
}

static struct spec_vm *some_vm(struct spec *s)
{
	uint32_t i, n;

	if (!s->nr_vms)
		return NULL;
	n = draw(s->nr_vms);
	for (i = 0; i < SPEC_MAX_VMS; i++)
		if (s->vms[i].handle && !n--)
			return &s->vms[i];
	return NULL;
}

static uint64_t odd_handle(struct spec *s)
{
	const struct spec_vm *vm = some_vm(s);

	switch (draw(4)) {
	case 0:
		return nasty();
	case 1:
		return (vm ? vm->handle : 1) ^ 1ULL << draw(64);
	case 2:
		return s->handles[draw((uint32_t)s->handles_size)];	/* often a stale one */
	default:
		return vm ? vm->handle : 0;
	}
}

/* 512 pages on a block's boundary, now and then. */
static void draw_block(struct spec *s, const struct spec_vm *vm, struct spec_call *c)
{
	if (!draw_chance(4))
		return;
	c->x[1] = c->x[1] / SPEC_BLOCK * SPEC_BLOCK;
	if ((uint32_t)c->fid == PKVM_HOST_GUEST_POPULATE && c->x[1] < vm->populate_next)
		c->x[1] += SPEC_BLOCK;
	c->x[2] = pages_to_give(s, SPEC_BLOCK_PAGES);
	c->x[3] = SPEC_BLOCK_PAGES;
}

static void draw_gift(struct spec *s, const struct spec_vm *vm, struct spec_call *c)
{
	c->x[1] = ipa_in(vm, false, PKVM_RIPAS_RAM);
	if ((uint32_t)c->fid == PKVM_HOST_GUEST_POPULATE && draw_chance(90))
		c->x[1] = vm->populate_next ? vm->populate_next + draw(3) * SPEC_PAGE : WINDOW;
	c->x[3] = count();
	c->x[2] = pages_to_give(s, c->x[3] > 512 ? 1 : (uint32_t)c->x[3]);
	c->x[4] = draw_chance(95) ? PKVM_PROT_READ | draw(8) : draw_64();
	draw_block(s, vm, c);
}

static void draw_range(const struct spec_vm *vm, struct spec_call *c)
{
	c->x[1] = ipa_in(vm, true, 0);
	c->x[2] = count();
	if (draw_chance(3)) {
		c->x[1] = c->x[1] / SPEC_BLOCK * SPEC_BLOCK;
		c->x[2] = SPEC_BLOCK_PAGES;
	}
}

static void draw_ripas(const struct spec_vm *vm, struct spec_call *c)
{
	c->x[1] = draw_ipa(vm);
	c->x[2] = draw_chance(90) ? draw(2048) : nasty();
	c->x[3] = draw_chance(95) ? draw_chance(80) : draw_64();
}

static uint64_t draw_index(const struct spec_vm *vm)
{
	return draw_chance(98) ? draw(vm->max_vcpus < 5 ? vm->max_vcpus + 1 : 5) : nasty();
}

/* One that is there, most often one that is on. */
static uint64_t index_there(const struct spec_vm *vm)
{
	uint64_t i = 0;
	uint32_t tries;

	for (tries = 0; tries < 8; tries++) {
		i = draw_index(vm);
		if (i < vm->max_vcpus && vm->vcpu[i].there &&
		    (vm->vcpu[i].power != SPEC_OFF || draw_chance(20)))
			break;
	}
	return i;
}

static uint64_t draw_reg(const struct spec_vm *vm)
{
	static const uint64_t n[] = {
		PKVM_REG_PC, PKVM_REG_PSTATE, PKVM_REG_FPSR, PKVM_REG_FPCR, PKVM_REG_POWER, 31,
		PKVM_REG_VLO(0), PKVM_REG_VHI(31), PKVM_REG_VHI(31) + 1, 37, PKVM_REG_SYS(0xc0800),
	};

	if (vm->protected && draw_chance(60))
		return draw_chance(20) ? PKVM_REG_PC : draw(8);
	if (draw_chance(30))
		return draw(31);
	if (draw_chance(30))
		return PKVM_REG_POWER;
	return draw_chance(95) ? n[draw(sizeof(n) / sizeof(n[0]))] : draw_64();
}

static void draw_reg_call(const struct spec_vm *vm, struct spec_call *c)
{
	c->x[1] = draw_chance(30) ? 0 : index_there(vm);
	c->x[2] = draw_reg(vm);
	c->x[3] = c->x[2] == PKVM_REG_POWER ? draw(10) < 8 : draw_64();
	if (c->x[2] == PKVM_REG_POWER && draw_chance(5))
		c->x[3] = draw_64() >> draw(64);
	if (c->x[2] == PKVM_REG_PSTATE)
		c->x[3] = draw_chance(60) ? 0x3c5 : draw_64() & 0xf00003ffULL;
}

static void draw_args(struct spec *s, const struct spec_vm *vm, struct spec_call *c)
{
	switch ((uint32_t)c->fid) {
	case PKVM_HOST_GUEST_POPULATE:
	case PKVM_HOST_GUEST_DONATE:
	case PKVM_HOST_GUEST_SHARE:
		draw_gift(s, vm, c);
		break;
	case PKVM_HOST_GUEST_RECLAIM:
	case PKVM_HOST_GUEST_UNSHARE:
	case PKVM_HOST_GUEST_AGE:
		draw_range(vm, c);
		break;
	case PKVM_HOST_GUEST_SET_RIPAS:
		draw_ripas(vm, c);
		break;
	case PKVM_HOST_VCPU_CREATE:
		c->x[1] = draw_index(vm);
		c->x[2] = pages_to_give(s, 1);
		break;
	case PKVM_HOST_VCPU_LOAD:
	case PKVM_HOST_VCPU_KICK:
		c->x[1] = index_there(vm);
		break;
	case PKVM_HOST_VCPU_GET_REG:
	case PKVM_HOST_VCPU_SET_REG:
		draw_reg_call(vm, c);
	}
}

struct weight {
	uint32_t fid;
	uint32_t weight;
};

static uint32_t weighted(const struct weight *w)
{
	uint32_t sum = 0, i, n;

	for (i = 0; w[i].weight; i++)
		sum += w[i].weight;
	n = draw(sum);
	for (i = 0; n >= w[i].weight; i++)
		n -= w[i].weight;
	return w[i].fid;
}

/* What gets a VM on, by its kind and state. */
static uint32_t next_for(const struct spec_vm *vm)
{
	static const struct weight made_protected[] = {
		{ PKVM_HOST_GUEST_SET_RIPAS, 15 }, { PKVM_HOST_GUEST_POPULATE, 30 },
		{ PKVM_HOST_VCPU_CREATE, 20 }, { PKVM_HOST_VCPU_SET_REG, 4 },
		{ PKVM_HOST_VCPU_GET_REG, 1 }, { PKVM_HOST_GUEST_RECLAIM, 4 },
		{ PKVM_HOST_VM_SEAL, 6 }, { PKVM_HOST_VM_DESTROY, 1 }, { 0, 0 },
	}, made_normal[] = {
		{ PKVM_HOST_GUEST_SHARE, 20 }, { PKVM_HOST_GUEST_UNSHARE, 4 },
		{ PKVM_HOST_VCPU_CREATE, 20 }, { PKVM_HOST_VCPU_SET_REG, 8 },
		{ PKVM_HOST_VCPU_GET_REG, 4 }, { PKVM_HOST_VM_SEAL, 6 },
		{ PKVM_HOST_VM_DESTROY, 1 }, { 0, 0 },
	}, runs_protected[] = {
		{ PKVM_HOST_GUEST_DONATE, 30 }, { PKVM_HOST_GUEST_RECLAIM, 10 },
		{ PKVM_HOST_VCPU_LOAD, 8 }, { PKVM_HOST_VCPU_RUN, 30 },
		{ PKVM_HOST_VCPU_PUT, 4 }, { PKVM_HOST_VCPU_KICK, 2 },
		{ PKVM_HOST_VM_DESTROY, 1 }, { PKVM_HOST_VCPU_GET_REG, 1 }, { 0, 0 },
	}, runs_normal[] = {
		{ PKVM_HOST_GUEST_SHARE, 30 }, { PKVM_HOST_GUEST_UNSHARE, 10 },
		{ PKVM_HOST_GUEST_AGE, 8 }, { PKVM_HOST_VCPU_LOAD, 8 },
		{ PKVM_HOST_VCPU_RUN, 30 }, { PKVM_HOST_VCPU_PUT, 4 },
		{ PKVM_HOST_VCPU_KICK, 2 }, { PKVM_HOST_VCPU_SET_REG, 3 },
		{ PKVM_HOST_VCPU_GET_REG, 3 }, { PKVM_HOST_VM_DESTROY, 1 }, { 0, 0 },
	};

	switch (vm->state) {
	case SPEC_CREATED:
	case SPEC_MEASURED:
		return weighted(vm->protected ? made_protected : made_normal);
	case SPEC_DYING:
		return draw_chance(vm->nr_loaded ? 50 : 5) ? PKVM_HOST_VCPU_PUT :
		       PKVM_HOST_VM_TEARDOWN;
	default:
		if (!vm->nr_loaded && draw_chance(20))
			return PKVM_HOST_VCPU_LOAD;
		return weighted(vm->protected ? runs_protected : runs_normal);
	}
}

/* Calls that name no VM. */
static void draw_global(struct spec *s, struct spec_call *c)
{
	if (s->nr_vms < ALIVE && draw_chance(40)) {
		c->fid = PKVM_HOST_VM_CREATE;
		c->x[0] = draw_chance(97) ? draw(2) : nasty();
		c->x[1] = draw_chance(60) ? 0 : draw_chance(80) ? 32 + draw(10) : nasty();
		c->x[2] = draw_chance(90) ? 1 + draw(4) : draw_chance(50) ? 512 : nasty();
	} else if (s->nr_arenas < 3 ? draw_chance(50) : draw_chance(10)) {
		c->fid = PKVM_HOST_ARENA_DONATE;
		c->x[0] = pages_to_give(s, SPEC_BLOCK_PAGES);
	} else if (draw_chance(25)) {
		c->fid = PKVM_HOST_ARENA_RECLAIM;
	} else if (draw_chance(3)) {
		c->fid = PKVM_HOST_REGISTER;
		c->x[0] = draw_chance(95) ? 1 : draw(3);
	} else {
		c->fid = PKVM_HOST_INFO;
		c->x[0] = draw_chance(95) ? draw(PKVM_INFO_MAX + 1) : nasty();
	}
}

/* Something that a CPU has loaded is more use than a random CPU. */
static void draw_cpu(const struct spec *s, const struct spec_vm *vm, struct spec_call *c)
{
	uint32_t i, first = draw(s->nr_cpus);

	c->cpu = first;
	if (draw_chance(10))
		return;
	for (i = 0; i < s->nr_cpus; i++) {
		uint32_t cpu = (first + i) % s->nr_cpus;

		if ((uint32_t)c->fid == PKVM_HOST_VCPU_LOAD ? s->cpu[cpu].vm < 0 :
		    s->cpu[cpu].vm >= 0 && vm == &s->vms[s->cpu[cpu].vm]) {
			c->cpu = cpu;
			return;
		}
	}
}

void draw_call(struct spec *s, struct spec_call *c)
{
	struct spec_vm *vm = some_vm(s);
	uint32_t i;

	for (i = 0; i < 6; i++)
		c->x[i] = draw_chance(98) ? 0 : nasty();
	c->cpu = draw(s->nr_cpus);
	if (!vm || draw_chance(12)) {
		draw_global(s, c);
		return;
	}
	c->fid = next_for(vm);
	if ((uint32_t)c->fid == PKVM_HOST_VCPU_RUN && !vm->nr_loaded && draw_chance(90))
		c->fid = vm->protected ? PKVM_HOST_GUEST_DONATE : PKVM_HOST_GUEST_SHARE;
	if ((uint32_t)c->fid == PKVM_HOST_VM_SEAL && !vm->vcpu[0].there && draw_chance(90))
		c->fid = PKVM_HOST_VCPU_CREATE;
	if (draw_chance(4)) {
		c->fid = PKVM_HOST_CALL_BASE + draw(26);
		if ((uint32_t)c->fid == PKVM_HOST_REGISTER)
			c->x[0] = 1;
	}
	if ((uint32_t)c->fid != PKVM_HOST_REGISTER || draw_chance(5))
		c->x[0] = draw_chance(97) ? vm->handle : odd_handle(s);
	draw_args(s, vm, c);
	draw_cpu(s, vm, c);
	if (draw_chance(1))
		c->fid |= draw_64() << 32;
	if (!draw(2000))
		c->fid = nasty();
}
