// SPDX-License-Identifier: GPL-2.0-only
/*
 * Figures of the calls, for selftests/bench/core.py: "bench NAME TICKS TIMES" lines,
 * with one CPU and -icount, where a tick of the counter is so many instructions. Marks
 * tell the counting plugin where a part begins and ends.
 */
#include "test.h"
#include "vm.h"

#define FAR_DATA	(GUEST_RAM + 16 * BLOCK)
#define TIMES		4096UL
#define PAGES		400UL
#define BLOCKS		8UL
#define RWX		(PKVM_PROT_READ | PKVM_PROT_WRITE | PKVM_PROT_EXEC)

/* MOVZ XZR, #imm: nothing but for the plugin. */
#define mark(n)		asm volatile("movz xzr, #(0x6b00 + " #n ")" : : : "memory")

static struct vm vm, normal;

/* One call after the other, with as little around it as can be: six instructions. */
static u64 run_times(struct pkvm_run *run, u64 times, u64 answer)
{
	register u64 x0 asm("x0");
	register u64 n asm("x19") = times;
	register u64 flags asm("x20") = (u64)&run->in.flags;
	u64 start = rd(cntvct_el0), end;

	asm volatile("1:	mov	w1, %w3\n"
		     "	str	w1, [%2]\n"
		     "	mov	w0, %4\n"
		     "	movk	w0, %5, lsl #16\n"
		     "	hvc	#0\n"
		     "	subs	%1, %1, #1\n"
		     "	b.ne	1b\n"
		     : "=r"(x0), "+r"(n) : "r"(flags), "r"(answer),
		       "i"(PKVM_HOST_VCPU_RUN & 0xffff), "i"(PKVM_HOST_VCPU_RUN >> 16)
		     : "x1", "memory", "cc");
	end = rd(cntvct_el0);
	test_same(x0, 0, __FILE__, __LINE__, "the last run");
	return end - start;
}

/* The guest comes to its last loop: stores to the host. */
static bool guest_figures(void)
{
	const u64 args[] = { TIMES };
	static const char *const names[] = { "loop", "guest_hvc", NULL, "guest_smc", "idreg_mmfr0",
					     "idreg_isar1" };
	struct pkvm_run *run;
	u32 i;

	CHECK_OR(vm_make(&vm, PKVM_VM_PROTECTED, 1, hvc_loop, 1, args) && vcpu_load(&vm, 0), false);
	run = vm.run[0];
	mark(0);
	do {
		SAME_OR(vcpu_run(&vm, 0), PKVM_EXIT_MMIO, false);
		i = (run->out.mmio.ipa - GUEST_MMIO - WIN_REPORT) / 8;
		if (i < ARRAY_SIZE(names)) {
			vm.report[i] = run->out.mmio.data;
			mmio_answer(run, 0);
		}
	} while (i < ARRAY_SIZE(names));
	mark(1);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i])
			say("bench %s %lu %lu\n", names[i], vm.report[i], TIMES);
	CHECK_OR(vm.report[2] == 0x10001, false);
	mark(2);
	say("bench guest_mmio_exit %lu %lu\n", run_times(run, TIMES - 2, PKVM_RUN_MMIO_DONE), TIMES - 2);
	mark(3);
	do {
		mmio_answer(run, 0);
		i = vcpu_run(&vm, 0);
	} while (i == PKVM_EXIT_MMIO);
	SAME_OR(i, PKVM_EXIT_WFI, false);
	say("bench guest_exit %lu %lu\n", run_times(run, TIMES - 2, 0), TIMES - 2);
	return vcpu_put() && vm_end(&vm);
}

static bool donate_figures(void)
{
	u64 pa = pages_take(512, BLOCK), blocks = pages_take(512 * BLOCKS, BLOCK), i, start;

	CHECK_OR(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL), false);
	/* Splits the host's block, makes the guest's table. */
	SAME_OR(hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA, pa, 1, 0, NULL), 0, false);
	mark(4);
	start = rd(cntvct_el0);
	for (i = 1; i <= PAGES; i++)
		CHECK_OR(!hc4(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA + i * PAGE, pa + i * PAGE, 1),
			 false);
	say("bench donate_4k %lu %lu\n", rd(cntvct_el0) - start, PAGES);
	mark(5);
	mark(6);
	start = rd(cntvct_el0);
	for (i = 0; i < BLOCKS; i++)
		CHECK_OR(!hc4(PKVM_HOST_GUEST_DONATE, vm.handle, FAR_DATA + (i + 1) * BLOCK,
			      blocks + i * BLOCK, 512), false);
	say("bench donate_2m %lu %lu\n", rd(cntvct_el0) - start, BLOCKS);
	mark(7);
	mark(8);
	start = rd(cntvct_el0);
	for (i = 1; i <= PAGES; i++)
		CHECK_OR(!hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, FAR_DATA + i * PAGE, 1), false);
	say("bench reclaim_4k %lu %lu\n", rd(cntvct_el0) - start, PAGES);
	mark(9);
	vm_note(&vm, FAR_DATA, pa, 1);
	vm_note(&vm, FAR_DATA + BLOCK, blocks, 512 * BLOCKS);
	return true;
}

static bool share_figures(void)
{
	u64 pa = pages_take(512, BLOCK), i, start;

	CHECK_OR(vm_make(&normal, 0, 1, agent, 1, NULL), false);
	SAME_OR(hc_mem(PKVM_HOST_GUEST_SHARE, normal.handle, FAR_DATA, pa, 1, RWX, NULL), 0, false);
	mark(10);
	start = rd(cntvct_el0);
	for (i = 1; i <= PAGES; i++)
		CHECK_OR(!hc(PKVM_HOST_GUEST_SHARE, normal.handle, FAR_DATA + i * PAGE, pa + i * PAGE, 1,
			     RWX, NULL), false);
	say("bench share_4k %lu %lu\n", rd(cntvct_el0) - start, PAGES);
	mark(11);
	return true;
}

static void figures(void)
{
	CHECK(guest_figures());
	CHECK(donate_figures());
	CHECK(share_figures());
	mark(12);
}

static u64 old_handle;

/* As the calls of masked() below: what is measured, or what makes it possible again. */
static bool m_create(bool undo)
{
	if (!undo)
		return !hc_mem(PKVM_HOST_VM_CREATE, 0, IPA_BITS, 1, 0, 0, &old_handle);
	if (hc1(PKVM_HOST_VM_DESTROY, old_handle))
		return false;
	while (hc1(PKVM_HOST_VM_TEARDOWN, old_handle) == PKVM_RET_AGAIN)
		;
	return true;
}

static void objects(void)
{
	u64 f0, f1, f2;
	static struct vm one, two;

	CHECK(arena_give());
	CHECK(vm_create(&one, PKVM_VM_PROTECTED, 1));
	f0 = info(PKVM_INFO_ARENA_FREE_PAGES);
	CHECK(vm_create(&two, PKVM_VM_PROTECTED, 1));
	f1 = info(PKVM_INFO_ARENA_FREE_PAGES);
	SAME(hc(PKVM_HOST_VM_CREATE, PKVM_VM_PROTECTED, IPA_BITS, 2, 0, 0, &old_handle), 0);
	f2 = info(PKVM_INFO_ARENA_FREE_PAGES);
	CHECK(m_create(true));
	say("bench vm_bytes %lu 1\n", (f1 - f2) * PAGE);
	say("bench vcpu_bytes %lu 1\n", (f0 - f1 - (f1 - f2)) * PAGE);
	say("bench el2_used_bytes %lu 1\n", info(PKVM_INFO_BYTES_HELD) - info(PKVM_INFO_FREE_BYTES));
	say("bench ram_pages %lu 1\n", machine.ram[0].size / PAGE);
}

static s64 make_small_vm(u64 code)
{
	u64 handle, run = pages_take(1, PAGE);
	s64 ret = hc_mem(PKVM_HOST_VM_CREATE, 0, 32, 1, 0, 0, &handle);

	if (ret)
		return ret;
	ret = hc_mem(PKVM_HOST_VCPU_CREATE, handle, 0, run, 0, 0, NULL);
	if (!ret)
		ret = hc_mem(PKVM_HOST_GUEST_SHARE, handle, GUEST_RAM, code, 1, RWX, NULL);
	if (!ret)
		ret = hc1(PKVM_HOST_VM_SEAL, handle);
	return ret;
}

/* Until the host's own memory is used up; one page of code serves all. */
static void vms_alive(void)
{
	u64 code = pages_take(1, PAGE), n = 0;
	s64 ret = 0;

	while (!ret && pages_free_count() > 1024 && pages_free_block()) {
		ret = make_small_vm(code);
		n += !ret;
	}
	say("# the last answer: %ld, %lu arenas\n", ret, info(PKVM_INFO_ARENAS));
	say("bench vms_alive %lu 1\n", n);
	SAME(info(PKVM_INFO_VMS), n);
	arenas_forget();
}

/* How late the host's own timer interrupt comes, armed at every place of each call. */
static u64 due, latest;

static void late(u32 intid)
{
	u64 d = now() - due;

	(void)intid;
	timer_stop();
	if (d > latest)
		latest = d;
}

static u64 block_pa, arena_pa;

/* Each: what is measured, and what makes it possible again. */
static bool m_donate(bool undo)
{
	static u64 at = FAR_DATA;
	s64 ret;

	if (undo)
		at += BLOCK;
	ret = undo ? hc3(PKVM_HOST_GUEST_RECLAIM, vm.handle, at - BLOCK, 512) :
		     hc_mem(PKVM_HOST_GUEST_DONATE, vm.handle, at, block_pa, 512, 0, NULL);
	if (at >= GUEST_RAM + (1UL << 30) - BLOCK)
		at = FAR_DATA;
	return !ret;
}

static bool m_share(bool undo)
{
	return !(undo ? hc3(PKVM_HOST_GUEST_UNSHARE, normal.handle, FAR_DATA, 512) :
		 hc_mem(PKVM_HOST_GUEST_SHARE, normal.handle, FAR_DATA, block_pa, 512, RWX, NULL));
}

static bool m_arena(bool undo)
{
	return !(undo ? hc1(PKVM_HOST_ARENA_RECLAIM, 0) : hc1(PKVM_HOST_ARENA_DONATE, arena_pa));
}

static bool m_run(bool undo)
{
	struct pkvm_run *run = normal.run[0];

	if (undo)
		return true;
	run->in.flags = run->out.reason == PKVM_EXIT_MMIO ? PKVM_RUN_MMIO_DONE : 0;
	return !hc1(PKVM_HOST_VCPU_RUN, 0);
}

static const struct {
	const char *name, *undo_name;
	bool (*fn)(bool undo);
	u32 steps;
} measured[] = {
	{ "GUEST_DONATE", "GUEST_RECLAIM", m_donate, 200 },
	{ "GUEST_SHARE", "GUEST_UNSHARE", m_share, 1300 },
	{ "ARENA_DONATE", "ARENA_RECLAIM", m_arena, 500 },
	{ "VM_CREATE", "VM_TEARDOWN", m_create, 2000 },
	{ "VCPU_RUN", NULL, m_run, 2000 },
};

static bool measure(bool (*fn)(bool), const char *name, bool undo, u32 steps)
{
	u64 start = now(), length, i;

	CHECK_OR(fn(undo), false);
	length = now() - start;
	CHECK_OR(fn(!undo), false);
	latest = 0;
	for (i = 0; i < steps; i++) {
		due = now() + 4 + length * i / steps;
		timer_arm(due, late);
		CHECK_OR(fn(undo), false);
		timer_stop();
		CHECK_OR(fn(!undo), false);
	}
	say("bench masked_%s %lu 1\n", name, latest);
	return true;
}

static void masked(void)
{
	u32 i;

	CHECK(vm_make(&vm, PKVM_VM_PROTECTED, 1, agent, 1, NULL));
	CHECK(agent_make(&normal, 0, 1));
	block_pa = pages_take(512, BLOCK);
	arena_pa = pages_take(512, BLOCK);
	SAME(vcpu_run(&normal, 0), PKVM_EXIT_MMIO);
	for (i = 0; i < ARRAY_SIZE(measured); i++) {
		CHECK(measure(measured[i].fn, measured[i].name, false, measured[i].steps));
		if (!measured[i].undo_name)
			continue;
		CHECK(measured[i].fn(false));
		CHECK(measure(measured[i].fn, measured[i].undo_name, true, measured[i].steps));
		CHECK(measured[i].fn(true));
	}
	pages_give(block_pa, 512);
}

static const struct test tests[] = {
	{ "figures of calls and exits", figures },
	{ "what objects cost", objects },
	{ "how long interrupts are masked", masked },
	{ "VMs that live at once", vms_alive },
	{ NULL },
};

const struct subject subject_bench = { "bench", tests, true };
