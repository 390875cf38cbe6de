// SPDX-License-Identifier: GPL-2.0-only
/*
 * System registers that trap from a guest: one const table from encoding to answer.
 * What is not in it is UNDEFINED: PMU, SPE, TRBE, BRBE, trace, activity monitors, RAS
 * records, MPAM, LORegions, GICv5, IMPLEMENTATION DEFINED, and what nobody knows yet.
 */
#include <asm/esr.h>
#include "nvhe/cpu_asm.h"
#include "nvhe/guest_insn.h"
#include "nvhe/guest_switch.h"
#include "nvhe/sysreg.h"

#define RT_ZERO		31
#define OSLSR_OSLK	(1UL << 1)

enum answer { ANSWER_DONE, ANSWER_UNDEF, ANSWER_LEAVE };

struct access {
	u32 encoding;
	bool write;
	u64 value;		/* in for a write, out for a read */
};

struct guest_reg {
	u32 first, last;	/* encodings, both included */
	enum answer (*fn)(struct hyp_vcpu *v, struct access *a);
};

static enum answer id_reg(struct hyp_vcpu *v, struct access *a)
{
	return ANSWER_UNDEF;	/* reads: id_read() */
}

/* Identify the CPU and nothing more; as the CPU has them. */
static enum answer real_id(struct hyp_vcpu *v, struct access *a)
{
	if (a->write)
		return ANSWER_UNDEF;
	a->value = a->encoding == SYS_AIDR_EL1 ? sysreg_read(AIDR_EL1) : sysreg_read(REVIDR_EL1);
	return ANSWER_DONE;
}

/* There, without a function: the debugger's channel, power control, the lock that is not. */
static enum answer zero(struct hyp_vcpu *v, struct access *a)
{
	a->value = 0;
	return ANSWER_DONE;
}

static enum answer icc_sre(struct hyp_vcpu *v, struct access *a)
{
	a->value = 7;		/* SRE, DFB, DIB: cannot be turned off */
	return ANSWER_DONE;
}

/* MDSCR_EL1 and the breakpoints, which sys[] has. */
static enum answer debug_reg(struct hyp_vcpu *v, struct access *a)
{
	u64 *reg = &v->sys[guest_sysreg_index(a->encoding)];

	if (!a->write) {
		a->value = *reg;
		return ANSWER_DONE;
	}
	*reg = a->value;
	guest_debug_update(v);
	return ANSWER_DONE;
}

static enum answer oslar(struct hyp_vcpu *v, struct access *a)
{
	u64 *oslsr = &v->sys[GSR_OSLSR_EL1];

	if (!a->write)
		return ANSWER_UNDEF;
	*oslsr = a->value & 1 ? *oslsr | OSLSR_OSLK : *oslsr & ~OSLSR_OSLK;
	guest_debug_update(v);
	return ANSWER_DONE;
}

static enum answer oslsr(struct hyp_vcpu *v, struct access *a)
{
	if (a->write)
		return ANSWER_UNDEF;
	a->value = v->sys[GSR_OSLSR_EL1];
	return ANSWER_DONE;
}

static enum answer cntp(struct hyp_vcpu *v, struct access *a)
{
	guest_cntp(v, sys_reg_Op2(a->encoding), &a->value, a->write);
	return ANSWER_DONE;
}

static enum answer sgi(struct hyp_vcpu *v, struct access *a)
{
	if (!a->write)
		return ANSWER_UNDEF;
	v->event->kind = GUEST_SGI;
	v->event->sgi = a->value;
	return ANSWER_LEAVE;
}

/*
 * Each is done as clean and invalidate, on the CPU where it was executed: nothing
 * dirty of anybody's is lost, and what the guest itself wrote there reaches memory.
 * More is not promised by the architecture; software that moves between CPUs has no
 * use for these instructions (Documentation/world-switch.rst).
 */
static enum answer set_way(struct hyp_vcpu *v, struct access *a)
{
	if (!a->write)
		return ANSWER_UNDEF;
	insn_dc_cisw(a->value);
	return ANSWER_DONE;
}

#define ONE(reg, fn)		{ SYS_##reg, SYS_##reg, fn }

static const struct guest_reg guest_regs[] = {
	{ sys_reg(3, 0, 0, 1, 0), sys_reg(3, 0, 0, 7, 7), id_reg },
	{ sys_reg(3, 3, 14, 2, 0), sys_reg(3, 3, 14, 2, 2), cntp },
	ONE(ICC_SGI1R_EL1, sgi),
	ONE(ICC_SRE_EL1, icc_sre),
	ONE(MDSCR_EL1, debug_reg),
	ONE(OSLAR_EL1, oslar),
	ONE(OSLSR_EL1, oslsr),
	{ SYS_DBGBVRn_EL1(0), SYS_DBGWCRn_EL1(0), debug_reg },
	{ SYS_DBGBVRn_EL1(1), SYS_DBGWCRn_EL1(1), debug_reg },
	ONE(ACTLR_EL1, zero),
	ONE(REVIDR_EL1, real_id),
	ONE(AIDR_EL1, real_id),
	ONE(DC_ISW, set_way),
	ONE(DC_CSW, set_way),
	ONE(DC_CISW, set_way),
	ONE(MDRAR_EL1, zero),
	ONE(OSDLR_EL1, zero),
	ONE(DBGPRCR_EL1, zero),
	ONE(DBGCLAIMSET_EL1, zero),
	ONE(DBGCLAIMCLR_EL1, zero),
	ONE(DBGAUTHSTATUS_EL1, zero),
	ONE(OSDTRRX_EL1, zero),
	ONE(OSDTRTX_EL1, zero),
	ONE(OSECCR_EL1, zero),
	ONE(MDCCINT_EL1, zero),
	ONE(MDCCSR_EL0, zero),
	ONE(DBGDTR_EL0, zero),
	ONE(DBGDTRRX_EL0, zero),
};

static const struct guest_reg *find_reg(u32 encoding)
{
	u32 i;

	for (i = 0; i < sizeof(guest_regs) / sizeof(guest_regs[0]); i++)
		if (encoding >= guest_regs[i].first && encoding <= guest_regs[i].last)
			return &guest_regs[i];
	return NULL;
}

static enum answer answer(struct hyp_vcpu *v, struct access *a)
{
	const struct guest_reg *reg = find_reg(a->encoding);

	return reg ? reg->fn(v, a) : ANSWER_UNDEF;
}

/* The fields of the ISS, in the order of sys_reg(). */
static u32 trapped_encoding(u64 esr)
{
	return sys_reg(esr >> ESR_ELx_SYS64_ISS_OP0_SHIFT & 3,
		       esr >> ESR_ELx_SYS64_ISS_OP1_SHIFT & 7,
		       esr >> ESR_ELx_SYS64_ISS_CRN_SHIFT & 0xf,
		       esr >> ESR_ELx_SYS64_ISS_CRM_SHIFT & 0xf,
		       esr >> ESR_ELx_SYS64_ISS_OP2_SHIFT & 7);
}

#define ISS_ID_SPACE	(ESR_ELx_SYS64_ISS_OP0_MASK | ESR_ELx_SYS64_ISS_OP1_MASK |	\
			 ESR_ELx_SYS64_ISS_CRN_MASK | ESR_ELx_SYS64_ISS_DIR_MASK)

/*
 * A read of op0 3, op1 0, CRn 0, CRm 1 to 7: ahead of the table, since kernels and, by
 * emulation, processes read these often.
 */
static bool id_read(struct hyp_vcpu *v, u64 esr)
{
	u32 crm = esr >> ESR_ELx_SYS64_ISS_CRM_SHIFT & 0xf;
	u32 rt = ESR_ELx_SYS64_ISS_RT(esr);

	if ((esr & ISS_ID_SPACE) != (3UL << ESR_ELx_SYS64_ISS_OP0_SHIFT |
				     ESR_ELx_SYS64_ISS_DIR_READ) || crm < 1 || crm > 7)
		return false;
	if (rt != RT_ZERO)
		v->x[rt] = guest_id_regs[crm << 3 | (esr >> ESR_ELx_SYS64_ISS_OP2_SHIFT & 7)];
	guest_skip(v);
	return true;
}

u64 guest_sysreg_trap(struct hyp_vcpu *v, u64 esr)
{
	u32 rt = ESR_ELx_SYS64_ISS_RT(esr);
	struct access a;

	if (id_read(v, esr))
		return 0;
	a = (struct access){
		.encoding = trapped_encoding(esr),
		.write = !(esr & ESR_ELx_SYS64_ISS_DIR_MASK),
		.value = rt == RT_ZERO ? 0 : v->x[rt],
	};

	switch (answer(v, &a)) {
	case ANSWER_UNDEF:
		guest_inject_undef(v);
		return 0;
	case ANSWER_LEAVE:
		guest_skip(v);
		return LEAVE_TRAP;
	default:
		if (!a.write && rt != RT_ZERO)
			v->x[rt] = a.value;
		guest_skip(v);
		return 0;
	}
}

#define SYSREG_ENCODING(name, encoding, reset, why)	[GSR_##name] = (encoding),
static const u32 encodings[] = { GUEST_SYSREGS(SYSREG_ENCODING) };

enum guest_sysreg guest_sysreg_index(u32 encoding)
{
	u32 i;

	for (i = 0; i < GUEST_NR_SYSREGS; i++)
		if (encodings[i] == encoding)
			break;
	return i;
}
