# SPDX-License-Identifier: GPL-2.0-only
"""Machines that run a script of selftests/host/guest, and what the scripts leave.

A run has a folder of its own: console.log, initrd.cpio, the disks, and out/ with the files that
the script left on the results disk.
"""

import dataclasses
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(REPO, "build")
sys.path[:0] = [os.path.join(REPO, "selftests", "lib"), HERE]

import vm  # noqa: E402  (the folders are known only now)

RESULTS_BYTES = 32 << 20
SCRATCH_BYTES = 16 << 20
PAYLOAD_BYTES = 1 << 20

# panic=-1: a kernel that panics resets, which ends the machine.
APPEND = "console=ttyAMA0 panic=-1 printk.devkmsg=on log_buf_len=1M"
PROTECTED = "kvm-arm.mode=protected"


class NoResults(vm.VmError):
    """The machine ended, but its script left nothing."""


@dataclasses.dataclass
class Run:
    """One machine to boot. image: the kernel file; kernel: the name of its modules."""

    name: str
    kernel: str = "6.12"
    image: str = ""
    script: str = "look"
    append: str = ""
    shape: vm.Shape = dataclasses.field(default_factory=vm.Shape)
    programs: tuple = ()        # of build/arm64: "kexec", "perf"
    files: tuple = ()           # pairs: a file here, its path in the machine
    timeout: float = 180.0
    where: str = ""             # folder above the run's own

    @property
    def folder(self):
        return os.path.join(self.where or os.path.join(BUILD, "check", "boot"), self.name)

    def path(self, name):
        return os.path.join(self.folder, name)


def stock(kernel):
    """The bare kernel's Image."""
    return vm.kernel(kernel)


def wrapped(kernel):
    """The kernel wrapped with our EL2; PKVM_BOOT names another folder of wrapped kernels, for an
    EL2 that was changed on purpose."""
    path = os.path.join(os.environ.get("PKVM_BOOT", os.path.join(BUILD, "boot")), kernel + ".pkvm")
    if not os.path.exists(path):
        raise vm.VmError(f"{path} is not there: run make build")
    return path


def _sparse(path, size):
    with open(path, "wb") as file:
        file.truncate(size)


def _make_payload(folder):
    """What the machine fetches by TFTP, with its sum beside it."""
    os.makedirs(folder)
    data = b"".join(hashlib.sha256(i.to_bytes(4, "little")).digest()
                    for i in range(PAYLOAD_BYTES // 32))
    with open(os.path.join(folder, "payload"), "wb") as file:
        file.write(data)
    with open(os.path.join(folder, "payload.sum"), "w", encoding="ascii") as file:
        file.write(hashlib.sha256(data).hexdigest() + "  -\n")


def _devices(run):
    """Disks that the scripts find by serial number, a queue and so an interrupt for each CPU, and
    the network."""
    args = []
    for serial in ("results", "scratch"):
        args += ["-drive", f"if=none,id={serial},format=raw,cache=unsafe,file={run.path(serial)}",
                 "-device", f"virtio-blk-pci,drive={serial},serial={serial}"]
    return args + ["-netdev", f"user,id=n0,restrict=on,tftp={run.path('tftp')}",
                   "-device", "virtio-net-pci,netdev=n0,romfile="]


def _make_initrd(run):
    args = [os.path.join(REPO, "selftests", "initramfs", "mk"), run.kernel,
            run.path("initrd.cpio"), "--module", "virtio_blk", "--module", "virtio_net",
            "--ko", os.path.join(BUILD, "host", "modules", run.kernel, "pkvm_test.ko"),
            "--file", os.path.join(BUILD, "host", "hosttest") + ":test/hosttest"]
    guest = os.path.join(HERE, "guest")
    for name in sorted(os.listdir(guest)):
        args += ["--file", f"{os.path.join(guest, name)}:test/{name}"]
    for name in run.programs:
        args += ["--program", name]
    for source, path in run.files:
        args += ["--file", f"{source}:{path}"]
    done = subprocess.run(args, capture_output=True, text=True, check=False)
    if done.returncode:
        raise vm.VmError(f"initramfs/mk: {done.stderr.strip()}")


def prepare(run):
    """Makes the run's folder; returns the machine, not started."""
    shutil.rmtree(run.folder, ignore_errors=True)
    os.makedirs(run.folder)
    _sparse(run.path("results"), RESULTS_BYTES)
    _sparse(run.path("scratch"), SCRATCH_BYTES)
    _make_payload(run.path("tftp"))
    _make_initrd(run)
    append = f"{APPEND} {run.append} test=host -- {run.script}"
    shape = dataclasses.replace(run.shape, kernel=run.image or stock(run.kernel),
                                initrd=run.path("initrd.cpio"), append=" ".join(append.split()),
                                extra=[*run.shape.extra, *_devices(run)])
    return vm.Machine(shape, console=run.path("console.log"), timeout=run.timeout)


def results(run):
    """The files that the script left: name to bytes. Files on disk are kept small: the disks
    go, out/ stays."""
    files = {}
    try:
        with tarfile.open(run.path("results")) as tar:
            for member in tar.getmembers():
                if member.isfile():
                    files[os.path.normpath(member.name)] = tar.extractfile(member).read()
    except (tarfile.TarError, OSError) as err:
        raise NoResults(f"{run.name}: no results from the machine ({err}); "
                        f"its console is {run.path('console.log')}") from err
    for name, data in files.items():
        path = os.path.join(run.folder, "out", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    for name in ("results", "scratch", "initrd.cpio"):
        os.unlink(run.path(name))
    shutil.rmtree(run.path("tftp"))
    return files


def boot(run):
    """Boots, waits for the machine to end by itself, returns its results as text."""
    machine = prepare(run)
    with machine:
        machine.wait()
    return {name: data.decode("utf-8", "replace") if name != "fdt" else data
            for name, data in results(run).items()}
