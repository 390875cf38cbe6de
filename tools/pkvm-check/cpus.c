// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a CPU can do, by its type: the ID fields that tell (ID_AA64MMFR0_EL1.TGran4_2,
 * ID_AA64MMFR2_EL1.FWB, ID_AA64MMFR4_EL1.E2H0) read as 0 in user space, so there is
 * no way to ask. From the technical reference manuals; FWB is mandatory from Armv8.4.
 */
#include <string.h>

#include "check.h"

#define ARM		0x41
#define BROADCOM	0x42
#define CAVIUM		0x43
#define FUJITSU		0x46
#define HISILICON	0x48
#define NVIDIA		0x4e
#define APM		0x50
#define QUALCOMM	0x51
#define APPLE		0x61
#define MICROSOFT	0x6d
#define AMPERE		0xc0
#define ANY_PART	0x1000

enum { FWB = 1 };

/* All that are listed have a 4 KiB granule at stage 2. */
struct check_cpu {
	const char *name, *compatible;
	u32 implementer, part;		/* of MIDR_EL1 */
	u32 flags;
	const char *refused;		/* why EL2 refuses each revision of it */
};

/* As hyp/nvhe/errata.c says; selftests/unit/test_check_cpus.c compares the two. */
static const char thunderx[] = "errata 27456, 30115 leak across a VM switch";
static const char thunderx2[] = "erratum 219, threads break each other's walks";
static const char apple[] = "E2H cannot be 0, and there is no GIC";

static const struct check_cpu cpus[] = {
	{ "Cortex-A34", "arm,cortex-a34", ARM, 0xd02, 0, NULL },
	{ "Cortex-A53", "arm,cortex-a53", ARM, 0xd03, 0, NULL },
	{ "Cortex-A35", "arm,cortex-a35", ARM, 0xd04, 0, NULL },
	{ "Cortex-A55", "arm,cortex-a55", ARM, 0xd05, 0, NULL },
	{ "Cortex-A65", "arm,cortex-a65", ARM, 0xd06, 0, NULL },
	{ "Cortex-A57", "arm,cortex-a57", ARM, 0xd07, 0, NULL },
	{ "Cortex-A72", "arm,cortex-a72", ARM, 0xd08, 0, NULL },
	{ "Cortex-A73", "arm,cortex-a73", ARM, 0xd09, 0, NULL },
	{ "Cortex-A75", "arm,cortex-a75", ARM, 0xd0a, 0, NULL },
	{ "Cortex-A76", "arm,cortex-a76", ARM, 0xd0b, 0, NULL },
	{ "Neoverse-N1", "arm,neoverse-n1", ARM, 0xd0c, 0, NULL },
	{ "Cortex-A77", "arm,cortex-a77", ARM, 0xd0d, 0, NULL },
	{ "Cortex-A76AE", "arm,cortex-a76ae", ARM, 0xd0e, 0, NULL },
	{ "Neoverse-V1", "arm,neoverse-v1", ARM, 0xd40, FWB, NULL },
	{ "Cortex-A78", "arm,cortex-a78", ARM, 0xd41, 0, NULL },
	{ "Cortex-A78AE", "arm,cortex-a78ae", ARM, 0xd42, 0, NULL },
	{ "Cortex-A65AE", "arm,cortex-a65ae", ARM, 0xd43, 0, NULL },
	{ "Cortex-X1", "arm,cortex-x1", ARM, 0xd44, 0, NULL },
	{ "Cortex-A510", "arm,cortex-a510", ARM, 0xd46, FWB, NULL },
	{ "Cortex-A710", "arm,cortex-a710", ARM, 0xd47, FWB, NULL },
	{ "Cortex-X2", "arm,cortex-x2", ARM, 0xd48, FWB, NULL },
	{ "Neoverse-N2", "arm,neoverse-n2", ARM, 0xd49, FWB, NULL },
	{ "Neoverse-E1", "arm,neoverse-e1", ARM, 0xd4a, 0, NULL },
	{ "Cortex-A78C", "arm,cortex-a78c", ARM, 0xd4b, 0, NULL },
	{ "Cortex-X1C", "arm,cortex-x1c", ARM, 0xd4c, 0, NULL },
	{ "Cortex-A715", "arm,cortex-a715", ARM, 0xd4d, FWB, NULL },
	{ "Cortex-X3", "arm,cortex-x3", ARM, 0xd4e, FWB, NULL },
	{ "Neoverse-V2", "arm,neoverse-v2", ARM, 0xd4f, FWB, NULL },
	{ "Cortex-A520", "arm,cortex-a520", ARM, 0xd80, FWB, NULL },
	{ "Cortex-A720", "arm,cortex-a720", ARM, 0xd81, FWB, NULL },
	{ "Cortex-X4", "arm,cortex-x4", ARM, 0xd82, FWB, NULL },
	{ "Neoverse-V3AE", "arm,neoverse-v3ae", ARM, 0xd83, FWB, NULL },
	{ "Neoverse-V3", "arm,neoverse-v3", ARM, 0xd84, FWB, NULL },
	{ "Cortex-X925", "arm,cortex-x925", ARM, 0xd85, FWB, NULL },
	{ "Cortex-A725", "arm,cortex-a725", ARM, 0xd87, FWB, NULL },
	{ "Cortex-A520AE", "arm,cortex-a520ae", ARM, 0xd88, FWB, NULL },
	{ "Cortex-A720AE", "arm,cortex-a720ae", ARM, 0xd89, FWB, NULL },
	{ "Neoverse-N3", "arm,neoverse-n3", ARM, 0xd8e, FWB, NULL },
	{ "ThunderX", "cavium,thunder", CAVIUM, 0x0a1, 0, thunderx },
	{ "ThunderX 81xx", "cavium,thunderx-81xx", CAVIUM, 0x0a2, 0, thunderx },
	{ "ThunderX 83xx", "cavium,thunderx-83xx", CAVIUM, 0x0a3, 0, thunderx },
	{ "ThunderX2", "cavium,thunder2", CAVIUM, 0x0af, 0, thunderx2 },
	{ "ThunderX2", "brcm,vulcan", BROADCOM, 0x516, 0, thunderx2 },
	{ "A64FX", "fujitsu,a64fx", FUJITSU, 0x001, 0, NULL },
	{ "TSV110", "hisilicon,tsv110", HISILICON, 0xd01, 0, NULL },
	{ "Carmel", "nvidia,tegra194-carmel", NVIDIA, 0x004, 0, NULL },
	{ "Olympus", "nvidia,olympus", NVIDIA, 0x010, FWB, NULL },
	{ "X-Gene", "apm,potenza", APM, 0x000, 0, "no GICv3" },
	{ "Kryo", "qcom,kryo", QUALCOMM, 0x200, 0, "errata 1003, 1009 leave stale TLB entries" },
	{ "Falkor", "qcom,falkor", QUALCOMM, 0xc00, 0,
	  "erratum 1041, fetches past an MMU that goes off" },
	{ "Oryon", "qcom,oryon", QUALCOMM, 0x001, FWB, NULL },
	{ "Azure Cobalt 100", "microsoft,azure-cobalt-100", MICROSOFT, 0xd49, FWB, NULL },
	{ "Ampere-1", "ampere,ampere1", AMPERE, 0xac3, FWB, NULL },
	{ "Ampere-1A", "ampere,ampere1a", AMPERE, 0xac4, FWB, NULL },
	{ "Apple Icestorm", "apple,icestorm", APPLE, 0x022, FWB, apple },
	{ "Apple Firestorm", "apple,firestorm", APPLE, 0x023, FWB, apple },
	{ "Apple Blizzard", "apple,blizzard", APPLE, 0x032, FWB, apple },
	{ "Apple Avalanche", "apple,avalanche", APPLE, 0x033, FWB, apple },
	{ "Apple CPU", "apple,arm-v8", APPLE, ANY_PART, FWB, apple },
};

#define NR_TYPES	(sizeof(cpus) / sizeof(cpus[0]))

const struct check_cpu *check_cpu_by_midr(u32 midr)
{
	size_t i;

	for (i = 0; i < NR_TYPES; i++) {
		if (cpus[i].implementer == midr >> 24 &&
		    (cpus[i].part == ((midr >> 4) & 0xfff) || cpus[i].part == ANY_PART))
			return &cpus[i];
	}
	return NULL;
}

const struct check_cpu *check_cpu_by_compatible(const char *compatible)
{
	size_t i;

	for (i = 0; i < NR_TYPES; i++) {
		if (!strcmp(cpus[i].compatible, compatible))
			return &cpus[i];
	}
	return NULL;
}

const char *check_cpu_refusal(const struct check_cpu *cpu)
{
	return cpu->refused;
}

/* "4 Cortex-A55, 4 Cortex-A76, 1 of unknown type", in the order of the table. */
static void list_types(const struct check_cpu **list, u32 nr, char *out, size_t size)
{
	size_t i, at = 0;
	u32 j, n;

	out[0] = '\0';
	for (i = 0; i <= NR_TYPES && at < size; i++) {
		const struct check_cpu *type = i < NR_TYPES ? &cpus[i] : NULL;

		for (j = 0, n = 0; j < nr; j++)
			n += list[j] == type;
		if (n)
			at += snprintf(out + at, size - at, "%s%u %s", at ? ", " : "", n,
				       type ? type->name : "of a type not known here");
	}
}

static u32 count(const struct check_cpu **list, u32 nr, u32 flag)
{
	u32 i, n = 0;

	for (i = 0; i < nr; i++)
		n += list[i] && (list[i]->flags & flag);
	return n;
}

static void judge_fwb(struct check_report *r, u32 with, u32 known, u32 nr)
{
	if (with == nr)
		check_add(r, "fwb", CHECK_OK, "forced write-back at stage 2");
	else if (known == nr)
		check_add(r, "fwb", CHECK_NOTE,
			  "no forced write-back: EL2 cleans caches itself");
	else
		check_add(r, "fwb", CHECK_UNKNOWN,
			  "forced write-back: not known; works without too");
}

/**
 * check_cpus - judge what the types of the CPUs tell
 * @r: report
 * @list: one entry a CPU, NULL for a type that is not in the table
 * @nr: CPUs, at least 1
 */
void check_cpus(struct check_report *r, const struct check_cpu **list, u32 nr)
{
	const char *refused = NULL;
	u32 i, known = 0;
	char types[200];

	for (i = 0; i < nr; i++) {
		known += list[i] != NULL;
		if (list[i] && list[i]->refused)
			refused = list[i]->refused;
	}
	list_types(list, nr, types, sizeof(types));
	if (refused)
		check_add(r, "cpus", CHECK_NO, "%u: %s; cannot be held: %s", nr, types, refused);
	else
		check_add(r, "cpus", known == nr ? CHECK_OK : CHECK_UNKNOWN, "%u: %s", nr, types);
	if (known == nr)
		check_add(r, "granule", CHECK_OK, "4 KiB granule at stage 2");
	else
		check_add(r, "granule", CHECK_UNKNOWN,
			  "4 KiB granule at stage 2: not known for this CPU");
	judge_fwb(r, count(list, nr, FWB), known, nr);
}
