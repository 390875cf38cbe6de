// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of the device-tree code the written trees (selftests/boot/dt) do not reach:
 * its limits as functions, and a copy that has no room.
 * SOURCES: selftests/unit/fdt_path.c hyp/boot/fdt_chosen.c hyp/boot/fdt_cpu.c
 * SOURCES: hyp/boot/fdt_deny.c hyp/boot/fdt_irq.c hyp/boot/fdt_machine.c
 * SOURCES: hyp/boot/fdt_memory.c hyp/boot/fdt_node.c hyp/boot/fdt_repair.c
 * SOURCES: hyp/boot/carve.c hyp/boot/options.c
 * LIBS: fdt
 */
#include <stdlib.h>
#include <libfdt.h>

#include "boot/fdt_node.h"
#include "fdt_path.h"
#include "tap.h"

#define SIZE	8192

static char tree[SIZE] __attribute__((aligned(8)));

static int add(int parent, const char *name)
{
	return fdt_add_subnode(tree, parent, name);
}

static void set_cells(int node, const char *name, int nr, const u32 *v)
{
	u32 be[32];

	for (int i = 0; i < nr; i++)
		fdt32_st(&be[i], v[i]);
	fdt_setprop(tree, node, name, be, nr * 4);
}

#define CELLS(node, name, ...)	\
	set_cells(node, name, sizeof((u32[]){ __VA_ARGS__ }) / 4, (u32[]){ __VA_ARGS__ })

/* The least that is accepted, of @cells address and size cells. */
static void new_tree(int cells)
{
	int node;

	memset(tree, 0, sizeof(tree));
	fdt_create_empty_tree(tree, sizeof(tree));
	CELLS(0, "#address-cells", cells);
	CELLS(0, "#size-cells", cells);
	CELLS(0, "interrupt-parent", 1);
	node = add(0, "timer");
	fdt_setprop_string(tree, node, "compatible", "arm,armv8-timer");
	CELLS(node, "interrupts", 1, 13, 4, 1, 14, 4, 1, 11, 4);
	node = add(0, "gic");
	fdt_setprop_string(tree, node, "compatible", "arm,gic-v3");
	CELLS(node, "#interrupt-cells", 3);
	CELLS(node, "phandle", 1);
	CELLS(node, "interrupts", 1, 9, 4);
	if (cells == 2)
		CELLS(node, "reg", 0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0, 0x100000);
	else
		CELLS(node, "reg", 0x8000000, 0x10000, 0x80a0000, 0x100000);
	node = add(0, "psci");
	fdt_setprop_string(tree, node, "compatible", "arm,psci-1.0");
	fdt_setprop_string(tree, node, "method", "smc");
	node = add(0, "cpus");
	CELLS(node, "#address-cells", 1);
	node = add(node, "cpu");
	CELLS(node, "reg", 0);
	node = add(0, "memory");
	fdt_setprop_string(tree, node, "device_type", "memory");
	if (cells == 2)
		CELLS(node, "reg", 0, 0x40000000, 0, 0x40000000);
	else
		CELLS(node, "reg", 0x40000000, 0x40000000);
}

static const char *path(struct fdt_path *p)
{
	fdt_path_init(p);
	return fdt_path_run(p, tree, sizeof(tree));
}

static void test_least(int cells)
{
	struct fdt_path p;

	new_tree(cells);
	is_str(path(&p), NULL, "the least tree of %d cells is accepted", cells);
	is_str(fdt_path_judge(&p, tree), NULL, "its change is as it should be, %d cells", cells);
	free(p.out);
}

/* Every size of the buffer below the one asked for is refused, and nothing is written behind. */
static void test_room(void)
{
	struct fdt_path p;
	struct boot_range held = { 0x40000000, 0x1000 };
	size_t room;
	char *buf;

	new_tree(2);
	fdt_path_init(&p);
	ok(!fdt_read_chosen(tree, SIZE, &p.info) &&
	   !fdt_read_machine(tree, p.fdt_pa, p.self, p.image, &p.info), "a tree to change");
	room = fdt_room(tree);
	is_num(room, SIZE + 65536, "fdt_room() is the tree and 64 KiB");
	buf = malloc(room);
	is_str(fdt_repair(tree, buf, room - 1, &held, 1, &p.info),
	       "device tree: no room for the changed copy", "one byte less is refused");
	is_str(fdt_repair(tree, buf, 1ULL << 31, &held, 1, &p.info),
	       "device tree: no room for the changed copy", "more than libfdt can count is refused");
	is_str(fdt_repair(tree, buf, room, &held, 1, &p.info), NULL, "that much is taken");
	ok(fdt_totalsize(buf) < 2048, "the copy keeps no room that it does not use");
	free(buf);
}

static void test_held(void)
{
	static const struct {
		struct boot_range r;
		const char *why, *name;
	} t[] = {
		{ { 0x40000000, 0 }, "a range to hold is not made of whole pages", "no bytes" },
		{ { 0x40000001, 0x1000 }, "a range to hold is not made of whole pages", "base" },
		{ { 0x40000000, 0x1001 }, "a range to hold is not made of whole pages", "size" },
		{ { ~0xfffULL, 0x2000 }, "a range to hold is not made of whole pages", "wrap" },
		{ { 0x100000000, 0x1000 }, "device tree: its cells are too small for EL2's memory",
		  "base over one cell" },
		{ { 0, 0x100000000 }, "device tree: its cells are too small for EL2's memory",
		  "size over one cell" },
		{ { 0, 0x1000 }, NULL, "address 0" },
	};
	struct boot_range same[2] = { { 0x40000000, 0x1000 }, { 0x40000000, 0x1000 } };
	struct fdt_path p;
	size_t room;
	char *buf;

	new_tree(1);
	fdt_path_init(&p);
	fdt_read_chosen(tree, SIZE, &p.info);
	fdt_read_machine(tree, p.fdt_pa, p.self, p.image, &p.info);
	room = fdt_room(tree);
	buf = malloc(room);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		is_str(fdt_repair(tree, buf, room, &t[i].r, 1, &p.info), t[i].why,
		       "held: %s", t[i].name);
	ok(fdt_path_offset(buf, "/reserved-memory/pkvm-el2@0") > 0, "the name of address 0");
	is_str(fdt_repair(tree, buf, room, same, 2, &p.info),
	       "device tree: cannot be changed (no room, or damaged)", "the same range twice");
	is_str(fdt_repair(tree, buf, room, NULL, 0, &p.info), NULL, "nothing held");
	ok(fdt_path_offset(buf, "/reserved-memory") < 0, "then no /reserved-memory is made");
	free(buf);
}

/*
 * A tree whose copy leaves @slack bytes of the room: its strings block overlaps its
 * structure block, so that libfdt unfolds it. The caller frees it.
 */
static void *folded_tree(u32 slack)
{
	u32 structs = fdt_size_dt_struct(tree), strings = fdt_size_dt_strings(tree);
	u32 start = fdt_off_dt_struct(tree), pad = 65536 - structs - slack;
	char *fdt = calloc(1, start + structs + pad + strings);
	int node, prop;

	memcpy(fdt, tree, start + structs);
	memcpy(fdt + start + structs + pad, tree + fdt_off_dt_strings(tree), strings);
	fdt_set_totalsize(fdt, start + structs + pad + strings);
	fdt_set_size_dt_struct(fdt, structs + pad);
	fdt_set_off_dt_strings(fdt, start);
	fdt_set_size_dt_strings(fdt, structs + pad + strings);
	for (node = fdt_next_node(tree, -1, NULL); node >= 0;
	     node = fdt_next_node(tree, node, NULL)) {
		fdt_for_each_property_offset(prop, tree, node) {
			struct fdt_property *p = (void *)(fdt + start + prop);

			fdt32_st(&p->nameoff, fdt32_ld(&p->nameoff) + structs + pad);
		}
	}
	return fdt;
}

/* Little is left of the 64 KiB: each step of the change can be the one that fails. */
static void test_full(void)
{
	static const char no_room[] = "device tree: cannot be changed (no room, or damaged)";
	unsigned int refused = 0, taken = 0, wrong = 0;
	struct fdt_path p;

	new_tree(2);
	fdt_pack(tree);
	for (u32 slack = 0; slack < 1024; slack += 8) {
		void *fdt = folded_tree(slack);
		const char *why;

		fdt_path_init(&p);
		why = fdt_path_run(&p, fdt, fdt_totalsize(fdt));
		refused += why != NULL;
		taken += !why;
		wrong += (why && (taken || strcmp(why, no_room))) ||
			 (!why && fdt_path_judge(&p, fdt));
		if (!why)
			free(p.out);
		free(fdt);
	}
	is_num(wrong, 0, "from too little room to enough: refused or right");
	ok(refused > 20 && taken > 20, "both occur");
}

static void test_refuse_self(void)
{
	struct boot_range image = { 0x40200000, 0x400000 }, none = { 0x40200000, 0 };
	struct boot_range out = { 0x40100000, 0x200000 };
	const char *why = "the loaded image's addresses make no sense";
	struct boot_info info;

	new_tree(2);
	fdt_read_chosen(tree, SIZE, &info);
	is_str(fdt_read_machine(tree, 0x48000000, none, image, &info), why, "self is empty");
	is_str(fdt_read_machine(tree, 0x48000000, out, image, &info), why, "self is not in image");
	is_str(fdt_read_machine(tree, ~0ULL, image, image, &info), why, "the tree wraps");
	is_str(fdt_read_machine(tree, 0x48000000, image, image, &info), NULL, "all is self");
	ok(info.nr_reserved == 3 && info.nr_ram == 1 && info.nr_cpus == 1, "a second reading starts anew");
}

static void test_translate(void)
{
	static const struct {
		u32 ranges[8];
		int nr;
		enum fdt_xlate want;
		u64 base;
		const char *name;
	} t[] = {
		{ { 0 }, 0, FDT_XLATE_OK, 0x1000, "empty ranges" },
		{ { 0, 0, 0x10000000, 0x2000 }, 4, FDT_XLATE_OK, 0x10001000, "one window" },
		{ { 0x1000, 0, 0x20000000, 0x1000 }, 4, FDT_XLATE_OK, 0x20000000, "an exact window" },
		{ { 0x1000, 0, 0x20000000, 0xfff }, 4, FDT_XLATE_NONE, 0, "one byte short" },
		{ { 0x1001, 0, 0x20000000, 0x1000 }, 4, FDT_XLATE_NONE, 0, "one byte late" },
		{ { 0, 0, 0, 0x1000, 0x1000, 1, 0, 0x1000 }, 8, FDT_XLATE_OK, 0x100000000,
		  "the second window" },
		{ { 0x1000, 0xffffffff, 0xfffff000, 0x1000 }, 4, FDT_XLATE_BAD, 0, "a wrap above" },
		{ { 0, 0, 0, 0 }, 4, FDT_XLATE_NONE, 0, "a window of no bytes" },
		{ { 0, 0, 0 }, 3, FDT_XLATE_BAD, 0, "three cells" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct boot_range r = { 0, 0 };
		struct fdt_walk w;
		int bus, dev;

		new_tree(2);
		bus = add(0, "bus");
		CELLS(bus, "#address-cells", t[i].nr ? 1 : 2);
		CELLS(bus, "#size-cells", 1);
		set_cells(bus, "ranges", t[i].nr, t[i].ranges);
		dev = add(bus, "device");
		if (t[i].nr)
			CELLS(dev, "reg", 0x1000, 0x1000);
		else
			CELLS(dev, "reg", 0, 0x1000, 0x1000);
		fdt_walk_start(&w, tree);
		while (fdt_walk_next(&w) && w.node != dev)
			;
		is_num(fdt_walk_reg(&w, 0, &r), t[i].want, "translate: %s", t[i].name);
		if (t[i].want == FDT_XLATE_OK)
			is_num(r.base, t[i].base, "translate: %s, address", t[i].name);
		is_num(fdt_walk_reg(&w, 1, &r), FDT_XLATE_END, "translate: %s, end", t[i].name);
	}
}

static void test_root(void)
{
	struct boot_range r;
	struct fdt_walk w;

	new_tree(2);
	fdt_walk_start(&w, tree);
	ok(fdt_walk_next(&w) && w.node == 0 && w.depth == 0, "a walk begins at the root");
	is_num(fdt_walk_reg(&w, 0, &r), FDT_XLATE_END, "the root has no address");
	is_num(fdt_walk_irq_parent(&w), 1, "the root's interrupt parent");
	fdt_delprop(tree, 0, "interrupt-parent");
	is_num(fdt_walk_irq_parent(&w), 0, "no interrupt parent");
}

int main(void)
{
	test_least(1);
	test_least(2);
	test_room();
	test_held();
	test_full();
	test_refuse_self();
	test_translate();
	test_root();
	return tap_done();
}
