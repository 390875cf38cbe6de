// SPDX-License-Identifier: GPL-2.0-only
/* Every SMC: recorded, checked, answered. */
#include <string.h>

#include "monitor.h"
#include "monitor_abi.h"

#define FN64			0x40000000U
#define RET_NOT_SUPPORTED	((u64)-1)
#define RET_INVALID		((u64)-2)
#define RET_DENIED		((u64)-3)

#define SMCCC_VERSION		0x80000000U
#define SMCCC_ARCH_FEATURES	0x80000001U
#define SMCCC_ARCH_SOC_ID	0x80000002U
#define SMCCC_WORKAROUND_3	0x80003fffU
#define SMCCC_WORKAROUND_2	0x80007fffU
#define SMCCC_WORKAROUND_1	0x80008000U
#define SMCCC_1_2		0x10002
#define SOC_VERSION		0x03ff4d4f		/* JEP 106 unused, "MO" */
#define SOC_REVISION		1

#define PSCI_FIRST		0x84000000U
#define PSCI_LAST		0x84000014U
#define TRNG_VERSION		0x84000050U
#define TRNG_FEATURES		0x84000051U
#define TRNG_GET_UUID		0x84000052U
#define TRNG_RND		0x84000053U
#define TRNG_1_0		0x10000

#define EC_SMC64		0x17
#define VECTOR_SYNC_LOWER	8

/* The calls that are known: SMC32 id, arguments, and what was seen of them. */
static struct call {
	u32 fid, nargs;
	const char *name;
	u32 made, denied, bad;
} calls[] = {
	{ SMCCC_VERSION, 0, "SMCCC_VERSION" },
	{ SMCCC_ARCH_FEATURES, 1, "ARCH_FEATURES" },
	{ SMCCC_ARCH_SOC_ID, 1, "ARCH_SOC_ID" },
	{ SMCCC_WORKAROUND_3, 0, "WORKAROUND_3" },
	{ SMCCC_WORKAROUND_2, 1, "WORKAROUND_2" },
	{ SMCCC_WORKAROUND_1, 0, "WORKAROUND_1" },
	{ 0x84000000, 0, "PSCI_VERSION" },
	{ 0x84000001, 3, "CPU_SUSPEND" },
	{ 0x84000002, 0, "CPU_OFF" },
	{ 0x84000003, 3, "CPU_ON" },
	{ 0x84000004, 2, "AFFINITY_INFO" },
	{ 0x84000006, 0, "MIGRATE_INFO_TYPE" },
	{ 0x84000007, 0, "MIGRATE_INFO_UP_CPU" },
	{ 0x84000008, 0, "SYSTEM_OFF" },
	{ 0x84000009, 0, "SYSTEM_RESET" },
	{ 0x8400000a, 1, "PSCI_FEATURES" },
	{ 0x8400000c, 2, "CPU_DEFAULT_SUSPEND" },
	{ 0x8400000d, 2, "NODE_HW_STATE" },
	{ 0x8400000e, 2, "SYSTEM_SUSPEND" },
	{ 0x8400000f, 1, "SET_SUSPEND_MODE" },
	{ 0x84000010, 2, "STAT_RESIDENCY" },
	{ 0x84000011, 2, "STAT_COUNT" },
	{ 0x84000012, 2, "SYSTEM_RESET2" },
	{ 0x84000013, 1, "MEM_PROTECT" },
	{ 0x84000014, 2, "MEM_PROTECT_CHECK_RANGE" },
	{ 0x84000015, 2, "SYSTEM_OFF2" },
	{ TRNG_VERSION, 0, "TRNG_VERSION" },
	{ TRNG_FEATURES, 1, "TRNG_FEATURES" },
	{ TRNG_GET_UUID, 0, "TRNG_GET_UUID" },
	{ TRNG_RND, 1, "TRNG_RND" },
	{ MONITOR_FID & ~FN64, 7, "monitor" },
};

#define NR_CALLS	(sizeof(calls) / sizeof(calls[0]))
#define LINES_MAX	16

/* Guard of calls, totals and the ring's next slot. */
static u32 record_lock;
static struct {
	u64 calls, bad, unknown;
} totals;

static struct call *find(u32 fid)
{
	u32 i;

	for (i = 0; i < NR_CALLS; i++)
		if (calls[i].fid == (fid & ~FN64))
			return &calls[i];
	return NULL;
}

/* Are x(n + 1) to x17 0, and the upper halves of a 32-bit call's arguments? */
static bool args_are_clean(const struct frame *f, u32 nargs)
{
	bool narrow = !((u32)f->x[0] & FN64);
	u64 dirty = f->x[0] >> 32;
	u32 i;

	for (i = 1; i <= 17; i++) {
		if (i > nargs)
			dirty |= f->x[i];
		else if (narrow)
			dirty |= f->x[i] >> 32;
	}
	return !dirty;
}

static void complain(const struct frame *f, u32 flags)
{
	u32 i;

	if ((flags & MONITOR_UNKNOWN) && totals.unknown <= LINES_MAX)
		say("BAD: SMC 0x%lx is not one that may get here", f->x[0]);
	if (!(flags & MONITOR_BAD_ARGS) || totals.bad > LINES_MAX)
		return;
	for (i = 0; i <= 17; i++)
		if (f->x[i])
			say("BAD: SMC 0x%lx with x%u = 0x%lx", f->x[0], i, f->x[i]);
}

static struct monitor_record *record(const struct frame *f, struct call *call, u32 flags)
{
	struct monitor_record *r;
	u64 seq;

	lock(&record_lock);
	seq = ++totals.calls;
	totals.bad += flags & MONITOR_BAD_ARGS ? 1 : 0;
	totals.unknown += flags & MONITOR_UNKNOWN ? 1 : 0;
	if (call) {
		call->made++;
		call->bad += flags & MONITOR_BAD_ARGS ? 1 : 0;
		call->denied += flags & MONITOR_DENIED ? 1 : 0;
	}
	unlock(&record_lock);

	r = &((struct monitor_record *)MONITOR_RING_BASE)[seq % MONITOR_RING_SLOTS];
	r->seq = seq;
	r->cpu = this_cpu()->index;
	r->flags = flags;
	memcpy(r->x, f->x, sizeof(r->x));
	r->ret = 0;
	r->elr = rd(elr_el3);
	return r;
}

void smc_summary(void)
{
	u32 i;

	say("SUMMARY: %lu calls, %lu with bad registers, %lu unknown", totals.calls, totals.bad,
	    totals.unknown);
	for (i = 0; i < NR_CALLS; i++)
		if (calls[i].made)
			say("CALL: 0x%x %s made %u denied %u bad %u", calls[i].fid, calls[i].name,
			    calls[i].made, calls[i].denied, calls[i].bad);
}

static u64 arch_features(u32 fid)
{
	switch (fid) {
	case SMCCC_VERSION: case SMCCC_ARCH_FEATURES: case SMCCC_ARCH_SOC_ID:
	case SMCCC_WORKAROUND_1: case SMCCC_WORKAROUND_3:
		return 0;
	case SMCCC_WORKAROUND_2:
		return 1;	/* not needed on this CPU */
	default:
		return RET_NOT_SUPPORTED;
	}
}

static u64 trng_rnd(struct frame *f, bool wide)
{
	u32 bits = f->x[1], word = wide ? 64 : 32, i;
	u64 ask = f->x[1];

	if (!ask || ask > 3 * word)
		return RET_INVALID;
	/* x3 has the low bits; what was not asked for is 0. */
	for (i = 0; i < 3; i++) {
		u32 have = bits > i * word ? bits - i * word : 0;
		u64 mask = have >= 64 ? ~0UL : (1UL << have) - 1;

		f->x[3 - i] = junk() & mask & (wide ? ~0UL : 0xffffffffUL);
	}
	return 0;
}

static u64 trng(struct frame *f, u32 fid)
{
	switch (fid) {
	case TRNG_VERSION:
		return TRNG_1_0;
	case TRNG_FEATURES:
		return ((u32)f->x[1] & ~FN64) == TRNG_RND ||
		       ((u32)f->x[1] >= TRNG_VERSION && (u32)f->x[1] <= TRNG_RND) ?
		       0 : RET_NOT_SUPPORTED;
	case TRNG_GET_UUID:
		f->x[1] = 0x6e6f6d74;
		f->x[2] = 0x726f7469;
		f->x[3] = 0x676e7274;
		return 0x746f6e21;
	default:
		return trng_rnd(f, fid & FN64);
	}
}

static u64 monitor_op(struct frame *f)
{
	const struct monitor_record *ring = (void *)MONITOR_RING_BASE;
	struct call *call;

	switch (f->x[1]) {
	case MONITOR_OP_VERSION:
		f->x[1] = MONITOR_MAGIC;
		f->x[2] = totals.calls;
		return 0;
	case MONITOR_OP_COUNT:
		call = find(f->x[2]);
		f->x[1] = call ? call->made : 0;
		f->x[2] = call ? call->denied : 0;
		f->x[3] = call ? call->bad : 0;
		return 0;
	case MONITOR_OP_TOTALS:
		f->x[1] = totals.calls;
		f->x[2] = totals.bad;
		f->x[3] = totals.unknown;
		return 0;
	case MONITOR_OP_RECORD:
		if (f->x[3] >= sizeof(*ring) / sizeof(u64))
			return RET_INVALID;
		f->x[1] = ((const u64 *)&ring[f->x[2] % MONITOR_RING_SLOTS])[f->x[3]];
		return 0;
	case MONITOR_OP_DENY:
		if (f->x[3] != MONITOR_KEY)
			return RET_DENIED;
		options.deny = f->x[2] != 0;
		return 0;
	case MONITOR_OP_SUMMARY:
		smc_summary();
		return 0;
	default:
		return RET_NOT_SUPPORTED;
	}
}

static u64 answer(struct frame *f, u32 fid)
{
	u32 fid32 = fid & ~FN64;

	if (fid == MONITOR_FID)
		return monitor_op(f);
	if (fid32 >= PSCI_FIRST && fid32 <= PSCI_LAST)
		return psci_call(fid, f->x);
	if ((fid >= TRNG_VERSION && fid <= TRNG_RND) || fid == (TRNG_RND | FN64))
		return trng(f, fid);
	switch (fid) {
	case SMCCC_VERSION:
		return SMCCC_1_2;
	case SMCCC_ARCH_FEATURES:
		return arch_features(f->x[1]);
	case SMCCC_ARCH_SOC_ID:
		if (f->x[1] > 1)
			return RET_INVALID;
		return f->x[1] ? SOC_REVISION : SOC_VERSION;
	case SMCCC_WORKAROUND_1: case SMCCC_WORKAROUND_2: case SMCCC_WORKAROUND_3:
		return 0;
	default:
		return RET_NOT_SUPPORTED;
	}
}

static void smc(struct frame *f)
{
	u32 fid = f->x[0], flags = 0;
	struct call *call = find(fid);
	struct monitor_record *r;

	if (!call)
		flags |= MONITOR_UNKNOWN;
	else if (!args_are_clean(f, call->nargs))
		flags |= MONITOR_BAD_ARGS;
	if (options.deny && psci_stops_machine(fid, f->x))
		flags |= MONITOR_DENIED;
	r = record(f, call, flags);
	if (options.check && (flags & (MONITOR_UNKNOWN | MONITOR_BAD_ARGS)))
		complain(f, flags);
	if (flags & MONITOR_DENIED)
		f->x[0] = RET_DENIED;
	else
		f->x[0] = answer(f, fid);
	r->ret = f->x[0];
}

/* From the vectors. Only SMCs are expected: nothing else is routed to EL3. */
void exception(struct frame *f, u64 vector)
{
	u64 esr = rd(esr_el3);

	if (vector == VECTOR_SYNC_LOWER && (esr >> 26) == EC_SMC64 && !(esr & 0xffff)) {
		smc(f);
		return;
	}
	if (vector == VECTOR_SYNC_LOWER && (esr >> 26) == EC_SMC64) {
		say("BAD: SMC with immediate 0x%lx", esr & 0xffff);
		f->x[0] = RET_NOT_SUPPORTED;
		return;
	}
	fatal("FATAL: exception %lu at EL3: esr 0x%lx elr 0x%lx far 0x%lx spsr 0x%lx scr 0x%lx",
	      vector, esr, rd(elr_el3), rd(far_el3), rd(spsr_el3), rd(scr_el3));
}
