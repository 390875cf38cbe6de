/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU errata and speculation: one const table from MIDR_EL1 to what EL2 must do.
 * Errata that only the host's own kernel has to know stay there: it sees the real
 * MIDR_EL1, and its ARCH_WORKAROUND calls are relayed.
 */
#ifndef NVHE_ERRATA_H
#define NVHE_ERRATA_H

#include <linux/types.h>
#include "nvhe/cpu.h"

/* hyp_cpu.errata: what this CPU needs. Documentation/errata.rst says handled where. */
#define ERRATA_REPEAT_TLBI	(1UL << 0)	/* TLBI and DSB twice before memory moves on */
#define ERRATA_SPECULATIVE_AT	(1UL << 1)	/* no half-switched EL1 translation, ever */
#define ERRATA_PAR_DMB		(1UL << 2)	/* DMB SY on both sides of a PAR_EL1 read */
#define ERRATA_HCR_SYNC		(1UL << 3)	/* DSB NSH before and ISB after HCR_EL2 writes */
#define ERRATA_CLEAN_CACHE	(1UL << 4)	/* clean by VA only together with invalidate */
#define ERRATA_TSB_TWICE	(1UL << 5)	/* TSB CSYNC twice when a trace buffer stops */
#define ERRATA_SSBS_SYNC	(1UL << 6)	/* speculation barrier after PSTATE.SSBS */
#define ERRATA_CNTVOFF		(1UL << 7)	/* CNTVOFF_EL2 does not work: guests need another way */
#define ERRATA_DEVICE_LOAD	(1UL << 8)	/* a guest's device loads can lock the CPU up */
#define ERRATA_CLUSTER_PMU	(1UL << 9)	/* ACTLR_EL2 bit 12 opens the DSU's PMU to EL1 */
#define ERRATA_HPFAR		(1UL << 10)	/* HPFAR_EL2 may be wrong: walk FAR_EL2 again */
#define ERRATA_BHB_HW		(1UL << 16)	/* history does not cross exception levels */
#define ERRATA_BHB_LOOP		(1UL << 17)	/* hyp_cpu.bhb_loops turns of the loop */
#define ERRATA_BHB_CLRBHB	(1UL << 18)	/* the CLRBHB instruction */
#define ERRATA_FW_CALL_1	(1UL << 19)	/* firmware's ARCH_WORKAROUND_1 */
#define ERRATA_FW_CALL_3	(1UL << 20)	/* firmware's ARCH_WORKAROUND_3 */
#define ERRATA_V2_OPEN		(1UL << 21)	/* Spectre v2: firmware has no answer */
#define ERRATA_BHB_OPEN		(1UL << 22)	/* Spectre-BHB: nobody has an answer */

/* What the vectors run first on each entry from EL1 and EL0. */
enum errata_vectors {
	ERRATA_VECTORS_PLAIN,		/* nothing */
	ERRATA_VECTORS_LOOP,		/* the loop */
	ERRATA_VECTORS_CLRBHB,		/* CLRBHB, ISB */
	ERRATA_VECTORS_FIRMWARE,	/* SMC ARCH_WORKAROUND_3; it covers v2 as well */
	ERRATA_VECTORS_FIRMWARE_1,	/* SMC ARCH_WORKAROUND_1: firmware without the third */
};

/**
 * errata_init_cpu() - find what the running CPU needs
 * @cpu: its record; errata and bhb_loops are set
 *
 * Asks firmware by SMCCC_ARCH_FEATURES on this CPU, since the answer differs
 * between CPUs. Firmware without SMCCC 1.1 answers NOT_SUPPORTED. Says once a
 * boot, by hyp_warn(), which speculation stays open.
 *
 * Context: EL2, at every entry of a CPU; takes the log's lock. Return: cpu->errata.
 */
u64 errata_init_cpu(struct hyp_cpu *cpu);

/** errata_vectors() - which vectors @cpu needs, after errata_init_cpu() */
enum errata_vectors errata_vectors(const struct hyp_cpu *cpu);

/**
 * errata_refusal() - is @midr a CPU on which no promise can be held?
 *
 * Return: NULL, or one line for people with the erratum or property.
 */
const char *errata_refusal(u64 midr);

#endif
