// SPDX-License-Identifier: GPL-2.0-only
/* Makes calls, one at a time, and holds each against the specification. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pkvm/host_call.h>
#include <pkvm/run.h>

#include "caller.h"
#include "draw.h"
#include "machine.h"
#include "nvhe/guest.h"
#include "reader.h"

#define LL(x)	((unsigned long long)(x))

struct spec spec;
uint64_t caller_calls, caller_guest_calls, caller_unjudged;
bool caller_trace;
void (*caller_waits)(const struct event *e);
void (*caller_clock)(struct event *e);

static uint64_t seed_at_start;
static struct spec_call now;		/* the call that goes on */
static int64_t now_ret;
static uint64_t counts[32][16];		/* by call and result */
static uint32_t last_tag;
static bool may_be_old;			/* an epoch has begun: touches are of use */

void machine_broken(const char *fmt, ...)
{
	va_list ap;

	printf("not ok 1 - every call is as the specification says\n# seed %llu, call %llu: ",
	       LL(seed_at_start), LL(caller_calls));
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n# CPU %u, x0 %#llx, x1 %#llx, x2 %#llx, x3 %#llx, x4 %#llx, x5 %#llx -> %lld\n",
	       now.cpu, LL(now.fid), LL(now.x[0]), LL(now.x[1]), LL(now.x[2]), LL(now.x[3]),
	       LL(now.x[4]), (long long)now_ret);
	printf("# again: PKVM_SEED=%llu PKVM_CALLS=%llu\n1..1\n", LL(seed_at_start),
	       LL(caller_calls + 1));
	fflush(stdout);
	exit(1);
}

void caller_start(uint64_t seed)
{
	seed_at_start = seed;
	draw_seed = seed * 0x9e3779b97f4a7c15ULL | 1;
	machine_start();
	spec_init(&spec, M_RAM, M_PAGES, M_CPUS, M_IPA_BITS);
	spec_el2_holds(&spec, M_RAM, M_EL2_PAGES);
}

static void caller_begins(struct event *e)
{
	if (caller_clock)
		caller_clock(e);
}

/* Each event goes to the specification at once, or waits until all CPUs are done. */
static void happened(struct event *e)
{
	e->cpu = machine_cpu;
	if (caller_waits) {
		caller_waits(e);
		return;
	}
	if (event_apply(&spec, e))
		return;
	if (e->kind != EV_GUEST_CALL)
		machine_broken("%s", spec.why);
	machine_broken("%s; guest %#llx(%#llx, %#llx, %#llx) = %lld", spec.why, LL(e->regs.x[0]),
		       LL(e->regs.x[1]), LL(e->regs.x[2]), LL(e->regs.x[3]),
		       (long long)e->out_regs.x[0]);
}

/* What changes hands has been cleaned to the point of coherency. */
static bool clean(const struct spec_page *p, uint64_t pa, char why[256])
{
	if (p->owner == SPEC_ARENA || !machine_dirty(pa))
		return true;
	snprintf(why, 256, "page %#llx changed hands out of the cache", LL(pa));
	return false;
}

/* Everything that the specification changed is compared with what is. */
bool caller_compare_changed(char why[256])
{
	const char *pages = (const char *)spec.pages, *vms = (const char *)spec.vms;
	bool vm_changed[SPEC_MAX_VMS] = { false };
	uint32_t i, page, last = ~0U;

	for (i = 0; i < spec.nr_undo; i++) {
		const char *at = spec.undo[i].at;

		if (at >= vms && at < vms + SPEC_MAX_VMS * sizeof(*spec.vms))
			vm_changed[(at - vms) / sizeof(*spec.vms)] = true;
		if (at < pages || at >= pages + spec.nr_pages * sizeof(*spec.pages))
			continue;
		page = (uint32_t)((at - pages) / sizeof(*spec.pages));
		if (page != last && !reader_page(&spec, page, why))
			return false;
		if (at == (const char *)&spec.pages[page].owner && !caller_waits &&
		    !clean(&spec.pages[page], spec_pa(&spec, page), why))
			return false;
		last = page;
	}
	for (i = 0; i < SPEC_MAX_VMS; i++)
		if (vm_changed[i] && spec.vms[i].handle && !reader_vm(&spec, &spec.vms[i], why))
			return false;
	return true;
}

/* The part of an address space that a call may have changed, and a bit around it. */
bool caller_compare_range(const struct spec_call *c, char why[256])
{
	const struct spec_vm *vm = spec_vm(&spec, c->x[0]);
	uint64_t ipa, nr, i;

	if (!vm || !spec_judges(c->fid) || (uint32_t)c->fid < PKVM_HOST_GUEST_POPULATE ||
	    (uint32_t)c->fid > PKVM_HOST_GUEST_SET_RIPAS)
		return true;
	nr = (uint32_t)c->fid == PKVM_HOST_GUEST_RECLAIM ||
	     (uint32_t)c->fid >= PKVM_HOST_GUEST_UNSHARE ? c->x[2] : c->x[3];
	ipa = c->x[1] & ~0xfffULL;
	if (nr > SPEC_BLOCK_PAGES)
		nr = SPEC_BLOCK_PAGES;
	if (nr > 2 && !spec.nr_undo) {
		if (!reader_ipas(&spec, vm, ipa, 1, why))
			return false;
		ipa += draw((uint32_t)nr) * SPEC_PAGE;
		nr = 1;
	}
	if (!reader_ipas(&spec, vm, ipa - (ipa ? SPEC_PAGE : 0), nr + 2, why))
		return false;
	for (i = 0; i < 4; i++)
		if (!reader_ipas(&spec, vm, (ipa & ~(SPEC_BLOCK - 1)) +
				 draw(SPEC_BLOCK_PAGES) * SPEC_PAGE, 1, why))
			return false;
	return true;
}

static void compare(const struct spec_call *c)
{
	char why[256];

	if (caller_waits)
		return;
	if (!caller_compare_changed(why) || !caller_compare_range(c, why) ||
	    !reader_cpus(&spec, why) || machine_tlb_stale(why, sizeof(why)) ||
	    !reader_page(&spec, draw(spec.nr_pages), why))
		machine_broken("%s", why);
	spec_forget(&spec);
}

void caller_compare_all(void)
{
	char why[256];

	if (!reader_all(&spec, why))
		machine_broken("at the comparison of everything: %s", why);
}

/* The fake guest: what it does between entry and exit. */
static struct spec_regs regs_of(const struct hyp_vcpu *v)
{
	struct spec_regs r;

	memcpy(r.x, v->x, sizeof(r.x));
	r.pc = v->pc;
	return r;
}

void machine_sea(struct hyp_vcpu *v)
{
	struct event e = { .kind = EV_SEA };

	happened(&e);
}

static const struct spec_vm *vm_here(void)
{
	return &spec.vms[spec.cpu[machine_cpu].vm];
}

static void draw_guest_call(struct hyp_vcpu *v)
{
	static const uint32_t fids[] = {
		0x80000000, 0x80000001, 0x84000000, 0x84000001, 0xc4000001, 0x84000002,
		0xc4000003, 0xc4000003, 0xc4000003, 0xc4000003, 0x84000003, 0xc4000004,
		0xc4000004, 0x84000004, 0xc4000005, 0x84000006, 0x84000008, 0x84000009,
		0x8400000a, 0x84000012, 0xc4000012, 0xc400000e, 0x80008000, 0xc6000100,
		0x84000050, 0x84000053, 0xc4000190, 0x8600ff01,
	};
	const struct spec_vm *vm = vm_here();
	uint32_t i;

	for (i = 0; i < 8; i++)
		v->x[i] = draw_chance(50) ? draw_64() : 0;
	v->x[0] = draw_chance(99) ? fids[draw(sizeof(fids) / sizeof(fids[0]))] : draw_64();
	if (draw_chance(90))
		v->x[1] = spec.mpidr[draw(vm->max_vcpus < 5 ? vm->max_vcpus : 5)];
	if (draw_chance(70) && v->x[0] == 0xc4000003)
		v->x[2] = 0x80000000ULL + draw(1 << 20) * 4;
	else if (draw_chance(80))
		v->x[2] = 0;
	if (v->x[0] == 0x84000008 || v->x[0] == 0x84000009 || v->x[0] == 0xc4000012)
		v->x[0] = draw_chance(20) ? v->x[0] : 0x84000000;	/* not too often */
}

/* Return: true: the run is over, @event is filled in. */
static bool guest_call(struct hyp_vcpu *v, struct guest_event *event, struct spec_event *e)
{
	struct event call = { .kind = EV_GUEST_CALL };
	enum guest_smccc verdict;
	bool smc = draw_chance(50);

	draw_guest_call(v);
	v->pc += 4;
	call.regs = regs_of(v);
	caller_guest_calls++;
	caller_begins(&call);
	verdict = guest_policy.smccc(v, smc);
	call.out_regs = regs_of(v);
	call.verdict = verdict == SMCCC_DONE ? SPEC_CALL_DONE :
		       verdict == SMCCC_EXIT_HOST ? SPEC_CALL_HOST : SPEC_CALL_POLICY;
	happened(&call);
	if (verdict == SMCCC_DONE)
		return false;
	event->kind = verdict == SMCCC_EXIT_HOST ? GUEST_SMCCC : GUEST_POLICY;
	event->smc = smc;
	e->kind = verdict == SMCCC_EXIT_HOST ? SPEC_SMCCC : SPEC_POLICY;
	e->value = smc;
	return true;
}

static void fill_abort(struct guest_event *event, struct spec_event *e, bool permission)
{
	struct guest_abort *a = &event->abort;

	event->kind = GUEST_ABORT;
	a->ipa = e->ipa;
	a->exec = e->prot == PKVM_PROT_EXEC;
	a->write = e->write;
	a->permission = permission;
	a->isv = e->isv;
	a->size = (uint8_t)e->size;
	a->rt = (uint8_t)e->rt;
	a->sixty_four = true;
	e->kind = SPEC_ABORT;
}

/* Return: true: it aborts. */
static bool guest_access(struct hyp_vcpu *v, struct guest_event *event, struct spec_event *e)
{
	static const uint32_t prots[] = { PKVM_PROT_READ, PKVM_PROT_WRITE, PKVM_PROT_EXEC };
	struct event access = { .kind = EV_ACCESS };
	struct walked w;

	e->ipa = draw_ipa(vm_here()) & ((1ULL << vm_here()->ipa_bits) - 1);
	e->prot = prots[draw(3)];
	e->write = e->prot == PKVM_PROT_WRITE;
	e->isv = e->prot != PKVM_PROT_EXEC && draw_chance(80);
	e->size = 1U << draw(4);
	e->rt = draw(32);
	e->ipa = e->ipa / e->size * e->size;
	caller_begins(&access);
	w = machine_guest_access(v->s2->baddr | (v->s2->vmid.value & 0xffff) << 48, v->s2->vtcr,
				 e->ipa);
	access.left = *e;
	access.valid = w.valid;
	access.allowed = w.valid && (e->write ? w.write :
				     e->prot == PKVM_PROT_EXEC ? w.exec : w.read);
	access.pa = w.pa;
	access.tag = ++last_tag & 0x7fffffff;
	if (access.allowed && e->write)
		reader_fill(w.pa, access.tag);
	happened(&access);
	if (access.allowed)
		return false;
	fill_abort(event, e, w.valid);
	return true;
}

static void other_exit(struct guest_event *event, struct spec_event *e)
{
	static const struct {
		enum guest_exit kind;
		enum spec_kind spec;
	} exits[] = {
		{ GUEST_IRQ, SPEC_IRQ }, { GUEST_SERROR, SPEC_SERROR }, { GUEST_WFI, SPEC_WFI },
		{ GUEST_WFE, SPEC_WFE }, { GUEST_SGI, SPEC_SGI },
		{ GUEST_MAINTENANCE, SPEC_MAINTENANCE },
	};
	uint32_t n = draw(6);

	event->kind = exits[n].kind;
	e->kind = exits[n].spec;
	if (event->kind == GUEST_SGI)
		event->sgi = e->value = draw_64();
}

static bool guest_acts(struct hyp_vcpu *v, struct guest_event *event, struct spec_event *e)
{
	uint32_t n;

	for (n = draw(10); n; n--) {
		if (machine_yield)
			machine_yield();
		v->x[draw(31)] = draw_64();
		if (draw_chance(40) ? guest_access(v, event, e) : guest_call(v, event, e))
			return true;
	}
	return false;
}

void machine_guest(struct hyp_vcpu *v, struct guest_event *event)
{
	struct event enters = { .kind = EV_ENTERS, .regs = regs_of(v) };
	struct event leaves = { .kind = EV_LEAVES };

	caller_begins(&enters);
	happened(&enters);
	caller_begins(&leaves);
	if (__atomic_exchange_n(&v->kicked, false, __ATOMIC_ACQ_REL)) {
		event->kind = GUEST_KICK;
		leaves.left.kind = SPEC_KICK;
	} else if (!guest_acts(v, event, &leaves.left)) {
		other_exit(event, &leaves.left);
	}
	leaves.regs = regs_of(v);
	happened(&leaves);
}

void machine_mmio_done(struct hyp_vcpu *v, uint64_t data)
{
}

/* The host's half of the page, before a run; @in: what the specification is told. */
static struct pkvm_run *propose(uint32_t cpu, struct spec_in *in)
{
	const struct spec_vcpu *v;
	struct pkvm_run *run;
	uint32_t i;

	memset(in, 0, sizeof(*in));
	if (spec.cpu[cpu].vm < 0)
		return NULL;
	v = &spec.vms[spec.cpu[cpu].vm].vcpu[spec.cpu[cpu].vcpu];
	run = (struct pkvm_run *)spec_pa(&spec, v->run_page);
	run->in.value = draw_64();
	for (i = 0; i < 4; i++)
		run->in.x[i] = draw_64();
	run->in.nr_lrs = draw_chance(97) ? draw(M_LRS + 1) : (uint32_t)draw_64();
	for (i = 0; i < PKVM_RUN_LRS; i++)
		run->in.lr[i] = draw_chance(99) ? i : M_BAD_LR;
	run->in.flags = draw_chance(20) ? PKVM_RUN_MAINTENANCE : 0;
	if (v->ask == SPEC_ASK_MMIO && draw_chance(80))
		run->in.flags |= PKVM_RUN_MMIO_DONE;
	if (v->ask == SPEC_ASK_RESULTS && draw_chance(80))
		run->in.flags |= PKVM_RUN_SMCCC_DONE;
	if (draw_chance(2))
		run->in.flags = (uint32_t)draw_64() >> draw(32);
	in->value = run->in.value;
	memcpy(in->x, run->in.x, sizeof(in->x));
	in->flags = run->in.flags;
	in->bad_lrs = run->in.nr_lrs > M_LRS;
	for (i = 0; i < M_LRS && i < run->in.nr_lrs; i++)
		in->bad_lrs |= run->in.lr[i] == M_BAD_LR;
	return run;
}

/* Registers that are no result of this call keep their values. */
static void check_registers(const struct spec_call *c, const uint64_t *in, const uint64_t *out)
{
	uint32_t results = 0, i;

	switch ((uint32_t)c->fid) {
	case PKVM_HOST_LOG:
		results = 17;
		break;
	case PKVM_HOST_VERSION:
	case PKVM_HOST_INFO:
	case PKVM_HOST_ARENA_RECLAIM:
	case PKVM_HOST_VM_CREATE:
	case PKVM_HOST_VM_TEARDOWN:
	case PKVM_HOST_VCPU_GET_REG:
	case PKVM_HOST_GUEST_UNSHARE:
	case PKVM_HOST_GUEST_AGE:
	case PKVM_HOST_GUEST_SET_RIPAS:
		results = 1;
	}
	if ((int64_t)out[0] == PKVM_RET_NOMEM)
		results = 1;
	else if ((int64_t)out[0] < 0 && (int64_t)out[0] != PKVM_RET_AGAIN)
		results = 0;
	if ((uint32_t)c->fid == 0x8600ff01)
		results = 3;
	for (i = results + 1; i < 31; i++)
		if (in[i] != out[i])
			machine_broken("x%u is no result, and changed", i);
}

static void count_result(const struct spec_call *c, int64_t ret)
{
	uint32_t n = (uint32_t)c->fid - PKVM_HOST_CALL_BASE;

	counts[n < 31 ? n : 31][ret <= 0 && ret > -15 ? -ret : 15]++;
	if (!spec_judges(c->fid) && ret != PKVM_RET_NOT_SUPPORTED &&
	    (uint32_t)c->fid != 0x8600ff01)
		caller_unjudged++;
}

void caller_make(const struct spec_call *call)
{
	struct event e = { .kind = EV_CALL, .call = *call };
	struct event begins = { .kind = EV_RUN_BEGINS };
	struct pkvm_run *run = NULL;
	uint64_t in[31], out[31];
	uint32_t i;

	now = *call;
	now_ret = 1;
	machine_cpu = call->cpu;
	in[0] = call->fid;
	for (i = 1; i < 31; i++)
		in[i] = i < 7 ? call->x[i - 1] : draw_64();
	if ((uint32_t)call->fid == PKVM_HOST_VCPU_RUN) {
		run = propose(call->cpu, &begins.in);
		caller_begins(&begins);
		happened(&begins);
	}
	memcpy(out, in, sizeof(out));
	caller_begins(&e);
	e.answer.free_before = caller_waits ? ~0ULL : reader_free_pages();
	machine_hvc(out);
	e.answer.free_after = caller_waits ? ~0ULL : reader_free_pages();
	e.answer.ret = now_ret = (int64_t)out[0];
	e.answer.x1 = out[1];
	if (run)
		e.out = run->out;
	count_result(call, e.answer.ret);
	if (caller_trace)
		printf("# %llu: CPU %u: %#llx(%#llx, %#llx, %#llx, %#llx, %#llx) = %lld, %#llx\n",
		       LL(caller_calls), call->cpu, LL(call->fid), LL(call->x[0]), LL(call->x[1]),
		       LL(call->x[2]), LL(call->x[3]), LL(call->x[4]), (long long)e.answer.ret,
		       LL(e.answer.x1));
	check_registers(call, in, out);
	happened(&e);
	if (!caller_waits)
		caller_learn();
	compare(call);
	caller_calls++;
}

/* What names the real things: slots of VMs, the MPIDR of each vCPU. */
void caller_learn(void)
{
	static bool known[SPEC_MAX_VCPUS];
	uint32_t i, j;

	for (i = 0; i < SPEC_MAX_VMS; i++) {
		struct spec_vm *vm = &spec.vms[i];

		if (!vm->handle)
			continue;
		if (!vm->named)
			vm->real_slot = reader_slot(vm->handle);
		vm->named = 1;
		for (j = 0; j < vm->max_vcpus && j < 8; j++) {
			if (!vm->vcpu[j].there || known[j])
				continue;
			spec.mpidr[j] = reader_mpidr(vm->handle, j);
			known[j] = true;
		}
	}
}

/* The host stores to a page; one that is not its own is closed to it. */
static void host_store(void)
{
	uint64_t pa = draw_page(&spec);
	struct walked w = machine_host_access(pa);
	const struct spec_page *p = &spec.pages[spec_index(&spec, pa)];

	if (w.valid != spec_host_may(&spec, pa))
		machine_broken("the host finds page %#llx %s", LL(pa), w.valid ? "open" : "closed");
	if (!w.valid || p->pinned)
		return;
	last_tag = (last_tag + 1) & 0x7fffffff;
	reader_fill(pa, last_tag);
	spec_host_writes(&spec, pa, last_tag);
	spec_forget(&spec);
}

/* Return: false: refused. */
static bool host_touch(uint64_t pa)
{
	struct spec_touch t = { 0 };
	uint32_t i;

	now = (struct spec_call){ .fid = 0, .x = { pa } };
	now_ret = 2;
	machine_cpu = draw(M_CPUS);
	if (machine_walk_host(pa).valid)
		return true;
	t.again = machine_touch(pa);
	for (i = 0; i < SPEC_MAX_VMS; i++) {
		if (!spec.vms[i].handle)
			continue;
		t.vm_pages[i] = reader_vm_pages(spec.vms[i].handle);
		t.vm_gone[i] = t.vm_pages[i] == ~0ULL;
	}
	for (i = 0; i < M_PAGES / SPEC_BLOCK_PAGES; i++)
		t.arena_gone[i] = machine_walk_host(M_RAM + i * SPEC_BLOCK).valid;
	for (i = 0; i < SPEC_BLOCK_PAGES; i++)
		t.open[i] = machine_walk_host(pa / SPEC_BLOCK * SPEC_BLOCK +
					      i * SPEC_PAGE).valid;
	if (!spec_host_touch(&spec, pa, &t))
		machine_broken("%s", spec.why);
	compare(&now);
	return t.again;
}

/* A page of an ended epoch comes back, if it is touched often enough. */
static void touch_till_back(uint64_t pa)
{
	uint32_t turns;

	for (turns = 0; !machine_walk_host(pa).valid; turns++) {
		if (!host_touch(pa))
			machine_broken("page %#llx of an ended epoch is refused", LL(pa));
		if (turns > SPEC_MAX_PAGES)
			machine_broken("page %#llx of an ended epoch never comes", LL(pa));
	}
}

static bool of_ended_epoch(uint32_t page)
{
	const struct spec_page *p = &spec.pages[page];

	if (p->owner == SPEC_ARENA)
		return spec.arena_epoch[page / SPEC_BLOCK_PAGES] != spec.epoch;
	return p->owner == SPEC_GUEST && spec.vms[p->vm].epoch != spec.epoch;
}

static void new_epoch(void)
{
	static uint64_t ttbr = 0x41200000;

	bool alone = draw_chance(10);

	if (draw_chance(70))
		ttbr ^= draw_64() & 0xffff000000f00001ULL;
	now = (struct spec_call){ .fid = 0x84000000, .x = { ttbr, alone } };
	machine_cpu = draw(M_CPUS);
	machine_psci_version(ttbr, alone);
	spec_psci_version(&spec, machine_cpu, ttbr, alone);
	compare(&now);
	may_be_old = true;
}

/* The new kernel uses its memory: some of it was the last one's to give. */
static void new_kernel(void)
{
	uint32_t n, tries, page;

	new_epoch();
	for (n = draw(2) * draw(200); n; n--) {
		for (tries = 0; tries < 20; tries++) {
			page = draw(spec.nr_pages);
			if (of_ended_epoch(page))
				host_touch(spec_pa(&spec, page));
		}
	}
}

void caller_step(void)
{
	struct spec_call c = { 0 };

	if (draw_chance(8))
		host_store();
	if (draw_chance(may_be_old ? 5 : 1))
		host_touch(draw_page(&spec));
	if (!draw(5000))
		new_kernel();
	if (draw_chance(1)) {
		uint32_t cpu = draw(M_CPUS);

		machine_fp_busy[cpu] = !draw(4);
		spec.cpu[cpu].fp_busy = machine_fp_busy[cpu];
	}
	draw_call(&spec, &c);
	caller_make(&c);
}

static void call(uint32_t cpu, uint32_t fid, uint64_t x1)
{
	struct spec_call c = { .cpu = cpu, .fid = fid, .x = { x1 } };

	caller_make(&c);
}

static void end_vms(void)
{
	uint32_t i, turns;

	for (i = 0; i < SPEC_MAX_VMS; i++) {
		const struct spec_vm *vm = &spec.vms[i];

		if (vm->handle && vm->state != SPEC_DYING)
			call(0, PKVM_HOST_VM_DESTROY, vm->handle);
		for (turns = 0; vm->handle; turns++) {
			if (turns > SPEC_MAX_PAGES)
				machine_broken("a VM is never gone");
			call(0, PKVM_HOST_VM_TEARDOWN, vm->handle);
		}
	}
}

void caller_wind_down(void)
{
	uint32_t i;

	for (i = 0; i < M_CPUS; i++)
		if (spec.cpu[i].vm >= 0)
			call(i, PKVM_HOST_VCPU_PUT, 0);
	/* Half of the time a new kernel comes: it gets everything by touching it. */
	if (draw(2))
		new_epoch();
	for (i = 0; i < spec.nr_pages; i++)
		if (of_ended_epoch(i))
			touch_till_back(spec_pa(&spec, i));
	end_vms();
	while (spec.nr_arenas)
		call(0, PKVM_HOST_ARENA_RECLAIM, 0);
	caller_compare_all();
	for (i = 0; i < spec.nr_pages; i++) {
		const struct spec_page *p = &spec.pages[i];

		if (p->owner != (i < M_EL2_PAGES ? SPEC_EL2 : SPEC_HOST) || p->pinned || p->shares)
			machine_broken("page %u is not back", i);
	}
}

void caller_print(void)
{
	static const char *const results[16] = {
		"ok", "unsupported", "", "INVALID", "NOMEM", "NOENT", "BUSY", "STATE", "PERM",
		"EXIST", "AGAIN", "LIMIT", "", "", "", "other",
	};
	uint32_t i, j;

	for (i = 0; i < 32; i++) {
		bool any = false;

		for (j = 0; j < 16; j++) {
			if (!counts[i][j])
				continue;
			printf("%s %s %llu", any ? "," : "#", results[j], LL(counts[i][j]));
			if (!any)
				printf(" (call %#x)", PKVM_HOST_CALL_BASE + i);
			any = true;
		}
		if (any)
			putchar('\n');
	}
	printf("# %llu host calls, %llu guest calls; not judged: %llu\n", LL(caller_calls),
	       LL(caller_guest_calls), LL(caller_unjudged));
}
