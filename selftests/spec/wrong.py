# SPDX-License-Identifier: GPL-2.0-only
"""Wrong transitions, one at a time: the random caller has to find them.

Each is (name, file, old text, new text); the old text is in the file once.
"""

MEM, PAGE, SHARE = "hyp/pkvm/mem.c", "hyp/pkvm/mem_page.c", "hyp/pkvm/mem_share.c"
VM, VCPU, RUN = "hyp/pkvm/vm.c", "hyp/pkvm/vcpu.c", "hyp/pkvm/vcpu_run.c"
CALLS, TABLE, POPULATE = ("hyp/pkvm/host_call_vm.c", "hyp/pkvm/host_call.c",
                          "hyp/pkvm/host_call_mem.c")
S2, ARENA, EPOCH = "hyp/nvhe/guest_s2.c", "hyp/nvhe/arena.c", "hyp/pkvm/epoch.c"

WRONG = [
    ("a page comes back with the guest's bytes", PAGE,
     "\tmem_zero(pa, nr, block);\n\thyp_lock", "\thyp_lock"),
    ("a donated page arrives with the host's bytes", MEM,
     "\tif (keep)\n\t\tmem_clean", "\tif (1)\n\t\tmem_clean"),
    ("a page goes out of the cache as it is", PAGE,
     "\tcache_clean_inval((u64)p, size);\n", ""),
    ("a shared or pinned page is donated", PAGE, "\treturn PKVM_RET_BUSY;\n}", "\treturn 0;\n}"),
    ("of a range only the first page is looked at", PAGE,
     "page_all_are(r, PAGE_HOST_ALONE)", "*r->word == PAGE_HOST_ALONE"),
    ("a page is donated where one was destroyed", PAGE,
     "leaf.empty != S2_RAM", "leaf.empty == S2_EMPTY"),
    ("a page that was taken back leaves RAM", MEM, "S2_DESTROYED, reserve", "S2_RAM, reserve"),
    ("RAM is made where a page was destroyed", S2,
     "\treturn pte & PTE_VALID_BIT || (pte & PTE_MARK_MASK) == mark_of(S2_DESTROYED);",
     "\treturn pte & PTE_VALID_BIT;"),
    ("pages are given in the shared half", PAGE, "vm->ipa_bits - vm->protected", "vm->ipa_bits"),
    ("an unshared page stays in the TLB", S2,
     "\tif (size)\n\t\tflush_range(&t->pgt, first, size, step);\n", ""),
    ("a block that goes keeps counts of its other pages", SHARE,
     "mem_drop_refs(vm, leaf.pa - (at - start), leaf.size);",
     "mem_drop_refs(vm, leaf.pa, HYP_PAGE_SIZE);"),
    ("a pinned page is shared", SHARE, "page_state(r->word[i]) != PAGE_OWNED", "0"),
    ("a share may always be written", S2,
     "prot & PKVM_PROT_WRITE ? S2_WRITE : 0", "prot & PKVM_PROT_READ ? S2_WRITE : 0"),
    ("a vCPU is loaded that is loaded elsewhere", VCPU,
     "\tu32 idle = VCPU_IDLE;", "\tu32 idle = v ? v->run_state : VCPU_IDLE;"),
    ("a VM is destroyed while a vCPU is loaded", CALLS,
     "\t\treturn PKVM_RET_BUSY;\n\t__atomic_store_n(&vm->state, VM_DYING",
     "\t\t;\n\t__atomic_store_n(&vm->state, VM_DYING"),
    ("the run page stays pinned", VCPU, "\thost_unshare_hyp(v->run_page);\n", ""),
    ("a handle comes twice", VM, "++vms.generation << SLOT_BITS", "1UL << SLOT_BITS"),
    ("a sealed VM is populated", TABLE,
     "VM(call_guest_populate, 0, UNSEALED)", "VM(call_guest_populate, 0, LIVE)"),
    ("pages are populated in any order", POPULATE,
     "\tif (ipa < vm->populate_next)\n\t\treturn PKVM_RET_INVALID;\n", ""),
    ("a vCPU is switched on with its old registers", RUN, "\tguest_reset(&v->hw);\n", ""),
    ("an answer is taken for an access that nobody made", RUN,
     "v->takes != TAKE_MMIO", "0"),
    ("another registration leaves the VMs alive", EPOCH,
     "epoch.registration != id && vm_count_of", "epoch.registration == id && vm_count_of"),
    ("a page of an arena is freed as it is", ARENA, "\tcache_zero(p, nr * HYP_PAGE_SIZE);\n", ""),
    ("a refused vCPU keeps its page of an arena", VCPU,
     "\t\tarena_free(v, 1);\n\t\treturn ret;", "\t\treturn ret;"),
    ("a teardown ends before the last vCPU is put", VM,
     "\tif (__atomic_load_n(&vm->nr_loaded, __ATOMIC_ACQUIRE))\n\t\treturn PKVM_RET_BUSY;\n", ""),
]
# Wrong only when two CPUs meet: the caller with interleavings has to find them.
RACES = [
    ("pages are looked at before the lock is taken", MEM,
     "\thyp_lock(&host_lock);\n\tret = mem_not_alone(r);",
     "\tret = mem_not_alone(r);\n\thyp_lock(&host_lock);"),
    ("a page is pinned that was the host's before the lock", MEM,
     "(pa, 1, &r))\n\t\treturn PKVM_RET_INVALID;\n"
     "\thyp_lock(&host_lock);\n\tret = mem_not_alone(&r);",
     "(pa, 1, &r))\n\t\treturn PKVM_RET_INVALID;\n"
     "\tret = mem_not_alone(&r);\n\thyp_lock(&host_lock);"),
]
# Of WRONG at least so many must be found within a million calls.
MISSED_AT_MOST = 1
# What runs without FULL=1: one of each kind.
QUICK = ("a page comes back with the guest's bytes", "a page goes out of the cache as it is",
         "of a range only the first page is looked at", "an unshared page stays in the TLB",
         "a handle comes twice", "the run page stays pinned",
         "a vCPU is switched on with its old registers")
