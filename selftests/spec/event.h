/* SPDX-License-Identifier: GPL-2.0-only */
/* What happened on a CPU, so that the specification can be told now or later. */
#ifndef SPEC_EVENT_H
#define SPEC_EVENT_H

#include <pkvm/run.h>
#include "spec.h"

enum event_kind {
	EV_CALL,		/* a host call with its answer */
	EV_RUN_BEGINS,		/* VCPU_RUN is called; EV_CALL is its end */
	EV_ENTERS, EV_LEAVES,	/* the guest */
	EV_SEA,			/* EL2 gave the guest an external abort */
	EV_GUEST_CALL,
	EV_ACCESS,		/* of the guest to memory */
	EV_EPOCH,		/* PSCI_VERSION of the host */
};

struct event {
	enum event_kind kind;
	uint32_t cpu;
	uint64_t begins, ends;		/* when, in the caller's order */
	struct spec_call call;
	struct spec_answer answer;
	struct pkvm_run_out out;
	struct spec_in in;
	struct spec_regs regs, out_regs;
	enum spec_smccc verdict;
	struct spec_event left;
	bool valid, allowed;		/* ACCESS: a page is there; it may be touched so */
	uint64_t pa;
	uint32_t tag;			/* ACCESS that writes: what */
	uint64_t ttbr1;
	bool alone;
};

/* Is it right here? Then the state is the one after it; else s->why says why not. */
bool event_apply(struct spec *s, const struct event *e);

#endif
