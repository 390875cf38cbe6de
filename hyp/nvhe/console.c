// SPDX-License-Identifier: GPL-2.0-only
/* PL011 and 8250 output, polled. */
#include "nvhe/console.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/io.h"

/* PL011: Arm DDI 0183, 3.3. 8250: the line status register of any NS16550. */
#define PL011_DR	0x00
#define PL011_FR	0x18
#define PL011_FR_TXFF	(1U << 5)
#define UART_THR	0
#define UART_LSR	5
#define UART_LSR_THRE	(1U << 5)

/* A UART that is never ready must not hang EL2. */
#define READY_TRIES	1000000

static struct boot_uart uart;		/* fixed after init */
static bool usable;			/* guard: log lock, or the panicking CPU */

static void pl011_putc(char c)
{
	u32 tries = READY_TRIES;

	while ((io_read32(uart.base + PL011_FR) & PL011_FR_TXFF) && --tries)
		;
	io_write32(uart.base + PL011_DR, (u8)c);
}

static u32 ns_read(u32 reg)
{
	u64 at = uart.base + ((u64)reg << uart.reg_shift);

	return uart.io_width == 4 ? io_read32(at) : io_read8(at);
}

static void ns_write(u32 reg, u32 v)
{
	u64 at = uart.base + ((u64)reg << uart.reg_shift);

	if (uart.io_width == 4)
		io_write32(at, v);
	else
		io_write8(at, v);
}

static void ns8250_putc(char c)
{
	u32 tries = READY_TRIES;

	while (!(ns_read(UART_LSR) & UART_LSR_THRE) && --tries)
		;
	ns_write(UART_THR, (u8)c);
}

static void uart_putc(char c)
{
	if (uart.type == BOOT_UART_PL011)
		pl011_putc(c);
	else
		ns8250_putc(c);
}

void console_init(const struct boot_uart *u)
{
	uart = *u;
	usable = uart.type != BOOT_UART_NONE;
}

void console_puts(const char *s)
{
	if (!usable)
		return;
	for (; *s; s++) {
		if (*s == '\n')
			uart_putc('\r');
		uart_putc(*s);
	}
}

int console_map(void)
{
	if (uart.type == BOOT_UART_NONE)
		return 0;
	return hyp_mm_device(uart.base);
}

void console_on(void)
{
	hyp_mm_device_on();
	usable = uart.type != BOOT_UART_NONE;
}

void console_off(void)
{
	usable = false;
	hyp_mm_device_off();
}
