# SPDX-License-Identifier: GPL-2.0-only
"""One way to start QEMU for every test, with a watchdog outside the machine.

A Machine is described by a Shape, started, driven over its serial console and by QMP, and always
ended: by itself, by the test, or by the watchdog. What the console said is kept in a file.

    with Machine(Shape(kernel=K, initrd=I, append="console=ttyAMA0"), console="c.log") as vm:
        vm.expect(r"login:", timeout=60)
        vm.send("root\\n")
        vm.qmp("system_reset")
        vm.wait(30)

Machine raises Hang when the watchdog had to end it, Ended when it ended before an expected text.
"""

import dataclasses
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import slots  # noqa: E402

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(REPO, "build")

LOADERS = ("kernel", "uboot", "tfa", "monitor", "uefi")
FIRMWARE = {
    "uboot": os.path.join(BUILD, "uboot", "u-boot.bin"),
    "tfa": os.path.join(BUILD, "tfa", "qemu_fw.bin"),
    "uefi": "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",
}
MONITOR = os.path.join(BUILD, "monitor", "monitor.bin")

# Every wait is this many times as long, on a machine that is slow or busy.
PATIENCE = float(os.environ.get("PKVM_PATIENCE", "1") or 1)

# The cortex-a76 is the machine of the recorded figures.
DEFAULT_CPU = "cortex-a76"


class VmError(Exception):
    """Something is wrong with how the machine is described or started."""


class Hang(VmError):
    """The watchdog ended the machine."""


class Ended(VmError):
    """The machine ended before what was waited for was seen."""


def kernel(name, part="Image"):
    """Path of a part of a stock kernel; name is 6.12, 6.12-cloud, 7.x or 7.x-cloud."""
    path = os.path.join(BUILD, "kernels", name, part)
    if not os.path.exists(path):
        raise VmError(f"{path} is not there: run tools/setup")
    return path


@dataclasses.dataclass
class Shape:
    """What the machine looks like. mem is a QEMU size; extra goes to QEMU as it is."""

    cpu: str = DEFAULT_CPU
    smp: int = 2
    mem: str = "1G"
    gicv: int = 3
    its: bool = True
    virt: bool = True
    secure: bool = False
    loader: str = "kernel"
    kernel: str = ""
    initrd: str = ""
    append: str = ""
    dtb: str = ""
    drives: list = dataclasses.field(default_factory=list)
    net: bool = False
    rng: bool = False
    icount: bool = False
    reboot: bool = False
    acpi: bool = False
    machine: str = ""
    extra: list = dataclasses.field(default_factory=list)

    def check(self):
        """Refuses, with a reason, what QEMU would refuse less clearly or not at all."""
        if self.loader not in LOADERS:
            raise VmError(f"unknown loader {self.loader}: one of {', '.join(LOADERS)}")
        if self.icount and self.smp != 1:
            raise VmError("counting instructions needs one CPU (--smp 1)")
        for path in (self.kernel, self.initrd, self.dtb, *self.drives):
            if path and not os.path.exists(path):
                raise VmError(f"{path} is not there")
        firmware = MONITOR if self.loader == "monitor" else FIRMWARE.get(self.loader)
        if firmware and not os.path.exists(firmware):
            raise VmError(f"{firmware} is not there: run tools/setup and make build")

    def _machine(self):
        secure = self.secure or self.loader in ("tfa", "monitor")
        opts = ["virt", f"gic-version={self.gicv}"]
        opts.append(f"virtualization={'on' if self.virt else 'off'}")
        opts.append(f"secure={'on' if secure else 'off'}")
        if self.gicv == 3:
            opts.append(f"its={'on' if self.its else 'off'}")
        if not self.acpi:
            opts.append("acpi=off")
        if self.machine:
            opts.append(self.machine)
        return ",".join(opts)

    def _payload(self):
        args = []
        if self.loader in FIRMWARE:
            args += ["-bios", FIRMWARE[self.loader]]
        elif self.loader == "monitor":
            args += ["-bios", MONITOR]
        for option, value in (("-kernel", self.kernel), ("-initrd", self.initrd),
                              ("-append", self.append), ("-dtb", self.dtb)):
            if value:
                args += [option, value]
        return args

    def _devices(self):
        args = []
        for number, path in enumerate(self.drives):
            args += ["-drive", f"if=none,id=d{number},format=raw,file={path}",
                     "-device", f"virtio-blk-pci,drive=d{number}"]
        if self.net:
            args += ["-netdev", "user,id=n0,restrict=on", "-device", "virtio-net-pci,netdev=n0,romfile="]
        if self.rng:
            args += ["-object", "rng-random,id=r0,filename=/dev/urandom",
                     "-device", "virtio-rng-pci,rng=r0"]
        return args

    def command(self):
        """The QEMU command line, without console and QMP."""
        self.check()
        args = ["qemu-system-aarch64", "-machine", self._machine(), "-cpu", self.cpu,
                "-smp", str(self.smp), "-m", self.mem, "-nodefaults", "-display", "none"]
        if self.icount:
            args += ["-icount", "shift=0,sleep=off"]
        else:
            args += ["-accel", "tcg,thread=multi"]
        if not self.reboot:
            args.append("-no-reboot")
        return args + self._payload() + self._devices() + list(self.extra)


class Qmp:
    """QEMU's machine protocol on a socket. Events are kept in .events."""

    def __init__(self, path, timeout=20.0):
        deadline = time.monotonic() + timeout
        self.events = []
        while True:
            try:
                self._sock = socket.socket(socket.AF_UNIX)
                self._sock.connect(path)
                break
            except OSError as err:
                self._sock.close()
                if time.monotonic() > deadline:
                    raise VmError(f"QEMU's QMP socket does not answer: {err}") from err
                time.sleep(0.02)
        self._sock.settimeout(timeout)
        self._file = self._sock.makefile("rwb")
        self._read()
        self.call("qmp_capabilities")

    def _read(self):
        line = self._file.readline()
        if not line:
            raise Ended("QEMU closed its QMP socket")
        return json.loads(line)

    def call(self, command, **arguments):
        """One command; its result, or VmError with QEMU's own words."""
        request = {"execute": command}
        if arguments:
            request["arguments"] = {k.replace("_", "-"): v for k, v in arguments.items()}
        self._file.write(json.dumps(request).encode() + b"\n")
        self._file.flush()
        while True:
            reply = self._read()
            if "return" in reply:
                return reply["return"]
            if "error" in reply:
                raise VmError(f"QMP {command}: {reply['error']['desc']}")
            self.events.append(reply)

    def close(self):
        self._file.close()
        self._sock.close()


class Machine:
    """A running machine. timeout (seconds) is the watchdog's, for its whole life."""

    def __init__(self, shape, console=None, timeout=180.0, echo=None, with_qmp=True):
        self.shape = shape
        self.timeout = timeout * PATIENCE
        self.hung = False
        self.seconds = 0.0
        self._echo = echo
        self._console_path = console
        self._with_qmp = with_qmp
        self._text = ""
        self._seen = 0
        self._cond = threading.Condition()
        self._eof = False
        self._qmp = None
        self._proc = None
        self._dir = None
        self._timer = None
        self._slot = None

    def command(self):
        args = self.shape.command() + ["-chardev", "stdio,id=con,signal=off", "-serial", "chardev:con"]
        if self._with_qmp:
            args += ["-qmp", f"unix:{self._dir}/qmp,server=on,wait=off"]
        return args

    def start(self):
        self._dir = tempfile.mkdtemp(prefix="vm-")
        args = self.command()
        self._slot = slots.take(BUILD)
        self._started = time.monotonic()
        self._proc = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, bufsize=0,
                                      preexec_fn=_die_with_parent)
        threading.Thread(target=self._reader, daemon=True).start()
        self._timer = threading.Timer(self.timeout, self._bite)
        self._timer.daemon = True
        self._timer.start()
        return self

    __enter__ = start

    def __exit__(self, *exc):
        self.close()

    def _bite(self):
        """The watchdog: nothing inside the machine can hold it off."""
        with self._cond:
            if self._proc.poll() is None:
                self.hung = True
        if self.hung:
            self._proc.kill()

    def _reader(self):
        log = open(self._console_path, "wb") if self._console_path else None
        fd = self._proc.stdout.fileno()
        while True:
            data = os.read(fd, 65536)
            if not data:
                break
            if log:
                log.write(data)
                log.flush()
            if self._echo:
                self._echo.write(data.decode("utf-8", "replace"))
                self._echo.flush()
            with self._cond:
                self._text += data.decode("utf-8", "replace")
                self._cond.notify_all()
        self._proc.wait()
        if self._slot:
            self._slot.close()
        if log:
            if self.hung:
                log.write(f"\n[watchdog: no end after {self.timeout:.0f} s]\n".encode())
            log.close()
        with self._cond:
            self.seconds = time.monotonic() - self._started
            self._eof = True
            self._cond.notify_all()

    @property
    def text(self):
        """All that the console said so far."""
        with self._cond:
            return self._text

    def expect(self, regex, timeout=None):
        """Waits for regex in what the console says after the last match; returns the match.

        Text comes in pieces: a pattern that ends in a repetition may match half of a word, so end
        it with what follows (\\r at the end of a line).
        """
        pattern = re.compile(regex, re.MULTILINE)
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout * PATIENCE)
        with self._cond:
            while True:
                match = pattern.search(self._text, self._seen)
                if match:
                    self._seen = match.end()
                    return match
                if self._eof:
                    self._raise_end(f"before {regex!r}")
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Hang(f"{regex!r} was not seen in time{self._where()}")
                self._cond.wait(min(left, 1.0))

    def _where(self):
        tail = self._text.rstrip().splitlines()[-5:]
        return "; the console ends with:\n  " + "\n  ".join(tail) if tail else "; the console is empty"

    def _raise_end(self, when):
        if self.hung:
            raise Hang(f"the watchdog ended the machine after {self.timeout:.0f} s {when}"
                       + self._where())
        raise Ended(f"the machine ended (QEMU's exit code {self._proc.returncode}) {when}"
                    + self._where())

    def send(self, text):
        """Types text on the serial console."""
        self._proc.stdin.write(text.encode())
        self._proc.stdin.flush()

    def wait(self, timeout=None):
        """Waits until the machine ends by itself; Hang when it does not."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout * PATIENCE)
        with self._cond:
            while not self._eof:
                left = deadline - time.monotonic()
                if left <= 0:
                    self.hung = True
                    break
                self._cond.wait(min(left, 1.0))
            if self.hung:
                raise Hang("the machine did not end in time" + self._where())
            return self._proc.returncode

    @property
    def running(self):
        return self._proc is not None and self._proc.poll() is None

    def qmp(self, command, **arguments):
        """A QMP command, as vm.qmp("pmemsave", val=0x40000000, size=4096, filename="f")."""
        if self._qmp is None:
            self._qmp = Qmp(os.path.join(self._dir, "qmp"))
        return self._qmp.call(command, **arguments)

    def events(self):
        """QMP events so far."""
        if self._qmp is not None:
            self.qmp("query-status")
            return self._qmp.events
        return []

    def hmp(self, line):
        """A line for QEMU's human monitor, for what QMP lacks (info registers, gva2gpa)."""
        return self.qmp("human-monitor-command", command_line=line)

    def dump(self, start, size):
        """Guest-physical memory [start, start + size) as bytes, read from outside the machine."""
        path = os.path.join(self._dir, "dump")
        self.qmp("pmemsave", val=start, size=size, filename=path)
        with open(path, "rb") as file:
            data = file.read()
        os.unlink(path)
        return data

    def close(self):
        """Ends the machine if it still runs, and frees what this object holds."""
        if self._timer:
            self._timer.cancel()
        if self._proc is not None:
            if self._proc.poll() is None:
                # Not a polite end: QEMU would write about it into the console.
                self._proc.kill()
            self._proc.wait()
            with self._cond:
                self._cond.wait_for(lambda: self._eof, 5)
            self._proc.stdin.close()
        if self._qmp is not None:
            self._qmp.close()
            self._qmp = None
        if self._dir:
            shutil.rmtree(self._dir, ignore_errors=True)


def _die_with_parent():
    """A QEMU whose test was killed must not go on: PR_SET_PDEATHSIG."""
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def show(args):
    """A command line that can be pasted into a shell."""
    return " ".join(shlex.quote(arg) for arg in args)
