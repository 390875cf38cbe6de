# SPDX-License-Identifier: GPL-2.0-only
"""What is broken on purpose for the boot group, and the test that has to see it.

A test is "unit NAME" (build/unit/test_NAME), or a command of the tree that prints TAP; after the
colon a regular expression: a line "not ok N - ..." must match it. Other machines' tests (slow=True)
run with FULL=1.
"""

from mutation import Mutation as M

S2 = "hyp/nvhe/host_s2.c"
SMC = "hyp/nvhe/smc.c"
PSCI = "hyp/nvhe/psci.c"
HOST = "hyp/nvhe/host.c"
INJECT = "hyp/nvhe/host_inject.c"
FEATURES = "hyp/nvhe/features.c"
INIT = "hyp/nvhe/el2_init.c"
REGS = "hyp/nvhe/el2_regs.h"
CALL = "hyp/pkvm/host_call.c"
MM = "hyp/nvhe/hyp_mm.c"
CARVE = "hyp/boot/carve.c"
OPTIONS = "hyp/boot/options.c"
POOL = "hyp/nvhe/pool.c"

MUTATIONS = [
    # The host's stage 2 and what it refuses
    M("stage 2 maps what EL2 holds",
      [(S2, "if (held[i].base < at || held[i].base >= end)\n\t\t\tcontinue;", "continue;")],
      "unit host_s2: nothing that EL2 holds", threats=[2, 45]),
    M("stage 2 maps what EL2 holds, seen by root",
      [(S2, "if (held[i].base < at || held[i].base >= end)\n\t\t\tcontinue;", "continue;")],
      "selftests/dump/dump host_table_has_all_ram_but_el2s: host_table_has_all_ram_but_el2s",
      threats=[2, 45], slow=True),
    M("the deny list is ignored",
      [(S2, "if (overlaps(&machine->deny[i].range, base, size))\n\t\t\treturn true;",
        "if (overlaps(&machine->deny[i].range, base, size))\n\t\t\tbreak;")],
      "unit host_s2: a denied page is refused", threats=[2]),
    M("MMIO may be executed",
      [(S2, "#define ATTR_MMIO\t(ATTR_RAM | S2_XN | S2_SW_MMIO)",
        "#define ATTR_MMIO\t(ATTR_RAM | S2_SW_MMIO)")],
      "unit host_s2: execute-never", threats=[2]),
    M("a fetch maps MMIO",
      [(S2, "else if (exec)\n\t\tverdict = HOST_FAULT_REFUSE;\n", "")],
      "unit host_s2: a fetch maps no MMIO", threats=[2]),
    M("an address above the IPA space is looked up",
      [(S2, "if (ipa >> host_pgt.ia_bits)\n\t\treturn HOST_FAULT_REFUSE;\n", "")],
      "unit host_s2: beyond the IPA space|the last address", threats=[3]),
    M("the MMIO pool is not emptied from the TLB",
      [(S2, "\ttlb_flush_host_all();\n\tmemset(mmio.pages", "\tmemset(mmio.pages")],
      "unit host_s2: TLB|flush|stale", threats=[13]),

    # A host access that EL2 refuses
    M("no abort is injected",
      [(HOST, "\thyp_count(refusal_kind(esr, exec));\n\thost_inject_abort(esr);",
        "\thyp_count(refusal_kind(esr, exec));\n\tskip_instruction();")],
      "unit host: refused: a load of the kernel", threats=[52]),
    M("the abort is a translation fault, which loops",
      [(INJECT, "(esr & keep) | 0x21)", "(esr & keep) | 0x07)")],
      "unit host: refused: a load of a process", threats=[52]),
    M("the abort keeps EL2's whole syndrome",
      [(INJECT, "(esr & keep) | 0x21)", "(esr & (keep | 0x1ffffc0)) | 0x21)")],
      "unit host: refused: a syndrome full of detail", threats=[52]),
    M("a refusal is not counted",
      [(HOST, "\thyp_count(refusal_kind(esr, exec));\n", "")],
      "unit host: counted: a load of the kernel", threats=[52]),
    M("PAN is left as it was",
      [("hyp/nvhe/exception.h", "\tif (!(sctlr & SCTLR_SPAN))", "\tif (0)")],
      "unit host: with PAN set", threats=[37]),
    M("an exception that nobody asked for is skipped",
      [(HOST, "hyp_count(PKVM_INFO_REFUSED_SYSREG);\n\t\thost_inject_undef();\n\t}\n}",
        "skip_instruction();\n\t}\n}")],
      "unit host: each exception class that EL2 did not ask for", threats=[42]),

    # Host calls
    M("an unknown host call succeeds",
      [(CALL, "\t\tr->x[0] = (u64)PKVM_RET_NOT_SUPPORTED;\n\t}\n}", "\t\tr->x[0] = 0;\n\t}\n}")],
      "unit host_call: is not supported, nothing changes", threats=[42]),
    M("INFO reads one entry too far",
      [(CALL, "if (r->x[1] >= PKVM_INFO_MAX)", "if (r->x[1] > PKVM_INFO_MAX)")],
      "unit host_call: INFO refuses the first unknown index", threats=[42]),
    M("an HVC with an immediate is a host call",
      [(HOST, "if (esr & 0xffff) {", "if (esr >> 63) {")],
      "unit host: HVC with another immediate is not", threats=[42]),

    # The SMC filter
    M("unknown SMCs pass",
      [(SMC, "\tif (!rule)\n\t\trule = smc_find_allowed(fid);", "\tif (!rule)\n\t\trule = &smc_vendor_rule;")],
      "unit smc: call |never|reached", threats=[33, 34]),
    M("SMCs are not trapped",
      [(INIT, "(HCR_EL2_RW | HCR_EL2_VM | HCR_EL2_TSC | HCR_EL2_SWIO)",
        "(HCR_EL2_RW | HCR_EL2_VM | HCR_EL2_SWIO)")],
      "unit el2_init: HCR_EL2", threats=[33]),
    M("registers beyond the arguments go to firmware",
      [(SMC, "\t*regs = (struct smccc_regs){ .x = { fid } };\n",
        "\tfor (i = 0; i < 18; i++)\n\t\tregs->x[i] = r->x[i];\n\tregs->x[0] = fid;\n")],
      "unit smc: call |clean|beyond", threats=[33]),
    M("the immediate of an SMC is ignored",
      [(SMC, "\tif (imm) {\n", "\tif (imm >> 16) {\n")],
      "unit smc: with an immediate", threats=[33]),
    M("the owner may let a trusted OS's calls pass",
      [(SMC, "owner <= SMC_OWNER_OEM", "owner <= 63")],
      "unit smc: does not, whatever the option says", threats=[33, 34]),
    M("a denied call is not counted",
      [(SMC, "\thyp_count(PKVM_INFO_REFUSED_SMC);\n\tfirst =", "\tfirst =")],
      "unit smc: all are counted|count", threats=[33]),

    # PSCI
    M("CPU_ON keeps the host's entry point",
      [(PSCI, "PSCI_0_2_FN64_CPU_ON, target, hyp_cpu_entry_pa(),", "PSCI_0_2_FN64_CPU_ON, target, entry,")],
      "unit psci: with EL2's entry point", threats=[35]),
    M("CPU_SUSPEND keeps the host's entry point",
      [(PSCI, "\tregs->x[0] = PSCI_0_2_FN64_CPU_SUSPEND;\n\tregs->x[2] = hyp_cpu_entry_pa();\n",
        "\tregs->x[0] = PSCI_0_2_FN64_CPU_SUSPEND;\n")],
      "unit psci: SUSPEND|entry", threats=[35]),
    M("SYSTEM_SUSPEND keeps the host's entry point",
      [(PSCI, "\tregs->x[0] = fid64;\n\tregs->x[1] = hyp_cpu_entry_pa();\n", "\tregs->x[0] = fid64;\n")],
      "unit psci: SUSPEND|entry", threats=[35]),
    M("CPU_ON takes an entry point that is not the host's",
      [(PSCI, "if (!(entry & 3) && psci_policy.may_execute(entry))", "if (!(entry & 3))")],
      "unit psci: CPU_ON of an entry point in a page of another", threats=[35]),
    M("two CPU_ON calls for one CPU both pass",
      [(PSCI, "} else if (cpu->power == CPU_ON_PENDING) {\n\t\tret = PSCI_RET_ON_PENDING;\n", "")],
      "unit psci: a second CPU_ON waits", threats=[35]),
    M("a vendor reset passes",
      [(PSCI, "if ((u32)regs->x[1] & RESET2_VENDOR) {", "if (0) {")],
      "unit psci: RESET2", threats=[35]),
    M("MEM_PROTECT may be turned off",
      [(PSCI, "if (!(u32)regs->x[1]) {", "if (0) {")],
      "unit psci: MEM_PROTECT off is refused", threats=[35, 36]),
    M("a reset wipes nothing",
      [(PSCI, "\tpsci_policy.power_down();\n\thyp_smc(regs);", "\thyp_smc(regs);")],
      "unit psci: memory is wiped", threats=[36]),
    M("a CPU that nobody asked for goes on",
      [(PSCI, "\tif (!expected)\n\t\tpsci_park(cpu);\n", "")],
      "unit psci: unasked|park|asked", threats=[35]),
    M("a function that the filter denies is announced",
      [(PSCI, "\telse if (!psci_owns(fid) || !smc_find(fid))", "\telse if (!psci_owns(fid))")],
      "unit psci: PSCI_FEATURES of .*absent", threats=[33]),

    # Epochs
    M("an epoch begins at each change of the ASID",
      [("hyp/pkvm/epoch.c", "#define TTBR_BADDR\t0x0000fffffffffffeULL",
        "#define TTBR_BADDR\t0xffffffffffffffffULL")],
      "unit epoch: ASID", threats=[36]),
    M("no epoch begins",
      [("hyp/pkvm/epoch.c", "if (epoch.asked && baddr != epoch.baddr)", "if (0)")],
      "unit epoch: .", threats=[36]),

    # Features
    M("hidden features are shown",
      [(FEATURES, "return value > f->cap ? f->cap : value;\n}", "return value;\n}")],
      "unit features: a value above the cap is never shown", threats=[40, 41]),
    M("ID registers are not trapped where they hide something",
      [(INIT, "return host_id_regs_differ() ? bits | HCR_EL2_TID3 : bits;", "return bits;")],
      "unit el2_init: HCR_EL2", threats=[40, 41]),
    M("only named ID registers are looked at",
      [(FEATURES, "!= id_space_read(reg))", "!= id_reg_read(reg))")],
      "unit features: a register that nobody has named yet traps", threats=[41]),
    M("an unknown system register reads as something",
      [("hyp/nvhe/host_sysreg.c", "if (!reg || !(esr & ESR_ELx_SYS64_ISS_DIR_MASK))\n\t\treturn false;",
        "if (!reg || !(esr & ESR_ELx_SYS64_ISS_DIR_MASK))\n\t\treturn true;")],
      "unit host_sysreg: refused: MIDR_EL1", threats=[38, 39, 40, 42]),
    M("the host's trace unit records EL2",
      [(FEATURES, "\tif (!(hw & ID_AA64DFR0_EL1_TraceFilt_MASK))\n\t\thw &= ~ID_AA64DFR0_EL1_TraceVer_MASK;\n", "")],
      "unit features: ID_AA64DFR0_EL1: trace without filter", threats=[40]),
    M("debug and PMU of EL2 are left as firmware had them",
      [(REGS, "W(MDCR_EL2, true, mdcr_value(),", "W(MDCR_EL2, false, mdcr_value(),")],
      "unit el2_init: MDCR_EL2|keeps what it held", threats=[39, 40]),
    M("a virtual counter offset of firmware stays",
      [(REGS, "W(CNTVOFF_EL2, true, 0,", "W(CNTVOFF_EL2, false, 0,")],
      "unit el2_init: CNTVOFF_EL2|keeps what it held", threats=[30]),
    M("a CPU without EL2 at E2H=0 is not refused",
      [(FEATURES, "\tif (e2h_is_stuck())\n\t\treturn \"CPU has no EL2 with E2H=0 (VHE only)\";\n", "")],
      "unit features: E2H", threats=[45]),

    # Speculation
    M("the branch-history sequence is left out",
      [("hyp/nvhe/vectors.S", "\tstp\tx0, x1, [sp]\n\t\\mitigate\n", "\tstp\tx0, x1, [sp]\n")],
      "selftests/bench/bhb: every_entry_from_the_host_runs_the_sequence", threats=[41], slow=True),
    M("cortex-a76 is not in the branch-history table",
      [("hyp/nvhe/errata.c", "\tif (loops_of(midr))", "\tif (0 && loops_of(midr))")],
      "unit errata: A76", threats=[41]),

    # EL2's own memory
    M("a guard page is mapped",
      [(MM, "\thyp_fatal_if(leaf.level != 3);\n\tpte_publish(leaf.ptep, 0);",
        "\thyp_fatal_if(leaf.level != 3);")],
      "selftests/dump/dump a_guard_page_is_under_every_stack: guard_page", threats=[43], slow=True),
    M("EL2's text is writable",
      [(MM, "if (prot != HYP_RW)\n\t\tattr |= S1_AP_RO;", "if (prot == HYP_RO)\n\t\tattr |= S1_AP_RO;"),
       (MM, "SCTLR_ELx_I | SCTLR_ELx_WXN;", "SCTLR_ELx_I;")],
      "selftests/dump/dump el2_is_w_xor_x: el2_is_w_xor_x", threats=[45], slow=True),
    M("the handover is not wiped",
      [("hyp/boot/dice.c", "\tmemset(from, 0, r->size);\n", "")],
      "selftests/dump/dump handover_is_only_in_el2s_memory: handover_is_only", threats=[47],
      slow=True),
    M("a page given back is not zeroed",
      [(POOL, "\tif (p)\n\t\tmemset(p, 0, HYP_PAGE_SIZE);\n\treturn p;", "\treturn p;")],
      "unit pool: zeroed", threats=[9]),

    # The device tree and the command line
    M("RAM banks may overlap",
      [(CARVE, "\tif (at && range_end(info->ram[at - 1]) > r.base)\n"
        "\t\treturn \"device tree: two RAM banks overlap\";\n", ""),
       (CARVE, "\tif (at < info->nr_ram && range_end(r) > info->ram[at].base)\n"
        "\t\treturn \"device tree: two RAM banks overlap\";\n", "")],
      "selftests/boot/dt/run bad: overlap", threats=[45]),
    M("a carve-out may lie on a reserved range",
      [(CARVE, "if (!reserved_hit(info, r, &top)) {",
        "if (!reserved_hit(info, r, &top) || size) {")],
      "unit carve: reserved|the next is below it", threats=[45]),
    M("an empty reserved range is taken",
      [(CARVE, "\tif (!range_valid(r))\n\t\treturn \"device tree: a reserved range is empty or wraps around\";\n", "")],
      "unit carve: a reserved range that wraps is refused", threats=[45]),
    M("an unknown option is not reported",
      [(OPTIONS, "\t\t\tnote_unknown(opt, w.all);", "\t\t\tcontinue;")],
      "unit options: unknown options are counted", threats=[]),
    M("an option's control characters reach the terminal",
      [(OPTIONS, "t.s[i] >= ' ' && t.s[i] <= '~' ? t.s[i] : '?'", "t.s[i]")],
      "unit options: no control characters reach a terminal", threats=[]),
    M("an entry point outside of RAM is the host's",
      [("hyp/pkvm/page.c", "ok = word && page_owner(*word) == PAGE_HOST;", "ok = word;")],
      "unit page: an entry point must be the host's RAM", threats=[35]),
]

# All cases of threats.md. Each is in threats= of a mutation, or has a reason here.
THREATS = range(1, 53)
REASONS = {
    "1, 4 to 8, 10 to 12, 14, 18 to 28, 32, 44, 46, 48 to 51":
        "of VMs, donations and shares, which the boot issue does not have",
    "15, 16": "cache maintenance at a donation: none yet, and QEMU has no caches to show a bug",
    "17": "EL2 reads no memory of the host's: every call passes registers only",
    "29, 31": "DMA, the GIC's included: no driver yet, a row of the caveats",
}
