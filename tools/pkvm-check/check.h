/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * pkvm-check: can this machine run pkvm, and if not, why?
 *
 * Everything read (device trees, firmware tables, files under a folder that
 * stands for a machine) is untrusted. The judgement of a device tree is EL2's
 * own: hyp/boot/fdt_*.c is linked in, so the two cannot drift apart.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/types.h>

#define CHECK_MAX_ITEMS		24
#define CHECK_MAX_CALLS		32
#define CHECK_MAX_CPUS		512
#define CHECK_MAX_UNREAD	16

enum check_verdict {
	CHECK_OK,
	CHECK_NOTE,		/* worth knowing, stops nothing */
	CHECK_UNKNOWN,		/* could not be seen from here */
	CHECK_NO,		/* stops pkvm */
};

struct check_item {
	const char *id;		/* stable, for --json */
	enum check_verdict verdict;
	char text[320];
};

/* A user of firmware calls: one function id of one node, or a node without any. */
struct check_call {
	char node[160];
	char compatible[64];
	bool has_id, disabled;
	u32 id;			/* SMC function id */
	bool allowable;		/* by pkvm.allow_smc= */
	char what[96];		/* what the calls are for */
	const char *gives_up;	/* what allowing costs; NULL: cannot be allowed */
	const char *lost;	/* what does not work without */
};

struct check_report {
	char subject[160];	/* the machine, as it names itself */
	bool live;		/* this machine or --root, not --dtb */
	u32 nr_items, nr_calls, nr_unread;
	u32 more_calls;		/* that did not fit */
	struct check_item items[CHECK_MAX_ITEMS];
	struct check_call calls[CHECK_MAX_CALLS];
	char unread[CHECK_MAX_UNREAD][120];	/* what could not be read, and why */
};

/* report.c */
void check_add(struct check_report *r, const char *id, enum check_verdict verdict,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void check_unread(struct check_report *r, const char *path, int error);
struct check_call *check_add_call(struct check_report *r);
void check_clean(char *out, size_t size, const char *text, size_t len);
void check_smmu(struct check_report *r, u32 nr_v3, u32 nr_v2);
enum check_verdict check_overall(const struct check_report *r);

/* text.c, json.c */
void check_print_text(const struct check_report *r, FILE *out);
void check_print_json(const struct check_report *r, FILE *out);

/* cpus.c */
struct check_cpu;
const struct check_cpu *check_cpu_by_midr(u32 midr);
const struct check_cpu *check_cpu_by_compatible(const char *compatible);
const char *check_cpu_refusal(const struct check_cpu *cpu);
void check_cpus(struct check_report *r, const struct check_cpu **cpus, u32 nr);

/* tree.c, firmware.c */
struct check_tree {
	const void *fdt;	/* passed fdt_read_chosen(): libfdt may be used on it */
	bool hypervisor;	/* it has the node of another hypervisor */
	bool psci_hvc;
	bool ours;		/* an EL2 of ours made it */
};

int check_tree(struct check_report *r, const void *fdt, size_t size,
	       const struct check_cpu **cpus, u32 nr_cpus, struct check_tree *out);
void check_firmware(struct check_report *r, const void *fdt);

/* rootfs.c: files below a folder that stands for / */
struct check_root {
	const char *path;	/* "" for this machine */
	struct check_report *r;
};

char *check_read(const struct check_root *root, const char *path, size_t max, size_t *len);
char *check_read_quiet(const struct check_root *root, const char *path, size_t max, size_t *len);
bool check_exists(const struct check_root *root, const char *path);
char *check_config_gz(const struct check_root *root, size_t max);

/* flatten.c */
void *check_flatten(const struct check_root *root, const char *path, size_t *size);

/* live.c, kernel.c, acpi.c */
void check_live(struct check_report *r, const char *root);
void check_kernel(const struct check_root *root);
void check_acpi(const struct check_root *root);

#endif
