// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DICE handover that firmware leaves in memory (devicetree binding
 * reserved-memory/google,open-dice.yaml). Whoever reads it can derive the keys
 * of the layer it is for: EL2 is its last user.
 */
#include <pkvm/host_call.h>
#include "boot/dice.h"
#include "nvhe/addr.h"
#include "nvhe/cache.h"
#include "nvhe/log.h"
#include "nvhe/pool.h"
#include "nvhe/string.h"
#include "pkvm/state.h"

void dice_take(const struct boot_info *info)
{
	const struct boot_range *r = &info->dice;
	void *from = hyp_va(r->base);
	void *copy;

	if (!r->size)
		return;
	/* Firmware wrote it with caches on: to memory, before it is read without. */
	cache_clean_inval(r->base, r->size);
	copy = pool_take(r->size, HYP_PAGE_SIZE);
	if (copy) {
		memcpy(copy, from, r->size);
		pkvm_state.dice = copy;
		pkvm_state.dice_size = r->size;
		pkvm_state.features |= PKVM_FEATURE_DICE;
	} else {
		hyp_warn("no memory for the DICE handover: it is wiped unread\n");
	}
	memset(from, 0, r->size);
	cache_inval(r->base, r->size);
}
