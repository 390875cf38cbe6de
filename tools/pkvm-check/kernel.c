// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The kernel that runs: it is the one that would be wrapped. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "check.h"

#define MIN_MAJOR	6
#define MIN_MINOR	12
#define CONFIG_MAX	(4U << 20)
#define PAGE_4K		4096

/* What the wrapped kernel, or the host module in it, cannot do without. */
static const struct {
	const char *option, *why;
} needed[] = {
	{ "CONFIG_ARM64_4K_PAGES", "pages of 4 KiB" },
	{ "CONFIG_MODULES", "for pkvm.ko" },
	{ "CONFIG_OF", "device trees" },
	{ "CONFIG_ARM_GIC_V3", "the interrupt controller" },
	{ "CONFIG_KERNEL_MODE_NEON", "for pkvm.ko" },
	{ "CONFIG_MMU_NOTIFIER", "for pkvm.ko; CONFIG_KVM turns it on" },
	{ "CONFIG_PREEMPT_NOTIFIERS", "for pkvm.ko; CONFIG_KVM turns it on" },
};

static bool is_set(const char *config, const char *option)
{
	char line[80];

	snprintf(line, sizeof(line), "\n%s=y\n", option);
	return strstr(config, line) || !strncmp(config, line + 1, strlen(line) - 1);
}

static char *release(const struct check_root *root)
{
	char *text = check_read(root, "proc/sys/kernel/osrelease", 256, NULL);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static void judge_release(struct check_report *r, const char *text)
{
	char clean[80];
	int major, minor;

	check_clean(clean, sizeof(clean), text, strlen(text));
	if (sscanf(clean, "%d.%d", &major, &minor) != 2)
		check_add(r, "kernel", CHECK_UNKNOWN, "cannot make out the version: %s", clean);
	else if (major < MIN_MAJOR || (major == MIN_MAJOR && minor < MIN_MINOR))
		check_add(r, "kernel", CHECK_NO, "%s: 6.12 (Debian 13) or newer is needed", clean);
	else
		check_add(r, "kernel", CHECK_OK, "%s", clean);
}

/* /proc/config.gz where the kernel has it, else the file that came with it. */
static char *read_config(const struct check_root *root, const char *rel)
{
	char path[300];
	char *text = check_config_gz(root, CONFIG_MAX);

	if (text || !rel)
		return text;
	snprintf(path, sizeof(path), "boot/config-%s", rel);
	text = check_read(root, path, CONFIG_MAX, NULL);
	if (text)
		return text;
	snprintf(path, sizeof(path), "lib/modules/%s/config", rel);
	return check_read_quiet(root, path, CONFIG_MAX, NULL);
}

static void judge_config(struct check_report *r, const char *config)
{
	char missing[200] = "";
	size_t i, at = 0;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (!is_set(config, needed[i].option) && at < sizeof(missing))
			at += snprintf(missing + at, sizeof(missing) - at, "%s%s (%s)",
				       at ? ", " : "", needed[i].option, needed[i].why);
	}
	if (is_set(config, "CONFIG_CPU_BIG_ENDIAN"))
		check_add(r, "options", CHECK_NO, "a big-endian kernel (CONFIG_CPU_BIG_ENDIAN)");
	else if (at)
		check_add(r, "options", CHECK_NO, "the kernel lacks %s", missing);
	else
		check_add(r, "options", CHECK_OK, "the kernel has all options that pkvm needs");
	if (is_set(config, "CONFIG_MODULE_SIG_FORCE"))
		check_add(r, "modules", CHECK_NOTE,
			  "the kernel loads signed modules only: pkvm.ko must be signed");
}

/* What the kernel told this program, or one in --root: pairs of type and value. */
static uint64_t page_size(const struct check_root *root)
{
	uint64_t pair[2], found = 0;
	size_t at, len;
	char *text = check_read(root, "proc/self/auxv", 4096, &len);

	for (at = 0; text && at + sizeof(pair) <= len && !found; at += sizeof(pair)) {
		memcpy(pair, text + at, sizeof(pair));
		if (le64toh(pair[0]) == AT_PAGESZ)
			found = le64toh(pair[1]);
	}
	free(text);
	return found;
}

static void judge_page_size(const struct check_root *root, const char *config)
{
	uint64_t size = page_size(root);

	if (!size && config && is_set(config, "CONFIG_ARM64_4K_PAGES"))
		size = PAGE_4K;
	if (!size)
		check_add(root->r, "page-size", CHECK_UNKNOWN, "the kernel's page size is not known");
	else if (size == PAGE_4K)
		check_add(root->r, "page-size", CHECK_OK, "the kernel's pages are 4 KiB");
	else
		check_add(root->r, "page-size", CHECK_NO, "the kernel's pages are %llu KiB: a kernel "
			  "with 4 KiB pages is needed (Debian: linux-image-arm64)",
			  (unsigned long long)size >> 10);
}

static void judge_lockdown(const struct check_root *root)
{
	char *text = check_read_quiet(root, "sys/kernel/security/lockdown", 256, NULL);

	if (text && !strstr(text, "[none]"))
		check_add(root->r, "lockdown", CHECK_NOTE,
			  "the kernel is locked down (secure boot): pkvm.ko must be signed");
	free(text);
}

/* The last kvm-arm.mode= counts, as in Linux; quotes are not looked at. */
static void judge_cmdline(const struct check_root *root)
{
	static const char option[] = "kvm-arm.mode=";
	char *text = check_read(root, "proc/cmdline", 4096, NULL), *p, *last = NULL;

	if (!text)
		return;
	for (p = text; (p = strstr(p, option)); p++) {
		if (p == text || p[-1] == ' ')
			last = p + sizeof(option) - 1;
	}
	if (last && !strncmp(last, "protected", 9) && strchr(" \n", last[9]))
		check_add(root->r, "cmdline", CHECK_OK, "has kvm-arm.mode=protected");
	else
		check_add(root->r, "cmdline", CHECK_NOTE,
			  "to turn pkvm on, add kvm-arm.mode=protected to the kernel's command line");
	free(text);
}

/**
 * check_kernel - version, options, page size, command line
 * @root: where / is
 */
void check_kernel(const struct check_root *root)
{
	char *rel = release(root), *config = read_config(root, rel);
	struct check_report *r = root->r;

	judge_page_size(root, config);
	if (rel)
		judge_release(r, rel);
	else
		check_add(r, "kernel", CHECK_UNKNOWN, "the kernel's version could not be read");
	if (config)
		judge_config(r, config);
	else
		check_add(r, "options", CHECK_UNKNOWN, "the kernel's configuration could not be read");
	judge_lockdown(root);
	judge_cmdline(root);
	free(config);
	free(rel);
}
