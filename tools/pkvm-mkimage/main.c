// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* pkvm-mkimage: the command line. Documentation/man/pkvm-mkimage.rst */
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mkimage.h"

enum { EXIT_OK, EXIT_BAD, EXIT_USAGE };
enum action { WRAP, INFO, EXTRACT };

static const char usage_text[] =
"Usage: pkvm-mkimage [--el2 FILE] -o OUT KERNEL\n"
"       pkvm-mkimage --info FILE\n"
"       pkvm-mkimage --extract FILE -o OUT\n"
"\n"
"Wrap an arm64 kernel (raw Image, compressed, EFI zboot) and the EL2 binary of\n"
"pkvm into one file, which boots like a kernel.\n"
"\n"
"  -o, --output OUT    file to write\n"
"  -e, --el2 FILE      EL2 binary; else $PKVM_EL2, else ../lib/pkvm/pkvm-el2.bin\n"
"                      or ../el2/pkvm-el2.bin beside this program\n"
"  -i, --info FILE     print what FILE holds and check its hashes\n"
"  -x, --extract FILE  write the kernel that FILE holds to OUT\n"
"  -h, --help          print this\n"
"  -V, --version       print the version\n"
"\n"
"Exit code: 0 done; 1 bad input or output, nothing written; 2 wrong usage.\n";

static int complain(int code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int complain(int code, const char *fmt, ...)
{
	va_list args;

	fputs("pkvm-mkimage: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs(code == EXIT_USAGE ? "\nTry pkvm-mkimage --help.\n" : "\n", stderr);
	return code;
}

/* $PKVM_EL2, as installed, as built; NULL with the places named in @path. */
static const char *default_el2(char path[PATH_MAX])
{
	static const char *const places[] = {
		"../lib/pkvm/pkvm-el2.bin", "../el2/pkvm-el2.bin",
	};
	const char *env = getenv("PKVM_EL2");
	char self[PATH_MAX];
	ssize_t len;
	size_t i;

	if (env && *env)
		return env;
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (len <= 0)
		return NULL;
	self[len] = '\0';
	*(strrchr(self, '/') + 1) = '\0';
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (snprintf(path, PATH_MAX, "%s%s", self, places[i]) < PATH_MAX &&
		    !access(path, R_OK))
			return path;
	}
	return NULL;
}

static int write_out(const char *out, const struct mk_buf *buf)
{
	struct mk_error err;

	if (mk_write_file(out, buf, &err))
		return complain(EXIT_BAD, "%s: %s", out, err.text);
	return EXIT_OK;
}

static int load(const char *path, struct mk_buf *buf, const char **how)
{
	struct mk_error err;

	if (mk_read_file(path, buf, &err) || (how && mk_unpack(buf, how, &err)))
		return complain(EXIT_BAD, "%s: %s", path, err.text);
	return EXIT_OK;
}

static int do_wrap(const char *el2_path, const char *path, const char *out)
{
	struct mk_buf el2 = { 0 }, kernel = { 0 }, image = { 0 };
	struct pkvm_image_info info;
	struct mk_error err;
	const char *how;
	int ret;

	ret = load(el2_path, &el2, NULL);
	if (!ret)
		ret = load(path, &kernel, &how);
	if (!ret && (mk_refuse_same(out, path, &err) || mk_refuse_same(out, el2_path, &err)))
		ret = complain(EXIT_BAD, "%s: %s", out, err.text);
	if (!ret && mk_check_el2(&el2, &info, &err))
		ret = complain(EXIT_BAD, "%s: %s", el2_path, err.text);
	if (!ret && mk_wrap(&el2, &kernel, &image, &err))
		ret = complain(EXIT_BAD, "%s: %s", path, err.text);
	if (!ret)
		ret = write_out(out, &image);
	mk_free(&image);
	mk_free(&kernel);
	mk_free(&el2);
	return ret;
}

static void print_text(const char *name, const char *text, size_t size)
{
	size_t i;

	printf("%-15s ", name);
	for (i = 0; i < size && text[i]; i++)
		putchar(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
	puts(i ? "" : "unknown");
}

static void print_hash(const char *name, const uint8_t *hash, const char *verdict)
{
	size_t i;

	printf("%-15s ", name);
	for (i = 0; i < MK_SHA256; i++)
		printf("%02x", hash[i]);
	printf("%s\n", verdict);
}

static void print_number(const char *name, uint64_t value)
{
	printf("%-15s 0x%" PRIx64 " (%" PRIu64 ")\n", name, value, value);
}

static int info_kernel(const char *path, const struct mk_buf *buf, const char *how)
{
	struct mk_kernel kernel;
	uint8_t hash[MK_SHA256];
	struct mk_error err;
	char banner[192];

	if (mk_check_kernel(buf->data, buf->len, &kernel, &err) ||
	    mk_sha256(buf->data, buf->len, hash, &err))
		return complain(EXIT_BAD, "%s: %s", path, err.text);
	mk_banner(buf->data, buf->len, banner, sizeof(banner));
	printf("%-15s arm64 kernel, not wrapped (%s)\n", "kind:", how);
	print_text("kernel-version:", banner, sizeof(banner));
	print_number("kernel-size:", buf->len);
	print_number("kernel-memory:", kernel.mem_size);
	print_number("text-offset:", kernel.text_offset);
	print_number("kernel-flags:", kernel.flags);
	print_hash("kernel-sha256:", hash, "");
	return EXIT_OK;
}

static int info_el2(const char *path, const struct mk_buf *buf)
{
	struct pkvm_image_info info;
	uint8_t hash[MK_SHA256];
	struct mk_error err;

	if (mk_check_el2(buf, &info, &err) || mk_sha256(buf->data, buf->len, hash, &err))
		return complain(EXIT_BAD, "%s: %s", path, err.text);
	printf("%-15s EL2 binary, no kernel in it\n", "kind:");
	print_text("el2-version:", info.el2_version, sizeof(info.el2_version));
	print_number("el2-size:", info.el2_size);
	print_number("el2-span:", info.el2_span);
	print_hash("el2-sha256:", hash, "");
	return EXIT_OK;
}

static int info_wrapped(const char *path, const struct mk_buf *buf)
{
	struct pkvm_image_info info;
	struct mk_error err;
	bool el2_ok, kernel_ok;

	if (mk_check_wrapped(buf, &info, &err) ||
	    mk_verify(buf, &info, &el2_ok, &kernel_ok, &err))
		return complain(EXIT_BAD, "%s: %s", path, err.text);
	printf("%-15s wrapped image, format %u\n", "kind:", info.version);
	print_text("el2-version:", info.el2_version, sizeof(info.el2_version));
	print_number("el2-size:", info.el2_size);
	print_number("el2-span:", info.el2_span);
	print_hash("el2-sha256:", info.el2_sha256, el2_ok ? " matches" : " DOES NOT MATCH");
	print_text("kernel-version:", info.kernel_version, sizeof(info.kernel_version));
	print_number("kernel-offset:", info.kernel_offset);
	print_number("kernel-size:", info.kernel_size);
	print_number("kernel-memory:", info.kernel_mem_size);
	print_number("kernel-flags:", info.kernel_flags);
	print_hash("kernel-sha256:", info.kernel_sha256,
		   kernel_ok ? " matches" : " DOES NOT MATCH");
	print_number("image-size:", info.kernel_offset + info.kernel_mem_size);
	if (!el2_ok || !kernel_ok)
		return complain(EXIT_BAD, "%s: damaged: a hash does not match", path);
	return EXIT_OK;
}

static int do_info(const char *path)
{
	struct mk_buf buf = { 0 };
	const char *how;
	int ret = load(path, &buf, &how);

	if (ret)
		goto out;
	switch (mk_kind_of(&buf)) {
	case MK_WRAPPED:
		ret = info_wrapped(path, &buf);
		break;
	case MK_EL2:
		ret = info_el2(path, &buf);
		break;
	default:
		ret = info_kernel(path, &buf, how);
		break;
	}
out:
	mk_free(&buf);
	return ret;
}

static int do_extract(const char *path, const char *out)
{
	struct mk_buf buf = { 0 }, kernel = { 0 };
	struct pkvm_image_info info;
	bool el2_ok, kernel_ok;
	struct mk_error err;
	int ret = load(path, &buf, NULL);

	if (!ret && mk_refuse_same(out, path, &err))
		ret = complain(EXIT_BAD, "%s: %s", out, err.text);
	if (!ret && mk_kind_of(&buf) != MK_WRAPPED)
		ret = complain(EXIT_BAD, "%s: not a wrapped image: nothing to extract", path);
	if (!ret && (mk_check_wrapped(&buf, &info, &err) ||
		     mk_verify(&buf, &info, &el2_ok, &kernel_ok, &err)))
		ret = complain(EXIT_BAD, "%s: %s", path, err.text);
	if (!ret && !kernel_ok)
		ret = complain(EXIT_BAD, "%s: damaged: the kernel does not match its hash", path);
	if (!ret) {
		kernel.data = buf.data + info.kernel_offset;
		kernel.len = info.kernel_size;
		ret = write_out(out, &kernel);
	}
	mk_free(&buf);
	return ret;
}

struct args {
	enum action action;
	const char *el2, *out, *file;
};

/* -1: go on; else the exit code. */
static int parse(int argc, char **argv, struct args *a)
{
	static const struct option longs[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "el2", required_argument, NULL, 'e' },
		{ "info", no_argument, NULL, 'i' },
		{ "extract", no_argument, NULL, 'x' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "o:e:ixhV", longs, NULL)) != -1) {
		switch (c) {
		case 'o':
			a->out = optarg;
			break;
		case 'e':
			a->el2 = optarg;
			break;
		case 'i':
		case 'x':
			if (a->action != WRAP)
				return complain(EXIT_USAGE, "one of --info, --extract, once");
			a->action = c == 'i' ? INFO : EXTRACT;
			break;
		case 'h':
			return fputs(usage_text, stdout) < 0 ? EXIT_BAD : EXIT_OK;
		case 'V':
			return puts("pkvm-mkimage " PKVM_VERSION) < 0 ? EXIT_BAD : EXIT_OK;
		default:
			fputs("Try pkvm-mkimage --help.\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (argc - optind != 1)
		return complain(EXIT_USAGE, "%s", argc == optind ? "no input file" :
				"one input file only");
	a->file = argv[optind];
	if (a->action == INFO && (a->out || a->el2))
		return complain(EXIT_USAGE, "--info takes neither -o nor --el2");
	if (a->action == EXTRACT && a->el2)
		return complain(EXIT_USAGE, "--extract does not take --el2");
	if (a->action != INFO && !a->out)
		return complain(EXIT_USAGE, "no output file: give -o OUT");
	return -1;
}

int main(int argc, char **argv)
{
	struct args a = { .action = WRAP };
	char path[PATH_MAX];
	int ret = parse(argc, argv, &a);

	if (ret >= 0)
		return ret;
	switch (a.action) {
	case INFO:
		ret = do_info(a.file);
		if (fflush(stdout) && !ret)
			ret = complain(EXIT_BAD, "cannot write to the standard output");
		return ret;
	case EXTRACT:
		return do_extract(a.file, a.out);
	default:
		break;
	}
	if (!a.el2)
		a.el2 = default_el2(path);
	if (!a.el2)
		return complain(EXIT_BAD, "no EL2 binary found: give --el2 FILE, set PKVM_EL2, "
				"or build it (make)");
	return do_wrap(a.el2, a.file, a.out);
}
