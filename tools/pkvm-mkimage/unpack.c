// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Kernels as distributions ship them: a raw Image, a compressed one, or an EFI
 * zboot image, which is a PE program with a compressed Image inside. Its header
 * (drivers/firmware/efi/libstub/zboot-header.S of Linux): "MZ", at 4 "zimg", at
 * 8 and 12 the payload's offset and size, at 24 the name of the compression.
 */
#include <stdio.h>
#include <string.h>

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "mkimage.h"

#define ZBOOT_HEADER_LEN	56
#define ZBOOT_TYPE_OFF		24
#define ZBOOT_TYPE_LEN		32
/* zboot writes the unpacked size after every payload that is not gzip. */
#define ZBOOT_SLACK		4

#define CHUNK			(1UL << 20)
/* What a decoder may take for its dictionary. */
#define XZ_MEMORY		(256ULL << 20)

static int more_room(struct mk_buf *out, struct mk_error *err)
{
	if (out->room - out->len)
		return 0;
	return mk_reserve(out, out->len + CHUNK, err);
}

static int gunzip(const uint8_t *in, size_t len, struct mk_buf *out, size_t *used,
		  struct mk_error *err)
{
	z_stream z = { .next_in = (uint8_t *)in, .avail_in = len };
	int ret = Z_OK, failed = 0;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return mk_fail(err, "gzip: out of memory");
	while (ret == Z_OK && !failed) {
		failed = more_room(out, err);
		if (failed)
			break;
		z.next_out = out->data + out->len;
		z.avail_out = out->room - out->len;
		ret = inflate(&z, Z_NO_FLUSH);
		out->len = out->room - z.avail_out;
	}
	*used = len - z.avail_in;
	if (!failed && ret != Z_STREAM_END)
		failed = mk_fail(err, "gzip data is %s", ret == Z_BUF_ERROR ?
				 "cut short" : z.msg ? z.msg : "damaged");
	inflateEnd(&z);
	return failed;
}

static int unzstd(const uint8_t *in, size_t len, struct mk_buf *out, size_t *used,
		  struct mk_error *err)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	ZSTD_inBuffer src = { in, len, 0 };
	size_t ret = 1, before, had;
	int failed = 0;

	if (!z)
		return mk_fail(err, "zstd: out of memory");
	while (ret && !failed) {
		failed = more_room(out, err);
		if (failed)
			break;
		ZSTD_outBuffer dst = { out->data, out->room, out->len };

		before = src.pos;
		had = out->len;
		ret = ZSTD_decompressStream(z, &dst, &src);
		out->len = dst.pos;
		if (ZSTD_isError(ret))
			failed = mk_fail(err, "zstd data is damaged: %s",
					 ZSTD_getErrorName(ret));
		else if (ret && src.pos == before && out->len == had)
			failed = mk_fail(err, "zstd data is cut short");
	}
	*used = src.pos;
	ZSTD_freeDStream(z);
	return failed;
}

static int unxz(const uint8_t *in, size_t len, struct mk_buf *out, size_t *used,
		struct mk_error *err)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret ret;
	int failed = 0;

	ret = lzma_auto_decoder(&z, XZ_MEMORY, 0);
	z.next_in = in;
	z.avail_in = len;
	while (ret == LZMA_OK) {
		failed = more_room(out, err);
		if (failed)
			break;
		z.next_out = out->data + out->len;
		z.avail_out = out->room - out->len;
		ret = lzma_code(&z, LZMA_RUN);
		out->len = out->room - z.avail_out;
	}
	*used = len - z.avail_in;
	if (!failed && ret != LZMA_STREAM_END)
		failed = mk_fail(err, "xz data is %s", ret == LZMA_BUF_ERROR ?
				 "cut short" : ret == LZMA_MEMLIMIT_ERROR ?
				 "in need of too much memory" : "damaged");
	lzma_end(&z);
	return failed;
}

struct method {
	const char *name;	/* as zboot calls it */
	const char *magic;
	size_t magic_len;	/* 0: a file cannot be told by its start */
	int (*decode)(const uint8_t *in, size_t len, struct mk_buf *out,
		      size_t *used, struct mk_error *err);
};

/* decode NULL: known, but this program does not unpack it. */
static const struct method methods[] = {
	{ "gzip",	"\x1f\x8b",		2, gunzip },
	{ "zstd",	"\x28\xb5\x2f\xfd",	4, unzstd },
	{ "zstd22",	NULL,			0, unzstd },
	{ "xz",		"\xfd" "7zXZ",		5, unxz },
	{ "xzkern",	NULL,			0, unxz },
	{ "lzma",	NULL,			0, unxz },
	{ "lz4",	"\x02\x21\x4c\x18",	4, NULL },
	{ "lzo",	"\x89LZO",		4, NULL },
	{ "bzip2",	"BZh",			3, NULL },
};

#define NR_METHODS	(sizeof(methods) / sizeof(methods[0]))

/**
 * mk_decompress - unpack @len bytes at @in
 * @type: the compression, as a zboot header names it; not trusted
 * @in: compressed bytes
 * @len: how many
 * @slack: bytes that may follow the compressed stream unused
 * @out: empty on entry; on failure it may hold a part
 * @err: the reason of a failure
 *
 * Return: 0 or -1.
 */
int mk_decompress(const char *type, const uint8_t *in, size_t len, size_t slack,
		  struct mk_buf *out, struct mk_error *err)
{
	size_t i, used = 0;

	for (i = 0; i < NR_METHODS; i++) {
		if (!strcmp(methods[i].name, type))
			break;
	}
	if (i == NR_METHODS)
		return mk_fail(err, "unknown compression in its zboot header");
	if (!methods[i].decode)
		return mk_fail(err, "compressed with %s, which is not supported: "
			       "unpack it first", type);
	if (methods[i].decode(in, len, out, &used, err))
		return -1;
	if (len - used > slack)
		return mk_fail(err, "%zu bytes follow the %s data", len - used, type);
	return 0;
}

static bool is_zboot(const struct mk_buf *buf)
{
	return buf->len >= 8 && !memcmp(buf->data, "MZ", 2) &&
	       !memcmp(buf->data + 4, "zimg", 4);
}

static int unpack_zboot(const struct mk_buf *buf, struct mk_buf *out,
			const char **how, struct mk_error *err)
{
	static char text[ZBOOT_TYPE_LEN + 16];
	char type[ZBOOT_TYPE_LEN + 1] = "";
	uint32_t off, size;

	if (buf->len < ZBOOT_HEADER_LEN)
		return mk_fail(err, "cut short: the zboot header needs %d bytes, has %zu",
			       ZBOOT_HEADER_LEN, buf->len);
	off = mk_le32(buf->data + 8);
	size = mk_le32(buf->data + 12);
	memcpy(type, buf->data + ZBOOT_TYPE_OFF, ZBOOT_TYPE_LEN);
	if (off < ZBOOT_HEADER_LEN || !size)
		return mk_fail(err, "not a valid zboot image: payload of %u bytes at %u",
			       size, off);
	if (off > buf->len || size > buf->len - off)
		return mk_fail(err, "cut short: the zboot payload ends at %llu, the file at %zu",
			       (unsigned long long)off + size, buf->len);
	if (mk_decompress(type, buf->data + off, size, ZBOOT_SLACK, out, err))
		return -1;
	/* type is one that mk_decompress knows: safe to print */
	snprintf(text, sizeof(text), "EFI zboot, %s", type);
	*how = text;
	return 0;
}

static const struct method *by_magic(const struct mk_buf *buf)
{
	size_t i;

	for (i = 0; i < NR_METHODS; i++) {
		if (methods[i].magic_len && buf->len >= methods[i].magic_len &&
		    !memcmp(buf->data, methods[i].magic, methods[i].magic_len))
			return &methods[i];
	}
	return NULL;
}

/**
 * mk_unpack - turn what a distribution ships into what it holds
 * @buf: a whole file; replaced by the unpacked bytes if it was packed
 * @how: set to a word for how it was packed, "raw" if it was not
 * @err: the reason of a failure
 *
 * One layer only: a packed file within a packed file is for the caller to
 * refuse. On failure @buf is unchanged.
 *
 * Return: 0 or -1.
 */
int mk_unpack(struct mk_buf *buf, const char **how, struct mk_error *err)
{
	const struct method *m = by_magic(buf);
	struct mk_buf out = { 0 };
	int ret;

	*how = "raw";
	if (!m && !is_zboot(buf))
		return 0;
	if (m) {
		*how = m->name;
		ret = mk_decompress(m->name, buf->data, buf->len, 0, &out, err);
	} else {
		ret = unpack_zboot(buf, &out, how, err);
	}
	if (ret) {
		mk_free(&out);
		return -1;
	}
	mk_free(buf);
	*buf = out;
	return 0;
}
