// SPDX-License-Identifier: GPL-2.0-only
/* The host's timer is the physical one. */
#include "bare.h"

void timer_arm(u64 cval, irq_fn fn)
{
	wr(cntp_cval_el0, cval);
	gic_enable_ppi(PPI_PTIMER, fn);
	wr(cntp_ctl_el0, 1);
	isb();
}

void timer_stop(void)
{
	wr(cntp_ctl_el0, 0);
	isb();
}

void delay(u64 ticks)
{
	u64 end = now() + ticks;

	while (now() < end)
		cpu_relax();
}
