// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checks of the tree as a whole, and /chosen: the command line and where the
 * console is. The later files rely on what is checked here.
 */
#include "boot/fdt.h"
#include "boot/fdt_node.h"
#include "boot/options.h"

/* Room for the nodes that fdt_repair() adds, with much to spare. */
#define FDT_GROWTH	(64 * 1024)
/* booting.rst: the tree must not exceed 2 MiB. */
#define FDT_MAX_SIZE	(2 * 1024 * 1024)
/* A PL011 up to its last register that a console needs. */
#define PL011_SIZE	0x48

size_t fdt_room(const void *fdt)
{
	return (size_t)fdt_totalsize(fdt) + FDT_GROWTH;
}

/*
 * libfdt reads tags and the header as aligned words, and so would fault on a
 * structure block that starts elsewhere: with the MMU off, memory is Device.
 */
static const char *check_header(const void *fdt, size_t max)
{
	if (max < FDT_V17_SIZE)
		return "device tree: truncated";
	if ((uintptr_t)fdt & 7)
		return "device tree: not at an address that is a multiple of 8 (x0)";
	if (fdt_magic(fdt) != FDT_MAGIC)
		return "device tree: bad magic; x0 does not point to a device tree";
	if (fdt_version(fdt) < 17 || fdt_last_comp_version(fdt) > 17)
		return "device tree: version is not 17";
	if (fdt_totalsize(fdt) > FDT_MAX_SIZE)
		return "device tree: larger than 2 MiB";
	if (fdt_totalsize(fdt) > max)
		return "device tree: longer than the memory that holds it";
	if ((fdt_off_dt_struct(fdt) & 3) || (fdt_off_mem_rsvmap(fdt) & 7))
		return "device tree: blocks are not aligned";
	return NULL;
}

static const char *check_tree(const void *fdt, size_t max)
{
	const char *why = check_header(fdt, max);

	if (why)
		return why;
	if (fdt_check_full(fdt, max))
		return "device tree: damaged (truncated, or its structure is broken)";
	if (fdt_next_node(fdt, -1, NULL) != 0)
		return "device tree: no root node";
	return NULL;
}

/*
 * The path in stdout-path, which may be an alias and ends at a ':'. libfdt would
 * resolve an alias by recursion, for ever if it names itself: so it is done here,
 * one step, and only to an absolute path.
 */
static int stdout_node(const void *fdt, int chosen)
{
	const char *path, *end;
	int len;

	path = fdt_getprop(fdt, chosen, "stdout-path", &len);
	if (!path || len < 2 || path[len - 1])
		return -1;
	end = strchr(path, ':');
	len = end ? end - path : (int)strlen(path);
	if (!len)
		return -1;
	if (path[0] != '/') {
		int aliases = fdt_path_offset(fdt, "/aliases");

		path = aliases < 0 ? NULL :
		       fdt_getprop_namelen(fdt, aliases, path, len, &len);
		if (!path || len < 2 || path[0] != '/' || path[len - 1])
			return -1;
		len = strlen(path);
	}
	return fdt_path_offset_namelen(fdt, path, len);
}

static fdt_compat_list pl011_list = { "arm,pl011", "arm,sbsa-uart" };

static fdt_compat_list ns8250_list = {
	"ns8250", "ns16450", "ns16550a", "ns16550", "ns16750", "ns16850",
	"snps,dw-apb-uart",
};

/* The 8250 binding: strides and widths; false: a UART that we cannot drive. */
static bool read_8250(const void *fdt, int node, struct boot_range reg,
		      struct boot_uart *uart)
{
	u32 offset = 0;

	uart->reg_shift = 0;
	uart->io_width = 1;
	fdt_read_u32(fdt, node, "reg-shift", &uart->reg_shift);
	fdt_read_u32(fdt, node, "reg-io-width", &uart->io_width);
	fdt_read_u32(fdt, node, "reg-offset", &offset);
	/* The highest register used is LSR, number 5. */
	if (uart->reg_shift > 4 || (uart->io_width != 1 && uart->io_width != 4))
		return false;
	if ((u64)offset + (5ULL << uart->reg_shift) + uart->io_width > reg.size)
		return false;
	uart->base = reg.base + offset;
	/* A 32-bit access to a register must be aligned. */
	if (uart->io_width == 4 && (uart->reg_shift < 2 || (uart->base & 3)))
		return false;
	uart->type = BOOT_UART_8250;
	return true;
}

/* No console is not an error: a machine may have none that we can drive. */
static void read_uart(const void *fdt, int chosen, struct boot_uart *uart)
{
	struct boot_uart found = { .type = BOOT_UART_NONE };
	int node = stdout_node(fdt, chosen);
	struct boot_range reg;
	struct fdt_walk w;

	if (node < 0 || !fdt_available(fdt, node))
		return;
	fdt_walk_start(&w, fdt);
	while (w.node != node) {
		if (!fdt_walk_next(&w))
			return;
	}
	if (fdt_walk_reg(&w, 0, &reg) != FDT_XLATE_OK)
		return;
	if (FDT_COMPATIBLE(fdt, node, pl011_list)) {
		if ((reg.base & 3) || reg.size < PL011_SIZE)
			return;
		found.base = reg.base;
		found.type = BOOT_UART_PL011;
	} else if (!FDT_COMPATIBLE(fdt, node, ns8250_list) || !read_8250(fdt, node, reg, &found)) {
		return;
	}
	*uart = found;
}

const char *fdt_read_chosen(const void *fdt, size_t max, struct boot_info *info)
{
	const char *args, *why;
	int chosen, len;

	options_init(&info->opt);
	info->uart = (struct boot_uart){ .type = BOOT_UART_NONE };
	why = check_tree(fdt, max);
	if (why)
		return why;
	chosen = fdt_path_offset(fdt, "/chosen");
	args = chosen < 0 ? NULL : fdt_getprop(fdt, chosen, "bootargs", &len);
	if (args)
		options_parse(args, len, &info->opt);
	if (chosen >= 0)
		read_uart(fdt, chosen, &info->uart);
	/* Last, so that there is a console to say it on. */
	if (!fdt_depth_ok(fdt))
		return "device tree: nodes nested more than 64 deep";
	return NULL;
}
