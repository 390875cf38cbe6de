/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the test module; see pkvm_test.h for the interface. */
#ifndef PT_H
#define PT_H

#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "pkvm_test.h"

/*
 * Makes one call with x[0..17] as they stand and stores what comes back.
 * A bad conduit or imm is the caller's error: see pt_call_valid().
 */
void pt_call_raw(u32 conduit, u32 imm, u64 *x);
bool pt_call_valid(u32 conduit, u32 imm);

long pt_ioctl_call(struct pt_call *call);
long pt_ioctl_cost(struct pt_cost *cost);
long pt_ioctl_fuzz(struct pt_fuzz *fuzz);
long pt_ioctl_touch(struct pt_touch *touch);
long pt_ioctl_idregs(struct pt_idregs *regs);

/* fuzz.c: a generator's next draw, and one below a limit. */
u64 pt_random(u64 *state);
u32 pt_below(u64 *state, u32 limit);

/* own.c: the blocks that random host calls may give away. */
struct pt_own {
	struct page *arena, *guest;
};

long pt_own_get(struct pt_own *own);
/* Returns false if EL2 has not given all back: that is kept, for ever. */
bool pt_own_put(struct pt_own *own, const u64 *handles, u32 nr);
void pt_own_draw(const struct pt_own *own, u64 *state, u64 *x);

/* idreads.S: code, 16 bytes for each identification register. */
extern const char pt_id_stubs[];

/*
 * Runs fn(arg) on @cpu, or anywhere for PT_ANY_CPU, in a kernel thread of its
 * own, and waits until that thread is gone, by returning or by an oops: which
 * of the two, fn itself must note in arg. Returns 0 or -errno if no thread
 * could be made.
 */
int pt_run_thread(s32 cpu, void (*fn)(void *arg), void *arg);

#endif
