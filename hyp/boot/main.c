// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the boot loader to the host at EL1. Until hyp_enter_mmu() the MMU is
 * off, one CPU runs and nothing is irrevocable: every refusal passes through,
 * the kernel then boots at EL2 as if EL2 were not there.
 */
#include <linux/types.h>
#include <pkvm/host_call.h>
#include <pkvm/image.h>
#include "boot/dice.h"
#include "boot/fdt.h"
#include "boot/info.h"
#include "nvhe/addr.h"
#include "nvhe/cache.h"
#include "nvhe/check.h"
#include "nvhe/console.h"
#include "nvhe/cpu_init.h"
#include "nvhe/errata.h"
#include "nvhe/features.h"
#include "nvhe/fixmap.h"
#include "nvhe/guest.h"
#include "nvhe/host_s2.h"
#include "nvhe/hyp_mm.h"
#include "nvhe/image.h"
#include "nvhe/lock.h"
#include "nvhe/log.h"
#include "nvhe/log_ring.h"
#include "nvhe/panic.h"
#include "nvhe/pool.h"
#include "nvhe/psci.h"
#include "nvhe/sysreg.h"
#include "pkvm/extra_calls.h"
#include "pkvm/page.h"
#include "pkvm/state.h"

#define FDT_MAX		(2UL << 20)	/* booting.rst: a tree is 2 MiB at most */
#define POOL_SPARE	(64UL << 10)	/* free pages left for run time */

/* Registers as the boot loader gave them; on the boot stack (head.S). */
struct boot_args {
	u64 fdt;
	u64 x1, x2, x3;
};

/* The image's info block, filled by the link and by pkvm-mkimage. */
extern const struct pkvm_image_info image_info;

const char el2_version[64] __attribute__((section(".image_version"), used)) =
	"pkvm " PKVM_VERSION;

void boot_main(const struct boot_args *args);

static struct boot_info info;		/* fixed after init */
static struct boot_range held[2];	/* sorted: what EL2 keeps; fixed after init */
static u32 nr_held;
static struct boot_range new_fdt;	/* the host's tree */

static struct boot_range image_span(void)
{
	return (struct boot_range){ hyp_pa(_start), image_info.el2_span };
}

static struct boot_range whole_image(void)
{
	return (struct boot_range){ hyp_pa(_start),
		image_info.kernel_offset + image_info.kernel_mem_size };
}

/* Bytes that start-up will take from the pool. */
static u64 memory_wanted(u64 meta)
{
	u64 ends = 8;			/* EL2 stage 1: levels 0 to 2, the UART's path */

	return meta + cpu_memory(info.nr_cpus) +
	       (host_s2_tables(&info) + hyp_mm_ram_tables(&info) +
		fixmap_tables(info.nr_cpus) + ends) * HYP_PAGE_SIZE +
	       round_up_to(info.dice.size, HYP_PAGE_SIZE) +
	       (meta / HYP_BLOCK_SIZE + 4) * HYP_PAGE_SIZE + POOL_SPARE;
}

/*
 * EL2's memory: the image's own span, which no one else uses, and, for the
 * metadata of a larger machine, a carve-out beside it.
 */
static const char *plan_memory(void)
{
	struct boot_range self = image_span();
	u64 own = self.size - (hyp_pa(_end) - hyp_pa(_start));
	u64 meta = page_meta_bytes(&info);
	u64 want = memory_wanted(meta);
	const char *why;
	struct boot_range extra;
	u64 size;

	held[0] = self;
	nr_held = 1;
	pool_add(hyp_pa(_end), own);
	if (want <= own)
		return NULL;
	size = meta + (want - meta > own ? want - meta - own + HYP_PAGE_SIZE : 0);
	why = boot_carve(&info, self.base, size, size < HYP_BLOCK_SIZE ? HYP_PAGE_SIZE :
			 HYP_BLOCK_SIZE, &extra);
	if (why)
		return why;
	held[extra.base < self.base ? 0 : 1] = extra;
	held[extra.base < self.base ? 1 : 0] = self;
	nr_held = 2;
	pool_add(extra.base, extra.size);
	return NULL;
}

/* The repaired tree goes to RAM of the host's; the old one stays as it was. */
static const char *make_host_fdt(const void *fdt)
{
	const char *why;

	/* Whole pages: the invalidation at the end must not reach a neighbour's line. */
	why = boot_carve(&info, hyp_pa(_start), round_up_to(fdt_room(fdt), HYP_PAGE_SIZE),
			 HYP_PAGE_SIZE, &new_fdt);
	if (why)
		return why;
	return fdt_repair(fdt, hyp_va(new_fdt.base), new_fdt.size, held, nr_held, &info);
}

/* Tables and records; a refusal here has changed only memory that is EL2's. */
static const char *make_tables(void)
{
	u32 i;

	if (!page_meta_init(&info) || hyp_mm_init(image_info.el2_span))
		return "no memory for EL2's own tables";
	for (i = 0; i < nr_held; i++)
		if (held[i].base != image_span().base &&
		    hyp_mm_map(held[i].base, held[i].size, HYP_RW))
			return "no memory for EL2's own tables";
	if (hyp_mm_ram(&info) || fixmap_init(&info))
		return "no memory for EL2's own tables, or RAM at the end of its address space";
	if (!cpus_init(&info))
		return "no memory for the CPUs' stacks";
	if (console_map() || host_s2_init(&info, held, nr_held))
		return "no memory for the host's stage 2";
	for (i = 0; i < nr_held; i++) {
		page_own_at_boot(held[i]);
		pkvm_state.bytes_held += held[i].size;
	}
	return NULL;
}

/* The loader wrote the tree with caches on; EL2 reads it with the MMU off. */
static size_t fdt_clean(const void *fdt)
{
	size_t room;

	cache_clean_inval(hyp_pa(fdt), HYP_PAGE_SIZE);
	room = fdt_room(fdt);
	if (room > FDT_MAX)
		room = FDT_MAX;
	cache_clean_inval(hyp_pa(fdt), room);
	return FDT_MAX;
}

static const char *prepare(const void *fdt)
{
	const char *why = cpu_refusal();

	if (why)
		return why;
	if (!image_info.kernel_offset)
		return "this EL2 image carries no kernel: wrap one with pkvm-mkimage";
	if (hyp_pa(_start) & (PKVM_IMAGE_ALIGN - 1))
		return "the boot loader put the image at an address that is not 2 MiB aligned";
	why = fdt_read_machine(fdt, hyp_pa(fdt), image_span(), whole_image(), &info);
	if (!why)
		why = plan_memory();
	if (!why)
		why = make_host_fdt(fdt);
	if (!why)
		why = make_tables();
	if (!why)
		why = psci_init(&info);
	if (!why)
		guest_init(info.vtimer.ppi + 16);
	return why;
}

static void report_options(void)
{
	u32 i;

	for (i = 0; i < info.opt.nr_unknown; i++)
		hyp_warn("unknown option '%s': see Documentation/options.rst\n",
			 info.opt.unknown[i]);
}

/* What was written with the MMU off must not be hidden by stale lines. */
static void forget_stale_lines(void)
{
	u32 i;

	for (i = 0; i < nr_held; i++) {
		u64 from = held[i].base;

		if (from == hyp_pa(_start))
			from = hyp_pa(_erodata);
		cache_inval(from, held[i].base + held[i].size - from);
	}
	cache_inval(new_fdt.base, new_fdt.size);
}

static void __attribute__((noreturn)) finish(struct hyp_cpu *cpu)
{
	hyp_locks_live = 1;
	cpu_init_this(cpu);
	pool_seal();
	psci_boot_cpu(cpu);
	hyp_info("protected: EL2 at %lx holds %lu KiB, %u CPUs, ABI %u.%u\n",
		 (unsigned long)hyp_pa(_start), (unsigned long)(pkvm_state.bytes_held >> 10),
		 hyp_nr_cpus, PKVM_ABI_MAJOR, PKVM_ABI_MINOR);
	if (info.opt.log_level < LOG_DEBUG)
		console_off();
	host_enter(hyp_pa(_start) + image_info.kernel_offset, new_fdt.base);
}

/**
 * boot_main() - decide, and go on to the host if EL2 stays
 *
 * MMU off, EL2's vectors are the panic's. Returns only to pass through, with
 * nothing of the machine changed but messages on the console.
 */
void boot_main(const struct boot_args *args)
{
	const void *fdt = hyp_va(args->fdt);
	struct hyp_cpu *self;
	const char *why;

	why = args->fdt & 7 || !args->fdt ? "x0 is not a device tree" :
	      fdt_read_chosen(fdt, fdt_clean(fdt), &info);
	console_init(&info.uart);
	hyp_log_level(info.opt.log_level);
	panic_init(info.opt.panic);
	if (!why && !info.opt.protected)
		why = "kvm-arm.mode=protected is not on the command line";
	if (!why) {
		report_options();
		why = prepare(fdt);
	}
	if (why) {
		hyp_warn("not protected: %s\n", why);
		return;
	}
	self = hyp_cpu_by_mpidr(read_sysreg(mpidr_el1) & CPU_AFFINITY);
	if (!self) {
		hyp_warn("not protected: the running CPU is not in the device tree\n");
		return;
	}
	pkvm_state.features = PKVM_FEATURE_PROTECTED_HOST | extra_features;
	dice_take(&info);
	forget_stale_lines();
	console_on();
	hyp_enter_mmu(self, finish);
}
