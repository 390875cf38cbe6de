/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compares the real state with the specification's. Each returns false and says why
 * on the first difference.
 */
#ifndef SPEC_READER_H
#define SPEC_READER_H

#include "spec.h"

bool reader_page(const struct spec *s, uint32_t page, char why[256]);
bool reader_vm(const struct spec *s, const struct spec_vm *vm, char why[256]);
bool reader_ipas(const struct spec *s, const struct spec_vm *vm, uint64_t ipa, uint64_t nr,
		 char why[256]);
bool reader_cpus(const struct spec *s, char why[256]);
/* All of it. */
bool reader_all(const struct spec *s, char why[256]);

/* What the caller needs to know of the real state. */
uint64_t reader_free_pages(void);
uint64_t reader_vm_pages(uint64_t handle);	/* ~0: no such VM */
uint32_t reader_slot(uint64_t handle);
uint64_t reader_mpidr(uint64_t handle, uint32_t index);

/* Fill a page with a tag's pattern. */
void reader_fill(uint64_t pa, uint32_t tag);
bool reader_has(uint64_t pa, uint32_t tag);

#endif
