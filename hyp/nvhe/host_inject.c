// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exceptions that EL2 makes the host take: AArch64.TakeException of the Arm ARM
 * (shared pseudocode) for a synchronous exception to EL1, done in software.
 */
#include <linux/types.h>
#include <asm/esr.h>
#include <asm/ptrace.h>
#include "nvhe/host.h"
#include "nvhe/sysreg.h"

#define SPSR_AARCH32	(1UL << 4)
#define SPSR_SSBS	(1UL << 12)
#define SPSR_ALLINT	(1UL << 13)
#define SPSR_PAN	(1UL << 22)
#define SPSR_DIT	(1UL << 24)
#define SPSR_TCO	(1UL << 25)
#define SPSR_FLAGS	(0xfUL << 28)

#define SCTLR_SPAN	(1UL << 23)
#define SCTLR_DSSBS	(1UL << 44)

static bool from_el0(u64 spsr)
{
	return (spsr & SPSR_AARCH32) || (spsr & PSR_MODE_MASK) == PSR_MODE_EL0t;
}

static u64 vector_offset(u64 spsr)
{
	if (spsr & SPSR_AARCH32)
		return 0x600;
	if (from_el0(spsr))
		return 0x400;
	return (spsr & PSR_MODE_MASK) == PSR_MODE_EL1h ? 0x200 : 0;
}

/*
 * PSTATE at the handler. A bit of a feature that is not there is RES0 in
 * SPSR_EL2 and has no effect, so only registers need asking for.
 */
static u64 handler_pstate(u64 spsr)
{
	u64 sctlr = sysreg_read(SCTLR_EL1);
	u64 pstate = PSR_MODE_EL1h | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT |
		     SPSR_TCO | SPSR_ALLINT | (spsr & (SPSR_FLAGS | SPSR_DIT | SPSR_PAN));

	if (!(sctlr & SCTLR_SPAN))
		pstate |= SPSR_PAN;
	if (sctlr & SCTLR_DSSBS)
		pstate |= SPSR_SSBS;
	return pstate;
}

static void take_exception(u64 esr)
{
	u64 spsr = sysreg_read(SPSR_EL2);

	sysreg_write(esr, ESR_EL1);
	sysreg_write(sysreg_read(ELR_EL2), ELR_EL1);
	sysreg_write(spsr, SPSR_EL1);
	sysreg_write(sysreg_read(VBAR_EL1) + vector_offset(spsr), ELR_EL2);
	sysreg_write(handler_pstate(spsr), SPSR_EL2);
}

void host_inject_undef(void)
{
	take_exception(((u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT) | ESR_ELx_IL);
}

void host_inject_abort(u64 esr)
{
	bool exec = ESR_ELx_EC(esr) == ESR_ELx_EC_IABT_LOW;
	bool el0 = from_el0(sysreg_read(SPSR_EL2));
	u64 keep = exec ? ESR_ELx_IL : ESR_ELx_IL | ESR_ELx_WNR | ESR_ELx_CM;
	u64 ec;

	if (exec)
		ec = el0 ? ESR_ELx_EC_IABT_LOW : ESR_ELx_EC_IABT_CUR;
	else
		ec = el0 ? ESR_ELx_EC_DABT_LOW : ESR_ELx_EC_DABT_CUR;
	sysreg_write(sysreg_read(FAR_EL2), FAR_EL1);
	take_exception((ec << ESR_ELx_EC_SHIFT) | (esr & keep) | 0x21);
}
