// SPDX-License-Identifier: GPL-2.0-only
/* Host calls, and virtual machines as a host drives them. */
#include "test.h"
#include "vm.h"

#define MAX_VMS		2048

#define CODE(name, sym)							\
	extern const char sym[], sym##_end[];				\
	const struct guest_code name = { sym, sym##_end }

CODE(agent, guest_agent);
CODE(hvc_loop, guest_hvc);
CODE(pattern, guest_pattern);
CODE(ticks_guest, guest_ticks);

/* Guard: world_lock. */
static struct lock world_lock;
static struct vm *live[MAX_VMS];
static u32 nr_arenas;

s64 hc(u32 fid, u64 a, u64 b, u64 c, u64 d, u64 e, u64 *out)
{
	u64 x[18] = { fid, a, b, c, d, e };

	call_hvc(x);
	if (out)
		*out = x[1];
	return x[0];
}

bool arena_give(void)
{
	u64 pa = pages_take(512, BLOCK);

	/* What is in it does not matter, EL2 says. */
	write64(pa + PAGE, 0xdead);
	SAME_OR(hc1(PKVM_HOST_ARENA_DONATE, pa), PKVM_RET_SUCCESS, false);
	arena_note();
	return true;
}

void arena_note(void)
{
	__atomic_fetch_add(&nr_arenas, 1, __ATOMIC_RELAXED);
}

void arenas_forget(void)
{
	nr_arenas = 0;
}

u32 arenas_take(void)
{
	u64 pa;
	u32 n = 0;

	while (hc(PKVM_HOST_ARENA_RECLAIM, 0, 0, 0, 0, 0, &pa) == PKVM_RET_SUCCESS) {
		CHECK_OR(!(pa & (BLOCK - 1)), n);
		CHECK_OR(is_zero(pa, 512), n);
		pages_give(pa, 512);
		__atomic_fetch_sub(&nr_arenas, 1, __ATOMIC_RELAXED);
		n++;
	}
	return n;
}

s64 hc_mem(u32 fid, u64 a, u64 b, u64 c, u64 d, u64 e, u64 *out)
{
	u64 wants;
	s64 ret;
	u32 i;

	for (i = 0; i < 16; i++) {
		ret = hc(fid, a, b, c, d, e, &wants);
		if (ret != PKVM_RET_NOMEM)
			break;
		if (!wants || !arena_give())
			break;
	}
	if (out)
		*out = wants;
	return ret;
}

u64 info(u64 index)
{
	u64 value = 0;

	if (hc(PKVM_HOST_INFO, index, 0, 0, 0, 0, &value))
		fatal("INFO %lu failed", index);
	return value;
}

bool is_zero(u64 pa, u64 nr)
{
	const u64 *p = (const u64 *)pa;
	u64 i;

	for (i = 0; i < nr * PAGE / 8; i++)
		if (p[i])
			return false;
	return true;
}

void vm_note(struct vm *vm, u64 ipa, u64 pa, u64 nr)
{
	if (vm->nr_ranges == VM_RANGES)
		fatal("a VM of too many ranges");
	vm->range[vm->nr_ranges++] = (struct vm_range){ ipa, pa, nr };
}

void vm_forget(struct vm *vm, u64 ipa)
{
	u32 i;

	for (i = 0; i < vm->nr_ranges; i++)
		if (vm->range[i].ipa == ipa)
			vm->range[i] = vm->range[--vm->nr_ranges];
}

u64 vm_pa(const struct vm *vm, u64 ipa)
{
	u32 i;

	for (i = 0; i < vm->nr_ranges; i++)
		if (ipa - vm->range[i].ipa < vm->range[i].nr * PAGE)
			return vm->range[i].pa + (ipa - vm->range[i].ipa);
	return 0;
}

static void vm_register(struct vm *vm)
{
	u32 i;

	lock(&world_lock);
	for (i = 0; i < MAX_VMS && live[i]; i++)
		;
	if (i == MAX_VMS)
		fatal("too many VMs");
	live[i] = vm;
	unlock(&world_lock);
}

bool vm_create(struct vm *vm, u64 flags, u32 vcpus)
{
	u32 i;

	memset(vm, 0, sizeof(*vm));
	vm->protected = flags & PKVM_VM_PROTECTED;
	vm->window = GUEST_MMIO | (vm->protected ? GUEST_ALIAS : 0);
	SAME_OR(hc_mem(PKVM_HOST_VM_CREATE, flags, IPA_BITS, vcpus, 0, 0, &vm->handle),
		PKVM_RET_SUCCESS, false);
	vm_register(vm);
	CHECK_OR(vm->handle, false);
	for (i = 0; i < vcpus; i++) {
		vm->run[i] = (void *)pages_take(1, PAGE);
		vm->nr_vcpus++;
		SAME_OR(hc_mem(PKVM_HOST_VCPU_CREATE, vm->handle, i, (u64)vm->run[i], 0, 0, NULL),
			PKVM_RET_SUCCESS, false);
	}
	return true;
}

bool vm_seal(struct vm *vm)
{
	SAME_OR(hc1(PKVM_HOST_VM_SEAL, vm->handle), PKVM_RET_SUCCESS, false);
	vm->sealed = true;
	return true;
}

static bool set_ripas(struct vm *vm, u64 ipa, u64 nr)
{
	u64 done;
	s64 ret;

	while (nr) {
		ret = hc_mem(PKVM_HOST_GUEST_SET_RIPAS, vm->handle, ipa, nr, PKVM_RIPAS_RAM, 0,
			     &done);
		CHECK_OR(ret == PKVM_RET_SUCCESS || ret == PKVM_RET_AGAIN, false);
		CHECK_OR(done && done <= nr, false);
		ipa += done * PAGE;
		nr -= done;
	}
	return true;
}

/* Protected: by populate before the seal, donated after it. Normal: shared. */
static u32 verb_of(const struct vm *vm)
{
	if (!vm->protected)
		return PKVM_HOST_GUEST_SHARE;
	return vm->sealed ? PKVM_HOST_GUEST_DONATE : PKVM_HOST_GUEST_POPULATE;
}

static bool give_page_at(struct vm *vm, u64 ipa, u64 pa, u64 nr)
{
	vm_note(vm, ipa, pa, nr);
	SAME_OR(hc_mem(verb_of(vm), vm->handle, ipa, pa, nr,
		       PKVM_PROT_READ | PKVM_PROT_WRITE | PKVM_PROT_EXEC, NULL),
		PKVM_RET_SUCCESS, false);
	return true;
}

bool vm_give(struct vm *vm, u64 ipa, u64 nr)
{
	return give_page_at(vm, ipa, pages_take(nr, nr == 512 ? BLOCK : PAGE), nr);
}

static bool set_args(struct vm *vm, const u64 *args)
{
	u32 i;

	SAME_OR(hc4(PKVM_HOST_VCPU_SET_REG, vm->handle, 0, PKVM_REG_PC, GUEST_RAM), 0, false);
	SAME_OR(hc4(PKVM_HOST_VCPU_SET_REG, vm->handle, 0, PKVM_REG_X(0), vm->window), 0, false);
	for (i = 0; args && i < 3; i++)
		SAME_OR(hc4(PKVM_HOST_VCPU_SET_REG, vm->handle, 0, PKVM_REG_X(i + 1), args[i]),
			0, false);
	return true;
}

/* RIPAS of a protected guest: RAM over 1 GiB from GUEST_RAM on; all else is empty. */
bool vm_make(struct vm *vm, u64 flags, u32 vcpus, struct guest_code code, u64 extra, const u64 *args)
{
	u64 pa;

	if (!vm_create(vm, flags, vcpus))
		return false;
	if (vm->protected && !set_ripas(vm, GUEST_RAM, 1UL << 18))
		return false;
	pa = pages_take(1 + extra, PAGE);
	memcpy((void *)pa, code.start, code.end - code.start);
	if (!give_page_at(vm, GUEST_RAM, pa, 1 + extra))
		return false;
	return set_args(vm, args) && vm_seal(vm);
}

bool agent_make(struct vm *vm, u64 flags, u64 extra)
{
	return vm_make(vm, flags, 1, agent, extra, NULL) && vcpu_load(vm, 0);
}

struct vm *vm_alloc(void)
{
	return (struct vm *)pages_take((sizeof(struct vm) + PAGE - 1) / PAGE, PAGE);
}

/* A page that the guest had and the host has again. */
static bool check_back(struct vm *vm, const struct vm_range *r)
{
	u64 i, v;

	for (i = 0; i < r->nr; i++)
		SAME_OR(try_read(r->pa + i * PAGE, &v), 0, false);
	if (vm->protected)
		CHECK_OR(is_zero(r->pa, r->nr), false);
	pages_give(r->pa, r->nr);
	return true;
}

static void vm_unregister(struct vm *vm)
{
	u32 i;

	lock(&world_lock);
	for (i = 0; i < MAX_VMS; i++)
		if (live[i] == vm)
			live[i] = NULL;
	unlock(&world_lock);
}

bool vm_gone(struct vm *vm)
{
	bool good = true;
	u32 i;

	vm_unregister(vm);
	for (i = 0; i < vm->nr_ranges; i++)
		good &= check_back(vm, &vm->range[i]);
	for (i = 0; i < vm->nr_vcpus; i++)
		pages_give((u64)vm->run[i], 1);
	return good;
}

bool vm_end(struct vm *vm)
{
	u64 done, rounds = 0;
	s64 ret;

	vm_unregister(vm);
	if (!vm->destroyed)
		SAME_OR(hc1(PKVM_HOST_VM_DESTROY, vm->handle), PKVM_RET_SUCCESS, false);
	do {
		ret = hc(PKVM_HOST_VM_TEARDOWN, vm->handle, 0, 0, 0, 0, &done);
	} while (ret == PKVM_RET_AGAIN && ++rounds < 100000);
	SAME_OR(ret, PKVM_RET_SUCCESS, false);
	SAME_OR(hc1(PKVM_HOST_VM_TEARDOWN, vm->handle), PKVM_RET_NOENT, false);
	return vm_gone(vm);
}

void vms_clean_up(void)
{
	u32 i;

	hc1(PKVM_HOST_VCPU_PUT, 0);
	for (i = 0; i < MAX_VMS; i++)
		if (live[i])
			vm_end(live[i]);
	if (!nr_arenas)
		return;
	arenas_take();
	test_same(info(PKVM_INFO_ARENAS), 0, __FILE__, __LINE__, "arenas left");
	test_same(nr_arenas, 0, __FILE__, __LINE__, "arenas that did not come back");
	nr_arenas = 0;
}
