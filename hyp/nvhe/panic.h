/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVHE_PANIC_H
#define NVHE_PANIC_H

#include <linux/types.h>
#include "boot/info.h"

/** panic_init() - what a panic ends with, enum boot_panic; start-up only */
void panic_init(u32 mode);

/**
 * hyp_panic_exception() - from the vectors: an exception of EL2's own
 * @vector: index of the vector; @regs: x0 to x30, then SP
 */
void __attribute__((noreturn)) hyp_panic_exception(u64 vector, const u64 *regs);

/** hyp_va_mapped() - whether EL2's stage 1 maps an address for reading (AT S1E2R) */
bool hyp_va_mapped(u64 va);

#endif
