# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of power states, kexec, pass-through and panics share.

A test describes a Machine; boot() runs it to its own end and gives what its scripts left (Seen).
The scripts are selftests/power/guest, on top of those of selftests/host. Everything that a machine
left, its console first, stays in $PKVM_OUT/NAME, or build/check/power/NAME.
"""

import dataclasses
import os
import re
import subprocess
import sys
import tarfile

sys.dont_write_bytecode = True

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(REPO, "build")
WHERE = os.environ.get("PKVM_OUT") or os.path.join(BUILD, "check", "power")
sys.path[:0] = [os.path.join(REPO, "selftests", name) for name in ("host", "lib", "tools")]

import hostvm  # noqa: E402  (the folders are known only now)
import taplib  # noqa: E402
import vm  # noqa: E402
from taplib import check, same  # noqa: E402, F401  (for the tests)

# On the console of a machine that works none of these is seen.
BAD = re.compile(r"Oops|BUG:|WARNING:|Kernel panic|Call trace:|detected stall|soft lockup|"
                 r"Internal error|Unable to handle|pkvm: panic|Synchronous External Abort|SError")
PROTECTED = "kvm-arm.mode=protected"
PROTECTED_LINE = r"^pkvm: protected: EL2 at [0-9a-f]+ holds [0-9]+ KiB, ([0-9]+) CPUs"
REFUSED_LINE = r"^pkvm: not protected: (.*?)\r?$"


@dataclasses.dataclass
class Machine:
    """One machine. image: its kernel file (None: wrapped); boots: files for a later kexec."""

    name: str
    kernel: str
    script: str
    image: str = ""
    append: str = PROTECTED
    smp: int = 4
    mem: str = "1G"
    images: dict = dataclasses.field(default_factory=dict)
    programs: tuple = ()
    timeout: float = 200.0
    shape: dict = dataclasses.field(default_factory=dict)

    def run(self):
        run = hostvm.Run(self.name, kernel=self.kernel, image=self.image or hostvm.wrapped(self.kernel),
                         script=self.script, append=self.append, programs=self.programs, files=guest_files(),
                         timeout=self.timeout, where=WHERE)
        extra = list(self.shape.get("extra", ()))
        if self.images:
            extra += ["-drive", f"if=none,id=images,format=raw,readonly=on,file={run.path('images')}",
                      "-device", "virtio-blk-pci,drive=images,serial=images"]
        run.shape = vm.Shape(**{"smp": self.smp, "mem": self.mem, **self.shape, "extra": extra})
        return run


class Seen:
    """What is left of a machine that ended: files by name, and the console."""

    def __init__(self, machine, files, console, console_path):
        self.name = machine.name
        self.files = files
        self.console = console
        self.console_path = console_path

    def fail(self, why):
        raise taplib.Failed(f"{self.name}: {why}\nconsole: {self.console_path}")

    def raw(self, name):
        if name not in self.files:
            self.fail(f"its script left no file {name}: it did not get that far")
        return self.files[name]

    def text(self, name):
        return self.raw(name).decode("utf-8", "replace")

    def steps(self, *names):
        """These steps ran and succeeded."""
        for name in names:
            code = self.text(name + ".rc").strip()
            if code != "0":
                self.fail(f"step {name} ended with {code}:\n{self.text(name)[-2000:]}")

    def info(self, name):
        """What `hosttest info` said, as numbers."""
        self.steps(name)
        pairs = (line.split() for line in self.text(name).splitlines())
        return {key: int(value, 0) for key, value in pairs}

    def clean(self, upto=None, after=None):
        """No complaint of a kernel or of EL2, in the part between two texts."""
        text = self.console
        if after is not None:
            text = text[self.find(after).end():]
        if upto is not None:
            text = text[:self.find(upto).start()]
        bad = BAD.search(text)
        if bad:
            self.fail("on the console: " + text[bad.start():].splitlines()[0])

    def find(self, regex):
        match = re.search(regex, self.console, re.MULTILINE)
        if not match:
            self.fail(f"its console lacks {regex!r}")
        return match

    def count(self, regex):
        return len(re.findall(regex, self.console, re.MULTILINE))


def guest_files():
    folder = os.path.join(HERE, "guest")
    return tuple((os.path.join(folder, name), "test/" + name)
                 for name in sorted(os.listdir(folder)))


def _write_images(machine, run):
    """A tar as a disk: what the machine hands to kexec, its own initramfs among it."""
    with tarfile.open(run.path("images"), "w") as tar:
        tar.add(run.path("initrd.cpio"), "initrd")
        for name, path in machine.images.items():
            tar.add(path, name)


def start(machine):
    """The machine made and not started, and its Run."""
    run = machine.run()
    made = hostvm.prepare(run)
    if machine.images:
        _write_images(machine, run)
    return made, run


def finish(machine, run, made):
    """What the machine left; it has ended."""
    if machine.images:
        os.unlink(run.path("images"))
    return Seen(machine, hostvm.results(run), made.text.replace("\r\n", "\n"), run.path("console.log"))


def boot(machine):
    """Runs the machine until it ends by itself; vm.Hang if it does not."""
    made, run = start(machine)
    with made:
        made.wait()
    return finish(machine, run, made)


def full():
    return os.environ.get("FULL") == "1"


def kernels(*always):
    """The kernels to test: these, and with FULL=1 both."""
    return always + tuple(k for k in ("7.x", "6.12") if full() and k not in always)


def case(name, function, *args):
    """A test called NAME that calls function(*args)."""
    def run():
        try:
            function(*args)
        except vm.VmError as err:
            raise taplib.Failed(f"{type(err).__name__}: {err}") from err
    run.__name__ = name
    taplib.test(run)


def tree(name, smp, mem, node, key, value):
    """QEMU's own device tree with one string property changed or added."""
    os.makedirs(WHERE, exist_ok=True)
    path = os.path.join(WHERE, name + ".dtb")
    command = vm.Shape(smp=smp, mem=mem, machine="dumpdtb=" + path).command()
    for args in (command, ["fdtput", "-p", "-t", "s", path, node, key, value]):
        done = taplib.run(*args)
        if done.returncode:
            raise taplib.Failed(f"{args[0]}: {done.stderr}")
    return path


def test_build():
    """The EL2 image of the test build: its ELF file and its binary."""
    out = "build/el2-test"
    done = subprocess.run([os.path.join(REPO, "tools", "build-el2"), "--test", "--out", out],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise taplib.Failed("tools/build-el2 --test failed:\n" + done.stderr[-2000:])
    return os.path.join(REPO, out, "pkvm-el2.elf"), os.path.join(REPO, out, "pkvm-el2.bin")


def wrap(kernel, el2, out):
    """A stock kernel wrapped with that EL2 binary."""
    os.makedirs(os.path.dirname(out), exist_ok=True)
    done = taplib.run(taplib.BIN / "pkvm-mkimage", "--el2", el2, "-o", out, hostvm.stock(kernel))
    if done.returncode:
        raise taplib.Failed("pkvm-mkimage: " + done.stderr)
    return out


def main():
    """Runs the cases inside the Debian root."""
    if not os.path.exists("/etc/pkvm-root"):
        inside = os.path.join(REPO, "tools", "in-root")
        script = os.path.relpath(os.path.abspath(sys.argv[0]), REPO)
        os.execv(inside, [inside, "/src/" + script, *sys.argv[1:]])
    return taplib.main()
