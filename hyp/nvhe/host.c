// SPDX-License-Identifier: GPL-2.0-only
/* Synchronous exceptions of the host. */
#include <linux/types.h>
#include <asm/esr.h>
#include <pkvm/host_call.h>
#include "nvhe/guest.h"
#include "nvhe/host.h"
#include "nvhe/host_s2.h"
#include "nvhe/host_sysreg.h"
#include "nvhe/smc.h"
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"

#define FSC_TYPE		0x3c
#define FSC_TRANSLATION		0x04
#define FSC_TLB_CONFLICT	0x30

static void skip_instruction(void)
{
	sysreg_write(sysreg_read(ELR_EL2) + 4, ELR_EL2);
}

static enum pkvm_info refusal_kind(u64 esr, bool exec)
{
	if (esr & ESR_ELx_S1PTW)
		return PKVM_INFO_REFUSED_WALK;
	if (exec)
		return PKVM_INFO_REFUSED_EXEC;
	if (esr & ESR_ELx_CM)
		return PKVM_INFO_REFUSED_CACHE;
	return esr & ESR_ELx_WNR ? PKVM_INFO_REFUSED_WRITE : PKVM_INFO_REFUSED_READ;
}

static u64 fault_ipa(void)
{
	return ((sysreg_read(HPFAR_EL2) & 0xfffffffffff0UL) << 8) |
	       (sysreg_read(FAR_EL2) & 0xfff);
}

/*
 * HPFAR_EL2 is valid for a translation fault only (Arm ARM D24.2.64). Other
 * stage-2 faults are of permission, from a fetch of MMIO: refused unseen.
 */
static void host_abort(u64 esr, bool exec)
{
	u64 type = esr & FSC_TYPE;

	if (type == FSC_TLB_CONFLICT) {
		tlb_flush_host_all();
		return;
	}
	if (type == FSC_TRANSLATION &&
	    host_s2_fault(fault_ipa(), exec) == HOST_FAULT_RETRY)
		return;
	hyp_count(refusal_kind(esr, exec));
	host_inject_abort(esr);
}

static void host_sysreg(struct host_frame *r, u64 esr)
{
	if (host_sysreg_trap(r, esr)) {
		skip_instruction();
		return;
	}
	hyp_count(PKVM_INFO_REFUSED_SYSREG);
	host_inject_undef();
}

static void host_hvc(struct host_frame *r, u64 esr)
{
	if (esr & 0xffff) {		/* an immediate: no such call */
		r->x[0] = (u64)PKVM_RET_NOT_SUPPORTED;
		hyp_count(PKVM_INFO_REFUSED_HVC);
		return;
	}
	host_policy.hvc(r);
}

void host_trap(struct host_frame *r)
{
	u64 esr = sysreg_read(ESR_EL2);

	switch (ESR_ELx_EC(esr)) {
	case ESR_ELx_EC_HVC64:
		host_hvc(r, esr);
		break;
	case ESR_ELx_EC_SMC64:
		skip_instruction();
		host_smc(r, esr & 0xffff);
		break;
	case ESR_ELx_EC_SYS64:
		host_sysreg(r, esr);
		break;
	case ESR_ELx_EC_DABT_LOW:
		host_abort(esr, false);
		break;
	case ESR_ELx_EC_IABT_LOW:
		host_abort(esr, true);
		break;
	default:
		/* Its FP registers were a guest's, and are cleared now: it tries again. */
		if (guest_fp_trap())
			break;
		/* A trap that EL2 did not ask for: the feature is not the host's. */
		hyp_count(PKVM_INFO_REFUSED_SYSREG);
		host_inject_undef();
	}
}
