/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System registers of the host that trap. Only the ID registers trap on purpose
 * (HCR_EL2.TID3); every other trap is a feature that the host was not shown, and
 * becomes UNDEFINED as on a CPU without it.
 *
 * AArch32 needs nothing: the host runs it at EL0 only, where the ID registers,
 * MVFR and FPSID are UNDEFINED at EL1 before any trap of EL2 counts (HCR_EL2.TID0
 * and TIDCP, HSTR_EL2 and CPTR_EL2.TFP are 0).
 */
#ifndef NVHE_HOST_SYSREG_H
#define NVHE_HOST_SYSREG_H

#include <linux/types.h>
#include "nvhe/cpu.h"

/**
 * host_sysreg_trap() - emulate a trapped MRS or MSR of the host
 * @r: the host's registers; Rt is written for a read that is answered
 * @esr: ESR_EL2, exception class 0x18
 *
 * Context: on the CPU of the trap; no locks. Return: true if done, and the
 * caller steps over the instruction; false if the host gets UNDEFINED, with @r
 * unchanged.
 */
bool host_sysreg_trap(struct host_frame *r, u64 esr);

#endif
