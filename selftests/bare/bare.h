/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bare-metal test host: an EL1 program that runs in place of Linux under EL2.
 * Everything is mapped one to one. Documentation/bare-host.rst.
 */
#ifndef BARE_H
#define BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma GCC visibility push(hidden)

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint16_t u16;
typedef uint8_t u8;
typedef int64_t s64;

#define PAGE		4096UL
#define BLOCK		(2UL << 20)
#define MAX_CPUS	8
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define rd_(reg)	({ u64 v_; asm volatile("mrs %0, " #reg : "=r"(v_)); v_; })
#define wr_(reg, v)	asm volatile("msr " #reg ", %x0" : : "rZ"((u64)(v)) : "memory")
#define rd(reg)		rd_(reg)
#define wr(reg, v)	wr_(reg, v)
#define isb()		asm volatile("isb" : : : "memory")
#define dsb()		asm volatile("dsb sy" : : : "memory")
#define cpu_relax()	asm volatile("yield" : : : "memory")
#define irq_on()	asm volatile("msr daifclr, #2" : : : "memory")
#define irq_off()	asm volatile("msr daifset, #2" : : : "memory")

static inline u32 read32(u64 a) { return *(volatile u32 *)a; }
static inline void write32(u64 a, u32 v) { *(volatile u32 *)a = v; }
static inline u64 read64(u64 a) { return *(volatile u64 *)a; }
static inline void write64(u64 a, u64 v) { *(volatile u64 *)a = v; }
static inline u64 min_u64(u64 a, u64 b) { return a < b ? a : b; }

struct frame {
	u64 x[31];
	u64 elr, spsr, pad;
};

typedef void (*irq_fn)(u32 intid);

struct cpu {
	u64 stack_top;			/* first: start.S knows it */
	u32 index, online;
	u64 mpidr, gicr;
	void (*fn)(void *arg);		/* what smp_start() asked for */
	void *arg;
	u64 fixup_at, fixup_to;		/* an abort at the one goes on at the other */
	u64 esr, far;			/* of that abort */
	irq_fn ppi[32];			/* handlers of SGIs and PPIs */
	u64 spurious;
};

extern struct cpu cpus[MAX_CPUS];
extern u32 nr_cpus;

static inline struct cpu *this_cpu(void) { return (struct cpu *)rd(tpidr_el1); }

/* tree.c: the machine, from the tree that EL2 handed over */
struct range { u64 base, size; };
extern struct machine {
	struct range ram[4], reserved[16];
	u32 nr_ram, nr_reserved;
	u64 uart, gicd, gicr;
	u32 vtimer, maintenance;	/* PPIs of the /pkvm node, as INTIDs */
	char bootargs[512];
} machine;
void tree_read(u64 dtb);
bool is_reserved(u64 pa);
/* The word after NAME= on the command line; false: it is not there. */
bool option(const char *name, char *out, u32 size);

/* console.c: printf with %s %c %d %u %x %lu %lx */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

struct lock { u32 busy; };
void lock(struct lock *l);
void unlock(struct lock *l);

/* mmu.c */
void mmu_init_cpu(void);

/* page.c: pages that are the host's own; fatal when there are none */
void pages_init(u64 dtb);
u64 pages_take(u64 nr, u64 align);	/* zeroed */
void pages_give(u64 pa, u64 nr);
u64 pages_free_count(void);
bool pages_free_block(void);		/* is there a whole 2 MiB block? */

/* smp.c */
void smp_init(void);
void smp_start(u32 cpu, void (*fn)(void *), void *arg);
void smp_wait(u32 cpu);
void smp_on_all(void (*fn)(void *), void *arg);	/* this CPU included */
void smp_wake(void);
void smp_meet(void);		/* all CPUs of smp_on_all() go on together */

/* gic.c */
void gic_init(void);
void gic_init_cpu(void);
void gic_enable_ppi(u32 intid, irq_fn fn);
void gic_disable_ppi(u32 intid);
void gic_set_active(u32 intid, bool active);
bool gic_is_active(u32 intid);
void gic_send_sgi(u32 cpu, u32 intid);
void gic_handle(void);

/*
 * Waits without burning the CPU that another one may need: asleep until an interrupt,
 * which wakes even while it is masked. Whoever makes @cond true calls smp_wake().
 */
#define SGI_WAKE	0
#define WAIT_UNTIL(cond)						\
	for (;;) {							\
		irq_off();						\
		if (cond)						\
			break;						\
		asm volatile("dsb sy; wfi" : : : "memory");		\
		irq_on();						\
		isb();							\
	}								\
	irq_on()

/* timer.c */
#define PPI_PTIMER	30
#define PPI_VTIMER	27
static inline u64 now(void) { isb(); return rd(cntpct_el0); }
void timer_arm(u64 cval, irq_fn fn);
void timer_stop(void);
void delay(u64 ticks);

/* trap.c, start.S: accesses that may be refused; 0 or ESR_EL1 */
u64 try_read(u64 address, u64 *value);
u64 try_write(u64 address, u64 value);
u64 try_exec(u64 address);
#define ESR_EC(esr)	((esr) >> 26 & 0x3f)
#define ESR_FSC(esr)	((esr) & 0x3f)
#define EC_DABT_CUR	0x25
#define EC_IABT_CUR	0x21
#define FSC_REFUSED	0x21

/* start.S */
extern char vectors[], cpu_entry[], _start[], _end[];
void call_hvc(u64 *x);			/* x0 to x17, in and out */
void call_smc(u64 *x);
void call_all(u64 *x);			/* HVC with x0 to x30 */
u64 psci(u32 fid, u64 a, u64 b, u64 c);
void power_off(void) __attribute__((noreturn));

/* fp.S: V0 to V31 as 64 words, FPSR, FPCR */
void fp_fill(const u64 *v, u64 fpsr, u64 fpcr);
void fp_read(u64 *v);

#endif
