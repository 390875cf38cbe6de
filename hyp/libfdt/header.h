/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libfdt reads a field of the tree's header byte by byte, five fields for each
 * tag that it looks at: 3 million instructions of a boot. EL2 takes only trees
 * that are 8-byte aligned (boot_main()), and makes its own at a page.
 */
#ifndef LIBFDT_HEADER_H
#define LIBFDT_HEADER_H

#include <libfdt.h>

#undef fdt_get_header
#define fdt_get_header(fdt, field)	\
	fdt32_to_cpu((__force u32)((const struct fdt_header *)(fdt))->field)

#endif
