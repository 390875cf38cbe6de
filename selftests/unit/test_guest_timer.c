// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers of a guest: CNTV against its offset, CNTP emulated.
 * SOURCES: hyp/nvhe/guest_timer.c
 */
#include "tap.h"
#include "fake_cpu.h"
#include <pkvm/run.h>
#include "nvhe/guest_switch.h"

#define ENABLE	1UL
#define IMASK	2UL
#define ISTATUS	4UL

static struct hyp_vcpu v;
static u32 storms;

/* Arm ARM D12: TimerConditionMet, on a counter of 64 bits. */
static bool condition(u64 count, u64 offset, u64 compare)
{
	return count - offset >= compare;
}

/* Would CNTV's line be up at this moment? Seen at each write, with the effects of ISBs. */
static u64 seen_voff, seen_ctl, seen_cval;

static void see(void)
{
	seen_voff = fake_value[FAKE_SLOT(SYS_CNTVOFF_EL2)];
	seen_ctl = fake_value[FAKE_SLOT(SYS_CNTV_CTL_EL0)];
	seen_cval = fake_value[FAKE_SLOT(SYS_CNTV_CVAL_EL0)];
}

/* A compare that is on must never meet another offset than the guest's. */
static void watch(u32 encoding, u64 value)
{
	if (encoding == SYS_CNTVOFF_EL2 && seen_ctl & ENABLE)
		storms++;
	if (encoding == SYS_CNTV_CTL_EL0 && value & ENABLE &&
	    (seen_voff != v.timer.voff || fake_value[FAKE_SLOT(SYS_CNTV_CVAL_EL0)] !=
	     v.timer.cntv_cval))
		storms++;
}

static void reset(u64 count)
{
	static const struct fake_reg none[] = { { 0, 0 } };

	fake_reset(none, 0);
	fake_set(SYS_CNTPCT_EL0, count);
	memset(&v, 0, sizeof(v));
	see();
}

static void test_switch(void)
{
	reset(1000000);
	fake_on_write = watch;
	fake_on_isb = see;
	v.timer.voff = 999000;
	v.timer.cntv_ctl = ENABLE;
	v.timer.cntv_cval = 1500;
	guest_timer_enter(&v);
	ok(fake_value[FAKE_SLOT(SYS_CNTVOFF_EL2)] == 999000 &&
	   fake_value[FAKE_SLOT(SYS_CNTV_CVAL_EL0)] == 1500 &&
	   fake_value[FAKE_SLOT(SYS_CNTV_CTL_EL0)] == ENABLE, "the guest's timer is in the CPU");
	see();
	fake_set(SYS_CNTV_CTL_EL0, ENABLE | IMASK | ISTATUS);
	fake_set(SYS_CNTV_CVAL_EL0, 0x123456789abcdefUL);
	guest_timer_leave(&v);
	ok(!fake_value[FAKE_SLOT(SYS_CNTVOFF_EL2)] && !fake_value[FAKE_SLOT(SYS_CNTV_CTL_EL0)] &&
	   !fake_value[FAKE_SLOT(SYS_CNTV_CVAL_EL0)], "and nothing of it in the host");
	ok(v.timer.cntv_ctl == (ENABLE | IMASK) && v.timer.cntv_cval == 0x123456789abcdefUL,
	   "what the guest set is kept, without ISTATUS");
	is_num(storms, 0, "an enabled compare never met a wrong offset");
	fake_on_write = NULL;
	fake_on_isb = NULL;
}

static void test_cntp(void)
{
	u64 x;

	reset(5000);
	x = 100;
	guest_cntp(&v, 0, &x, true);
	is_num(v.timer.cntp_cval, 5100, "TVAL is from now");
	guest_cntp(&v, 0, &x, false);
	is_num(x, 100, "and reads back");
	x = 0xdeadbeeffffffff6UL;
	guest_cntp(&v, 0, &x, true);
	is_num(v.timer.cntp_cval, 4990, "TVAL has 32 bits and a sign");
	guest_cntp(&v, 0, &x, false);
	is_num(x, 0xfffffff6, "a TVAL that has passed reads as 32 bits");
	x = ~0UL;
	guest_cntp(&v, 1, &x, true);
	is_num(v.timer.cntp_ctl, 3, "CTL has two bits to write");
	guest_cntp(&v, 1, &x, false);
	is_num(x, 7, "and ISTATUS to read");
	x = 5001;
	guest_cntp(&v, 2, &x, true);
	guest_cntp(&v, 1, &x, false);
	is_num(x, 3, "which is 0 before its time");
	guest_cntp(&v, 2, &x, false);
	is_num(x, 5001, "CVAL reads back");
	is_num(fake_writes[FAKE_SLOT(SYS_CNTP_CTL_EL0)] + fake_writes[FAKE_SLOT(SYS_CNTP_CVAL_EL0)] +
	       fake_writes[FAKE_SLOT(SYS_CNTP_TVAL_EL0)], 0, "the host's CNTP was never touched");
}

static u32 want_lines(u64 count)
{
	u32 lines = 0;

	if ((v.timer.cntv_ctl & 3) == ENABLE && condition(count, v.timer.voff, v.timer.cntv_cval))
		lines |= PKVM_LINE_VTIMER;
	if ((v.timer.cntp_ctl & 3) == ENABLE && condition(count, 0, v.timer.cntp_cval))
		lines |= PKVM_LINE_PTIMER;
	return lines;
}

/* All states of the controls at interesting times: the line at the deadline and not before. */
static void test_lines(void)
{
	static const u64 values[] = { 0, 1, 999, 1000, 1001, 5000, ~0UL - 1, ~0UL };
	u32 a, b, c, d, wrong_lines = 0, wrong_deadline = 0, never = 0;

	reset(5000);
	for (a = 0; a < 4; a++)
	for (b = 0; b < 4; b++)
	for (c = 0; c < 8; c++)
	for (d = 0; d < 8; d++) {
		u64 when;

		v.timer.voff = 4000;
		v.timer.cntv_ctl = a;
		v.timer.cntp_ctl = b;
		v.timer.cntv_cval = values[c];
		v.timer.cntp_cval = values[d];
		fake_set(SYS_CNTPCT_EL0, 5000);
		wrong_lines += guest_lines(&v) != want_lines(5000);
		when = guest_deadline(&v);
		if (when == ~0UL) {
			never++;
			wrong_deadline += want_lines(5000) != 0;
			continue;
		}
		wrong_deadline += when < 5000 || !want_lines(when);
		wrong_deadline += when > 5000 && want_lines(when - 1);
	}
	is_num(wrong_lines, 0, "lines are as the timers say");
	is_num(wrong_deadline, 0, "a line rises at the deadline and not before");
	ok(never > 0, "timers that are off have none");
}

int main(void)
{
	test_switch();
	test_cntp();
	test_lines();
	return tap_done();
}
