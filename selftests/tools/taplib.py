# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""TAP output for the tests of the tools: one function, one test."""

import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
BIN = Path(os.environ.get("PKVM_BIN", TOP / "build" / "bin"))

_tests = []


class Failed(Exception):
    """What a test found wrong, in one line or more."""


def test(function):
    """Register a test; its name is the function's, its first docstring line is printed."""
    _tests.append(function)
    return function


def check(condition, message):
    if not condition:
        raise Failed(message)


def same(got, want, what):
    check(got == want, f"{what}: got {got!r}, wanted {want!r}")


def run(*args, **kwargs):
    """Run a program, never through a shell; text out, a minute at most."""
    kwargs.setdefault("timeout", 60)
    return subprocess.run([str(a) for a in args], capture_output=True, text=True,
                          errors="replace", **kwargs)


def temporary():
    """A folder for this test that an unprivileged user may enter."""
    folder = tempfile.TemporaryDirectory(prefix="pkvm-tools-")
    os.chmod(folder.name, 0o755)
    return folder


def main():
    """Run all tests, or those named on the command line."""
    names = sys.argv[1:]
    unknown = set(names) - {t.__name__ for t in _tests}
    if unknown:
        print(f"unknown tests: {' '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    chosen = [t for t in _tests if not names or t.__name__ in names]
    failed = 0
    print(f"TAP version 13\n1..{len(chosen)}", flush=True)
    for number, function in enumerate(chosen, 1):
        try:
            function()
            print(f"ok {number} - {function.__name__}", flush=True)
        except Failed as failure:
            failed += 1
            text = str(failure).replace("\n", "\n# ")
            print(f"not ok {number} - {function.__name__}\n# {text}", flush=True)
        except Exception:                       # a broken test is a failed test
            failed += 1
            text = traceback.format_exc().rstrip().replace("\n", "\n# ")
            print(f"not ok {number} - {function.__name__}\n# {text}", flush=True)
    return 1 if failed else 0
