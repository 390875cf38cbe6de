// SPDX-License-Identifier: GPL-2.0-only
/* A guest of a few instructions under the stock /dev/kvm: does KVM work here? */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "agent.h"

#define GUEST_RAM	0x40000000ULL
#define GUEST_MMIO	0x09000000ULL

/*
 * Reads 32 bits of MMIO, doubles them, writes them 4 bytes further on, then asks
 * PSCI to turn the machine off.
 */
static const u32 guest_code[] = {
	0xd2a12001,	/* mov	x1, #0x09000000 */
	0xb9400022,	/* ldr	w2, [x1] */
	0x0b020042,	/* add	w2, w2, w2 */
	0xb9000422,	/* str	w2, [x1, #4] */
	0xd2800100,	/* mov	x0, #8 */
	0xf2b08000,	/* movk	x0, #0x8400, lsl #16 */
	0xd4000002,	/* hvc	#0 */
	0x14000000,	/* b	. */
};

struct guest {
	int kvm, vm, vcpu;
	struct kvm_run *run;
};

static void make_vm(struct guest *g)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = GUEST_RAM, .memory_size = 0x10000,
	};
	void *ram;

	g->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (g->kvm < 0)
		broken("/dev/kvm");
	if (ioctl(g->kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		broken("KVM_GET_API_VERSION");
	g->vm = ioctl(g->kvm, KVM_CREATE_VM, 0);
	if (g->vm < 0)
		broken("KVM_CREATE_VM");
	ram = mmap(NULL, region.memory_size, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ram == MAP_FAILED)
		broken("mmap");
	memcpy(ram, guest_code, sizeof(guest_code));
	region.userspace_addr = (u64)(uintptr_t)ram;
	if (ioctl(g->vm, KVM_SET_USER_MEMORY_REGION, &region))
		broken("KVM_SET_USER_MEMORY_REGION");
}

static void make_vcpu(struct guest *g)
{
	struct kvm_vcpu_init init;
	u64 pc = GUEST_RAM;
	struct kvm_one_reg reg = {
		.id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |
		      KVM_REG_ARM_CORE_REG(regs.pc),
		.addr = (u64)(uintptr_t)&pc,
	};
	int size = ioctl(g->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	g->vcpu = ioctl(g->vm, KVM_CREATE_VCPU, 0);
	if (g->vcpu < 0)
		broken("KVM_CREATE_VCPU");
	g->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, g->vcpu, 0);
	if (g->run == MAP_FAILED)
		broken("mmap of the vCPU");
	if (ioctl(g->vm, KVM_ARM_PREFERRED_TARGET, &init))
		broken("KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= 1U << KVM_ARM_VCPU_PSCI_0_2;
	if (ioctl(g->vcpu, KVM_ARM_VCPU_INIT, &init))
		broken("KVM_ARM_VCPU_INIT");
	if (ioctl(g->vcpu, KVM_SET_ONE_REG, &reg))
		broken("KVM_SET_ONE_REG of the pc");
}

static int run_to_exit(struct guest *g, u32 reason)
{
	int ret;

	do {
		ret = ioctl(g->vcpu, KVM_RUN, 0);
	} while (ret < 0 && errno == EINTR);
	if (ret)
		return fail("KVM_RUN: %s", strerror(errno));
	if (g->run->exit_reason != reason)
		return fail("exit %u instead of %u", g->run->exit_reason, reason);
	return 0;
}

int cmd_kvm(int argc, char **argv)
{
	struct guest g;
	u32 value = 0x1234;

	(void)argc;
	(void)argv;
	make_vm(&g);
	make_vcpu(&g);

	if (run_to_exit(&g, KVM_EXIT_MMIO))
		return 1;
	if (g.run->mmio.is_write || g.run->mmio.phys_addr != GUEST_MMIO || g.run->mmio.len != 4)
		return fail("the first access is not the guest's read");
	memcpy(g.run->mmio.data, &value, sizeof(value));

	if (run_to_exit(&g, KVM_EXIT_MMIO))
		return 1;
	memcpy(&value, g.run->mmio.data, sizeof(value));
	if (!g.run->mmio.is_write || g.run->mmio.phys_addr != GUEST_MMIO + 4 || value != 0x2468)
		return fail("the guest wrote 0x%x to 0x%llx", value, g.run->mmio.phys_addr);

	if (run_to_exit(&g, KVM_EXIT_SYSTEM_EVENT))
		return 1;
	if (g.run->system_event.type != KVM_SYSTEM_EVENT_SHUTDOWN)
		return fail("system event %u", g.run->system_event.type);
	printf("kvm ran a guest to its end\n");
	return 0;
}
