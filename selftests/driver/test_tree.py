#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rules for the repository's own files: licences, lists of tests, nothing of this machine."""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(REPO, "selftests", "lib"))
import tap  # noqa: E402

SOURCES = (".c", ".h", ".S", ".py", ".sh", ".rst", ".lds", "Makefile", "Kbuild", ".mk")
# hyp/libfdt/ is what libfdt, itself under both, asks its user for.
EL2 = ("GPL-2.0-only",)
LIBFDT = EL2 + ("GPL-2.0-only OR BSD-2-Clause",)
ANY = EL2 + ("GPL-2.0-only OR MIT", "GPL-2.0-only WITH Linux-syscall-note")


def tracked():
    """path -> text of every file in git (or to be) that is text."""
    names = subprocess.run(["git", "-C", REPO, "-c", f"safe.directory={REPO}", "ls-files"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    files = {}
    for name in names:
        path = os.path.join(REPO, name)
        try:
            with open(path, encoding="utf-8") as file:
                files[name] = file.read()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return files


def allowed(name):
    if name.startswith("hyp/libfdt/"):
        return LIBFDT
    return EL2 if name.startswith("hyp/") else ANY


def licences(out, files):
    missing, wrong = [], []
    for name, text in sorted(files.items()):
        script = text.startswith("#!")
        if not (name.endswith(SOURCES) or script):
            continue
        match = re.search(r"SPDX-License-Identifier: (.+?)(?: \*/)?$",
                          "\n".join(text.split("\n")[:3]), re.MULTILINE)
        if not match:
            missing.append(name)
        elif match[1] not in allowed(name):
            wrong.append(f"{name}: {match[1]}")
    out.ok(not missing, "every source file names its licence", "\n".join(missing))
    out.ok(not wrong, "EL2 is GPL-2.0-only, the rest may be MIT as well", "\n".join(wrong))


def mirrors(out, files):
    """The hosts are those of this very set-up."""
    with open(os.path.join(REPO, "build", "apt", "sources.list"), encoding="utf-8") as file:
        hosts = set(re.findall(r"://([^/\s]+)", file.read()))
    found = [f"{name}: {host}" for name, text in files.items() for host in hosts if host in text]
    out.ok(hosts and not found, "no file names a package mirror", "\n".join(found))


def lists(out, files):
    """A unit test that no list names would never run."""
    listed = "\n".join(text for name, text in files.items()
                       if re.fullmatch(r"selftests/\w+/tests", name))
    lost = [name for name in files
            if re.fullmatch(r"selftests/unit/test_\w+\.c", name)
            and not re.search(rf"\b{os.path.basename(name)[:-2]}\b", listed)]
    out.ok(not lost, "every unit test is in a list", "\n".join(lost))


def boundaries(out, files):
    """A folder is a trust boundary: hyp/ includes nothing from the host's or the VMM's folders."""
    found = [f"{name}: {line}" for name, text in files.items() if name.startswith("hyp/")
             for line in re.findall(r'^#include ["<](?:\.\./)*(?:host|vmm|guest_memfd|selftests)/.*$',
                                    text, re.MULTILINE)]
    out.ok(not found, "hyp/ includes nothing of the host's folders", "\n".join(found))


def main():
    out = tap.Writer()
    files = tracked()
    out.ok(len(files) > 50, "the files of the repository are found", str(len(files)))
    licences(out, files)
    mirrors(out, files)
    lists(out, files)
    boundaries(out, files)
    sys.exit(out.end())


if __name__ == "__main__":
    main()
