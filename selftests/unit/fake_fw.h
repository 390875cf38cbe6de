/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine for tests of PSCI and the SMC filter: CPUs, a log that is kept, and a
 * firmware behind hyp_smc() that each test fills in. Include it once, in the test's
 * C file.
 */
#ifndef FAKE_FW_H
#define FAKE_FW_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nvhe/cpu.h"
#include "nvhe/log.h"
#include "nvhe/smccc.h"
#include "nvhe/sysreg.h"

#define FW_CPUS		4
#define FW_ENTRY_PA	0x123456000ULL	/* of EL2; above 4 GiB, as on big machines */

static struct hyp_cpu fw_cpu[FW_CPUS];
static struct hyp_cpu *fw_cpu_list[FW_CPUS];
struct hyp_cpu **hyp_cpus = fw_cpu_list;
u32 hyp_nr_cpus;
static __thread struct hyp_cpu *fw_this;
static __thread u64 fw_ttbr1;

/* The world switch: how often a guest's FP registers were taken, by firmware call count. */
static u32 fw_flushes, fw_flushed_at;
static u32 fw_calls;

void guest_fp_flush(void)
{
	fw_flushes++;
	fw_flushed_at = fw_calls;
}

/* The log: all lines since fw_log_clear(). */
static char fw_log[1 << 16];
static u32 fw_lines;

/* What the firmware does; counts calls and those whose unused registers were not 0. */
static void (*fw_answer)(struct smccc_regs *regs);
static struct smccc_regs fw_last;
static u32 fw_calls, fw_dirty;

/* Arguments by function, read off the specifications and not off the filter's table. */
static const struct {
	u32 fid;
	u32 nargs;
} fw_nargs[] = {
	{ 0x80000000, 0 }, { 0x80000001, 1 }, { 0x80000002, 1 }, { 0x80008000, 0 },
	{ 0x80007fff, 1 }, { 0x80003fff, 0 }, { 0x84000000, 0 }, { 0x84000001, 3 },
	{ 0x84000002, 0 }, { 0x84000003, 3 }, { 0x84000004, 2 }, { 0x84000006, 0 },
	{ 0x84000007, 0 }, { 0x84000008, 0 }, { 0x84000009, 0 }, { 0x8400000a, 1 },
	{ 0x8400000c, 2 }, { 0x8400000d, 2 }, { 0x8400000e, 2 }, { 0x8400000f, 1 },
	{ 0x84000010, 2 }, { 0x84000011, 2 }, { 0x84000012, 2 }, { 0x84000013, 1 },
	{ 0x84000014, 2 }, { 0x84000015, 2 }, { 0x84000050, 0 }, { 0x84000051, 1 },
	{ 0x84000052, 0 }, { 0x84000053, 1 },
};

/* -1: not a function that may get here at all. */
static int fw_args_of(u32 fid)
{
	u32 i;

	for (i = 0; i < sizeof(fw_nargs) / sizeof(fw_nargs[0]); i++)
		if (fw_nargs[i].fid == (fid & ~0x40000000U))
			return fw_nargs[i].nargs;
	/* Vendor calls, for tests that allow some. */
	return (fid & 0xbf000000) == 0x82000000 ? 7 : -1;
}

void hyp_smc(struct smccc_regs *regs)
{
	u32 fid = regs->x[0];
	int i, nargs = fw_args_of(fid);
	bool dirty = nargs < 0 || regs->x[0] >> 32;

	for (i = 1; i < 18; i++)
		dirty |= i > nargs ? regs->x[i] != 0 :
			 !(fid & 0x40000000) && regs->x[i] >> 32;
	if (++fw_calls > 1000000)
		abort();	/* a loop, as in parking a CPU that is not to be parked */
	fw_dirty += dirty;
	fw_last = *regs;
	fw_answer(regs);
}

void hyp_log(int level, const char *fmt, ...)
{
	size_t have = strlen(fw_log);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fw_log + have, sizeof(fw_log) - have, fmt, ap);
	va_end(ap);
	fw_lines++;
}

static void fw_log_clear(void)
{
	fw_log[0] = 0;
	fw_lines = 0;
}

struct hyp_cpu *this_cpu(void)
{
	return fw_this;
}

/* CPU i has Aff1 = i / 2, Aff0 = i % 2. */
static u64 fw_mpidr(u32 i)
{
	return (u64)(i / 2) << 8 | i % 2;
}

struct hyp_cpu *hyp_cpu_by_mpidr(u64 mpidr)
{
	u32 i;

	for (i = 0; i < hyp_nr_cpus; i++)
		if (hyp_cpus[i]->mpidr == mpidr)
			return hyp_cpus[i];
	return NULL;
}

u64 hyp_cpu_entry_pa(void)
{
	return FW_ENTRY_PA;
}

u64 hyp_cpu_context_pa(struct hyp_cpu *cpu)
{
	return (u64)(uintptr_t)cpu;
}

u64 fake_read_sysreg(u32 encoding)
{
	if (encoding != SYS_TTBR1_EL1)
		abort();
	return fw_ttbr1;
}

void fake_write_sysreg(u32 encoding, u64 value)
{
	abort();
}

void fake_isb(void)
{
}

/* A machine of @n CPUs, all off; the test's thread runs on the first. */
static void fw_machine(u32 n)
{
	u32 i;

	memset(fw_cpu, 0, sizeof(fw_cpu));
	for (i = 0; i < n; i++) {
		fw_cpu[i].index = i;
		fw_cpu[i].mpidr = fw_mpidr(i);
		hyp_cpus[i] = &fw_cpu[i];
	}
	hyp_nr_cpus = n;
	fw_this = &fw_cpu[0];
	fw_ttbr1 = 0;
	fw_calls = 0;
	fw_dirty = 0;
	fw_log_clear();
}

#endif
