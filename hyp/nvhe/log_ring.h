/* SPDX-License-Identifier: GPL-2.0-only */
/* The reader's side of the message ring. Each call takes the log lock. */
#ifndef NVHE_LOG_RING_H
#define NVHE_LOG_RING_H

#include <linux/types.h>

/** hyp_log_level() - keep messages up to this LOG_* level; start-up only */
void hyp_log_level(u32 level);

/**
 * log_read() - copy messages out
 * @pos: position in the stream; moved up past what was lost and what was read,
 *       back to the oldest byte kept when it lies beyond the end
 * @buf: at least @max bytes
 *
 * Return: bytes copied, 0 at the end.
 */
u64 log_read(u64 *pos, char *buf, u64 max);

/** log_end() - position of the end of the stream, in bytes since power-on */
u64 log_end(void);

#endif
