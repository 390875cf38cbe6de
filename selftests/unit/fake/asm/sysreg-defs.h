/* SPDX-License-Identifier: GPL-2.0-only */
#include "../../../../build/kernels/7.x/headers/arch/arm64/include/generated/asm/sysreg-defs.h"
