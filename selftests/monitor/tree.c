// SPDX-License-Identifier: GPL-2.0-only
/* The device tree: what QEMU gives to firmware lacks what its own loader adds. */
#include <libfdt.h>

#include "monitor.h"
#include "monitor_abi.h"

#define FDT		((void *)DTB_BASE)
#define STATE_ORIGINAL	0x00010000U	/* power-down, in either format */
#define STATE_EXTENDED	0x40000000U
#define IDLE_PHANDLE	0x4d4f4e00U

/* Kept: the tree is the kernel's once it runs. */
u64 ram_size;

static void must(int err, const char *what)
{
	if (err < 0)
		fatal("device tree: %s: %s", what, fdt_strerror(err));
}

static int add_node(int parent, const char *name)
{
	int node = fdt_add_subnode(FDT, parent, name);

	must(node, name);
	return node;
}

/* For each CPU node, in order. Return: how many. */
static u32 for_each_cpu(void (*f)(int node))
{
	int node, cpus_node = fdt_path_offset(FDT, "/cpus");
	u32 n = 0;

	must(cpus_node, "/cpus");
	fdt_for_each_subnode(node, FDT, cpus_node) {
		const char *type = fdt_getprop(FDT, node, "device_type", NULL);

		if (!type || type[0] != 'c')
			continue;
		n++;
		if (f)
			f(node);
	}
	return n;
}

/* Two cells each on this machine. */
static u64 read_ram_size(void)
{
	int node = fdt_path_offset(FDT, "/memory@40000000");
	const fdt64_t *reg;
	int len;

	must(node, "/memory@40000000");
	reg = fdt_getprop(FDT, node, "reg", &len);
	if (!reg || len < 16)
		fatal("device tree: memory without reg");
	return fdt64_ld(&reg[1]);
}

void tree_read(void)
{
	/* QEMU leaves a MiB of room in it. */
	must(fdt_pack((void *)QEMU_DTB_BASE), "QEMU's tree");
	must(fdt_open_into((void *)QEMU_DTB_BASE, FDT, DTB_MAX), "QEMU's tree");
	nr_cpus = for_each_cpu(NULL);
	if (!nr_cpus || nr_cpus > MAX_CPUS)
		fatal("%u CPUs; 1 to %u can be held", nr_cpus, MAX_CPUS);
	ram_size = read_ram_size();
}

static void add_psci(void)
{
	static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";
	int node = add_node(0, "psci");

	must(fdt_setprop_string(FDT, node, "method", "smc"), "psci method");
	must(fdt_setprop(FDT, node, "compatible", compatible, sizeof(compatible)), "psci");
}

static void cpu_set_method(int node)
{
	must(fdt_setprop_string(FDT, node, "enable-method", "psci"), "enable-method");
}

static void cpu_set_idle(int node)
{
	must(fdt_setprop_u32(FDT, node, "cpu-idle-states", IDLE_PHANDLE), "cpu-idle-states");
}

static void add_idle_state(void)
{
	int node = add_node(fdt_path_offset(FDT, "/cpus"), "idle-states");

	must(fdt_setprop_string(FDT, node, "entry-method", "psci"), "idle-states");
	node = add_node(node, "cpu-sleep");
	must(fdt_setprop_string(FDT, node, "compatible", "arm,idle-state"), "idle state");
	must(fdt_setprop_u32(FDT, node, "arm,psci-suspend-param",
			     options.ext ? STATE_EXTENDED : STATE_ORIGINAL), "idle state");
	must(fdt_setprop_u32(FDT, node, "entry-latency-us", 10), "idle state");
	must(fdt_setprop_u32(FDT, node, "exit-latency-us", 20), "idle state");
	must(fdt_setprop_u32(FDT, node, "min-residency-us", 100), "idle state");
	must(fdt_setprop_u32(FDT, node, "phandle", IDLE_PHANDLE), "idle state");
	for_each_cpu(cpu_set_idle);
}

static void reserve_ring(void)
{
	fdt64_t reg[2] = { cpu_to_fdt64(MONITOR_RING_BASE), cpu_to_fdt64(MONITOR_RING_SIZE) };
	int node = fdt_path_offset(FDT, "/reserved-memory");

	if (node < 0) {
		node = add_node(0, "reserved-memory");
		must(fdt_setprop_u32(FDT, node, "#address-cells", 2), "reserved-memory");
		must(fdt_setprop_u32(FDT, node, "#size-cells", 2), "reserved-memory");
		must(fdt_setprop(FDT, node, "ranges", NULL, 0), "reserved-memory");
	}
	node = add_node(node, "monitor@40000000");
	must(fdt_setprop(FDT, node, "reg", reg, sizeof(reg)), "reserved-memory");
	must(fdt_setprop(FDT, node, "no-map", NULL, 0), "reserved-memory");
}

void tree_patch(u64 initrd, u64 initrd_size, const char *cmdline)
{
	int chosen;

	add_psci();
	for_each_cpu(cpu_set_method);
	if (options.idle)
		add_idle_state();
	reserve_ring();
	chosen = fdt_path_offset(FDT, "/chosen");
	must(chosen, "/chosen");
	must(fdt_setprop_string(FDT, chosen, "bootargs", cmdline), "bootargs");
	if (initrd_size) {
		must(fdt_setprop_u64(FDT, chosen, "linux,initrd-start", initrd), "initrd");
		must(fdt_setprop_u64(FDT, chosen, "linux,initrd-end", initrd + initrd_size),
		     "initrd");
	}
	must(fdt_pack(FDT), "packing");
}
