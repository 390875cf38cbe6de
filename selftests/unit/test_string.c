// SPDX-License-Identifier: GPL-2.0-only
/*
 * EL2's memory functions at each alignment, against loops of single bytes. UBSan
 * sees an unaligned access, which would be a fault with the MMU off.
 */
#include <stdio.h>
#include <string.h>

#define memcpy	el2_memcpy
#define memmove	el2_memmove
#define memset	el2_memset
#define memcmp	el2_memcmp
#define memchr	el2_memchr
#define strlen	el2_strlen
#define strnlen	el2_strnlen
#define strcmp	el2_strcmp
#define strncmp	el2_strncmp
#define strchr	el2_strchr
#define strrchr	el2_strrchr
#include "../../hyp/nvhe/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen

#include "tap.h"

#define ROOM	96
#define LENGTHS	41
#define PLACES	24

static u8 got[ROOM] __attribute__((aligned(16)));
static u8 want[ROOM];

static void fill(void)
{
	u32 i;

	for (i = 0; i < ROOM; i++)
		got[i] = want[i] = i * 7 + 1;
}

static void plain_move(u32 to, u32 from, u32 n)
{
	u8 copy[ROOM];
	u32 i;

	for (i = 0; i < n; i++)
		copy[i] = want[from + i];
	for (i = 0; i < n; i++)
		want[to + i] = copy[i];
}

/* Overlaps included: the two places differ by less than the length. */
static void test_moves(void)
{
	u32 to, from, n, moves = 0, copies = 0;

	for (to = 0; to < PLACES; to++)
		for (from = 0; from < PLACES; from++)
			for (n = 0; n < LENGTHS; n++) {
				fill();
				el2_memmove(got + to, got + from, n);
				plain_move(to, from, n);
				moves += !!memcmp(got, want, ROOM);
				if (to < from + n && from < to + n)
					continue;
				fill();
				el2_memcpy(got + to, got + from, n);
				plain_move(to, from, n);
				copies += !!memcmp(got, want, ROOM);
			}
	is_num(moves, 0, "memmove");
	is_num(copies, 0, "memcpy");
}

static void test_set(void)
{
	u32 to, n, i, wrong = 0;

	for (to = 0; to < PLACES; to++)
		for (n = 0; n < LENGTHS; n++) {
			fill();
			el2_memset(got + to, 0x1a5, n);
			for (i = 0; i < n; i++)
				want[to + i] = 0xa5;
			wrong += !!memcmp(got, want, ROOM);
		}
	is_num(wrong, 0, "memset");
}

static void test_compare(void)
{
	ok(el2_memcmp("abc", "abd", 3) < 0 && el2_memcmp("\377", "a", 1) > 0 &&
	   !el2_memcmp("abc", "abd", 2), "memcmp compares bytes without sign");
	ok(el2_strncmp("ab", "abc", 2) == 0 && el2_strcmp("ab", "abc") < 0 &&
	   el2_strcmp("\377", "a") > 0, "strncmp and strcmp");
	ok(el2_strnlen("abc", 2) == 2 && el2_strlen("abc") == 3, "strnlen and strlen");
}

int main(void)
{
	test_moves();
	test_set();
	test_compare();
	return tap_done();
}
