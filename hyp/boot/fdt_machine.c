// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine: one pass over all nodes, then the checks that need all of them.
 */
#include <pkvm/host_call.h>

#include "boot/fdt.h"
#include "boot/fdt_scan.h"

static const char *check_root_cells(const void *fdt)
{
	int ac = fdt_cells(fdt, 0, "#address-cells");
	int sc = fdt_cells(fdt, 0, "#size-cells");

	if ((ac != 1 && ac != 2) || (sc != 1 && sc != 2))
		return "device tree: #address-cells or #size-cells of the root is neither 1 nor 2";
	return NULL;
}

/*
 * A crash kernel must not write outside of its small window, or the dump is
 * spoilt. With a UEFI memory map Linux takes RAM from there, not from the tree.
 */
static const char *check_chosen(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");

	if (chosen < 0)
		return NULL;
	if (fdt_getprop(fdt, chosen, "linux,usable-memory-range", NULL) ||
	    fdt_getprop(fdt, chosen, "linux,elfcorehdr", NULL))
		return "this is a crash kernel (kdump); EL2 would overwrite what it is to save";
	if (fdt_getprop(fdt, chosen, "linux,uefi-system-table", NULL) ||
	    fdt_getprop(fdt, chosen, "linux,uefi-mmap-start", NULL))
		return "booted by UEFI: its memory map is not read yet; boot with a device tree alone";
	return NULL;
}

/* Our own marks: the tree went through an EL2 of ours before. */
static const char *scan_ours(struct fdt_scan *s)
{
	static fdt_compat_list ours = { PKVM_DT_COMPATIBLE };
	const char *name = fdt_get_name(s->w.fdt, s->w.node, NULL);

	if (fdt_is_root_child(&s->w, PKVM_DT_NODE) ||
	    (name && !strncmp(name, PKVM_DT_RESERVED "@", sizeof(PKVM_DT_RESERVED))) ||
	    FDT_COMPATIBLE(s->w.fdt, s->w.node, ours))
		return "device tree: has a pkvm node already (wrapped twice?)";
	return NULL;
}

static const char *scan_node(struct fdt_scan *s)
{
	const char *why = scan_ours(s);

	if (!why)
		why = fdt_scan_memory(s);
	if (!why)
		why = fdt_scan_reserved(s);
	if (!why)
		why = fdt_scan_cpu(s);
	if (!why)
		why = fdt_scan_psci(s);
	if (!why)
		why = fdt_scan_gic(s);
	if (!why)
		why = fdt_scan_timer(s);
	if (!why)
		why = fdt_scan_deny(s);
	if (!why)
		why = fdt_scan_smc_id(s);
	return why;
}

static const char *scan_tree(struct fdt_scan *s)
{
	const char *why = NULL;

	fdt_walk_start(&s->w, s->w.fdt);
	while (!why && fdt_walk_next(&s->w))
		why = scan_node(s);
	if (!why)
		why = fdt_scan_memreserve(s);
	if (!why)
		why = fdt_scan_initrd(s);
	return why;
}

/* A console in RAM would turn every message into memory corruption. */
static const char *check_uart(const struct boot_info *info)
{
	struct boot_range r = { info->uart.base, BOOT_PAGE_SIZE };

	if (info->uart.type == BOOT_UART_NONE)
		return NULL;
	if (!range_valid(r) || boot_ram_overlaps(info, r))
		return "device tree: the console's registers overlap RAM";
	return NULL;
}

static const char *finish(struct fdt_scan *s)
{
	const char *why = fdt_finish_memory(s);

	if (!why)
		why = fdt_finish_cpu(s);
	if (!why)
		why = fdt_finish_irq(s);
	if (!why)
		why = fdt_finish_deny(s);
	if (!why)
		why = check_uart(s->info);
	return why;
}

static const char *reserve_ours(struct fdt_scan *s, struct boot_range self)
{
	const char *why;

	if (!range_valid(s->image) || !range_valid(self) || !range_valid(s->tree) ||
	    !range_contains(s->image, self))
		return "the loaded image's addresses make no sense";
	if (range_overlaps(s->tree, s->image))
		return "device tree: it overlaps the loaded image";
	why = boot_reserve(s->info, self);
	if (!why)
		why = boot_reserve(s->info, s->image);
	if (!why)
		why = boot_reserve(s->info, s->tree);
	return why;
}

static void info_clear(struct boot_info *info)
{
	info->nr_ram = 0;
	info->nr_reserved = 0;
	info->nr_deny = 0;
	info->nr_cpus = 0;
	info->nr_smc_ids = 0;
	info->initrd = (struct boot_range){ 0, 0 };
	info->dice = (struct boot_range){ 0, 0 };
}

const char *fdt_read_machine(const void *fdt, u64 fdt_pa, struct boot_range self,
			     struct boot_range image, struct boot_info *info)
{
	struct fdt_scan s = {
		.w.fdt = fdt, .info = info, .image = image,
		.tree = { fdt_pa, fdt_totalsize(fdt) },
		.timer.node = -1, .gic.node = -1, .psci = -1, .reserved = -1,
	};
	const char *why;

	info_clear(info);
	why = check_root_cells(fdt);
	if (!why)
		why = check_chosen(fdt);
	if (!why)
		why = reserve_ours(&s, self);
	if (!why)
		why = scan_tree(&s);
	if (!why)
		why = finish(&s);
	return why;
}
