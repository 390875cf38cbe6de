/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The UART of /chosen/stdout-path. EL2 writes to it with the MMU off at
 * start-up and in a panic; from the host's entry on the UART is the host's and
 * EL2 does not map it, unless pkvm.log=debug asks for messages as they come.
 */
#ifndef NVHE_CONSOLE_H
#define NVHE_CONSOLE_H

#include "boot/info.h"

void console_init(const struct boot_uart *uart);
void console_puts(const char *s);

/** console_map() - prepare EL2's mapping of the UART; start-up; 0 or -ENOMEM */
int console_map(void);
void console_on(void);
void console_off(void);

#endif
