// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which answers a host call may have. Every error has a condition in the state
 * before; an error may be told only if its condition holds, and success only if
 * none does. Which of several errors is told is left open.
 */
#include "state.h"

static const char *const names[] = {
	"VERSION", "INFO", "LOG", "ARENA_DONATE", "ARENA_RECLAIM", "VM_CREATE", "VM_SEAL",
	"VM_DESTROY", "VM_TEARDOWN", "VCPU_CREATE", "VCPU_LOAD", "VCPU_PUT", "VCPU_RUN",
	"VCPU_KICK", "VCPU_GET_REG", "VCPU_SET_REG", "GUEST_POPULATE", "GUEST_DONATE",
	"GUEST_RECLAIM", "GUEST_SHARE", "GUEST_UNSHARE", "GUEST_AGE", "GUEST_SET_RIPAS",
	"REGISTER",
};

#define NR_NAMES	(sizeof(names) / sizeof(names[0]))

bool spec_judges(uint64_t fid)
{
	return (uint32_t)fid - PKVM_HOST_CALL_BASE < NR_NAMES;
}

static const char *name_of(uint64_t fid)
{
	return spec_judges(fid) ? names[(uint32_t)fid - PKVM_HOST_CALL_BASE] : "an unknown call";
}

/* A block of RAM that is the host's alone. */
static uint32_t arena_errors(const struct spec *s, uint64_t pa)
{
	uint32_t errors = 0, i, first;

	if (pa % SPEC_BLOCK)
		return CODE(PKVM_RET_INVALID);
	if (!spec_is_ram(s, pa) || !spec_is_ram(s, pa + SPEC_BLOCK - 1))
		return CODE(PKVM_RET_INVALID);
	first = spec_index(s, pa);
	for (i = first; i < first + SPEC_BLOCK_PAGES; i++) {
		if (s->pages[i].owner != SPEC_HOST)
			errors |= CODE(PKVM_RET_PERM);
		else if (s->pages[i].pinned || s->pages[i].shares)
			errors |= CODE(PKVM_RET_BUSY);
	}
	return errors;
}

static bool arena_given(struct spec *s, uint64_t pa)
{
	uint32_t i, first = spec_index(s, pa);

	for (i = first; i < first + SPEC_BLOCK_PAGES; i++) {
		CHANGE(s, s->pages[i].owner, SPEC_ARENA);
		CHANGE(s, s->pages[i].content, SPEC_ANY);
	}
	CHANGE(s, s->arena_epoch[first / SPEC_BLOCK_PAGES], s->epoch);
	CHANGE(s, s->nr_arenas, s->nr_arenas + 1);
	return true;
}

static bool arena_back(struct spec *s, uint64_t pa, bool old)
{
	uint32_t i, first;

	if (pa % SPEC_BLOCK || !spec_is_ram(s, pa))
		return spec_wrong(s, "what came back is no arena");
	first = spec_index(s, pa);
	if (!s->arena_epoch[first / SPEC_BLOCK_PAGES])
		return spec_wrong(s, "what came back is no arena");
	/* The host of this epoch does not know of another's: it gets them by touching them. */
	if ((s->arena_epoch[first / SPEC_BLOCK_PAGES] != s->epoch) != old)
		return spec_wrong(s, "what came back is an arena of another epoch");
	for (i = first; i < first + SPEC_BLOCK_PAGES; i++) {
		CHANGE(s, s->pages[i].owner, SPEC_HOST);
		CHANGE(s, s->pages[i].content, SPEC_ZERO);
	}
	CHANGE(s, s->arena_epoch[first / SPEC_BLOCK_PAGES], 0);
	CHANGE(s, s->nr_arenas, s->nr_arenas - 1);
	return true;
}

/* Whether some arena may be in use: objects of VMs, tables of split host memory. */
static bool arenas_may_be_used(const struct spec *s)
{
	uint32_t i;

	if (s->nr_vms)
		return true;
	for (i = 0; i < s->nr_pages; i++)
		if (s->pages[i].owner == SPEC_GUEST)
			return true;
	return false;
}

static uint32_t old_arenas(const struct spec *s)
{
	uint32_t i, n = 0;

	for (i = 0; i < s->nr_pages / SPEC_BLOCK_PAGES; i++)
		n += s->arena_epoch[i] && s->arena_epoch[i] != s->epoch;
	return n;
}

/* The new kernel does not know what the last one had loaded on its CPU: it is put. */
void spec_epoch_begins(struct spec *s, uint32_t cpu)
{
	uint32_t i;

	CHANGE(s, s->epoch, s->epoch + 1);
	for (i = 0; i < SPEC_MAX_VMS; i++)
		if (s->vms[i].handle && s->vms[i].state != SPEC_DYING)
			CHANGE(s, s->vms[i].state, SPEC_DYING);
	if (s->cpu[cpu].vm >= 0)
		spec_put(s, cpu);
}

/* Another number than the last one: if this epoch has VMs, it and they end. */
static bool registered(struct spec *s, uint32_t cpu, uint64_t number)
{
	bool vms = false;
	uint32_t i;

	for (i = 0; i < SPEC_MAX_VMS; i++)
		vms |= s->vms[i].handle && s->vms[i].epoch == s->epoch;
	if (s->registration != number && vms)
		spec_epoch_begins(s, cpu);
	CHANGE(s, s->registration, number);
	return true;
}

#define TTBR_BADDR	0x0000fffffffffffeULL

void spec_psci_version(struct spec *s, uint32_t cpu, uint64_t ttbr1, bool alone)
{
	uint64_t baddr = ttbr1 & TTBR_BADDR;

	if (s->version_asked && (baddr != s->ttbr || alone))
		spec_epoch_begins(s, cpu);
	CHANGE(s, s->version_asked, 1);
	CHANGE(s, s->ttbr, baddr);
}

static bool info_done(struct spec *s, uint64_t index, const struct spec_answer *a)
{
	uint64_t want;

	switch (index) {
	case PKVM_INFO_EPOCH:
		want = s->epoch;
		break;
	case PKVM_INFO_ARENAS:
		want = s->nr_arenas;
		break;
	case PKVM_INFO_VMS:
		want = s->nr_vms;
		break;
	case PKVM_INFO_CPUS:
		want = s->nr_cpus;
		break;
	default:
		return true;
	}
	return a->x1 == want || spec_wrong(s, "INFO %llu is %llu and should be %llu",
					   (unsigned long long)index, (unsigned long long)a->x1,
					   (unsigned long long)want);
}

static uint32_t errors_of(struct spec *s, const struct spec_call *c)
{
	switch ((uint32_t)c->fid) {
	case PKVM_HOST_VERSION:
	case PKVM_HOST_LOG:
		return 0;
	case PKVM_HOST_INFO:
		return c->x[0] >= PKVM_INFO_MAX ? CODE(PKVM_RET_INVALID) : 0;
	case PKVM_HOST_ARENA_DONATE:
		return arena_errors(s, c->x[0]);
	case PKVM_HOST_ARENA_RECLAIM:
		return s->nr_arenas > old_arenas(s) ? 0 : CODE(PKVM_RET_NOENT);
	case PKVM_HOST_REGISTER:
		return c->x[0] ? 0 : CODE(PKVM_RET_INVALID);
	case PKVM_HOST_VM_CREATE:
	case PKVM_HOST_VM_SEAL:
	case PKVM_HOST_VM_DESTROY:
	case PKVM_HOST_VM_TEARDOWN:
		return spec_vm_errors(s, c);
	case PKVM_HOST_VCPU_CREATE:
	case PKVM_HOST_VCPU_LOAD:
	case PKVM_HOST_VCPU_PUT:
	case PKVM_HOST_VCPU_RUN:
	case PKVM_HOST_VCPU_KICK:
	case PKVM_HOST_VCPU_GET_REG:
	case PKVM_HOST_VCPU_SET_REG:
		return spec_vcpu_errors(s, c);
	default:
		return spec_mem_errors(s, c);
	}
}

static bool done(struct spec *s, const struct spec_call *c, const struct spec_answer *a)
{
	switch ((uint32_t)c->fid) {
	case PKVM_HOST_VERSION:
		return a->x1 == PKVM_ABI_VERSION || spec_wrong(s, "a wrong version");
	case PKVM_HOST_LOG:
		return true;
	case PKVM_HOST_INFO:
		return info_done(s, c->x[0], a);
	case PKVM_HOST_ARENA_DONATE:
		return arena_given(s, c->x[0]);
	case PKVM_HOST_ARENA_RECLAIM:
		return arena_back(s, a->x1, false);
	case PKVM_HOST_REGISTER:
		return registered(s, c->cpu, c->x[0]);
	case PKVM_HOST_VM_CREATE:
	case PKVM_HOST_VM_SEAL:
	case PKVM_HOST_VM_DESTROY:
	case PKVM_HOST_VM_TEARDOWN:
		return spec_vm_done(s, c, a);
	case PKVM_HOST_VCPU_CREATE:
	case PKVM_HOST_VCPU_LOAD:
	case PKVM_HOST_VCPU_PUT:
	case PKVM_HOST_VCPU_RUN:
	case PKVM_HOST_VCPU_KICK:
	case PKVM_HOST_VCPU_GET_REG:
	case PKVM_HOST_VCPU_SET_REG:
		return spec_vcpu_done(s, c, a);
	default:
		return spec_mem_done(s, c, a);
	}
}

/* Calls that may take pages of arenas. */
static bool takes_memory(uint64_t fid)
{
	switch ((uint32_t)fid) {
	case PKVM_HOST_VM_CREATE:
	case PKVM_HOST_VCPU_CREATE:
	case PKVM_HOST_GUEST_POPULATE:
	case PKVM_HOST_GUEST_DONATE:
	case PKVM_HOST_GUEST_RECLAIM:
	case PKVM_HOST_GUEST_SHARE:
	case PKVM_HOST_GUEST_SET_RIPAS:
		return true;
	default:
		return false;
	}
}

/*
 * How much memory a call wants is not computed here: NOMEM is allowed if it asks for
 * more than is free. The first table of a VM wants neighbouring pages, and arenas of
 * ended epochs give nothing: there the count alone does not tell.
 */
static bool nomem_allowed(struct spec *s, const struct spec_call *c, const struct spec_answer *a)
{
	if (!takes_memory(c->fid))
		return spec_wrong(s, "the call takes no memory");
	if (!a->x1)
		return spec_wrong(s, "NOMEM that wants nothing");
	if (a->free_before == ~0ULL || old_arenas(s) || (uint32_t)c->fid == PKVM_HOST_VM_CREATE)
		return true;
	return a->x1 > a->free_before ||
	       spec_wrong(s, "NOMEM for %llu pages with %llu free", (unsigned long long)a->x1,
			  (unsigned long long)a->free_before);
}

static bool refused(struct spec *s, uint32_t errors, const struct spec_call *c,
		    const struct spec_answer *a)
{
	/* The one error that changes something: the vCPU is not loaded any more. */
	if ((uint32_t)c->fid == PKVM_HOST_VCPU_RUN && a->ret == PKVM_RET_BUSY &&
	    errors & CODE(PKVM_RET_BUSY))
		spec_put(s, c->cpu);
	if (a->free_before != a->free_after)
		return spec_wrong(s, "%s refused, and free pages were %llu and are %llu",
				  name_of(c->fid), (unsigned long long)a->free_before,
				  (unsigned long long)a->free_after);
	if (a->ret >= -31 && a->ret < 0 && errors & CODE(a->ret))
		return true;
	if (a->ret == PKVM_RET_NOMEM)
		return nomem_allowed(s, c, a);
	if (a->ret == PKVM_RET_INVALID && spec_reg_may_be_refused(c))
		return true;
	/* A new epoch ends VMs whose vCPUs are loaded: they have to be put first. */
	if (a->ret == PKVM_RET_BUSY && (uint32_t)c->fid == PKVM_HOST_VM_TEARDOWN && !errors)
		return spec_vm(s, c->x[0])->nr_loaded || spec_wrong(s, "nothing is loaded");
	if (a->ret == PKVM_RET_EXIST && (uint32_t)c->fid == PKVM_HOST_GUEST_SET_RIPAS)
		return spec_taken_in(spec_vm(s, c->x[0]), c->x[1], c->x[2]) ||
		       spec_wrong(s, "no page is or was there");
	if (a->ret == PKVM_RET_NOENT && (uint32_t)c->fid == PKVM_HOST_ARENA_RECLAIM)
		return a->free_before == ~0ULL || arenas_may_be_used(s) ||
		       spec_wrong(s, "no arena can be in use");
	return spec_wrong(s, "%s: %lld, but allowed are the codes of set %#x", name_of(c->fid),
			  (long long)a->ret, errors ? errors : OK);
}

/* Nothing but VMs and split memory of the host takes pages of arenas. */
static bool no_leak(struct spec *s, const struct spec_answer *a)
{
	if (a->free_after == ~0ULL || s->nr_vms || old_arenas(s))
		return true;
	return a->free_after == s->nr_arenas * 511ULL || arenas_may_be_used(s) ||
	       spec_wrong(s, "there is no VM, and of %u arenas only %llu pages are free",
			  s->nr_arenas, (unsigned long long)a->free_after);
}

bool spec_host_call(struct spec *s, const struct spec_call *c, const struct spec_answer *a)
{
	uint32_t mark = spec_mark(s), errors;

	if (!spec_judges(c->fid))
		return a->ret == PKVM_RET_NOT_SUPPORTED || spec_wrong(s, "an unknown call");
	errors = errors_of(s, c);
	if (a->ret != PKVM_RET_SUCCESS && a->ret != PKVM_RET_AGAIN)
		return refused(s, errors, c, a);
	if (errors)
		return spec_wrong(s, "%s: %lld, but allowed are the codes of set %#x",
				  name_of(c->fid), (long long)a->ret, errors);
	if (a->ret == PKVM_RET_AGAIN && (uint32_t)c->fid != PKVM_HOST_VM_TEARDOWN &&
	    (uint32_t)c->fid != PKVM_HOST_GUEST_SET_RIPAS)
		return spec_wrong(s, "%s: AGAIN is none of its results", name_of(c->fid));
	if (done(s, c, a) && no_leak(s, a))
		return true;
	spec_back(s, mark);
	return false;
}

bool spec_host_may(const struct spec *s, uint64_t pa)
{
	return spec_is_ram(s, pa) && s->pages[spec_index(s, pa)].owner == SPEC_HOST;
}

void spec_host_writes(struct spec *s, uint64_t pa, uint32_t tag)
{
	CHANGE(s, s->pages[spec_index(s, pa)].content, tag);
}

/* What a touch found to do: a step of the end of VMs and arenas of ended epochs. */
static bool touched(struct spec *s, const struct spec_touch *t)
{
	uint32_t i;

	for (i = 0; i < SPEC_MAX_VMS; i++) {
		struct spec_vm *vm = &s->vms[i];

		if (!vm->handle || vm->epoch == s->epoch)
			continue;
		if (!spec_give_back(s, vm, t->vm_gone[i] ? 0 : t->vm_pages[i]))
			return false;
		if (t->vm_gone[i] && vm->nr_loaded)
			return spec_wrong(s, "a VM is gone of which a vCPU is loaded");
		if (t->vm_gone[i])
			spec_vm_is_gone(s, vm);
	}
	for (i = 0; i < s->nr_pages / SPEC_BLOCK_PAGES; i++)
		if (s->arena_epoch[i] && t->arena_gone[i] &&
		    !arena_back(s, s->base + i * SPEC_BLOCK, true))
			return false;
	return true;
}

/* A guest's page comes back itself, or with more of its 2 MiB: what went as a block. */
static bool guest_touched(struct spec *s, uint32_t page, const struct spec_touch *t)
{
	struct spec_vm *vm = &s->vms[s->pages[page].vm];
	uint32_t first = page / SPEC_BLOCK_PAGES * SPEC_BLOCK_PAGES, i;

	for (i = 0; i < SPEC_BLOCK_PAGES; i++) {
		const struct spec_page *p = &s->pages[first + i];

		if (t->open[i] && p->owner == SPEC_GUEST && &s->vms[p->vm] == vm)
			spec_take_page(s, vm, first + i);
	}
	return s->pages[page].owner == SPEC_HOST ||
	       spec_wrong(s, "a touch was answered by a retry, and nothing came back");
}

/*
 * A page of an ended epoch comes back, maybe after several touches; any other is
 * refused, and nothing changes.
 */
bool spec_host_touch(struct spec *s, uint64_t pa, const struct spec_touch *t)
{
	uint32_t mark = spec_mark(s), i;
	struct spec_page *p;

	if (!t->again)
		return true;
	if (!spec_is_ram(s, pa))
		return spec_wrong(s, "a touch of what is not RAM was answered by a retry");
	i = spec_index(s, pa);
	p = &s->pages[i];
	if (p->owner == SPEC_HOST)
		return true;
	if (p->owner == SPEC_EL2)
		return spec_wrong(s, "a touch of EL2's own page was answered by a retry");
	if (p->owner == SPEC_ARENA && s->arena_epoch[i / SPEC_BLOCK_PAGES] == s->epoch)
		return spec_wrong(s, "a touch of an arena was answered by a retry");
	if (p->owner == SPEC_GUEST && s->vms[p->vm].epoch == s->epoch)
		return spec_wrong(s, "a touch of a guest's page was answered by a retry");
	if (p->owner == SPEC_GUEST ? guest_touched(s, i, t) : touched(s, t))
		return true;
	spec_back(s, mark);
	return false;
}
