// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which parts of a machine call the firmware by SMC. EL2's filter (hyp/nvhe/smc.c)
 * denies all but PSCI, TRNG and a few of Arm's own; the owner may let single
 * function ids of CPU, SiP and OEM services through.
 */
#include <string.h>

#include "boot/fdt_node.h"

#include "check.h"

#define SMC_FAST	(1U << 31)
#define SMC_HINT	(1U << 16)
#define SMC_OWNER(id)	(((id) >> 24) & 0x3f)
#define SMC_OWNER_CPU	1
#define SMC_OWNER_OEM	3

#define MAX_IDS		8

static const char gives_scmi[] =
	"the untrusted host sets clocks, power, resets of the whole chip; EL3 parses what it "
	"writes: a bug there opens every guest";
static const char gives_any[] =
	"the untrusted host calls EL3: what this call can do, and any bug in it, is open to it";
static const char lost_scmi[] =
	"what these drive does not work; on Rockchip that is most devices";

/*
 * Nodes that are known to use SMCs. Function ids are those of the Linux drivers
 * that bind to them; none where it is a trusted OS or there are too many to list.
 */
static const struct user {
	const char *compatible, *what, *lost;
	u32 ids[MAX_IDS];
} users[] = {
	{ "linaro,optee-tz", "OP-TEE, a trusted OS: cannot be allowed",
	  "no TEE: keys, fTPM, secure storage and UEFI variables kept there", { 0 } },
	{ "linaro,scmi-optee", "SCMI through OP-TEE: cannot be allowed", lost_scmi, { 0 } },
	{ "arm,sdei-1.0", "SDEI, firmware events: cannot be allowed",
	  "no firmware-first error events; the kernel runs without", { 0 } },
	{ "arm,ffa", "FF-A, secure partitions: cannot be allowed", "no secure partitions", { 0 } },
	{ "qcom,scm", "Qualcomm's SCM: too many ids to allow one by one",
	  "most of a Qualcomm machine", { 0 } },
	{ "xlnx,zynqmp-firmware", "EEMI: too many ids to allow one by one",
	  "clocks, power and resets of the chip", { 0 } },
	{ "xlnx,versal-firmware", "EEMI: too many ids to allow one by one",
	  "clocks, power and resets of the chip", { 0 } },
	{ "intel,stratix10-svc", "FPGA service layer: too many ids to allow one by one",
	  "FPGA configuration and remote update", { 0 } },
	{ "intel,agilex-svc", "FPGA service layer: too many ids to allow one by one",
	  "FPGA configuration and remote update", { 0 } },
	{ "rockchip,rk3399-dmc", "DRAM frequency scaling", "DRAM stays at its boot frequency",
	  { 0x82000008 } },
	{ "fsl,imx8m-ddrc", "DRAM frequency scaling", "DRAM stays at its boot frequency",
	  { 0xc2000004 } },
	{ "amlogic,meson-gxbb-sm", "Amlogic's secure monitor: eFuses, chip id",
	  "serial number and MAC address from eFuses",
	  { 0x82000030, 0x82000031, 0x82000033, 0x82000044 } },
	{ "marvell,comphy-cp110", "serial lanes' set-up", "the kernel sets lanes up itself",
	  { 0x82000001, 0x82000002, 0x82000003 } },
};

static bool allowable(u32 id)
{
	return (id & SMC_FAST) && !(id & SMC_HINT) && SMC_OWNER(id) >= SMC_OWNER_CPU &&
	       SMC_OWNER(id) <= SMC_OWNER_OEM;
}

/* What EL2 would take for the path, made from the walk: libfdt's search is quadratic. */
static void node_path(const struct fdt_walk *w, char *out, size_t size)
{
	size_t at = 0;
	int i, len;

	out[0] = '\0';
	for (i = 1; i <= w->depth && at + 2 < size; i++) {
		const char *name = fdt_get_name(w->fdt, w->path[i], &len);

		if (!name)
			return;
		out[at++] = '/';
		check_clean(out + at, size - at, name, len);
		at += strlen(out + at);
	}
}

static struct check_call *add(struct check_report *r, const struct fdt_walk *w)
{
	struct check_call *call = check_add_call(r);
	const char *compatible;
	int len;

	if (!call)
		return NULL;
	node_path(w, call->node, sizeof(call->node));
	compatible = fdt_getprop(w->fdt, w->node, "compatible", &len);
	if (compatible && len > 0)
		check_clean(call->compatible, sizeof(call->compatible), compatible, len);
	call->disabled = !fdt_available(w->fdt, w->node);
	return call;
}

static void set_id(struct check_call *call, u32 id, const char *gives_up)
{
	call->has_id = true;
	call->id = id;
	call->allowable = allowable(id);
	call->gives_up = call->allowable ? gives_up : NULL;
}

/* The protocols of an SCMI node are its children, numbered in reg. */
static void scmi_protocols(const void *fdt, int node, char *out, size_t size)
{
	static const struct {
		u32 number;
		const char *name;
	} known[] = {
		{ 0x11, "power domains" }, { 0x12, "system power" }, { 0x13, "performance" },
		{ 0x14, "clocks" }, { 0x15, "sensors" }, { 0x16, "resets" },
		{ 0x17, "voltages" }, { 0x18, "power caps" }, { 0x19, "pins" },
	};
	size_t i, at = snprintf(out, size, "SCMI:");
	bool any = false;
	int child;
	u32 reg;

	fdt_for_each_subnode(child, fdt, node) {
		if (!fdt_read_u32(fdt, child, "reg", &reg))
			continue;
		for (i = 0; i < sizeof(known) / sizeof(known[0]) && at < size; i++) {
			if (known[i].number == reg)
				at += snprintf(out + at, size - at, "%s %s", any ? "," : "",
					       known[i].name);
			any |= known[i].number == reg;
		}
	}
	if (!any)
		snprintf(out, size, "SCMI, no known protocol");
}

static void add_smc_id(struct check_report *r, const struct fdt_walk *w, u32 id)
{
	static fdt_compat_list scmi = { "arm,scmi-smc", "arm,scmi-smc-param", "qcom,scmi-smc" };
	static fdt_compat_list wdt = { "arm,smc-wdt" };
	struct check_call *call = add(r, w);

	if (!call)
		return;
	set_id(call, id, gives_any);
	if (FDT_COMPATIBLE(w->fdt, w->node, scmi)) {
		scmi_protocols(w->fdt, w->node, call->what, sizeof(call->what));
		if (call->allowable)
			call->gives_up = gives_scmi;
		call->lost = lost_scmi;
	} else if (FDT_COMPATIBLE(w->fdt, w->node, wdt)) {
		snprintf(call->what, sizeof(call->what), "a watchdog in firmware");
		call->lost = "no watchdog";
	} else {
		snprintf(call->what, sizeof(call->what), "%.60s",
			 call->compatible[0] ? call->compatible : "a node without compatible");
		call->lost = "this node's device does not work";
	}
}

static void add_user(struct check_report *r, const struct fdt_walk *w, const struct user *u)
{
	struct check_call *call;
	size_t i = 0;

	do {
		call = add(r, w);
		if (!call)
			return;
		snprintf(call->what, sizeof(call->what), "%s", u->what);
		call->lost = u->lost;
		if (u->ids[i])
			set_id(call, u->ids[i], gives_any);
	} while (++i < MAX_IDS && u->ids[i]);
}

static const struct user *find_user(const struct fdt_walk *w)
{
	const char *list;
	size_t i;
	int len;

	list = fdt_getprop(w->fdt, w->node, "compatible", &len);
	for (i = 0; list && i < sizeof(users) / sizeof(users[0]); i++) {
		if (fdt_stringlist_contains(list, len, users[i].compatible))
			return &users[i];
	}
	return NULL;
}

/**
 * check_firmware - list every node that calls the firmware by SMC
 * @r: report
 * @fdt: a tree that check_tree() accepted
 *
 * Disabled nodes are listed too: a boot loader may turn them on.
 */
void check_firmware(struct check_report *r, const void *fdt)
{
	const struct user *user;
	struct fdt_walk w;
	u32 id;

	fdt_walk_start(&w, fdt);
	while (fdt_walk_next(&w)) {
		user = find_user(&w);
		if (fdt_read_u32(fdt, w.node, "arm,smc-id", &id))
			add_smc_id(r, &w, id);
		else if (user)
			add_user(r, &w, user);
	}
}
