/* SPDX-License-Identifier: GPL-2.0-only */
/* Random calls, near what is legal in the state that the specification knows. */
#ifndef SPEC_DRAW_H
#define SPEC_DRAW_H

#include "spec.h"

extern uint64_t draw_seed;

uint32_t draw(uint32_t n);		/* 0 to @n - 1 */
uint64_t draw_64(void);
bool draw_chance(uint32_t percent);

/* A host call by some CPU of @s. */
void draw_call(struct spec *s, struct spec_call *c);

/* An address of a living guest's memory, most often near what is there. */
uint64_t draw_ipa(const struct spec_vm *vm);
uint64_t draw_page(const struct spec *s);

#endif
