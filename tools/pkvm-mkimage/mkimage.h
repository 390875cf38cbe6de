/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * pkvm-mkimage: wrap an arm64 kernel and the EL2 binary into one file.
 *
 * What a file holds is never trusted: every offset and size in it is checked
 * against the bytes at hand before it is used. Functions that can fail return
 * 0, or -1 with one line of text in the struct mk_error, without a newline.
 */
#ifndef MKIMAGE_H
#define MKIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pkvm/image.h>

/* No arm64 kernel comes near this; it bounds what a small input can unpack to. */
#ifndef MK_MAX_FILE
#define MK_MAX_FILE	(512UL << 20)
#endif

#define MK_SHA256	32

struct mk_error {
	char text[320];
};

/* Bytes on the heap. */
struct mk_buf {
	uint8_t *data;
	size_t len;
	size_t room;
};

/* What the Image header of a kernel says, checked. */
struct mk_kernel {
	uint64_t text_offset;	/* bytes past a 2 MiB boundary */
	uint64_t mem_size;	/* bytes of memory from its start, bss included */
	uint64_t flags;
};

enum mk_kind { MK_UNKNOWN, MK_KERNEL, MK_EL2, MK_WRAPPED };

/* buf.c */
int mk_fail(struct mk_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int mk_reserve(struct mk_buf *buf, size_t room, struct mk_error *err);
void mk_free(struct mk_buf *buf);
uint16_t mk_le16(const uint8_t *p);
uint32_t mk_le32(const uint8_t *p);
bool mk_all_zero(const void *data, size_t len);

/* file.c */
int mk_read_file(const char *path, struct mk_buf *out, struct mk_error *err);
int mk_write_file(const char *path, const struct mk_buf *buf, struct mk_error *err);
int mk_refuse_same(const char *out, const char *in, struct mk_error *err);

/* unpack.c */
int mk_unpack(struct mk_buf *buf, const char **how, struct mk_error *err);
int mk_decompress(const char *type, const uint8_t *in, size_t len, size_t slack,
		  struct mk_buf *out, struct mk_error *err);

/* image.c */
enum mk_kind mk_kind_of(const struct mk_buf *buf);
int mk_check_kernel(const uint8_t *data, size_t len, struct mk_kernel *kernel,
		    struct mk_error *err);
int mk_check_el2_sizes(const struct pkvm_image_info *info, struct mk_error *err);
int mk_check_el2(const struct mk_buf *el2, struct pkvm_image_info *info,
		 struct mk_error *err);
void mk_banner(const uint8_t *data, size_t len, char *out, size_t size);
void mk_get_info(const struct mk_buf *buf, struct pkvm_image_info *info);
void mk_put_info(struct mk_buf *buf, const struct pkvm_image_info *info);

/* wrap.c */
int mk_sha256(const uint8_t *data, size_t len, uint8_t out[MK_SHA256],
	      struct mk_error *err);
int mk_wrap(const struct mk_buf *el2, const struct mk_buf *kernel,
	    struct mk_buf *out, struct mk_error *err);
int mk_check_wrapped(const struct mk_buf *buf, struct pkvm_image_info *info,
		     struct mk_error *err);
int mk_verify(const struct mk_buf *buf, const struct pkvm_image_info *info,
	      bool *el2_ok, bool *kernel_ok, struct mk_error *err);

#endif
