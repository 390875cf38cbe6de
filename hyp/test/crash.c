// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test build only: host calls that break EL2 on purpose, so that the panic path,
 * the guard pages and W^X are seen to work. Call 0xc6000180, x1 = how.
 */
#include <linux/types.h>
#include <pkvm/host_call.h>
#include "nvhe/check.h"
#include "nvhe/image.h"
#include "pkvm/extra_calls.h"

static void crash_fatal(void)
{
	hyp_fatal_if(this_cpu());
}

static void crash_null(void)
{
	*(volatile u64 *)8 = 1;
}

/* Recursion into the guard page; the volatile keeps the frames. */
static noinline u64 recurse(volatile u64 *depth)
{
	volatile u64 frame[32];

	frame[0] = *depth;
	*depth = frame[0] + 1;
	if (!*depth)		/* never: for the compiler, which warns of no end */
		return 0;
	return recurse(depth) + frame[0];
}

static void crash_stack(void)
{
	volatile u64 depth = 0;

	recurse(&depth);
}

static void crash_write_text(void)
{
	*(volatile u32 *)_text = 0;
}

static void crash_exec_data(void)
{
	static u32 ret = 0xd65f03c0;		/* RET */

	((void (*)(void))&ret)();
}

static void crash_undef(void)
{
	asm volatile("udf #0");
}

typedef void (*crash_fn)(void);

static const crash_fn ways[] = {
	crash_fatal, crash_null, crash_stack, crash_write_text, crash_exec_data, crash_undef,
};

static void call_crash(struct host_frame *r)
{
	if (r->x[1] >= sizeof(ways) / sizeof(ways[0])) {
		r->x[0] = (u64)PKVM_RET_INVALID;
		return;
	}
	ways[r->x[1]]();
	r->x[0] = PKVM_RET_SUCCESS;		/* a test fails on this */
}

const host_call_fn extra_calls[] = { call_crash };
const u32 extra_nr_calls = 1;
const u64 extra_features = PKVM_FEATURE_TEST_BUILD;
