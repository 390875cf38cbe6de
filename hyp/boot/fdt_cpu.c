// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs and the firmware's calls. A CPU that Linux would start but that is not
 * known here could not be started at all, since EL2 relays CPU_ON.
 */
#include "boot/fdt_scan.h"

/* Affinity fields of MPIDR_EL1: Aff3 in 39:32, Aff2 to Aff0 in 23:0. */
#define MPIDR_AFFINITY	0xff00ffffffULL

/* "fail" or "fail-...": Linux leaves such a CPU out, but not a "disabled" one. */
static bool cpu_failed(const void *fdt, int node)
{
	int len;
	const char *p = fdt_getprop(fdt, node, "status", &len);

	return p && len >= 5 && !memcmp(p, "fail", 4) && (p[4] == 0 || p[4] == '-');
}

static bool is_cpu(const struct fdt_walk *w)
{
	const char *name = fdt_get_name(w->fdt, w->path[1], NULL);
	const char *own = fdt_get_name(w->fdt, w->node, NULL);

	if (!name || strcmp(name, "cpus") || !own)
		return false;
	return fdt_prop_is(w->fdt, w->node, "device_type", "cpu") ||
	       !strcmp(own, "cpu") || !strncmp(own, "cpu@", 4);
}

static const char *add_cpu(struct boot_info *info, u64 mpidr)
{
	if (mpidr & ~MPIDR_AFFINITY)
		return "device tree: the reg of a CPU is not an MPIDR affinity";
	for (u32 i = 0; i < info->nr_cpus; i++) {
		if (info->cpu_mpidr[i] == mpidr)
			return "device tree: two CPUs have the same reg";
	}
	if (info->nr_cpus == BOOT_MAX_CPUS)
		return "device tree: more than 512 CPUs";
	info->cpu_mpidr[info->nr_cpus++] = mpidr;
	return NULL;
}

const char *fdt_scan_cpu(struct fdt_scan *s)
{
	const struct fdt_walk *w = &s->w;
	const void *reg;
	int ac, len;

	if (w->depth != 2 || !is_cpu(w) || cpu_failed(w->fdt, w->node))
		return NULL;
	ac = fdt_cells(w->fdt, w->path[1], "#address-cells");
	if (ac != 1 && ac != 2)
		return "device tree: /cpus: #address-cells is neither 1 nor 2";
	reg = fdt_getprop(w->fdt, w->node, "reg", &len);
	if (!reg || len != ac * 4)
		return "device tree: a CPU has no reg, or one of a wrong length";
	if (!fdt_getprop(w->fdt, w->node, "enable-method", NULL))
		s->cpus_without_method++;
	else if (!fdt_prop_is(w->fdt, w->node, "enable-method", "psci"))
		return "device tree: a CPU's enable-method is not psci (spin-table cannot be held by EL2)";
	return add_cpu(s->info, fdt_read_cells(reg, ac));
}

const char *fdt_scan_psci(struct fdt_scan *s)
{
	static fdt_compat_list psci = { "arm,psci-1.0", "arm,psci-0.2" };
	static fdt_compat_list psci_01 = { "arm,psci" };
	const struct fdt_walk *w = &s->w;

	if (!FDT_COMPATIBLE(w->fdt, w->node, psci)) {
		s->psci_01 |= FDT_COMPATIBLE(w->fdt, w->node, psci_01);
		return NULL;
	}
	if (!fdt_available(w->fdt, w->node))
		return NULL;
	if (s->psci >= 0)
		return "device tree: two PSCI nodes";
	s->psci = w->node;
	return NULL;
}

/* More ids than fit are left out: calls that are not listed stay denied. */
const char *fdt_scan_smc_id(struct fdt_scan *s)
{
	struct boot_info *info = s->info;
	u32 id;

	if (!fdt_read_u32(s->w.fdt, s->w.node, "arm,smc-id", &id))
		return NULL;
	for (u32 i = 0; i < info->nr_smc_ids; i++) {
		if (info->smc_ids[i] == id)
			return NULL;
	}
	if (info->nr_smc_ids < BOOT_MAX_SMC_ALLOW)
		info->smc_ids[info->nr_smc_ids++] = id;
	return NULL;
}

const char *fdt_finish_cpu(struct fdt_scan *s)
{
	const void *fdt = s->w.fdt;

	if (!s->info->nr_cpus)
		return "device tree: no CPU in /cpus";
	/* Boot loaders give a machine of one CPU no enable-method. */
	if (s->cpus_without_method && s->info->nr_cpus > 1)
		return "device tree: a CPU has no enable-method (psci is needed)";
	if (s->psci < 0 && s->psci_01)
		return "device tree: PSCI 0.1 only; 0.2 or later is needed (newer firmware)";
	if (s->psci < 0)
		return "device tree: no PSCI node; firmware with PSCI 0.2 or later is needed";
	if (fdt_prop_is(fdt, s->psci, "method", "hvc"))
		return "device tree: PSCI by hvc: EL2 is somebody else's; firmware at EL3 (smc) is needed";
	if (!fdt_prop_is(fdt, s->psci, "method", "smc"))
		return "device tree: the PSCI node's method is not smc";
	return NULL;
}
