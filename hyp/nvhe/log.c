// SPDX-License-Identifier: GPL-2.0-only
/* Messages: formatting, the ring, the level. */
#include <linux/stdarg.h>
#include "nvhe/console.h"
#include "nvhe/lock.h"
#include "nvhe/log.h"
#include "nvhe/log_ring.h"
#include "nvhe/string.h"

#define RING_SIZE	8192		/* bytes, a power of two */
#define LINE_MAX	200		/* a longer line is cut */

static struct hyp_lock log_lock = HYP_LOCK(RANK_LOG);
static char ring[RING_SIZE];		/* guard: log_lock */
static u64 ring_end;			/* bytes ever written; guard: log_lock */
static u32 log_level = LOG_INFO;	/* fixed after init */

struct line {
	char text[LINE_MAX];
	u32 len;
};

struct spec {
	char pad;
	u32 width;
	u32 longs;
	char conv;
};

static void put(struct line *l, char c)
{
	if (l->len < LINE_MAX - 1)
		l->text[l->len++] = c;
}

static void put_padding(struct line *l, const struct spec *s, u32 len)
{
	for (; len < s->width; len++)
		put(l, s->pad);
}

static void put_string(struct line *l, const struct spec *s, const char *str)
{
	put_padding(l, s, strlen(str));
	while (*str)
		put(l, *str++);
}

static void put_number(struct line *l, const struct spec *s, u64 v, u32 base)
{
	char digits[24];
	u32 n = sizeof(digits);

	digits[--n] = 0;
	do {
		digits[--n] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	put_string(l, s, digits + n);
}

static const char *parse_spec(const char *fmt, struct spec *s)
{
	*s = (struct spec){ .pad = ' ' };
	if (*fmt == '0')
		s->pad = *fmt++;
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		s->width = s->width * 10 + (*fmt - '0');
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		s->longs++;
	s->conv = *fmt;
	return *fmt ? fmt + 1 : fmt;
}

static void put_signed(struct line *l, const struct spec *s, s64 v)
{
	if (v < 0)
		put(l, '-');
	put_number(l, s, v < 0 ? -(u64)v : (u64)v, 10);
}

static void format_line(struct line *l, const char *fmt, va_list args)
{
	struct spec s;

	while (*fmt) {
		if (*fmt != '%') {
			put(l, *fmt++);
			continue;
		}
		fmt = parse_spec(fmt + 1, &s);
		switch (s.conv) {
		case 's':
			put_string(l, &s, va_arg(args, const char *));
			break;
		case 'c':
			put(l, va_arg(args, int));
			break;
		case 'd':
			put_signed(l, &s, s.longs ? va_arg(args, long) : va_arg(args, int));
			break;
		case 'u':
		case 'x':
			put_number(l, &s, s.longs ? va_arg(args, u64) : va_arg(args, u32),
				   s.conv == 'x' ? 16 : 10);
			break;
		case 'p':
			put_number(l, &s, (u64)va_arg(args, void *), 16);
			break;
		default:
			put(l, s.conv);
		}
	}
	if (l->len == LINE_MAX - 1)
		l->text[l->len - 1] = '\n';
	l->text[l->len] = 0;
}

void hyp_log_level(u32 level)
{
	log_level = level;
}

void hyp_log(int level, const char *fmt, ...)
{
	static const char prefix[] = "pkvm: ";
	struct line l = { .len = 0 };
	va_list args;
	u32 i;

	if (level > (int)log_level)
		return;
	for (i = 0; i < sizeof(prefix) - 1; i++)
		put(&l, prefix[i]);
	va_start(args, fmt);
	format_line(&l, fmt, args);
	va_end(args);

	hyp_lock(&log_lock);
	for (i = 0; i < l.len; i++)
		ring[ring_end++ % RING_SIZE] = l.text[i];
	console_puts(l.text);
	hyp_unlock(&log_lock);
}

u64 log_read(u64 *pos, char *buf, u64 max)
{
	u64 n = 0, oldest;

	hyp_lock(&log_lock);
	oldest = ring_end > RING_SIZE ? ring_end - RING_SIZE : 0;
	if (*pos < oldest || *pos > ring_end)
		*pos = oldest;
	while (n < max && *pos < ring_end)
		buf[n++] = ring[(*pos)++ % RING_SIZE];
	hyp_unlock(&log_lock);
	return n;
}

u64 log_end(void)
{
	u64 end;

	hyp_lock(&log_lock);
	end = ring_end;
	hyp_unlock(&log_lock);
	return end;
}
