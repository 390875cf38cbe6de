// SPDX-License-Identifier: GPL-2.0-only
/* FP, SVE and SME of the host while the CPU has a guest's FP registers. */
#include "test.h"
#include "vm.h"

#define INSN_FMOV_D7_X0	0x9e670007U
#define INSN_FMOV_X0_D7	0x9e6600e0U
#define INSN_PTRUE	0x2518e3e0U		/* PTRUE P0.B: SVE */
#define CPACR_ALL	(0x33UL << 16 | 3UL << 24)	/* FPEN, ZEN, SMEN */
#define SECRET		0x5ec4e75ec4e7UL

static struct vm vm;
static u64 v[66];

static bool has(u64 reg, u32 shift)
{
	return reg >> shift & 0xf;
}

static bool insn(u32 code, u64 x0, struct did *did)
{
	*did = agent_do(&vm, 0, OP_INSN, code, x0, 0);
	SAME_OR(did->exit, AGENT_DONE, false);
	return true;
}

/* The guest has used FP, and its registers are in the CPU. */
static bool guest_uses_fp(u64 flags)
{
	struct did did;

	CHECK_OR(agent_make(&vm, flags, 1), false);
	CHECK_OR(insn(INSN_FMOV_D7_X0, SECRET, &did), false);
	SAME_OR(did.esr, 0, false);
	return true;
}

static bool guest_still_has_it(void)
{
	struct did did;

	CHECK_OR(insn(INSN_FMOV_X0_D7, 0, &did), false);
	SAME_OR(did.result, SECRET, false);
	return true;
}

static bool host_sees_nothing(void)
{
	u32 i;

	fp_read(v);
	for (i = 0; i < ARRAY_SIZE(v); i++)
		SAME_OR(v[i], 0, false);
	return true;
}

static void first_use_by_fp(void)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		CHECK(guest_uses_fp(i ? PKVM_VM_PROTECTED : 0));
		CHECK(host_sees_nothing());
		CHECK(guest_still_has_it());
		CHECK(vcpu_put());
		CHECK(host_sees_nothing());
		CHECK(vm_end(&vm));
	}
}

static void first_use_by_sve(void)
{
	if (!has(rd(id_aa64pfr0_el1), 32)) {
		say("# this CPU has no SVE\n");
		return;
	}
	wr(cpacr_el1, rd(cpacr_el1) | CPACR_ALL);
	isb();
	CHECK(guest_uses_fp(PKVM_VM_PROTECTED));
	asm volatile(".inst 0x2518e3e0");
	CHECK(host_sees_nothing());
	CHECK(guest_still_has_it());
	asm volatile(".inst 0x2518e3e0");
	CHECK(guest_still_has_it());
}

static void no_sve_for_guests(void)
{
	struct did did;

	CHECK(guest_uses_fp(0));
	CHECK(insn(INSN_PTRUE, 0, &did));
	SAME(ESR_EC(did.esr), 0);
	CHECK(guest_still_has_it());
}

/* SMSTART and SMSTOP; a load is refused between them. */
static void streaming_mode(void)
{
	if (!has(rd(id_aa64pfr1_el1), 24)) {
		say("# this CPU has no SME\n");
		return;
	}
	wr(cpacr_el1, rd(cpacr_el1) | CPACR_ALL);
	isb();
	CHECK(guest_uses_fp(PKVM_VM_PROTECTED));
	asm volatile(".inst 0xd503477f");
	CHECK(rd(S3_3_C4_C2_2) == 3);
	CHECK(vcpu_put());
	SAME(hc2(PKVM_HOST_VCPU_LOAD, vm.handle, 0), PKVM_RET_BUSY);
	asm volatile(".inst 0xd503467f");
	CHECK(vcpu_load(&vm, 0));
	CHECK(guest_still_has_it());
	/* Turned on after the load: the next run ends it. */
	asm volatile(".inst 0xd503477f");
	CHECK(guest_still_has_it());
	SAME(rd(S3_3_C4_C2_2), 0);
}

static const struct test tests[] = {
	{ "the host's first use, by FP", first_use_by_fp },
	{ "the host's first use, by SVE", first_use_by_sve },
	{ "SVE is UNDEFINED for guests", no_sve_for_guests },
	{ "streaming mode of the host", streaming_mode },
	{ NULL }
};

const struct subject subject_fp = { "fp", tests };
