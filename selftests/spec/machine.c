// SPDX-License-Identifier: GPL-2.0-only
/* The fakes below hyp/pkvm: memory, locks, TLB, windows, and a world switch without CPU. */
#include <linux/errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_cpu.h"
#include "boot/info.h"
#include "machine.h"
#include "nvhe/addr.h"
#include "nvhe/arena.h"
#include "nvhe/cache.h"
#include "nvhe/check.h"
#include "nvhe/cpu.h"
#include "nvhe/fixmap.h"
#include "nvhe/guest.h"
#include "nvhe/host.h"
#include "nvhe/host_s2.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/lock.h"
#include "nvhe/log.h"
#include "nvhe/log_ring.h"
#include "nvhe/pool.h"
#include "nvhe/psci.h"
#include "nvhe/tlb.h"
#include "pkvm/epoch.h"
#include "pkvm/mem.h"
#include "pkvm/page.h"

uint32_t machine_cpu;
bool machine_fp_busy[M_CPUS];
void (*machine_yield)(void);

static struct hyp_cpu cpus[M_CPUS];
static struct hyp_cpu *cpu_list[M_CPUS];
struct hyp_cpu **hyp_cpus = cpu_list;
u32 hyp_nr_cpus = M_CPUS;
u32 hyp_locks_live = 1;

struct hyp_cpu *this_cpu(void)
{
	return &cpus[machine_cpu];
}

void hyp_fatal(const char *file, int line, const char *what)
{
	machine_broken("hyp_fatal at %s:%d: %s", file, line, what);
}

void hyp_log(int level, const char *fmt, ...)
{
}

u64 log_end(void)
{
	return 0;
}

u64 log_read(u64 *pos, char *buf, u64 max)
{
	return 0;
}

/* Locks: in their order, and one CPU at a time. */
void hyp_lock(struct hyp_lock *lock)
{
	struct hyp_cpu *cpu = this_cpu();

	if (cpu->ranks_held >> lock->rank)
		machine_broken("a lock of rank %u was taken out of order", lock->rank);
	if (machine_yield)
		machine_yield();
	while (lock->tickets) {
		if (!machine_yield)
			machine_broken("a lock of rank %u is held for ever", lock->rank);
		machine_yield();
	}
	lock->tickets = 1 + machine_cpu;
	cpu->ranks_held |= 1U << lock->rank;
}

void hyp_unlock(struct hyp_lock *lock)
{
	if (lock->tickets != 1 + machine_cpu)
		machine_broken("a lock of rank %u was not held", lock->rank);
	lock->tickets = 0;
	this_cpu()->ranks_held &= ~(1U << lock->rank);
	if (machine_yield)
		machine_yield();
}

bool hyp_lock_held(const struct hyp_lock *lock)
{
	return lock->tickets;
}

/* EL2's pool: the carve-out. */
static u64 pool_at, pool_end;
static void *free_page;

void *pool_take(u64 size, u64 align)
{
	u64 at = round_up_to(pool_at, align);

	size = round_up_to(size, HYP_PAGE_SIZE);
	if (at + size > pool_end)
		return NULL;
	pool_at = at + size;
	return memset((void *)at, 0, size);
}

void *pool_page(void)
{
	void *p = free_page;

	if (!p)
		return pool_take(HYP_PAGE_SIZE, HYP_PAGE_SIZE);
	free_page = *(void **)p;
	return memset(p, 0, HYP_PAGE_SIZE);
}

void pool_free(void *page)
{
	*(void **)page = free_page;
	free_page = page;
}

u64 pool_free_bytes(void)
{
	return pool_end - pool_at;
}

/* Windows and EL2's own table: only whether they are open. */
static u64 window[M_CPUS][FIX_SLOTS + 1];
static bool block_mapped[M_PAGES / 512];

/* Where another CPU may come between, beside the locks. */
static void turn(void)
{
	if (machine_yield)
		machine_yield();
}

static void *open_window(u64 *w, u64 pa)
{
	turn();
	if (*w)
		machine_broken("a window is opened twice");
	if (pa - M_RAM >= M_PAGES * HYP_PAGE_SIZE)
		machine_broken("a window onto %#llx, which is not RAM", (unsigned long long)pa);
	*w = pa;
	return (void *)pa;
}

static void close_window(u64 *w)
{
	if (!*w)
		machine_broken("a window is closed twice");
	*w = 0;
}

void *fix_map(enum fix_slot slot, u64 pa)
{
	return open_window(&window[machine_cpu][slot], pa);
}

void fix_unmap(enum fix_slot slot)
{
	close_window(&window[machine_cpu][slot]);
}

void *fix_map_block(u64 pa)
{
	return open_window(&window[machine_cpu][FIX_SLOTS], pa);
}

void fix_unmap_block(void)
{
	close_window(&window[machine_cpu][FIX_SLOTS]);
}

void hyp_mm_map_block(u64 pa)
{
	bool *m = &block_mapped[(pa - M_RAM) / HYP_BLOCK_SIZE];

	if (*m)
		machine_broken("a block is mapped twice at EL2");
	*m = true;
}

void hyp_mm_unmap_block(u64 pa)
{
	bool *m = &block_mapped[(pa - M_RAM) / HYP_BLOCK_SIZE];

	if (!*m)
		machine_broken("a block is unmapped twice at EL2");
	*m = false;
}

/* Pages that were written through the cache and are not at the point of coherency. */
static bool dirty[M_PAGES];

void machine_written(uint64_t pa)
{
	dirty[(pa - M_RAM) / HYP_PAGE_SIZE] = true;
}

bool machine_dirty(uint64_t pa)
{
	return dirty[(pa - M_RAM) / HYP_PAGE_SIZE];
}

void cache_zero(void *p, u64 size)
{
	u64 at = (u64)p;

	memset(p, 0, size);
	for (; at < (u64)p + size; at += HYP_PAGE_SIZE)
		machine_written(at);
}

void cache_clean_inval(u64 base, u64 size)
{
	u64 at;

	for (at = base; at < base + size; at += HYP_PAGE_SIZE)
		dirty[(at - M_RAM) / HYP_PAGE_SIZE] = false;
}

void cache_inval_code(u64 base, u64 size)
{
}

/* Walks. */
static struct walked walk(const uint64_t *table, u64 vtcr, u64 ipa)
{
	u32 bits = 64 - (vtcr & 63), level = 2 - (vtcr >> 6 & 3);
	u64 index = ipa >> (39 - 9 * level);
	struct walked w = { 0 };

	if (ipa >> bits)
		return w;
	for (;; level++) {
		u64 pte;

		w.ptep = (uint64_t *)table + index;
		w.size = 1ULL << (39 - 9 * level);
		pte = *w.ptep;
		if (!(pte & 1))
			return w;
		if (level == 3 || !(pte & 2)) {
			w.valid = level < 3 || pte & 2;
			w.pa = (pte & 0x0000fffffffff000ULL & ~(w.size - 1)) |
			       (ipa & (w.size - 1) & ~0xfffULL);
			w.read = pte & 1 << 6;
			w.write = pte & 1 << 7;
			w.exec = !(pte >> 53 & 3);
			w.af = pte & 1 << 10;
			return w;
		}
		table = (const uint64_t *)(pte & 0x0000fffffffff000ULL);
		index = ipa >> (39 - 9 * (level + 1)) & 511;
	}
}

struct walked machine_walk_host(uint64_t ipa)
{
	return walk((const uint64_t *)(fake_value[FAKE_SLOT(SYS_VTTBR_EL2)] & 0xfffffffffffeULL),
		    fake_value[FAKE_SLOT(SYS_VTCR_EL2)], ipa);
}

struct walked machine_walk_guest(uint64_t vttbr, uint64_t vtcr, uint64_t ipa)
{
	return walk((const uint64_t *)(vttbr & 0xfffffffffffeULL), vtcr, ipa);
}

/* A TLB of pages: VMID 0 is the host. */
#define TLB_SIZE	64

static struct tlb_entry {
	bool used;
	u64 vttbr, vtcr, ipa;
	struct walked w;
} tlb[TLB_SIZE];
static u32 tlb_next;

static u16 vmid_of(u64 vttbr)
{
	return vttbr >> 48;
}

static struct walked walk_again(const struct tlb_entry *e)
{
	return vmid_of(e->vttbr) ? machine_walk_guest(e->vttbr, e->vtcr, e->ipa) :
	       machine_walk_host(e->ipa);
}

static struct walked tlb_look(u64 vttbr, u64 vtcr, u64 ipa)
{
	struct tlb_entry new = { true, vttbr, vtcr, ipa & ~0xfffULL, { 0 } };
	u32 i;

	for (i = 0; i < TLB_SIZE; i++)
		if (tlb[i].used && tlb[i].ipa == new.ipa &&
		    vmid_of(tlb[i].vttbr) == vmid_of(vttbr))
			return tlb[i].w;
	new.w = walk_again(&new);
	if (new.w.valid)
		tlb[tlb_next++ % TLB_SIZE] = new;
	return new.w;
}

struct walked machine_host_access(uint64_t ipa)
{
	return tlb_look(0, 0, ipa);
}

struct walked machine_guest_access(uint64_t vttbr, uint64_t vtcr, uint64_t ipa)
{
	struct walked w = tlb_look(vttbr, vtcr, ipa);

	if (w.valid)
		*w.ptep |= 1 << 10;	/* the hardware's access flag */
	return w;
}

bool machine_tlb_stale(char *why, unsigned int size)
{
	u32 i;

	for (i = 0; i < TLB_SIZE; i++) {
		struct walked w;

		if (!tlb[i].used)
			continue;
		w = walk_again(&tlb[i]);
		if (w.valid && w.pa == tlb[i].w.pa && (w.write || !tlb[i].w.write) &&
		    (w.exec || !tlb[i].w.exec))
			continue;
		snprintf(why, size, "the TLB still has IPA %#llx of VMID %u",
			 (unsigned long long)tlb[i].ipa, vmid_of(tlb[i].vttbr));
		return true;
	}
	return false;
}

static void tlb_drop(bool all, u16 vmid, u64 ipa, u64 size)
{
	u32 i;

	for (i = 0; i < TLB_SIZE; i++)
		if (all || (vmid_of(tlb[i].vttbr) == vmid && tlb[i].ipa >= ipa &&
			    tlb[i].ipa - ipa < size))
			tlb[i].used = false;
}

void tlb_flush_host_all(void)
{
	tlb_drop(false, 0, 0, ~0ULL);
}

/* Of this CPU's TLB only; there is one for all here, so nothing can be counted on. */
void tlb_flush_host_local(void)
{
}

void tlb_flush_host(u64 ipa, u64 size, u64 step)
{
	turn();
	tlb_drop(false, 0, ipa, size);
}

void tlb_flush_guest(u64 vttbr, u64 vtcr, u64 ipa, u64 size, u64 step)
{
	turn();
	tlb_drop(false, vmid_of(vttbr), ipa, size);
}

void tlb_flush_all_vmids(void)
{
	tlb_drop(true, 0, 0, 0);
}

void tlb_flush_hyp(u64 va)
{
}

/* A world switch that moves nothing: the fake guest works on hyp_vcpu itself. */
static struct hyp_vcpu *running_on[M_CPUS];

void guest_reset(struct hyp_vcpu *v)
{
	memset(v->x, 0, sizeof(v->x));
	memset(v->sys, 0, sizeof(v->sys));
	v->pc = 0;
	v->pstate = 0x3c5;
}

int guest_load(struct hyp_vcpu *v)
{
	if (running_on[machine_cpu])
		machine_broken("a vCPU is loaded where another is");
	if (machine_fp_busy[machine_cpu])
		return -EBUSY;
	vmid_load(&v->s2->vmid);
	running_on[machine_cpu] = v;
	return 0;
}

void guest_put(struct hyp_vcpu *v)
{
	if (running_on[machine_cpu] != v)
		machine_broken("a vCPU is put where it is not loaded");
	vmid_put();
	running_on[machine_cpu] = NULL;
}

void guest_run(struct hyp_vcpu *v, struct guest_event *event)
{
	if (running_on[machine_cpu] != v)
		machine_broken("a vCPU runs where it is not loaded");
	if (this_cpu()->ranks_held)
		machine_broken("a guest runs while its CPU holds a lock");
	memset(event, 0, sizeof(*event));
	machine_guest(v, event);
}

void guest_fp_flush(void)
{
}

int gic_check(const u64 *lr, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (lr[i] == M_BAD_LR)
			return -EINVAL;
	return 0;
}

u32 gic_nr_lrs(void)
{
	return M_LRS;
}

void guest_skip(struct hyp_vcpu *v)
{
	v->pc += 4;
}

void guest_mmio_done(struct hyp_vcpu *v, const struct guest_abort *abort, u64 data)
{
	if (abort->rt < 31)
		v->x[abort->rt] = data;
	machine_mmio_done(v, data);
	v->pc += 4;
}

void guest_inject_sea(struct hyp_vcpu *v, const struct guest_abort *abort)
{
	machine_sea(v);
}

void guest_inject_undef(struct hyp_vcpu *v)
{
}

#define ENCODING(name, encoding, reset, why)	[GSR_##name] = (encoding),
static const u32 encodings[] = { GUEST_SYSREGS(ENCODING) };

enum guest_sysreg guest_sysreg_index(u32 encoding)
{
	u32 i;

	for (i = 0; i < GUEST_NR_SYSREGS && encodings[i] != encoding; i++)
		;
	return i;
}

u32 guest_lines(const struct hyp_vcpu *v)
{
	return 0;
}

u64 guest_deadline(const struct hyp_vcpu *v)
{
	return ~0ULL;
}

static struct boot_info info = {
	.nr_ram = 1, .nr_cpus = M_CPUS,
	.ram = { { M_RAM, M_PAGES * 4096ULL } },
};

static const struct boot_range held = { M_RAM, M_EL2_PAGES * 4096ULL };

static void start_cpus(void)
{
	u32 i;

	for (i = 0; i < M_CPUS; i++) {
		cpu_list[i] = &cpus[i];
		cpus[i].index = i;
		cpus[i].mpidr = i;
		cpus[i].power = CPU_ON;
	}
}

void machine_start(void)
{
	static const struct fake_reg none[] = { { 0, 0 } };
	void *ram = mmap((void *)M_RAM, M_PAGES * 4096ULL, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (ram != (void *)M_RAM)
		machine_broken("no memory at %#llx", M_RAM);
	fake_reset(none, 0);
	fake_strict = false;
	fake_set(SYS_ID_AA64MMFR0_EL1, 2);	/* 40 bits */
	start_cpus();
	pool_at = M_RAM;
	pool_end = M_RAM + M_EL2_PAGES * 4096ULL;
	if (!page_meta_init(&info))
		machine_broken("no memory for the metadata");
	hyp_lock(&host_lock);
	page_own_at_boot(held);
	hyp_unlock(&host_lock);
	if (host_s2_init(&info, &held, 1))
		machine_broken("no memory for the host's table");
	host_s2_cpu();
}

void machine_hvc(uint64_t *x)
{
	struct host_frame r = { 0 };

	memcpy(r.x, x, sizeof(r.x));
	host_policy.hvc(&r);
	memcpy(x, r.x, sizeof(r.x));
	if (this_cpu()->ranks_held)
		machine_broken("a call came back with a lock");
}

bool machine_touch(uint64_t pa)
{
	return host_touch(pa);
}

void machine_psci_version(uint64_t ttbr1, bool alone)
{
	epoch_psci_version(ttbr1, alone);
}
