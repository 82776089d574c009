"""Matroska as the decoder writes it into a pipe: a head, then clusters of about a second.

Element numbers are those of RFC 9559. Times are milliseconds.
"""

from __future__ import annotations

from itertools import pairwise

from scribe_tui.audio.splitting.splitter import MAX_WAITING_BYTES, StreamPiece

_CLUSTER, _SEGMENT = 0x1F43B675, 0x18538067
_TIMESTAMP, _SIMPLE_BLOCK, _GROUP, _BLOCK = 0xE7, 0xA3, 0xA0, 0xA1
_HOLE_MS = 60.0
"""A larger jump between timestamps is a gap in the sound."""


class MatroskaSplitter:
    """A `Splitter`; a file may begin with any cluster.

    Sound is counted by the blocks in the clusters. Where timestamps jump, because a server lacked a
    segment, a decoder of the file plays on without a gap.
    """

    suffix = ".mka"

    def __init__(self) -> None:
        self.header = b""
        self.is_lost = False
        self._rest = bytearray()
        self._first = True
        self._began = 0.0
        self._latest: tuple[int, float] | None = None

    def feed(self, data: bytes) -> list[StreamPiece]:
        """The head, then every whole cluster, is a piece."""
        self._rest += data
        pieces = []
        while (piece := self._next()) is not None:
            pieces.append(piece)
        if len(self._rest) > 4 * MAX_WAITING_BYTES:
            self.is_lost = True
            self._rest.clear()
        return pieces

    def _next(self) -> StreamPiece | None:
        element = _element(self._rest, 0)
        if element is None:
            return None
        number, start, size = element
        end = start if number == _SEGMENT else start + size
        if end > len(self._rest):
            return None
        data = bytes(self._rest[:end])
        del self._rest[:end]
        if number != _CLUSTER:
            if self._first:
                self.header += data
                return StreamPiece(data, 0.0 if data.startswith(b"\x1a\x45\xdf\xa3") else None)
            return StreamPiece(data, None)
        self._first = False
        at_ms, sound_ms = _measure(data, start)
        if self._latest is not None:
            before_ms, counted_ms = self._latest
            step = at_ms - before_ms
            # Their times do not add up rounding errors, as counting does.
            self._began += step if abs(step - counted_ms) <= _HOLE_MS else counted_ms
        self._latest = at_ms, sound_ms
        return StreamPiece(data, self._began / 1000)


def _measure(cluster: bytes, at: int) -> tuple[int, float]:
    """A cluster's time, and how much sound lies in it by the spacing of its blocks, in ms."""
    began = 0
    times: list[int] = []
    while (element := _element(cluster, at)) is not None:
        number, start, size = element
        if number == _GROUP:
            at = start
            continue
        if number == _TIMESTAMP:
            began = int.from_bytes(cluster[start : start + size], "big")
        if number in (_SIMPLE_BLOCK, _BLOCK) and start + 3 <= len(cluster):
            times.append(int.from_bytes(cluster[start + 1 : start + 3], "big", signed=True))
        at = start + size
    steps = [later - earlier for earlier, later in pairwise(times)]
    longest = max(_HOLE_MS, 4.0 * sorted(steps)[len(steps) // 2]) if steps else 0.0
    usual = [step for step in steps if 0 <= step <= longest]
    each = sum(usual) / len(usual) if usual else 0.0
    return began + (times[0] if times else 0), each * len(times)


def _element(data: bytes | bytearray, at: int) -> tuple[int, int, int] | None:
    """(number, where its content begins, size of that); None if its head is not whole."""
    number = _number(data, at, marker=True)
    size = None if number is None else _number(data, number[1], marker=False)
    if number is None or size is None:
        return None
    return number[0], size[1], size[0]


def _number(data: bytes | bytearray, at: int, *, marker: bool) -> tuple[int, int] | None:
    """A number of variable length, with its length `marker` or without, and where it ends."""
    if at >= len(data):
        return None
    first = data[at]
    length = 9 - first.bit_length()
    if first == 0 or at + length > len(data):
        return None
    value = int.from_bytes(data[at : at + length], "big")
    return (value if marker else value & ((1 << (7 * length)) - 1)), at + length
