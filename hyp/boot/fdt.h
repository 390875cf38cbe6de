/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device-tree front-end: reads the tree into struct boot_info, finds room,
 * repairs the tree for an EL1 host. All functions run once, at boot, on one
 * CPU, with the tree in memory that no one else writes. They return NULL, or
 * the reason of a refusal: one line of text without a newline, for the user.
 * A refusal leaves the tree as it was.
 */
#ifndef BOOT_FDT_H
#define BOOT_FDT_H

#include "boot/info.h"

/*
 * Only what is needed to decide: size and /chosen. @max: bytes that may be read
 * at @fdt, 2 MiB at most (booting.rst). Fills info->opt and info->uart.
 */
const char *fdt_read_chosen(const void *fdt, size_t max, struct boot_info *info);

/*
 * The rest. @self: the range of the loaded image that EL2 keeps; @image: the
 * whole loaded image, kernel and its bss included; both are added to
 * info->reserved, as are the tree itself (at physical @fdt_pa), the initrd,
 * /memreserve/ and /reserved-memory entries. @image must lie in RAM whole.
 */
const char *fdt_read_machine(const void *fdt, u64 fdt_pa, struct boot_range self,
			     struct boot_range image, struct boot_info *info);

/*
 * Find @size bytes of RAM, aligned to @align, clear of everything in
 * info->reserved; from the top of the RAM bank that holds @near downwards, then
 * in any other bank. Adds what it found to info->reserved.
 */
const char *boot_carve(struct boot_info *info, u64 near, u64 size, u64 align,
		       struct boot_range *out);

/*
 * Copy the tree to @buf (@buf_size bytes, at least totalsize + 64 KiB) and
 * repair the copy for an EL1 host: reserved-memory nodes (no-map) for each of
 * @held, timer node without the virtual PPI, our node, no DICE handover node.
 * kaslr-seed and the rest stay. On a refusal @fdt is untouched, @buf undefined.
 */
const char *fdt_repair(const void *fdt, void *buf, size_t buf_size,
		       const struct boot_range *held, u32 nr_held,
		       const struct boot_info *info);

/* Wants: totalsize of a tree that fdt_read_chosen accepted, in bytes. */
size_t fdt_room(const void *fdt);

#endif
