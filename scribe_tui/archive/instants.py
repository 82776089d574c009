"""Instants: converts wall-clock time to source time, by the pairs of both in the journal.

Both advance equally only while nobody sets the clock, no file is paused, and no file is read faster
than it plays. So an instant is looked up among those that the journal relates to source time.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from scribe_tui.events import Event, GapRecorded, SegmentCommitted, SessionOpened, SoundKept

TYPES = ("session_start", "sound", "segment", "gap")
"""Types of records that relate instants to source time, or begin runs."""
_REAL_TIME = 1.05
"""Source seconds per second above which a source is not live."""


class Instants:
    """The instants of each run of one session, counted from 1."""

    def __init__(self, events: Iterable[Event]) -> None:
        """`events`: at least those of `TYPES`, in order."""
        self._runs: dict[int, list[tuple[float, float]]] = {}
        run = 0
        for event in events:
            match event:
                case SessionOpened():
                    run += 1
                case SoundKept(start_seconds=seconds, started_at=at):
                    self._add(run, seconds, at)
                case SegmentCommitted(segment=segment):
                    self._add(run, segment.start_seconds, segment.started_at)
                case GapRecorded(gap=gap):
                    self._add(run, gap.start_seconds, gap.started_at)
                    self._add(run, gap.end_seconds, gap.ended_at)
        for known in self._runs.values():
            known.sort()

    def _add(self, run: int, seconds: float, at: float) -> None:
        self._runs.setdefault(run, []).append((seconds, at))

    def seconds(self, run: int, instant: float) -> float | None:
        """Return the source seconds of that run at an instant; None: nothing is known of the run.

        Of an instant that occurred twice, because the clock was set back, the first time counts.
        """
        known = self._runs.get(run)
        if not known:
            return None
        for (seconds, at), (later_seconds, later_at) in pairwise(known):
            grown = later_seconds - seconds
            # The clock may have been put back in between.
            lasted = later_at - at if later_at >= at else grown
            if at <= instant < at + lasted:
                if grown > _REAL_TIME * lasted:
                    return seconds + grown * (instant - at) / lasted
                return min(seconds + instant - at, later_seconds)
        seconds, at = known[-1] if instant >= known[-1][1] else known[0]
        return seconds + instant - at
