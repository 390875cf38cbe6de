/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * u64 pt_id_stub(void), 64 times, 16 bytes each: number CRm << 3 | op2 reads
 * S3_0_C0_C<CRm>_<op2>. A table of code, because the register is a part of the
 * instruction.
 */
#include <linux/linkage.h>

	.text
	.balign	16
SYM_CODE_START(pt_id_stubs)
	.irp	crm, 0, 1, 2, 3, 4, 5, 6, 7
	.irp	op2, 0, 1, 2, 3, 4, 5, 6, 7
	hint	#34			/* BTI c: called by pointer */
	mrs	x0, S3_0_C0_C\crm\()_\op2
	ret
	nop
	.endr
	.endr
SYM_CODE_END(pt_id_stubs)
