// SPDX-License-Identifier: GPL-2.0-only
/*
 * What EL2 does with the host's exceptions, and the exceptions that it injects.
 * SOURCES: hyp/nvhe/host.c hyp/nvhe/host_inject.c
 */
#include "tap.h"
#include "fake_cpu.h"
#include <asm/esr.h>
#include <asm/ptrace.h>
#include <pkvm/host_call.h>
#include "nvhe/host.h"
#include "nvhe/host_s2.h"
#include "nvhe/host_sysreg.h"
#include "nvhe/smc.h"
#include "nvhe/tlb.h"

#define VBAR	0xffff800010000000UL
#define PC	0xffff800010123450UL
#define FAR	0xffff80001badd123UL
#define EC(x)	((u64)ESR_ELx_EC_##x << ESR_ELx_EC_SHIFT)
#define IL	ESR_ELx_IL

static struct hyp_cpu cpu;
static struct host_frame frame;
static u64 asked_ipa;
static bool asked_exec;
static int asked, hvcs, smcs, flushes;
static u32 smc_imm;
static enum host_fault verdict;

struct hyp_cpu *this_cpu(void)
{
	return &cpu;
}

enum host_fault host_s2_fault(u64 ipa, bool exec)
{
	asked_ipa = ipa;
	asked_exec = exec;
	asked++;
	return verdict;
}

bool host_sysreg_trap(struct host_frame *r, u64 esr)
{
	r->x[0] = esr;
	return esr & ESR_ELx_SYS64_ISS_DIR_MASK;	/* the fake knows reads only */
}

void host_smc(struct host_frame *r, u32 imm)
{
	(void)r;
	smc_imm = imm;
	smcs++;
}

void tlb_flush_host_all(void)
{
	flushes++;
}

static bool fp_was_guests;

bool guest_fp_trap(void)
{
	return fp_was_guests;
}

static void call(struct host_frame *r)
{
	(void)r;
	hvcs++;
}

const struct host_policy host_policy = { .hvc = call };

static u64 reg(u32 encoding)
{
	return fake_value[FAKE_SLOT(encoding)];
}

static void trap(u64 esr, u64 spsr)
{
	static const struct fake_reg none[] = { { 0, 0 } };

	fake_reset(none, 0);
	fake_strict = false;
	memset(&frame, 0, sizeof(frame));
	memset(cpu.count, 0, sizeof(cpu.count));
	asked = hvcs = smcs = flushes = 0;
	fake_set(SYS_ESR_EL2, esr);
	fake_set(SYS_SPSR_EL2, spsr);
	fake_set(SYS_ELR_EL2, PC);
	fake_set(SYS_FAR_EL2, FAR);
	fake_set(SYS_HPFAR_EL2, 0x40201UL << 4);
	fake_set(SYS_VBAR_EL1, VBAR);
	host_trap(&frame);
}

static bool injected(u64 esr, u64 offset, u64 spsr)
{
	return reg(SYS_ESR_EL1) == esr && reg(SYS_ELR_EL1) == PC &&
	       reg(SYS_ELR_EL2) == VBAR + offset && reg(SYS_SPSR_EL1) == spsr;
}

static bool nothing_injected(u64 pc)
{
	return reg(SYS_ELR_EL2) == pc && !reg(SYS_ESR_EL1);
}

static void test_aborts(void)
{
	static const struct {
		const char *what;
		u64 esr, spsr, want, offset;
		u32 count;
	} cases[] = {
		{ "a load of the kernel", EC(DABT_LOW) | IL | 0x07, PSR_MODE_EL1h,
		  EC(DABT_CUR) | IL | 0x21, 0x200, PKVM_INFO_REFUSED_READ },
		{ "a store of the kernel", EC(DABT_LOW) | IL | ESR_ELx_WNR | 0x07, PSR_MODE_EL1h,
		  EC(DABT_CUR) | IL | ESR_ELx_WNR | 0x21, 0x200, PKVM_INFO_REFUSED_WRITE },
		{ "a load of a process", EC(DABT_LOW) | IL | 0x06, PSR_MODE_EL0t,
		  EC(DABT_LOW) | IL | 0x21, 0x400, PKVM_INFO_REFUSED_READ },
		{ "a load of an AArch32 process", EC(DABT_LOW) | 0x06, 0x10,
		  EC(DABT_LOW) | 0x21, 0x600, PKVM_INFO_REFUSED_READ },
		{ "a fetch of the kernel", EC(IABT_LOW) | IL | 0x07, PSR_MODE_EL1h,
		  EC(IABT_CUR) | IL | 0x21, 0x200, PKVM_INFO_REFUSED_EXEC },
		{ "a fetch of a process", EC(IABT_LOW) | IL | 0x07, PSR_MODE_EL0t,
		  EC(IABT_LOW) | IL | 0x21, 0x400, PKVM_INFO_REFUSED_EXEC },
		{ "cache maintenance", EC(DABT_LOW) | IL | ESR_ELx_CM | ESR_ELx_WNR | 0x07,
		  PSR_MODE_EL1h, EC(DABT_CUR) | IL | ESR_ELx_CM | ESR_ELx_WNR | 0x21, 0x200,
		  PKVM_INFO_REFUSED_CACHE },
		{ "a stage-1 walk", EC(DABT_LOW) | IL | ESR_ELx_S1PTW | 0x07, PSR_MODE_EL1h,
		  EC(DABT_CUR) | IL | 0x21, 0x200, PKVM_INFO_REFUSED_WALK },
		{ "a syndrome full of detail", EC(DABT_LOW) | IL | (0x1ffffff & ~0x1ffUL) | 0x07,
		  PSR_MODE_EL1h | 0xf0000000, EC(DABT_CUR) | IL | 0x21, 0x200,
		  PKVM_INFO_REFUSED_READ },
		{ "EL1 on SP_EL0", EC(DABT_LOW) | IL | 0x07, PSR_MODE_EL1t,
		  EC(DABT_CUR) | IL | 0x21, 0, PKVM_INFO_REFUSED_READ },
	};
	u32 i;

	verdict = HOST_FAULT_REFUSE;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		trap(cases[i].esr, cases[i].spsr);
		ok(injected(cases[i].want, cases[i].offset, cases[i].spsr) &&
		   reg(SYS_FAR_EL1) == FAR, "refused: %s", cases[i].what);
		is_num(cpu.count[cases[i].count], 1, "counted: %s", cases[i].what);
	}
	is_num(asked_ipa, 0x40201123, "the address is HPFAR's page and FAR's offset");
	verdict = HOST_FAULT_RETRY;
	trap(EC(IABT_LOW) | IL | 0x07, PSR_MODE_EL1h);
	ok(asked_exec && nothing_injected(PC), "a fault that was mended is retried");
	trap(EC(DABT_LOW) | IL | 0x0f, PSR_MODE_EL1h);
	ok(!asked && !nothing_injected(PC), "a permission fault is refused unasked");
	trap(EC(DABT_LOW) | IL | 0x30, PSR_MODE_EL1h);
	ok(flushes == 1 && nothing_injected(PC), "a TLB conflict is flushed and retried");
}

static void test_pstate(void)
{
	u64 daif = PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT;
	u64 now;

	verdict = HOST_FAULT_REFUSE;
	trap(EC(DABT_LOW) | 0x07, PSR_MODE_EL0t | PSR_Z_BIT | PSR_BTYPE_MASK | PSR_SSBS_BIT |
	     PSR_UAO_BIT | 1UL << 20 | PSR_DIT_BIT);
	now = reg(SYS_SPSR_EL2);
	is_num(now & 0xf, PSR_MODE_EL1h, "the handler runs at EL1h");
	is_num(now & daif, daif, "with all interrupts masked");
	ok(now & PSR_PAN_BIT, "with PAN set, SPAN being 0");
	ok(now & PSR_TCO_BIT, "with tag checks off");
	ok(!(now & (PSR_BTYPE_MASK | PSR_UAO_BIT | 1UL << 20 | PSR_SSBS_BIT)),
	   "BTYPE, UAO, IL and SSBS clear");
	ok((now & PSR_Z_BIT) && (now & PSR_DIT_BIT), "flags and DIT kept");
	fake_set(SYS_SCTLR_EL1, (1UL << 23) | (1UL << 44));
	fake_set(SYS_SPSR_EL2, PSR_MODE_EL0t);
	host_inject_undef();
	now = reg(SYS_SPSR_EL2);
	ok(!(now & PSR_PAN_BIT), "SPAN 1 leaves PAN alone");
	ok(now & PSR_SSBS_BIT, "DSSBS 1 sets SSBS");
}

static void test_calls(void)
{
	trap(EC(HVC64) | IL, PSR_MODE_EL1h);
	ok(hvcs == 1 && nothing_injected(PC), "HVC with immediate 0 is a host call");
	trap(EC(HVC64) | IL | 1, PSR_MODE_EL1h);
	ok(!hvcs && frame.x[0] == ~0UL && cpu.count[PKVM_INFO_REFUSED_HVC] == 1,
	   "HVC with another immediate is not");
	trap(EC(SMC64) | IL | 0x12, PSR_MODE_EL1h);
	ok(smcs == 1 && smc_imm == 0x12 && reg(SYS_ELR_EL2) == PC + 4,
	   "an SMC goes to the filter, and the PC past it");
	trap(EC(SYS64) | IL | ESR_ELx_SYS64_ISS_DIR_MASK, PSR_MODE_EL1h);
	ok(reg(SYS_ELR_EL2) == PC + 4, "a register that is answered moves the PC");
	trap(EC(SYS64) | IL, PSR_MODE_EL1h);
	ok(injected(IL, 0x200, PSR_MODE_EL1h) && cpu.count[PKVM_INFO_REFUSED_SYSREG] == 1,
	   "a register that is not is UNDEFINED, and counted");
}

/* Everything else that could ever arrive: UNDEFINED, and never fatal. */
static void test_unknown_classes(void)
{
	u64 ec, wrong = 0;

	verdict = HOST_FAULT_REFUSE;
	for (ec = 0; ec < 64; ec++) {
		if (ec == ESR_ELx_EC_HVC64 || ec == ESR_ELx_EC_SMC64 || ec == ESR_ELx_EC_SYS64 ||
		    ec == ESR_ELx_EC_DABT_LOW || ec == ESR_ELx_EC_IABT_LOW)
			continue;
		trap(ec << ESR_ELx_EC_SHIFT | 0x1ffffff, PSR_MODE_EL1h);
		wrong += !injected(IL, 0x200, PSR_MODE_EL1h) ||
			 cpu.count[PKVM_INFO_REFUSED_SYSREG] != 1;
	}
	is_num(wrong, 0, "each exception class that EL2 did not ask for is UNDEFINED");
	fp_was_guests = true;
	trap(EC(FP_ASIMD) | IL, PSR_MODE_EL1h);
	ok(nothing_injected(PC) && !cpu.count[PKVM_INFO_REFUSED_SYSREG],
	   "FP that was a guest's is tried again");
	fp_was_guests = false;
}

int main(void)
{
	test_aborts();
	test_pstate();
	test_calls();
	test_unknown_classes();
	return tap_done();
}
