/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TAP output for unit tests of hyp/ on the development machine. A test is one
 * C file with a main() that ends in "return tap_done();".
 */
#ifndef UNIT_TAP_H
#define UNIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_nr, tap_failed;

/*
 * One result. The text after "ok N - " is the test's name: plain, the same in
 * every run, unique in its file.
 */
__attribute__((format(printf, 2, 3)))
static inline bool ok(bool good, const char *fmt, ...)
{
	va_list ap;

	if (!tap_nr)
		printf("TAP version 13\n");
	printf("%s %d - ", good ? "ok" : "not ok", ++tap_nr);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	tap_failed += !good;
	fflush(stdout);
	return good;
}

/* Two numbers are equal; both are shown when they are not. */
#define is_num(got, want, ...)							\
	do {									\
		unsigned long long got_ = (got), want_ = (want);		\
										\
		if (!ok(got_ == want_, __VA_ARGS__))				\
			printf("# %s:%d: got %#llx, want %#llx\n",		\
			       __FILE__, __LINE__, got_, want_);		\
	} while (0)

/* Two strings are equal; NULL is equal to NULL only. */
#define is_str(got, want, ...)							\
	do {									\
		const char *got_ = (got), *want_ = (want);			\
		bool same_ = got_ && want_ ? !strcmp(got_, want_) : got_ == want_; \
										\
		if (!ok(same_, __VA_ARGS__))					\
			printf("# %s:%d: got \"%s\", want \"%s\"\n", __FILE__,	\
			       __LINE__, got_ ? got_ : "(null)",		\
			       want_ ? want_ : "(null)");			\
	} while (0)

/* Ends the run: the plan, then the exit code for main(). */
static inline int tap_done(void)
{
	if (!tap_nr) {
		printf("TAP version 13\n1..0\n# no test ran\n");
		return 1;
	}
	printf("1..%d\n", tap_nr);
	if (tap_failed)
		printf("# %d of %d failed\n", tap_failed, tap_nr);
	return tap_failed ? 1 : 0;
}

#endif
