"""AudioTimeline: which audio was heard, committed or missed, to the sample.

Positions are samples since the session's first sound, gaps included; `anchors` tie them to
the wall clock. What each connection was sent is in its own `ConnectionTimeline`.

The balance always holds: heard = committed + open + gaps.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import Gap

_CLOCK_SLACK_SECONDS = 0.25
"""How far wall clock and sample count may differ before a new anchor is added."""
_ANCHORS_KEPT = 1024
"""How many anchors are kept; instants are asked for the last minutes only."""


@dataclass(frozen=True, slots=True)
class Balance:
    """In samples: heard = committed + open + gaps."""

    heard: int
    committed: int
    open: int
    gaps: int


class AudioTimeline:
    """What became of the sound of one run of a session. No clock, no loop; counts in samples."""

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self.heard = 0
        """Position right after the latest sound or gap."""
        self.settled = 0
        """Everything before this position is committed or a gap and never sent again."""
        self._settled_gaps = 0
        self._open_gaps: deque[tuple[int, int]] = deque()
        self._anchors: deque[tuple[int, float]] = deque(maxlen=_ANCHORS_KEPT)

    def add_sound(self, samples: int, heard_at: float) -> int:
        """Add new sound; returns its position. `heard_at`: wall clock of its first sample.

        If the wall clock was set since, labels follow the new time from that position on.
        """
        position = self.heard
        start, wall = self._anchors[-1] if self._anchors else (position, math.inf)
        expected = wall + self._format.seconds(position - start)
        if abs(expected - heard_at) > _CLOCK_SLACK_SECONDS:
            self._anchors.append((position, heard_at))
        self.heard += samples
        return position

    def add_gap(self, samples: int, started_at: float, cause: str) -> Gap:
        """Add `samples` that never arrived, right after the latest sound; returns the gap.

        `started_at`: wall clock of its start, in seconds since the epoch.
        """
        start = self.heard
        self._anchors.append((start, started_at))
        self.heard += samples
        self._open_gaps.append((start, self.heard))
        return self._fact(start, self.heard, cause)

    def give_up(self, end: int, cause: str) -> list[Gap]:
        """Make gaps of all unsettled sound before `end`: it cannot be sent again.

        Returns the new gaps, without those recorded before.
        """
        lost = list(self._between_gaps(self.settled, end))
        self._settled_gaps += sum(stop - start for start, stop in lost)
        self.settle(end)
        return [self._fact(start, stop, cause) for start, stop in lost]

    def skip(self, start: int, end: int, cause: str) -> list[Gap]:
        """Make gaps of the sound from `start` to `end`; sound before `start` stays open.

        Returns the new gaps, without those recorded before.
        """
        lost = list(self._between_gaps(max(start, self.settled), end))
        if lost:
            self._open_gaps = deque(sorted([*self._open_gaps, *lost]))
        return [self._fact(start, stop, cause) for start, stop in lost]

    def _between_gaps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for gap_start, gap_end in (*self._open_gaps, (end, end)):
            stop = min(gap_start, end)
            if stop > start:
                yield start, stop
            start = max(start, gap_end)

    def settle(self, position: int) -> None:
        """Count everything before `position` as committed, except the gaps in it."""
        self.settled = max(self.settled, min(position, self.heard))
        while self._open_gaps and self._open_gaps[0][1] <= self.settled:
            start, end = self._open_gaps.popleft()
            self._settled_gaps += end - start

    def wall_clock(self, position: int) -> float:
        """When the sound at `position` was heard, seconds since the epoch."""
        if not self._anchors:
            return 0.0
        index = bisect_right(self._anchors, position, key=lambda anchor: anchor[0]) - 1
        start, wall = self._anchors[max(index, 0)]
        return wall + self._format.seconds(position - start)

    def seconds(self, position: int) -> float:
        """Source time of `position`, in seconds."""
        return self._format.seconds(position)

    def balance(self) -> Balance:
        """The present balance."""
        open_gaps = sum(end - max(start, self.settled) for start, end in self._open_gaps)
        passed = sum(max(0, self.settled - start) for start, _ in self._open_gaps)
        committed = self.settled - self._settled_gaps - passed
        gaps = self._settled_gaps + passed + open_gaps
        return Balance(self.heard, committed, self.heard - committed - gaps, gaps)

    def _fact(self, start: int, end: int, cause: str) -> Gap:
        return Gap(
            start_seconds=self.seconds(start),
            end_seconds=self.seconds(end),
            started_at=self.wall_clock(start),
            ended_at=self.wall_clock(end),
            cause=cause,
        )
