// SPDX-License-Identifier: GPL-2.0-only
/* Exceptions that EL2 makes the host take. */
#include <linux/types.h>
#include <asm/esr.h>
#include "nvhe/exception.h"
#include "nvhe/host.h"
#include "nvhe/sysreg.h"

static void take_exception(u64 esr)
{
	u64 spsr = sysreg_read(SPSR_EL2);

	sysreg_write(esr, ESR_EL1);
	sysreg_write(sysreg_read(ELR_EL2), ELR_EL1);
	sysreg_write(spsr, SPSR_EL1);
	sysreg_write(sysreg_read(VBAR_EL1) + exception_vector(spsr), ELR_EL2);
	sysreg_write(exception_pstate(spsr, sysreg_read(SCTLR_EL1)), SPSR_EL2);
}

void host_inject_undef(void)
{
	take_exception(((u64)ESR_ELx_EC_UNKNOWN << ESR_ELx_EC_SHIFT) | ESR_ELx_IL);
}

void host_inject_abort(u64 esr)
{
	bool exec = ESR_ELx_EC(esr) == ESR_ELx_EC_IABT_LOW;
	bool el0 = exception_from_el0(sysreg_read(SPSR_EL2));
	u64 keep = exec ? ESR_ELx_IL : ESR_ELx_IL | ESR_ELx_WNR | ESR_ELx_CM;
	u64 ec;

	if (exec)
		ec = el0 ? ESR_ELx_EC_IABT_LOW : ESR_ELx_EC_IABT_CUR;
	else
		ec = el0 ? ESR_ELx_EC_DABT_LOW : ESR_ELx_EC_DABT_CUR;
	sysreg_write(sysreg_read(FAR_EL2), FAR_EL1);
	take_exception((ec << ESR_ELx_EC_SHIFT) | (esr & keep) | 0x21);
}
