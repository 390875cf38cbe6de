// SPDX-License-Identifier: GPL-2.0-only
/*
 * PL011 and 8250 output against fake UARTs that refuse a byte while they are busy.
 * SOURCES: hyp/nvhe/console.c
 */
#include "tap.h"
#include "nvhe/console.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/io.h"

#define BASE 0x9000000UL

static struct boot_uart uart;
static char sent[256];
static u32 nr_sent, lost, strange, busy, mapped;
static bool stuck;

int hyp_mm_device(u64 page)
{
	strange += page != BASE;
	return 0;
}

void hyp_mm_device_on(void)
{
	mapped = 1;
}

void hyp_mm_device_off(void)
{
	mapped = 0;
}

/* After each byte the UART is busy for three looks at its status. */
u32 fake_io_read(u64 at, u32 bytes)
{
	bool wait = stuck || busy;

	busy -= busy ? 1 : 0;
	strange += bytes != uart.io_width;
	if (uart.type == BOOT_UART_PL011) {
		strange += at != BASE + 0x18;
		return wait ? 1 << 5 : 0x90;
	}
	strange += at != BASE + (5UL << uart.reg_shift);
	return wait ? 0x40 : 0x60;
}

void fake_io_write(u64 at, u32 bytes, u32 value)
{
	strange += at != BASE || bytes != uart.io_width;
	lost += busy || stuck;
	if (nr_sent < sizeof(sent) - 1)
		sent[nr_sent++] = value;
	busy = 3;
}

static void start(u32 type, u32 shift, u32 width)
{
	uart = (struct boot_uart){ type, shift, width, BASE };
	memset(sent, 0, sizeof(sent));
	nr_sent = lost = strange = busy = 0;
	stuck = false;
	console_init(&uart);
}

static void test_uart(const char *what, u32 type, u32 shift, u32 width)
{
	start(type, shift, width);
	console_puts("ab\ncd\n");
	is_str(sent, "ab\r\ncd\r\n", "%s: every byte, CR before LF", what);
	is_num(lost, 0, "%s: waits while the UART is busy", what);
	is_num(strange, 0, "%s: its registers and its access width", what);
	stuck = true;
	console_puts("x");
	ok(nr_sent == 9, "%s: a UART that is never ready does not hang EL2", what);
}

int main(void)
{
	test_uart("PL011", BOOT_UART_PL011, 0, 4);
	test_uart("8250, bytes", BOOT_UART_8250, 0, 1);
	test_uart("8250, words", BOOT_UART_8250, 2, 4);
	test_uart("8250, bytes apart", BOOT_UART_8250, 2, 1);

	start(BOOT_UART_NONE, 0, 0);
	console_puts("x");
	ok(!nr_sent && !console_map(), "without a UART nothing is touched");
	console_on();
	console_puts("x");
	ok(!nr_sent, "not in a panic either");

	start(BOOT_UART_PL011, 0, 4);
	ok(!console_map(), "the UART's page is prepared");
	console_off();
	console_puts("x");
	ok(!nr_sent && !mapped, "once the host owns the UART, EL2 neither maps nor writes it");
	console_on();
	console_puts("x");
	ok(nr_sent == 1 && mapped, "until EL2 panics");
	return tap_done();
}
