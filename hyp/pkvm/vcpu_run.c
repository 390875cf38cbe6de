// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run: what the host proposes goes in, what one exit needs comes out.
 *
 * The attacks: a page that changes while it is read; results for an access that was not
 * made, or for another one; a run of a guest that is dying; a fault that the host may
 * fill where the guest's data has been (a roll-back to zeros).
 */
#include <linux/types.h>
#include <linux/stddef.h>
#include <pkvm/host_call.h>
#include "nvhe/addr.h"
#include "nvhe/check.h"
#include "nvhe/string.h"
#include "pkvm/vcpu.h"

#define RUN_FLAGS	(PKVM_RUN_MAINTENANCE | PKVM_RUN_MMIO_DONE | PKVM_RUN_SMCCC_DONE)

/*
 * The host writes the page while EL2 reads it: each word is read once, by the copy's own
 * count of list registers and not the page's. memcpy() is a function of EL2's own, so
 * what the compiler has after it is the copy and never the page again.
 */
static bool copy_in(struct pkvm_run_in *in, const struct pkvm_run *run)
{
	memcpy(in, &run->in, offsetof(struct pkvm_run_in, lr));
	if (in->nr_lrs > gic_nr_lrs())
		return false;
	memcpy(in->lr, run->in.lr, in->nr_lrs * sizeof(u64));
	return true;
}

/* The reason, the data that the exit needs, and the list registers in use. */
static void copy_out(struct vcpu *v, struct pkvm_run_out *out)
{
	const struct guest_gic *gic = &v->hw.gic;

	out->lines = guest_lines(&v->hw);
	out->nr_lrs = gic->nr_lrs;
	out->eisr = gic->eisr;
	__builtin_memcpy(&v->run->out, out, offsetof(struct pkvm_run_out, lr));
	memcpy(v->run->out.lr, gic->lr, gic->nr_lrs * sizeof(u64));
}

static bool check_in(const struct vcpu *v, const struct pkvm_run_in *in)
{
	if (in->flags & ~RUN_FLAGS)
		return false;
	if (in->flags & PKVM_RUN_MMIO_DONE && v->takes != TAKE_MMIO)
		return false;
	if (in->flags & PKVM_RUN_SMCCC_DONE && v->takes != TAKE_SMCCC)
		return false;
	return !gic_check(in->lr, in->nr_lrs);
}

static void take_answer(struct vcpu *v, const struct pkvm_run_in *in)
{
	if (in->flags & PKVM_RUN_SMCCC_DONE)
		memcpy(v->hw.x, in->x, sizeof(in->x));
	if (in->flags & PKVM_RUN_MMIO_DONE) {
		if (v->last.abort.write || v->last.abort.cm)
			guest_skip(&v->hw);
		else
			guest_mmio_done(&v->hw, &v->last.abort, in->value);
	}
	v->takes = TAKE_NOTHING;
}

static void take_lrs(struct vcpu *v, const struct pkvm_run_in *in)
{
	struct guest_gic *gic = &v->hw.gic;

	gic->nr_lrs = in->nr_lrs;
	gic->underflow_exit = in->flags & PKVM_RUN_MAINTENANCE;
	memcpy(gic->lr, in->lr, in->nr_lrs * sizeof(u64));
}

static u32 fault_flags(const struct guest_abort *a)
{
	return (a->write ? PKVM_FAULT_WRITE : 0) | (a->exec ? PKVM_FAULT_EXEC : 0) |
	       (a->permission ? PKVM_FAULT_PERMISSION : 0) | (a->cm ? PKVM_FAULT_CACHE : 0);
}

static void exit_fault(struct pkvm_run_out *out, u64 ipa, u32 flags)
{
	out->reason = PKVM_EXIT_FAULT;
	out->fault.ipa = round_down_to(ipa, HYP_PAGE_SIZE);
	out->fault.flags = flags;
}

/*
 * A protected guest's top IPA bit is the shared alias, where its devices are: the host
 * hears of addresses without it.
 */
static u64 canonical(const struct vcpu *v, u64 ipa)
{
	return v->hw.protected ? ipa & ~vm_alias(v->vm) : ipa;
}

/* One access with a valid syndrome; a write's data cut to its size. */
static void exit_mmio(struct vcpu *v, struct pkvm_run_out *out, const struct guest_abort *a)
{
	u64 data = a->rt < 31 ? v->hw.x[a->rt] : 0;

	out->reason = PKVM_EXIT_MMIO;
	out->mmio.ipa = canonical(v, a->ipa);
	out->mmio.size = a->size;
	out->mmio.write = a->write;
	if (a->write)
		out->mmio.data = a->size < 8 ? data & ((1ULL << (8 * a->size)) - 1) : data;
	v->takes = TAKE_MMIO;
}

/*
 * Does the access only have to be made again? The host asked for the page's age, or another
 * vCPU's fault has been answered meanwhile. Else *@empty is what is there.
 */
static bool retry(struct vm *vm, const struct guest_abort *a, enum s2_empty *empty)
{
	bool again;

	hyp_lock(&vm->lock);
	again = guest_s2_retry(&vm->s2, a->ipa, a->write, a->exec);
	*empty = again ? S2_EMPTY : guest_s2_look(&vm->s2, a->ipa).empty;
	hyp_unlock(&vm->lock);
	return again;
}

/* All of a normal guest's memory is the host's to know: it hears what EL2 knows. */
static bool abort_normal(struct vcpu *v, struct pkvm_run_out *out)
{
	const struct guest_abort *a = &v->last.abort;
	enum s2_empty empty;

	if (!(a->ipa >> v->vm->ipa_bits) && retry(v->vm, a, &empty))
		return false;
	if (a->exec || a->s1ptw) {
		exit_fault(out, a->ipa, fault_flags(a));
	} else if (a->cm) {
		exit_fault(out, a->ipa, fault_flags(a));
		v->takes = TAKE_MMIO;
	} else if (a->isv) {
		exit_mmio(v, out, a);
	} else {
		exit_fault(out, a->ipa, fault_flags(a));
		out->reason = PKVM_EXIT_MMIO_UNDECODED;
		out->fault.ipa = a->ipa;
	}
	return true;
}

/*
 * In the shared half are devices, if the CPU could decode the access. In the other it
 * goes by RIPAS: RAM without a page is the host's to fill, and nothing of the access but
 * the page is its business. Everything else the guest gets back as an external abort: a
 * page that it had and the host took (DESTROYED) must not come back as zeros, nor what
 * it believes private (EMPTY) be a device of the host's.
 *
 * Return: false: the guest goes on.
 */
static bool abort_protected(struct vcpu *v, struct pkvm_run_out *out)
{
	const struct guest_abort *a = &v->last.abort;
	u64 half = a->ipa / vm_alias(v->vm);
	enum s2_empty empty = S2_DESTROYED;

	if (half == 1 && a->isv && !a->exec && !a->s1ptw && !a->cm) {
		exit_mmio(v, out, a);
		return true;
	}
	if (!half && retry(v->vm, a, &empty))
		return false;
	if (empty == S2_RAM) {
		exit_fault(out, a->ipa, 0);
		return true;
	}
	guest_inject_sea(&v->hw, a);
	return false;
}

static bool exit_abort(struct vcpu *v, struct pkvm_run_out *out)
{
	return v->hw.protected ? abort_protected(v, out) : abort_normal(v, out);
}

static bool exit_wfi(struct vcpu *v, struct pkvm_run_out *out)
{
	out->reason = PKVM_EXIT_WFI;
	out->wfi.deadline = guest_deadline(&v->hw);
	return true;
}

static bool exit_smccc(struct vcpu *v, struct pkvm_run_out *out)
{
	out->reason = PKVM_EXIT_SMCCC;
	memcpy(out->smccc.x, v->hw.x, sizeof(out->smccc.x));
	out->smccc.smc = v->last.smc;
	v->takes = TAKE_SMCCC;
	return true;
}

static bool exit_sgi(struct vcpu *v, struct pkvm_run_out *out)
{
	out->reason = PKVM_EXIT_SGI;
	out->sgi.value = v->last.sgi;
	return true;
}

/* What the guest's own PSCI call, answered at EL2, leaves for the host to do. */
static bool exit_psci(struct vcpu *v, struct pkvm_run_out *out)
{
	if (v->psci_exit == PKVM_EXIT_WFI)
		return exit_wfi(v, out);
	out->reason = v->psci_exit;
	if (v->psci_exit == PKVM_EXIT_CPU_ON)
		out->cpu_on.index = v->psci_index;
	return true;
}

/* Return: false: not for the host, the guest goes on. */
static bool exit_to_host(struct vcpu *v, struct pkvm_run_out *out)
{
	static const u8 plain[] = {
		[GUEST_IRQ] = PKVM_EXIT_IRQ,
		[GUEST_SERROR] = PKVM_EXIT_SERROR,
		[GUEST_WFE] = PKVM_EXIT_WFE,
		[GUEST_KICK] = PKVM_EXIT_KICK,
		[GUEST_MAINTENANCE] = PKVM_EXIT_MAINTENANCE,
	};

	switch (v->last.kind) {
	case GUEST_ABORT:
		return exit_abort(v, out);
	case GUEST_WFI:
		return exit_wfi(v, out);
	case GUEST_SMCCC:
		return exit_smccc(v, out);
	case GUEST_SGI:
		return exit_sgi(v, out);
	case GUEST_POLICY:
		return exit_psci(v, out);
	default:
		out->reason = plain[v->last.kind];
		return true;
	}
}

/*
 * PSCI CPU_ON by another vCPU: registers as after reset, then its entry. What of the old
 * ones is in this CPU goes out first. Return: false: the CPU would not take the vCPU.
 */
static bool switch_on(struct vcpu *v)
{
	guest_put(&v->hw);
	guest_reset(&v->hw);
	v->hw.pc = v->on_entry;
	v->hw.x[0] = v->on_context;
	v->takes = TAKE_NOTHING;
	if (guest_load(&v->hw))
		return false;
	__atomic_store_n(&v->power, VCPU_ON, __ATOMIC_RELEASE);
	return true;
}

/*
 * RUNNING goes out before the state is looked at; vm_teardown() does the reverse. So no
 * vCPU begins to run after its VM was seen to be still.
 */
static bool run_enter(struct vcpu *v)
{
	__atomic_store_n(&v->run_state, VCPU_RUNNING, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return !vm_is_dead(v->vm) && !__atomic_load_n(&v->vm->ended, __ATOMIC_RELAXED);
}

/* Not over DYING, which another CPU may have written meanwhile. */
static void vm_has_run(struct vm *vm)
{
	u32 sealed = VM_SEALED;

	if (__atomic_load_n(&vm->state, __ATOMIC_RELAXED) == VM_SEALED)
		__atomic_compare_exchange_n(&vm->state, &sealed, VM_RUNNING, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static s64 run_loaded(struct vcpu *v)
{
	u32 power = __atomic_load_n(&v->power, __ATOMIC_ACQUIRE);
	/* Written before they are read: the compiler's clearing would be 100 instructions. */
	struct pkvm_run_out out __attribute__((uninitialized));
	struct pkvm_run_in in __attribute__((uninitialized));

	if (power == VCPU_OFF || power == VCPU_ON_CLAIMED)
		return PKVM_RET_STATE;
	if (!copy_in(&in, v->run) || !check_in(v, &in))
		return PKVM_RET_INVALID;
	if (power == VCPU_ON_PENDING && !switch_on(v))
		return PKVM_RET_BUSY;
	vm_has_run(v->vm);
	take_answer(v, &in);
	take_lrs(v, &in);
	__builtin_memset(&out, 0, offsetof(struct pkvm_run_out, lr));
	do
		guest_run(&v->hw, &v->last);
	while (!exit_to_host(v, &out));
	copy_out(v, &out);
	return PKVM_RET_SUCCESS;
}

s64 vcpu_run(struct vcpu *v)
{
	s64 ret = run_enter(v) ? run_loaded(v) : PKVM_RET_STATE;

	if (ret == PKVM_RET_BUSY)	/* put already by the world switch */
		vcpu_unload(v);
	else	/* Release: a teardown that sees LOADED sees all that the run wrote. */
		__atomic_store_n(&v->run_state, VCPU_LOADED, __ATOMIC_RELEASE);
	return ret;
}
