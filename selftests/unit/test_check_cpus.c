// SPDX-License-Identifier: GPL-2.0-only
/*
 * pkvm-check has a table of CPU types of its own, for people and for device trees.
 * Here it is held against EL2's: a CPU that EL2 refuses must be one that
 * pkvm-check refuses, and the other way round.
 * SOURCES: hyp/nvhe/errata.c tools/pkvm-check/cpus.c tools/pkvm-check/report.c
 * CFLAGS: -I../../tools/pkvm-check
 */
#include "tap.h"
#include "fake_cpu.h"
#include "nvhe/errata.h"
#include "nvhe/features.h"
#include "nvhe/log.h"
#include "nvhe/smccc.h"

#include "check.h"

#define MIDR(implementer, part, variant, revision) \
	((u32)(implementer) << 24 | (variant) << 20 | 0xf << 16 | (part) << 4 | (revision))

/* Parts of errata.c that are not looked at here. */
void hyp_smc(struct smccc_regs *regs)
{
	regs->x[0] = ~0UL;
}

u64 id_reg_read(enum id_reg reg)
{
	(void)reg;
	return 0;
}

void hyp_log(int level, const char *fmt, ...)
{
	(void)level;
	(void)fmt;
}

static bool el2_refuses(u32 implementer, u32 part)
{
	return errata_refusal(MIDR(implementer, part, 0, 0)) &&
	       errata_refusal(MIDR(implementer, part, 0xf, 0xf));
}

static void compare(u32 implementer, u32 part, u32 *known, u32 *refused, u32 *differ)
{
	const struct check_cpu *cpu = check_cpu_by_midr(MIDR(implementer, part, 1, 2));
	bool here = cpu && check_cpu_refusal(cpu), there = el2_refuses(implementer, part);

	*known += cpu != NULL;
	*refused += there;
	*differ += here != there;
	if (here != there)
		printf("# implementer %#x part %#x: EL2 %s, pkvm-check %s\n", implementer, part,
		       there ? "refuses" : "takes it", here ? "refuses" : "takes it");
}

int main(void)
{
	u32 implementer, part, known = 0, refused = 0, differ = 0;

	for (implementer = 0; implementer < 0x100; implementer++)
		for (part = 0; part < 0x1000; part++)
			compare(implementer, part, &known, &refused, &differ);
	ok(known > 50, "types are known");
	ok(refused > 8, "EL2 refuses some");
	is_num(differ, 0, "both refuse the same types");
	ok(check_cpu_by_compatible("arm,cortex-a76") ==
	   check_cpu_by_midr(MIDR(0x41, 0xd0b, 4, 1)), "by name and by number it is one type");
	ok(!check_cpu_by_compatible("arm,cortex-a760"), "no name that only starts alike");
	return tap_done();
}
