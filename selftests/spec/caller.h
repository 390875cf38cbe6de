/* SPDX-License-Identifier: GPL-2.0-only */
/* One call of the real code, judged and compared. */
#ifndef SPEC_CALLER_H
#define SPEC_CALLER_H

#include "event.h"
#include "spec.h"

extern struct spec spec;
extern uint64_t caller_calls, caller_guest_calls, caller_unjudged;

extern bool caller_trace;		/* print each call */
/* NULL: one call at a time. Else events are kept, for all CPUs are in calls at once. */
extern void (*caller_waits)(const struct event *e);
extern void (*caller_clock)(struct event *e);	/* the event begins now */

void caller_start(uint64_t seed);
void caller_make(const struct spec_call *call);
void caller_learn(void);
bool caller_compare_changed(char why[256]);
bool caller_compare_range(const struct spec_call *c, char why[256]);
/* One step: a call, a touch, a store of the host. */
void caller_step(void);
/* All VMs end, all arenas go back; then every page is the host's, and as it must be. */
void caller_wind_down(void);
void caller_compare_all(void);
void caller_print(void);

#endif
