"""Damage: what there is to say of sound that could not be decoded while the rest could.

How long the missing pieces were is not known: their lengths stood in what is damaged. Only
that there are some, and where the first was. No clock, no process.
"""

from __future__ import annotations

_SURE = 3
"""So many pieces are damage; one or two also where a station is joined between two frames,
or at a tag behind the end."""
_EDGE_SECONDS = 0.5


class Damage:
    """Of one decoding of the source called `where`; `notice` says it, None: nothing to say."""

    def __init__(self, where: str, *, is_live: bool) -> None:
        self._where = where
        self._is_live = is_live
        self._first_seconds = 0.0
        self.count = 0
        self.notice: str | None = None

    def add(self, count: int, seconds: float) -> None:
        """So many pieces could not be decoded by now, `seconds` of sound having come."""
        if not self.count:
            self._first_seconds = seconds
        self.count = count
        if count >= _SURE:
            self._say()

    def ended(self, seconds: float) -> None:
        """The source is over after so much sound: a single piece in its midst counts, too."""
        inside = _EDGE_SECONDS < self._first_seconds < seconds - _EDGE_SECONDS
        if self.count and inside and not self._is_live:
            self._say()

    def _say(self) -> None:
        if self.notice is not None:
            return
        if self._is_live:
            self.notice = f"some of what {self._where} sends is damaged and cannot be decoded"
        elif self.count < _SURE:
            place = f"at about {self._first_seconds:.0f} s"
            self.notice = f"a piece of the sound of {self._where}, {place}, could not be decoded"
        else:
            early = self._first_seconds < _EDGE_SECONDS
            place = "" if early else f"from about {self._first_seconds:.0f} s on "
            self.notice = f"{self._where} is damaged: {place}some of its sound cannot be decoded"
