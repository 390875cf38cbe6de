/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole device-tree path as EL2's start-up runs it, and what must be true of
 * its result. Used by the unit tests, by the checker of the written trees and by
 * the fuzzer.
 */
#ifndef UNIT_FDT_PATH_H
#define UNIT_FDT_PATH_H

#include "boot/fdt.h"

/* A machine's start: where the boot loader put things, and what EL2 will ask for. */
struct fdt_path {
	u64 fdt_pa;
	struct boot_range self, image;
	u64 carve_size, carve_align;
	size_t room;			/* bytes for the copy; 0: fdt_room() */

	/* Results. */
	struct boot_info info;
	struct boot_range carved;
	struct boot_range held[2];
	void *out;			/* the repaired tree; free() it */
};

/* Values that fit QEMU's virt machine and the written trees. */
void fdt_path_init(struct fdt_path *p);

/* All steps. Returns NULL or the first refusal; p->out is NULL on a refusal. */
const char *fdt_path_run(struct fdt_path *p, const void *fdt, size_t size);

/*
 * Judge the result of a run without a refusal by rules of its own. Returns NULL,
 * or what is wrong.
 */
const char *fdt_path_judge(const struct fdt_path *p, const void *fdt);

/*
 * Are the trees equal but for the changes that Documentation/boot-device-tree.rst
 * lists? Returns NULL, or what is wrong.
 */
const char *fdt_path_compare(const void *old, const void *new, const struct fdt_path *p);

#endif
