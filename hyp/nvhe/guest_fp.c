// SPDX-License-Identifier: GPL-2.0-only
/*
 * FP/SIMD of guests, moved only when touched. The host declared its own FP state dead
 * when it loaded the vCPU, so EL2 saves none of it.
 *
 *   nobody's   the host uses FP freely; a guest's first use traps and loads.
 *   owned      hyp_cpu.fp_owner's registers are in the CPU, in the guest and back in
 *              the host, whose use traps: they are saved and cleared, and nobody's.
 */
#include <asm/kvm_arm.h>
#include "nvhe/guest_switch.h"
#include "nvhe/sysreg.h"

#define FP_TRAPS	((u64)(CPTR_EL2_TFP | CPTR_EL2_TZ | CPTR_EL2_TSM))

void guest_fp_regs_load(const struct guest_fp *fp);
void guest_fp_regs_take(struct guest_fp *fp);

/* SVE, SME, trace and activity monitors trap always. */
u64 guest_cptr(const struct hyp_vcpu *v)
{
	u64 cptr = CPTR_NVHE_EL2_RES1 | CPTR_EL2_TZ | CPTR_EL2_TSM | CPTR_EL2_TTA |
		   CPTR_EL2_TAM;

	return v->fp_live ? cptr : cptr | CPTR_EL2_TFP;
}

u64 guest_fp_host_cptr(const struct hyp_cpu *cpu)
{
	return cpu->fp_owner ? cpu->host_cptr | FP_TRAPS : cpu->host_cptr;
}

/* The ISB: the registers may be touched only when TFP is seen to be 0. */
void guest_fp_load(struct hyp_vcpu *v)
{
	v->fp_live = true;
	this_cpu()->fp_owner = v;
	sysreg_write(guest_cptr(v), CPTR_EL2);
	isb();
	guest_fp_regs_load(&v->fp);
}

void guest_fp_flush(void)
{
	struct hyp_cpu *cpu = this_cpu();
	struct hyp_vcpu *v = cpu->fp_owner;

	if (!v)
		return;
	sysreg_write(cpu->host_cptr & ~FP_TRAPS, CPTR_EL2);
	isb();
	guest_fp_regs_take(&v->fp);
	v->fp_live = false;
	cpu->fp_owner = NULL;
	sysreg_write(cpu->host_cptr, CPTR_EL2);
	isb();
}

bool guest_fp_trap(void)
{
	if (!this_cpu()->fp_owner)
		return false;
	guest_fp_flush();
	return true;
}
