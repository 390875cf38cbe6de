// SPDX-License-Identifier: GPL-2.0-only
/* The machine, from the device tree that EL2 handed over. */
#include <libfdt.h>
#include <pkvm/host_call.h>

#include "bare.h"

struct machine machine;
static const void *fdt;

/* Entry @n of reg; all nodes that are read here have two cells each. */
static bool reg(int node, u32 n, struct range *out)
{
	int len, parent = fdt_parent_offset(fdt, node);
	const fdt32_t *p = fdt_getprop(fdt, node, "reg", &len);
	int ac = fdt_address_cells(fdt, parent), sc = fdt_size_cells(fdt, parent);
	u64 v[2] = { 0 };
	int i;

	if (!p || ac < 0 || sc < 0 || len < (int)(n + 1) * (ac + sc) * 4)
		return false;
	p += n * (ac + sc);
	for (i = 0; i < ac + sc; i++, p++)
		v[i >= ac] = v[i >= ac] << 32 | fdt32_to_cpu(*p);
	*out = (struct range){ v[0], v[1] };
	return true;
}

static bool named(int node, const char *prefix)
{
	const char *name = fdt_get_name(fdt, node, NULL);

	return name && !strncmp(name, prefix, strlen(prefix));
}

static void read_memory(void)
{
	struct range r;
	int node;
	u32 n;

	fdt_for_each_subnode(node, fdt, 0) {
		if (!named(node, "memory@"))
			continue;
		for (n = 0; machine.nr_ram < ARRAY_SIZE(machine.ram) && reg(node, n, &r); n++)
			machine.ram[machine.nr_ram++] = r;
	}
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/reserved-memory")) {
		for (n = 0; machine.nr_reserved < ARRAY_SIZE(machine.reserved) && reg(node, n, &r); n++)
			machine.reserved[machine.nr_reserved++] = r;
	}
}

static void read_cpus(void)
{
	struct range r;
	int node;

	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus")) {
		if (!named(node, "cpu@") || nr_cpus == MAX_CPUS || !reg(node, 0, &r))
			continue;
		cpus[nr_cpus].index = nr_cpus;
		cpus[nr_cpus++].mpidr = r.base;
	}
}

static u32 node_ppi(int node, u32 n)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, "interrupts", &len);

	return p && len >= (int)(n + 1) * 12 ? fdt32_to_cpu(p[3 * n + 1]) + 16 : 0;
}

static void read_devices(void)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "arm,pl011");
	struct range r;

	if (node >= 0 && reg(node, 0, &r))
		machine.uart = r.base;
	node = fdt_node_offset_by_compatible(fdt, -1, "arm,gic-v3");
	if (node >= 0 && reg(node, 0, &r))
		machine.gicd = r.base;
	if (node >= 0 && reg(node, 1, &r))
		machine.gicr = r.base;
	node = fdt_node_offset_by_compatible(fdt, -1, PKVM_DT_COMPATIBLE);
	if (node >= 0) {
		machine.vtimer = node_ppi(node, 0);
		machine.maintenance = node_ppi(node, 1);
	}
}

void tree_read(u64 dtb)
{
	const char *args;
	int len;

	fdt = (const void *)dtb;
	if (fdt_check_header(fdt))
		return;
	read_devices();
	read_memory();
	read_cpus();
	args = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "bootargs", &len);
	if (args && len > 0 && (u32)len <= sizeof(machine.bootargs))
		memcpy(machine.bootargs, args, len);
}

bool is_reserved(u64 pa)
{
	u32 i;

	for (i = 0; i < machine.nr_reserved; i++)
		if (pa - machine.reserved[i].base < machine.reserved[i].size)
			return true;
	return false;
}

bool option(const char *name, char *out, u32 size)
{
	const char *p = machine.bootargs;
	u32 n = strlen(name), i;

	for (; *p; p += *p != 0) {
		if (!strncmp(p, name, n) && p[n] == '=' && (p == machine.bootargs || p[-1] == ' ')) {
			for (i = 0, p += n + 1; *p && *p != ' ' && i < size - 1; i++)
				out[i] = *p++;
			out[i] = 0;
			return true;
		}
	}
	return false;
}
