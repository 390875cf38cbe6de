// SPDX-License-Identifier: GPL-2.0-only
/* Memory and string functions. Built with -fno-builtin: no loop becomes a call to itself. */
#include "nvhe/string.h"

static bool word_aligned(const void *a, const void *b)
{
	return !(((unsigned long)a | (unsigned long)b) & 7);
}

/*
 * From the end, for memmove(). libfdt moves what follows a property by any
 * multiple of 4, some 20 times a boot.
 */
static void copy_back(u8 *d, const u8 *s, size_t n)
{
	if (!(((unsigned long)d ^ (unsigned long)s) & 3)) {
		for (; n && ((unsigned long)(d + n) & 3); n--)
			d[n - 1] = s[n - 1];
		for (; n >= 4; n -= 4)
			*(u32 *)(d + n - 4) = *(const u32 *)(s + n - 4);
	}
	while (n--)
		d[n] = s[n];
}

void *memcpy(void *to, const void *from, size_t n)
{
	u8 *d = to;
	const u8 *s = from;

	if (word_aligned(to, from)) {
		for (; n >= 32; n -= 32, d += 32, s += 32) {
			const u64 *from_word = (const u64 *)s;
			u64 w0 = from_word[0], w1 = from_word[1];
			u64 w2 = from_word[2], w3 = from_word[3];

			((u64 *)d)[0] = w0;
			((u64 *)d)[1] = w1;
			((u64 *)d)[2] = w2;
			((u64 *)d)[3] = w3;
		}
		for (; n >= 8; n -= 8, d += 8, s += 8)
			*(u64 *)d = *(const u64 *)s;
	} else if (!(((unsigned long)d | (unsigned long)s) & 3))
		for (; n >= 4; n -= 4, d += 4, s += 4)
			*(u32 *)d = *(const u32 *)s;
	while (n--)
		*d++ = *s++;
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	u8 *d = to;
	const u8 *s = from;

	if (d <= s || d >= s + n)
		return memcpy(to, from, n);
	copy_back(d, s, n);
	return to;
}

void *memset(void *p, int c, size_t n)
{
	u8 *d = p;
	u64 word = (u8)c * 0x0101010101010101UL;

	for (; n && ((unsigned long)d & 7); n--)
		*d++ = c;
	for (; n >= 32; n -= 32, d += 32) {
		((u64 *)d)[0] = word;
		((u64 *)d)[1] = word;
		((u64 *)d)[2] = word;
		((u64 *)d)[3] = word;
	}
	for (; n >= 8; n -= 8, d += 8)
		*(u64 *)d = word;
	while (n--)
		*d++ = c;
	return p;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *p, int c, size_t n)
{
	const u8 *x = p;

	for (; n; n--, x++)
		if (*x == (u8)c)
			return (void *)x;
	return NULL;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

size_t strlen(const char *s)
{
	return strnlen(s, (size_t)-1);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b)
			return (u8)*a - (u8)*b;
		if (!*a)
			break;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (!*s)
			return (char *)last;
	}
}
