// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree for the host: what changed under it when EL2 took its place. Node
 * offsets move with every change, so each step looks its node up again.
 */
#include <pkvm/host_call.h>

#include "boot/fdt.h"
#include "boot/fdt_irq.h"

static const char no_room[] = "device tree: cannot be changed (no room, or damaged)";

/* A small property that grows cell by cell. */
struct cells {
	u32 nr;
	fdt32_t v[FDT_TIMER_IRQS * (FDT_IRQ_CELLS + 1)];
};

static void cells_add(struct cells *c, u32 value)
{
	fdt32_st(&c->v[c->nr++], value);
}

static void cells_add_number(struct cells *c, u64 value, int cells)
{
	if (cells == 2)
		cells_add(c, value >> 32);
	cells_add(c, value);
}

static int cells_set(void *fdt, int node, const char *name, const struct cells *c)
{
	return fdt_setprop(fdt, node, name, c->v, c->nr * 4);
}

static int set_u32(void *fdt, int node, const char *name, u32 value)
{
	fdt32_t v;

	fdt32_st(&v, value);
	return fdt_setprop(fdt, node, name, &v, sizeof(v));
}

/* name@address, with the address in hexadecimal without leading zeros. */
static void unit_name(char *to, const char *name, u64 address)
{
	static const char digits[] = "0123456789abcdef";
	int shift = 60;

	while (*name)
		*to++ = *name++;
	*to++ = '@';
	while (shift && !(address >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = digits[(address >> shift) & 15];
	*to = 0;
}

/* The offset of /reserved-memory, made when it is missing, or < 0. */
static int reserved_memory(void *fdt, int ac, int sc)
{
	int node = fdt_path_offset(fdt, "/reserved-memory");

	if (node != -FDT_ERR_NOTFOUND)
		return node;
	node = fdt_add_subnode(fdt, 0, "reserved-memory");
	if (node < 0 || set_u32(fdt, node, "#address-cells", ac) ||
	    set_u32(fdt, node, "#size-cells", sc) || fdt_setprop(fdt, node, "ranges", NULL, 0))
		return -FDT_ERR_NOSPACE;
	return node;
}

static const char *add_held(void *fdt, struct boot_range r)
{
	int ac = fdt_cells(fdt, 0, "#address-cells");
	int sc = fdt_cells(fdt, 0, "#size-cells");
	char name[sizeof(PKVM_DT_RESERVED) + 1 + 16];
	struct cells reg = { 0 };
	int node;

	if (!range_valid(r) || !range_page_aligned(r))
		return "a range to hold is not made of whole pages";
	if ((ac == 1 && r.base >> 32) || (sc == 1 && r.size >> 32))
		return "device tree: its cells are too small for EL2's memory";
	cells_add_number(&reg, r.base, ac);
	cells_add_number(&reg, r.size, sc);
	unit_name(name, PKVM_DT_RESERVED, r.base);
	node = reserved_memory(fdt, ac, sc);
	if (node >= 0)
		node = fdt_add_subnode(fdt, node, name);
	if (node < 0 || cells_set(fdt, node, "reg", &reg) ||
	    fdt_setprop(fdt, node, "no-map", NULL, 0))
		return no_room;
	return NULL;
}

/* Where the GIC is in this tree; fdt_read_machine() found exactly one. */
static bool find_gic(const void *fdt, struct fdt_gic *gic)
{
	struct fdt_walk w;

	fdt_walk_start(&w, fdt);
	while (fdt_walk_next(&w)) {
		if (fdt_is_gic(&w)) {
			fdt_gic_at(&w, gic);
			return gic->cells == 3 || gic->cells == 4;
		}
	}
	return false;
}

static bool find_timer(const void *fdt, struct fdt_timer *t)
{
	struct fdt_walk w;

	fdt_walk_start(&w, fdt);
	while (fdt_walk_next(&w)) {
		if (fdt_is_timer(&w)) {
			t->node = w.node;
			t->irq_parent = fdt_walk_irq_parent(&w);
			return true;
		}
	}
	return false;
}

/*
 * Linux takes the virtual timer when it finds its PPI and runs at EL1; that timer
 * belongs to the guests. So its interrupt goes, and the others get names.
 */
static const char *repair_timer(void *fdt, const struct fdt_gic *gic)
{
	char names[FDT_TIMER_IRQS * 16];
	struct fdt_timer t = { 0 };
	struct cells irqs = { 0 };
	struct boot_ppi virt;
	size_t at = 0;

	if (!find_timer(fdt, &t) || fdt_read_timer(fdt, gic, &t, &virt))
		return no_room;
	for (u32 i = 0; i < t.nr; i++) {
		const char *name = fdt_timer_name(t.name[i]);

		if (t.name[i] == TIMER_VIRT)
			continue;
		memcpy(names + at, name, strlen(name) + 1);
		at += strlen(name) + 1;
		if (t.extended)
			cells_add(&irqs, gic->phandle);
		for (u32 c = 0; c < gic->cells; c++)
			cells_add(&irqs, t.cell[i][c]);
	}
	if (cells_set(fdt, t.node, t.extended ? "interrupts-extended" : "interrupts", &irqs) ||
	    fdt_setprop(fdt, t.node, "interrupt-names", names, at))
		return no_room;
	return NULL;
}

static void cells_add_ppi(struct cells *c, const struct boot_ppi *ppi, u32 cells)
{
	cells_add(c, 1);
	cells_add(c, ppi->ppi);
	cells_add(c, ppi->flags);
	if (cells == 4)
		cells_add(c, 0);
}

static const char *add_our_node(void *fdt, const struct fdt_gic *gic,
				const struct boot_info *info)
{
	static const char names[] = "vtimer\0maintenance";
	struct cells irqs = { 0 };
	int node = fdt_add_subnode(fdt, 0, PKVM_DT_NODE);

	cells_add_ppi(&irqs, &info->vtimer, gic->cells);
	cells_add_ppi(&irqs, &info->maint, gic->cells);
	if (node < 0 ||
	    fdt_setprop_string(fdt, node, "compatible", PKVM_DT_COMPATIBLE) ||
	    set_u32(fdt, node, "abi-version", PKVM_ABI_VERSION) ||
	    set_u32(fdt, node, "interrupt-parent", gic->phandle) ||
	    cells_set(fdt, node, "interrupts", &irqs) ||
	    fdt_setprop(fdt, node, "interrupt-names", names, sizeof(names)))
		return no_room;
	return NULL;
}

/* The handover is EL2's alone; with the node its memory is the host's again. */
static const char *remove_dice(void *fdt)
{
	int reserved = fdt_path_offset(fdt, "/reserved-memory");
	struct fdt_walk w;

	fdt_walk_start(&w, fdt);
	while (fdt_walk_next(&w)) {
		if (fdt_is_dice(&w, reserved))
			return fdt_del_node(fdt, w.node) ? no_room : NULL;
	}
	return NULL;
}

/*
 * A driver that probes denied registers would take an abort, early in boot. The
 * node keeps its place, so the walk goes on from it.
 */
static const char *disable_debug(void *fdt)
{
	struct fdt_walk w;

	fdt_walk_start(&w, fdt);
	while (fdt_walk_next(&w)) {
		if (!fdt_is_debug(fdt, w.node) || !fdt_available(fdt, w.node))
			continue;
		if (fdt_setprop_string(fdt, w.node, "status", "disabled"))
			return no_room;
	}
	return NULL;
}

const char *fdt_repair(const void *fdt, void *buf, size_t buf_size,
		       const struct boot_range *held, u32 nr_held,
		       const struct boot_info *info)
{
	const char *why = NULL;
	struct fdt_gic gic;

	if (buf_size < fdt_room(fdt) || buf_size > INT32_MAX)
		return "device tree: no room for the changed copy";
	if (fdt_open_into(fdt, buf, buf_size))
		return no_room;
	why = remove_dice(buf);
	for (u32 i = 0; i < nr_held && !why; i++)
		why = add_held(buf, held[i]);
	if (!why && !find_gic(buf, &gic))
		why = no_room;
	if (!why)
		why = repair_timer(buf, &gic);
	if (!why)
		why = add_our_node(buf, &gic, info);
	if (!why)
		why = disable_debug(buf);
	/* Linux reserves totalsize bytes for good: no more than the tree needs. */
	if (!why && fdt_pack(buf))
		why = no_room;
	return why;
}
