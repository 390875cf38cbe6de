/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The C library functions that EL2, libfdt and the compiler use. They run with
 * the MMU off too, where memory is Device: no unaligned access, no DC ZVA.
 */
#ifndef NVHE_STRING_H
#define NVHE_STRING_H

#include <linux/types.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *p, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *p, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);

#endif
