/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EL2's own address space: stage 1, VA == PA, 48 bits, only what EL2 owns.
 * Built with the MMU off; afterwards only the console's page comes and goes.
 */
#ifndef NVHE_HYP_MM_H
#define NVHE_HYP_MM_H

#include <linux/types.h>

/* What hyp_enter_mmu loads; offsets known to nvhe/entry.S. Fixed after init. */
struct hyp_mmu {
	u64 ttbr0, tcr, mair, sctlr;
};

extern struct hyp_mmu hyp_mmu;

enum hyp_prot { HYP_RX, HYP_RO, HYP_RW };

/**
 * hyp_mm_init() - map the image by its sections, and the span's rest as data
 * @span: bytes from the image's start that EL2 keeps
 *
 * Return: 0 or -ENOMEM.
 */
int hyp_mm_init(u64 span);

/** hyp_mm_map() - map EL2's own memory at start-up; 0, -ENOMEM, -EEXIST */
int hyp_mm_map(u64 base, u64 size, enum hyp_prot prot);

/** hyp_mm_guard() - leave one page of the image's span unmapped; start-up only */
void hyp_mm_guard(u64 page);

/**
 * hyp_mm_device() - prepare one page of device memory; start-up only
 *
 * Tables are made; nothing is mapped until hyp_mm_device_on(). Return: 0, -ENOMEM.
 */
int hyp_mm_device(u64 page);
void hyp_mm_device_on(void);
void hyp_mm_device_off(void);

#endif
