/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AArch64.TakeException of the Arm ARM (shared pseudocode) for a synchronous exception
 * to EL1, done in software: where the handler is, and PSTATE there.
 */
#ifndef NVHE_EXCEPTION_H
#define NVHE_EXCEPTION_H

#include <linux/types.h>
#include <asm/ptrace.h>

#define SPSR_AARCH32	(1UL << 4)
#define SPSR_SSBS	(1UL << 12)
#define SPSR_ALLINT	(1UL << 13)
#define SPSR_PAN	(1UL << 22)
#define SPSR_DIT	(1UL << 24)
#define SPSR_TCO	(1UL << 25)
#define SPSR_FLAGS	(0xfUL << 28)

#define SCTLR_SPAN	(1UL << 23)
#define SCTLR_DSSBS	(1UL << 44)

static inline bool exception_from_el0(u64 spsr)
{
	return (spsr & SPSR_AARCH32) || (spsr & PSR_MODE_MASK) == PSR_MODE_EL0t;
}

/* From VBAR_EL1. */
static inline u64 exception_vector(u64 spsr)
{
	if (spsr & SPSR_AARCH32)
		return 0x600;
	if (exception_from_el0(spsr))
		return 0x400;
	return (spsr & PSR_MODE_MASK) == PSR_MODE_EL1h ? 0x200 : 0;
}

/*
 * PSTATE at the handler. A bit of a feature that is not there is RES0 in SPSR_EL2 and
 * has no effect, so only registers need asking for.
 */
static inline u64 exception_pstate(u64 spsr, u64 sctlr)
{
	u64 pstate = PSR_MODE_EL1h | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT |
		     SPSR_TCO | SPSR_ALLINT | (spsr & (SPSR_FLAGS | SPSR_DIT | SPSR_PAN));

	if (!(sctlr & SCTLR_SPAN))
		pstate |= SPSR_PAN;
	if (sctlr & SCTLR_DSSBS)
		pstate |= SPSR_SSBS;
	return pstate;
}

#endif
