// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* pkvm-check: the command line. Documentation/man/pkvm-check.rst */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { EXIT_CAN, EXIT_CANNOT, EXIT_USAGE };

/* More than EL2 would read, so that it is EL2's check that refuses. */
#define DTB_MAX		(4U << 20)

static const char usage_text[] =
"Usage: pkvm-check [--json]\n"
"       pkvm-check [--json] --dtb FILE\n"
"\n"
"Say whether this machine, or the one that a device-tree blob describes, can run\n"
"pkvm, and why not. No privilege is needed; what could not be read is listed.\n"
"\n"
"  -d, --dtb FILE   judge a device-tree blob instead of this machine\n"
"  -r, --root DIR   read /proc, /sys, /boot, /dev and /var/log below DIR\n"
"  -j, --json       print for programs\n"
"  -h, --help       print this\n"
"  -V, --version    print the version\n"
"\n"
"Exit code: 0 it can, as far as could be seen; 1 it cannot; 2 wrong usage, or\n"
"FILE could not be read.\n";

struct args {
	const char *dtb, *root;
	bool json;
};

static int wrong(const char *what)
{
	fprintf(stderr, "pkvm-check: %s\nTry pkvm-check --help.\n", what);
	return EXIT_USAGE;
}

/* -1: go on; else the exit code. */
static int parse(int argc, char **argv, struct args *a)
{
	static const struct option longs[] = {
		{ "dtb", required_argument, NULL, 'd' },
		{ "root", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "d:r:jhV", longs, NULL)) != -1) {
		switch (c) {
		case 'd':
			a->dtb = optarg;
			break;
		case 'r':
			a->root = optarg;
			break;
		case 'j':
			a->json = true;
			break;
		case 'h':
			return fputs(usage_text, stdout) < 0 ? EXIT_USAGE : EXIT_CAN;
		case 'V':
			return puts("pkvm-check " PKVM_VERSION) < 0 ? EXIT_USAGE : EXIT_CAN;
		default:
			fputs("Try pkvm-check --help.\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (optind != argc)
		return wrong("no arguments but options (a device tree: --dtb FILE)");
	if (a->dtb && a->root)
		return wrong("--dtb or --root, not both");
	return -1;
}

/* 0, or the exit code with the reason said. */
static int load(const char *path, void **data, size_t *size)
{
	FILE *file = fopen(path, "rb");
	int error = errno;

	*data = file ? malloc(DTB_MAX) : NULL;
	if (*data) {
		*size = fread(*data, 1, DTB_MAX, file);
		error = ferror(file) ? errno : 0;
	}
	if (file)
		fclose(file);
	if (*data && !error)
		return 0;
	fprintf(stderr, "pkvm-check: %s: cannot read: %s\n", path, strerror(error));
	free(*data);
	return EXIT_USAGE;
}

static void judge_dtb_rest(struct check_report *r, const struct check_tree *tree)
{
	if (tree->ours)
		check_add(r, "exception-level", CHECK_OK, "this tree comes from a running pkvm");
	else if (tree->psci_hvc || tree->hypervisor)
		check_add(r, "exception-level", CHECK_NO, "the tree of a guest: another "
			  "hypervisor has EL2");
	else
		check_add(r, "exception-level", CHECK_UNKNOWN, "not in a tree; EL2 is needed");
	check_add(r, "kernel", CHECK_UNKNOWN, "not in a tree; 6.12 or newer, 4 KiB pages needed");
}

static int judge_dtb(struct check_report *r, const char *path)
{
	struct check_tree tree;
	size_t size = 0;
	void *fdt;
	int ret = load(path, &fdt, &size);

	if (ret)
		return ret;
	if (!check_tree(r, fdt, size, NULL, 0, &tree)) {
		check_firmware(r, fdt);
		judge_dtb_rest(r, &tree);
	}
	free(fdt);
	return 0;
}

int main(int argc, char **argv)
{
	static struct check_report report;
	struct args a = { 0 };
	int ret = parse(argc, argv, &a);

	if (ret >= 0)
		return ret;
	if (a.dtb)
		ret = judge_dtb(&report, a.dtb);
	else
		check_live(&report, a.root ? a.root : "");
	if (ret > 0)
		return ret;
	if (!report.subject[0])
		snprintf(report.subject, sizeof(report.subject), "A machine without a name");
	if (a.json)
		check_print_json(&report, stdout);
	else
		check_print_text(&report, stdout);
	if (fflush(stdout) || ferror(stdout)) {
		fputs("pkvm-check: cannot write to the standard output\n", stderr);
		return EXIT_USAGE;
	}
	return check_overall(&report) == CHECK_NO ? EXIT_CANNOT : EXIT_CAN;
}
