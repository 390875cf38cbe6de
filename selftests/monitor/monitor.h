/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EL3 test monitor for QEMU's virt machine with secure=on: firmware that the tests
 * know and control. MMU and caches stay off: TCG has none that would matter.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint16_t u16;
typedef uint8_t u8;

/* QEMU virt's memory map. */
#define UART_BASE		0x09000000UL
#define SECURE_UART_BASE	0x09040000UL
#define SECURE_GPIO_BASE	0x090b0000UL
#define FW_CFG_BASE		0x09020000UL
#define GICD_BASE		0x08000000UL
#define GICR_BASE		0x080a0000UL
#define RAM_BASE		0x40000000UL
#define QEMU_DTB_BASE		RAM_BASE	/* and then the ring of monitor_abi.h */
#define DTB_BASE		0x40100000UL
#define DTB_MAX			0x000f0000UL
#define DMA_SCRATCH		0x401ff000UL
#define KERNEL_BASE		0x40200000UL

#define MAX_CPUS		32
#define STACK_SIZE		8192

/* @reg: a name that the assembler knows, or a macro for one. */
#define rd_(reg)	({ u64 v_; asm volatile("mrs %0, " #reg : "=r"(v_)); v_; })
#define wr_(reg, v)	asm volatile("msr " #reg ", %x0" : : "rZ"((u64)(v)))
#define rd(reg)		rd_(reg)
#define wr(reg, v)	wr_(reg, v)
#define isb()		asm volatile("isb" : : : "memory")
#define dsb()		asm volatile("dsb sy" : : : "memory")
#define wfi()		asm volatile("dsb sy\n\twfi" : : : "memory")

/* Field of an ID register, 4 bits at @shift. */
#define id_field(reg, shift)	((rd(reg) >> (shift)) & 0xf)

static inline void write32(u64 a, u32 v) { *(volatile u32 *)a = v; }
static inline u32 read32(u64 a) { return *(volatile u32 *)a; }
static inline void write64(u64 a, u64 v) { *(volatile u64 *)a = v; }

struct frame {
	u64 x[31];
	u64 pad;
};

enum power { OFF, PENDING, ON };

struct cpu {
	u64 stack_top;		/* first: start.S knows it */
	u32 index;
	u32 power;		/* enum power; guard: psci lock */
	u64 entry, context;	/* of the next entry */
	u32 suspends;		/* power-down suspends so far */
};

extern struct cpu cpus[MAX_CPUS];
extern u32 nr_cpus;

/* From the command line: monitor.deny, .check, .idle, .ext, .quiet; all =1. */
extern struct options {
	bool deny;		/* record and deny what ends or stops the machine */
	bool check;		/* the caller must pass 0 in all unused registers */
	bool idle;		/* describe a power-down idle state in the tree */
	bool ext;		/* extended StateID format */
	bool quiet;		/* messages to the secure UART only */
} options;

static inline struct cpu *this_cpu(void) { return (struct cpu *)rd(tpidr_el3); }

void lock(u32 *l);
void unlock(u32 *l);

/* console.c: printf with %s %d %u %x %lx %c; @quiet ones go to the secure UART only */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* cpu.c */
void cpu_init(struct cpu *cpu);
void cpu_enter(struct cpu *cpu, u64 entry, u64 x0, bool first) __attribute__((noreturn));
bool cpu_has_el2(void);
u64 junk(void);

/* gic.c */
void gic_init_dist(void);
void gic_init_cpu(u32 index);
void gic_forget_cpu(void);
void gic_wake(u32 index);
void gic_drain_wake(void);
bool gic_pending(void);

/* load.c; tree.c */
u64 load_all(u64 *dtb);
const char *load_cmdline(u32 *size);
void tree_read(void);
extern u64 ram_size;
void tree_patch(u64 initrd, u64 initrd_size, const char *cmdline);

/* psci.c */
void psci_start(void);
void psci_wait_off(struct cpu *cpu) __attribute__((noreturn));
u64 psci_call(u32 fid, const u64 *x);
bool psci_stops_machine(u32 fid, const u64 *x);
void machine_off(void) __attribute__((noreturn));

/* smc.c */
void smc_summary(void);

/* start.S */
void enter_lower(u64 entry, u64 x0, u64 spsr, u64 junk, u64 stack_top, u64 first)
	__attribute__((noreturn));

#endif
