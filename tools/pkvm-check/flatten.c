// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The kernel shows its device tree as folders that anyone may read, while the
 * flat tree is for root alone: so make a flat one again.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <libfdt.h>

#include "check.h"

#define MAX_TREE	(4U << 20)
#define MAX_PROPERTY	(1U << 20)
#define MAX_DEPTH	64

struct flatten {
	const struct check_root *root;
	void *fdt;
	u32 unreadable;
};

static int entry_kind(const struct check_root *root, const char *path, mode_t *kind)
{
	char full[PATH_MAX];
	struct stat st;

	if (snprintf(full, sizeof(full), "%s/%s", root->path, path) >= PATH_MAX ||
	    lstat(full, &st))
		return -1;
	*kind = st.st_mode & S_IFMT;
	return 0;
}

static int put_property(struct flatten *f, const char *path, const char *name)
{
	size_t len;
	char *data;
	int ret;

	if (!strcmp(name, "name"))
		return 0;	/* made from the folder's name; flat trees have none */
	data = check_read_quiet(f->root, path, MAX_PROPERTY, &len);
	if (!data) {
		f->unreadable++;
		return 0;
	}
	ret = fdt_property(f->fdt, name, data, len);
	free(data);
	return ret;
}

static int put_node(struct flatten *f, const char *path, const char *name, int depth);

/* Flat trees have a node's properties before its children: two passes. */
static int put_entries(struct flatten *f, const char *path, struct dirent **list, int nr,
		       mode_t want, int depth)
{
	char child[PATH_MAX];
	int i, ret = 0;
	mode_t kind;

	for (i = 0; i < nr && !ret; i++) {
		const char *name = list[i]->d_name;

		if (!strcmp(name, ".") || !strcmp(name, "..") ||
		    snprintf(child, sizeof(child), "%s/%s", path, name) >= PATH_MAX ||
		    entry_kind(f->root, child, &kind) || kind != want)
			continue;
		ret = kind == S_IFDIR ? put_node(f, child, name, depth + 1) :
					put_property(f, child, name);
	}
	return ret;
}

static int put_node(struct flatten *f, const char *path, const char *name, int depth)
{
	struct dirent **list;
	char full[PATH_MAX];
	int i, nr, ret;

	if (depth > MAX_DEPTH || snprintf(full, sizeof(full), "%s/%s", f->root->path, path) >= PATH_MAX)
		return -FDT_ERR_BADSTRUCTURE;
	nr = scandir(full, &list, NULL, alphasort);
	if (nr < 0)
		return -FDT_ERR_NOTFOUND;
	ret = fdt_begin_node(f->fdt, name);
	if (!ret)
		ret = put_entries(f, path, list, nr, S_IFREG, depth);
	if (!ret)
		ret = put_entries(f, path, list, nr, S_IFDIR, depth);
	if (!ret)
		ret = fdt_end_node(f->fdt);
	for (i = 0; i < nr; i++)
		free(list[i]);
	free(list);
	return ret;
}

/**
 * check_flatten - a flat device tree from its folders
 * @root: where / is
 * @path: the root node's folder, without a slash in front
 * @size: bytes of the result
 *
 * Properties that may not be read are left out and noted in the report.
 *
 * Return: the tree, for free(); NULL: there is none, or it cannot be made flat.
 */
void *check_flatten(const struct check_root *root, const char *path, size_t *size)
{
	struct flatten f = { .root = root, .fdt = malloc(MAX_TREE) };
	int ret;

	if (!f.fdt)
		return NULL;
	ret = fdt_create(f.fdt, MAX_TREE);
	if (!ret)
		ret = fdt_finish_reservemap(f.fdt);
	if (!ret)
		ret = put_node(&f, path, "", 0);
	if (!ret)
		ret = fdt_finish(f.fdt);
	if (f.unreadable)
		check_unread(root->r, "some properties of the device tree", EACCES);
	if (ret) {
		free(f.fdt);
		return NULL;
	}
	*size = fdt_totalsize(f.fdt);
	return f.fdt;
}
