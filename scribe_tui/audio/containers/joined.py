"""JoinedWatch: whether a second recording follows the first, from the bytes as they pass.

Sans-IO. True only where it is certain. A decoder does not read beyond the end that the header of
the first recording gives: those bytes are requested by `wants`.
"""

from __future__ import annotations

from scribe_tui.audio.containers.beginnings import LOOK_BYTES, begins_in
from scribe_tui.audio.containers.declared_size import HEAD_BYTES
from scribe_tui.audio.containers.recording_end import EndIn, Span, Walk, piece_end, tag_before, walk

LEAST_BYTES = 64
"""Fewer bytes behind the first recording are not a recording."""
_BLOCK_BYTES = 64 * 1024
_OVERLAP_BYTES = 16 * 1024
"""Bytes examined again with the next block, so that frames across the edge are seen whole."""
_FLAC = b"fLaC"
_FLAC_BEGINS = b"fLaC\0\0\0\x22"
_FLAC_HEAD_BYTES = 26
"""Bytes of a FLAC header that hold the length of the recording."""


class JoinedWatch:
    """Feed it a recording from its first byte on, wherever it is cut, then ask."""

    def __init__(self) -> None:
        self._head = b""
        self._size = 0
        self._is_known = False
        self._by_pieces: _LastPiece | None = None
        self._by_heads: _Walker | None = None
        self._seams: _Seams | None = None
        self._tag_left = 0

    @property
    def flac_seconds(self) -> float | None:
        """Total seconds of several FLAC recordings in a row; None unless there are several.

        Older decoders hear them all but for a few frames where one follows another.
        """
        seams = self._seams
        return seams.seconds if seams is not None and seams.count > 1 else None

    @property
    def wants(self) -> Span | None:
        """The bytes needed next that did not pass by: (offset, length); None: nothing."""
        return self._by_heads.wants if self._by_heads is not None else None

    def feed(self, data: bytes) -> None:
        """The next bytes."""
        if not self._is_known:
            self._begin(data)
            return
        self._pass(data)

    def give(self, data: bytes) -> None:
        """Take the bytes that `wants` asked for; fewer where the recording ends before."""
        if self._by_heads is not None:
            self._by_heads.give(data)

    def ended(self, *, is_all: bool) -> None:
        """No more bytes will be fed.

        Unless `is_all`, those that `wants` names may still be given.
        """
        if not self._is_known:
            self._decide()
        if is_all and self._by_heads is not None:
            self._by_heads.finish()

    @property
    def holds_another(self) -> bool:
        """Whether another recording stands behind the first, after `ended`."""
        if self._by_heads is not None:
            return self._by_heads.holds_another
        return self._by_pieces is not None and self._by_pieces.holds_another

    def _begin(self, data: bytes) -> None:
        self._head += data
        if len(self._head) >= HEAD_BYTES + tag_before(self._head) or len(self._head) > LOOK_BYTES:
            self._decide()

    def _decide(self) -> None:
        self._is_known = True
        head, self._head = self._head, b""
        sound = head[tag_before(head) :] or head
        if (steps := walk(head)) is not None:
            self._by_heads = _Walker(steps)
        elif (end_in := piece_end(sound)) is not None:
            self._by_pieces = _LastPiece(end_in)
            self._seams = _Seams() if sound[:4] == _FLAC else None
        self._pass(head)

    def _pass(self, data: bytes) -> None:
        if self._by_pieces is not None:
            self._by_pieces.feed(data)
        if self._by_heads is not None:
            self._by_heads.feed(data)
        if self._seams is not None:
            self._seams.feed(data)


class _LastPiece:
    """Watches a format of frames, pages or packets: whether anything follows the last of them."""

    def __init__(self, end_in: EndIn) -> None:
        self._end_in = end_in
        self._data = bytearray()
        self._start = 0
        self._end: int | None = None
        self._behind = bytearray()

    def feed(self, data: bytes) -> None:
        self._data += data
        while len(self._data) >= _BLOCK_BYTES + _OVERLAP_BYTES:
            self._look(_BLOCK_BYTES)

    @property
    def holds_another(self) -> bool:
        self._look(len(self._data))
        return len(self._behind) >= LEAST_BYTES and begins_in(bytes(self._behind))

    def _look(self, size: int) -> None:
        """Examine the bytes so far; the first `size` of them are not examined again."""
        found = self._end_in(bytes(self._data[: size + _OVERLAP_BYTES]))
        if found is not None:
            self._end = self._start + found
            self._behind.clear()
        if self._end is not None and (left := LOOK_BYTES - len(self._behind)) > 0:
            begin = max(0, self._end + len(self._behind) - self._start)
            self._behind += self._data[begin : min(size, begin + left)]
        del self._data[:size]
        self._start += size


class _Walker:
    """Watches a format whose headers give its end: walks from header to header to that end."""

    def __init__(self, steps: Walk) -> None:
        self._steps: Walk | None = steps
        self._passed = 0
        self._taken = bytearray()
        self.holds_another = False
        self.wants: Span | None = next(steps)

    def feed(self, data: bytes) -> None:
        """Take the next bytes that pass by; keeps those that the walk needs."""
        while self.wants is not None:
            at, size = self.wants
            begin = at + len(self._taken) - self._passed
            if begin < 0 or begin >= len(data):  # it has gone by, or comes later
                break
            self._taken += data[begin : begin + size - len(self._taken)]
            if len(self._taken) < size:
                break
            self.give(bytes(self._taken))
        self._passed += len(data)

    def finish(self) -> None:
        while self.wants is not None:
            self.give(bytes(self._taken))

    def give(self, data: bytes) -> None:
        self._taken.clear()
        if self._steps is None:
            self.wants = None
            self.holds_another = len(data) >= LEAST_BYTES and begins_in(data)
            return
        try:
            self.wants = self._steps.send(data)
        except StopIteration as ended:
            self._steps = None
            self.wants = None if ended.value is None else (ended.value, LOOK_BYTES)


class _Seams:
    """Counts consecutive FLAC recordings and adds up the lengths in their headers."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds: float | None = 0.0
        self._rest = b""

    def feed(self, data: bytes) -> None:
        data = self._rest + data
        at = data.find(_FLAC_BEGINS)
        while 0 <= at <= len(data) - _FLAC_HEAD_BYTES:
            self._add(data[at + len(_FLAC_BEGINS) :])
            at = data.find(_FLAC_BEGINS, at + 1)
        self._rest = data[-len(_FLAC_BEGINS) + 1 :] if at < 0 else data[at:]

    def _add(self, info: bytes) -> None:
        """By the stream info block (RFC 9639, 8.2): 20 bits rate, later 36 bits samples."""
        self.count += 1
        rate = int.from_bytes(info[10:13], "big") >> 4
        samples = int.from_bytes(info[13:18], "big") & 0xFFFFFFFFF
        known = self.seconds is not None and rate and samples
        self.seconds = self.seconds + samples / rate if self.seconds is not None and known else None
