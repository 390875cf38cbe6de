// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's timers. CNTV is the CPU's own while the guest runs, against CNTVOFF_EL2;
 * in the host CNTVOFF_EL2 is 0 and the host's clock is CNTVCT_EL0, so an enabled
 * compare would be against the wrong time: CNTV is off before the offset goes, and
 * comes on after it is back. CNTP is the host's; a guest's accesses trap, and its
 * CNTPCT_EL0 is the physical count.
 */
#include <pkvm/run.h>
#include "nvhe/guest_switch.h"
#include "nvhe/sysreg.h"

#define CTL_ENABLE	1UL
#define CTL_IMASK	2UL
#define CTL_ISTATUS	4UL

#define NEVER		(~0UL)

void guest_timer_enter(struct hyp_vcpu *v)
{
	sysreg_write(v->timer.voff, CNTVOFF_EL2);
	isb();
	sysreg_write(v->timer.cntv_cval, CNTV_CVAL_EL0);
	sysreg_write(v->timer.cntv_ctl, CNTV_CTL_EL0);
}

void guest_timer_leave(struct hyp_vcpu *v)
{
	v->timer.cntv_ctl = sysreg_read(CNTV_CTL_EL0) & (CTL_ENABLE | CTL_IMASK);
	sysreg_write(0, CNTV_CTL_EL0);
	isb();
	v->timer.cntv_cval = sysreg_read(CNTV_CVAL_EL0);
	sysreg_write(0, CNTV_CVAL_EL0);		/* the host may read it */
	sysreg_write(0, CNTVOFF_EL2);
}

static u64 now(void)
{
	isb();
	return sysreg_read(CNTPCT_EL0);
}

static bool met(u64 ctl, u64 cval, u64 count)
{
	return ctl & CTL_ENABLE && count >= cval;
}

void guest_cntp(struct hyp_vcpu *v, u32 op2, u64 *value, bool write)
{
	struct guest_timer *t = &v->timer;

	if (write) {
		if (op2 == 0)
			t->cntp_cval = now() + (u64)(s64)(s32)*value;
		else if (op2 == 1)
			t->cntp_ctl = *value & (CTL_ENABLE | CTL_IMASK);
		else
			t->cntp_cval = *value;
		return;
	}
	if (op2 == 0)
		*value = (u32)(t->cntp_cval - now());
	else if (op2 == 1)
		*value = t->cntp_ctl | (met(t->cntp_ctl, t->cntp_cval, now()) ? CTL_ISTATUS : 0);
	else
		*value = t->cntp_cval;
}

u32 guest_lines(const struct hyp_vcpu *v)
{
	const struct guest_timer *t = &v->timer;
	u64 count;
	u32 lines = 0;

	if (!((t->cntv_ctl | t->cntp_ctl) & CTL_ENABLE))
		return 0;
	count = now();
	if (met(t->cntv_ctl, t->cntv_cval, count - t->voff) && !(t->cntv_ctl & CTL_IMASK))
		lines |= PKVM_LINE_VTIMER;
	if (met(t->cntp_ctl, t->cntp_cval, count) && !(t->cntp_ctl & CTL_IMASK))
		lines |= PKVM_LINE_PTIMER;
	return lines;
}

/* Counts are of 64 bits and do not wrap in the life of a machine: past the end is never. */
static u64 deadline(u64 ctl, u64 cval, u64 voff, u64 count)
{
	if ((ctl & (CTL_ENABLE | CTL_IMASK)) != CTL_ENABLE)
		return NEVER;
	if (count - voff >= cval)
		return count;
	return cval + voff >= count ? cval + voff : NEVER;
}

u64 guest_deadline(const struct hyp_vcpu *v)
{
	const struct guest_timer *t = &v->timer;
	u64 count = now();
	u64 virt = deadline(t->cntv_ctl, t->cntv_cval, t->voff, count);
	u64 phys = deadline(t->cntp_ctl, t->cntp_cval, 0, count);

	return virt < phys ? virt : phys;
}
