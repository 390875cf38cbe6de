/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between the kernels that the test module is built for. */
#ifndef PT_COMPAT_H
#define PT_COMPAT_H

#include <asm/sysreg.h>

/* 6.12 does not name it. */
#ifndef SYS_MPAMIDR_EL1
#define SYS_MPAMIDR_EL1		sys_reg(3, 0, 10, 4, 4)
#endif

#endif
