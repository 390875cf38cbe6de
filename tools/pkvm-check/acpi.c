// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * ACPI machines cannot run pkvm yet; what else would count is said all the same,
 * as far as the tables may be read (root only). ACPI specification 6.5: FADT
 * (5.2.9), MADT (5.2.12); IORT: Arm DEN 0049.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define TABLE_MAX		(1U << 20)
#define HEADER_LEN		36
#define FADT_ARM_BOOT		129
#define FADT_PSCI		1
#define FADT_PSCI_HVC		2
#define MADT_ENTRIES		44
#define MADT_GICD		0x0c
#define MADT_GICR		0x0e
#define MADT_ITS		0x0f
#define GICD_VERSION		20
#define IORT_NODES		36
#define IORT_FIRST		40
#define IORT_SMMU_V2		3
#define IORT_SMMU_V3		4

static u32 le16(const char *p)
{
	return (unsigned char)p[0] | (unsigned char)p[1] << 8;
}

static u32 le32(const char *p)
{
	return le16(p) | le16(p + 2) << 16;
}

static void judge_psci(const struct check_root *root)
{
	size_t len;
	char *t = check_read(root, "sys/firmware/acpi/tables/FACP", TABLE_MAX, &len);
	u32 flags;

	if (!t || len < FADT_ARM_BOOT + 2) {
		check_add(root->r, "firmware", CHECK_UNKNOWN, "the FADT could not be read");
		free(t);
		return;
	}
	flags = le16(t + FADT_ARM_BOOT);
	free(t);
	if (!(flags & FADT_PSCI))
		check_add(root->r, "firmware", CHECK_NO, "no PSCI: firmware at EL3 with PSCI 0.2 "
			  "or later is needed");
	else if (flags & FADT_PSCI_HVC)
		check_add(root->r, "firmware", CHECK_NO, "PSCI by hvc: EL2 is somebody else's");
	else
		check_add(root->r, "firmware", CHECK_OK, "PSCI by smc");
}

struct madt {
	u32 version, gicr, its;
};

static void read_madt(const char *t, size_t len, struct madt *m)
{
	size_t at, size;

	for (at = MADT_ENTRIES; at + 2 <= len; at += size) {
		size = (unsigned char)t[at + 1];
		if (size < 2 || size > len - at)
			return;
		if (t[at] == MADT_GICD && size > GICD_VERSION)
			m->version = (unsigned char)t[at + GICD_VERSION];
		m->gicr += t[at] == MADT_GICR;
		m->its += t[at] == MADT_ITS;
	}
}

static void judge_gic(const struct check_root *root)
{
	struct madt m = { 0 };
	size_t len;
	char *t = check_read(root, "sys/firmware/acpi/tables/APIC", TABLE_MAX, &len);

	if (!t) {
		check_add(root->r, "gic", CHECK_UNKNOWN, "the MADT could not be read");
		return;
	}
	read_madt(t, len, &m);
	free(t);
	/* version 0: look at the hardware; redistributors are GICv3's */
	if (m.version == 3 || m.version == 4 || (!m.version && m.gicr))
		check_add(root->r, "gic", CHECK_OK, "GICv%s, %s ITS",
			  m.version == 4 ? "4" : "3", m.its ? "with" : "without");
	else if (m.version == 1 || m.version == 2)
		check_add(root->r, "gic", CHECK_NO, "GICv%u: GICv3 or v4 is needed, and there is no "
			  "plan for GICv2 machines", m.version);
	else
		check_add(root->r, "gic", CHECK_NO, "no GICv3 or v4 in the MADT");
}

static void judge_smmu(const struct check_root *root)
{
	u32 nodes, v2 = 0, v3 = 0;
	size_t len, at, size;
	char *t = check_read(root, "sys/firmware/acpi/tables/IORT", TABLE_MAX, &len);

	if (!t && check_exists(root, "sys/firmware/acpi/tables/IORT")) {
		check_add(root->r, "smmu", CHECK_UNKNOWN, "the IORT could not be read");
		return;
	}
	if (t && len >= IORT_FIRST + 4) {
		nodes = le32(t + IORT_NODES);
		for (at = le32(t + IORT_FIRST); nodes && at < len && len - at >= 3; nodes--) {
			size = le16(t + at + 1);
			v2 += t[at] == IORT_SMMU_V2;
			v3 += t[at] == IORT_SMMU_V3;
			if (size < 3)
				break;
			at += size;
		}
	}
	free(t);
	check_smmu(root->r, v3, v2);
}

/**
 * check_acpi - judge a machine that is described by ACPI
 * @root: where / is
 */
void check_acpi(const struct check_root *root)
{
	check_add(root->r, "description", CHECK_NO, "ACPI: not supported yet, EL2 reads device "
		  "trees only; some machines offer one instead (firmware set-up)");
	judge_psci(root);
	judge_gic(root);
	judge_smmu(root);
}
