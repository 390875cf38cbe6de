// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's trapped MRS and MSR.
 * SOURCES: hyp/nvhe/host_sysreg.c hyp/nvhe/features.c hyp/nvhe/feature_table.c
 */
#include "tap.h"
#include "fake_cpu.h"
#include "models/models.h"
#include "nvhe/errata.h"
#include "nvhe/features.h"
#include "nvhe/host_sysreg.h"

const char *errata_refusal(u64 midr)
{
	(void)midr;
	return NULL;
}

#define READ	1
#define WRITE	0

/* ESR_EL2 for class 0x18 (Arm ARM, ISS encoding of a trapped MSR, MRS). */
static u64 esr_of(u32 op0, u32 op1, u32 crn, u32 crm, u32 op2, u32 rt, u32 read)
{
	return 0x18UL << 26 | 1UL << 25 | op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 |
	       rt << 5 | crm << 1 | read;
}

static struct host_frame frame;

static void fill_frame(void)
{
	u32 i;

	for (i = 0; i < 31; i++)
		frame.x[i] = 0x1111111111111111UL * i ^ 0xf00d;
	frame.pad = 0xfeed;
}

/* Registers other than @rt as fill_frame() left them? */
static bool rest_untouched(u32 rt)
{
	struct host_frame now = frame;
	bool same;

	fill_frame();
	if (rt < 31)
		frame.x[rt] = now.x[rt];
	same = !memcmp(&now, &frame, sizeof(now));
	frame = now;
	return same;
}

static void test_reads(void)
{
	u32 reg, rt, unanswered = 0, wrong = 0, touched = 0;

	fake_reset(models[9].el2, 0);
	for (reg = ID_REG(1, 0); reg <= ID_REG(7, 7); reg++)
		for (rt = 0; rt < 32; rt++) {
			fill_frame();
			unanswered += !host_sysreg_trap(&frame, esr_of(3, 0, 0, reg >> 3, reg & 7,
								       rt, READ));
			if (rt < 31)
				wrong += frame.x[rt] != host_id_reg(ID_REG_ENCODING(reg));
			touched += !rest_untouched(rt);
		}
	is_num(unanswered, 0, "every ID register is answered");
	is_num(wrong, 0, "the answer is host_id_reg(), in the register named");
	is_num(touched, 0, "no other register changes; XZR takes none");
	fill_frame();
	fake_set(SYS_ID_AA64DFR0_EL1, 1UL << 16);
	host_sysreg_trap(&frame, esr_of(3, 0, 0, 5, 0, 5, READ));
	is_num(frame.x[5], 0, "a hidden field reads as 0");
}

struct refused_case {
	const char *what;
	u8 op0, op1, crn, crm, op2, read;
};

static const struct refused_case refused_cases[] = {
	{ "a write of an ID register", 3, 0, 0, 4, 0, WRITE },
	{ "a write of an unallocated ID register", 3, 0, 0, 7, 7, WRITE },
	{ "MIDR_EL1", 3, 0, 0, 0, 0, READ },
	{ "CRm 0 op2 7", 3, 0, 0, 0, 7, READ },
	{ "CRm 8", 3, 0, 0, 8, 0, READ },
	{ "CRn 1", 3, 0, 1, 4, 0, READ },
	{ "op1 1 (SMIDR_EL1's space)", 3, 1, 0, 4, 0, READ },
	{ "op1 4", 3, 4, 0, 4, 0, READ },
	{ "op0 2", 2, 0, 0, 4, 0, READ },
	{ "op0 1 (a system instruction)", 1, 0, 0, 4, 0, READ },
	{ "PMIAR_EL1", 3, 0, 9, 14, 7, READ },
	{ "ACCDATA_EL1", 3, 0, 13, 0, 5, WRITE },
	{ "S2POR_EL1", 3, 0, 10, 2, 5, READ },
	{ "CLUSTERPMCR_EL1", 3, 0, 15, 5, 0, WRITE },
	{ "ERXPFGCTL_EL1", 3, 0, 5, 4, 5, READ },
};

static void test_refused(void)
{
	u32 i;

	fake_reset(models[9].el2, 0);
	for (i = 0; i < sizeof(refused_cases) / sizeof(refused_cases[0]); i++) {
		const struct refused_case *c = &refused_cases[i];
		bool done;

		fill_frame();
		done = host_sysreg_trap(&frame, esr_of(c->op0, c->op1, c->crn, c->crm, c->op2, 3,
						       c->read));
		ok(!done && rest_untouched(31), "refused: %s", c->what);
	}
}

/* Each of the 65,536 encodings: what is not an ID register is refused. */
static void test_all(void)
{
	u32 slot, wrong = 0;

	fake_reset(models[9].el2, 0);
	for (slot = 0; slot < FAKE_SLOTS; slot++) {
		u32 e = slot << 5;
		bool id = e >= sys_reg(3, 0, 0, 1, 0) && e <= sys_reg(3, 0, 0, 7, 7);
		u64 esr = esr_of(sys_reg_Op0(e), sys_reg_Op1(e), sys_reg_CRn(e), sys_reg_CRm(e),
				 sys_reg_Op2(e), 0, READ);

		wrong += host_sysreg_trap(&frame, esr) != id;
		wrong += host_sysreg_trap(&frame, esr & ~1UL);
	}
	is_num(wrong, 0, "of all encodings, only reads of ID registers are answered");
}

int main(void)
{
	test_reads();
	test_refused();
	test_all();
	return tap_done();
}
