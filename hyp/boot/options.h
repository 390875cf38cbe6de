/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel command line, as far as it concerns EL2. Linux reads the same
 * string later, so words, quotes, "--" and '-' against '_' are taken as its
 * parameter parser takes them (Documentation/admin-guide/kernel-parameters.rst).
 */
#ifndef BOOT_OPTIONS_H
#define BOOT_OPTIONS_H

#include "boot/info.h"

/** options_init() - the values that hold when no option is given. */
void options_init(struct boot_options *opt);

/**
 * options_parse() - read a command line over the values already in @opt.
 * @args: the text, untrusted, need not end in a NUL; the first NUL ends it.
 * @len: bytes that may be read at @args.
 * @opt: options_init() was called on it.
 *
 * Cannot fail: an unknown or malformed pkvm. option changes nothing except the
 * list opt->unknown.
 */
void options_parse(const char *args, size_t len, struct boot_options *opt);

#endif
