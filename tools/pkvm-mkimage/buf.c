// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Growing buffers, errors, little-endian reads. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkimage.h"

int mk_fail(struct mk_error *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return -1;
}

/**
 * mk_reserve - make room for at least @room bytes, up to MK_MAX_FILE
 * @buf: what it holds is kept, on failure too
 * @room: bytes
 * @err: the reason of a failure
 *
 * Return: 0 or -1.
 */
int mk_reserve(struct mk_buf *buf, size_t room, struct mk_error *err)
{
	size_t want = buf->room ? buf->room : 4096;
	uint8_t *data;

	if (room > MK_MAX_FILE)
		return mk_fail(err, "larger than %lu MiB: not an arm64 kernel",
			       MK_MAX_FILE >> 20);
	if (room <= buf->room)
		return 0;
	while (want < room)
		want *= 2;
	data = realloc(buf->data, want);
	if (!data)
		return mk_fail(err, "out of memory (%zu bytes)", want);
	buf->data = data;
	buf->room = want;
	return 0;
}

void mk_free(struct mk_buf *buf)
{
	free(buf->data);
	*buf = (struct mk_buf){ 0 };
}

uint16_t mk_le16(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

uint32_t mk_le32(const uint8_t *p)
{
	return mk_le16(p) | (uint32_t)mk_le16(p + 2) << 16;
}

/* The bytes are 0 if the first one is and each equals the one before it. */
bool mk_all_zero(const void *data, size_t len)
{
	const uint8_t *p = data;

	return !len || (!p[0] && !memcmp(p, p + 1, len - 1));
}
