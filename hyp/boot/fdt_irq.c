// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt controller and the CPUs' timer. Interrupt specifiers of a GICv3
 * (arm,gic-v3 binding): type, number, flags, and with #interrupt-cells = 4 a PPI
 * partition. Type 1 is a PPI, numbers 0 to 15.
 */
#include "boot/fdt_irq.h"

#define IRQ_TYPE_PPI	1
#define NR_PPIS		16

/* A distributor's registers, and a redistributor's two frames (GICv3, 12.2). */
#define GICD_SIZE	0x10000
#define GICR_SIZE	0x20000

static bool read_ppi(const u32 *cell, struct boot_ppi *out)
{
	if (cell[0] != IRQ_TYPE_PPI || cell[1] >= NR_PPIS)
		return false;
	out->ppi = cell[1];
	out->flags = cell[2];
	return true;
}

static const char *read_gic_regs(struct fdt_scan *s)
{
	struct boot_info *info = s->info;

	if (fdt_walk_reg(&s->w, 0, &info->gicd) != FDT_XLATE_OK ||
	    fdt_walk_reg(&s->w, 1, &info->gicr) != FDT_XLATE_OK)
		return "device tree: cannot make out the addresses of the GIC";
	if (info->gicd.size < GICD_SIZE || info->gicr.size < GICR_SIZE ||
	    ((info->gicd.base | info->gicr.base) & (BOOT_PAGE_SIZE - 1)))
		return "device tree: the GIC's register ranges are too small or not aligned";
	return NULL;
}

static const char *read_maintenance(struct fdt_scan *s)
{
	u32 cell[FDT_IRQ_CELLS] = { 0 };
	const fdt32_t *p;
	int len;

	p = fdt_getprop(s->w.fdt, s->gic.node, "interrupts", &len);
	if (!p)
		return "device tree: the GIC has no maintenance interrupt (interrupts), VMs need it";
	if (len < 0 || (u32)len != s->gic.cells * 4 ||
	    (s->gic.irq_parent && s->gic.irq_parent != s->gic.phandle))
		return "device tree: the GIC's interrupts is not one interrupt of its own";
	for (u32 i = 0; i < s->gic.cells; i++)
		cell[i] = fdt32_ld(p + i);
	if (!read_ppi(cell, &s->info->maint))
		return "device tree: the GIC's maintenance interrupt is not a PPI";
	return NULL;
}

void fdt_gic_at(const struct fdt_walk *w, struct fdt_gic *gic)
{
	gic->node = w->node;
	gic->phandle = fdt_get_phandle(w->fdt, w->node);
	gic->irq_parent = fdt_walk_irq_parent(w);
	gic->cells = fdt_cells(w->fdt, w->node, "#interrupt-cells");
}

bool fdt_is_gic(const struct fdt_walk *w)
{
	static fdt_compat_list v3 = { "arm,gic-v3" };

	return FDT_COMPATIBLE(w->fdt, w->node, v3) && fdt_available(w->fdt, w->node);
}

const char *fdt_scan_gic(struct fdt_scan *s)
{
	static fdt_compat_list v2 = {
		"arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a9-gic",
		"arm,cortex-a7-gic", "arm,pl390", "qcom,msm-qgic2",
	};
	static fdt_compat_list v5 = { "arm,gic-v5" };

	if (!fdt_is_gic(&s->w)) {
		s->gic_v2 |= FDT_COMPATIBLE(s->w.fdt, s->w.node, v2);
		s->gic_v5 |= FDT_COMPATIBLE(s->w.fdt, s->w.node, v5);
		return NULL;
	}
	if (s->gic.node >= 0)
		return "device tree: two GICv3 nodes";
	fdt_gic_at(&s->w, &s->gic);
	if (!s->gic.phandle || s->gic.phandle == ~0U)
		return "device tree: the GIC has no phandle, so no interrupt can name it";
	if (s->gic.cells != 3 && s->gic.cells != 4)
		return "device tree: the GIC's #interrupt-cells is neither 3 nor 4";
	return read_gic_regs(s);
}

bool fdt_is_timer(const struct fdt_walk *w)
{
	static fdt_compat_list timer = { "arm,armv8-timer" };

	return FDT_COMPATIBLE(w->fdt, w->node, timer) && fdt_available(w->fdt, w->node);
}

const char *fdt_scan_timer(struct fdt_scan *s)
{
	if (!fdt_is_timer(&s->w))
		return NULL;
	if (s->timer.node >= 0)
		return "device tree: two arm,armv8-timer nodes";
	s->timer.node = s->w.node;
	s->timer.irq_parent = fdt_walk_irq_parent(&s->w);
	return NULL;
}

static const char timer_names[FDT_TIMER_IRQS][12] = {
	[TIMER_SEC_PHYS] = "sec-phys", [TIMER_PHYS] = "phys", [TIMER_VIRT] = "virt",
	[TIMER_HYP_PHYS] = "hyp-phys", [TIMER_HYP_VIRT] = "hyp-virt",
};

const char *fdt_timer_name(u32 name)
{
	return timer_names[name];
}

/* Without names the order is the binding's. Every name is known and comes once. */
static bool read_timer_names(const void *fdt, struct fdt_timer *t)
{
	u32 seen = 0;
	int len;

	for (u32 i = 0; i < t->nr; i++)
		t->name[i] = i;
	if (!fdt_getprop(fdt, t->node, "interrupt-names", &len))
		return true;
	if (fdt_stringlist_count(fdt, t->node, "interrupt-names") != (int)t->nr)
		return false;
	for (u32 i = 0; i < t->nr; i++) {
		const char *name = fdt_stringlist_get(fdt, t->node, "interrupt-names", i, NULL);
		u32 n = 0;

		while (name && n < FDT_TIMER_IRQS && strcmp(name, timer_names[n]))
			n++;
		if (!name || n == FDT_TIMER_IRQS || (seen & (1U << n)))
			return false;
		seen |= 1U << n;
		t->name[i] = n;
	}
	return true;
}

/* interrupts-extended wins over interrupts, as it does in Linux. */
static bool read_timer_cells(const void *fdt, const struct fdt_gic *gic, struct fdt_timer *t)
{
	const fdt32_t *p;
	int len;
	u32 entry;

	p = fdt_getprop(fdt, t->node, "interrupts-extended", &len);
	t->extended = p;
	if (!p) {
		p = fdt_getprop(fdt, t->node, "interrupts", &len);
		if (t->irq_parent != gic->phandle)
			return false;
	}
	entry = gic->cells + t->extended;
	if (!p || !len || len % (entry * 4) || len / (entry * 4) > FDT_TIMER_IRQS)
		return false;
	t->nr = len / (entry * 4);
	for (u32 i = 0; i < t->nr; i++, p += entry) {
		if (t->extended && fdt32_ld(p) != gic->phandle)
			return false;
		for (u32 c = 0; c < gic->cells; c++)
			t->cell[i][c] = fdt32_ld(p + t->extended + c);
	}
	return true;
}

int fdt_timer_find(const struct fdt_timer *t, u32 name)
{
	for (u32 i = 0; i < t->nr; i++) {
		if (t->name[i] == name)
			return i;
	}
	return -1;
}

const char *fdt_read_timer(const void *fdt, const struct fdt_gic *gic, struct fdt_timer *t,
			   struct boot_ppi *virt)
{
	struct boot_ppi phys;
	int i;

	if (!read_timer_cells(fdt, gic, t))
		return "device tree: the timer's interrupts are not 1 to 5 interrupts of the GIC";
	if (!read_timer_names(fdt, t))
		return "device tree: the timer's interrupt-names do not fit its interrupts";
	i = fdt_timer_find(t, TIMER_PHYS);
	if (i < 0 || !read_ppi(t->cell[i], &phys))
		return "device tree: the timer has no physical (\"phys\") PPI for the host";
	i = fdt_timer_find(t, TIMER_VIRT);
	if (i < 0 || !read_ppi(t->cell[i], virt))
		return "device tree: the timer has no virtual (\"virt\") PPI for guests";
	if (virt->ppi == phys.ppi)
		return "device tree: the physical and the virtual timer share a PPI";
	return NULL;
}

const char *fdt_finish_irq(struct fdt_scan *s)
{
	struct boot_info *info = s->info;
	const char *why;

	if (s->gic.node < 0 && s->gic_v5)
		return "GICv5: not supported; pkvm needs GICv3 or GICv4";
	if (s->gic.node < 0 && s->gic_v2)
		return "GICv2: not supported and not planned; pkvm needs GICv3 or GICv4";
	if (s->gic.node < 0)
		return "device tree: no arm,gic-v3 interrupt controller; pkvm needs GICv3 or GICv4";
	if (boot_ram_overlaps(info, info->gicd) || boot_ram_overlaps(info, info->gicr))
		return "device tree: the GIC's registers overlap RAM";
	why = read_maintenance(s);
	if (why)
		return why;
	if (s->timer.node < 0)
		return "device tree: no arm,armv8-timer node";
	why = fdt_read_timer(s->w.fdt, &s->gic, &s->timer, &info->vtimer);
	if (why)
		return why;
	if (info->vtimer.ppi == info->maint.ppi)
		return "device tree: virtual timer and GIC maintenance share a PPI";
	return NULL;
}
