/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls to the firmware (EL3). x[0..17] are loaded, the SMC made, and x[0..17]
 * stored again. Everything a call does not take must be 0: the caller sees to it.
 */
#ifndef NVHE_SMCCC_H
#define NVHE_SMCCC_H

#include <linux/types.h>

struct smccc_regs {
	u64 x[18];
};

void hyp_smc(struct smccc_regs *regs);

#endif
