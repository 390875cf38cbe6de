// SPDX-License-Identifier: GPL-2.0-only
/* kexec by file: the same call for a bare and for a wrapped kernel. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent.h"

static int load(char **argv, unsigned long flags)
{
	int kernel = open(argv[0], O_RDONLY), initrd = open(argv[1], O_RDONLY);
	const char *cmdline = argv[2];

	if (kernel < 0)
		broken("%s", argv[0]);
	if (initrd < 0)
		broken("%s", argv[1]);
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(cmdline) + 1, cmdline, flags))
		return fail("kexec_file_load: %s", strerror(errno));
	printf("kexec loaded %s\n", argv[0]);
	return 0;
}

int cmd_kexec(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "load"))
		return load(argv + 2, 0);
	if (argc == 5 && !strcmp(argv[1], "crash"))
		return load(argv + 2, KEXEC_FILE_ON_CRASH);
	if (argc == 2 && !strcmp(argv[1], "go")) {
		sync();
		syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			LINUX_REBOOT_CMD_KEXEC, NULL);
		return fail("kexec: %s", strerror(errno));
	}
	errno = EINVAL;
	broken("usage: kexec load|crash KERNEL INITRD CMDLINE, or kexec go");
}
