// SPDX-License-Identifier: GPL-2.0-only
/*
 * List registers: what a host may propose, and a virtual CPU interface with 1 to 16 of
 * them. Bit numbers are the GIC architecture's (IHI 0069, ICH_LR<n>_EL2).
 * SOURCES: hyp/nvhe/guest_gic.c
 */
#include "tap.h"
#include "fake_cpu.h"
#include "nvhe/guest_switch.h"

#define VTIMER		27UL
#define PENDING		(1UL << 62)
#define ACTIVE		(2UL << 62)
#define HW		(1UL << 61)
#define GROUP1		(1UL << 60)
#define PRIO(p)		((u64)(p) << 48)
#define PINTID(i)	((u64)(i) << 32)
#define EOI		(1UL << 41)

static struct hyp_vcpu v;
static u32 machine_lrs, machine_aprs;

/* ICH_VTR_EL2: list registers, preemption bits, bits of an INTID. */
static void machine(u32 lrs, u32 pre_bits, u32 id_bits)
{
	static const struct fake_reg none[] = { { 0, 0 } };

	fake_reset(none, 0);
	fake_set(SYS_ICH_VTR_EL2, (lrs - 1) | (u64)(pre_bits - 1) << 26 |
		 (id_bits == 24 ? 1UL << 23 : 0));
	fake_set(SYS_ID_AA64PFR0_EL1, 1UL << 24);
	machine_lrs = lrs;
	machine_aprs = pre_bits == 7 ? 4 : pre_bits - 4;
	memset(&v, 0, sizeof(v));
	gic_init(VTIMER);
}

static u32 lr_encoding(u32 n)
{
	return sys_reg(3, 4, 12, 12 + n / 8, n % 8);
}

static u32 apr_encoding(u32 group, u32 n)
{
	return sys_reg(3, 4, 12, 8 + group, n);
}

/* A list or active-priority register that this machine has not got is UNDEFINED. */
static void only_present(u32 encoding)
{
	u32 i;

	for (i = machine_lrs; i < 16; i++)
		if (encoding == lr_encoding(i))
			fake_fault("no such list register:", encoding);
	for (i = machine_aprs; i < 4; i++)
		if (encoding == apr_encoding(0, i) || encoding == apr_encoding(1, i))
			fake_fault("no such priority register:", encoding);
}

static void test_good(void)
{
	static const struct {
		const char *what;
		u64 lr;
	} good[] = {
		{ "nothing", 0 },
		{ "an empty one with what the guest left in it", GROUP1 | PRIO(0xa0) | 40 },
		{ "an SGI", PENDING | GROUP1 | 0 },
		{ "the last SGI, active and pending", PENDING | ACTIVE | GROUP1 | 15 },
		{ "a PPI of group 0", PENDING | PRIO(0xf8) | 16 },
		{ "the last SPI, with EOI maintenance", ACTIVE | EOI | GROUP1 | 1019 },
		{ "the first LPI", PENDING | GROUP1 | 8192 },
		{ "the last LPI of 16 bits", PENDING | GROUP1 | 65535 },
		{ "the virtual timer, by software", PENDING | ACTIVE | GROUP1 | VTIMER },
		{ "the virtual timer, HW, after the guest's EOI", HW | PINTID(VTIMER) | VTIMER },
		{ "the virtual timer, HW, pending", PENDING | HW | PINTID(VTIMER) | VTIMER },
		{ "the virtual timer, HW, active", ACTIVE | HW | GROUP1 | PINTID(VTIMER) | VTIMER },
	};
	u32 i;

	machine(4, 5, 16);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		is_num(gic_check(&good[i].lr, 1), 0, "allowed: %s", good[i].what);
}

static void test_lies(void)
{
	static const struct {
		const char *what;
		u64 lr;
	} bad[] = {
		{ "HW for another interrupt", PENDING | HW | PINTID(30) | 30 },
		{ "HW, the timer's physical number for another virtual one",
		  PENDING | HW | PINTID(VTIMER) | 40 },
		{ "HW, another physical number for the timer", PENDING | HW | PINTID(30) | VTIMER },
		{ "HW, physical number 0 for the timer", PENDING | HW | VTIMER },
		{ "HW, the timer, active and pending",
		  PENDING | ACTIVE | HW | PINTID(VTIMER) | VTIMER },
		{ "HW for another interrupt, empty", HW | PINTID(30) | 30 },
		{ "HW, another physical number, empty", HW | PINTID(30) | VTIMER },
		{ "HW, an SPI", ACTIVE | HW | PINTID(100) | 100 },
		{ "special number 1020", PENDING | 1020 },
		{ "special number 1023", PENDING | 1023 },
		{ "reserved number 1024", PENDING | 1024 },
		{ "an extended PPI", PENDING | 1056 },
		{ "an extended SPI", PENDING | 4096 },
		{ "reserved number 8191", PENDING | 8191 },
		{ "a number above 16 bits", PENDING | 65536 },
		{ "number all ones", PENDING | 0xffffffffUL },
		{ "an active LPI", ACTIVE | 8192 },
		{ "an LPI active and pending", PENDING | ACTIVE | 9000 },
		{ "reserved bit 45", PENDING | 1UL << 45 | 40 },
		{ "reserved bit 47", PENDING | 1UL << 47 | 40 },
		{ "reserved bit 56", PENDING | 1UL << 56 | 40 },
		{ "reserved bit 58", PENDING | 1UL << 58 | 40 },
		{ "NMI", PENDING | 1UL << 59 | 40 },
		{ "a physical number without HW", PENDING | PINTID(VTIMER) | 40 },
		{ "bit 44 without HW", PENDING | 1UL << 44 | 40 },
		{ "all ones", ~0UL },
	};
	u64 two[2];
	u32 i;

	machine(4, 5, 16);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		is_num(gic_check(&bad[i].lr, 1), (u64)-22, "refused: %s", bad[i].what);
		two[0] = PENDING | 50;
		two[1] = bad[i].lr;
		is_num(gic_check(two, 2), (u64)-22, "refused in second place: %s", bad[i].what);
	}
}

static void test_duplicates(void)
{
	static const u32 counts[] = { 1, 2, 4, 15, 16 };
	u64 lr[17];
	u32 i, n, wrong = 0;

	for (i = 0; i < 5; i++) {
		u32 nr = counts[i];

		machine(nr, 5, 16);
		is_num(gic_nr_lrs(), nr, "%u list registers are found", nr);
		for (n = 0; n < 17; n++)
			lr[n] = PENDING | GROUP1 | (40 + n);
		is_num(gic_check(lr, nr), 0, "%u different interrupts fit in %u", nr, nr);
		is_num(gic_check(lr, nr + 1), (u64)-22, "%u do not fit in %u", nr + 1, nr);
		is_num(gic_check(lr, ~0U), (u64)-22, "nor do 4294967295 in %u", nr);
		for (n = 1; n < nr; n++) {
			u64 old = lr[n];

			lr[n] = ACTIVE | (lr[0] & 0xffffffff);
			wrong += gic_check(lr, nr) != -22;
			lr[n] = lr[0] & 0xffffffff;	/* empty: no duplicate */
			wrong += gic_check(lr, nr) != 0;
			lr[n] = old;
		}
	}
	is_num(wrong, 0, "an interrupt in two places is refused at each place");
	machine(4, 5, 24);
	lr[0] = PENDING | 0xffffff;
	is_num(gic_check(lr, 1), 0, "with 24 bits the last LPI is another");
	lr[0] = PENDING | 0x1000000;
	is_num(gic_check(lr, 1), (u64)-22, "and the next one is refused");
}

/* Load, run, put on each machine: all of the guest's comes back, nothing stays. */
static void round_trip(u32 lrs, u32 pre_bits)
{
	u32 i, aprs = pre_bits == 7 ? 4 : pre_bits - 4, wrong = 0;

	machine(lrs, pre_bits, 16);
	for (i = 0; i < lrs; i++)
		fake_set(lr_encoding(i), 0xbad0 + i);	/* junk of the firmware's */
	fake_on_access = only_present;
	v.gic.vmcr = 0xf8000002;
	for (i = 0; i < 4; i++) {
		v.gic.ap0r[i] = 0x100 + i;
		v.gic.ap1r[i] = 0x200 + i;
	}
	gic_load(&v);
	for (i = 0; i < lrs; i++)
		wrong += fake_value[FAKE_SLOT(lr_encoding(i))] != 0;
	is_num(wrong, 0, "%u list registers, %u bits: a load leaves them empty", lrs, pre_bits);

	v.gic.nr_lrs = lrs;
	v.gic.underflow_exit = true;
	for (i = 0; i < lrs; i++)
		v.gic.lr[i] = PENDING | GROUP1 | PRIO(0x80) | (40 + i);
	gic_enter(&v);
	is_num(fake_value[FAKE_SLOT(SYS_ICH_HCR_EL2)], 3, "%u, %u: En and UIE", lrs, pre_bits);
	for (i = 0; i < lrs; i++)
		wrong += fake_value[FAKE_SLOT(lr_encoding(i))] != v.gic.lr[i];
	ok(gic_pending(&v), "%u, %u: something is pending", lrs, pre_bits);
	for (i = 0; i < lrs; i++)
		fake_set(lr_encoding(i), ACTIVE | GROUP1 | (40 + i));
	fake_set(SYS_ICH_EISR_EL2, 1);
	fake_set(SYS_ICH_MISR_EL2, 1);
	gic_leave(&v);
	for (i = 0; i < lrs; i++)
		wrong += v.gic.lr[i] != (ACTIVE | GROUP1 | (40 + i)) ||
			 fake_value[FAKE_SLOT(lr_encoding(i))];
	is_num(wrong, 0, "%u, %u: list registers go in, come out, and are empty after", lrs, pre_bits);
	ok(!fake_value[FAKE_SLOT(SYS_ICH_HCR_EL2)] && v.gic.eisr == 1 && v.gic.maintenance,
	   "%u, %u: the interface is off, EISR and maintenance are known", lrs, pre_bits);

	fake_set(SYS_ICH_VMCR_EL2, 0x55000001);
	for (i = 0; i < aprs; i++) {
		fake_set(apr_encoding(0, i), 0x300 + i);
		fake_set(apr_encoding(1, i), 0x400 + i);
	}
	gic_put(&v);
	wrong = v.gic.vmcr != 0x55000001 || fake_value[FAKE_SLOT(SYS_ICH_VMCR_EL2)];
	for (i = 0; i < aprs; i++)
		wrong += v.gic.ap0r[i] != 0x300 + i || v.gic.ap1r[i] != 0x400 + i ||
			 fake_value[FAKE_SLOT(apr_encoding(0, i))] ||
			 fake_value[FAKE_SLOT(apr_encoding(1, i))];
	is_num(wrong, 0, "%u, %u: a put saves and clears VMCR and priorities", lrs, pre_bits);
	fake_on_access = NULL;
	is_num(fake_faults, 0, "%u, %u: no register that is not there", lrs, pre_bits);
}

static void test_pending(void)
{
	machine(4, 5, 16);
	v.gic.nr_lrs = 1;
	fake_set(lr_encoding(0), PENDING | GROUP1 | PRIO(0x80) | 40);
	fake_set(SYS_ICH_VMCR_EL2, 0xf8000002);
	ok(gic_pending(&v), "an enabled interrupt below the mask is pending");
	fake_set(SYS_ICH_VMCR_EL2, 0xf8000001);
	ok(!gic_pending(&v), "not with its group off");
	fake_set(SYS_ICH_VMCR_EL2, 0x80000002);
	ok(!gic_pending(&v), "not at the mask's priority");
	fake_set(SYS_ICH_VMCR_EL2, 0xf8000002);
	fake_set(lr_encoding(0), ACTIVE | GROUP1 | PRIO(0x80) | 40);
	ok(!gic_pending(&v), "not when it is only active");
	fake_set(lr_encoding(0), PENDING | PRIO(0x80) | 40);
	ok(!gic_pending(&v), "not in group 0 when that is off");
	fake_set(lr_encoding(1), PENDING | GROUP1 | PRIO(0) | 40);
	ok(!gic_pending(&v), "not in a list register that is not in use");
}

int main(void)
{
	static const u32 counts[] = { 1, 2, 4, 15, 16 };
	u32 i, bits;

	test_good();
	test_lies();
	test_duplicates();
	for (i = 0; i < 5; i++)
		for (bits = 5; bits <= 7; bits++)
			round_trip(counts[i], bits);
	test_pending();
	return tap_done();
}
