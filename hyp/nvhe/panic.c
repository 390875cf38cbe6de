// SPDX-License-Identifier: GPL-2.0-only
/*
 * EL2 is wrong: say what and where, then reset (or stop, pkvm.panic=stop).
 * Runs on the panic stack, one CPU only, and takes no lock: its holder may be
 * what panicked.
 */
#include <uapi/linux/psci.h>
#include <linux/stdarg.h>
#include "nvhe/check.h"
#include "nvhe/console.h"
#include "nvhe/cpu.h"
#include "nvhe/image.h"
#include "nvhe/lock.h"
#include "nvhe/log.h"
#include "nvhe/panic.h"
#include "nvhe/smccc.h"
#include "nvhe/sysreg.h"

#define MAX_FRAMES	16

u64 panic_owner;			/* taken once, by nvhe/vectors.S or below */
u64 panic_regs_early[32];
static u32 panic_mode;			/* enum boot_panic; fixed after init */

void panic_init(u32 mode)
{
	panic_mode = mode;
}

static void __attribute__((noreturn)) panic_end(void)
{
	struct smccc_regs r = { .x = { PSCI_0_2_FN_SYSTEM_RESET } };

	if (panic_mode == BOOT_PANIC_STOP)
		hyp_err("panic: stopped (pkvm.panic=stop)\n");
	else
		hyp_smc(&r);
	panic_halt();
}

static bool in_text(u64 pc)
{
	return pc >= (u64)_text && pc < (u64)_etext;
}

/* A frame record is on a stack: in memory that EL2 maps, or not followed. */
static bool in_memory(u64 fp)
{
	return !(fp & 7) && fp >= (u64)_data &&
	       hyp_va_mapped(fp) && hyp_va_mapped(fp + 15);
}

/* Offsets from the image's start: tools/pkvm-backtrace makes lines of them. */
static void backtrace(u64 pc, u64 lr, u64 fp)
{
	u32 n;

	hyp_err("backtrace: %lx\n", (unsigned long)(pc - (u64)_start));
	if (in_text(lr))
		hyp_err("backtrace: %lx\n", (unsigned long)(lr - (u64)_start));
	for (n = 0; n < MAX_FRAMES && in_memory(fp); n++) {
		const u64 *record = (const u64 *)fp;

		if (!in_text(record[1]))
			break;
		hyp_err("backtrace: %lx\n", (unsigned long)(record[1] - (u64)_start));
		if (record[0] <= fp)
			break;
		fp = record[0];
	}
	hyp_err("backtrace: end\n");
}

static void begin(void)
{
	hyp_locks_live = 0;
	console_on();
}

void __attribute__((noreturn, cold)) hyp_fatal(const char *file, int line, const char *what)
{
	if (hyp_locks_live && __atomic_exchange_n(&panic_owner, 1, __ATOMIC_ACQUIRE))
		panic_halt();
	begin();
	hyp_err("panic: %s:%d: %s\n", file, line, what);
	/* From the caller's record on: the return address is in this function's own. */
	backtrace((u64)__builtin_return_address(0), 0, *(u64 *)__builtin_frame_address(0));
	panic_end();
}

static const char *const vector_names[] = {
	"synchronous, SP_EL0", "IRQ, SP_EL0", "FIQ, SP_EL0", "SError, SP_EL0",
	"synchronous", "IRQ", "FIQ", "SError",
	"synchronous, lower level", "IRQ, lower level", "FIQ, lower level",
	"SError, lower level", "synchronous, AArch32", "IRQ, AArch32",
	"FIQ, AArch32", "SError, AArch32", "interrupt or SError of the host",
};

void __attribute__((noreturn)) hyp_panic_exception(u64 vector, const u64 *regs)
{
	u64 pc = sysreg_read(ELR_EL2);
	u32 i;

	begin();
	hyp_err("panic: exception: %s\n", vector < 17 ? vector_names[vector] : "?");
	hyp_err("ESR %08lx FAR %016lx HPFAR %lx SPSR %lx\n",
		(unsigned long)sysreg_read(ESR_EL2), (unsigned long)sysreg_read(FAR_EL2),
		(unsigned long)sysreg_read(HPFAR_EL2), (unsigned long)sysreg_read(SPSR_EL2));
	hyp_err("PC  %016lx (image at %lx, MPIDR %lx)\n", (unsigned long)pc,
		(unsigned long)_start, (unsigned long)read_sysreg(mpidr_el1));
	for (i = 0; i < 31; i += 2)
		hyp_err("%s%02u %016lx %s%02u %016lx\n", "x", i, (unsigned long)regs[i],
			i == 30 ? "sp" : "x", i + 1, (unsigned long)regs[i + 1]);
	backtrace(pc, regs[30], regs[29]);
	panic_end();
}
