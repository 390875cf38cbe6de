// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer over EL2's whole device-tree path: /chosen, machine, carve-out, changed
 * copy. ASan and UBSan watch it and libfdt; what is accepted is judged by
 * selftests/unit/fdt_path.c. An input is a .dtb file; its last byte also picks where
 * the image is and how much is carved.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libfdt.h>

#include "fdt_path.h"

#define MAX_TREE	16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static void die(const char *why)
{
	fprintf(stderr, "fuzz: wrong result: %s\n", why);
	abort();
}

static void variant(struct fdt_path *p, uint8_t v)
{
	static const u64 sizes[] = { 0x200000, 0x1000, 0x3000000, 0x40000000 };

	p->carve_size = sizes[v & 3];
	p->carve_align = v & 4 ? 0x1000 : 0x200000;
	if (v & 8)
		p->self.base = p->image.base = 0x2000000;
	if (v & 16)
		p->fdt_pa = 0x8300000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A block of exactly this size, or ASan cannot see a read behind its end. */
	uint8_t *fdt = malloc(size);
	struct fdt_path p;
	const char *why;

	if (!fdt)
		return 0;
	memcpy(fdt, data, size);
	fdt_path_init(&p);
	if (size)
		variant(&p, data[size - 1]);
	why = fdt_path_run(&p, fdt, size);
	if (memcmp(fdt, data, size))
		die("the tree was written to");
	if (!why) {
		why = fdt_path_judge(&p, fdt);
		if (why)
			die(why);
		free(p.out);
	} else if (!*why || strchr(why, '\n')) {
		die("a reason is not one line of text");
	}
	free(fdt);
	return 0;
}

/* A node, each with the same chance; counts by the way how many there are. */
static int random_node(const void *fdt, unsigned int *seed)
{
	int node, chosen = 0, count = 0;

	for (node = fdt_next_node(fdt, -1, NULL); node >= 0;
	     node = fdt_next_node(fdt, node, NULL)) {
		if (rand_r(seed) % ++count == 0)
			chosen = node;
	}
	return chosen;
}

static int random_prop(const void *fdt, int node, unsigned int *seed)
{
	int off, chosen = -1, count = 0;

	fdt_for_each_property_offset(off, fdt, node) {
		if (rand_r(seed) % ++count == 0)
			chosen = off;
	}
	return chosen;
}

static const char *const names[] = {
	"reg", "ranges", "status", "compatible", "#address-cells", "#size-cells",
	"device_type", "interrupts", "interrupts-extended", "interrupt-names",
	"interrupt-parent", "enable-method", "method", "secure-status", "no-map",
	"linux,initrd-start", "linux,initrd-end", "bootargs", "stdout-path",
	"reg-shift", "reg-io-width", "reg-offset", "arm,smc-id", "phandle",
	"#interrupt-cells",
};

static const char *const values[] = {
	"okay", "disabled", "fail", "memory", "cpu", "psci", "smc", "hvc", "google,open-dice",
	"arm,gic-v3", "arm,armv8-timer", "arm,psci-0.2", "arm,coresight-cpu-debug",
	"arm,coresight-etm4x", "ns16550a", "virt", "phys", "kvm-arm.mode=protected pkvm.log=x",
};

static const uint64_t numbers[] = {
	0, 1, 2, 3, 4, 0xfff, 0x1000, 0x200000, 0x40000000, 0x401fffff, 0x40200000, 0x44200000,
	0x48000000, 0x7fffffff, 0x80000000, 0xffffffff, 1ULL << 32, (1ULL << 48) - 1,
	1ULL << 48, ~0ULL, ~0xfffULL,
};

#define PICK(array)	((array)[rand_r(seed) % (sizeof(array) / sizeof((array)[0]))])

static void change_value(void *fdt, int node, unsigned int *seed)
{
	int off = random_prop(fdt, node, seed), len;
	const char *name;
	char *value;
	uint64_t n = PICK(numbers);

	if (off < 0)
		return;
	value = (char *)(uintptr_t)fdt_getprop_by_offset(fdt, off, &name, &len);
	if (!value || len < 1)
		return;
	switch (rand_r(seed) % 4) {
	case 0:
		value[rand_r(seed) % len] ^= 1 << rand_r(seed) % 8;
		break;
	case 1:
		if (len >= 4)
			fdt32_st(value + rand_r(seed) % (len / 4) * 4, n);
		break;
	case 2:
		if (len >= 8)
			fdt64_st(value + rand_r(seed) % (len / 4 - 1) * 4, n);
		break;
	default:
		LLVMFuzzerMutate((uint8_t *)value, len, len);
	}
}

/* Changes a valid tree as a tree, so that it stays one. */
static void change_tree(void *fdt, unsigned int *seed)
{
	int node = random_node(fdt, seed), other = random_node(fdt, seed), off, len;
	const char *name, *text = PICK(values);
	const void *value;
	char child[8];

	switch (rand_r(seed) % 8) {
	case 0:
		off = random_prop(fdt, node, seed);
		if (off >= 0 && fdt_getprop_by_offset(fdt, off, &name, NULL))
			fdt_delprop(fdt, node, name);
		break;
	case 1:
		if (node)
			fdt_del_node(fdt, node);
		break;
	case 2:
		fdt_setprop_u64(fdt, node, PICK(names), PICK(numbers));
		break;
	case 3:
		fdt_setprop_string(fdt, node, PICK(names), text);
		break;
	case 4:
		snprintf(child, sizeof(child), "n%x", rand_r(seed) % 64);
		node = fdt_add_subnode(fdt, node, child);
		if (node >= 0)
			fdt_setprop_string(fdt, node, "compatible", text);
		break;
	case 5:
		off = random_prop(fdt, node, seed);
		value = off < 0 ? NULL : fdt_getprop_by_offset(fdt, off, &name, &len);
		if (value && len < 256) {
			char copy[256];

			memcpy(copy, value, len);
			fdt_setprop(fdt, other, PICK(names), copy, len);
		}
		break;
	case 6:
		fdt_add_mem_rsv(fdt, PICK(numbers), PICK(numbers));
		break;
	default:
		change_value(fdt, node, seed);
	}
}

/* Good enough for libfdt to write to, which takes aligned blocks for granted. */
static bool is_tree(const void *fdt, size_t size)
{
	return size >= FDT_V17_SIZE && !(fdt_off_dt_struct(fdt) & 3) &&
	       !(fdt_off_mem_rsvmap(fdt) & 7) && !fdt_check_full(fdt, size) &&
	       fdt_next_node(fdt, -1, NULL) >= 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	static uint8_t from[MAX_TREE] __attribute__((aligned(8)));
	static uint8_t tree[MAX_TREE] __attribute__((aligned(8)));
	int rounds = rand_r(&seed) % 4 + 1;

	if (rand_r(&seed) % 4 == 0 || size > MAX_TREE)
		return LLVMFuzzerMutate(data, size, max);
	memcpy(from, data, size);
	if (!is_tree(from, size) || fdt_open_into(from, tree, sizeof(tree)))
		return LLVMFuzzerMutate(data, size, max);
	while (rounds--)
		change_tree(tree, &seed);
	if (fdt_pack(tree) || fdt_totalsize(tree) > max)
		return LLVMFuzzerMutate(data, size, max);
	size = fdt_totalsize(tree);
	memcpy(data, tree, size);
	if (rand_r(&seed) % 8 == 0)
		data[size - 1] = rand_r(&seed);
	return size;
}
