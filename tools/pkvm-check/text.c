// SPDX-License-Identifier: GPL-2.0-only
/* One screen of text, 80 columns. */
#include <string.h>

#include "boot/info.h"

#include "check.h"

#define COLUMNS		80
#define INDENT		25

static const char *const verdict_names[] = {
	[CHECK_OK] = "ok", [CHECK_NOTE] = "note", [CHECK_UNKNOWN] = "unknown", [CHECK_NO] = "NO",
};

/* Words of @text from column @at on; later lines start at column @indent. */
static void wrap(FILE *out, const char *text, size_t at, size_t indent)
{
	size_t len, start = at;

	while (*text) {
		len = strcspn(text, " ");
		if (at > start && at + 1 + len > COLUMNS) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
			start = indent;
		} else if (at > start) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", (int)len, text);
		at += len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void print_item(const struct check_item *item, FILE *out)
{
	fprintf(out, "%-8s%-17s", verdict_names[item->verdict], item->id);
	wrap(out, item->text, INDENT, INDENT);
}

static bool same_lost(const struct check_call *a, const struct check_call *b)
{
	return a->lost == b->lost && a->gives_up == b->gives_up;
}

static void print_call(const struct check_call *call, const struct check_call *next, FILE *out)
{
	char line[400];

	if (call->allowable)
		snprintf(line, sizeof(line), "pkvm.allow_smc=0x%08x for %s (%s%s)", call->id,
			 call->what, call->node, call->disabled ? ", disabled" : "");
	else if (call->has_id)
		snprintf(line, sizeof(line), "0x%08x, which cannot be allowed: %s (%s%s)",
			 call->id, call->what, call->node, call->disabled ? ", disabled" : "");
	else
		snprintf(line, sizeof(line), "%s (%s%s)", call->what, call->node,
			 call->disabled ? ", disabled" : "");
	fputs("  ", out);
	wrap(out, line, 2, 4);
	if (next && same_lost(call, next))
		return;
	fputs("    without it: ", out);
	wrap(out, call->lost, 16, 16);
	if (call->gives_up) {
		fputs("    gives up:   ", out);
		wrap(out, call->gives_up, 16, 16);
	}
}

/* The ids together, for who needs them all; the kernel takes one list. */
static void print_all_ids(const struct check_report *r, FILE *out)
{
	u32 i, nr = 0;

	for (i = 0; i < r->nr_calls; i++)
		nr += r->calls[i].allowable;
	if (nr < 2)
		return;
	if (nr > BOOT_MAX_SMC_ALLOW) {
		fprintf(out, "  of these, EL2 takes %u at most\n", BOOT_MAX_SMC_ALLOW);
		return;
	}
	fputs("  all of them: pkvm.allow_smc=", out);
	for (i = 0, nr = 0; i < r->nr_calls; i++) {
		if (r->calls[i].allowable)
			fprintf(out, "%s0x%08x", nr++ ? "," : "", r->calls[i].id);
	}
	fputc('\n', out);
}

static void print_calls(const struct check_report *r, FILE *out)
{
	u32 i;

	if (!r->nr_calls)
		return;
	fputs("\nFirmware calls that EL2 denies the host; type what you want to allow:\n", out);
	for (i = 0; i < r->nr_calls; i++)
		print_call(&r->calls[i], i + 1 < r->nr_calls ? &r->calls[i + 1] : NULL, out);
	if (r->more_calls)
		fprintf(out, "  and %u more\n", r->more_calls);
	print_all_ids(r, out);
}

static void print_unread(const struct check_report *r, FILE *out)
{
	char line[CHECK_MAX_UNREAD * 122] = "";
	size_t at = 0;
	u32 i;

	if (!r->nr_unread)
		return;
	for (i = 0; i < r->nr_unread; i++)
		at += snprintf(line + at, sizeof(line) - at, "%s%s", i ? "; " : "", r->unread[i]);
	fputs("\nNot read: ", out);
	wrap(out, line, 10, 10);
}

static void print_result(const struct check_report *r, FILE *out)
{
	char line[CHECK_MAX_ITEMS * 24] = "";
	enum check_verdict overall = check_overall(r);
	size_t at = 0;
	u32 i;

	for (i = 0; i < r->nr_items && overall == CHECK_NO; i++) {
		if (r->items[i].verdict == CHECK_NO)
			at += snprintf(line + at, sizeof(line) - at, "%s%s", at ? ", " : "",
				       r->items[i].id);
	}
	fputc('\n', out);
	if (overall == CHECK_NO)
		fprintf(out, "Result: NO, this machine cannot run pkvm: %s.\n", line);
	else if (overall == CHECK_UNKNOWN)
		fputs("Result: yes, as far as could be seen.\n", out);
	else
		fputs("Result: yes, this machine can run pkvm.\n", out);
}

/**
 * check_print_text - print a report for people
 * @r: report
 * @out: where to; errors are left in it for ferror()
 */
void check_print_text(const struct check_report *r, FILE *out)
{
	u32 i;

	fprintf(out, "%s\n\n", r->subject);
	for (i = 0; i < r->nr_items; i++)
		print_item(&r->items[i], out);
	print_calls(r, out);
	print_unread(r, out);
	print_result(r, out);
}
