"""Damage: what there is to say of sound that could not be decoded while the rest could.

How long the missing pieces were is not known: their lengths stood in what is damaged. Only
that there are some, and where the first was. No clock, no process.
"""

from __future__ import annotations

from enum import Enum, auto

_SURE = 3
"""So many pieces on end are damage; one or two also where a station is joined between two
frames, at a tag behind the end, and wherever files were joined to one."""
_EDGE_SECONDS = 0.5
_ON_END_SECONDS = 2.0
"""Pieces are on end where so much sound at most came between them."""
TAIL_BYTES = 512
"""As much of the end of a recording is looked at for a tag."""
_LYRICS = (b"LYRICS200", b"LYRICSEND")


class Loss(Enum):
    """What is surely missing of a source that is over."""

    NONE = auto()
    SOME = auto()
    REST = auto()


class Damage:
    """Of one decoding of the source called `where`; `notice` says it, None: nothing to say."""

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
        """So many pieces could not be decoded by now, `seconds` of sound having come."""
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
        """So much sound came: what stands before some of it was no tag behind the end."""
        if self.lost_from is not None and seconds - self.lost_from > _ON_END_SECONDS:
            self._say()

    def ended(self, seconds: float, tail: bytes = b"") -> Loss:
        """What is missing, the source being over after so much sound: a single piece counts, too.

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
        """Where sound is surely lost, as the middle of a sentence; empty at the beginning."""
        if self.lost_from is None or self.lost_from < _EDGE_SECONDS:
            return ""
        return f"from about {self.lost_from:.0f} s on "


def _ends_with_tag(tail: bytes) -> bool:
    """Whether a recording whose last bytes these are ends with a tag, which may hold a picture."""
    rest = tail[:-128] if tail[-128:-125] == b"TAG" else tail
    return rest[-32:-24] == b"APETAGEX" or rest.endswith(_LYRICS) or rest[-10:-7] == b"3DI"
