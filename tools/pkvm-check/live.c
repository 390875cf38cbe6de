// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The machine that this program runs on, or a folder that stands for one. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "check.h"

#define LOG_MAX		(8U << 20)
#define FDT_MAX		(4U << 20)
#define TREE_DIR	"sys/firmware/devicetree/base"
#define ACPI_DIR	"sys/firmware/acpi/tables"

/* Without a name for the architecture there is none to refuse. */
static bool is_arm64(const struct check_root *root, char *name, size_t size)
{
	char *arch = check_read_quiet(root, "proc/sys/kernel/arch", 64, NULL);
	struct utsname uts;

	name[0] = '\0';
	if (arch)
		check_clean(name, size, arch, strcspn(arch, "\n"));
	else if (!root->path[0] && !uname(&uts))
		check_clean(name, size, uts.machine, sizeof(uts.machine));
	free(arch);
	return !name[0] || !strcmp(name, "aarch64");
}

static void name_machine(const struct check_root *root)
{
	char *vendor = check_read_quiet(root, "sys/class/dmi/id/sys_vendor", 64, NULL);
	char *product = check_read_quiet(root, "sys/class/dmi/id/product_name", 64, NULL);
	char line[130];

	snprintf(line, sizeof(line), "%.*s %.*s", vendor ? (int)strcspn(vendor, "\n") : 0,
		 vendor ? vendor : "", product ? (int)strcspn(product, "\n") : 0,
		 product ? product : "");
	if (vendor || product)
		check_clean(root->r->subject, sizeof(root->r->subject), line, sizeof(line));
	free(vendor);
	free(product);
}

static u32 cpus_by_midr(const struct check_root *root, const struct check_cpu **list)
{
	char path[100], *text;
	u32 i, nr = 0;

	for (i = 0; i < CHECK_MAX_CPUS; i++) {
		snprintf(path, sizeof(path),
			 "sys/devices/system/cpu/cpu%u/regs/identification/midr_el1", i);
		text = check_read_quiet(root, path, 64, NULL);
		if (text)
			list[nr++] = check_cpu_by_midr(strtoull(text, NULL, 16));
		free(text);
	}
	return nr;
}

static u32 cpuinfo_value(const char *line)
{
	const char *colon = strchr(line, ':');

	return colon ? strtoul(colon + 1, NULL, 0) : 0;
}

/* Implementer and part of each CPU, in this order. */
static u32 cpus_by_cpuinfo(const struct check_root *root, const struct check_cpu **list)
{
	char *text = check_read(root, "proc/cpuinfo", 1U << 20, NULL), *line, *rest = NULL;
	u32 nr = 0, implementer = 0;

	for (line = text ? strtok_r(text, "\n", &rest) : NULL; line && nr < CHECK_MAX_CPUS;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (!strncmp(line, "CPU implementer", 15))
			implementer = cpuinfo_value(line);
		if (!strncmp(line, "CPU part", 8))
			list[nr++] = check_cpu_by_midr(implementer << 24 |
						       (cpuinfo_value(line) & 0xfff) << 4);
	}
	free(text);
	return nr;
}

static u32 read_cpus(const struct check_root *root, const struct check_cpu **list)
{
	u32 nr = cpus_by_midr(root, list);

	return nr ? nr : cpus_by_cpuinfo(root, list);
}

/* Root may read the tree as it was handed over; it has more than the folders. */
static void *read_tree(const struct check_root *root, size_t *size)
{
	void *fdt = check_read_quiet(root, "sys/firmware/fdt", FDT_MAX, size);

	if (fdt)
		return fdt;
	return check_exists(root, TREE_DIR) ? check_flatten(root, TREE_DIR, size) : NULL;
}

static void judge_tree(const struct check_root *root, const struct check_cpu **cpus, u32 nr,
		       struct check_tree *tree)
{
	size_t size = 0;
	void *fdt = read_tree(root, &size);

	if (!fdt)
		check_add(root->r, "description", CHECK_UNKNOWN,
			  "neither a device tree nor ACPI tables under /sys/firmware");
	else if (!check_tree(root->r, fdt, size, cpus, nr, tree))
		check_firmware(root->r, fdt);
	free(fdt);
}

/* What the kernel said of it at boot, where the log goes back that far. */
static char *kernel_log(const struct check_root *root)
{
	static const char *const files[] = { "dev/kmsg", "var/log/dmesg", "var/log/kern.log" };
	char *text = NULL;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		text = i ? check_read_quiet(root, files[i], LOG_MAX, NULL) :
			   check_read(root, files[i], LOG_MAX, NULL);
		if (text && strstr(text, "CPU: All CPU(s) started at "))
			return text;
		free(text);
	}
	return NULL;
}

static bool judge_log(const struct check_root *root)
{
	static const char words[] = "CPU: All CPU(s) started at ";
	char *log = kernel_log(root);
	bool el2;

	if (!log)
		return false;
	el2 = !strncmp(strstr(log, words) + sizeof(words) - 1, "EL2", 3);
	free(log);
	if (el2)
		check_add(root->r, "exception-level", CHECK_OK, "the kernel was entered at EL2");
	else
		check_add(root->r, "exception-level", CHECK_NO, "the kernel was entered at EL1: "
			  "firmware or boot loader keeps EL2, or another hypervisor does");
	return true;
}

static void judge_level(const struct check_root *root, const struct check_tree *tree)
{
	struct check_report *r = root->r;

	if (tree->ours)
		check_add(r, "exception-level", CHECK_OK, "pkvm runs on this machine already");
	else if (tree->hypervisor || tree->psci_hvc || check_exists(root, "sys/hypervisor/type"))
		check_add(r, "exception-level", CHECK_NO, "another hypervisor has EL2; this is "
			  "its guest");
	else if (judge_log(root))
		return;
	else if (check_exists(root, "dev/kvm"))
		check_add(r, "exception-level", CHECK_OK,
			  "entered at EL2: the kernel's own KVM is there (/dev/kvm)");
	else
		check_add(r, "exception-level", CHECK_UNKNOWN, "no /dev/kvm, and the kernel log "
			  "does not say; look for \"started at EL2\" in the log as root");
}

/**
 * check_live - judge a running machine
 * @r: report
 * @path: a folder that stands for /, "" for / itself
 */
void check_live(struct check_report *r, const char *path)
{
	const struct check_root root = { .path = path, .r = r };
	const struct check_cpu *cpus[CHECK_MAX_CPUS];
	struct check_tree tree = { 0 };
	char arch[32];
	u32 nr;

	r->live = true;
	name_machine(&root);
	if (!is_arm64(&root, arch, sizeof(arch))) {
		check_add(r, "architecture", CHECK_NO, "this is an %s machine, pkvm is for arm64; "
			  "give a device tree with --dtb FILE to judge another machine", arch);
		return;
	}
	nr = read_cpus(&root, cpus);
	if (check_exists(&root, ACPI_DIR)) {
		check_acpi(&root);
		if (nr)
			check_cpus(r, cpus, nr);
	} else {
		judge_tree(&root, cpus, nr, &tree);
	}
	judge_level(&root, &tree);
	check_kernel(&root);
}
