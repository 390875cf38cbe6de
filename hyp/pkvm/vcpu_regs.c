// SPDX-License-Identifier: GPL-2.0-only
/* Which registers of a vCPU the host may read and write, in one table. */
#include <linux/types.h>
#include <asm/ptrace.h>
#include <pkvm/host_call.h>
#include "nvhe/check.h"
#include "pkvm/vcpu.h"

#define ALL_BITS	(~0ULL)

/* What a guest's SPSR_EL2 may hold: AArch64, EL0 or EL1, and no bit that is not listed. */
#define PSTATE_MODE	0x1fULL
#define PSTATE_BITS	(PSR_N_BIT | PSR_Z_BIT | PSR_C_BIT | PSR_V_BIT | PSR_TCO_BIT |	\
			 PSR_DIT_BIT | PSR_UAO_BIT | PSR_PAN_BIT | PSR_SSBS_BIT | \
			 PSR_BTYPE_MASK | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT |	\
			 1ULL << 20 | 1ULL << 21)	/* IL, SS */

static bool any_value(u64 value)
{
	return true;
}

static bool pstate_value(u64 value)
{
	u64 mode = value & PSTATE_MODE;

	return !(value & ~(PSTATE_MODE | PSTATE_BITS)) &&
	       (mode == PSR_MODE_EL0t || mode == PSR_MODE_EL1t || mode == PSR_MODE_EL1h);
}

static u64 *reg_x(struct vcpu *v, u64 reg)
{
	return &v->hw.x[reg];
}

static u64 *reg_pc(struct vcpu *v, u64 reg)
{
	return &v->hw.pc;
}

static u64 *reg_pstate(struct vcpu *v, u64 reg)
{
	return &v->hw.pstate;
}

static u64 *reg_fp_control(struct vcpu *v, u64 reg)
{
	return reg == PKVM_REG_FPSR ? &v->hw.fp.fpsr : &v->hw.fp.fpcr;
}

static u64 *reg_v(struct vcpu *v, u64 reg)
{
	return (u64 *)v->hw.fp.v + (reg - PKVM_REG_VLO(0));
}

static u64 *reg_sys(struct vcpu *v, u64 reg)
{
	u32 encoding = reg - PKVM_REG_SYS(0);
	enum guest_sysreg i;

	switch (encoding) {
	case SYS_CNTVOFF_EL2:
		return &v->hw.timer.voff;
	case SYS_CNTV_CTL_EL0:
		return &v->hw.timer.cntv_ctl;
	case SYS_CNTV_CVAL_EL0:
		return &v->hw.timer.cntv_cval;
	case SYS_CNTP_CTL_EL0:
		return &v->hw.timer.cntp_ctl;
	case SYS_CNTP_CVAL_EL0:
		return &v->hw.timer.cntp_cval;
	}
	i = guest_sysreg_index(encoding);
	return i < GUEST_NR_SYSREGS ? &v->hw.sys[i] : NULL;
}

/*
 * A normal guest's registers are all the host's to read and write: nothing that the
 * guest could not write itself. Of a protected guest only what is measured.
 */
static const struct reg_rule {
	u64 first, last;
	bool boot;			/* protected: set for vCPU 0, before VM_SEAL */
	bool fp;
	u64 *(*at)(struct vcpu *v, u64 reg);
	bool (*legal)(u64 value);
} rules[] = {
	{ PKVM_REG_X(0), PKVM_REG_X(7), true, false, reg_x, any_value },
	{ PKVM_REG_X(8), PKVM_REG_X(30), false, false, reg_x, any_value },
	{ PKVM_REG_PC, PKVM_REG_PC, true, false, reg_pc, any_value },
	{ PKVM_REG_PSTATE, PKVM_REG_PSTATE, false, false, reg_pstate, pstate_value },
	{ PKVM_REG_FPSR, PKVM_REG_FPCR, false, true, reg_fp_control, any_value },
	{ PKVM_REG_VLO(0), PKVM_REG_VHI(31), false, true, reg_v, any_value },
	{ PKVM_REG_SYS(0), PKVM_REG_SYS(0x1fffff), false, false, reg_sys, any_value },
};

static const struct reg_rule *rule_of(u64 reg)
{
	u32 i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (reg >= rules[i].first && reg <= rules[i].last)
			return &rules[i];
	return NULL;
}

/* PSCI's on and off of a normal guest is the host's. */
static s64 power_reg(struct vcpu *v, u64 *value, bool set)
{
	if (v->hw.protected)
		return PKVM_RET_PERM;
	if (set && *value > 1)
		return PKVM_RET_INVALID;
	if (set)
		v->power = *value ? VCPU_ON : VCPU_OFF;
	else
		*value = v->power == VCPU_ON;
	return PKVM_RET_SUCCESS;
}

static s64 access_reg(struct vcpu *v, u64 reg, u64 *value, bool set)
{
	const struct reg_rule *rule = rule_of(reg);
	u64 *at;

	if (reg == PKVM_REG_POWER)
		return power_reg(v, value, set);
	at = rule ? rule->at(v, reg) : NULL;
	if (!at || (set && !rule->legal(*value)))
		return PKVM_RET_INVALID;
	if (v->hw.protected && (!rule->boot || v->index || !set))
		return PKVM_RET_PERM;
	if (rule->fp && v->hw.fp_live)
		guest_fp_flush();
	if (set)
		*at = *value;
	else
		*value = *at;
	return PKVM_RET_SUCCESS;
}

/* Loaded nowhere, or here: elsewhere its registers change, or are not in memory. */
static s64 find(struct vm *vm, u64 index, struct vcpu **v)
{
	hyp_assert(hyp_lock_held(&vm->lock));
	*v = vcpu_of(vm, index);
	if (!*v)
		return PKVM_RET_NOENT;
	if (*v == this_cpu()->loaded)
		return PKVM_RET_SUCCESS;
	/* A load needs the lock that is held, so IDLE stays. Acquire: what a put saved. */
	if (__atomic_load_n(&(*v)->run_state, __ATOMIC_ACQUIRE) != VCPU_IDLE)
		return PKVM_RET_BUSY;
	return PKVM_RET_SUCCESS;
}

s64 vcpu_get_reg(struct vm *vm, u64 index, u64 reg, u64 *value)
{
	struct vcpu *v;
	s64 ret = find(vm, index, &v);

	return ret ? ret : access_reg(v, reg, value, false);
}

s64 vcpu_set_reg(struct vm *vm, u64 index, u64 reg, u64 value)
{
	struct vcpu *v;
	s64 ret = find(vm, index, &v);

	return ret ? ret : access_reg(v, reg, &value, true);
}
