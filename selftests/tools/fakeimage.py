# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Made-up kernels and EL2 binaries: enough header for pkvm-mkimage, no code."""

import random
import struct

MIB2 = 0x200000
INFO_OFF = 0x800
INFO = struct.Struct("<QII6Q32s32s64s192s")
INFO_NAMES = ("magic version info_size el2_size el2_span kernel_offset kernel_size "
              "kernel_mem_size kernel_flags el2_sha256 kernel_sha256 el2_version "
              "kernel_version").split()
HEADER = struct.Struct("<II6Q4sI")
HEADER_NAMES = "code0 code1 text_offset image_size flags res2 res3 res4 magic res5".split()
BANNER = b"Linux version 6.12.99-fake (nobody@nowhere) #1 SMP \xe2\x80\x94 a test"
PE_AT = 0x80


def header(**fields):
    values = dict(code0=0x14000010, code1=0, text_offset=0, image_size=0, flags=0xa,
                  res2=0, res3=0, res4=0, magic=b"ARM\x64", res5=0)
    values.update(fields)
    return HEADER.pack(*(values[n] for n in HEADER_NAMES))


def read_header(data):
    return dict(zip(HEADER_NAMES, HEADER.unpack_from(data)))


def info(**fields):
    values = dict(magic=0x474d494d564b50, version=1, info_size=INFO.size, el2_size=0,
                  el2_span=MIB2, kernel_offset=0, kernel_size=0, kernel_mem_size=0,
                  kernel_flags=0, el2_sha256=b"", kernel_sha256=b"",
                  el2_version=b"0.1-fake", kernel_version=b"")
    values.update(fields)
    return INFO.pack(*(values[n] for n in INFO_NAMES))


def read_info(data):
    return dict(zip(INFO_NAMES, INFO.unpack_from(data, INFO_OFF)))


def el2(size=0x5000, span=MIB2, head=None, **fields):
    """An EL2 binary as the link would make it; @head and @fields spoil it."""
    data = bytearray(random.Random(1).randbytes(size))
    data[0:HEADER.size] = header(**{"image_size": span, **(head or {})})
    data[INFO_OFF:INFO_OFF + INFO.size] = info(**{"el2_size": size, "el2_span": span, **fields})
    return bytes(data)


def pe(raw_end, sections=2, signature=0):
    """A PE header: the last section ends at @raw_end, @signature bytes are behind it."""
    out = struct.pack("<4sHHIIIHH", b"PE\0\0", 0xaa64, sections, 0, 0, 0, 0xa0, 0x206)
    optional = bytearray(0xa0)
    struct.pack_into("<H", optional, 0, 0x20b)
    struct.pack_into("<I", optional, 108, 6)
    if signature:
        struct.pack_into("<II", optional, 144, raw_end, signature)
    out += optional
    for number in range(sections):
        start = 0x1000 + 0x1000 * number
        end = raw_end if number == sections - 1 else start + 0x1000
        out += struct.pack("<8sIIIIIIHHI", b".text", 0, 0, end - start, start, 0, 0, 0, 0, 0)
    return out


def kernel(size=0x30000, bss=0x8000, efi=True, banner=BANNER, signature=0, **fields):
    """A kernel Image with an EFI stub's PE header (or without)."""
    data = bytearray(random.Random(2).randbytes(size))
    values = dict(image_size=size + bss)
    if efi:
        values.update(code0=0x14005a4d, res5=PE_AT)
    values.update(fields)
    data[0:HEADER.size] = header(**values)
    if efi:
        table = pe(size - signature, signature=signature)
        data[PE_AT:PE_AT + len(table)] = table
    data[0x2000:0x2000 + 24] = b"%s version %s (%s)\0\0\0\0\0\0"
    data[0x2100:0x2100 + 20] = b"Linux version %s\0\0\0\0"
    if banner:
        data[0x3000:0x3000 + len(banner) + 1] = banner + b"\0"
    return bytes(data)


def zboot(payload, how, size_after=None, offset=0x1000, length=None):
    """An EFI zboot program with @payload, already compressed with @how."""
    data = bytearray(offset)
    struct.pack_into("<4s4sII", data, 0, b"MZ\0\0", b"zimg", offset,
                     len(payload) if length is None else length)
    data[24:24 + len(how)] = how
    struct.pack_into("<I", data, 56, 0x818223cd)
    data += payload
    if size_after is not None:
        data += struct.pack("<I", size_after)
    return bytes(data) + bytes(64)
