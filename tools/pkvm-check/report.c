// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Collects what was found. Nothing here fails: what does not fit is counted or cut. */
#include <stdarg.h>
#include <string.h>

#include "check.h"

/**
 * check_add - add one finding
 * @r: report
 * @id: its name for programs; a constant string
 * @verdict: what it means for pkvm
 * @fmt: one sentence for people, without a full stop
 */
void check_add(struct check_report *r, const char *id, enum check_verdict verdict,
	       const char *fmt, ...)
{
	struct check_item *item;
	va_list args;

	if (r->nr_items == CHECK_MAX_ITEMS)
		return;
	item = &r->items[r->nr_items++];
	item->id = id;
	item->verdict = verdict;
	va_start(args, fmt);
	vsnprintf(item->text, sizeof(item->text), fmt, args);
	va_end(args);
}

/* @error: an errno, 0 for one that does not apply */
void check_unread(struct check_report *r, const char *path, int error)
{
	if (r->nr_unread == CHECK_MAX_UNREAD)
		return;
	snprintf(r->unread[r->nr_unread++], sizeof(r->unread[0]), "%s%s%s", path,
		 error ? ": " : "", error ? strerror(error) : "");
}

/* A zeroed entry to fill, or NULL when the report is full. */
struct check_call *check_add_call(struct check_report *r)
{
	struct check_call *call;

	if (r->nr_calls == CHECK_MAX_CALLS) {
		r->more_calls++;
		return NULL;
	}
	call = &r->calls[r->nr_calls++];
	memset(call, 0, sizeof(*call));
	return call;
}

/**
 * check_clean - make text from elsewhere fit for a terminal
 * @out: NUL-terminated result, cut to @size
 * @size: bytes at @out
 * @text: not trusted; need not end in NUL
 * @len: bytes at @text at most
 */
void check_clean(char *out, size_t size, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len && i < size - 1 && text[i]; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	out[i] = '\0';
}

/* CHECK_NO, CHECK_UNKNOWN (nothing stops it, not all was seen) or CHECK_OK. */
enum check_verdict check_overall(const struct check_report *r)
{
	enum check_verdict worst = CHECK_OK;
	u32 i;

	for (i = 0; i < r->nr_items; i++) {
		if (r->items[i].verdict == CHECK_NO)
			return CHECK_NO;
		if (r->items[i].verdict == CHECK_UNKNOWN)
			worst = CHECK_UNKNOWN;
	}
	return worst;
}

/* EL2 drives no SMMU yet: with or without one, this is a note. */
void check_smmu(struct check_report *r, u32 nr_v3, u32 nr_v2)
{
	char have[60] = "none";

	if (nr_v3 && nr_v2)
		snprintf(have, sizeof(have), "%u SMMUv3 and %u SMMUv1 or v2", nr_v3, nr_v2);
	else if (nr_v3 || nr_v2)
		snprintf(have, sizeof(have), "%u SMMU%s", nr_v3 + nr_v2, nr_v3 ? "v3" : "v1 or v2");
	check_add(r, "smmu", CHECK_NOTE, "%s%s: DMA is not contained, a device can read guests",
		  have, nr_v3 || nr_v2 ? ", not used yet" : "");
}
