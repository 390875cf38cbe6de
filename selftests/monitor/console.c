// SPDX-License-Identifier: GPL-2.0-only
/* Messages, and the few functions of a C library that libfdt and the compiler want. */
#include <stdarg.h>
#include <string.h>

#include "monitor.h"

#define UART_DR		0x00
#define UART_FR		0x18
#define UART_CR		0x30
#define FR_TXFF		(1U << 5)
#define CR_ON		0x301		/* UARTEN, TXE, RXE */

static u32 console_lock;

void lock(u32 *l)
{
	u32 busy, failed;

	do {
		asm volatile("ldaxr %w0, [%2]\n\tcbnz %w0, 1f\n\tstxr %w1, %w3, [%2]\n\tb 2f\n"
			     "1: mov %w1, #1\n2:"
			     : "=&r"(busy), "=&r"(failed) : "r"(l), "r"(1) : "memory");
	} while (failed);
}

void unlock(u32 *l)
{
	asm volatile("stlr wzr, [%0]" : : "r"(l) : "memory");
}

static void put_to(u64 uart, char c)
{
	while (read32(uart + UART_FR) & FR_TXFF)
		;
	write32(uart + UART_DR, (u8)c);
}

static void put(char c)
{
	if (c == '\n')
		put('\r');
	put_to(SECURE_UART_BASE, c);
	if (!options.quiet)
		put_to(UART_BASE, c);
}

static void put_string(const char *s)
{
	while (*s)
		put(*s++);
}

static void put_number(u64 v, u32 base)
{
	char digits[24];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	while (n)
		put(digits[--n]);
}

static void print(const char *fmt, va_list ap)
{
	for (; *fmt; fmt++) {
		bool wide = fmt[0] == '%' && fmt[1] == 'l';

		if (*fmt != '%') {
			put(*fmt);
			continue;
		}
		fmt += 1 + wide;
		if (*fmt == 's')
			put_string(va_arg(ap, const char *));
		else if (*fmt == 'u' || *fmt == 'x')
			put_number(wide ? va_arg(ap, u64) : va_arg(ap, u32), *fmt == 'u' ? 10 : 16);
		else
			put(*fmt);
	}
}

/* A line of its own, at the start of one whatever the kernel was printing. */
static void say_args(const char *fmt, va_list ap)
{
	lock(&console_lock);
	write32(SECURE_UART_BASE + UART_CR, CR_ON);
	if (!options.quiet)
		write32(UART_BASE + UART_CR, CR_ON);
	put_string("monitor: ");
	print(fmt, ap);
	put('\n');
	unlock(&console_lock);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_args(fmt, ap);
	va_end(ap);
}

void fatal(const char *fmt, ...)
{
	va_list ap;

	options.quiet = false;
	va_start(ap, fmt);
	say_args(fmt, ap);
	va_end(ap);
	machine_off();
}

void *memcpy(void *to, const void *from, size_t n)
{
	u8 *t = to;
	const u8 *f = from;

	while (n--)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	u8 *t = to;
	const u8 *f = from;

	if (t <= f)
		return memcpy(to, from, n);
	while (n--)
		t[n] = f[n];
	return to;
}

void *memset(void *to, int c, size_t n)
{
	u8 *t = to;

	while (n--)
		*t++ = c;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *p = a, *q = b;

	for (; n; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n; n--, p++)
		if (*p == (u8)c)
			return (void *)p;
	return NULL;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (u8)*a - (u8)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	return 0;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	for (;; s++) {
		if (*s == (char)c)
			found = s;
		if (!*s)
			return (char *)found;
	}
}
