// SPDX-License-Identifier: GPL-2.0-only
/*
 * Physical addresses that the host must never reach.
 *
 * Secure: nodes that the devicetree specification's secure binding gives to the
 * secure world alone (status = "disabled", secure-status = "okay").
 *
 * Debug: the memory-mapped debug and trace registers of a CPU. With invasive
 * debug enabled, as on most boards, EDSCR and EDITR of one CPU let another CPU
 * halt it at EL2 and feed it instructions; the CPU's cross-trigger interface
 * halts it; its ETM can trace EL2 and guests.
 */
#include "boot/fdt_scan.h"

static bool is_secure_only(const void *fdt, int node)
{
	return fdt_prop_is(fdt, node, "secure-status", "okay") &&
	       fdt_prop_is(fdt, node, "status", "disabled");
}

/* System-wide CTIs ("arm,coresight-cti" alone) are not wired to a CPU's debug request. */
bool fdt_is_debug(const void *fdt, int node)
{
	static fdt_compat_list debug = {
		"arm,coresight-cpu-debug", "arm,coresight-cti-v8-arch",
		"arm,coresight-etm4x",
	};

	return FDT_COMPATIBLE(fdt, node, debug);
}

static const char *add_deny(struct boot_info *info, struct boot_range r, u32 kind)
{
	if (info->nr_deny == BOOT_MAX_DENY)
		return "device tree: more than 64 secure or debug ranges";
	info->deny[info->nr_deny++] = (struct boot_deny){ .range = r, .kind = kind };
	return NULL;
}

const char *fdt_scan_deny(struct fdt_scan *s)
{
	const struct fdt_walk *w = &s->w;
	bool secure = is_secure_only(w->fdt, w->node);
	enum fdt_xlate x = FDT_XLATE_OK;
	const char *why = NULL;
	struct boot_range r;

	if (!secure && !fdt_is_debug(w->fdt, w->node))
		return NULL;
	for (u32 i = 0; !why && x != FDT_XLATE_END; i++) {
		x = fdt_walk_reg(w, i, &r);
		if (x == FDT_XLATE_BAD)
			why = "device tree: cannot make out the addresses of a secure or debug node";
		else if (x == FDT_XLATE_OK)
			why = add_deny(s->info, r, secure ? BOOT_DENY_SECURE : BOOT_DENY_DEBUG);
	}
	return why;
}

const char *fdt_finish_deny(struct fdt_scan *s)
{
	const struct boot_info *info = s->info;

	for (u32 i = 0; i < info->nr_deny; i++) {
		if (boot_ram_overlaps(info, info->deny[i].range))
			return "device tree: a secure or debug range overlaps RAM";
	}
	return NULL;
}
