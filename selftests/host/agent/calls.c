// SPDX-License-Identifier: GPL-2.0-only
/* Host calls, one by one. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <pkvm/host_call.h>

#include "agent.h"

#define VENDOR_HYP_UID		0x8600ff01

int pt_open(void)
{
	int fd = open(PT_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		broken("%s (is pkvm_test.ko loaded?)", PT_DEVICE);
	return fd;
}

int pt_call(int fd, struct pt_call *call)
{
	if (ioctl(fd, PT_IOC_CALL, call))
		broken("PT_IOC_CALL");
	return 0;
}

/*
 * The device tree is asked first: a kernel at EL2, or one without any EL2 below it,
 * dies of an HVC.
 */
bool pkvm_present(int fd)
{
	struct pt_call call = { .conduit = PT_HVC, .cpu = PT_ANY_CPU, .x = { VENDOR_HYP_UID } };

	if (access("/proc/device-tree/" PKVM_DT_NODE, F_OK))
		return false;
	pt_call(fd, &call);
	return (u32)call.x[0] == PKVM_UID_0 && (u32)call.x[1] == PKVM_UID_1 &&
	       (u32)call.x[2] == PKVM_UID_2 && (u32)call.x[3] == PKVM_UID_3;
}

u64 pkvm_info(int fd, u32 which)
{
	struct pt_call call = {
		.conduit = PT_HVC, .cpu = PT_ANY_CPU, .x = { PKVM_HOST_INFO, which },
	};

	pt_call(fd, &call);
	if (call.x[0] != PKVM_RET_SUCCESS)
		broken("INFO %u gave %lld", which, (long long)call.x[0]);
	return call.x[1];
}

static u32 conduit(const char *name)
{
	if (!strcmp(name, "hvc"))
		return PT_HVC;
	if (!strcmp(name, "smc"))
		return PT_SMC;
	errno = EINVAL;
	broken("conduit %s: hvc or smc", name);
}

int cmd_call(int argc, char **argv)
{
	struct pt_call call = { .cpu = PT_ANY_CPU };
	int i;

	if (argc < 4 || argc > 3 + 18)
		broken("usage: call hvc|smc IMM-INDEX X0 [X1 ...]");
	call.conduit = conduit(argv[1]);
	call.imm = number(argv[2]);
	for (i = 3; i < argc; i++)
		call.x[i - 3] = number(argv[i]);
	pt_call(pt_open(), &call);
	for (i = 0; i < 18; i++)
		printf("x%d 0x%llx\n", i, call.x[i]);
	return 0;
}

static const char *const info_names[] = {
	[PKVM_INFO_FEATURES] = "features",
	[PKVM_INFO_EPOCH] = "epoch",
	[PKVM_INFO_OLD_EPOCH_PAGES] = "old_epoch_pages",
	[PKVM_INFO_BYTES_HELD] = "bytes_held",
	[PKVM_INFO_REFUSED_READ] = "refused_read",
	[PKVM_INFO_REFUSED_WRITE] = "refused_write",
	[PKVM_INFO_REFUSED_EXEC] = "refused_exec",
	[PKVM_INFO_REFUSED_CACHE] = "refused_cache",
	[PKVM_INFO_REFUSED_WALK] = "refused_walk",
	[PKVM_INFO_REFUSED_HVC] = "refused_hvc",
	[PKVM_INFO_REFUSED_SMC] = "refused_smc",
	[PKVM_INFO_REFUSED_SYSREG] = "refused_sysreg",
	[PKVM_INFO_MMIO_TABLES] = "mmio_tables",
	[PKVM_INFO_MMIO_RECLAIMS] = "mmio_reclaims",
	[PKVM_INFO_CPUS] = "cpus",
	[PKVM_INFO_LOG_END] = "log_end",
	[PKVM_INFO_FREE_BYTES] = "free_bytes",
	[PKVM_INFO_ARENAS] = "arenas",
	[PKVM_INFO_ARENA_FREE_PAGES] = "arena_free_pages",
	[PKVM_INFO_VMS] = "vms",
	[PKVM_INFO_LIST_REGISTERS] = "list_registers",
};

_Static_assert(sizeof(info_names) / sizeof(info_names[0]) == PKVM_INFO_MAX,
	       "a name for each enum pkvm_info");

int cmd_info(int argc, char **argv)
{
	int fd = pt_open();
	u32 i;

	(void)argc;
	(void)argv;
	if (!pkvm_present(fd))
		return fail("no pkvm answers at EL2");
	for (i = 0; i < PKVM_INFO_MAX; i++)
		printf("%s 0x%lx\n", info_names[i], pkvm_info(fd, i));
	return 0;
}

int cmd_log(int argc, char **argv)
{
	struct pt_call call;
	int fd = pt_open();
	u64 position = 0;

	(void)argc;
	(void)argv;
	if (!pkvm_present(fd))
		return fail("no pkvm answers at EL2");
	for (;;) {
		memset(&call, 0, sizeof(call));
		call.conduit = PT_HVC;
		call.cpu = PT_ANY_CPU;
		call.x[0] = PKVM_HOST_LOG;
		call.x[1] = position;
		pt_call(fd, &call);
		if (call.x[0] != PKVM_RET_SUCCESS || call.x[2] > PKVM_LOG_BYTES)
			return fail("LOG at %lu: x0 %lld, x2 %llu", position,
				    (long long)call.x[0], call.x[2]);
		if (!call.x[2])
			return 0;
		fwrite(&call.x[3], 1, call.x[2], stdout);
		if (call.x[1] <= position)
			return fail("LOG at %lu: next position %llu", position, call.x[1]);
		position = call.x[1];
	}
}

int cmd_cost(int argc, char **argv)
{
	struct pt_cost cost = { 0 };
	int fd = pt_open();
	double insns;

	if (argc != 4)
		broken("usage: cost hvc|smc FID LOOPS");
	cost.conduit = conduit(argv[1]);
	cost.fid = number(argv[2]);
	cost.loops = number(argv[3]);
	if (pin(0))
		broken("pin");
	if (ioctl(fd, PT_IOC_COST, &cost))
		broken("PT_IOC_COST");
	/* QEMU -icount shift=0: one instruction a nanosecond. */
	insns = 1e9 / cost.freq * (cost.ticks_call - cost.ticks_empty) / cost.loops;
	printf("x0 0x%llx\n", cost.x0);
	printf("freq %llu\n", cost.freq);
	printf("ticks_empty %llu\n", cost.ticks_empty);
	printf("ticks_call %llu\n", cost.ticks_call);
	printf("insns_per_call %.3f\n", insns);
	return 0;
}
