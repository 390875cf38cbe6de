/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One static program with all that the tests do inside a machine. Each command
 * prints lines "key value..." on stdout and exits 0 if what it saw was right,
 * 1 if not (with a line "FAIL why"), 2 if it could not run.
 */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../module/pkvm_test.h"

typedef uint64_t u64;
typedef int64_t s64;
typedef uint32_t u32;

struct command {
	const char *name;
	const char *usage;
	int (*run)(int argc, char **argv);
};

int cmd_auxv(int argc, char **argv);
int cmd_uidregs(int argc, char **argv);
int cmd_idregs(int argc, char **argv);
int cmd_timers(int argc, char **argv);
int cmd_disk(int argc, char **argv);
int cmd_perf(int argc, char **argv);
int cmd_call(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_log(int argc, char **argv);
int cmd_cost(int argc, char **argv);
int cmd_touch(int argc, char **argv);
int cmd_devmem(int argc, char **argv);
int cmd_fuzz(int argc, char **argv);
int cmd_kvm(int argc, char **argv);
int cmd_facts(int argc, char **argv);
int cmd_kmsg(int argc, char **argv);
int cmd_work(int argc, char **argv);

/* Prints "FAIL ..." and returns 1, so that a command can return it. */
int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Prints the message with errno and exits 2: the test itself cannot run. */
void broken(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

u64 number(const char *text);			/* exits 2 if it is none */
int pin(int cpu);				/* 0 or -1 with errno */
int online_cpus(int *cpus, int limit);		/* count; cpus[] in order */
u64 now_ns(void);

int pt_open(void);				/* PT_DEVICE, or exits 2 */
int pt_call(int fd, struct pt_call *call);	/* 0, or exits 2 */
bool pkvm_present(int fd);			/* UID matches */
u64 pkvm_info(int fd, u32 which);		/* exits 2 if refused */

#endif
