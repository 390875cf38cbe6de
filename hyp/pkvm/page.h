/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who owns each page of RAM: one 32-bit word a page, in arrays by RAM bank.
 * A word of zero, the state of fresh metadata, says: the host's, not shared.
 *
 *   PAGE_HOST   The host may touch the bytes; its stage 2 maps the page. EL2
 *               promises nothing of the contents.
 *   PAGE_EL2    EL2 alone may touch the bytes; no stage 2 maps the page. Given
 *               at start-up (the carve-out) and never taken back.
 *
 * Guests, sharing and the verbs between owners come with VMs. Guard of every
 * word: host_lock, but for start-up.
 */
#ifndef PKVM_PAGE_H
#define PKVM_PAGE_H

#include <linux/types.h>
#include "boot/info.h"

enum page_owner { PAGE_HOST, PAGE_EL2 };

/** page_meta_bytes() - bytes of metadata for the machine's RAM, page aligned */
u64 page_meta_bytes(const struct boot_info *info);

/** page_meta_init() - allocate; start-up only. Return: false without memory. */
bool page_meta_init(const struct boot_info *info);

/**
 * page_own_at_boot() - record that EL2 keeps a range of RAM; start-up only
 *
 * The range must be RAM, page aligned.
 */
void page_own_at_boot(struct boot_range range);

/** page_is_ram() - whether a physical address is in a bank of RAM */
bool page_is_ram(u64 pa);

/** page_owner_of() - the owner of a page of RAM; the caller checked page_is_ram() */
enum page_owner page_owner_of(u64 pa);

/** host_may_execute() - whether @pa is RAM of the host; takes the host lock */
bool host_may_execute(u64 pa);

#endif
