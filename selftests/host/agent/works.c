// SPDX-License-Identifier: GPL-2.0-only
/* That the machine works: timers tick, a disk keeps what is written, counters count. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"

#define SLEEPS		8
#define SLEEP_NS	10000000ULL
/* An emulated machine on a busy host is late, but a timer that is lost is much later. */
#define LATE_NS		2000000000ULL

static u64 cntvct(void)
{
	u64 value;

	__asm__ volatile("isb\n	mrs %0, cntvct_el0" : "=r" (value) : : "memory");
	return value;
}

static u64 cntfrq(void)
{
	u64 value;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r" (value));
	return value;
}

/* On the CPU that the caller is pinned to. */
static int check_sleeps(int cpu)
{
	struct timespec ts = { .tv_nsec = SLEEP_NS };
	u64 worst = 0, start, took;
	int i;

	for (i = 0; i < SLEEPS; i++) {
		start = now_ns();
		if (clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL))
			return fail("cpu%d nanosleep was interrupted", cpu);
		took = now_ns() - start;
		if (took < SLEEP_NS)
			return fail("cpu%d slept %lu ns of %llu", cpu, took, SLEEP_NS);
		if (took > worst)
			worst = took;
	}
	printf("cpu%d worst_sleep_ns %lu\n", cpu, worst);
	if (worst > LATE_NS)
		return fail("cpu%d slept %lu ns instead of %llu", cpu, worst, SLEEP_NS);
	return 0;
}

/* The virtual counter and the kernel's clock run at the same speed: CNTVOFF stands still. */
static int check_counter(int cpu)
{
	u64 clock = now_ns(), count = cntvct(), by_count;
	s64 off;

	while (now_ns() - clock < 50000000ULL)
		;
	by_count = (cntvct() - count) * 1000000000ULL / cntfrq();
	clock = now_ns() - clock;
	off = (s64)(by_count - clock);
	printf("cpu%d counter_off_ns %ld\n", cpu, off);
	/* The reads of a pair are apart, and the thread may lose the CPU between them. */
	if (off < -(s64)LATE_NS || off > 20000000)
		return fail("cpu%d: the counter says %lu ns, the clock %lu", cpu, by_count, clock);
	return 0;
}

int cmd_timers(int argc, char **argv)
{
	int cpus[64], count = online_cpus(cpus, 64), i, bad = 0;
	u64 last = 0;

	(void)argc;
	(void)argv;
	for (i = 0; i < count; i++) {
		if (pin(cpus[i]))
			broken("pin to CPU %d", cpus[i]);
		bad |= check_sleeps(cpus[i]) | check_counter(cpus[i]);
		/* Moving on: the virtual counter of the next CPU must not be behind. */
		if (cntvct() < last)
			bad |= fail("cpu%d: CNTVCT is behind the CPU before", cpus[i]);
		last = cntvct();
	}
	return bad;
}

static void fill(u64 *words, size_t bytes, u64 seed)
{
	size_t i;

	for (i = 0; i < bytes / 8; i++) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		words[i] = seed ^ (seed >> 29);
	}
}

/* Writes BYTES from SEED, past the page cache, and reads them back. */
int cmd_disk(int argc, char **argv)
{
	const size_t chunk = 1 << 16;
	u64 bytes, seed, at, *out, *in;
	int fd;

	if (argc != 4)
		broken("usage: disk DEVICE BYTES SEED");
	bytes = number(argv[2]);
	seed = number(argv[3]);
	fd = open(argv[1], O_RDWR | O_DIRECT);
	if (fd < 0)
		broken("%s", argv[1]);
	if (posix_memalign((void **)&out, 4096, chunk) || posix_memalign((void **)&in, 4096, chunk))
		broken("memory");

	for (at = 0; at < bytes; at += chunk) {
		fill(out, chunk, seed + at);
		if (pwrite(fd, out, chunk, at) != (ssize_t)chunk)
			return fail("write at %lu: %s", at, strerror(errno));
	}
	if (fsync(fd))
		return fail("fsync: %s", strerror(errno));
	for (at = 0; at < bytes; at += chunk) {
		fill(out, chunk, seed + at);
		memset(in, 0, chunk);
		if (pread(fd, in, chunk, at) != (ssize_t)chunk)
			return fail("read at %lu: %s", at, strerror(errno));
		if (memcmp(in, out, chunk))
			return fail("what was read at %lu is not what was written", at);
	}
	printf("disk %s %lu bytes\n", argv[1], bytes);
	return 0;
}

static int perf_open(u64 config, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = config,
		.disabled = 1,
	};

	return syscall(SYS_perf_event_open, &attr, 0, cpu, -1, 0);
}

#define PERF_LOOPS	2000000UL

/* Two instructions a loop and nothing else. */
static void perf_work(void)
{
	u64 loops = PERF_LOOPS;

	__asm__ volatile("1:	subs	%0, %0, #1\n	b.ne	1b" : "+r" (loops) : : "cc");
}

/*
 * Counts one event around the loop. An event that the CPU has not got is said so
 * and is no failure here: the comparer holds it against the reference.
 */
static int perf_count(const char *name, u64 config, u64 least, int cpu)
{
	int fd = perf_open(config, cpu);
	u64 count = 0;

	if (fd < 0 && (errno == ENOENT || errno == EOPNOTSUPP || errno == ENODEV)) {
		printf("cpu%d %s none\n", cpu, name);
		return 0;
	}
	if (fd < 0)
		return fail("cpu%d %s: %s", cpu, name, strerror(errno));
	ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
	perf_work();
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
	if (read(fd, &count, sizeof(count)) != sizeof(count))
		return fail("cpu%d %s: read: %s", cpu, name, strerror(errno));
	close(fd);
	printf("cpu%d %s counts\n", cpu, name);
	if (count < least)
		return fail("cpu%d %s counted %lu, not at least %lu", cpu, name, count, least);
	return 0;
}

int cmd_perf(int argc, char **argv)
{
	int cpus[64], count = online_cpus(cpus, 64), i, bad = 0;

	(void)argc;
	(void)argv;
	for (i = 0; i < count; i++) {
		if (pin(cpus[i]))
			broken("pin to CPU %d", cpus[i]);
		/* TCG's cycles are host time at 1 GHz: only that they move is certain. */
		bad |= perf_count("cycles", PERF_COUNT_HW_CPU_CYCLES, 1000, cpus[i]);
		bad |= perf_count("instructions", PERF_COUNT_HW_INSTRUCTIONS, 2 * PERF_LOOPS,
				  cpus[i]);
	}
	return bad;
}
