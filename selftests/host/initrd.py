#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes the initramfs of the host tests for one kernel.

usage: initrd.py KERNEL-NAME OUT [--tool PROGRAM]... [--add PATH=FILE]...

KERNEL-NAME is a folder of build/kernels. --tool brings an arm64 program of build/arm64 with the
libraries that it needs (kexec, perf). --add puts FILE at PATH, as /boot/Image=build/...
"""

import argparse
import lzma
import os
import re
import subprocess
import sys

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(REPO, "build")
HERE = os.path.dirname(os.path.abspath(__file__))

# In the order in which they are loaded.
MODULES = ("failover", "net_failover", "virtio_net", "virtio_blk")


class Cpio:
    """A newc archive: the format of an initramfs. Times are 0, so that equal input gives equal
    bytes."""

    def __init__(self):
        self._parts = []
        self._made = {"/"}
        self._inode = 1

    def _entry(self, path, mode, data=b"", rdev=(0, 0)):
        name = path.strip("/").encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(name), 0)
        self._inode += 1
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name
        self._parts += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]

    def folder(self, path):
        """The folder and those above it."""
        if path in self._made:
            return
        self.folder(os.path.dirname(path))
        self._made.add(path)
        self._entry(path, 0o40755)

    def file(self, path, data, mode=0o755):
        self.folder(os.path.dirname(path))
        self._entry(path, 0o100000 | mode, data)

    def link(self, path, target):
        self.folder(os.path.dirname(path))
        self._entry(path, 0o120777, target.encode())

    def node(self, path, major, minor):
        self.folder(os.path.dirname(path))
        self._entry(path, 0o20600, rdev=(major, minor))

    def bytes(self):
        self._entry("TRAILER!!!", 0)
        return b"".join(self._parts)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def module_data(kernel, name):
    """The module, unpacked; None where the kernel has it built in."""
    top = os.path.join(BUILD, "kernels", kernel, "modules")
    for folder, _, files in os.walk(top):
        for file in files:
            stem = file.split(".ko")[0].replace("-", "_")
            if stem == name and ".ko" in file:
                data = read(os.path.join(folder, file))
                return lzma.decompress(data) if file.endswith(".xz") else data
    return None


def find_tool(name):
    for folder in ("usr/bin", "usr/sbin", "bin", "sbin"):
        path = os.path.join(BUILD, "arm64", folder, name)
        if os.path.exists(path):
            return "/" + folder + "/" + name, os.path.realpath(path)
    raise SystemExit(f"initrd.py: no {name} in build/arm64: run tools/setup")


def needed(path):
    """Names of the shared libraries that an ELF file asks for."""
    out = subprocess.run(["aarch64-linux-gnu-readelf", "-d", path], capture_output=True, text=True,
                         check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.*)\]", out)


def add_tool(cpio, name, done):
    """A program and, once each, its libraries and theirs."""
    at, path = find_tool(name)
    cpio.file(at, read(path))
    queue = needed(path)
    libs = os.path.join(BUILD, "arm64", "usr/lib/aarch64-linux-gnu")
    while queue:
        lib = queue.pop()
        if lib in done:
            continue
        done.add(lib)
        source = os.path.join(libs, lib)
        if not os.path.exists(source):
            raise SystemExit(f"initrd.py: {name} needs {lib}, which build/arm64 has not got")
        cpio.file("/usr/lib/aarch64-linux-gnu/" + lib, read(source))
        if lib.startswith("ld-linux"):
            cpio.link("/lib/" + lib, "/usr/lib/aarch64-linux-gnu/" + lib)
        queue += needed(source)


def make(kernel, tools=(), add=()):
    """The archive's bytes. add: pairs of a path in the machine and bytes."""
    cpio = Cpio()
    cpio.node("/dev/console", 5, 1)
    cpio.file("/bin/busybox", read(find_tool("busybox")[1]))
    cpio.link("/bin/sh", "busybox")
    cpio.file("/t/hosttest", read(os.path.join(BUILD, "host", "hosttest")))
    for name in sorted(os.listdir(os.path.join(HERE, "guest"))):
        path = "/init" if name == "init" else "/t/" + name
        cpio.file(path, read(os.path.join(HERE, "guest", name)))

    order = []
    for name in MODULES:
        data = module_data(kernel, name)
        if data:
            cpio.file(f"/t/modules/{name}.ko", data)
            order.append(f"{name}.ko")
    cpio.file("/t/modules/pkvm_test.ko",
              read(os.path.join(BUILD, "host", "modules", kernel, "pkvm_test.ko")))
    order.append("pkvm_test.ko")
    cpio.file("/t/modules/order", "".join(line + "\n" for line in order).encode())

    done = set()
    for tool in tools:
        add_tool(cpio, tool, done)
    if done:
        cpio.file("/etc/ld.so.conf", b"/usr/lib/aarch64-linux-gnu\n")
    for path, data in add:
        cpio.file(path, data)
    return cpio.bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kernel")
    parser.add_argument("out")
    parser.add_argument("--tool", action="append", default=[])
    parser.add_argument("--add", action="append", default=[])
    args = parser.parse_args()
    add = [(path, read(file)) for path, file in (item.split("=", 1) for item in args.add)]
    data = make(args.kernel, args.tool, add)
    with open(args.out + ".new", "wb") as file:
        file.write(data)
    os.replace(args.out + ".new", args.out)


if __name__ == "__main__":
    sys.exit(main())
