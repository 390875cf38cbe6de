// SPDX-License-Identifier: GPL-2.0-only
/* Exceptions of the host, and accesses that are expected to be refused. */
#include "bare.h"

extern char probe_read_at[], probe_write_at[], probe_exec_back[];
u64 probe_read(u64 address, u64 *value);
u64 probe_write(u64 address, u64 *value);
u64 probe_exec(u64 address);

#define VECTOR_SYNC	4
#define VECTOR_IRQ	5

static bool fix_up(struct frame *f)
{
	struct cpu *cpu = this_cpu();

	if (!cpu->fixup_at || f->elr != cpu->fixup_at)
		return false;
	cpu->esr = rd(esr_el1);
	cpu->far = rd(far_el1);
	f->x[2] = cpu->esr;
	f->elr = cpu->fixup_to;
	return true;
}

void trap(struct frame *f, u64 vector)
{
	u64 esr;

	if (vector == VECTOR_IRQ) {
		gic_handle();
		return;
	}
	if (vector == VECTOR_SYNC && fix_up(f))
		return;
	esr = rd(esr_el1);
	fatal("exception %lu on CPU %u: ESR %lx ELR %lx (image at %lx) FAR %lx SPSR %lx", vector,
	      this_cpu()->index, esr, f->elr - (u64)_start, (u64)_start, rd(far_el1), f->spsr);
}

static u64 attempt(u64 at, u64 to, u64 (*fn)(u64, u64 *), u64 address, u64 *value)
{
	struct cpu *cpu = this_cpu();
	u64 esr;

	cpu->fixup_at = at;
	cpu->fixup_to = to;
	esr = fn(address, value);
	cpu->fixup_at = 0;
	return esr;
}

u64 try_read(u64 address, u64 *value)
{
	*value = 0;
	return attempt((u64)probe_read_at, (u64)probe_read_at + 4, probe_read, address, value);
}

u64 try_write(u64 address, u64 value)
{
	return attempt((u64)probe_write_at, (u64)probe_write_at + 4, probe_write, address, &value);
}

static u64 exec_at(u64 address, u64 *unused)
{
	(void)unused;
	return probe_exec(address);
}

u64 try_exec(u64 address)
{
	u64 none;

	return attempt(address, (u64)probe_exec_back, exec_at, address, &none);
}
