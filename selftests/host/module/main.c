// SPDX-License-Identifier: GPL-2.0-only
/* The test module's device: ioctl dispatch, and mmap of any physical page. */
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/memory.h>
#include <asm/sysreg.h>

#include "pt.h"

struct pt_thread {
	void (*fn)(void *arg);
	void *arg;
	struct completion started;
};

static int pt_thread_main(void *data)
{
	struct pt_thread *t = data;
	void (*fn)(void *arg) = t->fn;
	void *arg = t->arg;

	complete(&t->started);
	fn(arg);
	return 0;
}

int pt_run_thread(s32 cpu, void (*fn)(void *arg), void *arg)
{
	struct pt_thread t = { .fn = fn, .arg = arg };
	struct task_struct *task;

	if (cpu != PT_ANY_CPU && (cpu < 0 || cpu >= nr_cpu_ids || !cpu_online(cpu)))
		return -ENXIO;

	init_completion(&t.started);
	task = kthread_create(pt_thread_main, &t, "pkvm_test");
	if (IS_ERR(task))
		return PTR_ERR(task);
	if (cpu != PT_ANY_CPU)
		kthread_bind(task, cpu);

	/*
	 * The reference keeps the task until kthread_stop() has waited for its
	 * end. Without the wait for the start, kthread_stop() could keep fn from
	 * ever running.
	 */
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&t.started);
	kthread_stop(task);
	put_task_struct(task);
	return 0;
}

static long pt_ioctl_facts(struct pt_facts *facts)
{
	facts->ttbr1 = read_sysreg(ttbr1_el1);
	facts->sctlr = read_sysreg(sctlr_el1);
	facts->tcr = read_sysreg(tcr_el1);
	facts->vbar = read_sysreg(vbar_el1);
	facts->currentel = read_sysreg(CurrentEL);
	facts->cntkctl = read_sysreg(cntkctl_el1);
	facts->direct_map_first = PAGE_OFFSET;
	facts->direct_map_end = (u64)high_memory;
	facts->phys_offset = PHYS_OFFSET;
	facts->online = num_online_cpus();
	facts->possible = num_possible_cpus();
	return 0;
}

static long pt_dispatch(unsigned int cmd, void *arg)
{
	switch (cmd) {
	case PT_IOC_CALL:
		return pt_ioctl_call(arg);
	case PT_IOC_TOUCH:
		return pt_ioctl_touch(arg);
	case PT_IOC_IDREGS:
		return pt_ioctl_idregs(arg);
	case PT_IOC_COST:
		return pt_ioctl_cost(arg);
	case PT_IOC_FUZZ:
		return pt_ioctl_fuzz(arg);
	case PT_IOC_FACTS:
		return pt_ioctl_facts(arg);
	}
	return -ENOTTY;
}

static long pt_ioctl(struct file *file, unsigned int cmd, unsigned long user)
{
	size_t size = _IOC_SIZE(cmd);
	void *arg;
	long ret;

	if (_IOC_TYPE(cmd) != 'p' || size == 0 || size > sizeof(struct pt_fuzz))
		return -ENOTTY;
	if (_IOC_DIR(cmd) & _IOC_WRITE)
		arg = memdup_user((void __user *)user, size);
	else
		arg = kzalloc(size, GFP_KERNEL) ?: ERR_PTR(-ENOMEM);
	if (IS_ERR(arg))
		return PTR_ERR(arg);

	ret = pt_dispatch(cmd, arg);
	if (!ret && copy_to_user((void __user *)user, arg, size))
		ret = -EFAULT;
	kfree(arg);
	return ret;
}

/*
 * O_SYNC picks Device memory. pgprot_device() would make it execute-never too,
 * and a fetch then faults at stage 1 for ever, since the area says executable.
 */
static int pt_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (file->f_flags & O_SYNC)
		vma->vm_page_prot = __pgprot_modify(vma->vm_page_prot, PTE_ATTRINDX_MASK,
						    PTE_ATTRINDX(MT_DEVICE_nGnRE));
	return remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

static const struct file_operations pt_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = pt_ioctl,
	.mmap = pt_mmap,
};

static struct miscdevice pt_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pkvm_test",
	.fops = &pt_fops,
	.mode = 0600,
};

module_misc_device(pt_misc);

MODULE_DESCRIPTION("pkvm: drives host calls and forbidden accesses, for tests only");
MODULE_LICENSE("GPL");
