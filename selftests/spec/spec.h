/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The executable specification: an abstract state of the machine, and for each call
 * of host and guest which results are allowed and what is true afterwards. Written
 * from Documentation/ and include/pkvm/; it includes and calls nothing of hyp/.
 * Documentation/specification.rst says what it takes from where.
 */
#ifndef SPEC_H
#define SPEC_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#define SPEC_PAGE	4096ULL
#define SPEC_BLOCK	(2ULL << 20)
#define SPEC_BLOCK_PAGES	512U

#define SPEC_MAX_PAGES	32768U
#define SPEC_MAX_CPUS	8U
#define SPEC_MAX_VMS	64U		/* with a handle at one time */
#define SPEC_MAX_VCPUS	512U

enum spec_owner { SPEC_HOST, SPEC_EL2, SPEC_ARENA, SPEC_GUEST };

/* What a page's bytes must be: zero, a tag's pattern, or nothing is promised. */
#define SPEC_ZERO	0U
#define SPEC_ANY	(~0U)

struct spec_page {
	uint8_t owner;		/* enum spec_owner */
	uint8_t pinned;		/* pages of struct pkvm_run: EL2 writes to them */
	uint16_t vm;		/* of SPEC_GUEST: slot in vms[] */
	uint32_t shares;	/* guest mappings of a host's page */
	uint32_t content;	/* SPEC_ZERO, SPEC_ANY or a tag */
};

/* One page of a VM's address space. */
struct spec_ipa {
	uint32_t page;		/* index in pages[] + 1; 0: no page */
	uint8_t prot;		/* PKVM_PROT_* */
	uint8_t ripas;		/* of a protected VM without a page: PKVM_RIPAS_* */
	uint8_t block;		/* one 2 MiB entry of its table covers it */
	uint8_t young;		/* accessed, as far as the specification can know */
};

/* 512 of them, on a 2 MiB boundary; all alike until detailed. */
struct spec_chunk {
	uint64_t number;	/* IPA >> 21 */
	uint32_t nr_pages;	/* with a page */
	uint8_t ripas;		/* of all, while they are not told one by one */
	uint8_t detailed;	/* e[] counts */
	struct spec_ipa *e;
	struct spec_chunk *next;
};

enum spec_power { SPEC_ON, SPEC_OFF, SPEC_ON_PENDING };

enum spec_ask { SPEC_ASK_NOTHING, SPEC_ASK_MMIO, SPEC_ASK_RESULTS };

struct pkvm_run_out;

struct spec_vcpu {
	uint8_t there;
	uint8_t power;		/* enum spec_power */
	uint8_t kicked;
	uint8_t ask;		/* enum spec_ask: what the last exit wants back */
	int8_t cpu;		/* where it is loaded, -1: nowhere */
	uint8_t rt, size, write;	/* of the access that waits for its device */
	uint32_t run_page;	/* index in pages[] */
	uint64_t entry, context;	/* of CPU_ON */
	uint64_t x[31], pc;
};

enum spec_vm_state { SPEC_CREATED, SPEC_MEASURED, SPEC_SEALED, SPEC_RUNNING, SPEC_DYING };

#define SPEC_BUCKETS	64U

struct spec_vm {
	uint64_t handle;	/* 0: this slot is free */
	uint8_t state;		/* enum spec_vm_state */
	uint8_t protected;
	uint8_t ipa_bits;
	uint8_t pad;
	uint32_t real_slot;	/* for whoever compares: the code's name of this VM, */
	uint8_t named;		/* if it is known */
	uint32_t max_vcpus;
	uint32_t nr_loaded;
	uint64_t epoch;
	uint8_t ended;		/* the guest has switched itself off */
	uint64_t populate_next;
	uint64_t pages;		/* in its address space */
	struct spec_chunk *bucket[SPEC_BUCKETS];
	struct spec_vcpu vcpu[SPEC_MAX_VCPUS];
};

struct spec_in {		/* what the host put into struct pkvm_run */
	uint64_t value, x[4];
	uint32_t flags;		/* PKVM_RUN_* */
	bool bad_lrs;		/* the list registers break a rule of the ABI */
};

enum spec_kind {
	SPEC_IRQ, SPEC_SERROR, SPEC_ABORT, SPEC_WFI, SPEC_WFE, SPEC_SMCCC, SPEC_SGI, SPEC_KICK,
	SPEC_POLICY, SPEC_MAINTENANCE,
};

struct spec_event {
	enum spec_kind kind;
	uint64_t value;		/* SGI: ICC_SGI1R_EL1; SMCCC: 1 by SMC */
	uint64_t ipa;		/* ABORT, from here on */
	uint32_t prot;		/* PKVM_PROT_* that the access wants */
	uint32_t size, rt;
	uint8_t isv, write;
};

struct spec_cpu {
	int32_t vm;		/* slot of the vCPU that is loaded here, -1: none */
	uint32_t vcpu;
	uint8_t fp_busy;	/* the host has SVCR not 0 */
	/* of a VCPU_RUN that goes on: */
	uint8_t in_run, entered, in_guest, left;	/* left: by @event, not yet acted upon */
	uint32_t run_errors;
	uint32_t policy_exit;	/* PKVM_EXIT_* that a guest call ended in, +1 */
	uint32_t on_index;	/* of CPU_ON */
	struct spec_in in;
	struct spec_event event;
};

/* One change, so that it can be found and taken back. */
struct spec_undo {
	void *at;
	uint64_t old;
	uint32_t size;
};

struct spec {
	uint64_t base;		/* physical address of the one bank of RAM */
	uint32_t nr_pages, nr_cpus;
	uint32_t max_ipa_bits;
	struct spec_page *pages;
	struct spec_vm *vms;	/* [SPEC_MAX_VMS] */
	struct spec_cpu cpu[SPEC_MAX_CPUS];
	uint64_t epoch;
	uint64_t registration;	/* the last REGISTER's, 0: none yet */
	uint64_t ttbr;		/* BADDR of the last PSCI_VERSION */
	uint8_t version_asked;
	uint64_t mpidr[SPEC_MAX_VCPUS];		/* by index, as the caller found it */
	uint32_t nr_vms;
	uint32_t nr_arenas;
	uint64_t arena_epoch[SPEC_MAX_PAGES / SPEC_BLOCK_PAGES];	/* by block; 0: none */
	uint64_t *handles;	/* all that were ever given out: a hash */
	uint64_t nr_handles, handles_size;
	struct spec_undo *undo;
	uint32_t nr_undo, undo_size;
	uint8_t some_gone;	/* VMs whose address space can be forgotten */
	char why[256];		/* of the last refusal */
};

/* What a caller asks, and what it was told. */
struct spec_call {
	uint32_t cpu;
	uint64_t fid;
	uint64_t x[6];		/* x1 to x6 */
	const struct pkvm_run_out *out;	/* VCPU_RUN: EL2's half of the page, afterwards */
};

struct spec_answer {
	int64_t ret;		/* x0 */
	uint64_t x1;
	uint64_t free_before, free_after;	/* free pages of arenas; ~0: not known */
};

void spec_init(struct spec *s, uint64_t base, uint32_t nr_pages, uint32_t nr_cpus,
	       uint32_t max_ipa_bits);
void spec_el2_holds(struct spec *s, uint64_t pa, uint32_t nr);
void spec_free(struct spec *s);

/* Where the change log stands; back to there; forget it. */
static inline uint32_t spec_mark(const struct spec *s)
{
	return s->nr_undo;
}
void spec_back(struct spec *s, uint32_t mark);
void spec_forget(struct spec *s);

/*
 * Each: was this answer allowed in this state? true: the state is the one after it.
 * false: s->why says what is wrong, the state is as it was.
 */
bool spec_host_call(struct spec *s, const struct spec_call *c, const struct spec_answer *a);

/* Is the call one that spec_host_call() judges? */
bool spec_judges(uint64_t fid);

/* PSCI_VERSION of the host; @alone: all other CPUs are off. */
void spec_psci_version(struct spec *s, uint32_t cpu, uint64_t ttbr1, bool alone);

/* The host touched a page that is closed to it, and what was found afterwards. */
struct spec_touch {
	bool again;		/* EL2 did something, and let it try again */
	bool vm_gone[SPEC_MAX_VMS];
	uint64_t vm_pages[SPEC_MAX_VMS];	/* by slot in vms[]: left in its table */
	bool arena_gone[SPEC_MAX_PAGES / SPEC_BLOCK_PAGES];
	bool open[SPEC_BLOCK_PAGES];	/* pages of the 2 MiB around it that the host may use */
};
bool spec_host_touch(struct spec *s, uint64_t pa, const struct spec_touch *t);

/* The host stores to a page of its own; true: it may. */
bool spec_host_may(const struct spec *s, uint64_t pa);
void spec_host_writes(struct spec *s, uint64_t pa, uint32_t tag);

/*
 * VCPU_RUN in its steps: the call begins; EL2 enters the guest, which leaves by an
 * event, maybe more than once; the call ends by spec_host_call() with its answer.
 */
struct spec_regs {
	uint64_t x[31], pc;
};

void spec_run_begins(struct spec *s, uint32_t cpu, const struct spec_in *in);
bool spec_guest_enters(struct spec *s, uint32_t cpu, const struct spec_regs *r);
bool spec_guest_leaves(struct spec *s, uint32_t cpu, const struct spec_event *e,
		       const struct spec_regs *r);
/* EL2 makes the last abort an external abort of the guest's own. */
bool spec_guest_sea(struct spec *s, uint32_t cpu);

/* An SMC or HVC of the guest, and what EL2's policy made of it. */
enum spec_smccc { SPEC_CALL_DONE, SPEC_CALL_HOST, SPEC_CALL_POLICY };
bool spec_guest_call(struct spec *s, uint32_t cpu, const struct spec_regs *in,
		     enum spec_smccc verdict, const struct spec_regs *out);

/* What a guest's access must find. */
enum spec_found { SPEC_FOUND_PAGE, SPEC_FOUND_NOTHING, SPEC_FOUND_PERMISSION };
enum spec_found spec_guest_finds(struct spec *s, uint32_t cpu, uint64_t ipa, uint32_t prot,
				 uint64_t *pa);
void spec_guest_touched(struct spec *s, uint32_t cpu, uint64_t ipa, bool write, uint32_t tag);

/* Look-ups for whoever compares. */
struct spec_vm *spec_vm(struct spec *s, uint64_t handle);
struct spec_ipa spec_ipa(const struct spec_vm *vm, uint64_t ipa);
bool spec_next_ipa(const struct spec_vm *vm, uint64_t *ipa);
static inline bool spec_is_ram(const struct spec *s, uint64_t pa)
{
	return pa >= s->base && pa - s->base < s->nr_pages * SPEC_PAGE;
}
static inline uint32_t spec_index(const struct spec *s, uint64_t pa)
{
	return (uint32_t)((pa - s->base) / SPEC_PAGE);
}
static inline uint64_t spec_pa(const struct spec *s, uint32_t index)
{
	return s->base + index * SPEC_PAGE;
}

#endif
