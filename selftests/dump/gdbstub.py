# SPDX-License-Identifier: GPL-2.0-only
"""System registers of a machine's CPUs, read from outside through QEMU's gdb stub.

The protocol is GDB's remote serial protocol (GDB manual, appendix E); system registers come with
the target description that QEMU offers (annex system-registers.xml).
"""

import re
import socket


class StubError(Exception):
    """QEMU's stub did not answer as the protocol says."""


class Stub:
    """A connection to the stub on a socket; the machine stands still while it is open."""

    def __init__(self, path, timeout=20.0):
        self._sock = socket.socket(socket.AF_UNIX)
        self._sock.settimeout(timeout)
        self._sock.connect(path)
        self._buffer = b""
        self.call("qSupported:xmlRegisters=aarch64")
        self._numbers = self._read_numbers()

    def call(self, request):
        """One packet and its answer."""
        data = request.encode()
        self._sock.sendall(b"$" + data + b"#%02x" % (sum(data) & 0xff))
        while True:
            match = re.match(rb"[+]*\$([^#]*)#..", self._buffer, re.DOTALL)
            if match:
                self._buffer = self._buffer[match.end():]
                self._sock.sendall(b"+")
                return match.group(1).decode()
            part = self._sock.recv(65536)
            if not part:
                raise StubError("the stub closed the connection")
            self._buffer += part

    def _annex(self, name):
        text, offset = "", 0
        while True:
            part = self.call(f"qXfer:features:read:{name}:{offset:x},800")
            if part[:1] not in ("l", "m"):
                raise StubError(f"no annex {name}: {part!r}")
            text += part[1:]
            offset += len(part) - 1
            if part[0] == "l":
                return text

    def _read_numbers(self):
        """Register name to number: those without a number of their own count on."""
        numbers, following = {}, 0
        for annex in re.findall(r'href="([^"]+)"', self._annex("target.xml")):
            for reg in re.findall(r"<reg\s([^>]*)>", self._annex(annex)):
                fields = dict(re.findall(r'(\w+)="([^"]*)"', reg))
                following = int(fields.get("regnum", following))
                numbers[fields["name"]] = following
                following += 1
        return numbers

    def register(self, name):
        """The value of a register of the first CPU, by the Arm ARM's name."""
        if name not in self._numbers:
            raise StubError(f"QEMU does not show {name}")
        answer = self.call(f"p{self._numbers[name]:x}")
        if not re.fullmatch(r"([0-9a-f]{2})+", answer):
            raise StubError(f"{name} cannot be read: {answer!r}")
        return int.from_bytes(bytes.fromhex(answer), "little")

    def close(self):
        """Lets the machine go on."""
        self.call("D")
        self._sock.close()
