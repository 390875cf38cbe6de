/* SPDX-License-Identifier: GPL-2.0-only */
/* Instructions of the world switch that are no register access; the tests have their own. */
#ifndef NVHE_GUEST_INSN_H
#define NVHE_GUEST_INSN_H

#include <linux/types.h>

/* VMID and translation regime are the current ones. */
static inline void insn_tlbi_vmalle1(void)
{
	asm volatile("tlbi vmalle1\n\tic iallu" : : : "memory");
}

static inline void insn_at_s1e1r(u64 va)
{
	asm volatile("at s1e1r, %0\n\tisb" : : "r" (va) : "memory");
}

static inline void insn_dc_cisw(u64 set_way)
{
	asm volatile("dc cisw, %0" : : "r" (set_way) : "memory");
}

/* PSB CSYNC, TSB CSYNC: samples and trace made so far are on their way to memory. */
static inline void insn_psb_csync(void)
{
	asm volatile("hint #17" : : : "memory");
}

/* Twice: ERRATA_TSB_TWICE. */
static inline void insn_tsb_csync(void)
{
	asm volatile("hint #18\n\thint #18" : : : "memory");
}

#endif
