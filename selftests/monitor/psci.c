// SPDX-License-Identifier: GPL-2.0-only
/* PSCI 1.1, with the parts that QEMU's own lacks. Power-downs are WFI at EL3. */
#include "monitor.h"

#define FN64		0x40000000U
#define RET_NOT_SUPPORTED	((u64)-1)
#define RET_INVALID_PARAMS	((u64)-2)
#define RET_DENIED		((u64)-3)
#define RET_ALREADY_ON		((u64)-4)
#define RET_ON_PENDING		((u64)-5)
#define RET_INVALID_ADDRESS	((u64)-9)

enum {
	VERSION = 0x84000000, CPU_SUSPEND, CPU_OFF, CPU_ON, AFFINITY_INFO, MIGRATE,
	MIGRATE_INFO_TYPE, MIGRATE_INFO_UP_CPU, SYSTEM_OFF, SYSTEM_RESET, FEATURES, CPU_FREEZE,
	CPU_DEFAULT_SUSPEND, NODE_HW_STATE, SYSTEM_SUSPEND, SET_SUSPEND_MODE, STAT_RESIDENCY,
	STAT_COUNT, SYSTEM_RESET2, MEM_PROTECT, MEM_PROTECT_CHECK_RANGE,
};

#define SMCCC_VERSION	0x80000000U
#define PSCI_1_1	0x10001
#define TOS_NOT_PRESENT	2
#define FEATURE_EXT	(1U << 1)
#define POWER_DOWN	(1U << 16)
#define POWER_DOWN_EXT	(1U << 30)
#define RESET2_VENDOR	(1U << 31)

/* PL061 at QEMU's secure GPIO: output 0 powers off, 1 resets. */
#define GPIO_DATA(pins)	(SECURE_GPIO_BASE + ((pins) << 2))
#define GPIO_DIR	(SECURE_GPIO_BASE + 0x400)
#define PIN_OFF		1U
#define PIN_RESET	2U

static u32 psci_lock;
static u32 mem_protect;

static void __attribute__((noreturn)) pull(u32 pin)
{
	write32(GPIO_DIR, PIN_OFF | PIN_RESET);
	write32(GPIO_DATA(pin), 0);
	write32(GPIO_DATA(pin), pin);
	for (;;)
		wfi();
}

void machine_off(void)
{
	pull(PIN_OFF);
}

static u64 machine_end(u32 pin, const char *how)
{
	say("%s", how);
	smc_summary();
	pull(pin);
}

void psci_start(void)
{
	u32 i;

	for (i = 1; i < nr_cpus; i++)
		cpus[i].power = OFF;
	cpus[0].power = ON;
}

/* A CPU that is off: sleeps until CPU_ON sends it the wake-up interrupt. */
void psci_wait_off(struct cpu *cpu)
{
	bool go;

	for (;;) {
		gic_drain_wake();
		lock(&psci_lock);
		go = cpu->power == PENDING;
		if (go)
			cpu->power = ON;
		unlock(&psci_lock);
		if (go)
			cpu_enter(cpu, cpu->entry, cpu->context, false);
		wfi();
	}
}

/* Return: NULL if there is no such CPU. */
static struct cpu *cpu_of(u64 mpidr)
{
	u64 index = (mpidr & 0xff) + 16 * ((mpidr >> 8) & 0xff);

	if ((mpidr & ~0xffffUL) || (mpidr & 0xff) > 15 || index >= nr_cpus)
		return NULL;
	return &cpus[index];
}

static bool good_entry(u64 entry)
{
	return !(entry & 3) && entry >= RAM_BASE && entry < RAM_BASE + ram_size;
}

static u64 cpu_on(u64 target, u64 entry, u64 context)
{
	struct cpu *cpu = cpu_of(target);
	u64 ret = 0;

	if (!cpu)
		return RET_INVALID_PARAMS;
	if (!good_entry(entry))
		return RET_INVALID_ADDRESS;
	lock(&psci_lock);
	if (cpu->power == ON) {
		ret = RET_ALREADY_ON;
	} else if (cpu->power == PENDING) {
		ret = RET_ON_PENDING;
	} else {
		cpu->entry = entry;
		cpu->context = context;
		cpu->power = PENDING;
	}
	unlock(&psci_lock);
	if (!ret)
		gic_wake(cpu->index);
	return ret;
}

static u64 cpu_off(void)
{
	struct cpu *cpu = this_cpu();

	gic_forget_cpu();
	lock(&psci_lock);
	cpu->power = OFF;
	unlock(&psci_lock);
	psci_wait_off(cpu);
}

static u64 affinity_info(u64 target, u32 level)
{
	static const u32 answer[] = { [ON] = 0, [OFF] = 1, [PENDING] = 2 };
	struct cpu *cpu = cpu_of(target);
	u32 power;

	if (!cpu || level)
		return RET_INVALID_PARAMS;
	lock(&psci_lock);
	power = cpu->power;
	unlock(&psci_lock);
	return answer[power];
}

/* Sleep; then out of the reset vector, or, every fourth time, just back. */
static u64 power_down(u64 entry, u64 context, bool may_return)
{
	struct cpu *cpu = this_cpu();

	if (!good_entry(entry))
		return RET_INVALID_ADDRESS;
	do {
		wfi();
	} while (!may_return && !gic_pending());
	if (may_return && !(++cpu->suspends & 3))
		return 0;
	gic_forget_cpu();
	cpu_enter(cpu, entry, context, false);
}

static bool state_powers_down(u32 state)
{
	return state & (options.ext ? POWER_DOWN_EXT : POWER_DOWN);
}

static u64 cpu_suspend(u32 state, u64 entry, u64 context)
{
	if (state_powers_down(state))
		return power_down(entry, context, true);
	wfi();
	return 0;
}

static u64 system_suspend(u64 entry, u64 context)
{
	u32 i, on = 0;

	lock(&psci_lock);
	for (i = 0; i < nr_cpus; i++)
		on += cpus[i].power != OFF;
	unlock(&psci_lock);
	if (on > 1)
		return RET_DENIED;
	return power_down(entry, context, false);
}

static u64 mem_protect_set(u32 on)
{
	u32 old;

	lock(&psci_lock);
	old = mem_protect;
	mem_protect = on != 0;
	unlock(&psci_lock);
	return old;
}

static u64 mem_protect_check(u64 base, u64 length)
{
	u64 last = base + length - 1;

	if (!length || last < base || base < RAM_BASE || last >= RAM_BASE + ram_size)
		return RET_DENIED;
	return 0;
}

static u64 features(u32 fid)
{
	switch (fid) {
	case CPU_SUSPEND: case CPU_SUSPEND | FN64:
		return options.ext ? FEATURE_EXT : 0;
	case VERSION: case CPU_OFF: case CPU_ON: case CPU_ON | FN64: case AFFINITY_INFO:
	case AFFINITY_INFO | FN64: case MIGRATE_INFO_TYPE: case SYSTEM_OFF: case SYSTEM_RESET:
	case FEATURES: case CPU_DEFAULT_SUSPEND: case CPU_DEFAULT_SUSPEND | FN64:
	case SYSTEM_SUSPEND: case SYSTEM_SUSPEND | FN64: case SYSTEM_RESET2:
	case SYSTEM_RESET2 | FN64: case MEM_PROTECT: case MEM_PROTECT_CHECK_RANGE:
	case MEM_PROTECT_CHECK_RANGE | FN64: case SMCCC_VERSION:
		return 0;
	default:
		return RET_NOT_SUPPORTED;
	}
}

/* What monitor.deny=1 refuses: the machine, or the calling CPU, would be gone. */
bool psci_stops_machine(u32 fid, const u64 *x)
{
	switch (fid & ~FN64) {
	case CPU_SUSPEND:
		return state_powers_down(x[1]);
	case CPU_OFF: case SYSTEM_OFF: case SYSTEM_RESET: case CPU_DEFAULT_SUSPEND:
	case SYSTEM_SUSPEND: case SYSTEM_RESET2:
		return true;
	default:
		return false;
	}
}

static u64 system_reset2(u32 type)
{
	if (type)
		return RET_INVALID_PARAMS;
	return machine_end(PIN_RESET, "warm reset");
}

u64 psci_call(u32 fid, const u64 *x)
{
	switch (fid & ~FN64) {
	case VERSION:
		return PSCI_1_1;
	case CPU_SUSPEND:
		return cpu_suspend(x[1], x[2], x[3]);
	case CPU_OFF:
		return cpu_off();
	case CPU_ON:
		return cpu_on(x[1], x[2], x[3]);
	case AFFINITY_INFO:
		return affinity_info(x[1], x[2]);
	case MIGRATE_INFO_TYPE:
		return TOS_NOT_PRESENT;
	case SYSTEM_OFF:
		return machine_end(PIN_OFF, "power off");
	case SYSTEM_RESET:
		return machine_end(PIN_RESET, "reset");
	case FEATURES:
		return features(x[1]);
	case CPU_DEFAULT_SUSPEND:
		return power_down(x[1], x[2], true);
	case SYSTEM_SUSPEND:
		return system_suspend(x[1], x[2]);
	case SYSTEM_RESET2:
		return system_reset2(x[1]);
	case MEM_PROTECT:
		return mem_protect_set(x[1]);
	case MEM_PROTECT_CHECK_RANGE:
		return mem_protect_check(x[1], x[2]);
	default:
		return RET_NOT_SUPPORTED;
	}
}
