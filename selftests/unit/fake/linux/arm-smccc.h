/* SPDX-License-Identifier: GPL-2.0-only */
/* The constants only: as an assembler would see the header. */
#ifndef FAKE_LINUX_ARM_SMCCC_H
#define FAKE_LINUX_ARM_SMCCC_H

#include <linux/bits.h>
#define __ASSEMBLY__
#include "../../../../build/kernels/7.x/headers-common/include/linux/arm-smccc.h"
#undef __ASSEMBLY__

#endif
