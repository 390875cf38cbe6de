#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds what a protected machine looks like against a plain EL1 boot of the same shape.

usage: compare.py REFERENCE-DIR PROTECTED-DIR --kernel NAME [--used FILE]

Both folders are what selftests/host/guest/look.sh left. Every line that one has and the other has
not is printed, unless an entry of allowed.txt covers it. Exit code: 0 no difference that is not
allowed, 1 differences, 2 wrong usage or missing files.
"""

import argparse
import collections
import dataclasses
import fnmatch
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import references  # noqa: E402  (the folder is known only now)

ALLOWED = os.path.join(HERE, "allowed.txt")

# The files that are compared, each as a set of lines with their number: the kernel probes devices
# in threads, so the order of its lines differs from boot to boot on one and the same machine.
FILES = ("dmesg", "auxv", "cpuinfo", "uidregs", "idregs", "cpus", "pci", "perf", "irqs", "iomem")

# Lines that come or not, by how busy the machine under QEMU is. Each with its reason.
NOISE = (
    (r"^hrtimer: interrupt took \S+ ns$", "a slow moment of the development machine"),
    (r"^pci \S+: \S+ took \d+ usecs$", "printed when a quirk took longer than 10 ms"),
    (r"^perf: interrupt took too long ", "a slow moment of the development machine"),
    (r"^clocksource: .* (uncertain|read-back delay|skipping watchdog)", "a slow moment"),
    (r"^sched: DL replenish lagged too much$", "a slow moment"),
    (r"^workqueue: \S+ hogged CPU for ", "a slow moment"),
)

# What differs between two boots of the very same machine, found by booting it twice. RAM in a
# replacement stands for an address in RAM: see _hide_ram. Each with its reason.
NORMAL = {
    "dmesg": (
        (r"^(Memory: )\d+K(/\d+K available .*, )\d+K( reserved,.*)$", r"\1#K\2#K\3",
         "free memory: what the host loses is held against INFO by the matrix"),
        (r"(early log buf free: )\d+\(\d+%\)", r"\1#",
         "depends on the length of the lines before, device-tree messages among them"),
        (r"(node \d+ deferred pages initialised in )\d+ms", r"\1#ms", "a time"),
        (r"^(audit: type=2000 audit\()\d+\.\d+(:\d+\).*)$", r"\1#\2", "a time"),
        (r"(setting system clock to ).*$", r"\1#", "the date"),
        (r"^(Freeing initrd memory: )\d+K$", r"\1#K", "only some machines carry perf in it"),
        # What chance decides, seen to differ or not: a busy computer shows more of it.
        (r"(sched_clock: Marking stable \().*\)->\(.*\)$", r"\1#", "a time"),
        (r"(initcall \S+ returned \d+ after )\d+( usecs)", r"\1#\2", "a time"),
        (r"(raid6: \S+ +gen\(\) +)\d+( MB/s)", r"\1#\2", "a speed"),
        (r"(xor: measured .*|xor: using function: \S+ \()\d+( MB/sec)", r"\1#\2", "a speed"),
        (r"( in )\d+(\.\d+)?( ?(ms|msecs|usecs|seconds|secs))\b", r"\1#\3", "a time"),
        (r"(hash table entries: \d+ \(order: )-?\d+(, \d+ bytes, )(linear|vmalloc)", r"\1#\2#",
         "whether a block of that size is free in one piece"),
    ),
}

# Not after "[": that is a MIDR.
ADDRESS = re.compile(r"(?<![0-9a-zA-Z_\[])(0x)?([0-9a-f]{7,16})(?![0-9a-zA-Z_])")
RAM_BASE = 0x40000000


@dataclasses.dataclass
class Entry:
    """A difference that is allowed."""

    number: int               # line of allowed.txt
    what: str                 # one of FILES
    sign: str                 # + only protected has it, - only the reference has it
    kernels: str
    most: int                 # in one boot
    pattern: "re.Pattern"
    reason: str

    def covers(self, what, sign, kernel, line):
        return (what == self.what and sign == self.sign
                and any(fnmatch.fnmatch(kernel, k) for k in self.kernels.split(","))
                and self.pattern.match(line) is not None)


class BadList(Exception):
    """allowed.txt is not as its head says."""


def _parse_entry(number, line, reason):
    fields = line.split(None, 4)
    if len(fields) != 5:
        raise BadList(f"line {number}: an entry is FILE SIGN KERNELS MOST PATTERN")
    what, sign, kernels, most, pattern = fields
    if what not in FILES or sign not in "+-" or not most.isdigit() or int(most) < 1:
        raise BadList(f"line {number}: bad file, sign or count")
    if not reason:
        raise BadList(f"line {number}: no reason stands before it")
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise BadList(f"line {number}: the pattern is not anchored at both ends")
    if re.search(r"(?<!\\)\.[*+]", pattern):
        raise BadList(f"line {number}: the pattern takes anything (.* or .+)")
    return Entry(number, what, sign, kernels, int(most), re.compile(pattern), reason)


def read_allowed(path=ALLOWED):
    """The entries of the list, checked. A reason, with its indented lines, holds for the entries
    up to the next one."""
    entries, reason = [], ""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            if line.startswith("reason: "):
                reason = line[8:].strip()
            elif line.startswith("  "):
                reason += " " + line.strip()
            else:
                entries.append(_parse_entry(number, line, reason))
    return entries


def _hide_ram(line, end):
    """Addresses in RAM move with every byte that somebody reserves; those of devices do not."""
    def replace(match):
        value = int(match.group(2), 16)
        return "RAM" if RAM_BASE <= value <= end else match.group(0)

    return ADDRESS.sub(replace, line)


def _normal(what, line, end):
    if what == "dmesg":
        # "PRIORITY SECONDS text": the priority stays.
        priority, _, text = line.split(" ", 2) if line.count(" ") >= 2 else (line, "", "")
        line = f"{priority} {_hide_ram(text, end)}"
        head, _, text = line.partition(" ")
        for pattern, replacement, _ in NORMAL[what]:
            text = re.sub(pattern, replacement, text)
        return f"{head} {text}".rstrip()
    for pattern, replacement, _ in NORMAL.get(what, ()):
        line = re.sub(pattern, replacement, line)
    return line.rstrip()


def _noise(line):
    text = line.partition(" ")[2]
    return any(re.match(pattern, text) for pattern, _ in NOISE)


def _interrupts(spread):
    """Chip, number and name of each interrupt; the counts and Linux's own numbers vary."""
    table = spread.split("\n--\n")[0].splitlines()
    columns = len(table[0].split())
    for line in table[1:]:
        number, _, rest = line.strip().partition(":")
        words = rest.split()[columns:]
        if words:
            yield " ".join(words) if number.isdigit() else f"{number} " + " ".join(words)


def _devices(iomem, end):
    """Device ranges of /proc/iomem: RAM and all within it is left to dmesg and the matrix."""
    in_ram = False
    for line in iomem.splitlines():
        if not line.startswith(" "):
            in_ram = RAM_BASE <= int(line.split("-")[0], 16) < end
        if not in_ram:
            yield line.rstrip()


def _fields(text):
    """A line for each 4-bit field of each register, so that a difference names one."""
    for line in text.splitlines():
        cpu, register, value = line.split()
        if not value.startswith("0x"):
            yield line
            continue
        for low in range(0, 64, 4):
            yield f"{cpu} {register}[{low + 3}:{low}] {int(value, 16) >> low & 15:x}"


def lines(what, files, end):
    """The lines of one file as they are compared."""
    if what in ("idregs", "uidregs"):
        return list(_fields(files[what]))
    if what == "irqs":
        return list(_interrupts(files["spread"]))
    if what == "iomem":
        return list(_devices(files["iomem"], end))
    normal = [_normal(what, line, end) for line in files[what].splitlines()]
    return [line for line in normal if what != "dmesg" or not _noise(line)]


def ram_end(files):
    """The end of RAM as /proc/iomem has it."""
    ends = re.findall(r"^[0-9a-f]+-([0-9a-f]+) : (?:System RAM|reserved)", files["iomem"], re.M)
    return max(int(end, 16) for end in ends) + 1


def differences(reference, protected):
    """Yields (file, sign, line, how often)."""
    for what in FILES:
        old = collections.Counter(lines(what, reference, ram_end(reference)))
        new = collections.Counter(lines(what, protected, ram_end(protected)))
        for line, count in (old - new).items():
            yield what, "-", line, count
        for line, count in (new - old).items():
            yield what, "+", line, count


def compare(reference, protected, kernel, entries):
    """(lines that are not allowed, {entry's line number: times used})."""
    used = collections.Counter()
    bad = []
    for what, sign, line, count in differences(reference, protected):
        text = line.split(" ", 1)[1] if what == "dmesg" and " " in line else line
        for entry in entries:
            if entry.covers(what, sign, kernel, text):
                used[entry.number] += count
                break
        else:
            bad += [f"{what}: {sign} {line}"] * count
    for entry in entries:
        if used[entry.number] > entry.most:
            bad.append(f"allowed.txt:{entry.number} covers {used[entry.number]} lines, "
                       f"{entry.most} at most are allowed")
    return bad, dict(used)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference")
    parser.add_argument("protected")
    parser.add_argument("--kernel", required=True, help="6.12, 6.12-cloud, 7.x or 7.x-cloud")
    parser.add_argument("--used", help="write here which entries were used, as JSON")
    args = parser.parse_args()
    try:
        bad, used = compare(references.read(args.reference), references.read(args.protected),
                            args.kernel, read_allowed())
    except (OSError, KeyError, BadList) as err:
        print(f"compare.py: {err}", file=sys.stderr)
        return 2
    for line in bad:
        print(line)
    if args.used:
        with open(args.used, "w", encoding="ascii") as file:
            json.dump(used, file)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
