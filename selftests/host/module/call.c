// SPDX-License-Identifier: GPL-2.0-only
/* One HVC or SMC with every register chosen, and what such a call costs. */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

#include "pt.h"

/* x18 is the platform register: Linux may use it, no call may see or change it. */
#define PT_CLOBBERS							\
	"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9",	\
	"x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",		\
	"cc", "memory"

#define PT_CALL(insn)							\
static noinline void pt_call_##insn(u64 *x)				\
{									\
	register u64 *base asm("x19") = x;				\
									\
	asm volatile(							\
	"	ldp	x0, x1, [x19]\n"				\
	"	ldp	x2, x3, [x19, #16]\n"				\
	"	ldp	x4, x5, [x19, #32]\n"				\
	"	ldp	x6, x7, [x19, #48]\n"				\
	"	ldp	x8, x9, [x19, #64]\n"				\
	"	ldp	x10, x11, [x19, #80]\n"				\
	"	ldp	x12, x13, [x19, #96]\n"				\
	"	ldp	x14, x15, [x19, #112]\n"			\
	"	ldp	x16, x17, [x19, #128]\n"			\
	"	" PT_INSN_##insn "\n"					\
	"	stp	x0, x1, [x19]\n"				\
	"	stp	x2, x3, [x19, #16]\n"				\
	"	stp	x4, x5, [x19, #32]\n"				\
	"	stp	x6, x7, [x19, #48]\n"				\
	"	stp	x8, x9, [x19, #64]\n"				\
	"	stp	x10, x11, [x19, #80]\n"				\
	"	stp	x12, x13, [x19, #96]\n"				\
	"	stp	x14, x15, [x19, #112]\n"			\
	"	stp	x16, x17, [x19, #128]\n"			\
	: "+r" (base) : : PT_CLOBBERS);					\
}

#define PT_INSN_hvc0	"hvc #0"
#define PT_INSN_hvc1	"hvc #1"
#define PT_INSN_hvc2	"hvc #0x1234"
#define PT_INSN_hvc3	"hvc #0xffff"
#define PT_INSN_smc0	"smc #0"
#define PT_INSN_smc1	"smc #1"
#define PT_INSN_smc2	"smc #0x1234"
#define PT_INSN_smc3	"smc #0xffff"
#define PT_INSN_none	""

PT_CALL(hvc0)
PT_CALL(hvc1)
PT_CALL(hvc2)
PT_CALL(hvc3)
PT_CALL(smc0)
PT_CALL(smc1)
PT_CALL(smc2)
PT_CALL(smc3)
PT_CALL(none)

static void (*const pt_calls[2][PT_NR_IMM])(u64 *x) = {
	[PT_HVC] = { pt_call_hvc0, pt_call_hvc1, pt_call_hvc2, pt_call_hvc3 },
	[PT_SMC] = { pt_call_smc0, pt_call_smc1, pt_call_smc2, pt_call_smc3 },
};

bool pt_call_valid(u32 conduit, u32 imm)
{
	return conduit <= PT_SMC && imm < PT_NR_IMM;
}

void pt_call_raw(u32 conduit, u32 imm, u64 *x)
{
	pt_calls[conduit][imm](x);
}

static void pt_call_here(void *arg)
{
	struct pt_call *call = arg;

	pt_call_raw(call->conduit, call->imm, call->x);
}

long pt_ioctl_call(struct pt_call *call)
{
	if (!pt_call_valid(call->conduit, call->imm))
		return -EINVAL;
	return pt_run_thread(call->cpu, pt_call_here, call);
}

static u64 pt_time_calls(void (*fn)(u64 *x), u64 *x, const struct pt_cost *cost)
{
	u64 start;
	u32 i;

	isb();
	start = read_sysreg(cntpct_el0);
	for (i = 0; i < cost->loops; i++) {
		x[0] = cost->fid;
		fn(x);
	}
	isb();
	return read_sysreg(cntpct_el0) - start;
}

/* The two loops differ by the call instruction alone. */
long pt_ioctl_cost(struct pt_cost *cost)
{
	u64 x[18] = {};
	unsigned long flags;

	if (!pt_call_valid(cost->conduit, 0) || !cost->loops || cost->loops > 65536)
		return -EINVAL;

	cost->freq = read_sysreg(cntfrq_el0);
	local_irq_save(flags);
	cost->ticks_empty = pt_time_calls(pt_call_none, x, cost);
	cost->ticks_call = pt_time_calls(pt_calls[cost->conduit][0], x, cost);
	local_irq_restore(flags);
	cost->x0 = x[0];
	return 0;
}
