// SPDX-License-Identifier: GPL-2.0-only
/* Tells the specification what happened. */
#include "event.h"

static bool wrong(struct spec *s, const char *why)
{
	uint32_t i;

	for (i = 0; why[i] && i + 1 < sizeof(s->why); i++)
		s->why[i] = why[i];
	s->why[i] = 0;
	return false;
}

static bool access_right(struct spec *s, const struct event *e)
{
	const struct spec_event *a = &e->left;
	uint64_t pa = 0;
	enum spec_found found = spec_guest_finds(s, e->cpu, a->ipa, a->prot, &pa);

	if (e->valid != (found != SPEC_FOUND_NOTHING))
		return wrong(s, e->valid ? "a guest finds a page where none is" :
			     "a guest does not find a page");
	if (e->valid && e->pa != pa / SPEC_PAGE * SPEC_PAGE)
		return wrong(s, "a guest finds another page");
	if (e->allowed != (found == SPEC_FOUND_PAGE))
		return wrong(s, "a guest's access has another permission");
	if (e->valid)
		spec_guest_touched(s, e->cpu, a->ipa, e->allowed && a->write, e->tag);
	return true;
}

bool event_apply(struct spec *s, const struct event *e)
{
	struct spec_call c = e->call;

	switch (e->kind) {
	case EV_CALL:
		c.out = &e->out;
		return spec_host_call(s, &c, &e->answer);
	case EV_RUN_BEGINS:
		spec_run_begins(s, e->cpu, &e->in);
		return true;
	case EV_ENTERS:
		return spec_guest_enters(s, e->cpu, &e->regs);
	case EV_LEAVES:
		return spec_guest_leaves(s, e->cpu, &e->left, &e->regs);
	case EV_SEA:
		return spec_guest_sea(s, e->cpu);
	case EV_GUEST_CALL:
		return spec_guest_call(s, e->cpu, &e->regs, e->verdict, &e->out_regs);
	case EV_ACCESS:
		return access_right(s, e);
	default:
		spec_psci_version(s, e->cpu, e->ttbr1, e->alone);
		return true;
	}
}
