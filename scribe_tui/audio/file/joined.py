"""Whether a file holds a second recording behind its first, which the decoder never reaches.

So do files that were joined byte by byte (`cat a.wav b.mp3`). Of one kind of sound on end the
decoder hears all where it reads frame by frame: MP3, AAC, Ogg, FLAC, Matroska, transport streams.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from scribe_tui.audio.containers.beginnings import LOOK_BYTES, begins_in, frames_end, id3_bytes
from scribe_tui.audio.containers.declared_size import HEAD_BYTES, size_in
from scribe_tui.audio.splitting.frames import frame_at

_BLOCK_BYTES = 1024 * 1024
MAX_BLOCKS = 64
"""So far back from the end of a file the first recording's end is looked for."""
_LEAST_BYTES = 64
_MAX_BOXES = 10_000
_LONG = 1
_PACKET = 188
_MATROSKA, _OGG, _FLAC, _WAVPACK = b"\x1aE\xdf\xa3", b"OggS", b"fLaC", b"wvpk"
_OGG_HEAD, _WAVPACK_HEAD = 27, 8
_FLAC_FRAME_BYTES = 64 * 1024
"""Where the head does not say how large they are."""
_FLAC_HEADS = (b"\xff\xf8", b"\xff\xf9")

_EndIn = Callable[[bytes], int | None]
"""Where in some bytes the last piece of a kind ends that begins there; None: none does."""


def holds_another(path: Path) -> bool:
    """True only where it is sure; False also where the file cannot be read."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            end = _end_of_first(file, size)
            if end is None or size - end < _LEAST_BYTES:
                return False
            file.seek(end)
            return begins_in(file.read(LOOK_BYTES))
    except OSError:
        return False


def _end_of_first(file: BinaryIO, size: int) -> int | None:
    """Where the first recording ends, and all that the decoder takes for more of it."""
    head = file.read(HEAD_BYTES)
    if head[4:8] == b"ftyp":
        return _end_of_boxes(file, size)
    if head[:4] == _MATROSKA:
        return _end_of_segments(file, size)
    if head[:4] == _OGG:
        return _last(file, size, _ogg_end)
    if head[:4] == _FLAC:
        return _last(file, size, _flac_end(head))
    if head[:4] == _WAVPACK:
        return _last(file, size, _wavpack_end)
    if head[:1] == b"G" == head[_PACKET : _PACKET + 1]:
        return _end_of_packets(file, size)
    if (end := size_in(head)) is not None:
        return end
    file.seek(id3_bytes(head))
    head = file.read(_PACKET)
    if len(head) == _PACKET and frame_at(head, 0) is not None:
        layer = head[1] & 6
        return _last(file, size, lambda data: frames_end(data, layer=layer))
    return None


def _last(file: BinaryIO, size: int, end_in: _EndIn) -> int | None:
    """The end of the last piece of a kind in the file, looked for from its end."""
    at = size
    for _ in range(MAX_BLOCKS):
        at = max(0, at - _BLOCK_BYTES)
        file.seek(at)
        # Blocks overlap, so that a piece at the end of one is seen whole.
        end = end_in(file.read(_BLOCK_BYTES + LOOK_BYTES))
        if end is not None:
            return at + end
        if not at:
            return None
    return at


def _ogg_end(data: bytes) -> int | None:
    at = data.rfind(_OGG + b"\0")
    if at < 0 or at + _OGG_HEAD > len(data):
        return None
    table = data[at + _OGG_HEAD : at + _OGG_HEAD + data[at + _OGG_HEAD - 1]]
    return at + _OGG_HEAD + len(table) + sum(table)


def _wavpack_end(data: bytes) -> int | None:
    at = data.rfind(_WAVPACK)
    if at < 0 or at + _WAVPACK_HEAD > len(data):
        return None
    return at + _WAVPACK_HEAD + int.from_bytes(data[at + 4 : at + 8], "little")


def _flac_end(head: bytes) -> _EndIn:
    """Frames do not hold their length: the least that is behind the last one's beginning."""
    largest = int.from_bytes(head[15:18], "big") or _FLAC_FRAME_BYTES

    def end_in(data: bytes) -> int | None:
        at = len(data)
        while (at := max(data.rfind(sign, 0, at) for sign in _FLAC_HEADS)) >= 0:
            if _is_flac_frame(data[at : at + 16]):
                return at + min(largest, 2)
        return None

    return end_in


def _is_flac_frame(head: bytes) -> bool:
    """By the reserved values in a frame's header and its checksum (RFC 9639, 9.1)."""
    if len(head) < 16 or head[2] >> 4 == 0 or head[2] & 15 == 15:
        return False
    if head[3] >> 4 > 10 or head[3] & 1 or head[3] >> 1 & 7 == 3:
        return False
    number = 1 if head[4] < 0x80 else 8 - (head[4] ^ 0xFF).bit_length()
    more = {6: 1, 7: 2}.get(head[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    length = 4 + number + more
    return length < len(head) and _crc8(head[:length]) == head[length]


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc << 1 ^ (0x107 if crc & 0x80 else 0)
    return crc


def _end_of_packets(file: BinaryIO, size: int) -> int:
    """Of a transport stream: where packets are no longer on end, found by halving."""
    low, high = 0, size // _PACKET
    while low < high:
        middle = (low + high + 1) // 2
        if _is_in_step(file, middle):
            low = middle
        else:
            high = middle - 1
    return low * _PACKET


def _is_in_step(file: BinaryIO, packets: int) -> bool:
    """Whether the packets that end there begin as they should."""
    first = max(0, packets - 8)
    file.seek(first * _PACKET)
    signs = file.read((packets - first) * _PACKET)[::_PACKET]
    return signs == b"G" * (packets - first)


def _end_of_segments(file: BinaryIO, size: int) -> int | None:
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(HEAD_BYTES)
        if head[:4] != _MATROSKA:
            return at
        length = size_in(head)
        if length is None:
            return None
        at += length
    return None


def _end_of_boxes(file: BinaryIO, size: int) -> int | None:
    """Of an MP4: where its boxes end, or a second index begins. Fragments may repeat theirs."""
    at, indexes = 0, 0
    for _ in range(_MAX_BOXES):
        if at + 8 > size:
            return None
        file.seek(at)
        box = file.read(16)
        length, name = int.from_bytes(box[:4], "big"), box[4:8]
        if length == _LONG:
            length = int.from_bytes(box[8:16], "big")
        if name == b"moof" or length == 0:
            return None
        if length < 8 or not name.isalnum() or (name == b"ftyp" and indexes):
            return at
        indexes += name == b"moov"
        at += length
    return None
