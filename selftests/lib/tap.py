# SPDX-License-Identifier: GPL-2.0-only
"""Reads the Test Anything Protocol as kselftest writes it, and writes it for tests in Python."""

import dataclasses
import re
import sys

POINT = re.compile(r"(not )?ok\b(?: +(\d+))?(?: +-)? *([^#]*?) *(?:# *(skip|todo)\b[ :]*(.*))?$",
                   re.IGNORECASE)
PLAN = re.compile(r"1\.\.(\d+)(?: *# *skip\b[ :]*(.*))?$", re.IGNORECASE)


@dataclasses.dataclass
class Point:
    """One result. state is ok, failed, skip, todo (fails, as expected) or done (a TODO that works)."""

    name: str
    state: str
    note: str = ""


def parse(text):
    """(points, errors) of the TAP in text; errors say what is wrong with the TAP itself."""
    points, errors, plan, skip_all = [], [], None, None
    for line in text.splitlines():
        line = line.rstrip()
        if line.startswith("Bail out!"):
            errors.append(line)
        match = PLAN.match(line)
        if match:
            if plan is not None:
                errors.append("two plans")
            plan, skip_all = int(match.group(1)), match.group(2)
            continue
        match = POINT.match(line)
        if match:
            points.append(_point(match, len(points) + 1, errors))
    if plan is None:
        errors.append("no plan (1..N): the test ended early or writes no TAP")
    elif plan == 0 and not points:
        points.append(Point("all", "skip", skip_all or "(no reason)"))
    elif plan != len(points):
        errors.append(f"{plan} results were planned, {len(points)} came")
    names = [p.name for p in points]
    errors += [f"two results are called '{name}'" for name in sorted(set(names))
               if names.count(name) > 1]
    return points, errors


def _point(match, expected, errors):
    failed, number, name, directive, note = match.groups()
    if number and int(number) != expected:
        errors.append(f"result {number} came where {expected} was due")
    state = "failed" if failed else "ok"
    if directive and directive.lower() == "skip":
        # "not ok # SKIP" is a failure that calls itself a skip.
        state = "failed" if failed else "skip"
    elif directive:
        state = "todo" if failed else "done"
    return Point(name or f"#{expected}", state, (note or "").strip())


class Writer:
    """Prints TAP; end() gives the exit code. plan may be left to the end."""

    def __init__(self, out=sys.stdout):
        self._out = out
        self._count = 0
        self._bad = 0
        self._skipped = 0
        self._line("TAP version 13")

    def _line(self, text):
        print(text, file=self._out, flush=True)

    def ok(self, good, name, detail=""):
        """One result; detail is printed when it is bad."""
        self._count += 1
        if not good:
            self._bad += 1
            for line in str(detail).splitlines():
                self.note(line)
        self._line(f"{'ok' if good else 'not ok'} {self._count} - {name.replace('#', '')}")
        return bool(good)

    def skip(self, name, reason):
        """A result that could not be had; reason is an id of selftests/skip-reasons."""
        self._count += 1
        self._skipped += 1
        self._line(f"ok {self._count} - {name.replace('#', '')} # SKIP {reason}")

    def note(self, text):
        self._line(f"# {text}")

    def end(self):
        """The plan; 0 all good, 1 something failed, 4 everything was skipped."""
        self._line(f"1..{self._count}")
        if self._bad:
            return 1
        return 4 if self._count and self._skipped == self._count else 0
