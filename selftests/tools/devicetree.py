# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Device trees of real machines, compiled from Debian's linux-source."""

import subprocess
import tempfile
from pathlib import Path

from taplib import TOP, Failed

SOURCE = TOP / "build" / "linux-source"
DTS = SOURCE / "arch" / "arm64" / "boot" / "dts"
# The one header of the bindings that is a link into include/uapi.
EVENT_LINK = "linux-event-codes.h"
EVENT_CODES = Path("/usr/include/linux/input-event-codes.h")


def dtc(text, *options):
    """Compile source text (bytes) to a blob."""
    done = subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", *options, "-o", "-", "-"],
                          input=text, capture_output=True, timeout=60, check=False)
    if done.returncode:
        raise Failed(f"dtc: {done.stderr.decode(errors='replace')}")
    return done.stdout


def board(name):
    """Compile a board of linux-source, vendor/file without .dts, to a blob."""
    path = DTS / f"{name}.dts"
    if not path.exists():
        raise Failed(f"{path} is not there: run tools/setup")
    with tempfile.TemporaryDirectory(prefix="pkvm-dts-") as folder:
        extra = Path(folder)
        (extra / "arm").symlink_to(SOURCE / "arch" / "arm" / "boot" / "dts")
        (extra / "arm64").symlink_to(DTS)
        (extra / "dt-bindings" / "input").mkdir(parents=True)
        for place in (extra, extra / "dt-bindings" / "input"):
            (place / EVENT_LINK).symlink_to(EVENT_CODES)
        done = subprocess.run(
            ["cpp", "-nostdinc", "-undef", "-D__DTS__", "-x", "assembler-with-cpp", "-P",
             "-I", SOURCE / "include", "-I", extra, path],
            capture_output=True, timeout=60, check=False)
        if done.returncode:
            raise Failed(f"cpp: {done.stderr.decode(errors='replace')}")
        return dtc(done.stdout, "-i", str(path.parent))
