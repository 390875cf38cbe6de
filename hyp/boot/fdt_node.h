/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading an untrusted tree node by node, for the fdt_*.c files only. The tree
 * passed fdt_check_full(), so its blocks and tags are inside totalsize; what
 * properties say is checked here. Property data has no alignment that could be
 * relied on, and with the MMU off an unaligned access is a fault.
 */
#ifndef BOOT_FDT_NODE_H
#define BOOT_FDT_NODE_H

#include <linux/types.h>
#include <libfdt.h>

#include "boot/range.h"

/* Nodes deeper than this are refused: trees of real machines stay below 16. */
#define FDT_MAX_DEPTH	64

/* A walk over all nodes, in the order of the tree, without recursion. */
struct fdt_walk {
	const void *fdt;
	int node;			/* offset of the node under the walk */
	int depth;			/* of @node; the root has 0 */
	int path[FDT_MAX_DEPTH];	/* offsets of @node and the nodes above it */
};

/* How a node's addresses become the CPU's. */
enum fdt_xlate {
	FDT_XLATE_OK,
	FDT_XLATE_NONE,		/* a bus above does not pass it on: the CPU cannot reach it */
	FDT_XLATE_END,		/* no such entry, or entries that are no CPU addresses */
	FDT_XLATE_BAD,		/* a broken ranges or reg, or cells other than 1 or 2 */
};

/** fdt_walk_start() - put a walk in front of the root. */
void fdt_walk_start(struct fdt_walk *w, const void *fdt);

/**
 * fdt_walk_next() - go to the next node.
 *
 * Return: false after the last node and at a node that is too deep;
 * fdt_read_chosen() refuses a tree that has one.
 */
bool fdt_walk_next(struct fdt_walk *w);

/** fdt_depth_ok() - are all nodes of the tree within FDT_MAX_DEPTH? */
bool fdt_depth_ok(const void *fdt);

/* The parent of the node under the walk, or -1 for the root. */
static inline int fdt_walk_parent(const struct fdt_walk *w)
{
	return w->depth ? w->path[w->depth - 1] : -1;
}

/** fdt_cells() - #address-cells or #size-cells of a node; -1: absent, odd or over 4. */
int fdt_cells(const void *fdt, int node, const char *name);

/** fdt_read_cells() - a number of @cells (1 or 2) big-endian cells at @p. */
u64 fdt_read_cells(const void *p, int cells);

/** fdt_read_u32() - a property of one cell; false: absent or of another length. */
bool fdt_read_u32(const void *fdt, int node, const char *name, u32 *out);

/** fdt_prop_is() - is a property this one string, NUL included? */
bool fdt_prop_is(const void *fdt, int node, const char *name, const char *value);

/** fdt_available() - status absent, "okay" or "ok", as Linux takes it. */
bool fdt_available(const void *fdt, int node);

/** fdt_is_root_child() - is the walk at /NAME or /NAME@unit? */
bool fdt_is_root_child(const struct fdt_walk *w, const char *name);

/* A table of compatible strings; an array of arrays needs no relocation. */
#define FDT_COMPAT_LEN	32
typedef const char fdt_compat_list[][FDT_COMPAT_LEN];

/** fdt_compatible_any() - is the node compatible with one of @nr strings? */
bool fdt_compatible_any(const void *fdt, int node, fdt_compat_list list, size_t nr);

#define FDT_COMPATIBLE(fdt, node, list) \
	fdt_compatible_any(fdt, node, list, sizeof(list) / sizeof((list)[0]))

/**
 * fdt_walk_reg() - entry @index of the reg of the node under the walk, as the
 * CPU's physical addresses.
 * @w: walk; its path gives the buses.
 * @index: entry, from 0.
 * @out: bytes; valid (not empty, no wrap) when FDT_XLATE_OK is returned.
 *
 * Return: enum fdt_xlate.
 */
enum fdt_xlate fdt_walk_reg(const struct fdt_walk *w, u32 index, struct boot_range *out);

/**
 * fdt_walk_irq_parent() - phandle of the interrupt parent of the node under the
 * walk: its own interrupt-parent, or the nearest one above.
 *
 * Return: the phandle, 0 if there is none.
 */
u32 fdt_walk_irq_parent(const struct fdt_walk *w);

#endif
