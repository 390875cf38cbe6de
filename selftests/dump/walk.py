# SPDX-License-Identifier: GPL-2.0-only
"""Walks VMSAv8-64 translation tables in a dump of physical memory, by the letter of the Arm ARM.

Written from section D8 and from nothing of EL2's code: this is what judges it.
"""

import dataclasses
import struct

PAGE = 4096
ADDR = 0x0000fffffffff000


class WalkError(Exception):
    """The tables are not what the architecture allows."""


@dataclasses.dataclass
class Leaf:
    """One page or block: input address, output address, size, its descriptor."""

    ia: int
    pa: int
    size: int
    pte: int

    # Stage 1 of EL2: one VA range, so AP[2] and XN; WXN is looked at by the caller.
    @property
    def s1_writable(self):
        return not self.pte >> 7 & 1

    @property
    def s1_executable(self):
        return not self.pte >> 54 & 1

    # Stage 2: S2AP and XN[1:0].
    @property
    def s2_readable(self):
        return bool(self.pte >> 6 & 1)

    @property
    def s2_writable(self):
        return bool(self.pte >> 7 & 1)

    @property
    def s2_executable(self):
        return self.pte >> 53 & 3 == 0

    @property
    def end(self):
        return self.ia + self.size


def _tables(read, table, level, ia, entries, tables):
    tables.append((table, max(PAGE, entries * 8)))
    data = read(table, entries * 8)
    size = 1 << (39 - 9 * level)
    for index, (pte,) in enumerate(struct.iter_unpack("<Q", data)):
        here = ia + index * size
        if not pte & 1:
            continue
        if level < 3 and pte & 2:
            yield from _tables(read, pte & ADDR, level + 1, here, 512, tables)
        elif level == 3 and not pte & 2 or level == 0:
            raise WalkError(f"reserved descriptor {pte:#x} at level {level}, address {here:#x}")
        else:
            pa = pte & ADDR & ~(size - 1)
            if pte & ADDR != pa:
                raise WalkError(f"misaligned block {pte:#x} at {here:#x}")
            yield Leaf(here, pa, size, pte)


def stage1(read, ttbr, tcr):
    """(leaves, tables) of a stage 1 with 4 KiB granule; read(pa, size) gives memory."""
    if tcr >> 14 & 3:
        raise WalkError(f"TCR {tcr:#x}: not a 4 KiB granule")
    bits = 64 - (tcr & 63)
    level = 0 if bits > 39 else 1
    tables = []
    entries = 1 << (bits - (39 - 9 * level))
    leaves = list(_tables(read, ttbr & ADDR & ~1, level, 0, entries, tables))
    return leaves, tables


def stage2(read, vttbr, vtcr):
    """(leaves, tables) of a stage 2 with 4 KiB granule, root tables side by side included."""
    if vtcr >> 14 & 3:
        raise WalkError(f"VTCR {vtcr:#x}: not a 4 KiB granule")
    bits = 64 - (vtcr & 63)
    level = {2: 0, 1: 1, 0: 2}[vtcr >> 6 & 3]
    entries = 1 << (bits - (39 - 9 * level))
    if entries > 16 * 512:
        raise WalkError(f"VTCR {vtcr:#x}: more than 16 root tables")
    tables = []
    leaves = list(_tables(read, vttbr & ADDR & ~1, level, 0, entries, tables))
    return leaves, tables


class Memory:
    """Pages of a machine, dumped as they are asked for."""

    def __init__(self, machine):
        self._machine = machine
        self._pages = {}

    def read(self, pa, size):
        out = b""
        while size:
            page, offset = pa & ~(PAGE - 1), pa & (PAGE - 1)
            if page not in self._pages:
                self._pages[page] = self._machine.dump(page, PAGE)
            part = self._pages[page][offset:offset + size]
            out += part
            pa += len(part)
            size -= len(part)
        return out

    def word(self, pa):
        return struct.unpack("<Q", self.read(pa, 8))[0]
