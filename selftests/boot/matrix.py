#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Boots protected machines of many shapes and holds each against a plain EL1 boot of that shape.

usage: matrix.py [--list] [NAME]...

Without FULL=1 14 machines in which every value of every axis comes at least twice; with it, every
pair of values. NAME picks machines by the names that --list prints. Each is a test of its own;
the last tests look over the whole run, and are left out when NAME is given.
"""

import argparse
import collections
import concurrent.futures
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "host")]
sys.dont_write_bytecode = True

import compare  # noqa: E402  (the folders are known only now)
import hostvm  # noqa: E402
import references  # noqa: E402
import shapes  # noqa: E402
import vm  # noqa: E402

WHERE = os.environ.get("PKVM_OUT") or os.path.join(hostvm.BUILD, "check", "boot", "matrix")

# Machines at a time: the development machine has two cores.
AT_ONCE = 2
MIB = 1 << 20
# Pages that Linux itself spends differently when its RAM is cut in two.
HOST_SLACK = 256 << 10


def values(text):
    """ "name 0x12" lines as a dictionary."""
    return {name: int(value, 0) for name, value in re.findall(r"^(\S+) (0x[0-9a-f]+|\d+)$", text,
                                                              re.M)}


def check_info(point, files):
    """EL2 is there, knows all CPUs, and refused nothing that a stock kernel does by itself."""
    info = values(files.get("info", ""))
    if not info:
        return [f"EL2 does not answer: {files.get('info', 'no info').strip()}"]
    bad = []
    if not info["features"] & 1:
        bad.append("EL2 does not hold the host's stage 2")
    if info["cpus"] != point.smp:
        bad.append(f"EL2 knows {info['cpus']} CPUs of {point.smp}")
    if info["epoch"] != 1:
        bad.append(f"the host epoch is {info['epoch']} in the first kernel")
    for name in ("read", "write", "exec", "cache", "walk", "hvc"):
        if info[f"refused_{name}"]:
            bad.append(f"EL2 refused {info['refused_' + name]} ({name}) in an ordinary boot")
    return bad


def mem_total(files):
    return int(re.search(r"^MemTotal:\s+(\d+) kB", files["meminfo"], re.M).group(1)) << 10


def check_memory(point, reference, files):
    """The host lost what EL2 says that it holds, and that is within the limit."""
    held = values(files["info"])["bytes_held"]
    ram = {"512M": 512, "1G": 1024, "4G": 4096, "8G": 8192}[point.mem] * MIB
    lost = mem_total(reference) - mem_total(files)
    limit = 2 * MIB + point.smp * (16 << 10) + ram * 12 // 10000
    bad = []
    if held > limit:
        bad.append(f"EL2 holds {held} bytes, {limit} at most are allowed")
    if lost > held + HOST_SLACK:
        bad.append(f"the host lost {lost} bytes, EL2 holds {held}")
    return bad


def table(text):
    """Rows of /proc/interrupts: label to counts by CPU."""
    rows = text[text.index(" CPU0"):].splitlines()
    columns = len(rows[0].split())
    out = {}
    for row in rows[1:]:
        label, _, rest = row.strip().partition(":")
        words = rest.split()
        if len(words) > columns and all(w.isdigit() for w in words[:columns]):
            out[label + " " + " ".join(words[columns:])] = [int(w) for w in words[:columns]]
    return out


def check_spread(point, files):
    """Each CPU takes timer interrupts, and the disk's queues interrupt each CPU."""
    before, after = (table(part) for part in files["spread"].split("\n--\n"))
    bad = []
    timers = [name for name in after if "arch_timer" in name]
    if len(timers) != 1:
        return [f"{len(timers)} lines of arch_timer in /proc/interrupts"]
    rows = {"timer": [b - a for a, b in zip(before[timers[0]], after[timers[0]])],
            "disk": [0] * point.smp}
    for name in after:
        if re.search(r"\bvirtio\d+(-req\.\d+)?$", name):
            for cpu in range(point.smp):
                rows["disk"][cpu] += after[name][cpu] - before[name][cpu]
    for kind, rose in rows.items():
        if len(rose) != point.smp:
            bad.append(f"/proc/interrupts has {len(rose)} CPUs")
        bad += [f"no {kind} interrupt on CPU {cpu}" for cpu, count in enumerate(rose) if not count]
    return bad


def check_pci(files):
    drivers = [line.split()[-1] for line in files["pci"].splitlines()]
    if drivers.count("virtio-pci") != 3:
        return [f"{drivers.count('virtio-pci')} of 3 PCI devices have their driver"]
    return []


def check_machine(point):
    """Boots one machine; (what is wrong, entries of the allowed list that were used)."""
    reference = references.reference(point)
    programs = ("perf",) if point.mem == "1G" and point.smp == 2 else ()
    run = hostvm.Run(point.name, kernel=point.kernel, image=hostvm.wrapped(point.kernel),
                     script="look", append=hostvm.PROTECTED, programs=programs, where=WHERE,
                     shape=references.shape(point, virt=True), timeout=300)
    hostvm.boot(run)
    files = references.read(run.path("out"))
    bad = references.failures(files)
    info_bad = check_info(point, files)
    bad += info_bad
    if not info_bad:
        bad += check_memory(point, reference, files)
    bad += check_spread(point, files) + check_pci(files)
    if programs and not re.search(r"\d[\d,]*\s+cycles", files.get("perf_stat", "")):
        bad.append("perf stat counted no cycles")
    different, used = compare.compare(reference, files, point.kernel, compare.read_allowed())
    return bad + different, used


def guarded(point):
    try:
        return check_machine(point)
    except (vm.VmError, OSError, KeyError, ValueError, IndexError) as err:
        return [f"{type(err).__name__}: {err}"], {}


class Tap:
    def __init__(self, count):
        self.number = 0
        self.failed = False
        print(f"TAP version 13\n1..{count}", flush=True)

    def point(self, name, bad):
        self.number += 1
        self.failed |= bool(bad)
        print(f"{'not ok' if bad else 'ok'} {self.number} - {name}")
        for line in bad[:60]:
            print("# " + line.replace("\n", "\n# "))
        if len(bad) > 60:
            print(f"# and {len(bad) - 60} lines more")
        sys.stdout.flush()


def check_values(points):
    """Every value of every axis comes at least twice."""
    bad = []
    for axis, wanted in shapes.AXES.items():
        seen = collections.Counter(getattr(point, axis) for point in points)
        bad += [f"{axis} {value} comes {seen[value]} times" for value in wanted if seen[value] < 2]
    return bad


def check_pairs(points):
    left = shapes.all_pairs().difference(*(point.pairs() for point in points))
    return [f"no machine has {pair}" for pair in sorted(left, key=repr)]


def main():
    full = os.environ.get("FULL") == "1"
    points = shapes.pairwise() if full else shapes.short()
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    if args.list:
        print("\n".join(point.name for point in points))
        return 0
    chosen = [point for point in points if not args.names or point.name in args.names]
    if args.names and len(chosen) != len(args.names):
        print("matrix.py: unknown machine; see --list", file=sys.stderr)
        return 2

    whole = not args.names
    tap = Tap(len(chosen) + (2 if whole else 0))
    used = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for point, (bad, entries) in zip(chosen, pool.map(guarded, chosen)):
            used.update(entries)
            tap.point(point.name, bad)
    if whole:
        tap.point("values", check_values(points) + (check_pairs(points) if full else []))
        tap.point("allowed_used", [f"allowed.txt:{entry.number}: no boot needed this entry "
                                   f"({entry.pattern.pattern})" for entry in compare.read_allowed()
                                   if not used[entry.number]])
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
