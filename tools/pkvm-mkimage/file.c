// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Whole files in, whole files out: a reader never sees half an output. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mkimage.h"

/* The temporary file, for the signal handler; empty: none. */
static char temp_path[PATH_MAX];

static int read_all(int fd, struct mk_buf *out, struct mk_error *err)
{
	ssize_t got;

	do {
		if (mk_reserve(out, out->len + 1, err))
			return -1;
		got = read(fd, out->data + out->len, out->room - out->len);
		if (got < 0 && errno != EINTR)
			return mk_fail(err, "cannot read: %s", strerror(errno));
		if (got > 0)
			out->len += got;
	} while (got);
	if (!out->len)
		return mk_fail(err, "the file is empty");
	return 0;
}

/**
 * mk_read_file - read all of @path
 * @path: file name
 * @out: empty on entry; on failure it may hold a part
 * @err: the reason of a failure, without the file's name
 *
 * Return: 0 or -1.
 */
int mk_read_file(const char *path, struct mk_buf *out, struct mk_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return mk_fail(err, "cannot open: %s", strerror(errno));
	ret = read_all(fd, out, err);
	close(fd);
	return ret;
}

static void drop_temp(int sig)
{
	unlink(temp_path);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_signals(void (*handler)(int))
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	size_t i;

	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		signal(sigs[i], handler);
}

static int write_all(int fd, const struct mk_buf *buf)
{
	size_t done = 0;
	ssize_t put;

	while (done < buf->len) {
		put = write(fd, buf->data + done, buf->len - done);
		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0)
			done += put;
	}
	return fsync(fd);
}

/*
 * A link as output: what it points at is replaced, not the link. Anything that
 * is not a plain file is refused, or the rename would replace /dev/null.
 */
static int output_path(const char *path, char *real, struct mk_error *err)
{
	struct stat st;

	if (lstat(path, &st)) {
		if (errno != ENOENT)
			return mk_fail(err, "cannot write: %s", strerror(errno));
		if (snprintf(real, PATH_MAX, "%s", path) >= PATH_MAX)
			return mk_fail(err, "cannot write: %s", strerror(ENAMETOOLONG));
		return 0;
	}
	if (!realpath(path, real) || stat(real, &st))
		return mk_fail(err, "cannot write: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return mk_fail(err, "cannot write: not a plain file");
	if (access(real, W_OK))
		return mk_fail(err, "cannot write: %s", strerror(errno));
	return 0;
}

static int write_temp(int fd, const char *real, const struct mk_buf *buf)
{
	mode_t mask = umask(0);

	umask(mask);
	if (write_all(fd, buf) || fchmod(fd, 0666 & ~mask))
		return -1;
	return rename(temp_path, real);
}

/**
 * mk_write_file - write @buf to @path, all of it or nothing
 * @path: file name; an old file is replaced in one step
 * @buf: the bytes
 * @err: the reason of a failure, without the file's name
 *
 * The bytes go to a temporary file in the same folder, which is then renamed.
 * On failure, and on a signal that ends the program, @path is as before and the
 * temporary file is gone.
 *
 * Return: 0 or -1.
 */
int mk_write_file(const char *path, const struct mk_buf *buf, struct mk_error *err)
{
	char real[PATH_MAX];
	int fd, ret;

	if (output_path(path, real, err))
		return -1;
	if (snprintf(temp_path, sizeof(temp_path), "%s.XXXXXX", real) >= PATH_MAX)
		return mk_fail(err, "cannot write: %s", strerror(ENAMETOOLONG));
	fd = mkstemp(temp_path);
	if (fd < 0)
		return mk_fail(err, "cannot write: %s", strerror(errno));
	catch_signals(drop_temp);
	signal(SIGXFSZ, SIG_IGN);	/* a file size limit is an error like others */
	ret = write_temp(fd, real, buf);
	if (ret) {
		mk_fail(err, "cannot write: %s", strerror(errno));
		unlink(temp_path);
	}
	catch_signals(SIG_DFL);
	close(fd);
	return ret;
}

/**
 * mk_refuse_same - fail if @out and @in are one file, by any name
 * @out: the output, which need not exist
 * @in: an input that was read
 * @err: the reason, without a file's name
 *
 * Return: 0, or -1 if they are the same.
 */
int mk_refuse_same(const char *out, const char *in, struct mk_error *err)
{
	struct stat a, b;

	if (stat(out, &a) || stat(in, &b))
		return 0;
	if (a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return mk_fail(err, "is the input %s: choose another output", in);
	return 0;
}
