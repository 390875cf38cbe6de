// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's log, record by record: "PRIORITY SECONDS text", nothing lost or mixed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

int cmd_kmsg(int argc, char **argv)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char record[8192], *text;
	ssize_t got;

	(void)argc;
	(void)argv;
	if (fd < 0)
		broken("/dev/kmsg");
	for (;;) {
		unsigned int priority;
		unsigned long long seq, usec;

		got = read(fd, record, sizeof(record) - 1);
		if (got < 0 && errno == EAGAIN)
			return 0;
		if (got < 0 && errno == EPIPE) {
			fail("the log has wrapped: records were lost");
			continue;
		}
		if (got < 0)
			broken("read of /dev/kmsg");
		record[got] = 0;
		text = strchr(record, ';');
		if (!text || sscanf(record, "%u,%llu,%llu", &priority, &seq, &usec) != 3)
			return fail("a record of /dev/kmsg that is not one: %s", record);
		/* Continuation lines, after the text, are keys of the device. */
		text[1 + strcspn(text + 1, "\n")] = 0;
		printf("%u %llu.%06llu %s\n", priority & 7, usec / 1000000, usec % 1000000,
		       text + 1);
	}
}
