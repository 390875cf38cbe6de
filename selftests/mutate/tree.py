# SPDX-License-Identifier: GPL-2.0-only
"""A copy of the tree that may be changed: for mutations, and for the benchmark of the benchmark.

    tree = Tree("build/mutate/x")
    tree.replace("hyp/nvhe/host.c", "old text", "new text")
    tree.build()
    image = tree.wrap("7.x")

The copy has the repository's build/ behind its own, except for what is built from the sources.
"""

import os
import shutil
import subprocess

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COPIED = ("hyp", "include", "selftests", "tools", "Documentation", "VERSION", "Makefile")
# What a build reads and does not write.
LINKED = ("kernels", "libfdt-src", "linux-source", "arm64", "tfa", "uboot", "root", "versions.txt",
          "cache", "host", "monitor", "bin", "tools")


class TreeError(Exception):
    """The tree could not be changed or built."""


class Tree:
    """A folder below build/ with a copy of the sources."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.path("build"))
        skip = shutil.ignore_patterns("__pycache__", "*.pyc")
        for name in COPIED:
            source = os.path.join(REPO, name)
            if os.path.isdir(source):
                shutil.copytree(source, self.path(name), ignore=skip, symlinks=True)
            elif os.path.exists(source):
                shutil.copy2(source, self.path(name))
        for name in LINKED:
            target = os.path.join(REPO, "build", name)
            if os.path.exists(target):
                os.symlink(os.path.relpath(target, self.path("build")), self.path("build", name))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def replace(self, name, old, new, count=1):
        """Changes the text; it must be there exactly count times, or the change is out of date."""
        with open(self.path(name), encoding="utf-8") as file:
            text = file.read()
        found = text.count(old)
        if found != count:
            raise TreeError(f"{name} has the text to change {found} times, not {count}: {old!r}")
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))

    def run(self, *command, check=True, timeout=1200):
        """A command in the copy; its output, stdout and stderr together."""
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace",
                              timeout=timeout, check=False)
        if check and done.returncode:
            tail = "\n  ".join(done.stdout.strip().splitlines()[-15:])
            raise TreeError(f"{' '.join(command)} failed ({done.returncode}):\n  {tail}")
        return done

    def build(self, *options):
        """EL2's image of the copy."""
        self.run("tools/build-el2", *options)

    def wrap(self, kernel):
        """The stock kernel wrapped with the copy's EL2; the file."""
        out = self.path("build", "boot", kernel + ".pkvm")
        os.makedirs(os.path.dirname(out), exist_ok=True)
        self.run(os.path.join(REPO, "build", "bin", "pkvm-mkimage"), "--el2",
                 self.path("build", "el2", "pkvm-el2.bin"), "-o", out,
                 os.path.join(REPO, "build", "kernels", kernel, "Image"))
        return out

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
