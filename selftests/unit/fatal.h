/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hyp_fatal() for a unit test: a test that expects it says so, any other ends.
 * Include it in the test's C file, once.
 */
#ifndef UNIT_FATAL_H
#define UNIT_FATAL_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "nvhe/check.h"

static jmp_buf fatal_jmp;
static int fatal_expected;

void hyp_fatal(const char *file, int line, const char *what)
{
	if (fatal_expected)
		longjmp(fatal_jmp, 1);
	printf("Bail out! hyp_fatal at %s:%d: %s\n", file, line, what);
	exit(1);
}

/* Does the statement end in hyp_fatal()? */
#define is_fatal(stmt)						\
	({							\
		volatile int died_ = 1;				\
								\
		fatal_expected = 1;				\
		if (!setjmp(fatal_jmp)) {			\
			stmt;					\
			died_ = 0;				\
		}						\
		fatal_expected = 0;				\
		died_;						\
	})

#endif
