// SPDX-License-Identifier: GPL-2.0-only
/* Why a guest came to EL2: answered at once, or an event that ends the run. */
#include <linux/arm-smccc.h>
#include <asm/esr.h>
#include "nvhe/cpu_asm.h"
#include "nvhe/errata.h"
#include "nvhe/guest_insn.h"
#include "nvhe/guest_switch.h"
#include "nvhe/sysreg.h"

#define FSC_TYPE		0x3c
#define FSC_TRANSLATION		0x04
#define FSC_ACCESS		0x08
#define FSC_PERMISSION		0x0c
#define FSC_TLB_CONFLICT	0x30

#define HPFAR_IPA(hpfar)	(((hpfar) & 0xfffffffffff0UL) << 8)
#define PAGE_OFFSET_MASK	0xfffUL
#define PAR_F			1UL
#define PAR_PA			0x000ffffffffff000UL

static u64 leave_for(struct hyp_vcpu *v, enum guest_exit kind)
{
	v->event->kind = kind;
	return LEAVE_TRAP;
}

/*
 * Arm DEN0028: immediates other than 0 are reserved. Here they are no call at all, and
 * the answer is the one to an unknown call.
 */
static u64 smccc(struct hyp_vcpu *v, u64 esr, bool smc)
{
	if (esr & 0xffff) {
		v->x[0] = (u64)SMCCC_RET_NOT_SUPPORTED;
		return 0;
	}
	switch (guest_policy.smccc(v, smc)) {
	case SMCCC_DONE:
		return 0;
	case SMCCC_EXIT_HOST:
		v->event->smc = smc;
		return leave_for(v, GUEST_SMCCC);
	default:
		return leave_for(v, GUEST_POLICY);
	}
}

/*
 * A list register that would wake the guest up: nothing to wait for. A timer whose
 * line is up, but that is in no list register yet, is the host's to put there.
 */
static u64 wfx(struct hyp_vcpu *v, u64 esr)
{
	guest_skip(v);
	if (esr & ESR_ELx_WFx_ISS_WFE)
		return leave_for(v, GUEST_WFE);
	return gic_pending(v) ? 0 : leave_for(v, GUEST_WFI);
}

/*
 * HPFAR_EL2 is not valid for a permission fault (Arm ARM D24.2.64), and with
 * ERRATA_HPFAR a fault of stage 1 may be told as one of stage 2, with any address. Then
 * the address is walked again, by the guest's own tables. False: stage 1 faults, or they
 * have changed meanwhile: the guest tries again, and takes its fault itself.
 */
static bool walk_ipa(u64 far, u64 *ipa)
{
	u64 saved = sysreg_read(PAR_EL1), par;

	insn_at_s1e1r(far);
	dmb(sy);			/* ERRATA_PAR_DMB */
	par = sysreg_read(PAR_EL1);
	dmb(sy);
	sysreg_write(saved, PAR_EL1);
	*ipa = par & PAR_PA;
	return !(par & PAR_F);
}

static void decode_syndrome(struct guest_abort *a, u64 esr)
{
	a->isv = esr & ESR_ELx_ISV;
	a->size = 1U << (esr >> ESR_ELx_SAS_SHIFT & 3);
	a->rt = esr >> ESR_ELx_SRT_SHIFT & 0x1f;
	a->sign_extend = esr & ESR_ELx_SSE;
	a->sixty_four = esr & ESR_ELx_SF;
}

static u64 abort_trap(struct hyp_vcpu *v, u64 esr, bool exec)
{
	struct guest_abort *a = &v->event->abort;
	u64 type = esr & FSC_TYPE;

	*a = (struct guest_abort){
		.far = sysreg_read(FAR_EL2),
		.exec = exec,
		.s1ptw = esr & ESR_ELx_S1PTW,
		.cm = !exec && esr & ESR_ELx_CM,
		/* A cache operation has WnR set, and writes nothing. */
		.write = !exec && esr & ESR_ELx_WNR && !(esr & ESR_ELx_CM),
		.permission = type == FSC_PERMISSION,
		.access = type == FSC_ACCESS,
		.narrow = !(esr & ESR_ELx_IL),
	};
	if (type == FSC_TLB_CONFLICT) {
		insn_tlbi_vmalle1();
		dsb(nsh);
		return 0;
	}
	if (type != FSC_TRANSLATION && type != FSC_PERMISSION && type != FSC_ACCESS) {
		guest_inject_sea(v, a);
		return 0;
	}
	if (!exec)
		decode_syndrome(a, esr);
	if (!a->s1ptw && (type == FSC_PERMISSION || this_cpu()->errata & ERRATA_HPFAR)) {
		if (!walk_ipa(a->far, &a->ipa))
			return 0;
	} else {
		a->ipa = HPFAR_IPA(sysreg_read(HPFAR_EL2));
	}
	/* The address of a walk has no offset that FAR_EL2 would know. */
	if (!a->s1ptw)
		a->ipa |= a->far & PAGE_OFFSET_MASK;
	return leave_for(v, GUEST_ABORT);
}

u64 guest_trap(struct hyp_vcpu *v)
{
	u64 esr = sysreg_read(ESR_EL2);

	switch (ESR_ELx_EC(esr)) {
	case ESR_ELx_EC_HVC64:
		return smccc(v, esr, false);
	case ESR_ELx_EC_SMC64:
		guest_skip(v);
		return smccc(v, esr, true);
	case ESR_ELx_EC_SYS64:
		return guest_sysreg_trap(v, esr);
	case ESR_ELx_EC_WFx:
		return wfx(v, esr);
	case ESR_ELx_EC_FP_ASIMD:
		guest_fp_load(v);
		return 0;
	case ESR_ELx_EC_DABT_LOW:
		return abort_trap(v, esr, false);
	case ESR_ELx_EC_IABT_LOW:
		return abort_trap(v, esr, true);
	default:
		/* SVE, SME, AArch32 coprocessors at EL0, what a newer CPU traps. */
		guest_inject_undef(v);
		return 0;
	}
}
