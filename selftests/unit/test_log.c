// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages: formats, level, ring.
 * SOURCES: hyp/nvhe/log.c
 */
#include <stdlib.h>
#include "tap.h"
#include "fake_lock.h"
#include "nvhe/console.h"
#include "nvhe/log.h"
#include "nvhe/log_ring.h"

static char shown[65536];

void console_puts(const char *s)
{
	strncat(shown, s, sizeof(shown) - strlen(shown) - 1);
}

static const char *said(void)
{
	static char copy[65536];

	strcpy(copy, shown);
	shown[0] = 0;
	return copy;
}

static void test_formats(void)
{
	hyp_info("a %s b %c c\n", "str", 'x');
	is_str(said(), "pkvm: a str b x c\n", "strings and characters");
	hyp_info("%d %d %u %ld\n", -5, 7, 4000000000U, -6000000000L);
	is_str(said(), "pkvm: -5 7 4000000000 -6000000000\n", "decimal numbers");
	hyp_info("%x %lx %08x %016lx %4u|\n", 0xabcU, 0xffff000011112222UL, 0x12U, 1UL, 9U);
	is_str(said(), "pkvm: abc ffff000011112222 00000012 0000000000000001    9|\n",
	       "hexadecimal, width and padding");
	hyp_info("%d%%\n", 0);
	is_str(said(), "pkvm: 0%\n", "zero and a per cent sign");
}

static void test_long_line(void)
{
	char longs[400];
	const char *s;

	memset(longs, 'y', sizeof(longs) - 1);
	longs[sizeof(longs) - 1] = 0;
	hyp_info("%s\n", longs);
	s = said();
	is_num(strlen(s), 199, "a long line is cut");
	ok(s[198] == '\n', "and still ends the line");
}

static void test_level(void)
{
	hyp_debug("no\n");
	is_str(said(), "", "debug is not kept by default");
	hyp_log_level(LOG_WARN);
	hyp_info("no\n");
	is_str(said(), "", "info is not kept at level warn");
	hyp_warn("yes\n");
	is_str(said(), "pkvm: yes\n", "warnings are");
	hyp_log_level(LOG_DEBUG);
	hyp_debug("yes\n");
	is_str(said(), "pkvm: yes\n", "debug is at level debug");
}

static void test_ring(void)
{
	char buf[200];
	u64 pos, start = log_end(), n, i, total = 0, last = 0;

	hyp_info("first\n");
	pos = start;
	n = log_read(&pos, buf, sizeof(buf));
	ok(n == 12 && !memcmp(buf, "pkvm: first\n", 12), "a message can be read back");
	is_num(pos, log_end(), "the position is at the end");
	is_num(log_read(&pos, buf, sizeof(buf)), 0, "and nothing more comes");
	pos = start;
	is_num(log_read(&pos, buf, 5), 5, "a part can be read");
	is_num(pos, start + 5, "the position moves by as much");

	for (i = 0; i < 2000; i++)
		hyp_info("line %4u\n", (u32)i);
	pos = 0;
	while ((n = log_read(&pos, buf, sizeof(buf)))) {
		if (!total)
			is_num(pos - n, log_end() - 8192, "an old position moves to the oldest byte");
		total += n;
		last = n;
	}
	is_num(total, 8192, "the ring holds 8 KiB");
	ok(!memcmp(buf + last - 10, "line 1999\n", 10), "up to the newest");
	pos = ~0UL;
	log_read(&pos, buf, 1);
	is_num(pos, log_end() - 8192 + 1, "a position beyond the end starts over");
}

int main(void)
{
	test_formats();
	test_long_line();
	test_level();
	test_ring();
	return tap_done();
}
