// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual CPU interface. The host proposes list registers and owns the
 * distributor; ICH_* is EL2's. While no guest runs here ICH_HCR_EL2.En is 0 and every
 * list register is 0.
 */
#include <linux/errno.h>
#include "nvhe/guest_switch.h"
#include "nvhe/sysreg.h"

#define LR_STATE(lr)		((lr) >> 62)
#define LR_PENDING		1UL
#define LR_ACTIVE		2UL
#define LR_HW			(1UL << 61)
#define LR_GROUP1		(1UL << 60)
#define LR_PRIORITY(lr)		((lr) >> 48 & 0xff)
#define LR_PINTID(lr)		((lr) >> 32 & 0x1fff)
#define LR_VINTID(lr)		((lr) & 0xffffffff)
/* NMI (hidden), 58:56, 47:45; and with HW 0, where pINTID is not, all but EOI. */
#define LR_RESERVED		(1UL << 59 | 7UL << 56 | 7UL << 45)
#define LR_RESERVED_SW		(0x1fffUL << 32 & ~(1UL << 41))

#define INTID_SPECIAL		1020	/* 1020 to 8191: special, reserved, extended ranges */
#define INTID_LPI		8192

#define VMCR_ENG0		1UL
#define VMCR_ENG1		2UL
#define VMCR_PMR(vmcr)		((vmcr) >> 24 & 0xff)

static u32 vtimer_intid;	/* fixed after guest_init() */

void gic_init(u32 vtimer)
{
	vtimer_intid = vtimer;
}

u32 gic_nr_lrs(void)
{
	u32 nr = (sysreg_read(ICH_VTR_EL2) & 0x1f) + 1;

	return nr < GUEST_LRS ? nr : GUEST_LRS;
}

/* Interrupt numbers that the virtual interface has: 16 or 24 bits. */
static u64 intid_end(void)
{
	return sysreg_read(ICH_VTR_EL2) >> 23 & 7 ? 1UL << 24 : 1UL << 16;
}

static bool lr_ok(u64 lr)
{
	u64 intid = LR_VINTID(lr);

	if (lr & LR_RESERVED)
		return false;
	/*
	 * HW 1 makes the guest's EOI deactivate a physical interrupt, and stays in the
	 * list register after it.
	 */
	if (lr & LR_HW)
		return intid == vtimer_intid && LR_PINTID(lr) == vtimer_intid &&
		       LR_STATE(lr) != (LR_PENDING | LR_ACTIVE);
	if (!LR_STATE(lr))		/* the rest of an empty one says nothing */
		return true;
	if (intid >= intid_end() || (intid >= INTID_SPECIAL && intid < INTID_LPI))
		return false;
	if (intid >= INTID_LPI && LR_STATE(lr) & LR_ACTIVE)
		return false;		/* LPIs have no active state */
	return !(lr & LR_RESERVED_SW);
}

int gic_check(const u64 *lr, u32 nr)
{
	u32 i, j;

	if (nr > gic_nr_lrs())
		return -EINVAL;
	for (i = 0; i < nr; i++) {
		if (!lr_ok(lr[i]))
			return -EINVAL;
		for (j = 0; j < i && LR_STATE(lr[i]); j++)
			if (LR_STATE(lr[j]) && LR_VINTID(lr[j]) == LR_VINTID(lr[i]))
				return -EINVAL;
	}
	return 0;
}

#define EACH_LR(X)								\
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)					\
	X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

#define READ_LR(n)	case n: return sysreg_read(ICH_LR##n##_EL2);
#define WRITE_LR(n)	case n: sysreg_write(value, ICH_LR##n##_EL2); break;

static u64 lr_read(u32 n)
{
	switch (n) {
	EACH_LR(READ_LR)
	}
	return 0;
}

static void lr_write(u32 n, u64 value)
{
	switch (n) {
	EACH_LR(WRITE_LR)
	}
}

/* Active-priority registers of each group: 1, 2 or 4, by preemption bits. */
static u32 nr_aprs(void)
{
	u32 bits = (sysreg_read(ICH_VTR_EL2) >> 26 & 7) + 1;

	return bits >= 7 ? 4 : bits == 6 ? 2 : 1;
}

#define LOAD_APR(n)								\
	do {									\
		sysreg_write(g->ap0r[n], ICH_AP0R##n##_EL2);			\
		sysreg_write(g->ap1r[n], ICH_AP1R##n##_EL2);			\
	} while (0)
#define TAKE_APR(n)								\
	do {									\
		g->ap0r[n] = sysreg_read(ICH_AP0R##n##_EL2);			\
		g->ap1r[n] = sysreg_read(ICH_AP1R##n##_EL2);			\
		sysreg_write(0, ICH_AP0R##n##_EL2);				\
		sysreg_write(0, ICH_AP1R##n##_EL2);				\
	} while (0)

void gic_load(struct hyp_vcpu *v)
{
	struct guest_gic *g = &v->gic;
	u32 nr = nr_aprs(), i;

	for (i = 0; i < gic_nr_lrs(); i++)
		lr_write(i, 0);
	sysreg_write(g->vmcr, ICH_VMCR_EL2);
	LOAD_APR(0);
	if (nr > 1)
		LOAD_APR(1);
	if (nr > 2) {
		LOAD_APR(2);
		LOAD_APR(3);
	}
}

void gic_put(struct hyp_vcpu *v)
{
	struct guest_gic *g = &v->gic;
	u32 nr = nr_aprs();

	g->vmcr = sysreg_read(ICH_VMCR_EL2);
	sysreg_write(0, ICH_VMCR_EL2);
	TAKE_APR(0);
	if (nr > 1)
		TAKE_APR(1);
	if (nr > 2) {
		TAKE_APR(2);
		TAKE_APR(3);
	}
}

void gic_enter(struct hyp_vcpu *v)
{
	struct guest_gic *g = &v->gic;
	u32 i;

	for (i = 0; i < g->nr_lrs; i++)
		lr_write(i, g->lr[i]);
	sysreg_write(ICH_HCR_EL2_En | (g->underflow_exit ? ICH_HCR_EL2_UIE : 0), ICH_HCR_EL2);
}

/* EISR and MISR before the list registers go: they are made of them. */
void gic_leave(struct hyp_vcpu *v)
{
	struct guest_gic *g = &v->gic;
	u32 i;

	g->maintenance = sysreg_read(ICH_MISR_EL2) != 0;
	g->eisr = sysreg_read(ICH_EISR_EL2);
	sysreg_write(0, ICH_HCR_EL2);
	for (i = 0; i < g->nr_lrs; i++) {
		g->lr[i] = lr_read(i);
		lr_write(i, 0);
	}
}

bool gic_pending(struct hyp_vcpu *v)
{
	u64 vmcr = sysreg_read(ICH_VMCR_EL2);
	u32 i;

	for (i = 0; i < v->gic.nr_lrs; i++) {
		u64 lr = lr_read(i);
		u64 enable = lr & LR_GROUP1 ? VMCR_ENG1 : VMCR_ENG0;

		if (LR_STATE(lr) & LR_PENDING && vmcr & enable &&
		    LR_PRIORITY(lr) < VMCR_PMR(vmcr))
			return true;
	}
	return false;
}
