// SPDX-License-Identifier: GPL-2.0-only
/* CPUs: their records, and what each does on its way to the host. */
#include <linux/stddef.h>
#include <asm/kvm_arm.h>
#include "nvhe/addr.h"
#include "nvhe/cpu.h"
#include "nvhe/cpu_asm.h"
#include "nvhe/cpu_init.h"
#include "nvhe/el2_init.h"
#include "nvhe/errata.h"
#include "nvhe/guest.h"
#include "nvhe/host_s2.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/image.h"
#include "nvhe/pool.h"
#include "nvhe/psci.h"
#include "nvhe/sysreg.h"

_Static_assert(offsetof(struct hyp_cpu, stack_top) == CPU_STACK_TOP, "cpu_asm.h");
_Static_assert(offsetof(struct hyp_cpu, bhb_loops) == CPU_BHB_LOOPS, "cpu_asm.h");
_Static_assert(offsetof(struct hyp_cpu, panic_regs) == CPU_PANIC_REGS, "cpu_asm.h");
_Static_assert(sizeof(struct host_frame) == FRAME_SIZE, "cpu_asm.h");
_Static_assert(sizeof(struct hyp_cpu) <= HYP_PAGE_SIZE, "one page a CPU");

#define STACK_SIZE	(2 * HYP_PAGE_SIZE)
#define AREA_SIZE	(HYP_PAGE_SIZE + STACK_SIZE + HYP_PAGE_SIZE)

struct hyp_cpu **hyp_cpus;
u32 hyp_nr_cpus;

struct hyp_cpu *this_cpu(void)
{
	return (struct hyp_cpu *)sysreg_read(TPIDR_EL2);
}

struct hyp_cpu *hyp_cpu_by_mpidr(u64 mpidr)
{
	u32 i;

	for (i = 0; i < hyp_nr_cpus; i++)
		if (hyp_cpus[i]->mpidr == mpidr)
			return hyp_cpus[i];
	return NULL;
}

u64 hyp_cpu_entry_pa(void)
{
	return hyp_pa(cpu_entry);
}

u64 hyp_cpu_context_pa(struct hyp_cpu *cpu)
{
	return hyp_pa(cpu);
}

u64 cpu_memory(u32 nr)
{
	return nr * AREA_SIZE + round_up_to(nr * sizeof(*hyp_cpus), HYP_PAGE_SIZE);
}

/* From low to high: guard page, stack, record. A stack that overflows faults. */
static struct hyp_cpu *make_cpu(u32 index, u64 mpidr)
{
	u8 *area = pool_take(AREA_SIZE, HYP_PAGE_SIZE);
	struct hyp_cpu *cpu;

	if (!area)
		return NULL;
	hyp_mm_guard(hyp_pa(area));
	cpu = (struct hyp_cpu *)(area + HYP_PAGE_SIZE + STACK_SIZE);
	cpu->stack_top = (u64)cpu;
	cpu->mpidr = mpidr;
	cpu->index = index;
	return cpu;
}

bool cpus_init(const struct boot_info *info)
{
	u32 i;

	hyp_cpus = pool_take(info->nr_cpus * sizeof(*hyp_cpus), HYP_PAGE_SIZE);
	if (!hyp_cpus)
		return false;
	for (i = 0; i < info->nr_cpus; i++) {
		hyp_cpus[i] = make_cpu(i, info->cpu_mpidr[i]);
		if (!hyp_cpus[i])
			return false;
	}
	hyp_nr_cpus = info->nr_cpus;
	return true;
}

static const char *vectors_of(const struct hyp_cpu *cpu)
{
	switch (errata_vectors(cpu)) {
	case ERRATA_VECTORS_LOOP:
		return vectors_bhb_loop;
	case ERRATA_VECTORS_CLRBHB:
		return vectors_clrbhb;
	case ERRATA_VECTORS_FIRMWARE:
		return vectors_bhb_fw;
	case ERRATA_VECTORS_FIRMWARE_1:
		return vectors_bhb_fw1;
	default:
		return vectors_plain;
	}
}

/*
 * EL2's registers on this CPU, whatever they were. Stage 2 before HCR_EL2.VM;
 * the ISB makes both count before anything of the host runs.
 */
void cpu_init_this(struct hyp_cpu *cpu)
{
	errata_init_cpu(cpu);
	write_sysreg(vectors_of(cpu), vbar_el2);
	el2_init_cpu_for_host(cpu);
	guest_init_cpu(cpu);
	host_s2_cpu();
	/* ERRATA_HCR_SYNC: what came before is done, and the write counts at once. */
	dsb(nsh);
	write_sysreg(host_hcr(), hcr_el2);
	isb();
	/* EL1 as a CPU coming out of reset: MMU off, little endian. */
	write_sysreg(INIT_SCTLR_EL1_MMU_OFF, sctlr_el1);
	isb();
}

/* From cpu_entry: firmware has entered this CPU, for CPU_ON or after a suspend. */
void __attribute__((noreturn)) cpu_arrive(struct hyp_cpu *cpu)
{
	u64 entry, context;

	cpu_init_this(cpu);
	psci_cpu_arrived(cpu, &entry, &context);
	host_enter(entry, context);
}
