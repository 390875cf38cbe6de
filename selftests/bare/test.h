/* SPDX-License-Identifier: GPL-2.0-only */
/* A test is one function; a file of tests is a subject and ends with a table. */
#ifndef BARE_TEST_H
#define BARE_TEST_H

#include "bare.h"

struct test {
	const char *name;		/* unique in its subject; plain text */
	void (*fn)(void);
	u32 cpus;			/* that it needs at least; 0: 1 */
};

struct subject {
	const char *name;
	const struct test *tests;	/* ended by a name of NULL */
	bool asked_only;		/* runs only when bare.test names it */
};

extern const struct subject subject_boot, subject_arena, subject_vm, subject_mem,
	subject_run, subject_attack, subject_switch, subject_debug, subject_fp, subject_timer,
	subject_smp, subject_epoch,
	subject_bench;

extern bool full_run;		/* bare.full=1 */
extern u64 seed;		/* bare.seed=N */

u64 random(void);		/* this CPU's own sequence, from the seed */

bool test_check(bool good, const char *file, int line, const char *what);
bool test_same(u64 got, u64 want, const char *file, int line, const char *what);

/* The test ends at the first that does not hold. */
#define CHECK(c)	do { if (!test_check(c, __FILE__, __LINE__, #c)) return; } while (0)
#define SAME(got, want)	do { if (!test_same(got, want, __FILE__, __LINE__, #got)) return; } while (0)
/* The same in a function that returns whether all is well. */
#define CHECK_OR(c, r)	do { if (!test_check(c, __FILE__, __LINE__, #c)) return r; } while (0)
#define SAME_OR(got, want, r) \
	do { if (!test_same(got, want, __FILE__, __LINE__, #got)) return r; } while (0)

#endif
