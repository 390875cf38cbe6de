// SPDX-License-Identifier: GPL-2.0-only
/*
 * What holds pages of the host from one call to the next, and so must end with
 * the epoch that gave them. One line a kind.
 */
#include <linux/types.h>

#include "pkvm/epoch.h"
#include "pkvm/mem.h"

const struct epoch_holder *const epoch_holders[] = {
	&mem_epoch_holder,
	NULL,
};
