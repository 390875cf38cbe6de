# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""TAP output for the tests of the tools: one function, one test."""

import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "selftests" / "lib"))
import tap  # noqa: E402  (the folder is known only now)

BIN = Path(os.environ.get("PKVM_BIN", TOP / "build" / "bin"))

_tests = []


class Failed(Exception):
    """What a test found wrong, in one line or more."""


def test(function):
    """Register a test; its name is the function's."""
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
    """Run all tests, or those named on the command line; the exit code."""
    names = sys.argv[1:]
    unknown = set(names) - {t.__name__ for t in _tests}
    if unknown:
        print(f"unknown tests: {' '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    out = tap.Writer()
    for function in (t for t in _tests if not names or t.__name__ in names):
        try:
            function()
            out.ok(True, function.__name__)
        except Failed as failure:
            out.ok(False, function.__name__, failure)
        except Exception:  # pylint: disable=broad-except
            # A broken test is a failed test.
            out.ok(False, function.__name__, traceback.format_exc())
    return out.end()
