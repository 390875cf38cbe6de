// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Any bytes as a file given to pkvm-mkimage: as KERNEL, to --info, as the EL2
 * binary. What is accepted must also hold: a wrapped image checks, has the
 * right hashes, and its kernel is the one that went in.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkimage.h"

#define KERNEL_BYTES	0x1000
#define EL2_BYTES	0x1000

static struct mk_buf good_el2, good_kernel;

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz: broken: %s\n", what);
	abort();
}

static void fill(struct mk_buf *buf, const void *data, size_t len)
{
	struct mk_error err;

	if (mk_reserve(buf, len ? len : 1, &err))
		abort();
	memcpy(buf->data, data, len);
	buf->len = len;
}

static void make_good(struct mk_buf *buf, size_t len, uint64_t mem_size)
{
	struct arm64_image_header h = {
		.image_size = mem_size,
		.flags = PKVM_IMAGE_EL2_FLAGS,
		.magic = ARM64_IMAGE_MAGIC_LE,
	};
	uint8_t zero[0x1000] = { 0 };

	fill(buf, zero, len);
	memcpy(buf->data, &h, sizeof(h));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct pkvm_image_info info = {
		.magic = PKVM_IMAGE_MAGIC,
		.version = PKVM_IMAGE_VERSION,
		.info_size = sizeof(info),
		.el2_size = EL2_BYTES,
		.el2_span = PKVM_IMAGE_ALIGN,
	};

	(void)argc;
	(void)argv;
	make_good(&good_kernel, KERNEL_BYTES, 0x4000);
	make_good(&good_el2, EL2_BYTES, PKVM_IMAGE_ALIGN);
	mk_put_info(&good_el2, &info);
	return 0;
}

static void wrap_and_check(const struct mk_buf *el2, const struct mk_buf *kernel)
{
	struct pkvm_image_info info;
	struct mk_buf out = { 0 };
	bool el2_ok, kernel_ok;
	struct mk_error err;

	if (!mk_wrap(el2, kernel, &out, &err)) {
		must(mk_kind_of(&out) == MK_WRAPPED, "the result is a wrapped image");
		must(!mk_check_wrapped(&out, &info, &err), "the result checks");
		must(!mk_verify(&out, &info, &el2_ok, &kernel_ok, &err), "hashes are computed");
		must(el2_ok && kernel_ok, "hashes match");
		must(info.kernel_size == kernel->len &&
		     !memcmp(out.data + info.kernel_offset, kernel->data, kernel->len),
		     "the kernel is in it");
	}
	mk_free(&out);
}

static void inspect(const struct mk_buf *buf)
{
	struct pkvm_image_info info;
	bool el2_ok, kernel_ok;
	struct mk_kernel kernel;
	struct mk_error err;
	char banner[64];

	switch (mk_kind_of(buf)) {
	case MK_WRAPPED:
		if (!mk_check_wrapped(buf, &info, &err))
			mk_verify(buf, &info, &el2_ok, &kernel_ok, &err);
		break;
	case MK_EL2:
		mk_check_el2(buf, &info, &err);
		break;
	default:
		mk_check_kernel(buf->data, buf->len, &kernel, &err);
		mk_banner(buf->data, buf->len, banner, sizeof(banner));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mk_buf buf = { 0 };
	struct mk_error err;
	const char *how;

	if (!size)
		return 0;	/* mk_read_file() refuses an empty file */
	fill(&buf, data, size);
	wrap_and_check(&buf, &good_kernel);
	if (!mk_unpack(&buf, &how, &err)) {
		inspect(&buf);
		wrap_and_check(&good_el2, &buf);
	}
	mk_free(&buf);
	return 0;
}
