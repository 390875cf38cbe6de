# SPDX-License-Identifier: GPL-2.0-only
"""The machines that are measured: one shape, four ways to boot the same kernel."""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(REPO, "build")
sys.path.insert(0, os.path.join(REPO, "selftests", "lib"))
import vm  # noqa: E402  (the folder is known only now)

KERNEL = "7.x"
FOLDER = os.path.join(BUILD, "bench")
CPU = vm.DEFAULT_CPU
# The kernel's tests of its own cryptography would run beside init.
APPEND = "console=ttyAMA0 panic=-1 cryptomgr.notests=1"
# QEMU puts a kernel that needs no address of its own here: 2 MiB into RAM.
EL2_RANGE = "0x40200000+0x200000"
MIB = 1 << 20

# name -> (CPU has EL2, wrapped, what is added to the command line)
SIDES = {
    "el1": (False, False, "kvm-arm.mode=protected"),
    "pkvm": (True, True, "kvm-arm.mode=protected"),
    "stock_nvhe": (True, False, "kvm-arm.mode=nvhe"),
    "stock_protected": (True, False, "kvm-arm.mode=protected"),
}


class Wrong(Exception):
    """A machine did not give what was to be measured."""


def path(name):
    return os.path.join(FOLDER, name)


def make_initrds():
    """Two: one whose /init marks and ends, one that calls EL2 from a module."""
    mk = os.path.join(REPO, "selftests", "initramfs", "mk")
    module = os.path.join(BUILD, "host", "modules", KERNEL, "pkvm_test.ko")
    for out, args in (
            ("boot.cpio", ["--init", path("init")]),
            ("call.cpio", ["--ko", module,
                           "--file", os.path.join(BUILD, "host", "hosttest") + ":test/hosttest",
                           "--file", os.path.join(HERE, "bench-guest") + ":test/bench"])):
        subprocess.run([mk, KERNEL, path(out), *args], check=True)


def wrap(el2, out):
    tool = os.path.join(BUILD, "bin", "pkvm-mkimage")
    subprocess.run([tool, "--el2", el2, "-o", out, vm.kernel(KERNEL)], check=True)
    return out


def _shape(side, image, initrd, append, mem, smp, icount, extra):
    virt, wrapped, more = SIDES[side]
    # Nothing random, and no time of day: the same input gives the same instructions.
    return vm.Shape(cpu=CPU, smp=smp, mem=mem, virt=virt, machine="dtb-randomness=off",
                    kernel=image if wrapped else vm.kernel(KERNEL), initrd=path(initrd),
                    append=f"{APPEND} {more} {append}".strip(), icount=icount,
                    extra=["-rtc", "base=2026-01-01T00:00:00,clock=vm", *extra])


def _run(name, shape, timeout):
    with vm.Machine(shape, console=path(name + ".log"), timeout=timeout, with_qmp=False) as machine:
        machine.wait()
        return machine.text


def read_counts(name, mark=0):
    """The plugin's counts at a mark: a dict, with the profile of EL2 as "at"."""
    with open(path(name + ".counts"), encoding="ascii") as file:
        text = file.read()
    text = text.partition(f"mark {mark} ")[2].partition("mark ")[0]
    if not text:
        raise Wrong(f"{name}: the machine never came to mark {mark}, see build/bench/{name}.log")
    words = text.splitlines()[0].split()
    counts = {key: int(value) for key, value in zip(words[::2], words[1::2])}
    counts["at"] = {int(offset, 16): int(count)
                    for offset, count in re.findall(r"^at (0x[0-9a-f]+) (\d+)$", text, re.M)}
    return counts


def _field(name, text, pattern):
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        raise Wrong(f"{name}: its console has no {pattern!r}, see build/bench/{name}.log")
    return int(match.group(1))


def boot(side, image, mem, name="", append="", gic=False):
    """Power-on to init under -icount on one CPU: the plugin's counts, the counter's, and, as
    "settled", the instructions until the kernel's threads are done too."""
    name = name or f"boot-{side}-{mem}"
    plugin = f"{path('count.so')},out={path(name + '.counts')},el2={EL2_RANGE}"
    if gic:
        plugin += ",gic=on"
    if os.path.exists(path(name + ".counts")):
        os.unlink(path(name + ".counts"))
    text = _run(name, _shape(side, image, "boot.cpio", append, mem, 1, True, ["-plugin", plugin]), 400)
    counts = read_counts(name)
    freq = _field(name, text, r"^freq (\d+)")
    counts["counter"] = _field(name, text, r"^ticks (\d+)") * 1000000000 // freq
    counts["settled"] = read_counts(name, 1)["insns"]
    return counts


def memory(side, image, mem):
    """What the host has: MemTotal in bytes; and what EL2 says that it holds."""
    name = f"memory-{side}-{mem}"
    text = _run(name, _shape(side, image, "boot.cpio", "", mem, 2, False, []), 200)
    total = _field(name, text, r"^MemTotal: +(\d+) kB") * 1024
    held = _field(name, text, r"pkvm: .*holds (\d+) KiB") * 1024 if side == "pkvm" else 0
    return total, held


def call(side, image, fid, name=""):
    """Instructions of one HVC from the host kernel, there and back, and what it answered."""
    name = name or f"call-{side}-{fid:x}"
    text = _run(name, _shape(side, image, "call.cpio", f"test=bench -- {fid:#x} 4096", "1G", 1,
                             True, []), 200)
    found = {key: int(value, 0) for key, value in
             re.findall(r"^(x0|freq|ticks_empty|ticks_call|bytes_held) (\w+)\r?$", text, re.M)}
    if not {"x0", "freq", "ticks_empty", "ticks_call"} <= set(found):
        raise Wrong(f"{name}: no figures, see build/bench/{name}.log")
    # -icount shift=0: one instruction a nanosecond.
    ticks = found["ticks_call"] - found["ticks_empty"]
    found["insns"] = ticks * 1e9 / found["freq"] / 4096
    return found
