"""Where a recording ends, by its kind: as its head says, or behind its last frame, page or packet.

Sans-IO. What stands behind may be a tag, or another recording, which the decoder never reaches
(`cat a.wav b.mp3`). Of one kind of sound on end the decoder hears all where it reads frame by
frame: MP3, AAC, Ogg, FLAC, WavPack, Matroska, transport streams.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from scribe_tui.audio.containers.beginnings import frames_end, id3_bytes
from scribe_tui.audio.containers.declared_size import HEAD_BYTES, size_in
from scribe_tui.audio.containers.transport_stream import PACKET_BYTES, is_transport_stream
from scribe_tui.audio.splitting.frames import frame_at

_MAX_BOXES = 100_000
"""Fragments of a second have two each."""
_LONG = 1
_IN_STEP = 8
_MATROSKA, _OGG, _FLAC, _WAVPACK = b"\x1aE\xdf\xa3", b"OggS", b"fLaC", b"wvpk"
_OGG_HEAD, _WAVPACK_HEAD = 27, 8
_FLAC_FRAME_BYTES = 64 * 1024
"""Assumed size of the largest FLAC frame where the header gives none."""
_FLAC_HEADS = (b"\xff\xf8", b"\xff\xf9")

EndIn = Callable[[bytes], int | None]
"""Index past the last frame, page or packet of a format in some bytes; None: there is none."""

Span = tuple[int, int]
"""(offset in a recording, number of bytes)."""

Walk = Generator[Span, bytes, int | None]
"""Yields the spans it needs, at growing offsets, and returns the end of the recording; None:
unknown.

It is sent the bytes of each span, fewer where the file ends before.
"""


def piece_end(head: bytes) -> EndIn | None:
    """How to find the end of a recording by its last frame, page or packet; None: by its headers.

    `head` may be a tag alone; then call this with the bytes behind the tag.
    """
    if head[:4] == _OGG:
        return _ogg_end
    if head[:4] == _FLAC:
        return _flac_end(head)
    if head[:4] == _WAVPACK:
        return _wavpack_end
    if is_transport_stream(head):
        return _packets_end
    if len(head) >= PACKET_BYTES and frame_at(head, 0) is not None:
        layer = head[1] & 6
        return lambda data: frames_end(data, layer=layer)
    return None


def walk(head: bytes) -> Walk | None:
    """How to find the end of a recording by the headers in it; None: they do not give it."""
    if head[4:8] == b"ftyp":
        return _boxes()
    if head[:4] == _MATROSKA:
        return _segments()
    return None if size_in(head) is None else _declared()


def tag_before(head: bytes) -> int:
    """Length in bytes of the tag before the sound."""
    return id3_bytes(head)


def _declared() -> Walk:
    return size_in((yield 0, HEAD_BYTES))


def _segments() -> Walk:
    """Matroska: the end of its segments, of which there may be several."""
    at = 0
    while True:
        head = yield at, HEAD_BYTES
        if not head:
            return None
        if head[:4] != _MATROSKA:
            return at
        length = size_in(head)
        if length is None:
            return None
        at += length


def _boxes() -> Walk:
    """MP4: where its boxes end, or where a second index begins. Fragments may repeat theirs."""
    at, indexes, is_fragmented = 0, 0, False
    for _ in range(_MAX_BOXES):
        box = yield at, 16
        if len(box) < 8:
            return None
        length, name = int.from_bytes(box[:4], "big"), box[4:8]
        if length == _LONG:
            length = int.from_bytes(box[8:16], "big")
        if length == 0:
            return None
        is_fragmented = is_fragmented or name == b"moof"
        is_second = name == b"ftyp" and indexes > 0 and not is_fragmented
        if length < 8 or not name.isalnum() or is_second:
            return at
        indexes += name == b"moov"
        at += length
    return None


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


def _packets_end(data: bytes) -> int | None:
    """Transport stream: the end of the last packet that follows another."""
    at = len(data) - PACKET_BYTES + 1
    while (at := data.rfind(b"G", 0, at)) >= (_IN_STEP - 1) * PACKET_BYTES:
        first = at - (_IN_STEP - 1) * PACKET_BYTES
        if data[first : at + 1 : PACKET_BYTES] == b"G" * _IN_STEP:
            return at + PACKET_BYTES
    return None


def _flac_end(head: bytes) -> EndIn:
    """FLAC frames do not hold their length: the end is at least behind the last one's header."""
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
