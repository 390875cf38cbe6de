/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hyp/pkvm's VMs and vCPUs stand on, off target: arenas (each allocation a block of
 * its own, so that the sanitizer sees a use after it went back), the memory verbs (they
 * note their arguments and answer what the test says), windows and the world switch.
 * Include it in the test's C file, once.
 */
#ifndef FAKE_GUEST_H
#define FAKE_GUEST_H

#include <stdlib.h>
#include <string.h>
#include "fatal.h"
#include "fake_cpu.h"
#include "fake_lock.h"
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/arena.h"
#include "nvhe/cpu.h"
#include "nvhe/fixmap.h"
#include "nvhe/guest.h"
#include "nvhe/guest_s2.h"
#include "nvhe/host.h"
#include "nvhe/host_s2.h"
#include "nvhe/log_ring.h"
#include "nvhe/pool.h"
#include "pkvm/epoch.h"
#include "pkvm/mem.h"
#include "pkvm/vcpu.h"
#include "pkvm/vm.h"

/* CPUs: the one that makes the next call is fake_on. */
#define FAKE_CPUS	4

static struct hyp_cpu fake_cpus[FAKE_CPUS];
static struct hyp_cpu *fake_cpu_list[FAKE_CPUS] = {
	&fake_cpus[0], &fake_cpus[1], &fake_cpus[2], &fake_cpus[3],
};
struct hyp_cpu **hyp_cpus = fake_cpu_list;
u32 hyp_nr_cpus = FAKE_CPUS;
static u32 fake_on;

struct hyp_cpu *this_cpu(void)
{
	return &fake_cpus[fake_on];
}

/* Arenas. */
#define FAKE_BLOCKS	4096

static struct {
	void *p;
	u32 nr;
} fake_block[FAKE_BLOCKS];
static u32 fake_arena_left = ~0U;	/* allocations that still succeed */

void *arena_alloc(u32 nr)
{
	u32 i;

	if (!fake_arena_left)
		return NULL;
	fake_arena_left--;
	for (i = 0; fake_block[i].p; i++)
		if (i == FAKE_BLOCKS - 1)
			abort();
	fake_block[i].nr = nr;
	fake_block[i].p = aligned_alloc(nr * HYP_PAGE_SIZE, nr * HYP_PAGE_SIZE);
	return memset(fake_block[i].p, 0, nr * HYP_PAGE_SIZE);
}

void arena_free(void *p, u32 nr)
{
	u32 i;

	for (i = 0; i < FAKE_BLOCKS; i++)
		if (fake_block[i].p == p && fake_block[i].nr == nr)
			break;
	if (i == FAKE_BLOCKS)
		abort();
	free(p);
	fake_block[i].p = NULL;
}

static u32 fake_arena_pages(void)
{
	u32 i, pages = 0;

	for (i = 0; i < FAKE_BLOCKS; i++)
		pages += fake_block[i].p ? fake_block[i].nr : 0;
	return pages;
}

u64 arena_count(void) { return 11; }
u64 arena_free_pages(void) { return 12; }

static u32 fake_wipes;

static void fake_end(u64 epoch) {}
static u64 fake_no_pages(void) { return 0; }
static void fake_wipe(void) { fake_wipes++; }

const struct epoch_holder mem_epoch_holder = {
	.end = fake_end, .old_pages = fake_no_pages, .wipe = fake_wipe,
};

/* Epoch: pkvm/epoch.c is tested by itself. */
static u64 fake_epoch = 1, fake_registered;

u64 epoch_now(void) { return fake_epoch; }
void epoch_register(u64 id) { fake_registered = id; }

/* The memory verbs. */
static s64 fake_verb_ret;		/* what each answers */
static u32 fake_verb_want;		/* with NOMEM */
static const char *fake_verb;		/* the last one, and its arguments */
static u64 fake_arg[5];
static u32 fake_pins;			/* host_share_hyp() less host_unshare_hyp() */
static u32 fake_teardown_extra;		/* tables, which count in teardown after the pages */

static s64 fake_note(const char *verb, u64 a, u64 b, u64 c, u64 d, u32 *want)
{
	fake_verb = verb;
	fake_arg[0] = a;
	fake_arg[1] = b;
	fake_arg[2] = c;
	fake_arg[3] = d;
	if (want && fake_verb_ret == PKVM_RET_NOMEM)
		*want = fake_verb_want;
	return fake_verb_ret;
}

s64 host_donate_guest(struct vm *vm, u64 ipa, u64 pa, u64 nr, bool keep, u32 *want)
{
	if (!hyp_lock_held(&vm->lock))
		abort();
	if (!fake_verb_ret)
		vm->pages += nr;
	return fake_note(keep ? "populate" : "donate", ipa, pa, nr, keep, want);
}

s64 host_reclaim_guest(struct vm *vm, u64 ipa, u64 nr, u32 *want)
{
	return fake_note("reclaim", ipa, nr, 0, 0, want);
}

s64 host_share_guest(struct vm *vm, u64 ipa, u64 pa, u64 nr, u64 prot, u32 *want)
{
	return fake_note("share", ipa, pa, nr, prot, want);
}

s64 host_unshare_guest(struct vm *vm, u64 ipa, u64 nr, u64 *dropped)
{
	*dropped = 77;
	return fake_note("unshare", ipa, nr, 0, 0, NULL);
}

s64 host_age_guest(struct vm *vm, u64 ipa, u64 nr, bool *young)
{
	*young = true;
	return fake_note("age", ipa, nr, 0, 0, NULL);
}

s64 guest_set_ripas(struct vm *vm, u64 ipa, u64 nr, enum s2_empty empty, u64 *done, u32 *want)
{
	*done = 5;
	return fake_note("ripas", ipa, nr, empty, 0, want);
}

u32 guest_teardown(struct vm *vm, u32 budget)
{
	u32 pages = vm->pages < budget ? vm->pages : budget, extra = budget - pages;

	if (!hyp_lock_held(&vm->lock))
		abort();
	vm->pages -= pages;
	extra = extra < fake_teardown_extra ? extra : fake_teardown_extra;
	fake_teardown_extra -= extra;
	return pages + extra;
}

s64 host_share_hyp(u64 pa)
{
	s64 ret = fake_note("pin", pa, 0, 0, 0, NULL);

	fake_pins += !ret;
	return ret;
}

void host_unshare_hyp(u64 pa)
{
	fake_pins--;
}

s64 host_donate_hyp(u64 pa)
{
	return fake_note("arena", pa, 0, 0, 0, NULL);
}

s64 hyp_donate_host(u64 *pa)
{
	*pa = 0x40200000;
	return fake_note("arena back", 0, 0, 0, 0, NULL);
}

/* Windows: a physical address is a pointer. */
static void *fake_window[FAKE_CPUS];

void *fix_map(enum fix_slot slot, u64 pa)
{
	if (slot != FIX_RUN || fake_window[fake_on])
		abort();
	fake_window[fake_on] = (void *)pa;
	return (void *)pa;
}

void fix_unmap(enum fix_slot slot)
{
	if (slot != FIX_RUN || !fake_window[fake_on])
		abort();
	fake_window[fake_on] = NULL;
}

/* Stage 2. */
static struct s2_leaf fake_leaf;
static u32 fake_looks;

u32 guest_s2_root_pages(u32 ipa_bits)
{
	return ipa_bits > 39 ? 2 : 1;
}

void guest_s2_init(struct guest_table *t, void *root, u32 ipa_bits)
{
	t->pgt.root = root;
	t->pgt.ia_bits = ipa_bits;
}

static bool fake_retry;

bool guest_s2_retry(struct guest_table *t, u64 ipa, bool write, bool exec)
{
	if (!(fake_ranks_held & (1U << RANK_VM)))
		abort();
	return fake_retry;
}

struct s2_leaf guest_s2_look(const struct guest_table *t, u64 ipa)
{
	if (!(fake_ranks_held & (1U << RANK_VM)))
		abort();
	fake_looks++;
	return fake_leaf;
}

/* The world switch. A run is what the test's function makes of it. */
static struct hyp_vcpu *fake_hw[FAKE_CPUS];	/* what the switch has on each CPU */
static int fake_load_ret, fake_gic_ret;
static u32 fake_lrs = 4, fake_skips, fake_seas, fake_flushes, fake_runs, fake_gic_nr;
static u64 fake_mmio_value, fake_gic_lr0;
static void (*fake_run)(struct hyp_vcpu *v, struct guest_event *event);

void guest_reset(struct hyp_vcpu *v)
{
	struct guest_s2 *s2 = v->s2;
	bool protected = v->protected, kicked = v->kicked;
	u64 vmpidr = v->vmpidr;

	if (fake_hw[fake_on] == v)
		abort();	/* its registers are in the CPU */
	memset(v, 0, sizeof(*v));
	v->s2 = s2;
	v->protected = protected;
	v->vmpidr = vmpidr;
	v->kicked = kicked;
	v->pstate = 0x3c5;
}

int guest_load(struct hyp_vcpu *v)
{
	if (fake_hw[fake_on])
		abort();
	if (!fake_load_ret)
		fake_hw[fake_on] = v;
	return fake_load_ret;
}

void guest_put(struct hyp_vcpu *v)
{
	if (fake_hw[fake_on] != v)
		abort();
	fake_hw[fake_on] = NULL;
}

void guest_run(struct hyp_vcpu *v, struct guest_event *event)
{
	if (fake_hw[fake_on] != v || fake_ranks_held)
		abort();
	fake_runs++;
	fake_run(v, event);
}

void guest_fp_flush(void)
{
	fake_flushes++;
}

/* Called at each look at list registers: what another CPU does just then. */
static void (*fake_gic_hook)(void);

int gic_check(const u64 *lr, u32 nr)
{
	if (fake_gic_hook)
		fake_gic_hook();
	fake_gic_nr = nr;
	fake_gic_lr0 = nr ? lr[0] : 0;
	return fake_gic_ret;
}

u32 gic_nr_lrs(void)
{
	if (fake_gic_hook)
		fake_gic_hook();
	return fake_lrs;
}

void guest_skip(struct hyp_vcpu *v)
{
	fake_skips++;
	v->pc += 4;
}

void guest_mmio_done(struct hyp_vcpu *v, const struct guest_abort *abort, u64 data)
{
	fake_mmio_value = data;
	if (abort->rt < 31)
		v->x[abort->rt] = data;
	v->pc += 4;
}

void guest_inject_sea(struct hyp_vcpu *v, const struct guest_abort *abort)
{
	fake_seas++;
}

u32 guest_lines(const struct hyp_vcpu *v) { return PKVM_LINE_VTIMER; }
u64 guest_deadline(const struct hyp_vcpu *v) { return 0x123456; }

enum guest_sysreg guest_sysreg_index(u32 encoding)
{
	static const u32 of[] = {
#define FAKE_ENC(name, enc, reset, why)	[GSR_##name] = (enc),
		GUEST_SYSREGS(FAKE_ENC)
#undef FAKE_ENC
	};
	u32 i;

	for (i = 0; i < GUEST_NR_SYSREGS && of[i] != encoding; i++)
		;
	return i;
}

/* Everything that a call could change, as one number. */
static u64 fake_mix(u64 sum, const void *p, size_t n)
{
	const u8 *b = p;

	while (n--)
		sum = (sum ^ *b++) * 0x100000001b3ULL;
	return sum;
}

static u64 fake_snapshot(void)
{
	u64 sum = 0xcbf29ce484222325ULL;
	u32 i;

	for (i = 0; i < FAKE_BLOCKS; i++)
		if (fake_block[i].p)
			sum = fake_mix(sum, fake_block[i].p, fake_block[i].nr * HYP_PAGE_SIZE);
	for (i = 0; i < FAKE_CPUS; i++)
		sum = fake_mix(sum, &fake_cpus[i].loaded, sizeof(void *));
	sum = fake_mix(sum, fake_window, sizeof(fake_window));
	sum = fake_mix(sum, fake_hw, sizeof(fake_hw));
	sum = fake_mix(sum, &fake_pins, sizeof(fake_pins));
	return fake_mix(sum, &fake_ranks_held, sizeof(fake_ranks_held));
}

/* The rest of what the table of host calls needs. */
u64 epoch_old_pages(void) { return 44; }
u64 host_s2_mmio_tables(void) { return 5; }
u64 host_s2_mmio_reclaims(void) { return 6; }
u64 pool_free_bytes(void) { return 7; }

#ifndef FAKE_OWN_LOG
u64 log_end(void) { return 0; }
u64 log_read(u64 *pos, char *buf, u64 max) { return 0; }
#endif

#define JUNK(n)	(0xdead000000000000UL + (n))

static struct host_frame fake_frame, fake_frame_was;

/* A host call of the CPU fake_on; x5 upwards are junk. Return: x0. */
static s64 hcall5(u32 fid, u64 a, u64 b, u64 c, u64 d, u64 e)
{
	u32 i;

	for (i = 0; i < 31; i++)
		fake_frame.x[i] = JUNK(i);
	fake_frame.x[0] = fid;
	fake_frame.x[1] = a;
	fake_frame.x[2] = b;
	fake_frame.x[3] = c;
	fake_frame.x[4] = d;
	fake_frame.x[5] = e;
	fake_frame_was = fake_frame;
	host_policy.hvc(&fake_frame);
	if (fake_ranks_held)
		abort();
	return fake_frame.x[0];
}

#define hcall(fid, a, b, c)	hcall5(PKVM_HOST_##fid, a, b, c, JUNK(4), JUNK(5))
#define hout()		(fake_frame.x[1])

/* Are the registers from x@n on as the caller had them? */
static bool hkept(u32 n)
{
	return !memcmp(&fake_frame.x[n], &fake_frame_was.x[n], (31 - n) * sizeof(u64));
}

/* The call answers @want; nothing else changed, no register (but x1 with NOMEM) either. */
#define refused(want, call, ...)						\
	do {									\
		u64 before_ = fake_snapshot();					\
		s64 got_ = (call);						\
										\
		if (!ok(got_ == (want) && fake_snapshot() == before_ &&		\
			hkept((want) == PKVM_RET_NOMEM ? 2 : 1), __VA_ARGS__)) \
			printf("# %s:%d: got %lld, want %lld%s\n", __FILE__, __LINE__, \
			       (long long)got_, (long long)(want),		\
			       fake_snapshot() == before_ ? "" : ", changed");	\
	} while (0)

/* A VM in a state, made by calls alone. */
static u64 fake_vm(u64 flags, enum vm_state state)
{
	u64 h;

	if (hcall(VM_CREATE, flags, 0, 8))
		abort();
	h = hout();
	if (state == VM_MEASURED && hcall5(PKVM_HOST_GUEST_POPULATE, h, 0, 0x40000000, 1, 0))
		abort();
	if (state >= VM_SEALED && state <= VM_RUNNING && hcall(VM_SEAL, h, 0, 0))
		abort();
	if (state == VM_DYING && hcall(VM_DESTROY, h, 0, 0))
		abort();
	return h;
}

static void fake_vm_end(u64 h)
{
	s64 ret;

	hcall(VM_DESTROY, h, 0, 0);
	do
		ret = hcall(VM_TEARDOWN, h, 0, 0);
	while (ret == PKVM_RET_AGAIN);
	if (ret)
		abort();
}

static struct pkvm_run fake_pages[16] __attribute__((aligned(4096)));

static u64 run_page(u32 i)
{
	return (u64)&fake_pages[i];
}

#endif
