// SPDX-License-Identifier: GPL-2.0-only
/* What the machine looks like from user space: auxv and identification registers. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#include "agent.h"

#define AT_HWCAP3_		29
#define AT_HWCAP4_		30
#define AT_MINSIGSTKSZ_		51

int cmd_auxv(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("HWCAP 0x%lx\n", getauxval(AT_HWCAP));
	printf("HWCAP2 0x%lx\n", getauxval(AT_HWCAP2));
	printf("HWCAP3 0x%lx\n", getauxval(AT_HWCAP3_));
	printf("HWCAP4 0x%lx\n", getauxval(AT_HWCAP4_));
	printf("MINSIGSTKSZ 0x%lx\n", getauxval(AT_MINSIGSTKSZ_));
	/* The vector lengths that the kernel found: -1 where there are none. */
	printf("SVE_VL %d\n", prctl(51 /* PR_SVE_GET_VL */));
	printf("SME_VL %d\n", prctl(64 /* PR_SME_GET_VL */));
	return 0;
}

static sigjmp_buf sigill_jump;

static void on_sigill(int sig)
{
	(void)sig;
	siglongjmp(sigill_jump, 1);
}

#define READ(crm, op2)								\
	case ((crm) << 3 | (op2)):						\
		__asm__ volatile("mrs %0, S3_0_C0_C" #crm "_" #op2 : "=r" (value));	\
		return value

#define READ_ROW(crm)								\
	READ(crm, 0); READ(crm, 1); READ(crm, 2); READ(crm, 3);			\
	READ(crm, 4); READ(crm, 5); READ(crm, 6); READ(crm, 7)

static u64 user_id(int index)
{
	u64 value;

	switch (index) {
	READ_ROW(0);
	READ_ROW(1);
	READ_ROW(2);
	READ_ROW(3);
	READ_ROW(4);
	READ_ROW(5);
	READ_ROW(6);
	READ_ROW(7);
	}
	return 0;
}

/* Linux emulates these reads, from its own view of the features; see HWCAP_CPUID. */
int cmd_uidregs(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_sigill };
	int cpus[64], count = online_cpus(cpus, 64);
	volatile int i, c;

	(void)argc;
	(void)argv;
	sigaction(SIGILL, &action, NULL);
	for (c = 0; c < count; c++) {
		if (pin(cpus[c]))
			broken("pin to CPU %d", cpus[c]);
		for (i = 0; i < 64; i++) {
			if (sigsetjmp(sigill_jump, 1))
				printf("cpu%d 3_0_0_%d_%d SIGILL\n", cpus[c], i >> 3, i & 7);
			else
				printf("cpu%d 3_0_0_%d_%d 0x%lx\n", cpus[c], i >> 3, i & 7,
				       user_id(i));
		}
	}
	return 0;
}

int cmd_idregs(int argc, char **argv)
{
	int cpus[64], count = online_cpus(cpus, 64), fd = pt_open(), c;
	u32 i;

	(void)argc;
	(void)argv;
	for (c = 0; c < count; c++) {
		struct pt_idregs regs = { .cpu = cpus[c] };

		if (ioctl(fd, PT_IOC_IDREGS, &regs))
			broken("PT_IOC_IDREGS on CPU %d", cpus[c]);
		for (i = 0; i < PT_IDREG_COUNT; i++) {
			if (regs.valid & (1ULL << i))
				printf("cpu%d 3_0_0_%u_%u 0x%llx\n", cpus[c], i >> 3, i & 7,
				       regs.reg[i]);
		}
		for (i = 0; i < regs.nr_extra; i++)
			printf("cpu%d %s 0x%llx\n", cpus[c], regs.extra[i].name,
			       regs.extra[i].value);
	}
	return 0;
}

int cmd_facts(int argc, char **argv)
{
	struct pt_facts facts = { 0 };
	int fd = pt_open();

	(void)argc;
	(void)argv;
	if (ioctl(fd, PT_IOC_FACTS, &facts))
		broken("PT_IOC_FACTS");
	printf("currentel %llu\n", facts.currentel >> 2);
	printf("cntkctl 0x%llx\n", facts.cntkctl);
	printf("phys_offset 0x%llx\n", facts.phys_offset);
	printf("online %u\n", facts.online);
	printf("possible %u\n", facts.possible);
	return 0;
}
