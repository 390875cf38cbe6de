// SPDX-License-Identifier: GPL-2.0-only
/* vCPUs: made, loaded, put, kicked, their registers. */
#include "state.h"

#define PSCI_POWER_ON	1

static bool before_seal(const struct spec_vm *vm)
{
	return vm->state == SPEC_CREATED || vm->state == SPEC_MEASURED;
}

static uint32_t create_errors(struct spec *s, struct spec_vm *vm, const struct spec_call *c)
{
	uint64_t pa = c->x[2];
	uint32_t errors = 0;

	if (vm->protected ? !before_seal(vm) : vm->state == SPEC_DYING)
		errors |= CODE(PKVM_RET_STATE);
	if (c->x[1] >= vm->max_vcpus)
		errors |= CODE(PKVM_RET_INVALID);
	else if (vm->vcpu[c->x[1]].there)
		errors |= CODE(PKVM_RET_EXIST);
	if (pa % SPEC_PAGE || !spec_is_ram(s, pa))
		return errors | CODE(PKVM_RET_INVALID);
	if (s->pages[spec_index(s, pa)].owner != SPEC_HOST)
		return errors | CODE(PKVM_RET_PERM);
	if (s->pages[spec_index(s, pa)].pinned || s->pages[spec_index(s, pa)].shares)
		errors |= CODE(PKVM_RET_BUSY);
	return errors;
}

static struct spec_vcpu *vcpu_of(struct spec_vm *vm, uint64_t index)
{
	return index < vm->max_vcpus && vm->vcpu[index].there ? &vm->vcpu[index] : NULL;
}

static uint32_t no_vcpu(const struct spec_vm *vm, uint64_t index)
{
	return CODE(PKVM_RET_NOENT) | (index >= vm->max_vcpus ? CODE(PKVM_RET_INVALID) : 0);
}

static uint32_t load_errors(struct spec *s, struct spec_vm *vm, const struct spec_call *c)
{
	struct spec_vcpu *v = vcpu_of(vm, c->x[1]);
	uint32_t errors = 0;

	if (vm->state != SPEC_SEALED && vm->state != SPEC_RUNNING)
		errors |= CODE(PKVM_RET_STATE);
	if (s->cpu[c->cpu].vm >= 0 || s->cpu[c->cpu].fp_busy)
		errors |= CODE(PKVM_RET_BUSY);
	if (!v)
		return errors | no_vcpu(vm, c->x[1]);
	return v->cpu >= 0 ? errors | CODE(PKVM_RET_BUSY) : errors;
}

/* PC and x0 to x7 of a protected VM's first vCPU, before it is sealed. */
static bool launch_register(uint64_t reg)
{
	return reg == PKVM_REG_PC || reg <= PKVM_REG_X(7);
}

static bool known_register(uint64_t reg)
{
	return reg <= PKVM_REG_X(30) || (reg >= PKVM_REG_PC && reg <= PKVM_REG_POWER) ||
	       (reg >= PKVM_REG_VLO(0) && reg <= PKVM_REG_VHI(31)) ||
	       (reg & ~0xffffffULL) == PKVM_REG_SYS(0);
}

static uint32_t reg_errors(struct spec_vm *vm, const struct spec_call *c)
{
	struct spec_vcpu *v = vcpu_of(vm, c->x[1]);
	bool set = (uint32_t)c->fid == PKVM_HOST_VCPU_SET_REG;
	uint32_t errors = 0;

	if (vm->state == SPEC_DYING)
		errors |= CODE(PKVM_RET_STATE);
	if (!known_register(c->x[2]))
		errors |= CODE(PKVM_RET_INVALID);
	if (vm->protected && (!launch_register(c->x[2]) || c->x[1] || !set))
		errors |= CODE(PKVM_RET_PERM);
	if (vm->protected && !before_seal(vm))
		errors |= CODE(PKVM_RET_STATE);
	if (c->x[2] == PKVM_REG_POWER && set && c->x[3] > PSCI_POWER_ON)
		errors |= CODE(PKVM_RET_INVALID);
	if (!v)
		return errors | no_vcpu(vm, c->x[1]);
	if (v->cpu >= 0 && (uint32_t)v->cpu != c->cpu)
		errors |= CODE(PKVM_RET_BUSY);
	return errors;
}

#define PSTATE_EL1H	0x3c5U

bool spec_reg_may_be_refused(const struct spec_call *c)
{
	bool set = (uint32_t)c->fid == PKVM_HOST_VCPU_SET_REG;

	if (!set && (uint32_t)c->fid != PKVM_HOST_VCPU_GET_REG)
		return false;
	return c->x[2] >= PKVM_REG_SYS(0) ||
	       (set && c->x[2] == PKVM_REG_PSTATE && c->x[3] != PSTATE_EL1H) ||
	       (set && (c->x[2] == PKVM_REG_FPSR || c->x[2] == PKVM_REG_FPCR));
}

static uint32_t kick_errors(struct spec_vm *vm, const struct spec_call *c)
{
	return vcpu_of(vm, c->x[1]) ? 0 : no_vcpu(vm, c->x[1]);
}

uint32_t spec_vcpu_errors(struct spec *s, const struct spec_call *c)
{
	struct spec_cpu *cpu = &s->cpu[c->cpu];
	struct spec_vm *vm;

	switch ((uint32_t)c->fid) {
	case PKVM_HOST_VCPU_PUT:
		return cpu->vm >= 0 ? 0 : CODE(PKVM_RET_STATE) | CODE(PKVM_RET_NOENT);
	case PKVM_HOST_VCPU_RUN:
		return cpu->run_errors;
	}
	vm = spec_vm(s, c->x[0]);
	if (!vm)
		return CODE(PKVM_RET_NOENT);
	switch ((uint32_t)c->fid) {
	case PKVM_HOST_VCPU_CREATE:
		return create_errors(s, vm, c);
	case PKVM_HOST_VCPU_LOAD:
		return load_errors(s, vm, c);
	case PKVM_HOST_VCPU_KICK:
		return kick_errors(vm, c);
	default:
		return reg_errors(vm, c);
	}
}

static void created(struct spec *s, struct spec_vm *vm, const struct spec_call *c)
{
	struct spec_vcpu *v = &vm->vcpu[c->x[1]];
	uint32_t i;

	CHANGE(s, v->there, 1);
	CHANGE(s, v->power, c->x[1] ? SPEC_OFF : SPEC_ON);
	CHANGE(s, v->kicked, 0);
	CHANGE(s, v->ask, SPEC_ASK_NOTHING);
	CHANGE(s, v->cpu, -1);
	CHANGE(s, v->run_page, spec_index(s, c->x[2]));
	CHANGE(s, v->pc, 0);
	for (i = 0; i < 31; i++)
		CHANGE(s, v->x[i], 0);
	CHANGE(s, s->pages[v->run_page].pinned, 1);
	CHANGE(s, s->pages[v->run_page].content, SPEC_ANY);
}

static void loaded(struct spec *s, struct spec_vm *vm, const struct spec_call *c)
{
	struct spec_cpu *cpu = &s->cpu[c->cpu];

	CHANGE(s, vm->vcpu[c->x[1]].cpu, (int8_t)c->cpu);
	CHANGE(s, vm->nr_loaded, vm->nr_loaded + 1);
	CHANGE(s, cpu->vm, spec_slot(s, vm));
	CHANGE(s, cpu->vcpu, (uint32_t)c->x[1]);
}

void spec_put(struct spec *s, uint32_t cpu)
{
	struct spec_vm *vm = &s->vms[s->cpu[cpu].vm];

	CHANGE(s, vm->vcpu[s->cpu[cpu].vcpu].cpu, -1);
	CHANGE(s, vm->nr_loaded, vm->nr_loaded - 1);
	CHANGE(s, s->cpu[cpu].vm, -1);
}

static void reg_set(struct spec *s, struct spec_vcpu *v, uint64_t reg, uint64_t value)
{
	if (reg <= PKVM_REG_X(30))
		CHANGE(s, v->x[reg], value);
	else if (reg == PKVM_REG_PC)
		CHANGE(s, v->pc, value);
	else if (reg == PKVM_REG_POWER)
		CHANGE(s, v->power, value ? SPEC_ON : SPEC_OFF);
}

static bool reg_got(struct spec *s, const struct spec_vcpu *v, uint64_t reg, uint64_t value)
{
	uint64_t want = value;

	if (reg <= PKVM_REG_X(30))
		want = v->x[reg];
	else if (reg == PKVM_REG_PC)
		want = v->pc;
	else if (reg == PKVM_REG_POWER)
		want = v->power == SPEC_ON;
	return value == want || spec_wrong(s, "register %#llx is %#llx and should be %#llx",
					   (unsigned long long)reg, (unsigned long long)value,
					   (unsigned long long)want);
}

bool spec_run_ended(struct spec *s, const struct spec_call *c);

bool spec_vcpu_done(struct spec *s, const struct spec_call *c, const struct spec_answer *a)
{
	struct spec_vm *vm;

	switch ((uint32_t)c->fid) {
	case PKVM_HOST_VCPU_PUT:
		spec_put(s, c->cpu);
		return true;
	case PKVM_HOST_VCPU_RUN:
		return spec_run_ended(s, c);
	}
	vm = spec_vm(s, c->x[0]);
	switch ((uint32_t)c->fid) {
	case PKVM_HOST_VCPU_CREATE:
		created(s, vm, c);
		return true;
	case PKVM_HOST_VCPU_LOAD:
		loaded(s, vm, c);
		return true;
	case PKVM_HOST_VCPU_KICK:
		CHANGE(s, vm->vcpu[c->x[1]].kicked, 1);
		return true;
	case PKVM_HOST_VCPU_SET_REG:
		reg_set(s, &vm->vcpu[c->x[1]], c->x[2], c->x[3]);
		return true;
	default:
		return reg_got(s, &vm->vcpu[c->x[1]], c->x[2], a->x1);
	}
}
