/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's names of system registers; what reads and writes them is a fake CPU. */
#ifndef FAKE_ASM_SYSREG_H
#define FAKE_ASM_SYSREG_H

#include "../../../../build/kernels/7.x/headers-common/arch/arm64/include/asm/sysreg.h"

#endif
