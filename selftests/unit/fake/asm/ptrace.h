/* SPDX-License-Identifier: GPL-2.0-only */
/* The constants only: as an assembler would see the header. */
#ifndef FAKE_ASM_PTRACE_H
#define FAKE_ASM_PTRACE_H

#define __ASSEMBLER__
#define __ASSEMBLY__
#include "../../../../build/kernels/7.x/headers-common/arch/arm64/include/uapi/asm/ptrace.h"
#undef __ASSEMBLY__
#undef __ASSEMBLER__

#endif
