"""Segments of an HLS playlist that never came: how much sound is missing, and where.

Sans-IO. The decoder silently skips a segment that cannot be fetched, or that left the playlist
before it was requested. The numbers of the segments that came show which did not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scribe_tui.audio.web.hls import Segment

_WRONG_BY_SECONDS, _ROUNDED_BY_SECONDS, _WRONG_BY_SHARE = 0.1, 0.5, 0.02
"""Tolerances for the declared length of a segment; some playlists give it in whole seconds."""
MOST_MISSING = 100
"""Most missing segments in a row: a playlist that jumps further restarted its numbering."""


@dataclass(frozen=True, slots=True)
class Hole:
    """`seconds` of sound are missing after `after_seconds` of the sound that came."""

    after_seconds: float
    seconds: float


class MissingSegments:
    """Finds missing sound from each playlist and each segment that came.

    Byte ranges of one file are not counted.
    """

    def __init__(self) -> None:
        self._listed: dict[str, list[Segment]] = {}
        self._lengths: dict[int, float] = {}
        self._latest: int | None = None
        self._came_seconds = 0.0
        self._wrong_by = 0.0
        self.holes: list[Hole] = []
        """The holes that `take` has not returned yet, in order."""

    def listed(self, segments: Sequence[Segment]) -> None:
        """Take the segments of the newest playlist."""
        self._listed = {}
        for segment in segments:
            self._listed.setdefault(segment.address, []).append(segment)
        first = segments[0].number if segments else 0
        self._lengths = {
            number: seconds
            for number, seconds in self._lengths.items()
            if first - MOST_MISSING <= number < first
        } | {segment.number: segment.seconds for segment in segments}

    def asked(self, address: str) -> Segment | None:
        """The segment with that address; None for a key, an `EXT-X-MAP` or an unknown one."""
        segments = self._listed.get(address)
        if not segments:
            return None
        latest = -1 if self._latest is None else self._latest
        found = next((each for each in segments if each.number > latest), segments[-1])
        if self._latest is None:
            self._latest = found.number - 1
        return found

    def came(self, segment: Segment) -> None:
        """Note that a requested segment came."""
        missing = range((self._latest or 0) + 1, segment.number)
        if self._latest is not None and 0 < len(missing) <= MOST_MISSING:
            seconds = sum(self._lengths.get(number, segment.seconds) for number in missing)
            self.holes.append(Hole(self._came_seconds, seconds))
        self._came_seconds += segment.seconds
        is_rounded = segment.seconds.is_integer()
        self._wrong_by += _ROUNDED_BY_SECONDS if is_rounded else _WRONG_BY_SECONDS
        self._latest = segment.number

    def unheard(self, heard_seconds: float) -> float:
        """Seconds that came but were not heard; 0 within the tolerance for declared lengths."""
        missing = self._came_seconds - heard_seconds
        usual = self._wrong_by + self._came_seconds * _WRONG_BY_SHARE
        return missing if missing > usual else 0.0

    def broke(self, segment: Segment, share: float) -> None:
        """Note that the last `share` (0 to 1) of the latest segment did not come."""
        lost = segment.seconds * min(1.0, max(0.0, share))
        self._came_seconds -= lost
        self.holes.append(Hole(self._came_seconds, lost))

    def take(self, heard_seconds: float) -> float:
        """Seconds missing after `heard_seconds` of sound; each hole is returned once."""
        seconds = 0.0
        while self.holes and self.holes[0].after_seconds <= heard_seconds:
            seconds += self.holes.pop(0).seconds
        return seconds
