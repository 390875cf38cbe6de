/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BOOT_DICE_H
#define BOOT_DICE_H

#include "boot/info.h"

/**
 * dice_take() - copy the DICE handover to EL2's memory and wipe the original
 *
 * MMU off; after it the device tree that the host gets no longer names the
 * region. Without a handover, or without memory, nothing is copied; the
 * original is wiped in any case: the host must not derive EL2's keys from it.
 */
void dice_take(const struct boot_info *info);

#endif
