// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The same for programs: RFC 8259, ASCII only. Documentation/man/pkvm-check.rst */
#include "check.h"

static const char *const verdict_names[] = {
	[CHECK_OK] = "ok", [CHECK_NOTE] = "note", [CHECK_UNKNOWN] = "unknown", [CHECK_NO] = "no",
};

static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if (*text < ' ' || *text > '~')
			fprintf(out, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

static void put_member(FILE *out, const char *name, const char *text)
{
	fprintf(out, ", \"%s\": ", name);
	if (text)
		put_string(out, text);
	else
		fputs("null", out);
}

static void put_items(const struct check_report *r, FILE *out)
{
	u32 i;

	fputs(",\n \"items\": [", out);
	for (i = 0; i < r->nr_items; i++) {
		fprintf(out, "%s\n  {\"id\": ", i ? "," : "");
		put_string(out, r->items[i].id);
		put_member(out, "verdict", verdict_names[r->items[i].verdict]);
		put_member(out, "text", r->items[i].text);
		fputc('}', out);
	}
	fputc(']', out);
}

static void put_calls(const struct check_report *r, FILE *out)
{
	char id[16], allow[40];
	u32 i;

	fputs(",\n \"firmware_calls\": [", out);
	for (i = 0; i < r->nr_calls; i++) {
		const struct check_call *call = &r->calls[i];

		snprintf(id, sizeof(id), "0x%08x", call->id);
		snprintf(allow, sizeof(allow), "pkvm.allow_smc=%s", id);
		fprintf(out, "%s\n  {\"node\": ", i ? "," : "");
		put_string(out, call->node);
		put_member(out, "compatible", call->compatible);
		put_member(out, "what", call->what);
		put_member(out, "smc_id", call->has_id ? id : NULL);
		put_member(out, "allow", call->allowable ? allow : NULL);
		put_member(out, "gives_up", call->gives_up);
		put_member(out, "without_it", call->lost);
		fprintf(out, ", \"disabled\": %s}", call->disabled ? "true" : "false");
	}
	fprintf(out, "],\n \"more_firmware_calls\": %u", r->more_calls);
}

static void put_unread(const struct check_report *r, FILE *out)
{
	u32 i;

	fputs(",\n \"unread\": [", out);
	for (i = 0; i < r->nr_unread; i++) {
		if (i)
			fputs(", ", out);
		put_string(out, r->unread[i]);
	}
	fputc(']', out);
}

/**
 * check_print_json - print a report for programs
 * @r: report
 * @out: where to; errors are left in it for ferror()
 */
void check_print_json(const struct check_report *r, FILE *out)
{
	enum check_verdict overall = check_overall(r);

	fputs("{\"format\": 1", out);
	put_member(out, "version", PKVM_VERSION);
	put_member(out, "source", r->live ? "machine" : "dtb");
	put_member(out, "machine", r->subject);
	fprintf(out, ",\n \"can_run\": %s", overall == CHECK_NO ? "false" : "true");
	fprintf(out, ", \"all_seen\": %s", overall == CHECK_OK ? "true" : "false");
	put_items(r, out);
	put_calls(r, out);
	put_unread(r, out);
	fputs("}\n", out);
}
