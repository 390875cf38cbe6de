/* SPDX-License-Identifier: GPL-2.0-only */
/* What EL2 holds and offers, for INFO. Fixed after init. */
#ifndef PKVM_STATE_H
#define PKVM_STATE_H

#include <linux/types.h>

struct pkvm_state {
	u64 features;		/* PKVM_FEATURE_* */
	u64 bytes_held;		/* RAM that the host does not have, bytes */
	void *dice;		/* copy of the DICE handover; NULL: none */
	u64 dice_size;		/* bytes */
};

extern struct pkvm_state pkvm_state;

#endif
