// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device tree, judged by EL2's own code, one subject after the other so that
 * all that is wrong is said and not only the first thing.
 */
#include <stdlib.h>
#include <string.h>

#include <pkvm/host_call.h>
#include "boot/fdt.h"
#include "boot/fdt_scan.h"

#include "check.h"

/* An image that no kernel exceeds; EL2 and kernel must find that much in one piece. */
#define IMAGE_SIZE	(128ULL << 20)
#define IMAGE_ALIGN	(2ULL << 20)

typedef const char *(*scan_fn)(struct fdt_scan *s);

static const char *each_node(struct fdt_scan *s, scan_fn scan)
{
	const char *why = NULL;

	fdt_walk_start(&s->w, s->w.fdt);
	while (!why && fdt_walk_next(&s->w))
		why = scan(s);
	return why;
}

static u32 count_compatible(const void *fdt, fdt_compat_list list, size_t nr)
{
	struct fdt_walk w;
	u32 found = 0;

	fdt_walk_start(&w, fdt);
	while (fdt_walk_next(&w))
		found += fdt_compatible_any(fdt, w.node, list, nr) && fdt_available(fdt, w.node);
	return found;
}

#define COUNT(fdt, list) count_compatible(fdt, list, sizeof(list) / sizeof((list)[0]))

static void name_machine(struct check_report *r, const void *fdt)
{
	const char *model;
	int len;

	model = fdt_getprop(fdt, 0, "model", &len);
	if (!model || len < 2)
		model = fdt_getprop(fdt, 0, "compatible", &len);
	if (model && len > 0 && !r->subject[0])
		check_clean(r->subject, sizeof(r->subject), model, len);
}

/* The message of EL2, less what every line here would start with. */
static const char *short_reason(const char *why)
{
	static const char start[] = "device tree: ";

	return strncmp(why, start, sizeof(start) - 1) ? why : why + sizeof(start) - 1;
}

static void judge_firmware(struct check_report *r, struct fdt_scan *s, struct check_tree *out)
{
	const char *why = each_node(s, fdt_scan_cpu);

	if (!why)
		why = each_node(s, fdt_scan_psci);
	if (!why)
		why = fdt_finish_cpu(s);
	out->psci_hvc = s->psci >= 0 && fdt_prop_is(s->w.fdt, s->psci, "method", "hvc");
	if (why)
		check_add(r, "firmware", CHECK_NO, "%s", short_reason(why));
	else
		check_add(r, "firmware", CHECK_OK, "PSCI by smc, %u CPU%s", s->info->nr_cpus,
			  s->info->nr_cpus == 1 ? "" : "s");
}

/* Boards' own trees leave RAM to the boot loader; then there is nothing to say. */
static void judge_memory(struct check_report *r, struct fdt_scan *s)
{
	int ac = fdt_cells(s->w.fdt, 0, "#address-cells");
	int sc = fdt_cells(s->w.fdt, 0, "#size-cells");
	const char *why = NULL;
	u64 total = 0;
	u32 i;

	if ((ac != 1 && ac != 2) || (sc != 1 && sc != 2))
		why = "#address-cells or #size-cells of the root is neither 1 nor 2";
	if (!why)
		why = each_node(s, fdt_scan_memory);
	if (!why && !s->info->nr_ram) {
		check_add(r, "memory", CHECK_UNKNOWN, "not in this tree: the boot loader adds it");
		return;
	}
	if (!why)
		why = each_node(s, fdt_scan_reserved);
	if (!why)
		why = boot_ram_finish(s->info);
	if (why) {
		check_add(r, "memory", CHECK_NO, "%s", short_reason(why));
		return;
	}
	for (i = 0; i < s->info->nr_ram; i++)
		total += s->info->ram[i].size;
	check_add(r, "memory", CHECK_OK, "%llu MiB in %u bank%s",
		  (unsigned long long)(total >> 20), s->info->nr_ram,
		  s->info->nr_ram == 1 ? "" : "s");
}

static void judge_gic(struct check_report *r, struct fdt_scan *s)
{
	static fdt_compat_list its = { "arm,gic-v3-its" };
	const char *why = each_node(s, fdt_scan_gic);

	if (!why && s->gic.node < 0 && s->gic_v2) {
		check_add(r, "gic", CHECK_NO, "GICv2: GICv3 or v4 is needed, and there is no plan "
			  "for GICv2 machines (Raspberry Pi 4 and 5 are such)");
		return;
	}
	if (!why && s->gic.node < 0) {
		check_add(r, "gic", CHECK_NO, "%s; pkvm needs GICv3 or v4",
			  s->gic_v5 ? "GICv5" : "no arm,gic-v3 interrupt controller");
		return;
	}
	if (!why)
		why = each_node(s, fdt_scan_timer);
	if (!why)
		why = fdt_finish_irq(s);
	if (why)
		check_add(r, "gic", CHECK_NO, "%s", short_reason(why));
	else
		check_add(r, "gic", CHECK_OK, "GICv3 or v4 %s ITS; PPIs: maintenance %u, timer %u", COUNT(s->w.fdt, its) ? "with" : "without",
			  s->info->maint.ppi, s->info->vtimer.ppi);
}

static void judge_smmu(struct check_report *r, const void *fdt)
{
	static fdt_compat_list v3 = { "arm,smmu-v3" };
	static fdt_compat_list v2 = {
		"arm,smmu-v1", "arm,smmu-v2", "arm,mmu-400", "arm,mmu-401", "arm,mmu-500",
		"qcom,smmu-v2", "qcom,smmu-500", "cavium,smmu-v2", "nvidia,smmu-500",
	};
	u32 nr_v3 = COUNT(fdt, v3), nr_v2 = COUNT(fdt, v2);

	check_smmu(r, nr_v3, nr_v2);
}

static const struct check_cpu *cpu_of_node(const void *fdt, int node)
{
	int i, nr = fdt_stringlist_count(fdt, node, "compatible");
	const struct check_cpu *cpu = NULL;

	for (i = 0; i < nr && !cpu; i++)
		cpu = check_cpu_by_compatible(fdt_stringlist_get(fdt, node, "compatible", i, NULL));
	return cpu;
}

static void judge_cpus(struct check_report *r, const void *fdt)
{
	const struct check_cpu *list[CHECK_MAX_CPUS];
	int cpus = fdt_path_offset(fdt, "/cpus"), node;
	u32 nr = 0;

	if (cpus < 0)
		return;
	fdt_for_each_subnode(node, fdt, cpus) {
		if (fdt_prop_is(fdt, node, "device_type", "cpu") && nr < CHECK_MAX_CPUS)
			list[nr++] = cpu_of_node(fdt, node);
	}
	if (nr)
		check_cpus(r, list, nr);
}

/* EL2's own check of /chosen; here for trees that do not have RAM. */
static bool booted_by_uefi(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");

	return chosen >= 0 && fdt_getprop(fdt, chosen, "linux,uefi-system-table", NULL);
}

/*
 * All of what EL2 does with a tree, on a made-up place for the image: catches
 * what the subjects above do not. Only a tree with RAM can be read so.
 */
static const char *read_as_el2(const void *fdt, const struct boot_info *seen)
{
	static struct boot_info info;
	struct boot_range image, tree, self;
	const char *why;
	void *copy;

	info = *seen;
	why = boot_carve(&info, info.ram[0].base, IMAGE_SIZE, IMAGE_ALIGN, &image);
	if (!why)
		why = boot_carve(&info, info.ram[0].base, fdt_totalsize(fdt), IMAGE_ALIGN, &tree);
	if (why)
		return why;
	self = (struct boot_range){ image.base, IMAGE_ALIGN };
	info.opt = seen->opt;
	why = fdt_read_machine(fdt, tree.base, self, image, &info);
	if (why)
		return why;
	copy = malloc(fdt_room(fdt));
	if (!copy)
		return NULL;
	why = fdt_repair(fdt, copy, fdt_room(fdt), &self, 1, &info);
	free(copy);
	return why;
}

static void judge_whole(struct check_report *r, struct fdt_scan *s)
{
	const char *why;

	if (check_overall(r) == CHECK_NO)
		return;
	if (booted_by_uefi(s->w.fdt)) {
		check_add(r, "boot", CHECK_NO, "booted by UEFI, whose memory map EL2 does not read "
			  "yet; boot without it (U-Boot: booti)");
		return;
	}
	if (!s->info->nr_ram)
		return;
	why = read_as_el2(s->w.fdt, s->info);
	if (why)
		check_add(r, "boot", CHECK_NO, "%s", short_reason(why));
	else
		check_add(r, "boot", CHECK_OK, "EL2's reading of this tree finds nothing missing");
}

/**
 * check_tree - judge a flat device tree
 * @r: report
 * @fdt: the tree, not trusted; at a multiple of 8
 * @size: bytes that may be read
 * @cpus: types of the CPUs, where the caller knows them better than the tree
 * @nr_cpus: how many; 0: judge them by their nodes
 * @out: what the caller may want to know besides
 *
 * Return: 0, or -1 if it cannot be read at all (which is in the report then).
 */
int check_tree(struct check_report *r, const void *fdt, size_t size,
	       const struct check_cpu **cpus, u32 nr_cpus, struct check_tree *out)
{
	static fdt_compat_list others = { "xen,xen", "gunyah-hypervisor" };
	static fdt_compat_list ours = { PKVM_DT_COMPATIBLE };
	static struct boot_info info;
	struct fdt_scan s = {
		.w.fdt = fdt, .info = &info,
		.timer.node = -1, .gic.node = -1, .psci = -1, .reserved = -1,
	};
	const char *why;

	*out = (struct check_tree){ .fdt = fdt };
	memset(&info, 0, sizeof(info));
	why = fdt_read_chosen(fdt, size, &info);
	if (why) {
		check_add(r, "description", CHECK_NO, "%s", why);
		return -1;
	}
	name_machine(r, fdt);
	check_add(r, "description", CHECK_OK, "device tree, %u bytes", fdt_totalsize(fdt));
	out->hypervisor = COUNT(fdt, others);
	out->ours = COUNT(fdt, ours);
	if (nr_cpus)
		check_cpus(r, cpus, nr_cpus);
	else
		judge_cpus(r, fdt);
	/* This tree is the host's: what it lacks, EL2 has taken. */
	if (out->ours)
		return 0;
	judge_firmware(r, &s, out);
	judge_memory(r, &s);
	judge_gic(r, &s);
	judge_smmu(r, fdt);
	judge_whole(r, &s);
	return 0;
}
