/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/bits.h>
#include "../../../../../build/kernels/7.x/headers-common/include/uapi/linux/psci.h"
