/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two of the three kinds of check; the third, reject, is an error code.
 * hyp_assert: documents, may vanish, no side effect. hyp_fatal_if: EL2 itself
 * is wrong; always on. No input of a host, guest, VMM or file reaches either.
 */
#ifndef NVHE_CHECK_H
#define NVHE_CHECK_H

void __attribute__((noreturn, cold)) hyp_fatal(const char *file, int line, const char *what);

#define hyp_fatal_if(cond)					\
	do {							\
		if (__builtin_expect(!!(cond), 0))		\
			hyp_fatal(__FILE__, __LINE__, #cond);	\
	} while (0)

#ifdef PKVM_DEBUG
#define hyp_assert(cond)	hyp_fatal_if(!(cond))
#else
#define hyp_assert(cond)	((void)sizeof(!(cond)))
#endif

#endif
