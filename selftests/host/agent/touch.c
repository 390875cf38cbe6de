// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tries to reach memory that the host does not own, in every way, and holds each
 * try against what DESIGN.md section 4 says, and all tries together against
 * EL2's own counts of refusals.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <pkvm/host_call.h>

#include "agent.h"

#define PAGE		4096UL
#define RANDOM_PAGES	16
#define CODE_RET	0xd65f03c0U

/* What EL2 should have counted. rw: loads, stores and atomics that may count as either. */
struct refusals {
	u64 read, write, exec, cache, walk, rw;
};

static void get_refusals(int fd, struct refusals *r)
{
	memset(r, 0, sizeof(*r));
	r->read = pkvm_info(fd, PKVM_INFO_REFUSED_READ);
	r->write = pkvm_info(fd, PKVM_INFO_REFUSED_WRITE);
	r->exec = pkvm_info(fd, PKVM_INFO_REFUSED_EXEC);
	r->cache = pkvm_info(fd, PKVM_INFO_REFUSED_CACHE);
	r->walk = pkvm_info(fd, PKVM_INFO_REFUSED_WALK);
}

static int check_one(const char *what, u64 before, u64 after, u64 least, u64 most)
{
	u64 rose = after - before;

	printf("refused_%s rose %lu\n", what, rose);
	if (rose < least || rose > most)
		return fail("EL2 counted %lu refusals (%s), not %lu to %lu", rose, what, least, most);
	return 0;
}

static int check_refusals(int fd, const struct refusals *before, const struct refusals *want)
{
	struct refusals after;
	int bad = 0;

	get_refusals(fd, &after);
	/* An atomic counts as a load or a store, but it does count. */
	bad |= check_one("read", before->read, after.read, want->read, want->read + want->rw);
	bad |= check_one("write", before->write, after.write, want->write, want->write + want->rw);
	bad |= check_one("read_and_write", before->read + before->write, after.read + after.write,
			 want->read + want->write + want->rw, want->read + want->write + want->rw);
	bad |= check_one("exec", before->exec, after.exec, want->exec, want->exec);
	bad |= check_one("cache", before->cache, after.cache, want->cache, want->cache);
	bad |= check_one("walk", before->walk, after.walk, want->walk, want->walk);
	return bad;
}

/* --- from user space --- */

static sigjmp_buf fault_jump;
static volatile int fault_signal, fault_code;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	fault_signal = sig;
	fault_code = info->si_code;
	siglongjmp(fault_jump, 1);
}

static void catch_faults(void)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGILL, &action, NULL);
}

enum user_op { USER_READ, USER_WRITE, USER_EXEC, USER_GET, USER_PUT, USER_OPS };

static const char *const user_op_names[USER_OPS] = {
	"user read", "user write", "user execution", "system call's read", "system call's write",
};

/* 0: went through. SIGBUS with BUS_ADRALN: 1. EFAULT of a system call: 2. Else -1. */
static int user_try(volatile void *at, enum user_op op, int pipe_fd)
{
	fault_signal = 0;
	if (sigsetjmp(fault_jump, 1))
		return fault_signal == SIGBUS && fault_code == BUS_ADRALN ? 1 : -1;
	switch (op) {
	case USER_READ:
		(void)*(volatile u64 *)at;
		return 0;
	case USER_WRITE:
		*(volatile u64 *)at = 0;
		return 0;
	case USER_EXEC:
		((void (*)(void))(uintptr_t)at)();
		return 0;
	case USER_GET:		/* one get_user() in the kernel */
		return ioctl(pipe_fd, FIONBIO, at) ? (errno == EFAULT ? 2 : -1) : 0;
	default:		/* one put_user() */
		return ioctl(pipe_fd, FIONREAD, at) ? (errno == EFAULT ? 2 : -1) : 0;
	}
}

static int user_want(enum user_op op)
{
	return op == USER_GET || op == USER_PUT ? 2 : 1;
}

static void *map_physical(u64 pa, u64 size, bool device)
{
	int fd = open(PT_DEVICE, O_RDWR | (device ? O_SYNC : 0));
	void *at;

	if (fd < 0)
		broken("%s", PT_DEVICE);
	at = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, fd, pa);
	if (at == MAP_FAILED)
		broken("mmap of 0x%lx", pa);
	close(fd);
	return at;
}

static u64 physical_of(void *at)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	u64 entry = 0;

	if (fd < 0 || pread(fd, &entry, 8, (uintptr_t)at / PAGE * 8) != 8 || !(entry >> 63))
		broken("/proc/self/pagemap");
	close(fd);
	return (entry & ((1ULL << 55) - 1)) * PAGE;
}

/* The same tries on a page that the host owns must all go through. */
static int user_control(int pipe_fd)
{
	u32 *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int op, bad = 0;
	char *alias;

	if (page == MAP_FAILED || mlock(page, PAGE))
		broken("control page");
	page[512] = CODE_RET;
	__builtin___clear_cache((char *)&page[512], (char *)&page[513]);
	alias = map_physical(physical_of(page), PAGE, false);
	for (op = 0; op < USER_OPS; op++) {
		int got = user_try(alias + (op == USER_EXEC ? 2048 : 0), op, pipe_fd);

		if (got)
			bad |= fail("control: %s of an own page gave %d", user_op_names[op], got);
	}
	munmap(alias, PAGE);
	munmap(page, PAGE);
	return bad;
}

static void want_user(struct refusals *want, u64 pages)
{
	want->read += 2 * pages;
	want->write += 2 * pages;
	want->exec += pages;
}

static int touch_user(u64 pa, u64 size, bool device, struct refusals *want)
{
	int pipes[2], op, bad = 0;
	char *base;
	u64 off;

	catch_faults();
	if (pipe(pipes))
		broken("pipe");
	bad |= user_control(pipes[0]);
	base = map_physical(pa, size, device);
	for (off = 0; off < size; off += PAGE) {
		for (op = 0; op < USER_OPS; op++) {
			int got = user_try(base + off, op, pipes[0]);

			if (got != user_want(op))
				bad |= fail("0x%lx: %s gave %d (signal %d code %d), not %d",
					    pa + off, user_op_names[op], got, fault_signal,
					    fault_code, user_want(op));
		}
	}
	munmap(base, size);
	want_user(want, size / PAGE);
	return bad;
}

/* --- from the kernel --- */

static const struct {
	u32 op;
	const char *name;
	u64 count;			/* offset in struct refusals */
	bool cache;			/* may not check translations at all */
} kernel_ops[] = {
	{ PT_NOFAULT_READ, "nofault read", offsetof(struct refusals, read), false },
	{ PT_NOFAULT_WRITE, "nofault write", offsetof(struct refusals, write), false },
	{ PT_BARE_READ, "bare read", offsetof(struct refusals, read), false },
	{ PT_BARE_WRITE, "bare write", offsetof(struct refusals, write), false },
	{ PT_BARE_EXEC, "bare execution", offsetof(struct refusals, exec), false },
	{ PT_BARE_LSE, "LDADD", offsetof(struct refusals, rw), false },
	{ PT_BARE_EXCLUSIVE, "LDXR", offsetof(struct refusals, rw), false },
	{ PT_DC_CIVAC, "DC CIVAC", offsetof(struct refusals, cache), true },
	{ PT_DC_CVAC, "DC CVAC", offsetof(struct refusals, cache), true },
	{ PT_DC_IVAC, "DC IVAC", offsetof(struct refusals, cache), true },
	{ PT_IC_IVAU, "IC IVAU", offsetof(struct refusals, cache), true },
	{ PT_DC_ZVA, "DC ZVA", offsetof(struct refusals, rw), false },
};

#define NR_KERNEL_OPS	(sizeof(kernel_ops) / sizeof(kernel_ops[0]))
#define FIRST_BARE	2

/* -1: this CPU has no such instruction. */
static int kernel_try(int fd, u64 pa, u32 op, bool device)
{
	struct pt_touch touch = { .pa = pa, .op = op, .cpu = PT_ANY_CPU, .device = device };

	if (ioctl(fd, PT_IOC_TOUCH, &touch)) {
		if (errno == EOPNOTSUPP)
			return -1;
		broken("PT_IOC_TOUCH of 0x%lx, op %u", pa, op);
	}
	return touch.outcome;
}

static int kernel_want(u32 op)
{
	return op == PT_NOFAULT_READ || op == PT_NOFAULT_WRITE ? PT_EFAULT : PT_OOPS;
}

/*
 * Own page: all must go through. Unmapped page: all must fail; a cache operation
 * that does not even there (QEMU has no caches and looks nothing up) cannot be
 * refused by EL2 either, and is then expected to go through.
 */
static int kernel_control(int fd, bool *checks, size_t first, size_t last)
{
	int bad = 0, got;
	size_t i;

	for (i = first; i < last; i++) {
		u32 op = kernel_ops[i].op;

		got = kernel_try(fd, PT_OWN_PAGE, op, false);
		if (got != PT_DONE && got != -1)
			bad |= fail("control: %s of an own page gave %d", kernel_ops[i].name, got);
		got = kernel_try(fd, PT_UNMAPPED_PAGE, op, false);
		checks[i] = got != PT_DONE;
		if (!checks[i] && !kernel_ops[i].cache)
			bad |= fail("control: %s of an unmapped page went through",
				    kernel_ops[i].name);
		if (!checks[i])
			printf("note %s checks no translation on this machine\n",
			       kernel_ops[i].name);
	}
	return bad;
}

static int kernel_page(int fd, u64 pa, bool device, const bool *checks, size_t first,
		       size_t last, struct refusals *want)
{
	int bad = 0;
	size_t i;

	for (i = first; i < last; i++) {
		int got = kernel_try(fd, pa, kernel_ops[i].op, device);
		int right = checks[i] ? kernel_want(kernel_ops[i].op) : PT_DONE;

		if (got == -1)
			continue;
		if (got != right)
			bad |= fail("0x%lx: %s gave %d, not %d", pa, kernel_ops[i].name, got, right);
		if (checks[i])
			++*(u64 *)((char *)want + kernel_ops[i].count);
		/* The report of this oops shows the code at the PC: one read more. */
		if (kernel_ops[i].op == PT_BARE_EXEC)
			want->read++;
	}
	return bad;
}

static int touch_nofault(int fd, u64 pa, u64 size, bool device, struct refusals *want)
{
	bool checks[NR_KERNEL_OPS];
	int bad = kernel_control(fd, checks, 0, FIRST_BARE);
	u64 off;

	for (off = 0; off < size; off += PAGE)
		bad |= kernel_page(fd, pa + off, device, checks, 0, FIRST_BARE, want);
	return bad;
}

/* The first, the last, and RANDOM_PAGES others. */
static int touch_bare(int fd, u64 pa, u64 size, bool device, u64 seed, struct refusals *want)
{
	bool checks[NR_KERNEL_OPS];
	int bad = kernel_control(fd, checks, FIRST_BARE, NR_KERNEL_OPS), i;
	u64 pages = size / PAGE, page;

	printf("seed %lu\n", seed);
	srandom(seed);
	for (i = 0; i < RANDOM_PAGES + 2; i++) {
		page = i == 0 ? 0 : i == 1 ? pages - 1 : (u64)random() % pages;
		bad |= kernel_page(fd, pa + page * PAGE, device, checks, FIRST_BARE,
				   NR_KERNEL_OPS, want);
	}
	return bad;
}

/* Each page as a last-level table of this process. */
static int touch_walk(int fd, u64 pa, u64 size, struct refusals *want)
{
	u64 *user = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	u64 off, pages = 0;
	int bad = 0;

	if (user == MAP_FAILED)
		broken("mmap");
	*user = 0x5a5a;
	for (off = 0; off < size; off += PAGE, pages++) {
		struct pt_touch touch = {
			.pa = pa + off, .op = PT_WALK, .user = (u64)(uintptr_t)user,
		};

		if (ioctl(fd, PT_IOC_TOUCH, &touch))
			broken("PT_WALK of 0x%lx", pa + off);
		if (touch.outcome != PT_EFAULT)
			bad |= fail("0x%lx as a table: outcome %u, value 0x%llx", pa + off,
				    touch.outcome, touch.value);
	}
	if (*user != 0x5a5a)
		bad |= fail("the process lost its page");
	want->walk += pages;
	return bad;
}

int cmd_touch(int argc, char **argv)
{
	struct refusals before, want = { 0 };
	u64 pa, size, seed = 1;
	bool device = false;
	int fd, i, bad;

	if (argc < 4)
		broken("usage: touch user|nofault|bare|walk PA SIZE [seed N] [device]");
	pa = number(argv[2]);
	size = number(argv[3]);
	for (i = 4; i < argc; i++) {
		if (!strcmp(argv[i], "device"))
			device = true;
		else if (!strcmp(argv[i], "seed") && i + 1 < argc)
			seed = number(argv[++i]);
		else
			broken("unknown argument %s", argv[i]);
	}
	fd = pt_open();
	if (!pkvm_present(fd))
		return fail("no pkvm answers at EL2");
	get_refusals(fd, &before);
	if (!strcmp(argv[1], "user"))
		bad = touch_user(pa, size, device, &want);
	else if (!strcmp(argv[1], "nofault"))
		bad = touch_nofault(fd, pa, size, device, &want);
	else if (!strcmp(argv[1], "bare"))
		bad = touch_bare(fd, pa, size, device, seed, &want);
	else if (!strcmp(argv[1], "walk"))
		bad = touch_walk(fd, pa, size, &want);
	else
		broken("touch %s", argv[1]);
	printf("pages %lu\n", size / PAGE);
	return bad | check_refusals(fd, &before, &want);
}

/*
 * /dev/mem gives nothing of it either: its read() ends in an error, and through
 * its mmap(), where the kernel allows one, an access ends as any user access.
 */
int cmd_devmem(int argc, char **argv)
{
	struct refusals before, want = { 0 };
	int fd = pt_open(), mem, bad = 0, got;
	u64 pa, size, off, mapped = 0, denied = 0;
	char buffer[64], *at;

	if (argc != 3)
		broken("usage: devmem PA SIZE");
	pa = number(argv[1]);
	size = number(argv[2]);
	catch_faults();
	mem = open("/dev/mem", O_RDWR);
	if (mem < 0)
		broken("/dev/mem");
	get_refusals(fd, &before);
	for (off = 0; off < size; off += PAGE) {
		if (pread(mem, buffer, sizeof(buffer), pa + off) >= 0)
			bad |= fail("read() of /dev/mem at 0x%lx went through", pa + off);
		at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, mem, pa + off);
		if (at == MAP_FAILED) {
			denied++;
			continue;
		}
		mapped++;
		got = user_try(at, USER_READ, -1);
		if (got == 1)
			got = user_try(at, USER_WRITE, -1);
		if (got != 1)
			bad |= fail("/dev/mem mapping of 0x%lx: %d (signal %d)", pa + off, got,
				    fault_signal);
		munmap(at, PAGE);
	}
	printf("mapped %lu denied %lu\n", mapped, denied);
	want.read = mapped;
	want.write = mapped;
	return bad | check_refusals(fd, &before, &want);
}

/* A workload whose own memory must keep its content. */
int cmd_work(int argc, char **argv)
{
	u64 bytes, words, i, round, end;
	u64 *at;

	if (argc != 3)
		broken("usage: work MEGABYTES SECONDS");
	bytes = number(argv[1]) << 20;
	words = bytes / 8;
	end = now_ns() + number(argv[2]) * 1000000000ULL;
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		broken("mmap");
	for (round = 1; now_ns() < end; round++) {
		for (i = 0; i < words; i += 8)
			at[i] = i * round;
		for (i = 0; i < words; i += 8) {
			if (at[i] != i * round)
				return fail("word %lu of round %lu is 0x%lx", i, round, at[i]);
		}
	}
	printf("rounds %lu\n", round - 1);
	return 0;
}
