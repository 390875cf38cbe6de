/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The wrapped image: EL2 binary first, the untouched kernel Image after it.
 *
 *   0                     arm64 Image header (Documentation/arch/arm64/booting.rst)
 *   0x40                  room for a PE header
 *   PKVM_IMAGE_INFO_OFF   struct pkvm_image_info
 *   ...                   EL2 text, data
 *   el2_size              end of EL2's bytes in the file, zeros up to
 *   kernel_offset         the kernel: 2 MiB aligned, plus its text_offset
 *
 * All fields little-endian. pkvm-mkimage fills the kernel's fields and both
 * hashes; the link of EL2 fills the others. EL2 keeps [0, el2_span) of the
 * loaded image.
 *
 * As the link makes it, the EL2 binary is el2_size bytes long, its Image header
 * has text_offset 0, image_size = el2_span and flags PKVM_IMAGE_EL2_FLAGS, and
 * every field that pkvm-mkimage fills is 0. So the bytes that el2_sha256 covers
 * can be had back from a wrapped file, and the hash checked.
 */
#ifndef PKVM_IMAGE_H
#define PKVM_IMAGE_H

#include <linux/types.h>

#define PKVM_IMAGE_INFO_OFF	0x800
#define PKVM_IMAGE_MAGIC	0x474d494d564b50ULL	/* "PKVMIMG" */
#define PKVM_IMAGE_VERSION	1
#define PKVM_IMAGE_ALIGN	0x200000ULL
/* little-endian, 4 KiB pages, may be placed anywhere */
#define PKVM_IMAGE_EL2_FLAGS	(ARM64_IMAGE_FLAG_4K | ARM64_IMAGE_FLAG_ANYWHERE)

struct pkvm_image_info {
	__u64 magic;
	__u32 version;			/* PKVM_IMAGE_VERSION */
	__u32 info_size;		/* sizeof(struct pkvm_image_info) */
	__u64 el2_size;			/* bytes of EL2 in the file */
	__u64 el2_span;			/* bytes of memory it keeps, 2 MiB aligned */
	__u64 kernel_offset;		/* from the start of the file; 0: none yet */
	__u64 kernel_size;		/* bytes of the kernel in the file */
	__u64 kernel_mem_size;		/* its image_size: bss included */
	__u64 kernel_flags;		/* flags of its Image header */
	__u8 el2_sha256[32];		/* of the EL2 binary as the link made it */
	__u8 kernel_sha256[32];		/* of the kernel Image as carried */
	char el2_version[64];		/* NUL padded */
	char kernel_version[192];	/* its "Linux version" banner, NUL padded, cut */
};

/* arm64 Image header, Documentation/arch/arm64/booting.rst */
struct arm64_image_header {
	__u32 code0, code1;
	__u64 text_offset;
	__u64 image_size;
	__u64 flags;
	__u64 res2, res3, res4;
	__u32 magic;			/* "ARM\x64" */
	__u32 res5;			/* offset of the PE header */
};

#define ARM64_IMAGE_MAGIC_LE	0x644d5241

/* flags of the Image header */
#define ARM64_IMAGE_FLAG_BE		(1ULL << 0)
#define ARM64_IMAGE_FLAG_PAGE_MASK	(3ULL << 1)	/* 0: not said */
#define ARM64_IMAGE_FLAG_4K		(1ULL << 1)
#define ARM64_IMAGE_FLAG_16K		(2ULL << 1)
#define ARM64_IMAGE_FLAG_64K		(3ULL << 1)
#define ARM64_IMAGE_FLAG_ANYWHERE	(1ULL << 3)

#endif
