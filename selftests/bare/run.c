// SPDX-License-Identifier: GPL-2.0-only
/* Running vCPUs, and answering their loads and stores in the window. */
#include "test.h"
#include "vm.h"

bool vcpu_load(struct vm *vm, u32 index)
{
	SAME_OR(hc2(PKVM_HOST_VCPU_LOAD, vm->handle, index), PKVM_RET_SUCCESS, false);
	return true;
}

bool vcpu_put(void)
{
	SAME_OR(hc1(PKVM_HOST_VCPU_PUT, 0), PKVM_RET_SUCCESS, false);
	return true;
}

u32 vcpu_run(struct vm *vm, u32 index)
{
	struct pkvm_run *run = vm->run[index];

	for (;;) {
		s64 ret = hc1(PKVM_HOST_VCPU_RUN, 0);
		u32 reason = *(volatile u32 *)&run->out.reason;

		/* What was answered has been taken. */
		run->in.flags &= ~(PKVM_RUN_MMIO_DONE | PKVM_RUN_SMCCC_DONE);

		SAME_OR(ret, PKVM_RET_SUCCESS, PKVM_EXIT_MAX);
		__atomic_fetch_add(&vm->exits, 1, __ATOMIC_RELAXED);
		if (reason != PKVM_EXIT_IRQ)
			return reason;
		__atomic_fetch_add(&vm->irq_exits, 1, __ATOMIC_RELAXED);
	}
}

void mmio_answer(struct pkvm_run *run, u64 value)
{
	run->in.value = value;
	run->in.flags |= PKVM_RUN_MMIO_DONE;
}

/* A word of the window that is the test's. */
static void serve_window(struct vm *vm, struct pkvm_run *run)
{
	u64 at = run->out.mmio.ipa - GUEST_MMIO;

	if (run->out.mmio.write && at >= WIN_REPORT &&
	    at < WIN_REPORT + sizeof(vm->report))
		vm->report[(at - WIN_REPORT) / 8] = run->out.mmio.data;
	mmio_answer(run, vm->read_value);
}

/* A normal guest's call, as far as a test host knows any. False: it is for the test. */
static bool serve_smccc(struct pkvm_run *run)
{
	switch (run->out.smccc.x[0]) {
	case SMCCC_VERSION:
		run->in.x[0] = 0x10002;
		break;
	case PSCI_SYSTEM_OFF:
		return false;
	default:
		run->in.x[0] = ~0UL;
	}
	run->in.flags |= PKVM_RUN_SMCCC_DONE;
	return true;
}

static bool serve(struct vm *vm, struct pkvm_run *run, u32 *reason)
{
	if (*reason == PKVM_EXIT_MMIO && run->out.mmio.ipa >= GUEST_MMIO) {
		serve_window(vm, run);
		return true;
	}
	if (*reason == PKVM_EXIT_SMCCC) {
		if (serve_smccc(run))
			return true;
		*reason = PKVM_EXIT_SYSTEM_OFF;
	}
	return false;
}

u32 vcpu_serve(struct vm *vm, u32 index)
{
	u32 reason;

	do {
		reason = vcpu_run(vm, index);
	} while (serve(vm, vm->run[index], &reason));
	return reason;
}

struct did agent_do(struct vm *vm, u32 index, u64 op, u64 a, u64 b, u64 c)
{
	struct did did = { 0 };
	const u64 words[] = { op, a, b, c };
	struct pkvm_run *run = vm->run[index];
	u64 at;

	for (;;) {
		did.exit = vcpu_run(vm, index);
		at = run->out.mmio.ipa - GUEST_MMIO;
		if (did.exit != PKVM_EXIT_MMIO || at >= WIN_REPORT) {
			if (!serve(vm, run, &did.exit))
				return did;
			continue;
		}
		mmio_answer(run, at <= WIN_C ? words[at / 8] : 0);
		if (at == WIN_RESULT)
			did.result = run->out.mmio.data;
		else if (at == WIN_FAR)
			did.far = run->out.mmio.data;
		if (at == WIN_DONE) {
			did.esr = run->out.mmio.data;
			did.exit = AGENT_DONE;
			return did;
		}
	}
}
