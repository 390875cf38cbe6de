# SPDX-License-Identifier: GPL-2.0-only
"""Recorded plain EL1 boots, one for each shape, under build/check/refs."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "host"))

import hostvm  # noqa: E402  (the folders are known only now)
import vm  # noqa: E402

REFS = os.path.join(hostvm.BUILD, "check", "refs")


def _version(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0]


def _key(point):
    """What a record depends on: the machine, QEMU, and everything that runs inside it."""
    sha = hashlib.sha256()
    with open(vm.kernel(point.kernel, "version"), encoding="ascii") as file:
        sha.update(file.read().encode())
    sha.update(_version(["qemu-system-aarch64", "--version"]).encode())
    parts = [os.path.join(hostvm.BUILD, "host", "hosttest"),
             os.path.join(hostvm.BUILD, "host", "modules", point.kernel, "pkvm_test.ko"),
             os.path.join(hostvm.HERE, "hostvm.py"),
             *(os.path.join(hostvm.HERE, "guest", name)
               for name in ("host", "lib.sh", "look.sh", "udhcpc"))]
    firmware = vm.MONITOR if point.loader == "monitor" else vm.FIRMWARE.get(point.loader)
    if firmware:
        parts.append(firmware)
    for path in parts:
        with open(path, "rb") as file:
            sha.update(file.read())
    return f"{point.name}-{sha.hexdigest()[:16]}"


def shape(point, virt):
    return vm.Shape(cpu=point.cpu, smp=point.smp, mem=point.mem, its=point.its, virt=virt,
                    loader=point.loader)


def reference(point):
    """The files of the plain EL1 boot of that shape; boots it when there is no record.

    The machine has no EL2, the kernel is the bare one, and the command line is the protected
    boot's own, kvm-arm.mode=protected with it: what that option prints at EL1 is no difference.
    """
    key = _key(point)
    os.makedirs(REFS, exist_ok=True)
    with open(os.path.join(REFS, key + ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = os.path.join(REFS, key)
        if not os.path.isdir(folder):
            _record(point, folder)
        return read(os.path.join(folder, "out"))


def _record(point, folder):
    run = hostvm.Run(os.path.basename(folder) + ".new", kernel=point.kernel, script="look",
                     append=hostvm.PROTECTED, shape=shape(point, virt=False), where=REFS,
                     timeout=300)
    hostvm.boot(run)
    failed = failures(read(run.path("out")))
    if failed:
        raise vm.VmError(f"the plain EL1 boot itself failed: {'; '.join(failed)}; "
                         f"see {run.folder}")
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(run.folder, folder)


def read(folder):
    """The text files of a folder that a look left, by name."""
    files = {}
    for name in os.listdir(folder):
        if name == "fdt":
            continue
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            files[name] = file.read()
    return files


def failures(files):
    """What a look itself found wrong: steps that failed, with their FAIL lines."""
    bad = []
    for name in sorted(files):
        if name.endswith(".rc") and files[name].strip() != "0":
            step = name[:-3]
            why = [line for line in files.get(step, "").splitlines()
                   if line.startswith(("FAIL", "BROKEN"))]
            bad.append(f"step {step} ended with {files[name].strip()}"
                       + (f": {why[0]}" if why else ""))
    return bad
