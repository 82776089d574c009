"""AIFF and Wave64 whose headers were never finished: how the sound is laid out, however long.

Recorders write the lengths when they are done. Of one that lost its power, or wrote into a
pipe, they are 0 or the largest number there is, and the decoder refuses the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from scribe_tui.audio.containers.beginnings import LOOK_BYTES, begins_in
from scribe_tui.audio.containers.wav import PcmLayout, layout_in, names_chunk

_AIFF_KINDS = (b"AIFF", b"AIFC")
_W64_RIFF = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_W64_WAVE = bytes.fromhex("77617665f3acd3118cd100c04f8edb8a")
_W64_CHUNK = bytes.fromhex("f3acd3118cd100c04f8edb8a")
"""The last 12 bytes of the names of its chunks."""
_W64_HEAD = 24
_MAX_CHUNKS = 64
_MAX_FORM_BYTES = 4096
_MAX_CHANNELS = 64
_ENDLESS = 0x7FFFFF00
"""Lengths from here on mean "unknown": the file was written to a pipe."""
_OFFSETS = 8
"""Offset and block size before the sound of an AIFF, which belong to its chunk."""
_BIG = {1: "s8", 2: "s16be", 3: "s24be", 4: "s32be"}
_LITTLE = {1: "s8", 2: "s16le", 3: "s24le", 4: "s32le"}
_CODED = {
    b"fl32": ("f32be", 4),
    b"fl64": ("f64be", 8),
    b"ulaw": ("mulaw", 1),
    b"alaw": ("alaw", 1),
}
"""The decoder's names, and the bytes of a sample, where its width in bits does not tell them."""
_UNCODED = (b"", b"none", b"twos", b"sowt", b"in24", b"in32")


def may_have_layout(head: bytes) -> bool:
    """Whether a file that begins with `head` is AIFF or Wave64."""
    return (head[:4] == b"FORM" and head[8:12] in _AIFF_KINDS) or head[:16] == _W64_RIFF


def unfinished_layout(path: Path) -> PcmLayout | None:
    """The layout of a file whose header gives no length of the sound, or too short a one.

    None: it is of another format, or finished, or its sound is compressed.
    """
    try:
        with path.open("rb") as file:
            layout = _layout(file)
            return None if layout is None or _ends_there(file, layout, path) else layout
    except OSError:
        return None


def layout_at_start(head: bytes) -> PcmLayout | None:
    """The layout of an AIFF or Wave64 that begins with `head`; None where `head` is too short."""
    return _layout(BytesIO(head))


def _layout(file: BinaryIO) -> PcmLayout | None:
    head = file.read(16)
    if not may_have_layout(head):
        return None
    if head[:4] == b"FORM":
        file.seek(12)
        return _aiff(file)
    file.seek(_W64_HEAD)
    return _w64(file) if file.read(16) == _W64_WAVE else None


def _ends_there(file: BinaryIO, layout: PcmLayout, path: Path) -> bool:
    """Whether the sound is as long as its chunk says."""
    if layout.told_bytes is None:
        return False
    file.seek(0)
    if file.read(4) != b"FORM":
        return True
    size = path.stat().st_size
    end = layout.data_at + layout.told_bytes
    end += end % 2
    if end + _OFFSETS > size:
        return True
    file.seek(end)
    behind = file.read(LOOK_BYTES)
    return names_chunk(behind[:8], size - end - 8, "big") or begins_in(behind)


def _aiff(file: BinaryIO) -> PcmLayout | None:
    form = b""
    for name, length in _chunks(file):
        at = file.tell()
        if name == b"SSND":
            data_at = at + _OFFSETS + int.from_bytes(file.read(4), "big")
            told = at + length - data_at
            frames = int.from_bytes(form[2:6], "big")
            known = frames and told > 0 and length & 0x7FFFFF00 != _ENDLESS
            layout = _aiff_layout(form, data_at)
            return replace(layout, told_bytes=told) if layout and known else layout
        if name == b"COMM":
            form = file.read(min(length, _MAX_FORM_BYTES))
        file.seek(at + length + length % 2)
    return None


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    for _ in range(_MAX_CHUNKS):
        chunk = file.read(8)
        if len(chunk) < 8:
            return
        yield chunk[:4], int.from_bytes(chunk[4:], "big")


def _aiff_layout(form: bytes, data_at: int) -> PcmLayout | None:
    channels, bits = int.from_bytes(form[:2], "big"), int.from_bytes(form[6:8], "big")
    rate, width, coding = _rate(form[8:18]), (bits + 7) // 8, form[18:22].lower()
    if coding in _CODED:
        name, width = _CODED[coding]
    else:
        name = (_LITTLE if coding == b"sowt" else _BIG).get(width, "")
    if coding not in (*_CODED, *_UNCODED) or not name or not rate:
        return None
    if not 0 < channels <= _MAX_CHANNELS:
        return None
    return PcmLayout(name, rate, channels, data_at, channels * width)


def _rate(extended: bytes) -> int:
    """A rate in Hz from the 80 bits that AIFF writes it in; 0 for none."""
    exponent = int.from_bytes(extended[:2], "big") - 16383
    if len(extended) < 10 or not 0 <= exponent < 31:
        return 0
    return round(math.ldexp(int.from_bytes(extended[2:], "big"), exponent - 63))


def _w64(file: BinaryIO) -> PcmLayout | None:
    form = b""
    for _ in range(_MAX_CHUNKS):
        chunk = file.read(_W64_HEAD)
        if len(chunk) < _W64_HEAD or chunk[4:16] != _W64_CHUNK:
            return None
        at, length = file.tell(), int.from_bytes(chunk[16:], "little") - _W64_HEAD
        if chunk[:4] == b"data":
            layout = layout_in(form, at, 0)
            known = 0 < length < 1 << 50
            return replace(layout, told_bytes=length) if layout and known else layout
        if chunk[:4] == b"fmt ":
            form = file.read(max(0, min(length, _MAX_FORM_BYTES)))
        file.seek(at + max(0, (length + 7) // 8 * 8))
    return None
