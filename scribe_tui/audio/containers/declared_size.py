"""The size of a file as its header gives it.

WAV, RF64, W64, AIFF, AU, CAF, AVI, ASF, Matroska, FLV.
"""

from __future__ import annotations

import struct

_ENDLESS = 0x7FFF0000
"""Sizes from here on mean "unknown": the file was written to a pipe."""
HEAD_BYTES = 4096
"""Bytes of the beginning that `size_in` needs."""
_ASF_HEAD = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_LIVE = 1
"""Flag of a stream that was broadcast: its size means nothing."""
_EBML, _SEGMENT = b"\x1aE\xdf\xa3", b"\x18\x53\x80\x67"
_FLV_SIZE = b"\x00\x08filesize\x00"
_W64_SIGN = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"


def size_in(head: bytes) -> int | None:
    """Size in bytes of the whole file that begins with `head`, None where `head` gives none."""
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI "):
        return _whole(int.from_bytes(head[4:8], "little"), 8)
    if head[:4] in (b"RF64", b"BW64") and head[12:16] == b"ds64":
        return _long(int.from_bytes(head[20:28], "little"), 8)
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _whole(int.from_bytes(head[4:8], "big"), 8)
    if head[:16] == _W64_SIGN:
        return _long(int.from_bytes(head[16:24], "little"), 0)
    if head[:4] == b".snd":
        return _whole(int.from_bytes(head[8:12], "big"), int.from_bytes(head[4:8], "big"))
    if head[:4] == b"caff":
        return _caf(head)
    if head[:16] == _ASF_HEAD:
        return _asf(head)
    if head[:4] == _EBML:
        return _matroska(head)
    if head[:3] == b"FLV":
        return _flv(head)
    return None


def _whole(size: int, before: int) -> int | None:
    return size + before if 0 < size < _ENDLESS else None


def _long(size: int, before: int) -> int | None:
    """A size in 64 bits: it may be larger than 2 GB and still be true."""
    return size + before if 0 < size < 1 << 50 else None


def _caf(head: bytes) -> int | None:
    """The end of its `data` chunk, which may be the last one."""
    at = 8
    while at + 12 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 12], "big", signed=True)
        if size < 0:
            return None
        if name == b"data":
            return _long(size, at + 12)
        at += 12 + size
    return None


def _asf(head: bytes) -> int | None:
    """The size in the file properties object."""
    at = head.find(_ASF_FILE)
    if at < 0 or len(head) < at + 96:
        return None
    if int.from_bytes(head[at + 88 : at + 92], "little") & _ASF_LIVE:
        return None
    return _long(int.from_bytes(head[at + 40 : at + 48], "little"), 0)


def _flv(head: bytes) -> int | None:
    """The size in the metadata; live streams have none, or 0."""
    at = head.find(_FLV_SIZE) + len(_FLV_SIZE)
    if at < len(_FLV_SIZE) or len(head) < at + 8:
        return None
    size = struct.unpack(">d", head[at : at + 8])[0]
    return int(size) if 1 <= size < 1 << 50 else None


def _matroska(head: bytes) -> int | None:
    """The end of the segment; one that was never finished does not know its size."""
    at = head.find(_SEGMENT) + 4
    if at < 4 or at >= len(head) or not head[at]:
        return None
    width = 9 - head[at].bit_length()
    size = int.from_bytes(head[at : at + width], "big") & (1 << 7 * width) - 1
    return None if size == (1 << 7 * width) - 1 else _long(size, at + width)
