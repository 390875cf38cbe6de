// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Files of the machine, or of a folder that stands for one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

extern char **environ;

/* /dev/kmsg gives one record a read, and EINVAL if it does not fit. */
#define READ_ROOM	8192

static int open_below(const struct check_root *root, const char *path)
{
	char full[PATH_MAX];

	if (snprintf(full, sizeof(full), "%s/%s", root->path, path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	/* not blocking: /dev/kmsg would wait for the next message */
	return open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/* All that @fd gives, or the first @max bytes, and a NUL behind it; NULL: errno. */
static char *read_fd(int fd, size_t max, size_t *len)
{
	char *buf = NULL, *more;
	size_t room = 0;
	ssize_t got = 1;

	*len = 0;
	while (got && *len < max) {
		if (room - *len < READ_ROOM + 1) {
			room = room * 2 + 2 * READ_ROOM;
			more = realloc(buf, room);
			if (!more) {
				free(buf);
				return NULL;
			}
			buf = more;
		}
		got = read(fd, buf + *len, room - *len - 1);
		if (got > 0)
			*len += got;
		else if (got < 0 && errno == EAGAIN)
			break;
		else if (got < 0 && errno != EINTR && errno != EPIPE) {
			free(buf);
			return NULL;
		}
	}
	if (*len > max)
		*len = max;
	if (buf)
		buf[*len] = '\0';
	return buf;
}

/* As check_read(), but a file that is not there or not for us is no news. */
char *check_read_quiet(const struct check_root *root, const char *path, size_t max, size_t *len)
{
	int fd = open_below(root, path), saved;
	size_t ignored;
	char *buf;

	if (fd < 0)
		return NULL;
	buf = read_fd(fd, max, len ? len : &ignored);
	saved = errno;
	close(fd);
	errno = saved;
	return buf;
}

/**
 * check_read - read a file, note in the report if that is not permitted
 * @root: where / is
 * @path: without a slash in front
 * @max: bytes at most; the rest is left
 * @len: bytes read; may be NULL
 *
 * A file that does not exist is not noted: its absence tells something too.
 *
 * Return: the bytes with a NUL behind them, for free(); NULL: none.
 */
char *check_read(const struct check_root *root, const char *path, size_t max, size_t *len)
{
	char *buf = check_read_quiet(root, path, max, len);
	char full[PATH_MAX];

	if (!buf && errno != ENOENT && errno != ENOTDIR) {
		snprintf(full, sizeof(full), "/%s", path);
		check_unread(root->r, full, errno);
	}
	return buf;
}

bool check_exists(const struct check_root *root, const char *path)
{
	char full[PATH_MAX];

	return snprintf(full, sizeof(full), "%s/%s", root->path, path) < PATH_MAX &&
	       !access(full, F_OK);
}

static pid_t spawn_gzip(int in, int out)
{
	char *const argv[] = { "gzip", "-dc", NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	if (posix_spawn_file_actions_init(&actions))
		return -1;
	if (posix_spawn_file_actions_adddup2(&actions, in, 0) ||
	    posix_spawn_file_actions_adddup2(&actions, out, 1) ||
	    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) ||
	    posix_spawnp(&pid, "gzip", &actions, NULL, argv, environ))
		pid = -1;
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* As check_read() of /proc/config.gz, by the gzip program: NULL if there is none. */
char *check_config_gz(const struct check_root *root, size_t max)
{
	int fd = open_below(root, "proc/config.gz"), ends[2], status = -1;
	char *buf = NULL;
	size_t len;
	pid_t pid;

	if (fd < 0)
		return NULL;
	if (pipe2(ends, O_CLOEXEC)) {
		close(fd);
		return NULL;
	}
	pid = spawn_gzip(fd, ends[1]);
	close(fd);
	close(ends[1]);
	if (pid > 0)
		buf = read_fd(ends[0], max, &len);
	close(ends[0]);
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (status) {
		free(buf);
		buf = NULL;
		check_unread(root->r, "/proc/config.gz: cannot be unpacked", 0);
	}
	return buf;
}
