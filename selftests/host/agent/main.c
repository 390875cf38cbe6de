// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"

static const struct command commands[] = {
	{ "auxv", "", cmd_auxv },
	{ "uidregs", "", cmd_uidregs },
	{ "idregs", "", cmd_idregs },
	{ "timers", "", cmd_timers },
	{ "disk", "DEVICE BYTES SEED", cmd_disk },
	{ "perf", "", cmd_perf },
	{ "call", "hvc|smc IMM-INDEX X0 [X1 ...]", cmd_call },
	{ "info", "", cmd_info },
	{ "log", "", cmd_log },
	{ "cost", "hvc|smc FID LOOPS", cmd_cost },
	{ "touch", "user|nofault|bare|walk PA SIZE [seed N] [device]", cmd_touch },
	{ "devmem", "PA SIZE", cmd_devmem },
	{ "fuzz", "SEED CALLS MODE [CPU STOP]", cmd_fuzz },
	{ "kvm", "", cmd_kvm },
	{ "facts", "", cmd_facts },
	{ "kmsg", "", cmd_kmsg },
	{ "work", "MEGABYTES SECONDS", cmd_work },
};

int fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("FAIL ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
	return 1;
}

void broken(const char *fmt, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, fmt);
	printf("BROKEN ");
	vprintf(fmt, ap);
	printf(": %s\n", strerror(error));
	va_end(ap);
	exit(2);
}

u64 number(const char *text)
{
	char *end;
	u64 value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end)
		broken("not a number: %s", text);
	return value;
}

int pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

int online_cpus(int *cpus, int limit)
{
	char line[256], *at = line;
	FILE *file = fopen("/sys/devices/system/cpu/online", "r");
	int count = 0;

	if (!file || !fgets(line, sizeof(line), file))
		broken("/sys/devices/system/cpu/online");
	fclose(file);
	while (*at >= '0' && *at <= '9') {
		int first = strtol(at, &at, 10);
		int last = *at == '-' ? strtol(at + 1, &at, 10) : first;

		for (; first <= last && count < limit; first++)
			cpus[count++] = first;
		if (*at == ',')
			at++;
	}
	return count;
}

u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int usage(void)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		printf("hosttest %s %s\n", commands[i].name, commands[i].usage);
	return 2;
}

int main(int argc, char **argv)
{
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return usage();
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	}
	return usage();
}
