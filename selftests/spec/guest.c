// SPDX-License-Identifier: GPL-2.0-only
/* VCPU_RUN: what the guest does meanwhile, its calls, and the exit. */
#include <string.h>
#include <pkvm/run.h>
#include "state.h"

/* SMC Calling Convention (Arm DEN 0028) and PSCI (Arm DEN 0022). */
#define SMCCC_VERSION		0x80000000U
#define SMCCC_ARCH_FEATURES	0x80000001U
#define SMCCC_WORKAROUND_1	0x80008000U
#define SMCCC_WORKAROUND_2	0x80007fffU
#define SMCCC_WORKAROUND_3	0x80003fffU
#define PSCI_CPU_SUSPEND_32	0x84000001U
#define PSCI_CPU_SUSPEND_64	0xc4000001U
#define PSCI_VERSION		0x84000000U
#define PSCI_CPU_OFF		0x84000002U
#define PSCI_CPU_ON_64		0xc4000003U
#define PSCI_CPU_ON_32		0x84000003U
#define PSCI_AFFINITY_INFO_32	0x84000004U
#define PSCI_AFFINITY_INFO_64	0xc4000004U
#define PSCI_MIGRATE_INFO_TYPE	0x84000006U
#define PSCI_SYSTEM_OFF		0x84000008U
#define PSCI_SYSTEM_RESET	0x84000009U
#define PSCI_FEATURES		0x8400000aU
#define PSCI_SYSTEM_RESET2_32	0x84000012U
#define PSCI_SYSTEM_RESET2_64	0xc4000012U

#define PSCI_SUCCESS		0LL
#define PSCI_NOT_SUPPORTED	(-1LL)
#define PSCI_INVALID_PARAMS	(-2LL)
#define PSCI_ALREADY_ON		(-4LL)
#define PSCI_ON_PENDING		(-5LL)
#define PSCI_INVALID_ADDRESS	(-9LL)

#define AFFINITY		0xff00ffffffULL

static struct spec_vm *vm_on(struct spec *s, uint32_t cpu)
{
	return s->cpu[cpu].vm < 0 ? NULL : &s->vms[s->cpu[cpu].vm];
}

static struct spec_vcpu *vcpu_on(struct spec *s, uint32_t cpu)
{
	return &vm_on(s, cpu)->vcpu[s->cpu[cpu].vcpu];
}

#define ALL_FLAGS	(PKVM_RUN_MAINTENANCE | PKVM_RUN_MMIO_DONE | PKVM_RUN_SMCCC_DONE)

/* An answer to what the last exit did not ask. */
static bool unasked(const struct spec_vcpu *v, uint32_t flags)
{
	return (flags & PKVM_RUN_MMIO_DONE && v->ask != SPEC_ASK_MMIO) ||
	       (flags & PKVM_RUN_SMCCC_DONE && v->ask != SPEC_ASK_RESULTS);
}

void spec_run_begins(struct spec *s, uint32_t cpu, const struct spec_in *in)
{
	struct spec_cpu *p = &s->cpu[cpu];
	struct spec_vm *vm = vm_on(s, cpu);

	p->in = *in;
	p->in_run = 1;
	p->entered = p->in_guest = p->left = 0;
	p->policy_exit = 0;
	p->run_errors = 0;
	if (!vm) {
		p->run_errors = CODE(PKVM_RET_STATE) | CODE(PKVM_RET_NOENT);
		return;
	}
	if (vm->state == SPEC_DYING || vcpu_on(s, cpu)->power == SPEC_OFF || vm->ended)
		p->run_errors |= CODE(PKVM_RET_STATE);
	/* Reset registers are loaded: that is refused while the host has SVCR not 0. */
	if (vcpu_on(s, cpu)->power == SPEC_ON_PENDING && p->fp_busy)
		p->run_errors |= CODE(PKVM_RET_BUSY);
	if (in->bad_lrs || in->flags & ~ALL_FLAGS || unasked(vcpu_on(s, cpu), in->flags))
		p->run_errors |= CODE(PKVM_RET_INVALID);
}

static uint64_t size_mask(uint32_t size)
{
	return size >= 8 ? ~0ULL : (1ULL << 8 * size) - 1;
}

static void keep_regs(struct spec *s, struct spec_vcpu *v, const struct spec_regs *r)
{
	uint32_t i;

	for (i = 0; i < 31; i++)
		if (v->x[i] != r->x[i])
			CHANGE(s, v->x[i], r->x[i]);
	if (v->pc != r->pc)
		CHANGE(s, v->pc, r->pc);
}

/* CPU_ON: everything at its reset value but PC and x0. */
static bool switched_on(struct spec *s, struct spec_vcpu *v, const struct spec_regs *r)
{
	uint32_t i;

	for (i = 1; i < 31; i++)
		if (r->x[i])
			return spec_wrong(s, "x%u of a vCPU just switched on is not 0", i);
	if (r->pc != v->entry || r->x[0] != v->context)
		return spec_wrong(s, "a vCPU was switched on elsewhere than CPU_ON said");
	CHANGE(s, v->power, SPEC_ON);
	keep_regs(s, v, r);
	return true;
}

/* What the guest finds in its registers: its own, and what the last exit asked for. */
static bool same_regs(struct spec *s, uint32_t cpu, const struct spec_regs *r)
{
	struct spec_vcpu *v = vcpu_on(s, cpu);
	const struct spec_in *in = &s->cpu[cpu].in;
	bool mmio = in->flags & PKVM_RUN_MMIO_DONE;
	uint64_t mask = size_mask(v->size), want;
	uint32_t i;

	for (i = 0; i < 31; i++) {
		want = v->x[i];
		if (in->flags & PKVM_RUN_SMCCC_DONE && i < 4)
			want = in->x[i];
		if (mmio && !v->write && i == v->rt)	/* how it is extended is the switch's */
			want = (r->x[i] & ~mask) | (in->value & mask);
		if (r->x[i] != want)
			return spec_wrong(s, "x%u is %#llx at the entry and should be %#llx", i,
					  (unsigned long long)r->x[i], (unsigned long long)want);
	}
	want = v->pc + (mmio ? 4 : 0);
	if (r->pc != want)
		return spec_wrong(s, "PC is %#llx at the entry and should be %#llx",
				  (unsigned long long)r->pc, (unsigned long long)want);
	keep_regs(s, v, r);
	return true;
}

/*
 * A fault whose page came while EL2 looked into it: the host is not asked, the guest makes
 * the access again, and nothing of its registers has changed.
 */
static bool made_again(struct spec *s, uint32_t cpu)
{
	struct spec_cpu *p = &s->cpu[cpu];
	struct spec_ipa e;

	if (p->event.kind != SPEC_ABORT)
		return false;
	e = spec_ipa(vm_on(s, cpu), p->event.ipa);
	return e.page && !(p->event.prot & ~e.prot);
}

bool spec_guest_enters(struct spec *s, uint32_t cpu, const struct spec_regs *r)
{
	struct spec_cpu *p = &s->cpu[cpu];
	struct spec_vm *vm = vm_on(s, cpu);
	struct spec_vcpu *v;

	if (!vm || !p->in_run || p->run_errors)
		return spec_wrong(s, "the guest runs, and should not (set %#x)", p->run_errors);
	/* What is in a run when the VM ends runs to the next exit to the host. */
	if (vm->state == SPEC_DYING && !p->entered)
		return spec_wrong(s, "a dying VM runs");
	if (p->left && !made_again(s, cpu))
		return spec_wrong(s, "the guest goes on after an exit to the host");
	p->left = 0;
	v = vcpu_on(s, cpu);
	if (v->power == SPEC_OFF)
		return spec_wrong(s, "a vCPU that is off runs");
	if (vm->ended && !p->entered)
		return spec_wrong(s, "the guest is done, and runs");
	if (v->power == SPEC_ON_PENDING ? !switched_on(s, v, r) : !same_regs(s, cpu, r))
		return false;
	p->in.flags = 0;
	CHANGE(s, v->ask, SPEC_ASK_NOTHING);
	if (vm->state == SPEC_SEALED)
		CHANGE(s, vm->state, SPEC_RUNNING);
	p->in_guest = 1;
	p->entered = 1;
	return true;
}

bool spec_guest_leaves(struct spec *s, uint32_t cpu, const struct spec_event *e,
		       const struct spec_regs *r)
{
	struct spec_cpu *p = &s->cpu[cpu];

	p->event = *e;
	p->in_guest = 0;
	p->left = 1;
	keep_regs(s, vcpu_on(s, cpu), r);
	if (e->kind == SPEC_KICK)
		CHANGE(s, vcpu_on(s, cpu)->kicked, 0);
	return true;
}

/* The half of the address space that only the guest's own software and EL2 fill. */
static bool private_half(const struct spec_vm *vm, uint64_t ipa)
{
	return vm->protected && ipa < spec_ipa_limit(vm);
}

/*
 * A protected guest's access to what is not RAM, or no longer is, is its own error:
 * the host is not asked, or it could put something there.
 */
bool spec_guest_sea(struct spec *s, uint32_t cpu)
{
	struct spec_cpu *p = &s->cpu[cpu];
	const struct spec_event *e = &p->event;
	struct spec_vm *vm = vm_on(s, cpu);

	if (!p->left || e->kind != SPEC_ABORT || !vm->protected)
		return spec_wrong(s, "an external abort that nothing calls for");
	if (private_half(vm, e->ipa) && !spec_ipa(vm, e->ipa).page &&
	    spec_ipa(vm, e->ipa).ripas == PKVM_RIPAS_RAM)
		return spec_wrong(s, "an external abort for RAM that the host has to fill");
	p->left = 0;
	return true;
}

enum spec_found spec_guest_finds(struct spec *s, uint32_t cpu, uint64_t ipa, uint32_t prot,
				 uint64_t *pa)
{
	struct spec_vm *vm = vm_on(s, cpu);
	struct spec_ipa e = spec_ipa(vm, ipa);

	if (!e.page)
		return SPEC_FOUND_NOTHING;
	*pa = spec_pa(s, e.page - 1) + ipa % SPEC_PAGE;
	return prot & ~e.prot ? SPEC_FOUND_PERMISSION : SPEC_FOUND_PAGE;
}

void spec_guest_touched(struct spec *s, uint32_t cpu, uint64_t ipa, bool write, uint32_t tag)
{
	struct spec_vm *vm = vm_on(s, cpu);
	struct spec_ipa e = spec_ipa(vm, ipa), *flag;

	flag = spec_ipa_to_change(s, vm, e.block ? ipa / SPEC_BLOCK * SPEC_BLOCK : ipa);
	CHANGE(s, flag->young, 1);
	if (write)
		CHANGE(s, s->pages[e.page - 1].content, tag);
}

static bool answers(struct spec *s, const struct spec_regs *out, enum spec_smccc verdict,
		    bool good)
{
	if (verdict != SPEC_CALL_DONE)
		return spec_wrong(s, "the call is EL2's to answer");
	return good || spec_wrong(s, "x0 is %lld", (long long)out->x[0]);
}

static struct spec_vcpu *by_mpidr(struct spec *s, struct spec_vm *vm, uint64_t mpidr,
				  uint32_t *index)
{
	for (*index = 0; *index < vm->max_vcpus; (*index)++)
		if (vm->vcpu[*index].there && s->mpidr[*index] == mpidr)
			return &vm->vcpu[*index];
	return NULL;
}

static bool cpu_on(struct spec *s, uint32_t cpu, const struct spec_regs *in,
		   enum spec_smccc verdict, const struct spec_regs *out)
{
	struct spec_vm *vm = vm_on(s, cpu);
	bool bad_entry = in->x[2] & 3 || in->x[2] >= spec_ipa_limit(vm);
	int64_t ret = out->x[0];
	struct spec_vcpu *v;
	uint32_t index;

	v = by_mpidr(s, vm, in->x[1], &index);
	if (bad_entry && ret == PSCI_INVALID_ADDRESS)
		return answers(s, out, verdict, true);
	if (!v)
		return answers(s, out, verdict, ret == PSCI_INVALID_PARAMS);
	if (v->power == SPEC_ON)
		return answers(s, out, verdict, ret == PSCI_ALREADY_ON);
	if (v->power == SPEC_ON_PENDING)
		return answers(s, out, verdict, ret == PSCI_ON_PENDING);
	if (ret != PSCI_SUCCESS || bad_entry || verdict != SPEC_CALL_POLICY)
		return spec_wrong(s, "CPU_ON: x0 is %lld", (long long)ret);
	CHANGE(s, v->power, SPEC_ON_PENDING);
	CHANGE(s, v->entry, in->x[2]);
	CHANGE(s, v->context, in->x[3]);
	s->cpu[cpu].policy_exit = PKVM_EXIT_CPU_ON + 1;
	s->cpu[cpu].on_index = index;
	return true;
}

static bool affinity_info(struct spec *s, uint32_t cpu, const struct spec_regs *in,
			  enum spec_smccc verdict, const struct spec_regs *out)
{
	int64_t ret = out->x[0];
	struct spec_vcpu *v;
	uint32_t index;

	v = by_mpidr(s, vm_on(s, cpu), in->x[1], &index);
	if (in->x[2])
		return answers(s, out, verdict, ret == PSCI_INVALID_PARAMS || ret == SPEC_ON ||
			       ret == SPEC_OFF || ret == SPEC_ON_PENDING);
	return answers(s, out, verdict, ret == (v ? (int64_t)v->power : PSCI_INVALID_PARAMS));
}

static bool ends(struct spec *s, uint32_t cpu, enum spec_smccc verdict, uint32_t reason)
{
	if (verdict != SPEC_CALL_POLICY)
		return spec_wrong(s, "a call that ends the run did not");
	s->cpu[cpu].policy_exit = reason + 1;
	if (reason == PKVM_EXIT_CPU_OFF)
		CHANGE(s, vcpu_on(s, cpu)->power, SPEC_OFF);
	else if (reason != PKVM_EXIT_WFI)
		CHANGE(s, vm_on(s, cpu)->ended, 1);
	return true;
}

/* Only results change; a call that EL2 does not know says so. */
static bool others_kept(struct spec *s, const struct spec_regs *in, const struct spec_regs *out)
{
	uint32_t i;

	for (i = 4; i < 31; i++)
		if (in->x[i] != out->x[i])
			return spec_wrong(s, "a guest's call changed x%u", i);
	return in->pc == out->pc || spec_wrong(s, "a guest's call moved its PC");
}

/* A 32-bit call has 32-bit arguments (DEN 0028, 3.1). */
static struct spec_regs arguments_of(const struct spec_regs *in)
{
	struct spec_regs r = *in;
	uint32_t i;

	for (i = 1; i < 8 && !(in->x[0] & 1 << 30); i++)
		r.x[i] = (uint32_t)r.x[i];
	return r;
}

static bool protected_call(struct spec *s, uint32_t cpu, const struct spec_regs *call,
			   enum spec_smccc verdict, const struct spec_regs *out)
{
	struct spec_regs args = arguments_of(call), *in = &args;
	int64_t ret = out->x[0];

	switch ((uint32_t)in->x[0]) {
	case SMCCC_VERSION:
		return answers(s, out, verdict, ret >= 0x10001 && ret < 0x20000);
	case SMCCC_ARCH_FEATURES:
		return answers(s, out, verdict, ret >= -1 && ret <= 1);
	case PSCI_VERSION:
		return answers(s, out, verdict, ret >= 0x10000 && ret <= 0x10003);
	case PSCI_FEATURES:
		return answers(s, out, verdict, ret == PSCI_NOT_SUPPORTED || ret >= 0);
	case PSCI_CPU_ON_32:
	case PSCI_CPU_ON_64:
		return cpu_on(s, cpu, in, verdict, out);
	case PSCI_AFFINITY_INFO_32:
	case PSCI_AFFINITY_INFO_64:
		return affinity_info(s, cpu, in, verdict, out);
	case PSCI_CPU_OFF:
		return ends(s, cpu, verdict, PKVM_EXIT_CPU_OFF);
	case PSCI_SYSTEM_OFF:
		return ends(s, cpu, verdict, PKVM_EXIT_SYSTEM_OFF);
	case PSCI_SYSTEM_RESET:
		return ends(s, cpu, verdict, PKVM_EXIT_SYSTEM_RESET);
	case PSCI_MIGRATE_INFO_TYPE:	/* no trusted OS, or none that has to move */
		return answers(s, out, verdict, ret == 2 || ret == PSCI_NOT_SUPPORTED);
	case PSCI_CPU_SUSPEND_32:
	case PSCI_CPU_SUSPEND_64:
		if (verdict == SPEC_CALL_POLICY)
			return ends(s, cpu, verdict, PKVM_EXIT_WFI);
		return answers(s, out, verdict, ret <= PSCI_SUCCESS && ret >= PSCI_INVALID_ADDRESS);
	case SMCCC_WORKAROUND_1:
	case SMCCC_WORKAROUND_2:
	case SMCCC_WORKAROUND_3:	/* they have no result */
		return answers(s, out, verdict, true);
	case PSCI_SYSTEM_RESET2_32:
	case PSCI_SYSTEM_RESET2_64:
		if (verdict == SPEC_CALL_POLICY)
			return ends(s, cpu, verdict, PKVM_EXIT_SYSTEM_RESET);
		return answers(s, out, verdict, ret == PSCI_NOT_SUPPORTED ||
			       ret == PSCI_INVALID_PARAMS);
	default:
		return answers(s, out, verdict, ret == PSCI_NOT_SUPPORTED);
	}
}

bool spec_guest_call(struct spec *s, uint32_t cpu, const struct spec_regs *in,
		     enum spec_smccc verdict, const struct spec_regs *out)
{
	struct spec_vm *vm = vm_on(s, cpu);
	uint32_t mark = spec_mark(s);

	if (!vm || !s->cpu[cpu].in_guest)
		return spec_wrong(s, "a call of a guest that does not run");
	if (verdict == SPEC_CALL_HOST) {
		if (vm->protected)
			return spec_wrong(s, "a protected guest's call is shown to the host");
		return others_kept(s, in, out);
	}
	if (!others_kept(s, in, out))
		return false;
	if (!vm->protected && verdict == SPEC_CALL_DONE)
		return true;
	if (vm->protected && protected_call(s, cpu, in, verdict, out))
		return true;
	spec_back(s, mark);
	return false;
}

static bool abort_exit(struct spec *s, uint32_t cpu, const struct pkvm_run_out *out)
{
	const struct spec_event *e = &s->cpu[cpu].event;
	struct spec_vm *vm = vm_on(s, cpu);
	struct spec_vcpu *v = vcpu_on(s, cpu);
	struct spec_ipa at = spec_ipa(vm, e->ipa);

	if (private_half(vm, e->ipa) && (at.page || at.ripas != PKVM_RIPAS_RAM))
		return spec_wrong(s, "the host hears of an access to EMPTY, DESTROYED or a page");
	if (out->reason == PKVM_EXIT_FAULT)
		return out->fault.ipa == e->ipa / SPEC_PAGE * SPEC_PAGE ||
		       spec_wrong(s, "a fault is reported for another page");
	if (private_half(vm, e->ipa))
		return spec_wrong(s, "MMIO in a guest's private half");
	if (out->reason == PKVM_EXIT_MMIO_UNDECODED)
		return (!e->isv && !vm->protected) || spec_wrong(s, "undecoded, but it is");
	/* Devices are in the shared half; the host hears of addresses without its bit. */
	if (out->mmio.ipa != (vm->protected ? e->ipa & (spec_ipa_limit(vm) - 1) : e->ipa))
		return spec_wrong(s, "MMIO at another address");
	if (!e->isv || out->mmio.size != e->size ||
	    !out->mmio.write != !e->write)
		return spec_wrong(s, "MMIO with another size or direction");
	if (e->write && (out->mmio.data ^ (e->rt < 31 ? v->x[e->rt] : 0)) & size_mask(e->size))
		return spec_wrong(s, "MMIO with other data");
	CHANGE(s, v->ask, SPEC_ASK_MMIO);
	CHANGE(s, v->rt, (uint8_t)e->rt);
	CHANGE(s, v->size, (uint8_t)e->size);
	CHANGE(s, v->write, e->write);
	return true;
}

static uint32_t reason_of(const struct spec_cpu *p, const struct pkvm_run_out *out)
{
	switch (p->event.kind) {
	case SPEC_IRQ:
		return PKVM_EXIT_IRQ;
	case SPEC_SERROR:
		return PKVM_EXIT_SERROR;
	case SPEC_WFI:
		return PKVM_EXIT_WFI;
	case SPEC_WFE:
		return PKVM_EXIT_WFE;
	case SPEC_SMCCC:
		return PKVM_EXIT_SMCCC;
	case SPEC_SGI:
		return PKVM_EXIT_SGI;
	case SPEC_KICK:
		return PKVM_EXIT_KICK;
	case SPEC_POLICY:
		return p->policy_exit - 1;
	case SPEC_MAINTENANCE:
		return PKVM_EXIT_MAINTENANCE;
	default:
		return out->reason == PKVM_EXIT_MMIO || out->reason == PKVM_EXIT_MMIO_UNDECODED ?
		       out->reason : PKVM_EXIT_FAULT;
	}
}

static bool smccc_exit(struct spec *s, uint32_t cpu, const struct pkvm_run_out *out)
{
	struct spec_vcpu *v = vcpu_on(s, cpu);

	if (memcmp(out->smccc.x, v->x, sizeof(out->smccc.x)))
		return spec_wrong(s, "the host is shown another call than the guest's");
	CHANGE(s, v->ask, SPEC_ASK_RESULTS);
	return true;
}

bool spec_run_ended(struct spec *s, const struct spec_call *c)
{
	struct spec_cpu *p = &s->cpu[c->cpu];
	const struct pkvm_run_out *out = c->out;

	p->in_run = 0;
	if (!p->left) {
		/* A kick that came before the run may end it before the guest is entered. */
		if (out->reason != PKVM_EXIT_KICK || !vcpu_on(s, c->cpu)->kicked)
			return spec_wrong(s, "the run ends, and the guest did not");
		CHANGE(s, vcpu_on(s, c->cpu)->kicked, 0);
		return true;
	}
	p->left = 0;
	if (out->reason != reason_of(p, out))
		return spec_wrong(s, "exit reason %u", out->reason);
	if (p->event.kind == SPEC_ABORT)
		return abort_exit(s, c->cpu, out);
	if (p->event.kind == SPEC_SMCCC)
		return smccc_exit(s, c->cpu, out);
	if (p->event.kind == SPEC_SGI)
		return out->sgi.value == p->event.value || spec_wrong(s, "another SGI");
	if (out->reason == PKVM_EXIT_CPU_ON)
		return out->cpu_on.index == p->on_index || spec_wrong(s, "another vCPU is on");
	return true;
}
