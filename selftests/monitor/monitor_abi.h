/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a test may ask the EL3 test monitor, by SMC. Under pkvm the call passes
 * only with pkvm.allow_smc=0xc200ff00. x1: the operation; results in x1 to x3,
 * x0 is 0, or -1 for an operation that is not known.
 */
#ifndef MONITOR_ABI_H
#define MONITOR_ABI_H

#define MONITOR_FID		0xc200ff00U

#define MONITOR_OP_VERSION	0	/* out: x1 = MONITOR_MAGIC, x2 = calls seen */
#define MONITOR_OP_COUNT	1	/* x2 = function id; out: made, denied, bad registers */
#define MONITOR_OP_TOTALS	2	/* out: calls, with bad registers, of unknown ids */
#define MONITOR_OP_RECORD	3	/* x2 = call, x3 = word of its record; out: x1 = it */
#define MONITOR_OP_DENY		4	/* x2 = 0 or 1, x3 = MONITOR_KEY */
#define MONITOR_OP_SUMMARY	5	/* prints the counts on the consoles */

#define MONITOR_MAGIC		0x31304e4f4d564b50ULL
/* Without it a fuzzer that draws MONITOR_FID would switch the denying off. */
#define MONITOR_KEY		0x6d6f6e69746f7221ULL

/*
 * The ring of records, in normal RAM so that QEMU's pmemsave reads it; the tree
 * reserves it. Call n is in slot n % MONITOR_RING_SLOTS, until it is overwritten.
 */
#define MONITOR_RING_BASE	0x40000000UL
#define MONITOR_RING_SIZE	0x100000UL
#define MONITOR_RING_SLOTS	(MONITOR_RING_SIZE / sizeof(struct monitor_record))

#define MONITOR_BAD_ARGS	(1U << 0)	/* a register beyond the arguments was not 0 */
#define MONITOR_UNKNOWN		(1U << 1)	/* an id that the monitor does not know */
#define MONITOR_DENIED		(1U << 2)	/* would have ended or stopped the machine */

struct monitor_record {
	unsigned long long seq;		/* 1 for the first call */
	unsigned int cpu;
	unsigned int flags;		/* MONITOR_* */
	unsigned long long x[12];	/* x0 to x11 as they came */
	unsigned long long ret;		/* x0 as it went; unset if the call did not return */
	unsigned long long elr;		/* after the SMC */
};

#endif
