// SPDX-License-Identifier: GPL-2.0-only
/* Messages on the PL011, and the lock that keeps their lines whole. */
#include <stdarg.h>

#include "bare.h"

#define UART_DR		0x00
#define UART_FR		0x18
#define FR_TXFF		(1U << 5)

static struct lock console_lock;

void lock(struct lock *l)
{
	while (__atomic_exchange_n(&l->busy, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
}

void unlock(struct lock *l)
{
	__atomic_store_n(&l->busy, 0, __ATOMIC_RELEASE);
}

static void put(char c)
{
	if (!machine.uart)
		return;
	if (c == '\n')
		put('\r');
	while (read32(machine.uart + UART_FR) & FR_TXFF)
		;
	write32(machine.uart + UART_DR, (u8)c);
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

static void put_signed(s64 v)
{
	if (v < 0)
		put('-');
	put_number(v < 0 ? -(u64)v : (u64)v, 10);
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
		else if (*fmt == 'c')
			put(va_arg(ap, int));
		else if (*fmt == 'd')
			put_signed(wide ? va_arg(ap, s64) : va_arg(ap, int));
		else if (*fmt == 'u' || *fmt == 'x')
			put_number(wide ? va_arg(ap, u64) : va_arg(ap, u32), *fmt == 'u' ? 10 : 16);
		else
			put(*fmt);
	}
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	lock(&console_lock);
	print(fmt, ap);
	unlock(&console_lock);
	va_end(ap);
}

void fatal(const char *fmt, ...)
{
	va_list ap;

	put_string("Bail out! ");
	va_start(ap, fmt);
	print(fmt, ap);
	va_end(ap);
	put('\n');
	power_off();
}
