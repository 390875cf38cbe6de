// SPDX-License-Identifier: GPL-2.0-only
/*
 * A QEMU plugin that counts what a machine executes, at every exception level:
 * instructions, entries to EL2, TLB invalidations and, if asked, accesses to
 * the GIC. Counting starts at power-on. A program inside the machine says "now"
 * with an instruction that does nothing, MOV XZR, #(MARK_BASE + n): each time a
 * line with all counts is written.
 *
 * Arguments: out=FILE, el2=BASE+SIZE (instructions there are also counted apart, by
 * address: a profile), gic=on (slow).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin_api.h"

#define MARK_BASE	0x6b00U
#define MARKS		16
/* MOVZ Xd, #imm16 with Xd = XZR: Arm ARM C6.2.254 */
#define INSN_MOVZ_XZR	0xd280001fU
#define MOVZ_IMM	0x001fffe0U
/* SYS with CRn = 8 or, with the nXS qualifier, 9: C5.5 */
#define INSN_SYS	0xd5080000U
#define SYS_MASK	0xfff80000U
#define SYS_CRN(i)	((i) >> 12 & 0xf)

/* QEMU's virt machine: hw/arm/virt.c's memory map, GICD to the end of GICR */
#define GIC_BASE	0x08000000ULL
#define GIC_END		0x09000000ULL

#define PSTATE_EL(p)	((p) >> 2 & 3)
#define EC(esr)		((esr) >> 26 & 0x3f)
#define ECS		64
#define EC_SYSREG	0x18
#define ISS_REGISTER	0x3ffc1e		/* op0, op2, op1, CRn, CRm of the ISS */
#define SYSREGS		512
#define PROFILE		(0x40000 / 4)		/* instructions of EL2's image */

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API_VERSION;

struct counts {
	uint64_t insns, el2_insns, tlbis, exceptions, el2_entries, gic;
	uint64_t ec[ECS];
	uint64_t at[PROFILE];
};

/* Traps of system registers, by register: an open hash, under icount one CPU runs. */
static struct {
	uint32_t iss;
	uint64_t count;
} sysregs[SYSREGS];

static struct qemu_plugin_scoreboard *board;
static FILE *out;
static uint64_t el2_base, el2_end;
static bool count_gic;
static void *reg_pstate, *reg_esr;
static struct garray *buffer;

#define COUNTER(member) ((qemu_plugin_u64){ board, offsetof(struct counts, member) })

static uint64_t read_register(void *handle, unsigned int bytes)
{
	uint64_t value = 0;

	g_byte_array_set_size(buffer, 0);
	if (handle && qemu_plugin_read_register(handle, buffer) && buffer->len >= bytes)
		memcpy(&value, buffer->data, bytes);
	return value;
}

static void on_cpu(unsigned int cpu, void *data)
{
	struct garray *regs = qemu_plugin_get_registers();
	const struct reg_descriptor *reg = (const void *)regs->data;
	unsigned int i;

	(void)data;
	if (cpu)
		return;
	for (i = 0; i < regs->len; i++) {
		if (!strcmp(reg[i].name, "cpsr"))
			reg_pstate = reg[i].handle;
		if (!strcmp(reg[i].name, "ESR_EL2"))
			reg_esr = reg[i].handle;
	}
}

static void add(unsigned int cpu, size_t offset)
{
	qemu_plugin_u64_add((qemu_plugin_u64){ board, offset }, cpu, 1);
}

static void count_sysreg(uint32_t iss)
{
	unsigned int i;

	for (i = 0; i < SYSREGS; i++) {
		if (sysregs[i].count && sysregs[i].iss != iss)
			continue;
		sysregs[i].iss = iss;
		sysregs[i].count++;
		return;
	}
}

/* After the CPU has taken the exception: its PSTATE is the handler's. */
static void on_exception(unsigned int cpu, int type, uint64_t from, uint64_t to, void *data)
{
	uint64_t esr;

	(void)from;
	(void)to;
	(void)data;
	add(cpu, offsetof(struct counts, exceptions));
	if (PSTATE_EL(read_register(reg_pstate, 4)) != 2)
		return;
	add(cpu, offsetof(struct counts, el2_entries));
	if (type != PLUGIN_EXCEPTION)
		return;
	esr = read_register(reg_esr, 8);
	add(cpu, offsetof(struct counts, ec) + EC(esr) * sizeof(uint64_t));
	if (EC(esr) == EC_SYSREG)
		count_sysreg(esr & ISS_REGISTER);
}

/* "sysreg op0_op1_CRn_CRm_op2 COUNT" */
static void print_sysregs(void)
{
	unsigned int i;

	for (i = 0; i < SYSREGS && sysregs[i].count; i++) {
		uint32_t iss = sysregs[i].iss;

		fprintf(out, "sysreg %u_%u_%u_%u_%u %" PRIu64 "\n", iss >> 20 & 3, iss >> 14 & 7,
			iss >> 10 & 15, iss >> 1 & 15, iss >> 17 & 7, sysregs[i].count);
	}
}

static void print_profile(void)
{
	unsigned int i;

	for (i = 0; i < PROFILE && el2_base + 4 * i < el2_end; i++) {
		uint64_t sum = qemu_plugin_u64_sum(COUNTER(at[i]));

		if (sum)
			fprintf(out, "at 0x%x %" PRIu64 "\n", 4 * i, sum);
	}
}

static void on_mark(unsigned int cpu, void *data)
{
	unsigned int i;

	(void)cpu;
	fprintf(out, "mark %u insns %" PRIu64 " el2_insns %" PRIu64 " tlbis %" PRIu64
		" exceptions %" PRIu64 " el2_entries %" PRIu64 " gic %" PRIu64,
		(unsigned int)(uintptr_t)data, qemu_plugin_u64_sum(COUNTER(insns)),
		qemu_plugin_u64_sum(COUNTER(el2_insns)), qemu_plugin_u64_sum(COUNTER(tlbis)),
		qemu_plugin_u64_sum(COUNTER(exceptions)), qemu_plugin_u64_sum(COUNTER(el2_entries)),
		qemu_plugin_u64_sum(COUNTER(gic)));
	for (i = 0; i < ECS; i++) {
		uint64_t sum = qemu_plugin_u64_sum(COUNTER(ec[i]));

		if (sum)
			fprintf(out, " ec_0x%02x %" PRIu64, i, sum);
	}
	fprintf(out, "\n");
	print_sysregs();
	print_profile();
	fflush(out);
}

static void on_memory(unsigned int cpu, uint32_t info, uint64_t vaddr, void *data)
{
	struct qemu_plugin_hwaddr *addr = qemu_plugin_get_hwaddr(info, vaddr);
	uint64_t pa;

	(void)data;
	if (!addr || !qemu_plugin_hwaddr_is_io(addr))
		return;
	pa = qemu_plugin_hwaddr_phys_addr(addr);
	if (pa >= GIC_BASE && pa < GIC_END)
		add(cpu, offsetof(struct counts, gic));
}

static void count_el2_insn(struct qemu_plugin_insn *insn, uint64_t offset)
{
	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, PLUGIN_INLINE_ADD,
							    COUNTER(el2_insns), 1);
	if (offset / 4 < PROFILE)
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, PLUGIN_INLINE_ADD,
								    COUNTER(at[offset / 4]), 1);
}

static void count_insn(struct qemu_plugin_insn *insn)
{
	uint64_t at = qemu_plugin_insn_vaddr(insn);
	uint32_t code = 0, mark;

	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, PLUGIN_INLINE_ADD,
							    COUNTER(insns), 1);
	if (at >= el2_base && at < el2_end)
		count_el2_insn(insn, at - el2_base);
	if (count_gic)
		qemu_plugin_register_vcpu_mem_cb(insn, on_memory, PLUGIN_NO_REGS, PLUGIN_MEM_RW,
						 NULL);
	qemu_plugin_insn_data(insn, &code, sizeof(code));
	if ((code & SYS_MASK) == INSN_SYS && (SYS_CRN(code) == 8 || SYS_CRN(code) == 9))
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, PLUGIN_INLINE_ADD,
								    COUNTER(tlbis), 1);
	mark = ((code & MOVZ_IMM) >> 5) - MARK_BASE;
	if ((code & ~MOVZ_IMM) == INSN_MOVZ_XZR && mark < MARKS)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, PLUGIN_NO_REGS,
						       (void *)(uintptr_t)mark);
}

static void on_translation(struct qemu_plugin_tb *tb, void *data)
{
	size_t i, count = qemu_plugin_tb_n_insns(tb);

	(void)data;
	for (i = 0; i < count; i++)
		count_insn(qemu_plugin_tb_get_insn(tb, i));
}

static bool parse(const char *arg)
{
	if (!strncmp(arg, "out=", 4)) {
		out = fopen(arg + 4, "w");
		return out;
	}
	if (!strcmp(arg, "gic=on")) {
		count_gic = true;
		return true;
	}
	if (sscanf(arg, "el2=%" SCNi64 "+%" SCNi64, &el2_base, &el2_end) == 2) {
		el2_end += el2_base;
		return true;
	}
	return false;
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv);

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!parse(argv[i])) {
			fprintf(stderr, "count: wrong argument %s\n", argv[i]);
			return 1;
		}
	}
	if (!out) {
		fprintf(stderr, "count: out=FILE is missing\n");
		return 1;
	}
	board = qemu_plugin_scoreboard_new(sizeof(struct counts));
	buffer = g_byte_array_new();
	qemu_plugin_register_vcpu_init_cb(id, on_cpu, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation, NULL);
	qemu_plugin_register_vcpu_discon_cb(id, PLUGIN_INTERRUPT | PLUGIN_EXCEPTION, on_exception,
					    NULL);
	return 0;
}
