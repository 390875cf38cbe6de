// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to physical pages that the host may not own. Each ends here with an
 * outcome: done, -EFAULT, or a thread that died of an oops.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>
#include <asm/cacheflush.h>
#include <asm/cpufeature.h>
#include <asm/sysreg.h>

#include "pt.h"

struct pt_mapping {
	void *va;
	void __iomem *io;		/* to iounmap() */
	void *area;			/* to vfree() */
	void *alias;			/* to vunmap() */
	unsigned long page;		/* to free_page() */
};

/* What the control of PT_BARE_EXEC runs: BTI c, RET. */
static const u32 pt_nothing[] = { 0xd503245f, 0xd65f03c0 };

static pmd_t *pt_pmd(pgd_t *table, unsigned long addr)
{
	pgd_t *pgd = pgd_offset_pgd(table, addr);
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd) || p4d_none(*p4d))
		return NULL;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud) || pud_leaf(*pud))
		return NULL;
	pmd = pmd_offset(pud, addr);
	return pmd_none(*pmd) || pmd_leaf(*pmd) ? NULL : pmd;
}

static void pt_write_entry(void *entry, u64 value)
{
	WRITE_ONCE(*(u64 *)entry, value);
	asm volatile("dsb	ishst\n	tlbi	vmalle1is\n	dsb	ish\n	isb" : : : "memory");
}

/*
 * Linux maps nothing executable for a module (it sets PXN whatever is asked
 * for), so the entry is changed behind its back, in the table that TTBR1_EL1
 * names.
 */
static int pt_make_executable(void *va)
{
	unsigned long addr = (unsigned long)va;
	u64 root = read_sysreg(ttbr1_el1) & GENMASK_ULL(47, PAGE_SHIFT);
	pmd_t *pmd = pt_pmd(phys_to_virt(root), addr);
	u64 *pte;

	if (!pmd)
		return -ENXIO;
	pte = (u64 *)pte_offset_kernel(pmd, addr);
	if (!(*pte & PTE_VALID))
		return -ENXIO;
	pt_write_entry(pte, *pte & ~PTE_PXN);
	return 0;
}

static int pt_map_code(struct pt_mapping *m)
{
	struct page *page = virt_to_page(m->page);

	memcpy((void *)m->page, pt_nothing, sizeof(pt_nothing));
	caches_clean_inval_pou(m->page, m->page + sizeof(pt_nothing));
	m->alias = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	if (!m->alias)
		return -ENOMEM;
	m->va = m->alias;
	return pt_make_executable(m->va);
}

static int pt_map_control(struct pt_mapping *m, const struct pt_touch *touch)
{
	if (touch->pa == PT_UNMAPPED_PAGE) {
		/* vmalloc() leaves a guard page after each area. */
		m->area = vmalloc(PAGE_SIZE);
		m->va = m->area + PAGE_SIZE;
		return m->area ? 0 : -ENOMEM;
	}
	m->page = get_zeroed_page(GFP_KERNEL);
	m->va = (void *)m->page;
	if (!m->page)
		return -ENOMEM;
	return touch->op == PT_BARE_EXEC ? pt_map_code(m) : 0;
}

/* RAM that Linux maps is reached there; everything else by a mapping of ours. */
static int pt_map(struct pt_mapping *m, const struct pt_touch *touch)
{
	phys_addr_t pa = touch->pa & PAGE_MASK;

	memset(m, 0, sizeof(*m));
	if (touch->pa == PT_OWN_PAGE || touch->pa == PT_UNMAPPED_PAGE)
		return pt_map_control(m, touch);

	if (region_intersects(pa, PAGE_SIZE, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT) {
		m->va = __va(touch->pa);
		return 0;
	}
	m->io = __ioremap_prot(pa, PAGE_SIZE,
			       touch->device ? pgprot_device(PAGE_KERNEL) : PAGE_KERNEL);
	if (!m->io)
		return -ENXIO;
	m->va = (void __force *)m->io + offset_in_page(touch->pa);
	return touch->op == PT_BARE_EXEC ? pt_make_executable(m->va) : 0;
}

static void pt_unmap(struct pt_mapping *m)
{
	if (m->io)
		iounmap(m->io);
	if (m->alias)
		vunmap(m->alias);
	vfree(m->area);
	free_page(m->page);
}

static u64 pt_bare_read(void *va)
{
	u64 value;

	asm volatile("ldr	%0, [%1]" : "=r" (value) : "r" (va) : "memory");
	return value;
}

static void pt_bare_write(void *va)
{
	asm volatile("str	xzr, [%0]" : : "r" (va) : "memory");
}

static void pt_bare_exec(void *va)
{
	asm volatile("blr	%0" : : "r" (va) : "x30", "cc", "memory");
}

static void pt_bare_lse(void *va)
{
	u64 old;

	asm volatile(".arch_extension lse\n"
		     "	ldadd	xzr, %0, [%1]" : "=r" (old) : "r" (va) : "memory");
}

static void pt_bare_exclusive(void *va)
{
	u64 value;
	u32 failed;

	asm volatile("1:	ldxr	%0, [%2]\n"
		     "	stxr	%w1, %0, [%2]\n"
		     "	cbnz	%w1, 1b"
		     : "=&r" (value), "=&r" (failed) : "r" (va) : "memory");
}

#define PT_CACHE_OP(name, insn)							\
static void pt_bare_##name(void *va)						\
{										\
	asm volatile(insn ", %0\n	dsb	sy\n	isb" : : "r" (va) : "memory");	\
}

PT_CACHE_OP(dc_civac, "dc	civac")
PT_CACHE_OP(dc_cvac, "dc	cvac")
PT_CACHE_OP(dc_ivac, "dc	ivac")
PT_CACHE_OP(ic_ivau, "ic	ivau")
PT_CACHE_OP(dc_zva, "dc	zva")

static void (*const pt_bare[PT_TOUCH_MAX])(void *va) = {
	[PT_BARE_WRITE] = pt_bare_write,
	[PT_BARE_EXEC] = pt_bare_exec,
	[PT_BARE_LSE] = pt_bare_lse,
	[PT_BARE_EXCLUSIVE] = pt_bare_exclusive,
	[PT_DC_CIVAC] = pt_bare_dc_civac,
	[PT_DC_CVAC] = pt_bare_dc_cvac,
	[PT_DC_IVAC] = pt_bare_dc_ivac,
	[PT_IC_IVAU] = pt_bare_ic_ivau,
	[PT_DC_ZVA] = pt_bare_dc_zva,
};

struct pt_bare_arg {
	void *va;
	struct pt_touch *touch;
};

/* An oops leaves the outcome at what the caller put there: PT_OOPS. */
static void pt_bare_thread(void *data)
{
	struct pt_bare_arg *arg = data;
	struct pt_touch *touch = arg->touch;

	if (touch->op == PT_BARE_READ)
		touch->value = pt_bare_read(arg->va);
	else
		pt_bare[touch->op](arg->va);
	WRITE_ONCE(touch->outcome, PT_DONE);
}

/* What copy_to_kernel_nofault() does, which modules cannot call. */
static long pt_put_nofault(u64 *to, u64 value)
{
	pagefault_disable();
	__put_kernel_nofault(to, &value, u64, failed);
	pagefault_enable();
	return 0;
failed:
	pagefault_enable();
	return -EFAULT;
}

static void pt_nofault(struct pt_touch *touch, void *va)
{
	u64 value = 0;
	long ret;

	if (touch->op == PT_NOFAULT_READ) {
		ret = copy_from_kernel_nofault(&value, va, sizeof(value));
		touch->value = value;
	} else {
		ret = pt_put_nofault(va, value);
	}
	if (ret == -EFAULT)
		touch->outcome = PT_EFAULT;
	else
		touch->outcome = ret ? PT_OTHER_ERRNO : PT_DONE;
}

static bool pt_op_present(u32 op)
{
	u64 isar0 = read_sysreg(id_aa64isar0_el1);

	return op != PT_BARE_LSE || ((isar0 >> ID_AA64ISAR0_EL1_ATOMIC_SHIFT) & 0xf) >= 2;
}

/*
 * Makes the page a last-level table of the calling process for one access, so
 * that the walk itself meets it. Nothing else may look at the table meanwhile:
 * interrupts stay off and the caller has one thread.
 */
static long pt_walk(struct pt_touch *touch)
{
	u64 __user *user = u64_to_user_ptr(touch->user);
	unsigned long flags;
	u64 old, value = 0;
	pmd_t *pmd;
	long ret;

	mmap_read_lock(current->mm);
	pmd = pt_pmd(current->mm->pgd, touch->user);
	if (!pmd) {
		mmap_read_unlock(current->mm);
		return -EINVAL;
	}
	old = pmd_val(*pmd);
	pagefault_disable();
	local_irq_save(flags);
	pt_write_entry(pmd, (touch->pa & PAGE_MASK) | (old & ~GENMASK_ULL(47, PAGE_SHIFT)));
	ret = __get_user(value, user);
	pt_write_entry(pmd, old);
	local_irq_restore(flags);
	pagefault_enable();
	mmap_read_unlock(current->mm);

	touch->value = value;
	touch->outcome = ret ? PT_EFAULT : PT_DONE;
	return 0;
}

long pt_ioctl_touch(struct pt_touch *touch)
{
	struct pt_bare_arg arg = { .touch = touch };
	struct pt_mapping m;
	long ret;

	if (touch->op >= PT_TOUCH_MAX)
		return -EINVAL;
	if (!pt_op_present(touch->op))
		return -EOPNOTSUPP;
	if (touch->op == PT_WALK)
		return pt_walk(touch);
	ret = pt_map(&m, touch);
	if (ret) {
		pt_unmap(&m);
		return ret;
	}

	if (touch->op == PT_NOFAULT_READ || touch->op == PT_NOFAULT_WRITE) {
		pt_nofault(touch, m.va);
	} else {
		touch->outcome = PT_OOPS;
		arg.va = m.va;
		ret = pt_run_thread(touch->cpu, pt_bare_thread, &arg);
	}
	pt_unmap(&m);
	return ret;
}
