/* SPDX-License-Identifier: GPL-2.0-only */
/* Barriers off target: the tests run on one thread. */
#ifndef FAKE_ASM_BARRIER_H
#define FAKE_ASM_BARRIER_H

#define dsb(opt)	__asm__ volatile("" : : : "memory")
#define dmb(opt)	__asm__ volatile("" : : : "memory")
#define isb()		__asm__ volatile("" : : : "memory")

#endif
