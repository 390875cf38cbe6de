// SPDX-License-Identifier: GPL-2.0-only
/* VMIDs and their generations. */
#include "boot/info.h"
#include "nvhe/check.h"
#include "nvhe/cpu.h"
#include "nvhe/lock.h"
#include "nvhe/sysreg.h"
#include "nvhe/tlb.h"
#include "nvhe/vmid.h"

#define VMID_BITS_SHIFT	4	/* ID_AA64MMFR1_EL1.VMIDBits: 2 for 16 */
#define GENERATION(v)	((v) >> 16)
#define NUMBER(v)	((u16)(v))

static struct hyp_lock vmid_lock = HYP_LOCK(RANK_VMID);

/* Guard of all: vmid_lock. */
static u64 generation = 1;
static u32 next = 1;			/* the first number that nobody was given yet */
static struct vmid *loaded[BOOT_MAX_CPUS];	/* by CPU */
/* Numbers that were kept over the last end of a generation: not to be given again. */
static u16 kept[BOOT_MAX_CPUS];
static u32 nr_kept;

/*
 * 16 bits only where 8 could run out: CPUs of one small machine may differ, and this
 * is asked on any of them. No machine of more than 128 CPUs is without.
 */
u32 vmid_bits(void)
{
	u64 mmfr1 = sysreg_read(ID_AA64MMFR1_EL1);

	return hyp_nr_cpus > 128 && (mmfr1 >> VMID_BITS_SHIFT & 0xf) == 2 ? 16 : 8;
}

static bool is_kept(u32 number)
{
	u32 i;

	for (i = 0; i < nr_kept; i++)
		if (kept[i] == number)
			return true;
	return false;
}

/*
 * The entries of a VM that is loaded stay right: its VMID stays its own. All others
 * go before anyone gets a number of theirs.
 */
static void end_generation(void)
{
	u32 i;

	generation++;
	next = 1;
	nr_kept = 0;
	for (i = 0; i < hyp_nr_cpus; i++) {
		if (!loaded[i])
			continue;
		loaded[i]->value = generation << 16 | NUMBER(loaded[i]->value);
		if (!is_kept(NUMBER(loaded[i]->value)))
			kept[nr_kept++] = NUMBER(loaded[i]->value);
	}
	tlb_flush_all_vmids();
}

static u16 new_number(void)
{
	u32 end = 1U << vmid_bits();
	u32 tries;

	for (tries = 0; tries < 2; tries++) {
		while (next < end && is_kept(next))
			next++;
		if (next < end)
			return next++;
		end_generation();
	}
	hyp_fatal(__FILE__, __LINE__, "fewer VMIDs than CPUs");
}

u16 vmid_load(struct vmid *vmid)
{
	u16 number;

	hyp_lock(&vmid_lock);
	loaded[this_cpu()->index] = NULL;
	if (GENERATION(vmid->value) != generation) {
		number = new_number();
		vmid->value = generation << 16 | number;
	}
	loaded[this_cpu()->index] = vmid;
	number = NUMBER(vmid->value);
	hyp_unlock(&vmid_lock);
	return number;
}

void vmid_put(void)
{
	hyp_lock(&vmid_lock);
	loaded[this_cpu()->index] = NULL;
	hyp_unlock(&vmid_lock);
}

u16 vmid_in_tlb(const struct vmid *vmid)
{
	u16 number = 0;

	hyp_lock(&vmid_lock);
	if (GENERATION(vmid->value) == generation)
		number = NUMBER(vmid->value);
	hyp_unlock(&vmid_lock);
	return number;
}
