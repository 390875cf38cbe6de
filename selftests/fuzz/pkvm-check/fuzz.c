// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Any bytes as a device tree for pkvm-check, down to both kinds of output. Every
 * tree gets a verdict, and what is printed is ASCII whatever names hold.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static void must_be_plain(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n') {
			fprintf(stderr, "fuzz: byte %#x in the output\n", (unsigned char)text[i]);
			abort();
		}
	}
}

static void print(const struct check_report *r, void (*how)(const struct check_report *, FILE *))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	how(r, out);
	fclose(out);
	must_be_plain(text, len);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct check_report report;
	struct check_tree tree;
	/* on the heap, so that ASan sees the first byte behind it */
	void *fdt = malloc(size ? size : 1);

	if (!fdt)
		abort();
	memcpy(fdt, data, size);
	memset(&report, 0, sizeof(report));
	if (!check_tree(&report, fdt, size, NULL, 0, &tree))
		check_firmware(&report, fdt);
	else if (check_overall(&report) != CHECK_NO)
		abort();
	print(&report, check_print_text);
	print(&report, check_print_json);
	free(fdt);
	return 0;
}
