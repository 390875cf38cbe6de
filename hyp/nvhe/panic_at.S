/* SPDX-License-Identifier: GPL-2.0-only */
/* bool hyp_va_mapped(u64 va): asks the MMU, with no access that could fault. */
#include <linux/linkage.h>
#include <asm/sysreg.h>

	.text
	.globl	hyp_va_mapped
hyp_va_mapped:
	at	s1e2r, x0
	isb
	mrs	x0, par_el1
	and	x0, x0, #1
	eor	x0, x0, #1
	ret
