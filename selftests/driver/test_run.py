#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The driver must report every way in which a test can fail; each one is made up here."""

import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SELFTESTS = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(SELFTESTS, "lib"))
import tap  # noqa: E402

GOOD = "printf 'TAP version 13\\n1..2\\nok 1 - a\\nok 2 - b\\n'"


class Made:
    """A made-up folder of groups, run by the real driver."""

    def __init__(self):
        self._dir = tempfile.TemporaryDirectory(prefix="driver-")
        self.top = self._dir.name
        with open(os.path.join(self.top, "skip-reasons"), "w", encoding="utf-8") as file:
            file.write("fine anywhere x\nnot-here elsewhere x\n")

    def group(self, name, *lines):
        os.makedirs(os.path.join(self.top, name), exist_ok=True)
        with open(os.path.join(self.top, name, "tests"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def page(self, text):
        with open(os.path.join(self.top, "tests.rst"), "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, *args, full=""):
        """(exit code, output, last line)"""
        done = subprocess.run(
            [os.path.join(SELFTESTS, "run"), "--dir", self.top, "--out", self.top + "/out",
             "--documentation", self.top + "/tests.rst", *args],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env=dict(os.environ, FULL=full), timeout=100)
        return done.returncode, done.stdout, done.stdout.rstrip().split("\n")[-1]


# name, list lines, documented tests, exit code, last line, what the output must hold
CASES = [
    ("all good", [f"a tap {GOOD}"], "``g.a.b``", 0, "2 passed, 0 failed, 0 skipped", "g.a"),
    ("a failing result", ["a tap printf '1..2\\nok 1 - x\\nnot ok 2 - y\\n'; exit 1"], "", 1,
     "1 passed, 1 failed, 0 skipped", "not ok: y"),
    ("a failing result with exit code 0", ["a tap printf '1..1\\nnot ok 1 - y\\n'"], "", 1,
     "0 passed, 1 failed, 0 skipped", "not ok: y"),
    ("good results but exit code 1", [f"a tap {GOOD}; exit 1"], "", 1,
     "2 passed, 1 failed, 0 skipped", "exit code 1"),
    ("fewer results than planned", ["a tap printf '1..3\\nok 1 - x\\n'"], "", 1,
     "1 passed, 1 failed, 0 skipped", "3 results were planned, 1 came"),
    ("no plan", ["a tap printf 'ok 1 - x\\n'"], "", 1, "1 passed, 1 failed, 0 skipped", "no plan"),
    ("nothing at all", ["a tap true"], "", 1, "0 passed, 1 failed, 0 skipped", "no plan"),
    ("a crash", ["a tap printf '1..1\\n'; kill -SEGV $$"], "", 1,
     "0 passed, 1 failed, 0 skipped", "1 results were planned"),
    ("a bail-out", [f"a tap {GOOD}; echo 'Bail out! no RAM'"], "", 1,
     "2 passed, 1 failed, 0 skipped", "no RAM"),
    ("results of one name", ["a tap printf '1..2\\nok 1 - x\\nok 2 - x\\n'"], "", 1,
     "2 passed, 1 failed, 0 skipped", "called 'x'"),
    ("a result out of order", ["a tap printf '1..1\\nok 2 - x\\n'"], "", 1,
     "1 passed, 1 failed, 0 skipped", "result 2 came where 1 was due"),
    ("a skip for a listed reason", ["a tap printf '1..1\\nok 1 - x # SKIP fine\\n'; exit 4"], "", 0,
     "0 passed, 0 failed, 1 skipped", "skip"),
    ("a skip for no listed reason", ["a tap printf '1..1\\nok 1 - x # SKIP tired\\n'"], "", 1,
     "0 passed, 1 failed, 0 skipped", "not in selftests/skip-reasons"),
    ("a skip without a reason", ["a tap printf '1..1\\nok 1 - x # SKIP\\n'"], "", 1,
     "0 passed, 1 failed, 0 skipped", "not in selftests/skip-reasons"),
    ("a skip that the reference must not have", ["a tap printf '1..1\\nok 1 - x # SKIP not-here\\n'"],
     "", 1, "0 passed, 1 failed, 0 skipped", "reference environment"),
    ("a failure that calls itself a skip", ["a tap printf '1..1\\nnot ok 1 - x # SKIP fine\\n'"],
     "", 1, "0 passed, 1 failed, 0 skipped", "not ok: x"),
    ("a TODO is counted apart", ["a tap printf '1..2\\nok 1 - x\\nnot ok 2 - y # TODO later\\n'"],
     "", 0, "1 passed, 0 failed, 0 skipped", "1 results to do"),
    ("a TODO that works", ["a tap printf '1..1\\nok 1 - y # TODO later\\n'"], "", 0,
     "1 passed, 0 failed, 0 skipped", "take the mark away"),
    ("exit code only, good", ["a exit true"], "", 0, "1 passed, 0 failed, 0 skipped", "g.a"),
    ("exit code only, bad", ["a exit false"], "", 1, "0 passed, 1 failed, 0 skipped", "exit code 1"),
    ("a documented test that is not in the list", [f"a tap {GOOD}"], "``g.b``", 1,
     "2 passed, 1 failed, 0 skipped", "FAIL g.b"),
    ("a documented result that did not come", [f"a tap {GOOD}"], "``g.a.c``", 1,
     "2 passed, 1 failed, 0 skipped", "FAIL g.a.c"),
    ("a documented test of another group", [f"a tap {GOOD}"], "``h.b``", 0,
     "2 passed, 0 failed, 0 skipped", "g.a"),
    ("a documented test of a full run", [f"a tap {GOOD}", "b tap,full false"], "``g.b.x``", 0,
     "2 passed, 0 failed, 0 skipped", "g.a"),
    ("a command that is not there", ["a tap no-such-command"], "", 1,
     "0 passed, 1 failed, 0 skipped", "no plan"),
]


def cases(out):
    for name, lines, page, code, last, text in CASES:
        made = Made()
        made.group("g", *lines)
        made.page(page)
        got = made.run("g")
        good = got[0] == code and got[2] == last and text in got[1]
        out.ok(good, name, f"exit code {got[0]}, output:\n{got[1]}")


def hang(out):
    """Also a test that ignores signals, and one that leaves a child behind."""
    made = Made()
    made.group("g", "a tap,timeout=2 trap '' TERM INT; echo waits; sleep 60",
               f"b tap (sleep 60 & echo $! > $PKVM_OUT/pid); {GOOD}")
    start = time.monotonic()
    code, text, last = made.run("g")
    took = time.monotonic() - start
    out.ok(code == 1 and last == "2 passed, 1 failed, 0 skipped" and "hang" in text and took < 30,
           "a hang is ended and fails", f"{took:.0f} s\n{text}")
    with open(made.top + "/out/g/a.log", encoding="utf-8") as file:
        out.ok("waits" in file.read(), "the log of a hang is kept")
    with open(made.top + "/out/g/b.d/pid", encoding="utf-8") as file:
        pid = int(file.read())
    out.ok(not alive(pid), "what a test left behind is ended")


def alive(pid):
    """Running, and not just waiting for its parent to look."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def full_and_parts(out):
    made = Made()
    made.group("g", f"a tap {GOOD}", "b exit,full true")
    made.group("h", "c exit true")
    made.page("``g.a`` ``g.b`` ``h.c``")
    out.ok(made.run("g")[2].startswith("2 passed"), "without FULL, tests of kind full stay away")
    out.ok(made.run("g", full="1")[2].startswith("3 passed"), "FULL=1 runs them")
    out.ok(made.run("g,h")[2].startswith("3 passed"), "several groups")
    out.ok(made.run()[2].startswith("3 passed"), "all groups")
    code, text, last = made.run("g.b")
    out.ok(code == 0 and last.startswith("1 passed") and "only a part" in text, "one test by name")


def order(out):
    """Two at a time, and alone when a test asks for it."""
    made = Made()
    stamp = "echo {0} $(date +%s%N) >> {1}/times"
    made.group("g", *(f"{n} exit{kind} {stamp.format(n, made.top)}; sleep 1; "
                      f"{stamp.format(n, made.top)}"
                      for n, kind in (("a", ""), ("b", ""), ("c", ",alone"), ("d", ""))))
    code, text, _ = made.run("g")
    spans = {}
    with open(made.top + "/times", encoding="ascii") as file:
        for line in file:
            name, when = line.split()
            spans.setdefault(name, []).append(int(when))

    def together(one, two):
        return spans[one][0] < spans[two][1] and spans[two][0] < spans[one][1]

    out.ok(code == 0 and together("a", "b"), "two tests run at a time", text)
    out.ok(not any(together("c", x) for x in "abd"), "a test of kind alone runs alone", str(spans))


def broken_lists(out):
    for name, line in (("a line without a command", "a tap"), ("an unknown kind", "a magic true"),
                       ("neither tap nor exit", "a full true")):
        made = Made()
        made.group("g", line)
        out.ok(made.run("g")[0] == 2, f"{name} is refused")
    made = Made()
    made.group("g", "a exit true", "a exit true")
    out.ok(made.run("g")[0] == 2, "a name used twice is refused")
    out.ok(made.run("no-such-group")[0] == 2, "an unknown group is refused")
    out.ok(made.run("g.zzz")[0] == 2, "a pattern that matches nothing is refused")
    made = Made()
    made.group("g", "")
    code, _, last = made.run("g")
    out.ok(code == 1 and re.match("0 passed, 1 failed", last), "a run of no test fails")


def main():
    out = tap.Writer()
    cases(out)
    hang(out)
    full_and_parts(out)
    order(out)
    broken_lists(out)
    sys.exit(out.end())


if __name__ == "__main__":
    main()
