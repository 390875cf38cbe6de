// SPDX-License-Identifier: GPL-2.0-only
/* The identification registers of one CPU as the host's EL1 sees them, raw. */
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/sysreg.h>

#include "compat.h"
#include "pt.h"

#define PT_ID_STUB_SIZE		16

/* CRm = 0 holds MIDR, MPIDR and REVIDR; its other encodings are UNDEFINED. */
static bool pt_id_valid(u32 index)
{
	return index >= 8 || index == 0 || index == 5 || index == 6;
}

static u64 pt_id_read(u32 index)
{
	u64 (*stub)(void);

	stub = (void *)(pt_id_stubs + index * PT_ID_STUB_SIZE);
	return stub();
}

static u32 pt_field(u64 reg, u32 shift)
{
	return (reg >> shift) & 0xf;
}

static void pt_extra(struct pt_idregs *regs, const char *name, u64 value)
{
	if (regs->nr_extra == PT_EXTRA_COUNT)
		return;
	strscpy(regs->extra[regs->nr_extra].name, name,
		sizeof(regs->extra[0].name));
	regs->extra[regs->nr_extra++].value = value;
}

#define PT_EXTRA(regs, name)	pt_extra(regs, #name, read_sysreg_s(SYS_##name))

static void pt_read_pmu(struct pt_idregs *regs)
{
	u32 version = pt_field(read_sysreg_s(SYS_ID_AA64DFR0_EL1), 8);

	if (!version || version == 0xf)
		return;
	/* N, IDCODE and IMP; what Linux itself set in the low bits is no identity. */
	pt_extra(regs, "PMCR_EL0", read_sysreg_s(SYS_PMCR_EL0) & GENMASK_ULL(31, 11));
	PT_EXTRA(regs, PMCEID0_EL0);
	PT_EXTRA(regs, PMCEID1_EL0);
	if (version >= 5)
		PT_EXTRA(regs, PMMIR_EL1);
}

static void pt_read_conditional(struct pt_idregs *regs)
{
	u64 pfr0 = read_sysreg_s(SYS_ID_AA64PFR0_EL1);
	u64 pfr1 = read_sysreg_s(SYS_ID_AA64PFR1_EL1);
	u64 dfr0 = read_sysreg_s(SYS_ID_AA64DFR0_EL1);
	u64 mmfr1 = read_sysreg_s(SYS_ID_AA64MMFR1_EL1);

	pt_read_pmu(regs);
	if (pt_field(pfr0, 28))
		PT_EXTRA(regs, ERRIDR_EL1);
	if (pt_field(pfr0, 40))
		PT_EXTRA(regs, MPAMIDR_EL1);
	if (pt_field(pfr1, 8) >= 2)
		PT_EXTRA(regs, GMID_EL1);
	if (pt_field(pfr1, 24))
		PT_EXTRA(regs, SMIDR_EL1);
	if (pt_field(dfr0, 32))
		PT_EXTRA(regs, PMSIDR_EL1);
	if (pt_field(mmfr1, 16))
		PT_EXTRA(regs, LORID_EL1);
}

static void pt_read_here(void *arg)
{
	struct pt_idregs *regs = arg;
	u32 i;

	for (i = 0; i < PT_IDREG_COUNT; i++) {
		if (!pt_id_valid(i))
			continue;
		regs->reg[i] = pt_id_read(i);
		regs->valid |= BIT_ULL(i);
	}
	PT_EXTRA(regs, CTR_EL0);
	PT_EXTRA(regs, DCZID_EL0);
	PT_EXTRA(regs, CLIDR_EL1);
	PT_EXTRA(regs, AIDR_EL1);
	PT_EXTRA(regs, CNTFRQ_EL0);
	pt_read_conditional(regs);
}

long pt_ioctl_idregs(struct pt_idregs *regs)
{
	s32 cpu = regs->cpu;

	memset(regs, 0, sizeof(*regs));
	regs->cpu = cpu;
	return pt_run_thread(cpu, pt_read_here, regs);
}
