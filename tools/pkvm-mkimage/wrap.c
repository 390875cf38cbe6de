// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Put EL2 and kernel together; check and take apart what was put together. */
#include <endian.h>
#include <string.h>

#include <openssl/evp.h>

#include "mkimage.h"

int mk_sha256(const uint8_t *data, size_t len, uint8_t out[MK_SHA256],
	      struct mk_error *err)
{
	unsigned int size = MK_SHA256;

	if (EVP_Digest(data, len, out, &size, EVP_sha256(), NULL) != 1)
		return mk_fail(err, "libcrypto cannot compute SHA-256");
	return 0;
}

static void set_header(uint8_t *data, uint64_t image_size, uint64_t flags)
{
	struct arm64_image_header h;

	memcpy(&h, data, sizeof(h));
	h.text_offset = 0;
	h.image_size = htole64(image_size);
	h.flags = htole64(flags);
	memcpy(data, &h, sizeof(h));
}

/* Where does the kernel lie, and may the whole be loaded? */
static int place_kernel(struct pkvm_image_info *info, const struct mk_kernel *kernel,
			size_t kernel_size, struct mk_error *err)
{
	uint64_t end;

	info->kernel_offset = info->el2_span + kernel->text_offset;
	info->kernel_size = kernel_size;
	info->kernel_mem_size = kernel->mem_size;
	info->kernel_flags = kernel->flags;
	if (__builtin_add_overflow(info->kernel_offset, kernel->mem_size, &end) ||
	    end > 1ULL << 32)
		return mk_fail(err, "does not fit: needs 0x%llx bytes of memory behind EL2, "
			       "together they must not exceed 4 GiB",
			       (unsigned long long)kernel->mem_size);
	return 0;
}

/**
 * mk_wrap - make the wrapped image
 * @el2: EL2 binary as the link makes it
 * @kernel: raw Image of the kernel
 * @out: empty on entry; on failure it may hold a part
 * @err: the reason of a failure
 *
 * The result depends on nothing but the two inputs.
 *
 * Return: 0 or -1.
 */
int mk_wrap(const struct mk_buf *el2, const struct mk_buf *kernel,
	    struct mk_buf *out, struct mk_error *err)
{
	struct pkvm_image_info info;
	struct mk_kernel k;

	if (mk_kind_of(kernel) == MK_WRAPPED)
		return mk_fail(err, "wrapped already: take the kernel out with --extract");
	if (mk_kind_of(kernel) == MK_EL2)
		return mk_fail(err, "an EL2 binary of pkvm, not a kernel");
	if (mk_check_el2(el2, &info, err) ||
	    mk_check_kernel(kernel->data, kernel->len, &k, err) ||
	    place_kernel(&info, &k, kernel->len, err) ||
	    mk_sha256(el2->data, el2->len, info.el2_sha256, err) ||
	    mk_sha256(kernel->data, kernel->len, info.kernel_sha256, err))
		return -1;
	mk_banner(kernel->data, kernel->len, info.kernel_version, sizeof(info.kernel_version));

	if (mk_reserve(out, info.kernel_offset + kernel->len, err))
		return -1;
	out->len = info.kernel_offset + kernel->len;
	memcpy(out->data, el2->data, el2->len);
	memset(out->data + el2->len, 0, info.kernel_offset - el2->len);
	memcpy(out->data + info.kernel_offset, kernel->data, kernel->len);
	set_header(out->data, info.kernel_offset + k.mem_size,
		   k.flags | ARM64_IMAGE_FLAG_ANYWHERE);
	mk_put_info(out, &info);
	return 0;
}

/* The wrapped image that @info tells of, without a look at the kernel. */
static int check_layout(const struct mk_buf *buf, const struct pkvm_image_info *info,
			struct mk_error *err)
{
	if (info->kernel_offset < info->el2_span ||
	    info->kernel_offset - info->el2_span >= PKVM_IMAGE_ALIGN)
		return mk_fail(err, "damaged: kernel at 0x%llx, EL2 ends at 0x%llx",
			       (unsigned long long)info->kernel_offset,
			       (unsigned long long)info->el2_span);
	if (info->kernel_offset > buf->len ||
	    info->kernel_size > buf->len - info->kernel_offset)
		return mk_fail(err, "cut short: the kernel has 0x%llx bytes at 0x%llx, "
			       "the file has 0x%zx", (unsigned long long)info->kernel_size,
			       (unsigned long long)info->kernel_offset, buf->len);
	if (info->kernel_size != buf->len - info->kernel_offset)
		return mk_fail(err, "damaged: bytes follow the kernel");
	return 0;
}

/* Every field that has two places, or follows from others, says the same. */
static int check_agreement(const struct mk_buf *buf, const struct pkvm_image_info *info,
			   struct mk_error *err)
{
	char banner[sizeof(info->kernel_version)];
	struct arm64_image_header h;
	struct mk_kernel k;

	if (mk_check_kernel(buf->data + info->kernel_offset, info->kernel_size, &k, err))
		return -1;
	memcpy(&h, buf->data, sizeof(h));
	if (info->kernel_offset != info->el2_span + k.text_offset ||
	    info->kernel_mem_size != k.mem_size || info->kernel_flags != k.flags ||
	    h.text_offset || le64toh(h.image_size) != info->kernel_offset + k.mem_size ||
	    le64toh(h.flags) != (k.flags | ARM64_IMAGE_FLAG_ANYWHERE))
		return mk_fail(err, "damaged: the headers of image and kernel do not agree");
	mk_banner(buf->data + info->kernel_offset, info->kernel_size, banner, sizeof(banner));
	if (memcmp(banner, info->kernel_version, sizeof(banner)))
		return mk_fail(err, "damaged: kernel_version is not what the kernel says");
	if (!mk_all_zero(buf->data + info->el2_size, info->kernel_offset - info->el2_size))
		return mk_fail(err, "damaged: not 0 between EL2 and kernel");
	return 0;
}

/**
 * mk_check_wrapped - is this a whole wrapped image, all but its hashes?
 * @buf: a file that mk_kind_of() calls MK_WRAPPED
 * @info: filled as far as it goes; may be used after success only
 * @err: the reason of a refusal
 *
 * Return: 0 or -1.
 */
int mk_check_wrapped(const struct mk_buf *buf, struct pkvm_image_info *info,
		     struct mk_error *err)
{
	mk_get_info(buf, info);
	if (mk_check_el2_sizes(info, err))
		return -1;
	if (check_layout(buf, info, err))
		return -1;
	return check_agreement(buf, info, err);
}

/**
 * mk_verify - compare both hashes with the bytes
 * @buf: a file that mk_check_wrapped() accepted
 * @info: what it gave
 * @el2_ok: the EL2 binary, with what pkvm-mkimage filled taken out, has its hash
 * @kernel_ok: the kernel has its hash
 * @err: the reason of a failure
 *
 * Return: 0 if both could be computed, else -1.
 */
int mk_verify(const struct mk_buf *buf, const struct pkvm_image_info *info,
	      bool *el2_ok, bool *kernel_ok, struct mk_error *err)
{
	struct pkvm_image_info link = *info;
	uint8_t hash[MK_SHA256];
	struct mk_buf el2 = { 0 };
	int ret;

	if (mk_sha256(buf->data + info->kernel_offset, info->kernel_size, hash, err))
		return -1;
	*kernel_ok = !memcmp(hash, info->kernel_sha256, sizeof(hash));

	if (mk_reserve(&el2, info->el2_size, err))
		return -1;
	el2.len = info->el2_size;
	memcpy(el2.data, buf->data, el2.len);
	link.kernel_offset = 0;
	link.kernel_size = 0;
	link.kernel_mem_size = 0;
	link.kernel_flags = 0;
	memset(link.el2_sha256, 0, sizeof(link.el2_sha256));
	memset(link.kernel_sha256, 0, sizeof(link.kernel_sha256));
	memset(link.kernel_version, 0, sizeof(link.kernel_version));
	mk_put_info(&el2, &link);
	set_header(el2.data, info->el2_span, PKVM_IMAGE_EL2_FLAGS);
	ret = mk_sha256(el2.data, el2.len, hash, err);
	mk_free(&el2);
	*el2_ok = !ret && !memcmp(hash, info->el2_sha256, sizeof(hash));
	return ret;
}
