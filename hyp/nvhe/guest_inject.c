// SPDX-License-Identifier: GPL-2.0-only
/* What EL2 does to a guest in place of its own instruction: skip, complete, inject. */
#include <asm/esr.h>
#include <asm/ptrace.h>
#include "nvhe/exception.h"
#include "nvhe/guest_switch.h"
#include "nvhe/sysreg.h"

#define SPSR_SS		(1UL << 21)
#define SPSR_BTYPE	(3UL << 10)
#define SPSR_T32	(1UL << 5)
/* IT[7:2] and IT[1:0] of an AArch32 PSTATE. */
#define SPSR_IT		(0x3fUL << 10 | 3UL << 25)

#define RT_ZERO		31
#define FSC_SEA		0x10UL
#define FSC_SEA_WALK	0x14UL

/* A register of sys[], wherever it is now: in the CPU during a run. */
#define PUT(v, reg, value)					\
	do {							\
		if ((v)->live)					\
			sysreg_write((value), reg);		\
		else						\
			(v)->sys[GSR_##reg] = (value);		\
	} while (0)
#define GET(v, reg)	((v)->live ? sysreg_read(reg) : (v)->sys[GSR_##reg])

/* ITSTATE is IT[7:0]: bits 4:0 shift left, and all go when the block ends. */
static u64 next_it(u64 pstate)
{
	u64 it = (pstate >> 8 & 0xfc) | (pstate >> 25 & 3);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	return (pstate & ~SPSR_IT) | (it & 0xfc) << 8 | (it & 3) << 25;
}

static void skip(struct hyp_vcpu *v, u32 bytes)
{
	v->pc += bytes;
	v->pstate &= ~SPSR_SS;
	if (!(v->pstate & SPSR_AARCH32))
		v->pstate &= ~SPSR_BTYPE;
	else if (v->pstate & SPSR_T32)
		v->pstate = next_it(v->pstate);
}

void guest_skip(struct hyp_vcpu *v)
{
	skip(v, 4);
}

static u64 extend(u64 data, const struct guest_abort *a)
{
	u32 unused = 64 - a->size * 8;

	data = data << unused >> unused;
	if (a->sign_extend)
		data = (u64)((s64)(data << unused) >> unused);
	return a->sixty_four ? data : (u32)data;
}

void guest_mmio_done(struct hyp_vcpu *v, const struct guest_abort *abort, u64 data)
{
	if (!abort->write && abort->rt != RT_ZERO)
		v->x[abort->rt] = extend(data, abort);
	skip(v, abort->narrow ? 2 : 4);
}

static void take_exception(struct hyp_vcpu *v, u64 esr)
{
	PUT(v, ESR_EL1, esr);
	PUT(v, ELR_EL1, v->pc);
	PUT(v, SPSR_EL1, v->pstate);
	v->pc = GET(v, VBAR_EL1) + exception_vector(v->pstate);
	v->pstate = exception_pstate(v->pstate, GET(v, SCTLR_EL1));
}

void guest_inject_undef(struct hyp_vcpu *v)
{
	take_exception(v, ((u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT) | ESR_ELx_IL);
}

void guest_inject_sea(struct hyp_vcpu *v, const struct guest_abort *a)
{
	bool el0 = exception_from_el0(v->pstate);
	u64 esr = a->s1ptw ? FSC_SEA_WALK : FSC_SEA;
	u64 ec;

	if (a->exec)
		ec = el0 ? ESR_ELx_EC_IABT_LOW : ESR_ELx_EC_IABT_CUR;
	else
		ec = el0 ? ESR_ELx_EC_DABT_LOW : ESR_ELx_EC_DABT_CUR;
	esr |= ec << ESR_ELx_EC_SHIFT;
	if (!a->narrow)
		esr |= ESR_ELx_IL;
	if (a->write || a->cm)
		esr |= ESR_ELx_WNR;
	if (a->cm)
		esr |= ESR_ELx_CM;
	PUT(v, FAR_EL1, a->far);
	take_exception(v, esr);
}
