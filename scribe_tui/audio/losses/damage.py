"""Damage: notices about packets that could not be decoded while the rest of the sound could.

Known is only that some are missing, and where the first was. Their lengths are not known: they were
in the damaged bytes. No clock, no process.
"""

from __future__ import annotations

from enum import Enum, auto

_SURE = 3
"""Consecutive undecodable packets that certainly mean damage. One or two also occur where a station
is joined between two frames, at a tag behind the end, and where files were joined."""
_EDGE_SECONDS = 0.5
_ON_END_SECONDS = 2.0
"""Undecodable packets count as consecutive if at most this much sound came between them."""
TAIL_BYTES = 512
"""Bytes at the end of a recording in which a tag is searched for."""
_LYRICS = (b"LYRICS200", b"LYRICSEND")


class Loss(Enum):
    """What is certainly missing of a source that is over."""

    NONE = auto()
    SOME = auto()
    REST = auto()


class Damage:
    """Damage in one decoding of the source called `where`; `notice` is a sentence or None."""

    def __init__(self, where: str, *, is_live: bool) -> None:
        self._where = where
        self._is_live = is_live
        self._first_seconds = 0.0
        self._latest_seconds = 0.0
        self._run_seconds = 0.0
        self._on_end = 0
        self.count = 0
        self.lost_from: float | None = None
        """Seconds at which sound is surely lost, None: none is, but for a piece here and there."""
        self.notice: str | None = None

    def add(self, count: int, seconds: float) -> None:
        """Note that `count` packets in all were undecodable when `seconds` of sound had come."""
        new = count - self.count
        if not self.count:
            self._first_seconds = seconds
        is_next = seconds - self._latest_seconds <= _ON_END_SECONDS
        if not is_next or not self._on_end:
            self._run_seconds = seconds
        self._on_end = self._on_end + new if is_next else new
        self._latest_seconds = seconds
        self.count = count
        if self._on_end >= _SURE and self.lost_from is None:
            self.lost_from = self._run_seconds
        if self._is_live and count >= _SURE:
            self._say()

    def went_on(self, seconds: float) -> None:
        """Note that `seconds` of sound came.

        Undecodable packets before it were no tag at the end.
        """
        if self.lost_from is not None and seconds - self.lost_from > _ON_END_SECONDS:
            self._say()

    def ended(self, seconds: float, tail: bytes = b"") -> Loss:
        """What is missing of a source that ended after `seconds`; a single packet counts here.

        `tail`: its last `TAIL_BYTES`, as far as they are known.
        """
        inside = _EDGE_SECONDS < self._first_seconds < seconds - _EDGE_SECONDS
        if self._is_live or not self.count:
            return Loss.NONE
        if self.lost_from is None or self.lost_from < seconds - _EDGE_SECONDS:
            if inside or self.lost_from is not None:
                self._say()
            return Loss.NONE if self.lost_from is None else Loss.SOME
        return Loss.NONE if _ends_with_tag(tail) else Loss.REST

    def _say(self) -> None:
        if self.notice is not None:
            return
        if self._is_live:
            self.notice = f"some of what {self._where} sends is damaged and cannot be decoded"
        elif self.lost_from is None:
            few = "a piece" if self.count == 1 else f"{self.count} pieces"
            place = f"at about {self._first_seconds:.0f} s"
            place = place if self.count == 1 else f"the first {place}"
            self.notice = f"{few} of the sound of {self._where}, {place}, could not be decoded"
        else:
            self.notice = (
                f"{self._where} is damaged: {self.place}some of its sound cannot be decoded"
            )

    @property
    def place(self) -> str:
        """Where sound is certainly lost, as the middle of a sentence; empty at the beginning."""
        if self.lost_from is None or self.lost_from < _EDGE_SECONDS:
            return ""
        return f"from about {self.lost_from:.0f} s on "


def _ends_with_tag(tail: bytes) -> bool:
    """Whether a recording whose last bytes these are ends with a tag, which may hold a picture."""
    rest = tail[:-128] if tail[-128:-125] == b"TAG" else tail
    return rest[-32:-24] == b"APETAGEX" or rest.endswith(_LYRICS) or rest[-10:-7] == b"3DI"
