// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM, and what must stay as it is: the image, the tree, the initrd, /memreserve/
 * and /reserved-memory. What Linux will take for RAM is RAM here too, by the same
 * rules: EL2 maps RAM by blocks and everything else as execute-never MMIO, so a
 * bank that only Linux knew would break the host.
 */
#include "boot/fdt_scan.h"

/* Linux reads memory nodes from the root's children only, by device_type. */
const char *fdt_scan_memory(struct fdt_scan *s)
{
	const struct fdt_walk *w = &s->w;
	const char *why, *reg;
	int ac, sc, len;

	if (w->depth != 1 || !fdt_prop_is(w->fdt, w->node, "device_type", "memory") ||
	    !fdt_available(w->fdt, w->node))
		return NULL;
	if (fdt_getprop(w->fdt, w->node, "linux,usable-memory", NULL))
		return "device tree: linux,usable-memory: a crash kernel's tree is not supported";
	ac = fdt_cells(w->fdt, 0, "#address-cells");
	sc = fdt_cells(w->fdt, 0, "#size-cells");
	reg = fdt_getprop(w->fdt, w->node, "reg", &len);
	if (!reg)
		return "device tree: a memory node has no reg";
	if (!len || len % ((ac + sc) * 4))
		return "device tree: the reg of a memory node has a wrong length";
	for (; len; len -= (ac + sc) * 4, reg += (ac + sc) * 4) {
		struct boot_range r = {
			fdt_read_cells(reg, ac),
			fdt_read_cells(reg + ac * 4, sc),
		};

		/* An entry that the boot loader left empty; Linux skips it too. */
		if (!r.size)
			continue;
		why = boot_ram_add(s->info, r);
		if (why)
			return why;
	}
	return NULL;
}

/*
 * Linux ignores a /reserved-memory whose cells differ from the root's, or that
 * has no ranges: then it would take our memory, so this is no tree for us.
 */
static const char *check_reserved_root(const struct fdt_walk *w)
{
	int len;

	if (fdt_cells(w->fdt, w->node, "#address-cells") !=
	    fdt_cells(w->fdt, 0, "#address-cells") ||
	    fdt_cells(w->fdt, w->node, "#size-cells") !=
	    fdt_cells(w->fdt, 0, "#size-cells"))
		return "device tree: /reserved-memory: #address-cells or #size-cells differ from the root's";
	if (!fdt_getprop(w->fdt, w->node, "ranges", &len) || len)
		return "device tree: /reserved-memory has no empty ranges property";
	return NULL;
}

bool fdt_is_dice(const struct fdt_walk *w, int reserved)
{
	static fdt_compat_list dice = { "google,open-dice" };

	return w->depth == 2 && reserved >= 0 && fdt_walk_parent(w) == reserved &&
	       FDT_COMPATIBLE(w->fdt, w->node, dice) && fdt_available(w->fdt, w->node);
}

static const char *check_dice(struct fdt_scan *s, int entries, struct boot_range r)
{
	if (s->info->dice.size || entries != 1)
		return "device tree: more than one google,open-dice handover";
	if (!range_page_aligned(r))
		return "device tree: the google,open-dice handover is not made of whole pages";
	s->info->dice = r;
	return NULL;
}

static const char *reserve_checked(struct fdt_scan *s, struct boot_range r)
{
	if (range_valid(r) && range_overlaps(r, s->image))
		return "device tree: a reserved range overlaps the loaded image";
	return boot_reserve(s->info, r);
}

static const char *reserved_child(struct fdt_scan *s)
{
	const struct fdt_walk *w = &s->w;
	int ac = fdt_cells(w->fdt, 0, "#address-cells");
	int sc = fdt_cells(w->fdt, 0, "#size-cells");
	int len, entry = (ac + sc) * 4;
	const char *why = NULL, *reg;
	bool dice = fdt_is_dice(w, s->reserved);

	reg = fdt_getprop(w->fdt, w->node, "reg", &len);
	/* Without reg Linux chooses the place itself, later, in what is free then. */
	if (!reg)
		return dice ? "device tree: the google,open-dice handover has no reg" : NULL;
	if (!len || len % entry)
		return "device tree: the reg of a reserved-memory node has a wrong length";
	for (int at = 0; at < len && !why; at += entry) {
		struct boot_range r = {
			fdt_read_cells(reg + at, ac),
			fdt_read_cells(reg + at + ac * 4, sc),
		};

		if (!r.size && !dice)
			continue;
		why = reserve_checked(s, r);
		if (!why && dice)
			why = check_dice(s, len / entry, r);
	}
	return why;
}

const char *fdt_scan_reserved(struct fdt_scan *s)
{
	const struct fdt_walk *w = &s->w;

	if (fdt_is_root_child(w, "reserved-memory")) {
		if (s->reserved >= 0)
			return "device tree: two /reserved-memory nodes";
		s->reserved = w->node;
		return check_reserved_root(w);
	}
	if (w->depth != 2 || fdt_walk_parent(w) != s->reserved ||
	    !fdt_available(w->fdt, w->node))
		return NULL;
	return reserved_child(s);
}

const char *fdt_scan_memreserve(struct fdt_scan *s)
{
	int nr = fdt_num_mem_rsv(s->w.fdt);

	for (int i = 0; i < nr; i++) {
		uint64_t base, size;
		const char *why;

		if (fdt_get_mem_rsv(s->w.fdt, i, &base, &size))
			return "device tree: damaged /memreserve/ block";
		why = reserve_checked(s, (struct boot_range){ base, size });
		if (why)
			return why;
	}
	return NULL;
}

/* A number of one or two cells, as boot loaders write initrd addresses. */
static bool read_address(const void *fdt, int node, const char *name, u64 *out, bool *bad)
{
	int len;
	const void *p = fdt_getprop(fdt, node, name, &len);

	if (!p)
		return false;
	if (len != 4 && len != 8) {
		*bad = true;
		return false;
	}
	*out = fdt_read_cells(p, len / 4);
	return true;
}

const char *fdt_scan_initrd(struct fdt_scan *s)
{
	int chosen = fdt_path_offset(s->w.fdt, "/chosen");
	u64 start = 0, end = 0;
	bool bad = false, has_start, has_end;
	struct boot_range r;

	if (chosen < 0)
		return NULL;
	has_start = read_address(s->w.fdt, chosen, "linux,initrd-start", &start, &bad);
	has_end = read_address(s->w.fdt, chosen, "linux,initrd-end", &end, &bad);
	if (bad || has_start != has_end || end < start)
		return "device tree: linux,initrd-start and linux,initrd-end do not make a range";
	if (start == end)
		return NULL;
	r = (struct boot_range){ start, end - start };
	if (range_overlaps(r, s->image))
		return "device tree: the initrd overlaps the loaded image";
	if (range_overlaps(r, s->tree))
		return "device tree: it overlaps the initrd";
	s->info->initrd = r;
	return boot_reserve(s->info, r);
}

/* The handover will be wiped: it must be RAM, and nothing else may live there. */
static const char *check_dice_alone(const struct boot_info *info)
{
	u32 hits = 0;

	if (!info->dice.size)
		return NULL;
	if (!boot_ram_contains(info, info->dice))
		return "device tree: the google,open-dice handover is outside of RAM";
	for (u32 i = 0; i < info->nr_reserved; i++)
		hits += range_overlaps(info->reserved[i], info->dice);
	if (hits > 1)
		return "device tree: the google,open-dice handover overlaps another reserved range";
	return NULL;
}

const char *fdt_finish_memory(struct fdt_scan *s)
{
	struct boot_info *info = s->info;
	const char *why = boot_ram_finish(info);

	if (why)
		return why;
	if (!boot_ram_contains(info, s->image))
		return "device tree: the loaded image is not in RAM as a whole";
	if (info->initrd.size && !boot_ram_contains(info, info->initrd))
		return "device tree: the initrd is outside of RAM";
	return check_dice_alone(info);
}
