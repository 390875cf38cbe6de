/* SPDX-License-Identifier: GPL-2.0-only */
#include "../../../../build/kernels/7.x/headers-common/arch/arm64/include/asm/kvm_arm.h"
