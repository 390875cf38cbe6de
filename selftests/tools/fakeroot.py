# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Folders that stand for the / of a machine, for pkvm-check --root."""

import struct
from pathlib import Path

GOOD_CONFIG = "".join(f"CONFIG_{name}=y\n" for name in (
    "ARM64_4K_PAGES", "MODULES", "OF", "ARM_GIC_V3", "KERNEL_MODE_NEON", "MMU_NOTIFIER",
    "PREEMPT_NOTIFIERS"))
RELEASE = "6.12.1-test"
LOG_EL2 = "6,1,0,-;Booting Linux\n6,9,1,-;CPU: All CPU(s) started at EL2\n"
LOG_EL1 = LOG_EL2.replace("EL2", "EL1")
A76 = 0x414fd0b1


def write(root, path, data):
    path = Path(root, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def machine(root, midrs=(A76, A76), log=LOG_EL2, config=GOOD_CONFIG, release=RELEASE,
            page_size=4096, cmdline="kvm-arm.mode=protected"):
    """What every machine has; None leaves a file out."""
    for number, midr in enumerate(midrs):
        write(root, f"sys/devices/system/cpu/cpu{number}/regs/identification/midr_el1",
              f"{midr:#018x}\n")
    write(root, "proc/sys/kernel/arch", "aarch64\n")
    if release:
        write(root, "proc/sys/kernel/osrelease", release + "\n")
    if config:
        write(root, f"boot/config-{release}", config)
    if log:
        write(root, "dev/kmsg", log)
    if page_size:
        write(root, "proc/self/auxv", struct.pack("<6Q", 16, 0xff, 6, page_size, 0, 0))
    if cmdline:
        write(root, "proc/cmdline", cmdline + "\n")


class Tree:
    """Reads a blob just enough to lay it out as the kernel does under /sys."""

    def __init__(self, blob):
        (self.struct, self.strings) = struct.unpack_from(">2I", blob, 8)
        self.blob = blob
        self.at = self.struct

    def _word(self):
        (word,) = struct.unpack_from(">I", self.blob, self.at)
        self.at += 4
        return word

    def _text(self, at):
        return self.blob[at:self.blob.index(b"\0", at)].decode()

    def unpack(self, folder):
        """Folders for nodes, files for properties, below @folder."""
        path = Path(folder)
        while True:
            word = self._word()
            if word == 1:               # FDT_BEGIN_NODE
                name = self._text(self.at)
                self.at += (len(name) + 4) & ~3
                path = path / name if name else path
                path.mkdir(parents=True, exist_ok=True)
                (path / "name").write_bytes(name.split("@")[0].encode() + b"\0")
            elif word == 2:             # FDT_END_NODE
                path = path.parent
            elif word == 3:             # FDT_PROP
                length, name = self._word(), self._text(self.strings + self._word())
                (path / name).write_bytes(self.blob[self.at:self.at + length])
                self.at += (length + 3) & ~3
            elif word == 9:             # FDT_END
                return


def with_tree(root, blob):
    """The tree as anyone may read it."""
    Tree(blob).unpack(Path(root, "sys/firmware/devicetree/base"))


def table(signature, body):
    """An ACPI table: header without a checksum, which nobody here looks at."""
    return struct.pack("<4sIBB6s8sI4sI", signature, 36 + len(body), 1, 0, b"TEST", b"TEST", 1,
                       b"TEST", 1) + body


def acpi(root, gic=3, psci=1, smmus=(4,), gicrs=1):
    """The tables that count. psci: bit 0 there is PSCI, bit 1 by hvc."""
    fadt = bytearray(240)
    struct.pack_into("<H", fadt, 129 - 36, psci)
    gicd = struct.pack("<BBHIQIB3s", 0x0c, 24, 0, 0, 0x8000000, 0, gic, b"")
    gicr = struct.pack("<BBHQI", 0x0e, 16, 0, 0x80a0000, 0xf60000) * gicrs
    nodes = b"".join(struct.pack("<BHBIII", kind, 16, 0, 0, 0, 0) for kind in smmus)
    for name, data in (("FACP", table(b"FACP", bytes(fadt))),
                       ("APIC", table(b"APIC", bytes(8) + gicd + gicr)),
                       ("IORT", table(b"IORT", struct.pack("<3I", len(smmus), 48, 0) + nodes))):
        write(root, f"sys/firmware/acpi/tables/{name}", data)
