/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages: to a ring that the host may read by PKVM_HOST_LOG, and, until the
 * host owns the UART or once EL2 panics, to the console. No locks needed by the
 * caller; safe in any context of EL2. Formats: %s %c %d %u %x %lx %lu %llx %llu
 * %p %%, with 0-padding and width. A line ends with \n.
 */
#ifndef NVHE_LOG_H
#define NVHE_LOG_H

#include <linux/types.h>

enum { LOG_ERR, LOG_WARN, LOG_INFO, LOG_DEBUG };

__attribute__((format(printf, 2, 3)))
void hyp_log(int level, const char *fmt, ...);

#define hyp_err(...)	hyp_log(LOG_ERR, __VA_ARGS__)
#define hyp_warn(...)	hyp_log(LOG_WARN, __VA_ARGS__)
#define hyp_info(...)	hyp_log(LOG_INFO, __VA_ARGS__)
#define hyp_debug(...)	hyp_log(LOG_DEBUG, __VA_ARGS__)

#endif
