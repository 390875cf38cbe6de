// SPDX-License-Identifier: GPL-2.0-only
/*
 * When an epoch begins, and what has to hear of it.
 *
 * Each kernel calls PSCI_VERSION once as it boots. The same call is made by a read
 * of debugfs psci, and that one must not end anything, so the caller's kernel
 * page table tells one kernel from another: swapper_pg_dir lies elsewhere in
 * another kernel. Where kexec put the new kernel exactly over the old one, the
 * other CPUs are off at that moment.
 *
 * A host that forges either only kills its own VMs, which it may do anyway. A host
 * that hides a kexec keeps VMs that its next kernel does not know of; their
 * pages stay closed.
 */
#include <linux/types.h>

#include "nvhe/lock.h"
#include "nvhe/log.h"
#include "nvhe/psci.h"
#include "pkvm/epoch.h"
#include "pkvm/page.h"
#include "pkvm/vcpu.h"

/*
 * TTBR1_EL1.BADDR, bits 47 to 1. ASID (63 to 48) and CnP (0) change at each mm
 * switch. With 52-bit addresses BADDR's top bits are found in its low ones (5 to 2,
 * or 9 to 8), which no smaller table needs to be 0: all of them are compared.
 */
#define TTBR_BADDR	0x0000fffffffffffeULL

/* New epochs that get a line in the log before only every 2^n-th does. */
#define EPOCH_LOG_ALL	16

static struct hyp_lock epoch_lock = HYP_LOCK(RANK_EPOCH);

/* Guard: epoch_lock; now is read without it too. */
static struct {
	u64 now;
	u64 baddr;
	bool asked;
	u64 registration;	/* the last one; 0: none */
} epoch = { .now = 1 };

static void epoch_begin(const char *why)
{
	const struct epoch_holder *const *h;
	u64 old = epoch.now, now = old + 1;

	/* First the number: what is published from here on is of the new epoch. */
	__atomic_store_n(&epoch.now, now, __ATOMIC_RELEASE);
	for (h = epoch_holders; *h; h++)
		(*h)->end(old);
	/* A host can begin epochs as fast as it likes; the log has other readers. */
	if (now <= EPOCH_LOG_ALL || !(now & (now - 1)))
		hyp_info("epoch %llu: another kernel runs (%s)\n", (unsigned long long)now, why);
}

void epoch_psci_version(u64 ttbr1, bool alone)
{
	u64 baddr = ttbr1 & TTBR_BADDR;

	hyp_lock(&epoch_lock);
	if (epoch.asked && baddr != epoch.baddr)
		epoch_begin("its kernel page table lies elsewhere");
	else if (epoch.asked && alone)
		epoch_begin("all other CPUs are off");
	epoch.asked = true;
	epoch.baddr = baddr;
	hyp_unlock(&epoch_lock);
}

void epoch_register(u64 id)
{
	hyp_lock(&epoch_lock);
	if (epoch.registration != id && vm_count_of(epoch.now))
		epoch_begin("another module registered");
	epoch.registration = id;
	hyp_unlock(&epoch_lock);
}

u64 epoch_now(void)
{
	return __atomic_load_n(&epoch.now, __ATOMIC_ACQUIRE);
}

u64 epoch_old_pages(void)
{
	const struct epoch_holder *const *h;
	u64 pages = 0;

	for (h = epoch_holders; *h; h++)
		pages += (*h)->old_pages();
	return pages;
}

void epoch_power_down(void)
{
	const struct epoch_holder *const *h;

	for (h = epoch_holders; *h; h++)
		(*h)->wipe();
}

const struct psci_policy psci_policy = {
	.may_execute = host_may_execute,
	.version_asked = epoch_psci_version,
	.cpu_leaves = vcpu_cpu_leaves,
	.power_down = epoch_power_down,
};
