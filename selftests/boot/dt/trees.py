# SPDX-License-Identifier: GPL-2.0-only
"""The written device trees: compiled, damaged as their comments say, and what to expect.

Comment lines at the head of a .dts file:
  // expect: TEXT       the refusal's text (a bad tree)
  // is: LINE           a line of dtcheck's output (a good tree: all of them, in order)
  // new: NODE PROP VALUE   a property of the changed tree, as fdtget prints it
  // gone: NODE         a node that the changed tree has not
  // args: OPTION...    for dtcheck
  // set: FIELD = VALUE     a header field, 32 bits; +N adds
  // patch: struct+OFF = VALUE   a word of the structure block
  // cut: N             only the first N bytes
"""

import re
import struct
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIELDS = ("magic", "totalsize", "off_dt_struct", "off_dt_strings", "off_mem_rsvmap", "version",
          "last_comp_version", "boot_cpuid_phys", "size_dt_strings", "size_dt_struct")


class Tree:
    """One .dts file and its comments."""

    def __init__(self, path):
        self.path = Path(path)
        self.name = self.path.stem
        self.notes = {}
        for line in self.path.read_text().splitlines():
            match = re.match(r"// (expect|is|new|gone|args|set|patch|cut): (.*)$", line)
            if match:
                self.notes.setdefault(match[1], []).append(match[2])

    def note(self, key):
        return self.notes.get(key, [])

    def compile(self):
        """The tree's bytes, damage included."""
        text = subprocess.run(["cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp", "-P",
                               str(self.path)], capture_output=True, check=True).stdout
        # Bad trees are bad on purpose: dtc need not say so.
        dtb = subprocess.run(["dtc", "-q", "-f", "-I", "dts", "-O", "dtb"], input=text,
                             capture_output=True, check=True).stdout
        return self.damage(bytearray(dtb))

    def damage(self, dtb):
        start = struct.unpack_from(">I", dtb, 8)[0]
        for text in self.note("patch"):
            offset, value = re.match(r"struct\+(\w+) = (\w+)$", text).groups()
            struct.pack_into(">I", dtb, start + int(offset, 0), int(value, 0))
        for text in self.note("set"):
            field, plus, value = re.match(r"(\w+) = (\+?)(-?\w+)$", text).groups()
            offset = FIELDS.index(field) * 4
            old = struct.unpack_from(">I", dtb, offset)[0] if plus else 0
            struct.pack_into(">I", dtb, offset, old + int(value, 0))
        for text in self.note("cut"):
            dtb = dtb[:int(text)]
        return bytes(dtb)

    def args(self):
        return [word for text in self.note("args") for word in text.split()]


def trees(kind):
    """All trees of a kind, "bad" or "good", by name."""
    return [Tree(path) for path in sorted((HERE / kind).glob("*.dts"))]
