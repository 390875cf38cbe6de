// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <libfdt.h>
#include <pkvm/host_call.h>

#include "fdt_path.h"

void fdt_path_init(struct fdt_path *p)
{
	memset(p, 0, sizeof(*p));
	p->fdt_pa = 0x48000000;
	p->image = (struct boot_range){ 0x40200000, 0x4000000 };
	p->self = (struct boot_range){ 0x40200000, 0x200000 };
	p->carve_size = 0x200000;
	p->carve_align = 0x200000;
}

const char *fdt_path_run(struct fdt_path *p, const void *fdt, size_t size)
{
	size_t room = p->room;
	const char *why;

	why = fdt_read_chosen(fdt, size, &p->info);
	if (!why)
		why = fdt_read_machine(fdt, p->fdt_pa, p->self, p->image, &p->info);
	if (!why)
		why = boot_carve(&p->info, p->self.base, p->carve_size, p->carve_align,
				 &p->carved);
	if (why)
		return why;
	p->held[0] = p->self;
	p->held[1] = p->carved;
	if (!room)
		room = fdt_room(fdt);
	p->out = malloc(room);
	memset(p->out, 0xa5, room);
	why = fdt_repair(fdt, p->out, room, p->held, 2, &p->info);
	if (why) {
		free(p->out);
		p->out = NULL;
	}
	return why;
}

/* Plain and slow on purpose: not the arithmetic of the code that is judged. */
static bool apart(struct boot_range a, struct boot_range b)
{
	__uint128_t a_end = (__uint128_t)a.base + a.size;
	__uint128_t b_end = (__uint128_t)b.base + b.size;

	return a_end <= b.base || b_end <= a.base;
}

static bool inside(struct boot_range in, struct boot_range out)
{
	return in.base >= out.base && (__uint128_t)in.base + in.size <=
	       (__uint128_t)out.base + out.size;
}

static bool sane(struct boot_range r)
{
	return r.size && (__uint128_t)r.base + r.size < ((__uint128_t)1 << 64);
}

static bool in_ram(const struct boot_info *info, struct boot_range r)
{
	for (u32 i = 0; i < info->nr_ram; i++) {
		if (inside(r, info->ram[i]))
			return true;
	}
	return false;
}

static const char *judge_ram(const struct boot_info *info)
{
	if (!info->nr_ram || info->nr_ram > BOOT_MAX_RAM)
		return "number of RAM banks";
	for (u32 i = 0; i < info->nr_ram; i++) {
		struct boot_range r = info->ram[i];

		if (!sane(r) || (r.base & 4095) || (r.size & 4095) ||
		    r.base + r.size > 1ULL << 48)
			return "a RAM bank is not whole pages below 48 bits";
		if (i && info->ram[i - 1].base + info->ram[i - 1].size > r.base)
			return "RAM banks are not sorted or overlap";
	}
	return NULL;
}

static const char *judge_ranges(const struct fdt_path *p)
{
	const struct boot_info *info = &p->info;
	u32 overlaps = 0;

	for (u32 i = 0; i < info->nr_reserved; i++) {
		if (!sane(info->reserved[i]))
			return "a reserved range is empty or wraps";
		/* The carve-out itself is the last one. */
		if (i + 1 < info->nr_reserved && !apart(info->reserved[i], p->carved))
			return "the carve-out overlaps a reserved range";
		overlaps += !apart(info->reserved[i], p->image);
	}
	if (overlaps != 2)
		return "something reserved overlaps the image, besides image and self";
	if (!in_ram(info, p->image) || !in_ram(info, p->carved))
		return "image or carve-out outside of RAM";
	if (p->carved.size != p->carve_size || p->carved.base % p->carve_align)
		return "the carve-out has another size or alignment";
	if (info->initrd.size && (!in_ram(info, info->initrd) ||
				  !apart(info->initrd, p->carved)))
		return "initrd outside of RAM or in the carve-out";
	if (info->dice.size && (!in_ram(info, info->dice) || info->dice.base & 4095 ||
				info->dice.size & 4095 || !apart(info->dice, p->carved)))
		return "handover outside of RAM, not of whole pages or in the carve-out";
	for (u32 i = 0; i < info->nr_deny; i++) {
		for (u32 j = 0; j < info->nr_ram; j++) {
			if (!apart(info->deny[i].range, info->ram[j]))
				return "a denied range overlaps RAM";
		}
	}
	return NULL;
}

static const char *judge_rest(const struct boot_info *info)
{
	if (!info->nr_cpus || info->nr_cpus > BOOT_MAX_CPUS)
		return "number of CPUs";
	for (u32 i = 0; i < info->nr_cpus; i++) {
		if (info->cpu_mpidr[i] & ~0xff00ffffffULL)
			return "MPIDR bits";
		for (u32 j = 0; j < i; j++) {
			if (info->cpu_mpidr[i] == info->cpu_mpidr[j])
				return "two CPUs are one";
		}
	}
	if (info->vtimer.ppi > 15 || info->maint.ppi > 15 ||
	    info->vtimer.ppi == info->maint.ppi)
		return "PPIs";
	if (!sane(info->gicd) || !sane(info->gicr))
		return "GIC ranges";
	if (info->uart.type > BOOT_UART_8250 ||
	    (info->uart.type == BOOT_UART_8250 && info->uart.io_width != 1 &&
	     info->uart.io_width != 4))
		return "console";
	if (info->nr_deny > BOOT_MAX_DENY || info->nr_reserved > BOOT_MAX_RESERVED ||
	    info->nr_smc_ids > BOOT_MAX_SMC_ALLOW || info->opt.nr_unknown > 4 ||
	    info->opt.nr_allow_smc > BOOT_MAX_SMC_ALLOW)
		return "a list is longer than it can be";
	return NULL;
}

/* Exactly one no-map child of /reserved-memory says this range. */
static const char *judge_held(const void *new, struct boot_range r)
{
	int parent = fdt_path_offset(new, "/reserved-memory");
	int node, len, hits = 0;

	if (parent < 0)
		return "no /reserved-memory in the repaired tree";
	if (fdt_address_cells(new, parent) != fdt_address_cells(new, 0) ||
	    fdt_size_cells(new, parent) != fdt_size_cells(new, 0) ||
	    !fdt_getprop(new, parent, "ranges", NULL))
		return "Linux would ignore /reserved-memory";
	fdt_for_each_subnode(node, new, parent) {
		const char *name = fdt_get_name(new, node, NULL);
		const unsigned char *reg = fdt_getprop(new, node, "reg", &len);
		u64 v[2] = { 0, 0 };
		int cells[2] = { fdt_address_cells(new, 0), fdt_size_cells(new, 0) };

		if (strncmp(name, PKVM_DT_RESERVED "@", sizeof(PKVM_DT_RESERVED)))
			continue;
		if (strtoull(name + sizeof(PKVM_DT_RESERVED), NULL, 16) != r.base)
			continue;
		for (int i = 0; i < 2; i++) {
			for (int b = 0; b < cells[i] * 4; b++)
				v[i] = v[i] << 8 | *reg++;
		}
		if (len != (cells[0] + cells[1]) * 4 || v[0] != r.base || v[1] != r.size ||
		    !fdt_getprop(new, node, "no-map", NULL))
			return "a pkvm-el2 node is not what is held";
		hits++;
	}
	return hits == 1 ? NULL : "a held range has no pkvm-el2 node, or two";
}

static bool compatible(const void *fdt, int node, const char *s)
{
	return !fdt_node_check_compatible(fdt, node, s);
}

static const char *judge_new_tree(const struct fdt_path *p)
{
	const void *new = p->out;
	int node = fdt_path_offset(new, "/" PKVM_DT_NODE), len;
	struct boot_info again;
	const fdt32_t *v;

	if (fdt_check_full(new, fdt_totalsize(new)))
		return "the repaired tree is damaged";
	if (node < 0 || !compatible(new, node, PKVM_DT_COMPATIBLE))
		return "no pkvm node";
	v = fdt_getprop(new, node, "interrupts", &len);
	if (len != 24 && len != 32)
		return "the pkvm node's interrupts";
	if (fdt32_ld(v) != 1 || fdt32_ld(v + 1) != p->info.vtimer.ppi ||
	    fdt32_ld(v + 2) != p->info.vtimer.flags || fdt32_ld(v + len / 8) != 1 ||
	    fdt32_ld(v + len / 8 + 1) != p->info.maint.ppi ||
	    fdt32_ld(v + len / 8 + 2) != p->info.maint.flags)
		return "the pkvm node's PPIs";
	v = fdt_getprop(new, node, "abi-version", &len);
	if (!v || len != 4 || fdt32_ld(v) != PKVM_ABI_VERSION)
		return "the pkvm node's version";
	if (fdt_read_chosen(new, fdt_totalsize(new), &again))
		return "the repaired tree is refused";
	v = (void *)fdt_read_machine(new, p->fdt_pa, p->self, p->image, &again);
	if (!v || !strstr((const char *)v, "wrapped twice"))
		return "the repaired tree is not recognised as one";
	return NULL;
}

const char *fdt_path_judge(const struct fdt_path *p, const void *fdt)
{
	const char *bad = judge_ram(&p->info);

	if (!bad)
		bad = judge_ranges(p);
	if (!bad)
		bad = judge_rest(&p->info);
	if (!bad)
		bad = judge_new_tree(p);
	for (int i = 0; i < 2 && !bad; i++)
		bad = judge_held(p->out, p->held[i]);
	if (!bad)
		bad = fdt_path_compare(fdt, p->out, p);
	return bad;
}

/* A node of the new tree that the old one has not. */
static bool is_added(const void *old, const void *new, int node, int depth, bool in_reserved)
{
	const char *name = fdt_get_name(new, node, NULL);

	if (depth == 1 && !strcmp(name, PKVM_DT_NODE))
		return true;
	if (depth == 1 && !strcmp(name, "reserved-memory"))
		return fdt_path_offset(old, "/reserved-memory") < 0;
	return in_reserved && !strncmp(name, PKVM_DT_RESERVED "@", sizeof(PKVM_DT_RESERVED));
}

static bool may_differ(const void *old, int node, const char *prop)
{
	static const char *const debug[] = {
		"arm,coresight-cpu-debug", "arm,coresight-cti-v8-arch", "arm,coresight-etm4x",
	};

	if (compatible(old, node, "arm,armv8-timer"))
		return !strcmp(prop, "interrupts") || !strcmp(prop, "interrupts-extended") ||
		       !strcmp(prop, "interrupt-names");
	for (int i = 0; i < 3; i++) {
		if (compatible(old, node, debug[i]))
			return !strcmp(prop, "status");
	}
	return false;
}

/* The next property at or behind @off of @node that must stay; < 0: none. */
static int next_kept(const void *fdt, const void *old, int old_node, int off)
{
	for (; off >= 0; off = fdt_next_property_offset(fdt, off)) {
		const char *name;

		fdt_getprop_by_offset(fdt, off, &name, NULL);
		if (!may_differ(old, old_node, name))
			break;
	}
	return off;
}

static const char *compare_props(const void *old, int a, const void *new, int b)
{
	int x = fdt_first_property_offset(old, a), y = fdt_first_property_offset(new, b);

	for (;;) {
		const char *xn, *yn;
		const void *xv, *yv;
		int xl, yl;

		x = next_kept(old, old, a, x);
		y = next_kept(new, old, a, y);
		if (x < 0 || y < 0)
			break;
		xv = fdt_getprop_by_offset(old, x, &xn, &xl);
		yv = fdt_getprop_by_offset(new, y, &yn, &yl);
		if (strcmp(xn, yn) || xl != yl || memcmp(xv, yv, xl))
			return "a property changed that should not";
		x = fdt_next_property_offset(old, x);
		y = fdt_next_property_offset(new, y);
	}
	return x < 0 && y < 0 ? NULL : "a property came or went";
}

/* Steps over the nodes below @node. */
static int skip_below(const void *fdt, int node, int *depth)
{
	int base = *depth;

	do
		node = fdt_next_node(fdt, node, depth);
	while (node >= 0 && *depth > base);
	return node;
}

static bool is_dice(const void *old, int node, int depth, const struct fdt_path *p)
{
	return p->info.dice.size && depth == 2 && compatible(old, node, "google,open-dice") &&
	       (!fdt_getprop(old, node, "status", NULL) ||
		!strncmp(fdt_getprop(old, node, "status", NULL), "ok", 2));
}

static bool is_reserved_memory(const void *fdt, int node)
{
	const char *name = fdt_get_name(fdt, node, NULL);

	return !strncmp(name, "reserved-memory", 15) && (!name[15] || name[15] == '@');
}

const char *fdt_path_compare(const void *old, const void *new, const struct fdt_path *p)
{
	int a = fdt_next_node(old, -1, NULL), b = fdt_next_node(new, -1, NULL);
	int a_depth = 0, b_depth = 0;
	bool in_reserved = false, a_in_reserved = false;

	while (a >= 0 && b >= 0 && a_depth >= 0 && b_depth >= 0) {
		const char *bad;

		if (a_depth == 1)
			a_in_reserved = is_reserved_memory(old, a);
		if (b_depth == 1)
			in_reserved = is_reserved_memory(new, b);
		if (is_added(old, new, b, b_depth, in_reserved && b_depth == 2)) {
			b = skip_below(new, b, &b_depth);
			continue;
		}
		if (a_in_reserved && is_dice(old, a, a_depth, p)) {
			a = skip_below(old, a, &a_depth);
			continue;
		}
		if (a_depth != b_depth ||
		    strcmp(fdt_get_name(old, a, NULL), fdt_get_name(new, b, NULL)))
			return "a node came, went or moved";
		bad = compare_props(old, a, new, b);
		if (bad)
			return bad;
		a = fdt_next_node(old, a, &a_depth);
		b = fdt_next_node(new, b, &b_depth);
	}
	/* Additions and the handover may also be last. */
	while (b >= 0 && b_depth >= 0 &&
	       is_added(old, new, b, b_depth, in_reserved && b_depth == 2))
		b = skip_below(new, b, &b_depth);
	while (a >= 0 && a_depth >= 0 && a_in_reserved && is_dice(old, a, a_depth, p))
		a = skip_below(old, a, &a_depth);
	return (a < 0 || a_depth < 0) == (b < 0 || b_depth < 0) ? NULL : "a node came or went";
}
