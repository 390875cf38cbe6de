/* SPDX-License-Identifier: GPL-2.0-only */
/* The constants only: as an assembler would see the header. */
#ifndef FAKE_ASM_ESR_H
#define FAKE_ASM_ESR_H

#include <asm/sysreg.h>
#define __ASSEMBLER__
#include "../../../../build/kernels/7.x/headers-common/arch/arm64/include/asm/esr.h"
#undef __ASSEMBLER__

#endif
