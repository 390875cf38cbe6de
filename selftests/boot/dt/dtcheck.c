// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs EL2's device-tree code on a .dtb file, on the development machine: prints
 * "refused: REASON" or what was found, and writes the repaired tree.
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libfdt.h>

#include "fdt_path.h"

static void usage(FILE *to)
{
	fputs("usage: dtcheck [OPTION]... FILE.dtb\n"
	      "Runs the device-tree code of EL2's start-up on a file.\n"
	      "  --tree ADDR       physical address of the tree (0x48000000)\n"
	      "  --image BASE,SIZE the loaded image, bytes (0x40200000,0x4000000)\n"
	      "  --carve SIZE      ask for this carve-out, bytes (0x200000)\n"
	      "  --room SIZE       bytes for the changed copy (as much as it wants)\n"
	      "  --misalign        put the tree at an odd multiple of 4\n"
	      "  -o FILE           write the changed tree\n"
	      "Exit code: 0 accepted, 1 refused, 2 usage or file error, 3 wrong result\n", to);
}

static void *read_file(const char *name, size_t shift, size_t *size)
{
	FILE *f = fopen(name, "rb");
	char *data;
	long len;

	if (!f || fseek(f, 0, SEEK_END) || (len = ftell(f)) < 0)
		err(2, "%s", name);
	rewind(f);
	/* Exactly as long as the file: ASan reports a read behind its end. */
	data = malloc(len + shift);
	if (!data || fread(data + shift, 1, len, f) != (size_t)len)
		err(2, "%s", name);
	fclose(f);
	*size = len;
	return data;
}

static void write_file(const char *name, const void *data, size_t size)
{
	FILE *f = fopen(name, "wb");

	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		err(2, "%s", name);
}

static void print_range(const char *what, struct boot_range r)
{
	printf("%s %#llx %#llx\n", what, r.base, r.size);
}

static void print_info(const struct fdt_path *p)
{
	const struct boot_info *info = &p->info;

	printf("protected %d log %u panic %u\n", info->opt.protected, info->opt.log_level,
	       info->opt.panic);
	for (u32 i = 0; i < info->opt.nr_unknown; i++)
		printf("unknown %s\n", info->opt.unknown[i]);
	for (u32 i = 0; i < info->opt.nr_allow_smc; i++)
		printf("allow-smc %#x\n", info->opt.allow_smc[i]);
	printf("uart %s base %#llx shift %u width %u\n",
	       (const char *[]){ "none", "pl011", "8250" }[info->uart.type],
	       info->uart.base, info->uart.reg_shift, info->uart.io_width);
	for (u32 i = 0; i < info->nr_ram; i++)
		print_range("ram", info->ram[i]);
	for (u32 i = 0; i < info->nr_reserved; i++) {
		/* The tree's size depends on the compiler's version. */
		if (info->reserved[i].base == p->fdt_pa && i == 2)
			printf("reserved %#llx tree\n", p->fdt_pa);
		else
			print_range("reserved", info->reserved[i]);
	}
	for (u32 i = 0; i < info->nr_deny; i++)
		print_range(info->deny[i].kind == BOOT_DENY_SECURE ? "secure" : "debug",
			    info->deny[i].range);
	for (u32 i = 0; i < info->nr_cpus; i++)
		printf("cpu %#llx\n", info->cpu_mpidr[i]);
	print_range("gicd", info->gicd);
	print_range("gicr", info->gicr);
	printf("vtimer %u %u\n", info->vtimer.ppi, info->vtimer.flags);
	printf("maintenance %u %u\n", info->maint.ppi, info->maint.flags);
	if (info->initrd.size)
		print_range("initrd", info->initrd);
	if (info->dice.size)
		print_range("dice", info->dice);
	for (u32 i = 0; i < info->nr_smc_ids; i++)
		printf("smc-id %#x\n", info->smc_ids[i]);
	print_range("carved", p->carved);
}

static struct boot_range parse_range(const char *s)
{
	char *end;
	struct boot_range r = { .base = strtoull(s, &end, 0) };

	if (*end != ',')
		errx(2, "BASE,SIZE wanted, not \"%s\"", s);
	r.size = strtoull(end + 1, NULL, 0);
	return r;
}

static int check(struct fdt_path *p, const void *fdt, size_t size, const char *out)
{
	char *copy = malloc(size + 1);
	const char *why;
	bool written;

	memcpy(copy, fdt, size);
	why = fdt_path_run(p, fdt, size);
	written = memcmp(copy, fdt, size);
	free(copy);
	if (written) {
		printf("wrong: the tree was written to\n");
		return 3;
	}
	if (why) {
		printf("refused: %s\n", why);
		return 1;
	}
	print_info(p);
	why = fdt_path_judge(p, fdt);
	if (why) {
		printf("wrong: %s\n", why);
		return 3;
	}
	if (out)
		write_file(out, p->out, fdt_totalsize(p->out));
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "tree", 1, NULL, 't' }, { "image", 1, NULL, 'i' }, { "carve", 1, NULL, 'c' },
		{ "room", 1, NULL, 'r' }, { "misalign", 0, NULL, 'm' },
		{ "help", 0, NULL, 'h' }, { 0 },
	};
	const char *out = NULL;
	struct fdt_path p;
	size_t size, shift = 0;
	char *base;
	int c;

	fdt_path_init(&p);
	while ((c = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
		switch (c) {
		case 't': p.fdt_pa = strtoull(optarg, NULL, 0); break;
		case 'i':
			p.image = parse_range(optarg);
			p.self.base = p.image.base;
			break;
		case 'c': p.carve_size = strtoull(optarg, NULL, 0); break;
		case 'r': p.room = strtoull(optarg, NULL, 0); break;
		case 'm': shift = 4; break;
		case 'o': out = optarg; break;
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 2;
		}
	}
	if (optind != argc - 1) {
		usage(stderr);
		return 2;
	}
	base = read_file(argv[optind], shift, &size);
	c = check(&p, base + shift, size, out);
	free(p.out);
	free(base);
	return c;
}
