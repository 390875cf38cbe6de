// SPDX-License-Identifier: GPL-2.0-only
/*
 * A raw arm64 Image that prints the ID registers of the CPU it runs on to QEMU
 * virt's PL011 and powers off. What ./record keeps of it is models.h.
 */
typedef unsigned long u64;
typedef unsigned int u32;

#define UART_DR		((volatile u32 *)0x09000000)

/* Image header: a branch, and nothing that QEMU's loader needs to know. */
asm(".section .head, \"ax\"\n"
    "_start: b entry\n"
    ".long 0\n"
    ".quad 0, 0x10000, 0xa, 0, 0, 0\n"
    ".ascii \"ARM\\x64\"\n"
    ".long 0\n"
    "entry: adr x1, _start\n"
    "add sp, x1, #0x10000\n"
    "bl dump\n"
    "mov x0, #0x0008\n"
    "movk x0, #0x8400, lsl #16\n"
    "mrs x1, CurrentEL\n"
    "cmp x1, #4\n"
    "b.ne 1f\n"
    "hvc #0\n"
    "1: smc #0\n"
    "2: b 2b\n");

static void put_char(char c)
{
	*UART_DR = c;
}

static void put_hex(u64 value, int digits)
{
	while (digits--)
		put_char("0123456789abcdef"[value >> 4 * digits & 0xf]);
}

static void put(u32 encoding, u64 value)
{
	put_hex(encoding, 6);
	put_char(' ');
	put_hex(value, 16);
	put_char('\n');
}

#define MRS(op0, op1, crn, crm, op2) ({						\
	u64 value;								\
	asm volatile("mrs %0, S" #op0 "_" #op1 "_C" #crn "_C" #crm "_" #op2	\
		     : "=r" (value));						\
	value; })
#define ENCODING(op0, op1, crn, crm, op2) \
	((op0) << 19 | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5)
#define PUT(op0, op1, crn, crm, op2) \
	put(ENCODING(op0, op1, crn, crm, op2), MRS(op0, op1, crn, crm, op2))
#define PUT8(crm)								\
	PUT(3, 0, 0, crm, 0); PUT(3, 0, 0, crm, 1); PUT(3, 0, 0, crm, 2);	\
	PUT(3, 0, 0, crm, 3); PUT(3, 0, 0, crm, 4); PUT(3, 0, 0, crm, 5);	\
	PUT(3, 0, 0, crm, 6); PUT(3, 0, 0, crm, 7)

/* Registers that exist with a feature only, as nvhe/el2_init.c reads them. */
static void dump_optional(void)
{
	u64 pfr0 = MRS(3, 0, 0, 4, 0), pfr1 = MRS(3, 0, 0, 4, 1), dfr0 = MRS(3, 0, 0, 5, 0);

	if ((dfr0 >> 8 & 0xf) && (dfr0 >> 8 & 0xf) != 0xf)
		PUT(3, 3, 9, 12, 0);		/* PMCR_EL0 */
	if (dfr0 >> 32 & 0xf) {
		PUT(3, 0, 9, 10, 7);		/* PMBIDR_EL1 */
		PUT(3, 0, 9, 9, 7);		/* PMSIDR_EL1 */
	}
	if (dfr0 >> 44 & 0xf)
		PUT(3, 0, 9, 11, 7);		/* TRBIDR_EL1 */
	if ((pfr0 >> 40 & 0xf) || (pfr1 >> 16 & 0xf))
		PUT(3, 0, 10, 4, 4);		/* MPAMIDR_EL1 */
	if (pfr1 >> 24 & 0xf)
		PUT(3, 1, 0, 0, 6);		/* SMIDR_EL1 */
}

void dump(void)
{
	PUT(3, 0, 0, 0, 0);			/* MIDR_EL1 */
	PUT(3, 0, 0, 0, 5);			/* MPIDR_EL1 */
	PUT8(1); PUT8(2); PUT8(3); PUT8(4); PUT8(5); PUT8(6); PUT8(7);
	dump_optional();
}
