// SPDX-License-Identifier: GPL-2.0-only
#include "boot/fdt_node.h"

void fdt_walk_start(struct fdt_walk *w, const void *fdt)
{
	w->fdt = fdt;
	w->node = -1;
	w->depth = -1;
}

bool fdt_walk_next(struct fdt_walk *w)
{
	w->node = fdt_next_node(w->fdt, w->node, &w->depth);
	if (w->node < 0 || w->depth < 0 || w->depth >= FDT_MAX_DEPTH)
		return false;
	w->path[w->depth] = w->node;
	return true;
}

bool fdt_depth_ok(const void *fdt)
{
	int depth = -1, node = -1;

	do {
		node = fdt_next_node(fdt, node, &depth);
		if (depth >= FDT_MAX_DEPTH)
			return false;
	} while (node >= 0 && depth >= 0);
	return true;
}

bool fdt_read_u32(const void *fdt, int node, const char *name, u32 *out)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, name, &len);

	if (!p || len != sizeof(*p))
		return false;
	*out = fdt32_ld(p);
	return true;
}

int fdt_cells(const void *fdt, int node, const char *name)
{
	u32 cells;

	if (!fdt_read_u32(fdt, node, name, &cells) || cells > 4)
		return -1;
	return cells;
}

u64 fdt_read_cells(const void *p, int cells)
{
	return cells == 1 ? fdt32_ld(p) : fdt64_ld(p);
}

bool fdt_prop_is(const void *fdt, int node, const char *name, const char *value)
{
	int len;
	const char *p = fdt_getprop(fdt, node, name, &len);

	return p && (size_t)len == strlen(value) + 1 && !memcmp(p, value, len);
}

bool fdt_available(const void *fdt, int node)
{
	return !fdt_getprop(fdt, node, "status", NULL) ||
	       fdt_prop_is(fdt, node, "status", "okay") ||
	       fdt_prop_is(fdt, node, "status", "ok");
}

bool fdt_is_root_child(const struct fdt_walk *w, const char *name)
{
	size_t len = strlen(name);
	const char *p;

	if (w->depth != 1)
		return false;
	p = fdt_get_name(w->fdt, w->node, NULL);
	return p && !strncmp(p, name, len) && (p[len] == 0 || p[len] == '@');
}

bool fdt_compatible_any(const void *fdt, int node, fdt_compat_list list, size_t nr)
{
	int len;
	const char *p = fdt_getprop(fdt, node, "compatible", &len);

	for (size_t i = 0; p && i < nr; i++) {
		if (fdt_stringlist_contains(p, len, list[i]))
			return true;
	}
	return false;
}

static bool cells_ok(int cells)
{
	return cells == 1 || cells == 2;
}

/*
 * One step up: @r is an address below the bus @node, whose parent is @parent.
 * No ranges means no translation at all, an empty one means the same addresses.
 */
static enum fdt_xlate translate_step(const void *fdt, int node, int parent,
				     struct boot_range *r)
{
	int ac = fdt_cells(fdt, node, "#address-cells");
	int sc = fdt_cells(fdt, node, "#size-cells");
	int up = fdt_cells(fdt, parent, "#address-cells");
	int len, entry;
	const char *p = fdt_getprop(fdt, node, "ranges", &len);

	if (!p)
		return FDT_XLATE_NONE;
	if (!len)
		return ac == up && cells_ok(ac) ? FDT_XLATE_OK : FDT_XLATE_BAD;
	/* PCI and its like: 3 cells, not a window of plain addresses. */
	if (ac > 2)
		return FDT_XLATE_NONE;
	entry = (ac + up + sc) * 4;
	if (!cells_ok(ac) || !cells_ok(sc) || !cells_ok(up) || len % entry)
		return FDT_XLATE_BAD;
	for (; len; len -= entry, p += entry) {
		struct boot_range window = {
			fdt_read_cells(p, ac),
			fdt_read_cells(p + (ac + up) * 4, sc),
		};
		u64 to = fdt_read_cells(p + ac * 4, up);

		if (!range_valid(window) || !range_contains(window, *r))
			continue;
		r->base = r->base - window.base + to;
		return range_valid(*r) ? FDT_XLATE_OK : FDT_XLATE_BAD;
	}
	return FDT_XLATE_NONE;
}

enum fdt_xlate fdt_walk_reg(const struct fdt_walk *w, u32 index, struct boot_range *out)
{
	int parent = fdt_walk_parent(w);
	int len, ac, sc, entry;
	const char *p;
	enum fdt_xlate ret = FDT_XLATE_OK;

	if (parent < 0)
		return FDT_XLATE_END;
	p = fdt_getprop(w->fdt, w->node, "reg", &len);
	ac = fdt_cells(w->fdt, parent, "#address-cells");
	sc = fdt_cells(w->fdt, parent, "#size-cells");
	/* Without sizes (I2C, SPI, CPUs) or with PCI's cells these are no CPU addresses. */
	if (!p || sc == 0 || ac > 2)
		return FDT_XLATE_END;
	if (!cells_ok(ac) || !cells_ok(sc))
		return FDT_XLATE_BAD;
	entry = (ac + sc) * 4;
	if (!len || len % entry)
		return FDT_XLATE_BAD;
	if (index >= (u32)(len / entry))
		return FDT_XLATE_END;
	p += index * entry;
	out->base = fdt_read_cells(p, ac);
	out->size = fdt_read_cells(p + ac * 4, sc);
	if (!range_valid(*out))
		return FDT_XLATE_BAD;
	for (int d = w->depth - 1; d > 0 && ret == FDT_XLATE_OK; d--)
		ret = translate_step(w->fdt, w->path[d], w->path[d - 1], out);
	return ret;
}

u32 fdt_walk_irq_parent(const struct fdt_walk *w)
{
	u32 phandle;

	for (int d = w->depth; d >= 0; d--) {
		if (fdt_read_u32(w->fdt, w->path[d], "interrupt-parent", &phandle))
			return phandle;
	}
	return 0;
}
