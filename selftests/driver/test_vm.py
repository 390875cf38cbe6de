#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The machine runner: watchdog, console, QMP, and each loader with a stock kernel."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
OUT = os.environ.get("PKVM_OUT", os.path.join(REPO, "build", "check", "driver"))
sys.path.insert(0, os.path.join(REPO, "selftests", "lib"))
import tap  # noqa: E402
import vm  # noqa: E402

MK = os.path.join(REPO, "selftests", "initramfs", "mk")
APPEND = "console=ttyAMA0 quiet"


def runner(*args):
    """(exit code, output) of tools/run-vm"""
    done = subprocess.run([os.path.join(REPO, "tools", "run-vm"), *args], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=200 * vm.PATIENCE)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def make_initramfs(out):
    """Twice: the second must be the same bytes."""
    script = os.path.join(OUT, "hello")
    with open(script, "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\necho "args=$*"\nls /sys/block\nread line\necho "got=$line"\n')
    os.chmod(script, 0o755)
    data = []
    for name in ("a.cpio", "b.cpio"):
        path = os.path.join(OUT, name)
        subprocess.run([MK, "7.x", path, "--module", "virtio_blk", "--file", f"{script}:/test/hello"],
                       check=True)
        with open(path, "rb") as file:
            data.append(file.read())
    out.ok(data[0] == data[1], "the same input gives the same initramfs")
    code = subprocess.run([MK, "7.x", os.path.join(OUT, "c.cpio"), "--module", "no_such"],
                          stderr=subprocess.DEVNULL, check=False).returncode
    out.ok(code == 1 and not os.path.exists(os.path.join(OUT, "c.cpio")),
           "a missing module is an error and leaves no file")
    return os.path.join(OUT, "a.cpio")


def driven(out, initrd):
    """Over the console and by QMP, from a test."""
    disk = os.path.join(OUT, "disk")
    with open(disk, "wb") as file:
        file.truncate(1 << 20)
    shape = vm.Shape(kernel=vm.kernel("7.x"), initrd=initrd, drives=[disk],
                     append=APPEND + " test=hello -- a b")
    console = os.path.join(OUT, "driven.log")
    with vm.Machine(shape, console=console, timeout=150) as machine:
        machine.expect(r"args=a b")
        machine.expect(r"^vda")
        out.ok(True, "what the machine says is seen")
        out.ok(machine.dump(0x40000000, 4096) != b"\0" * 4096, "memory is dumped from outside")
        out.ok("PC=" in machine.hmp("info registers"), "QEMU's human monitor answers")
        machine.send("typed\n")
        out.ok(machine.expect(r"got=(\w+)\r")[1] == "typed", "what is typed reaches the machine")
        machine.expect(r"PKVM-TEST-EXIT 0")
        out.ok(machine.wait(60) == 0, "the machine powers off")
    with open(console, "rb") as file:
        out.ok(b"got=typed" in file.read(), "the console is kept")


def hang(out):
    """No kernel at all: the CPU never says a word."""
    log = os.path.join(OUT, "hang.log")
    code, text = runner("--timeout", "3", "--console", log, "--append", "", "--smp", "1")
    out.ok(code == 3 and "HANG" in text, "a machine that hangs is ended from outside", text)
    with open(log, "rb") as file:
        out.ok(b"watchdog" in file.read(), "the console of a hang is kept")


def codes(out, initrd):
    code, text = runner("--kernel", "/no/such", "--timeout", "5")
    out.ok(code == 2 and "/no/such" in text, "a missing kernel is refused", text)
    code, _ = runner("--kernel", "7.x", "--icount", "--smp", "2", "--timeout", "5")
    out.ok(code == 2, "counting instructions on two CPUs is refused")
    code, text = runner("-q", "--kernel", "7.x", "--initrd", initrd, "--timeout", "150",
                        "--append", APPEND + " test=none", "--expect", "never seen")
    out.ok(code == 1 and "PKVM-TEST-EXIT 127" in text, "an end without the expected text is told",
           text)


def loaders(out, initrd):
    for loader in ("uboot", "tfa", "monitor"):
        code, text = runner("--loader", loader, "--kernel", "7.x", "--initrd", initrd, "--timeout",
                            "150", "--append", APPEND + " test=none", "--expect", "PKVM-INIT 7")
        out.ok(code == 0, f"a stock kernel reaches user space by {loader}", text[-2000:])


def main():
    out = tap.Writer()
    os.makedirs(OUT, exist_ok=True)
    initrd = make_initramfs(out)
    driven(out, initrd)
    hang(out)
    codes(out, initrd)
    loaders(out, initrd)
    sys.exit(out.end())


if __name__ == "__main__":
    main()
