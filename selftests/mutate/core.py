# SPDX-License-Identifier: GPL-2.0-only
"""What is broken on purpose for the core group, and the test that has to see it; see boot.py."""

from mutation import Mutation as M

S2 = "hyp/nvhe/host_s2.c"
PT = "hyp/nvhe/pgtable.c"
GUEST_S2 = "hyp/nvhe/guest_s2.c"
ARENA = "hyp/nvhe/arena.c"
VMID = "hyp/nvhe/vmid.c"
GUEST = "hyp/nvhe/guest.c"
GIC = "hyp/nvhe/guest_gic.c"
TIMER = "hyp/nvhe/guest_timer.c"
FP = "hyp/nvhe/guest_fp.c"
TRAP = "hyp/nvhe/guest_trap.c"
MEM = "hyp/pkvm/mem.c"
MEM_PAGE = "hyp/pkvm/mem_page.c"
SHARE = "hyp/pkvm/mem_share.c"
END = "hyp/pkvm/mem_end.c"
PAGE = "hyp/pkvm/page.c"
VCPU = "hyp/pkvm/vcpu.c"
REGS = "hyp/pkvm/vcpu_regs.c"
RUN = "hyp/pkvm/vcpu_run.c"
PSCI = "hyp/pkvm/guest_psci.c"
CALL = "hyp/pkvm/host_call.c"
CALL_VM = "hyp/pkvm/host_call_vm.c"
VM = "hyp/pkvm/vm.c"

MUTATIONS = [
    # Who owns what
    M("a page that is not the host's alone is donated",
      [(MEM_PAGE, "\tif (page_all_are(r, PAGE_HOST_ALONE))\n\t\treturn 0;\n", "\treturn 0;\n")],
      "unit mem: matrix: donate a page that is", threats=[1, 2, 4, 44]),
    M("only the first page of a range is looked at",
      [(MEM_PAGE, "\tif (page_all_are(r, PAGE_HOST_ALONE))",
        "\tif (r->word[0] == PAGE_HOST_ALONE)")],
      "unit mem: the last bad", threats=[7]),
    M("a page comes where one is",
      [(MEM_PAGE, "\t\tif (leaf.valid)\n\t\t\treturn PKVM_RET_EXIST;\n", "")],
      "unit mem: place: populate where is a page|Bail", threats=[1, 11]),
    M("a page comes where one was taken",
      [(MEM_PAGE, "if (ram && leaf.empty != S2_RAM)", "if (ram && leaf.empty == S2_EMPTY)")],
      "unit mem: pages: none comes where one was taken|DESTROYED", threats=[11]),
    M("RIPAS of a page that was taken is RAM again",
      [(GUEST_S2, "return pte & PTE_VALID_BIT || (pte & PTE_MARK_MASK) == mark_of(S2_DESTROYED);",
        "return pte & PTE_VALID_BIT;")],
      "unit mem: place: RIPAS RAM where is DESTROYED", threats=[11]),
    M("a count goes over its maximum",
      [(SHARE, "page_data(r->word[i]) == PAGE_DATA_MAX && !ret", "0 && !ret")],
      "unit mem: limit: refused there", threats=[6]),
    M("the number of pages has no bound",
      [(PAGE, "if (!nr || nr > PKVM_RANGE_PAGES || pa & (HYP_PAGE_SIZE - 1) || !word)",
        "if (!nr || pa & (HYP_PAGE_SIZE - 1) || !word)"),
       (MEM_PAGE, "return nr && nr <= most && !(ipa", "return nr && !(ipa")],
      "unit mem: arguments: donate: 513 pages", threats=[3]),
    M("the upper half takes private pages",
      [(MEM_PAGE, "1UL << (vm->ipa_bits - vm->protected)", "1UL << vm->ipa_bits")],
      "unit mem: arguments: donate: IPA of the upper half", threats=[3]),
    M("the run page may be given away",
      [(MEM, "\t\tpage_set_all(&r, PAGE_HOST_PINNED);\n", "\t\t;\n"),
       (MEM, "\thyp_fatal_if(*r.word != PAGE_HOST_PINNED);\n", "")],
      "unit mem: pin:", threats=[4]),

    # Zeroing
    M("a page goes back with the guest's bytes",
      [(MEM_PAGE, "\tmem_zero(pa, nr, block);\n\thyp_lock(&host_lock);",
        "\tmem_clean(pa, nr, block);\n\thyp_lock(&host_lock);")],
      "unit mem: pages: they come back zeroed", threats=[9]),
    M("zeros stay in the cache",
      [(MEM_PAGE, "\tcache_clean_inval((u64)p, size);\n", "")],
      "unit mem: zeroed, in caches and past them|nothing is wrong", threats=[9, 15]),
    M("a donated page arrives as it was",
      [(MEM, "\tif (keep)\n\t\tmem_clean_code", "\tif (1)\n\t\tmem_clean_code")],
      "unit mem: pages: they arrive zeroed", threats=[10]),
    M("an arena's page comes back with what was in it",
      [(ARENA, "\tcache_zero(p, nr * HYP_PAGE_SIZE);\n\thyp_lock(&arena_lock);\n\tfree_locked",
        "\thyp_lock(&arena_lock);\n\tfree_locked")],
      "unit arena: zeroed", threats=[9]),
    M("a reset leaves guests' bytes in DRAM",
      [(END, "\tpage_each_of_guests(wipe_page);\n", "\t(void)wipe_page;\n")],
      "unit mem_end: wipe: no guest's page keeps a byte", threats=[36]),

    # TLBs
    M("a donation leaves the host's TLB entries",
      [(S2, "\ttlb_flush_host(pa, nr << HYP_PAGE_SHIFT, HYP_PAGE_SIZE);\n", "")],
      "unit mem: pages: no TLB, no cache and no order is wrong", threats=[13]),
    M("a block's donation leaves the host's TLB entries",
      [(S2, "\ttlb_flush_host(pa, HYP_BLOCK_SIZE, HYP_BLOCK_SIZE);\n", "")],
      "unit mem: block: nothing is wrong", threats=[13]),
    M("a block is split without break-before-make",
      [(PT, "\tpte_publish(leaf.ptep, 0);\n\tpgt->flush(pgt, ia, pgtable_level_size(leaf.level), step);\n",
        "\tpgt->flush(pgt, ia, pgtable_level_size(leaf.level), step);\n")],
      "unit mem: no order is wrong|nothing is wrong", threats=[12, 14]),
    M("a page taken back stays in the guest's TLB",
      [(GUEST_S2, "\tif (size)\n\t\tflush_range(&t->pgt, first, size, step);\n", "")],
      "unit mem: pages: nothing is wrong after the reclaim", threats=[13]),
    M("VMIDs are given again without a flush",
      [(VMID, "\ttlb_flush_all_vmids();\n", "")],
      "unit vmid: no clash|flush", threats=[14, 50]),
    M("two vCPUs of a VM share a CPU's TLB",
      [(GUEST, "\tif (v->stale_tlb)\n\t\tflush_vmid_here(v);\n", "")],
      "unit guest_switch: flush", threats=[13]),

    # vCPUs
    M("a vCPU is loaded twice",
      [(VCPU, "if (cpu->loaded || !__atomic_compare_exchange_n(&v->run_state, &idle, VCPU_LOADED, false,\n"
              "\t\t\t\t\t\t\t__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))",
        "if (cpu->loaded || (__atomic_exchange_n(&v->run_state, VCPU_LOADED, __ATOMIC_ACQUIRE), idle))")],
      "unit vcpu: VCPU_LOAD of one that another CPU has", threats=[19]),
    M("a VM is destroyed under a loaded vCPU",
      [(CALL_VM, "\tif (__atomic_load_n(&vm->nr_loaded, __ATOMIC_ACQUIRE))\n\t\treturn PKVM_RET_BUSY;\n"
                 "\t__atomic_store_n(&vm->state, VM_DYING",
        "\t__atomic_store_n(&vm->state, VM_DYING")],
      "unit vcpu: VM_DESTROY with", threats=[20]),
    M("a dying VM runs",
      [(RUN, "return !vm_is_dead(v->vm) && ", "return ")],
      "unit vcpu_run: nor one that is dying", threats=[19, 36]),
    M("the host sets a protected guest's registers after the launch",
      [(CALL, "X(VCPU_SET_REG, VM(call_vcpu_set_reg, LIVE, UNSEALED))",
        "X(VCPU_SET_REG, VM(call_vcpu_set_reg, LIVE, LIVE))")],
      "unit vm: VCPU_SET_REG of a protected VM that is", threats=[22]),
    M("the host reads a protected guest's registers after the launch",
      [(CALL, "X(VCPU_GET_REG, VM(call_vcpu_get_reg, LIVE, UNSEALED))",
        "X(VCPU_GET_REG, VM(call_vcpu_get_reg, LIVE, LIVE))")],
      "unit vm: VCPU_GET_REG of a protected VM that is", threats=[23]),
    M("a PSTATE of EL2 is taken",
      [(REGS, "(mode == PSR_MODE_EL0t || mode == PSR_MODE_EL1t || mode == PSR_MODE_EL1h)",
        "mode != 0x1f")],
      "unit vcpu: VCPU_SET_REG refuses PSTATE of EL2", threats=[22]),
    M("a handle is good for whatever is in its slot",
      [(VM, "vm->handle != handle", "0")],
      "unit vm: handle|generation|slot", threats=[18]),
    M("a CPU is switched on twice",
      [(PSCI, "if (!__atomic_compare_exchange_n(&target->power, &was, VCPU_ON_CLAIMED, false,\n"
              "\t\t\t\t\t __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))",
        "if (was = __atomic_exchange_n(&target->power, VCPU_ON_CLAIMED, __ATOMIC_ACQUIRE), 0)")],
      "unit guest_psci: CPU_ON", threats=[26]),

    # The run page
    M("the run page is read a second time",
      [(RUN, "\ttake_lrs(v, &in);\n", "\ttake_lrs(v, &v->run->in);\n")],
      "unit vcpu_run: each word is read once", threats=[17, 21]),
    M("a load is completed that nobody made",
      [(RUN, "if (in->flags & PKVM_RUN_MMIO_DONE && v->takes != TAKE_MMIO)", "if (0)")],
      "unit vcpu_run: MMIO_DONE that nobody asked for", threats=[24, 25]),
    M("a load is completed twice",
      [(RUN, "\tv->takes = TAKE_NOTHING;\n}\n\nstatic void take_lrs",
        "}\n\nstatic void take_lrs")],
      "unit vcpu_run: a load is not completed twice", threats=[24]),

    # The switch
    M("HW=1 for any interrupt",
      [(GIC, "return intid == vtimer_intid && LR_PINTID(lr) == vtimer_intid &&\n\t\t       LR_STATE",
        "return LR_STATE")],
      "unit guest_gic: refused: HW for another interrupt", threats=[28]),
    M("an interrupt number twice",
      [(GIC, "if (LR_STATE(lr[j]) && LR_VINTID(lr[j]) == LR_VINTID(lr[i]))", "if (0)")],
      "unit guest_gic: refused.*twice|the same", threats=[28]),
    M("guest FP stays in the registers for the host",
      [(FP, "\treturn cpu->fp_owner ? cpu->host_cptr | FP_TRAPS : cpu->host_cptr;",
        "\treturn cpu->host_cptr;")],
      "unit guest_switch: in the host, FP, SVE and SME trap", threats=[38]),
    M("the guest's timer offset stays",
      [(TIMER, "\tsysreg_write(0, CNTVOFF_EL2);\n}", "}")],
      "unit guest_timer: nothing of it in the host", threats=[30]),
    M("both sides' translation at once",
      [(GUEST, "\tsysreg_write(sys[GSR_TCR_EL1] | TCR_EPDS, TCR_EL1);\n", "")],
      "unit guest_switch: never a translation of both sides", threats=[13]),
    M("the host's breakpoints fire in a guest",
      [(GUEST, "\th->sys[GSR_MDSCR_EL1] = sysreg_read(MDSCR_EL1);\n", "")],
      "unit guest_switch: the host has every register back|the guest had its own", threats=[39]),
    M("a guest's entry has no branch-history sequence",
      [("hyp/nvhe/vectors.S", "\tstp\tx0, x1, [sp, #-16]!\n\t\\mitigate\n\tb\t\\handler\n",
        "\tstp\tx0, x1, [sp, #-16]!\n\tb\t\\handler\n")],
      "selftests/bench/bhb --guest: every_entry_from_a_guest_runs_the_sequence", threats=[41],
      slow=True),
]

# The cases of this group; each is in threats= of a mutation, or has a reason here.
THREATS = (*range(1, 29), *range(42, 46), 49)

REASONS = {
    "5, 8, 27, 42, 43":
        "what refuses them is the absence of code, or several checks that each suffice",
    "16": "I-cache maintenance: the fake cache has no instruction side yet",
    "45": "of the boot group",
    "49": "guests share and unshare with the realm ABI, in a later issue",
}
