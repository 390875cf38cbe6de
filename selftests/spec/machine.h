/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small machine on which hyp/pkvm and hyp/nvhe run off target: RAM at its own
 * physical addresses, CPUs that take turns, a TLB that keeps what nobody invalidates.
 */
#ifndef SPEC_MACHINE_H
#define SPEC_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#define M_RAM		0x40000000ULL
#define M_PAGES		16384U		/* 64 MiB */
#define M_EL2_PAGES	1024U		/* the carve-out: the first 4 MiB */
#define M_CPUS		4U
#define M_IPA_BITS	40U
#define M_LRS		4U
#define M_BAD_LR	0xbad0000000000000ULL

struct hyp_vcpu;
struct guest_event;

/* Asked by the fakes. */
extern void (*machine_yield)(void);	/* at each lock; NULL: no other CPU runs meanwhile */
void machine_guest(struct hyp_vcpu *v, struct guest_event *event);	/* guest_run() */
void machine_mmio_done(struct hyp_vcpu *v, uint64_t data);
void machine_sea(struct hyp_vcpu *v);
void __attribute__((noreturn, format(printf, 1, 2))) machine_broken(const char *fmt, ...);

void machine_start(void);
extern uint32_t machine_cpu;		/* the one that runs */
extern bool machine_fp_busy[M_CPUS];	/* the host has SVCR not 0 there */

/* HVC #0 of the host on the running CPU: @x is x0 to x30. */
void machine_hvc(uint64_t *x);
bool machine_touch(uint64_t pa);
void machine_psci_version(uint64_t ttbr1, bool alone);

/* Was the page written through the cache and not cleaned to the point of coherency? */
void machine_written(uint64_t pa);
bool machine_dirty(uint64_t pa);

/*
 * What the hardware sees: a walk of the host's table, or of a guest's by VTTBR_EL2
 * and VTCR_EL2, by the letter of the architecture.
 */
struct walked {
	uint64_t pa;		/* of the page */
	uint64_t size;		/* bytes of the entry */
	uint64_t *ptep;
	bool valid, read, write, exec, af;
};
struct walked machine_walk_host(uint64_t ipa);
struct walked machine_walk_guest(uint64_t vttbr, uint64_t vtcr, uint64_t ipa);

/* An access that leaves an entry in the TLB; an entry that was there wins. */
struct walked machine_host_access(uint64_t ipa);
struct walked machine_guest_access(uint64_t vttbr, uint64_t vtcr, uint64_t ipa);
/* Does the TLB hold what no table says any more? */
bool machine_tlb_stale(char *why, unsigned int size);

#endif
