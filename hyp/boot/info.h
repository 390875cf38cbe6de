/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What EL2's start-up knows of the machine. A front-end fills it: the device
 * tree's is the first, UEFI and ACPI's can come beside it. Everything after the
 * front-end reads only this record. Fixed after init.
 */
#ifndef BOOT_INFO_H
#define BOOT_INFO_H

#include <linux/types.h>

#define BOOT_MAX_RAM		64
#define BOOT_MAX_RESERVED	128
#define BOOT_MAX_DENY		64
#define BOOT_MAX_CPUS		512
#define BOOT_MAX_SMC_ALLOW	16

/* A range of physical addresses in bytes; never wraps, size never 0. */
struct boot_range {
	u64 base;
	u64 size;
};

enum boot_deny_kind {
	BOOT_DENY_SECURE,	/* secure-status = "okay", not for the normal world */
	BOOT_DENY_DEBUG,	/* external debug registers of a CPU */
};

struct boot_deny {
	struct boot_range range;
	u32 kind;		/* enum boot_deny_kind */
};

enum boot_uart_type { BOOT_UART_NONE, BOOT_UART_PL011, BOOT_UART_8250 };

struct boot_uart {
	u32 type;		/* enum boot_uart_type */
	u32 reg_shift;		/* 8250: log2 of the register stride */
	u32 io_width;		/* 8250: access size, 1 or 4 bytes */
	u64 base;
};

/* A PPI as its device-tree cell says: 0..15, INTID = ppi + 16. */
struct boot_ppi {
	u32 ppi;
	u32 flags;		/* trigger, as the third GIC cell */
};

enum boot_panic { BOOT_PANIC_RESET, BOOT_PANIC_STOP };

struct boot_options {
	bool protected;		/* kvm-arm.mode=protected (the last one counts) */
	u32 log_level;		/* pkvm.log=: LOG_* of nvhe/log.h */
	u32 panic;		/* pkvm.panic=: enum boot_panic */
	u32 nr_allow_smc;
	u32 allow_smc[BOOT_MAX_SMC_ALLOW];	/* pkvm.allow_smc= */
	u32 nr_unknown;
	char unknown[4][32];	/* unknown or malformed pkvm. options, cut */
};

struct boot_info {
	u32 nr_ram, nr_reserved, nr_deny, nr_cpus;
	struct boot_range ram[BOOT_MAX_RAM];		/* sorted, merged */
	struct boot_range reserved[BOOT_MAX_RESERVED];	/* the carve-out avoids these */
	struct boot_deny deny[BOOT_MAX_DENY];
	u64 cpu_mpidr[BOOT_MAX_CPUS];			/* MPIDR affinity bits */
	struct boot_uart uart;
	struct boot_range gicd, gicr;			/* gicr: the first region */
	struct boot_ppi vtimer, maint;
	struct boot_range initrd;			/* size 0: none */
	struct boot_range dice;				/* size 0: none */
	u32 nr_smc_ids;					/* arm,smc-id seen in the tree */
	u32 smc_ids[BOOT_MAX_SMC_ALLOW];
	struct boot_options opt;
};

#endif
