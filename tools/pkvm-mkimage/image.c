// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What an arm64 Image says of itself: Documentation/arch/arm64/booting.rst of
 * Linux for the header, the PE/COFF specification for the section table of a
 * kernel with an EFI stub, <pkvm/image.h> for ours.
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "mkimage.h"

#define PE_COFF_LEN		24	/* signature and COFF header */
#define PE_SECTION_LEN		40
/* in the optional header of PE32+ */
#define PE_OPT_MAGIC_64		0x20b
#define PE_OPT_NR_DIRS		108
#define PE_DIR_CERT		4
#define PE_OPT_CERT		(112 + PE_DIR_CERT * 8)
#define INFO_END		(PKVM_IMAGE_INFO_OFF + sizeof(struct pkvm_image_info))

_Static_assert(sizeof(struct arm64_image_header) == 64, "booting.rst: 64 bytes");
_Static_assert(sizeof(struct pkvm_image_info) == 384, "<pkvm/image.h>: no holes");

static void get_header(const uint8_t *data, struct arm64_image_header *h)
{
	memcpy(h, data, sizeof(*h));
	h->code0 = le32toh(h->code0);
	h->text_offset = le64toh(h->text_offset);
	h->image_size = le64toh(h->image_size);
	h->flags = le64toh(h->flags);
	h->magic = le32toh(h->magic);
	h->res5 = le32toh(h->res5);
}

/* Both ways: the file is little-endian, the structure the machine's. */
static void swap_info(struct pkvm_image_info *info)
{
	info->magic = le64toh(info->magic);
	info->version = le32toh(info->version);
	info->info_size = le32toh(info->info_size);
	info->el2_size = le64toh(info->el2_size);
	info->el2_span = le64toh(info->el2_span);
	info->kernel_offset = le64toh(info->kernel_offset);
	info->kernel_size = le64toh(info->kernel_size);
	info->kernel_mem_size = le64toh(info->kernel_mem_size);
	info->kernel_flags = le64toh(info->kernel_flags);
}

/* @buf holds at least INFO_END bytes: mk_kind_of() saw to it. */
void mk_get_info(const struct mk_buf *buf, struct pkvm_image_info *info)
{
	memcpy(info, buf->data + PKVM_IMAGE_INFO_OFF, sizeof(*info));
	swap_info(info);
}

void mk_put_info(struct mk_buf *buf, const struct pkvm_image_info *info)
{
	struct pkvm_image_info le = *info;

	swap_info(&le);
	memcpy(buf->data + PKVM_IMAGE_INFO_OFF, &le, sizeof(le));
}

/**
 * mk_kind_of - what the first bytes of an unpacked file look like
 * @buf: the file
 *
 * A first look, to choose what to check and what to say: nothing is valid yet.
 * For MK_EL2 and MK_WRAPPED the whole struct pkvm_image_info is there to read.
 */
enum mk_kind mk_kind_of(const struct mk_buf *buf)
{
	struct arm64_image_header h;
	struct pkvm_image_info info;

	if (buf->len < sizeof(h))
		return MK_UNKNOWN;
	get_header(buf->data, &h);
	if (h.magic != ARM64_IMAGE_MAGIC_LE)
		return MK_UNKNOWN;
	if (buf->len < INFO_END)
		return MK_KERNEL;
	mk_get_info(buf, &info);
	if (info.magic != PKVM_IMAGE_MAGIC)
		return MK_KERNEL;
	return info.kernel_offset ? MK_WRAPPED : MK_EL2;
}

/* Where the signature for secure boot ends: it lies behind the sections. */
static uint64_t pe_signature_end(const uint8_t *data, size_t len, uint64_t opt, size_t opt_len)
{
	if (opt_len < PE_OPT_CERT + 8 || opt + opt_len > len ||
	    mk_le16(data + opt) != PE_OPT_MAGIC_64 ||
	    mk_le32(data + opt + PE_OPT_NR_DIRS) <= PE_DIR_CERT)
		return 0;
	return (uint64_t)mk_le32(data + opt + PE_OPT_CERT) +
	       mk_le32(data + opt + PE_OPT_CERT + 4);
}

/*
 * image_size covers the bss, which no file holds, so it cannot tell that a file
 * is cut short. The PE section table of a kernel with an EFI stub can.
 */
static int check_pe_sections(const uint8_t *data, size_t len, uint32_t pe,
			     struct mk_error *err)
{
	uint64_t table, end, need;
	unsigned int i, nr;
	size_t opt_len;

	if (pe > len || len - pe < PE_COFF_LEN)
		return mk_fail(err, "cut short: its PE header is at %u, the file ends at %zu",
			       pe, len);
	if (memcmp(data + pe, "PE\0\0", 4))
		return mk_fail(err, "damaged: no PE header where it should be, at %u", pe);
	nr = mk_le16(data + pe + 6);
	opt_len = mk_le16(data + pe + 20);
	table = (uint64_t)pe + PE_COFF_LEN + opt_len;
	need = pe_signature_end(data, len, (uint64_t)pe + PE_COFF_LEN, opt_len);
	for (i = 0; i < nr; i++, table += PE_SECTION_LEN) {
		if (table + PE_SECTION_LEN > len)
			return mk_fail(err, "cut short within its PE section table");
		end = (uint64_t)mk_le32(data + table + 16) + mk_le32(data + table + 20);
		if (end > need)
			need = end;
	}
	if (need > len)
		return mk_fail(err, "cut short: its sections need %llu bytes, the file has %zu",
			       (unsigned long long)need, len);
	return 0;
}

static int check_flags(uint64_t flags, struct mk_error *err)
{
	if (flags & ARM64_IMAGE_FLAG_BE)
		return mk_fail(err, "a big-endian kernel: only little-endian ones are supported");
	switch (flags & ARM64_IMAGE_FLAG_PAGE_MASK) {
	case ARM64_IMAGE_FLAG_16K:
		return mk_fail(err, "a kernel with 16 KiB pages: only 4 KiB ones are supported");
	case ARM64_IMAGE_FLAG_64K:
		return mk_fail(err, "a kernel with 64 KiB pages: only 4 KiB ones are supported");
	case ARM64_IMAGE_FLAG_4K:
		return 0;
	}
	return mk_fail(err, "does not say its page size (a kernel before 4.6?): "
		       "only kernels with 4 KiB pages are supported");
}

/**
 * mk_check_kernel - is this a whole arm64 kernel that we can wrap?
 * @data: raw Image
 * @len: bytes of it
 * @kernel: filled on success
 * @err: the reason of a refusal
 *
 * Return: 0 or -1.
 */
int mk_check_kernel(const uint8_t *data, size_t len, struct mk_kernel *kernel,
		    struct mk_error *err)
{
	struct arm64_image_header h;

	if (len < sizeof(h))
		return mk_fail(err, "not an arm64 kernel Image: %zu bytes only", len);
	get_header(data, &h);
	if (h.magic != ARM64_IMAGE_MAGIC_LE)
		return mk_fail(err, "not an arm64 kernel Image: no \"ARM\\x64\" at 56");
	if (check_flags(h.flags, err))
		return -1;
	if (!h.image_size)
		return mk_fail(err, "does not fit: its header gives no size (a kernel before 3.17?)");
	if (h.image_size < len)
		return mk_fail(err, "damaged: %zu bytes, but its header says %llu in memory",
			       len, (unsigned long long)h.image_size);
	if (h.text_offset >= PKVM_IMAGE_ALIGN)
		return mk_fail(err, "does not fit: text_offset 0x%llx is not below 2 MiB",
			       (unsigned long long)h.text_offset);
	if ((h.code0 & 0xffff) == 0x5a4d && check_pe_sections(data, len, h.res5, err))
		return -1;
	kernel->text_offset = h.text_offset;
	kernel->mem_size = h.image_size;
	kernel->flags = h.flags;
	return 0;
}

/* What the link must have left: see <pkvm/image.h>. */
static int check_el2_fields(const struct mk_buf *el2, const struct pkvm_image_info *info,
			    struct mk_error *err)
{
	struct arm64_image_header h;

	get_header(el2->data, &h);
	if (h.text_offset || h.image_size != info->el2_span ||
	    h.flags != PKVM_IMAGE_EL2_FLAGS)
		return mk_fail(err, "its Image header has text_offset 0x%llx, image_size 0x%llx, "
			       "flags 0x%llx: must be 0, el2_span 0x%llx, 0x%llx",
			       (unsigned long long)h.text_offset,
			       (unsigned long long)h.image_size, (unsigned long long)h.flags,
			       (unsigned long long)info->el2_span, PKVM_IMAGE_EL2_FLAGS);
	if (info->kernel_size || info->kernel_mem_size || info->kernel_flags ||
	    !mk_all_zero(info->el2_sha256, sizeof(info->el2_sha256)) ||
	    !mk_all_zero(info->kernel_sha256, sizeof(info->kernel_sha256)) ||
	    !mk_all_zero(info->kernel_version, sizeof(info->kernel_version)))
		return mk_fail(err, "fields that pkvm-mkimage fills are not 0: "
			       "not as the link made it");
	return 0;
}

/* The version of the format, and sizes that nothing below can overflow with. */
int mk_check_el2_sizes(const struct pkvm_image_info *info, struct mk_error *err)
{
	if (info->version != PKVM_IMAGE_VERSION)
		return mk_fail(err, "EL2 image format %u: this program knows %u",
			       info->version, PKVM_IMAGE_VERSION);
	if (info->info_size != sizeof(*info))
		return mk_fail(err, "EL2 information of %u bytes: must be %zu",
			       info->info_size, sizeof(*info));
	if (!info->el2_span || info->el2_span % PKVM_IMAGE_ALIGN ||
	    info->el2_span > UINT32_MAX)
		return mk_fail(err, "EL2 span 0x%llx: must be a multiple of 2 MiB below 4 GiB",
			       (unsigned long long)info->el2_span);
	if (info->el2_size < INFO_END || info->el2_size > info->el2_span)
		return mk_fail(err, "EL2 size 0x%llx: must be 0x%zx to 0x%llx",
			       (unsigned long long)info->el2_size, INFO_END,
			       (unsigned long long)info->el2_span);
	return 0;
}

/**
 * mk_check_el2 - is this an EL2 binary as the link makes it?
 * @el2: the file
 * @info: filled on success
 * @err: the reason of a refusal
 *
 * Return: 0 or -1.
 */
int mk_check_el2(const struct mk_buf *el2, struct pkvm_image_info *info,
		 struct mk_error *err)
{
	enum mk_kind kind = mk_kind_of(el2);

	if (kind == MK_WRAPPED)
		return mk_fail(err, "holds a kernel already: not an EL2 binary");
	if (kind != MK_EL2)
		return mk_fail(err, "not an EL2 binary of pkvm");
	mk_get_info(el2, info);
	if (mk_check_el2_sizes(info, err))
		return -1;
	if (info->el2_size != el2->len)
		return mk_fail(err, "EL2 binary %s: %zu bytes, should be %llu",
			       el2->len < info->el2_size ? "cut short" : "too long",
			       el2->len, (unsigned long long)info->el2_size);
	return check_el2_fields(el2, info, err);
}

/**
 * mk_banner - find the "Linux version " line that a kernel prints first
 * @data: raw Image
 * @len: bytes of it
 * @out: set to the line, printable characters only, cut to fit; "" if none
 * @size: bytes at @out
 */
void mk_banner(const uint8_t *data, size_t len, char *out, size_t size)
{
	static const char start[] = "Linux version ";
	const uint8_t *end = data + len, *p = data;
	size_t n = 0;

	memset(out, 0, size);
	for (;;) {
		p = memmem(p, end - p, start, sizeof(start) - 1);
		if (!p)
			return;
		/* the format string of the same words has "%s" here */
		if (p + sizeof(start) <= end && p[sizeof(start) - 1] >= '0' &&
		    p[sizeof(start) - 1] <= '9')
			break;
		p++;
	}
	while (n < size - 1 && p < end && *p >= ' ' && *p <= '~')
		out[n++] = *p++;
}
