# SPDX-License-Identifier: GPL-2.0-only
"""Which machines the matrix boots: 14 in which each value comes at least twice, or, for FULL=1, a
set in which each pair of values comes at least once. Both are computed, always the same."""

import dataclasses
import itertools
import random

AXES = {
    "kernel": ("6.12", "6.12-cloud", "7.x", "7.x-cloud"),
    "cpu": ("cortex-a57", "cortex-a72", "cortex-a76", "neoverse-n1", "neoverse-v1", "neoverse-n2",
            "max"),
    "mem": ("512M", "1G", "4G", "8G"),
    "smp": (1, 2, 4, 8),
    "its": (True, False),
    "loader": ("kernel", "uboot", "tfa", "monitor"),
}
# TF-A's QEMU platform puts U-Boot 512 MiB above the start of RAM: there is none on so small a machine.
IMPOSSIBLE = {(("mem", "512M"), ("loader", "tfa"))}
# TF-A 2.12 leaves FPMR trapped to EL3: on QEMU's max every kernel dies at its first process.
NO_TFA = ("max",)
SHORT_LENGTH = 14


@dataclasses.dataclass(frozen=True)
class Point:
    kernel: str
    cpu: str
    mem: str
    smp: int
    its: bool
    loader: str

    @property
    def name(self):
        its = "its" if self.its else "noits"
        return f"{self.kernel}.{self.cpu}.{self.mem}.{self.smp}cpu.{its}.{self.loader}"

    def pairs(self):
        """The pairs of values that this machine covers."""
        values = [(axis, getattr(self, axis)) for axis in AXES]
        return set(itertools.combinations(values, 2))


def all_pairs():
    return {((a, x), (b, y)) for a, b in itertools.combinations(AXES, 2)
            for x in AXES[a] for y in AXES[b]} - IMPOSSIBLE


def pairwise():
    """Greedy: of many random machines the one that covers most pairs not covered yet."""
    rng = random.Random(2)
    left = all_pairs()
    points = []
    while left:
        (a, x), (b, y) = min(left, key=repr)
        best = None
        for _ in range(300):
            values = {axis: rng.choice(AXES[axis]) for axis in AXES}
            values.update({a: x, b: y})
            point = Point(**values)
            gain = len(point.pairs() & left) - 1000 * len(point.pairs() & IMPOSSIBLE)
            if best is None or gain > best[0]:
                best = (gain, point)
        point = best[1]
        left -= point.pairs()
        if point.loader == "tfa" and point.cpu in NO_TFA:
            point = dataclasses.replace(point, loader="uboot")
        points.append(point)
    return points


def short():
    """Each axis is dealt out as evenly as it goes; of many deals the one with most pairs."""
    rng = random.Random(1)
    best = None
    for _ in range(3000):
        columns = {}
        for axis, values in AXES.items():
            column = [values[i % len(values)] for i in range(SHORT_LENGTH)]
            rng.shuffle(column)
            columns[axis] = column
        points = [Point(**{axis: columns[axis][i] for axis in AXES}) for i in range(SHORT_LENGTH)]
        covered = len(set().union(*(p.pairs() for p in points)) - IMPOSSIBLE)
        if best is None or covered > best[0]:
            best = (covered, points)
    return best[1]
