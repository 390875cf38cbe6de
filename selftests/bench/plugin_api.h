/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of QEMU's TCG plugin interface that count.c uses (docs/devel/tcg-plugins
 * of QEMU): Debian ships QEMU without the header. The version that a plugin names
 * is checked by QEMU when it loads it, and is that of the callbacks' arguments:
 *
 *   vcpu_init   (unsigned int cpu, void *data)
 *   tb_trans    (struct qemu_plugin_tb *tb, void *data)
 *   discon      (unsigned int cpu, int type, uint64_t from, uint64_t to, void *data)
 *   insn_exec   (unsigned int cpu, void *data)
 *   mem         (unsigned int cpu, uint32_t info, uint64_t vaddr, void *data)
 */
#ifndef PLUGIN_API_H
#define PLUGIN_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_API_VERSION	7
#define PLUGIN_EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_scoreboard;
struct qemu_plugin_hwaddr;

/* One 64-bit counter for each CPU. */
typedef struct {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
} qemu_plugin_u64;

enum { PLUGIN_INLINE_ADD };				/* enum qemu_plugin_op */
enum { PLUGIN_NO_REGS, PLUGIN_READS_REGS };		/* enum qemu_plugin_cb_flags */
enum { PLUGIN_MEM_RW = 3 };				/* enum qemu_plugin_mem_rw */
enum { PLUGIN_INTERRUPT = 1, PLUGIN_EXCEPTION = 2 };	/* enum qemu_plugin_discon_type */

/* glib's, as far as the interface hands them out. */
struct garray {
	char *data;
	unsigned int len;
};
struct garray *g_byte_array_new(void);
struct garray *g_byte_array_set_size(struct garray *array, unsigned int length);

struct reg_descriptor {
	void *handle;
	const char *name;
	const char *feature;
	bool is_readonly;
};

struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_size);
uint64_t qemu_plugin_u64_sum(qemu_plugin_u64 entry);
void qemu_plugin_u64_add(qemu_plugin_u64 entry, unsigned int cpu, uint64_t added);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t info, uint64_t vaddr);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *addr);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *addr);
struct garray *qemu_plugin_get_registers(void);
bool qemu_plugin_read_register(void *handle, struct garray *buf);

void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id, void *cb, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, void *cb, void *data);
void qemu_plugin_register_vcpu_discon_cb(qemu_plugin_id_t id, int type, void *cb, void *data);
void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct qemu_plugin_insn *insn, int op,
							 qemu_plugin_u64 entry, uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, void *cb, int flags,
					    void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, void *cb, int flags, int rw,
				      void *data);

#endif
