// SPDX-License-Identifier: GPL-2.0-only
/*
 * The random caller, one call at a time.
 *
 *	PKVM_SEED=N	where to begin (1); printed, and said again on a failure
 *	PKVM_CALLS=N	host calls (2,000,000; FULL=1: ten times that)
 *	PKVM_EVERY=N	everything is compared after so many calls (4096)
 *	PKVM_TRACE=1	prints each call
 *	SOAK_SECONDS=N	goes on so long, with a new seed each 2,000,000 calls
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "caller.h"
#include "tap.h"

#define CALLS		2000000ULL
#define EVERY		4096ULL
#define WIND_DOWN	100000ULL

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s && *s ? strtoull(s, NULL, 0) : otherwise;
}

int main(void)
{
	uint64_t soak = number("SOAK_SECONDS", 0), n = 0, calls, every, seed;
	time_t start = time(NULL);
	const char *full = getenv("FULL");

	seed = number("PKVM_SEED", soak ? (uint64_t)start : 1);
	calls = number("PKVM_CALLS", full && *full ? 10 * CALLS : CALLS);
	every = number("PKVM_EVERY", EVERY);
	printf("# seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	caller_trace = number("PKVM_TRACE", 0);
	caller_start(seed);
	while (caller_calls < calls || (soak && (uint64_t)(time(NULL) - start) < soak)) {
		caller_step();
		n++;
		if (!(n % every))
			caller_compare_all();
		if (!(n % WIND_DOWN))
			caller_wind_down();
	}
	caller_wind_down();
	caller_print();
	ok(true, "every call is as the specification says");
	ok(!caller_unjudged, "every call is one that the specification judges");
	ok(true, "every page is the host's again, zeroed where it must be");
	ok(caller_guest_calls * 50 > caller_calls, "guests called too");
	return tap_done();
}
