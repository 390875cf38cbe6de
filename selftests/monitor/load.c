// SPDX-License-Identifier: GPL-2.0-only
/* QEMU's -kernel, -initrd and -append, out of fw_cfg and into memory. */
#include "monitor.h"

#define FW_CFG_DMA		(FW_CFG_BASE + 0x10)
#define FW_KERNEL_SIZE		0x08
#define FW_KERNEL_DATA		0x11
#define FW_INITRD_SIZE		0x0b
#define FW_INITRD_DATA		0x12
#define FW_CMDLINE_SIZE		0x14
#define FW_CMDLINE_DATA		0x15
#define DMA_ERROR		(1U << 0)
#define DMA_READ		(1U << 1)
#define DMA_SELECT		(1U << 3)

#define IMAGE_MAGIC		0x644d5241		/* "ARM\x64" */
#define ALIGN_2M(x)		(((x) + 0x1fffffUL) & ~0x1fffffUL)

/* Big-endian; in normal RAM, as QEMU's DMA does not see the secure one. */
struct dma {
	u32 control, length;
	u64 address;
};

struct image_header {
	u32 code0, code1;
	u64 text_offset, image_size, flags, res[3];
	u32 magic, res5;
};

static void fw_read(u32 item, void *to, u32 length)
{
	volatile struct dma *dma = (void *)DMA_SCRATCH;

	dma->control = __builtin_bswap32(item << 16 | DMA_SELECT | DMA_READ);
	dma->length = __builtin_bswap32(length);
	dma->address = __builtin_bswap64((u64)to);
	dsb();
	write64(FW_CFG_DMA, __builtin_bswap64((u64)dma));
	while (__builtin_bswap32(dma->control) & ~DMA_ERROR)
		;
	if (dma->control)
		fatal("fw_cfg: reading item 0x%x failed", item);
}

static u32 fw_read_u32(u32 item)
{
	volatile u32 *v = (void *)(DMA_SCRATCH + sizeof(struct dma));

	fw_read(item, (void *)v, sizeof(*v));
	return *v;
}

/* Out of fw_cfg each time that it is asked for, behind the DMA block. */
const char *load_cmdline(u32 *size)
{
	char *cmdline = (char *)(DMA_SCRATCH + 64);

	*size = fw_read_u32(FW_CMDLINE_SIZE);
	if (*size > KERNEL_BASE - DMA_SCRATCH - 65)
		fatal("the command line is too long (%u bytes)", *size);
	fw_read(FW_CMDLINE_DATA, cmdline, *size);
	cmdline[*size] = 0;
	return cmdline;
}

/*
 * Kernel, initrd and tree. Return: where to jump to; @dtb: what to jump with.
 */
u64 load_all(u64 *dtb)
{
	u32 size = fw_read_u32(FW_KERNEL_SIZE), initrd_size = fw_read_u32(FW_INITRD_SIZE), unused;
	struct image_header head;
	u64 kernel, initrd, end;

	if (size < sizeof(head))
		fatal("no kernel: start QEMU with -kernel");
	/* The header first, for where the rest goes. */
	fw_read(FW_KERNEL_DATA, (void *)KERNEL_BASE, sizeof(head));
	head = *(struct image_header *)KERNEL_BASE;
	if (head.magic != IMAGE_MAGIC || !head.image_size)
		fatal("the kernel is not an arm64 Image with a size in its header");

	kernel = KERNEL_BASE + head.text_offset;
	initrd = ALIGN_2M(kernel + (head.image_size > size ? head.image_size : size));
	end = initrd + initrd_size;
	if (end > RAM_BASE + ram_size)
		fatal("kernel and initrd do not fit into RAM");
	fw_read(FW_KERNEL_DATA, (void *)kernel, size);
	if (initrd_size)
		fw_read(FW_INITRD_DATA, (void *)initrd, initrd_size);
	tree_patch(initrd, initrd_size, load_cmdline(&unused));
	say("kernel at 0x%lx, %u bytes; initrd at 0x%lx, %u bytes", kernel, size, initrd,
	    initrd_size);
	*dtb = DTB_BASE;
	return kernel;
}
