// SPDX-License-Identifier: GPL-2.0-only
/* The host's trapped system registers: one const table from encoding to answer. */
#include <asm/esr.h>
#include "nvhe/features.h"
#include "nvhe/host_sysreg.h"
#include "nvhe/sysreg.h"

#define RT_ZERO		31	/* XZR: the value goes nowhere */

/* Registers that may be read; a write of the host never gets past UNDEFINED. */
struct host_sysreg {
	u32 first, last;	/* encodings, both included */
	u64 (*read)(u32 encoding);
};

static const struct host_sysreg host_sysregs[] = {
	/* All of the ID space, unallocated encodings too: they read as zero. */
	{ sys_reg(3, 0, 0, 1, 0), sys_reg(3, 0, 0, 7, 7), host_id_reg },
};

static u32 trapped_encoding(u64 esr)
{
	return sys_reg(esr >> ESR_ELx_SYS64_ISS_OP0_SHIFT & 3,
		       esr >> ESR_ELx_SYS64_ISS_OP1_SHIFT & 7,
		       esr >> ESR_ELx_SYS64_ISS_CRN_SHIFT & 0xf,
		       esr >> ESR_ELx_SYS64_ISS_CRM_SHIFT & 0xf,
		       esr >> ESR_ELx_SYS64_ISS_OP2_SHIFT & 7);
}

static const struct host_sysreg *find_sysreg(u32 encoding)
{
	u32 i;

	for (i = 0; i < sizeof(host_sysregs) / sizeof(host_sysregs[0]); i++)
		if (encoding >= host_sysregs[i].first && encoding <= host_sysregs[i].last)
			return &host_sysregs[i];
	return NULL;
}

bool host_sysreg_trap(struct host_frame *r, u64 esr)
{
	u32 encoding = trapped_encoding(esr);
	const struct host_sysreg *reg = find_sysreg(encoding);
	u32 rt = ESR_ELx_SYS64_ISS_RT(esr);

	if (!reg || !(esr & ESR_ELx_SYS64_ISS_DIR_MASK))
		return false;
	if (rt != RT_ZERO)
		r->x[rt] = reg->read(encoding);
	return true;
}
