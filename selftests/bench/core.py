# SPDX-License-Identifier: GPL-2.0-only
"""Figures of the EL2 core, from the bare-metal test host (selftests/bare/bench.c)."""

import bisect
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(REPO, "build")
sys.path.insert(0, os.path.join(REPO, "selftests", "lib"))
import machines  # noqa: E402  (the folders are known only now)
import vm  # noqa: E402

# -icount shift=0: one instruction a nanosecond; the counter of a cortex-a76 has 62.5 MHz.
INSNS_A_TICK = 16
# What the loops of selftests/bare do besides what is measured: see run_times(), guests/hvc.S.
HOST_LOOP = 6
GUEST_LOOP = 3

LIMITS = {
    "core.guest_hvc_el2_insns": (250, "instructions"),
    "core.idreg_insns": (250, "instructions"),
    "core.guest_exit_insns": (1200, "instructions"),
    "core.donate_4k_insns": (1500, "instructions"),
    "core.donate_2m_insns": (6000, "instructions"),
    "core.page_meta_bytes": (4, "bytes"),
}
OWNER = {"core.page_meta_bytes": "core.objects"}
OWNER.update({key: "core.insns" for key in LIMITS if key not in OWNER})

# Clearing and maintenance, which are counted apart: they are the hardware's to be fast at.
CLEARING = re.compile(r"memset|cache_zero|cache_clean_inval|cache_inval|cache_inval_code")


def bare(bench, name, what, mem="512M", plugin=False, timeout=600):
    """name -> (ticks, times) of the "bench" lines of one run."""
    extra = []
    if plugin:
        extra = ["-plugin", f"{machines.path('count.so')},out={machines.path(name + '.counts')},"
                            f"el2={machines.EL2_RANGE}"]
    image = machines.path("bare.pkvm")
    subprocess.run([os.path.join(BUILD, "bin", "pkvm-mkimage"), "--el2", bench.el2, "-o", image,
                    os.path.join(BUILD, "bare", "bare.bin")], check=True)
    shape = vm.Shape(cpu=machines.CPU, smp=1, mem=mem, kernel=image, icount=True,
                     machine="dtb-randomness=off", extra=extra,
                     append=f"kvm-arm.mode=protected bare.test=bench:{what}")
    with vm.Machine(shape, console=machines.path(name + ".log"), timeout=timeout,
                    with_qmp=False) as machine:
        machine.wait()
        text = machine.text
    if not re.search(r"^# 0 bad; the end\r?$", text, re.M) or "not ok" in text:
        raise machines.Wrong(f"{name}: the test host failed, see build/bench/{name}.log")
    return {key: (int(ticks), int(times)) for key, ticks, times in
            re.findall(r"^bench (\w+) (\d+) (\d+)\r?$", text, re.M)}


def insns(found, key):
    ticks, times = found[key]
    return ticks * INSNS_A_TICK / times


def _symbols(el2):
    elf = el2[:-len(".bin")] + ".elf"
    out = subprocess.run(["aarch64-linux-gnu-nm", "-n", elf], stdout=subprocess.PIPE, check=True,
                         text=True).stdout
    return [(int(a, 16), n) for a, k, n in re.findall(r"^([0-9a-f]+) (\w) (\S+)$", out, re.M)
            if k in "tT" and not n.startswith("$")]


def between(bench, name, first, times):
    """(EL2's instructions, those for clearing and maintenance) from a mark to the next, each time."""
    before, after = machines.read_counts(name, first), machines.read_counts(name, first + 1)
    table = _symbols(bench.el2)
    starts = [start for start, _ in table]
    clearing = 0
    for offset, count in after["at"].items():
        symbol = table[max(0, bisect.bisect(starts, offset) - 1)][1]
        if CLEARING.fullmatch(symbol.split(".")[0]):
            clearing += count - before["at"].get(offset, 0)
    total = after["el2_insns"] - before["el2_insns"]
    return (total - clearing) / times, clearing / times


def core_insns(bench):
    """Calls and exits, one after the other, from inside the machine; donations by the plugin."""
    name = "core-insns"
    bench.note("calls, exits and donations of the bare host")
    found = bare(bench, name, "figures", plugin=True)
    loop = insns(found, "loop") - 1
    bench.set("core.guest_hvc_el2_insns", round(insns(found, "guest_hvc") - loop, 2))
    bench.set("core.guest_smc_el2_insns", round(insns(found, "guest_smc") - loop, 2))
    bench.set("core.idreg_insns", round(max(insns(found, key) for key in
                                            ("idreg_mmfr0", "idreg_isar1")) - loop, 2))
    for key in ("guest_exit", "guest_mmio_exit"):
        bench.set(f"core.{key}_insns", round(insns(found, key) - HOST_LOOP - GUEST_LOOP, 2))
    for key, mark in (("donate_4k", 4), ("donate_2m", 6), ("reclaim_4k", 8), ("share_4k", 10)):
        work, clearing = between(bench, name, mark, found[key][1])
        bench.set(f"core.{key}_insns", round(work, 2))
        bench.set(f"core.{key}_clearing_insns", round(clearing, 2))
        bench.check(work + clearing <= insns(found, key),
                    f"{key}: more instructions at EL2 than the counter has")


def core_objects(bench):
    """What EL2 takes of memory, by what it says with little and with much RAM."""
    bench.note("what EL2's objects cost")
    small = bare(bench, "core-objects", "what", mem="1G")
    large = bare(bench, "core-objects-4g", "what", mem="4G")
    for key in ("vm_bytes", "vcpu_bytes"):
        bench.set(f"core.{key}", small[key][0])
    pages = large["ram_pages"][0] - small["ram_pages"][0]
    grows = (large["el2_used_bytes"][0] - small["el2_used_bytes"][0]) / pages
    # A few tables for each GiB are in it; the rest is the array, whole bytes for each page.
    bench.set("core.page_all_bytes", round(grows, 4))
    bench.set("core.page_meta_bytes", int(grows))
    bench.check(grows - int(grows) < 0.1, "tables take more than 0.1 bytes a page")


def core_vms(bench):
    bench.note("VMs in 1 GiB, each with a vCPU and a page")
    bench.set("core.vms_alive_1g", bare(bench, "core-vms", "VMs", mem="1G")["vms_alive"][0])


def core_masked(bench):
    """The longest time with interrupts masked: the host's timer, armed all through each call."""
    bench.note("how late the host's timer comes during calls")
    found = bare(bench, "core-masked", "how", timeout=1500)
    delays = {key[len("masked_"):]: ticks * INSNS_A_TICK for key, (ticks, _) in found.items()
              if key.startswith("masked_")}
    for call, late in sorted(delays.items()):
        bench.set(f"core.masked_insns.{call}", late)
    worst = max(delays, key=delays.get)
    bench.set("core.masked_insns", delays[worst])
    bench.say(f"  the longest is {worst}")


PARTS = {"core.insns": core_insns, "core.objects": core_objects, "core.vms": core_vms,
         "core.masked": core_masked}
