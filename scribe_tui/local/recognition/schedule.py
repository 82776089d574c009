"""Decides which passage of all streams is recognised next.

Passages that have ended come first, those heard earliest before others: their text will be
committed. Then come open passages whose speaker pauses, so that their text is ready for the
commit. Last come open passages during speech, for partials. If the machine is behind, only
ended passages are recognised, so that no committed text is left out.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from scribe_tui.local.recognition.passages import Passage
from scribe_tui.local.recognition.segmenter import Segmenter

PARTIAL_SECONDS: Final = 1.0
"""Least time between two partials of a stream, as is reported of the service."""
PARTIAL_SHARE: Final = 0.25
"""Partials of one stream take at most this share of one processor's time."""
FIRST_PARTIAL_SECONDS: Final = 0.8
"""Least new speech for a partial; for less the recogniser invents words."""
SETTLES_AFTER_SECONDS: Final = 0.25
"""After a pause this long the open passage is recognised up to it, as the segment may end there."""
BEHIND_SECONDS: Final = 2.0
"""If ended speech waits this long, the machine is behind: no partials are made."""
_SPARE: Final = 0.8
"""Share of its time that a machine can use for recognition permanently."""
_FIRST_COST: Final = 0.1
_COST_WEIGHT: Final = 0.2


class Urgency(IntEnum):
    """Why a passage is recognised; lower comes first."""

    ENDED = 0
    PAUSED = 1
    PARTIAL = 2


@dataclass(eq=False, slots=True)
class StreamState:
    """What the schedule knows about one stream. Instants are seconds on the process's clock."""

    number: int
    segmenter: Segmenter
    commits_by_vad: bool
    partial_due_at: float = 0.0

    def lag_seconds(self, now: float) -> float:
        """Seconds that the oldest ended passage has waited for its text; 0 if none waits."""
        ended = [it for it in self.segmenter.passages() if it.ended and not it.is_final]
        return now - ended[0].heard_at if ended else 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """A passage to recognise; `samples` are its first `speech_seconds` and a little quiet."""

    stream: StreamState
    passage: Passage
    urgency: Urgency
    samples: array[float]
    speech_seconds: float
    begun_at: float


class RecognitionSchedule:
    """Gives jobs to `workers` threads. Not thread-safe: the caller must hold a lock."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._partials_in_work = 0
        self._cost = _FIRST_COST
        self.streams: dict[int, StreamState] = {}

    @property
    def possible_streams(self) -> int:
        """About how many streams of continuous speech this machine can follow."""
        return max(1, int(self._workers * _SPARE / self._cost))

    def next(self, now: float) -> Job | None:
        """The job to do now, whose passage is marked as in work; None if there is none."""
        candidates = [
            (urgency, since, stream.number, stream, passage)
            for stream in self.streams.values()
            for urgency, since, passage in self._wanted(stream, now)
        ]
        if not candidates:
            return None
        urgency, _, _, stream, passage = min(candidates, key=lambda it: it[:3])
        if urgency is not Urgency.ENDED:
            if self._partials_in_work >= max(1, self._workers - 1) or self._is_behind(now):
                return None
            self._partials_in_work += 1
        passage.in_work = True
        speech_seconds = passage.speech_seconds
        return Job(stream, passage, urgency, passage.to_recognise(), speech_seconds, now)

    def finished(self, job: Job, text: str, now: float) -> None:
        """Take the text of a finished job."""
        job.passage.in_work = False
        job.passage.recognised(text, job.speech_seconds)
        took = now - job.begun_at
        if job.urgency is Urgency.ENDED:
            cost = took / max(1.0, job.speech_seconds)
            self._cost += _COST_WEIGHT * (cost - self._cost)
        else:
            self._partials_in_work -= 1
        job.stream.partial_due_at = job.begun_at + max(PARTIAL_SECONDS, took / PARTIAL_SHARE)

    def _is_behind(self, now: float) -> bool:
        return any(it.lag_seconds(now) >= BEHIND_SECONDS for it in self.streams.values())

    def _wanted(self, stream: StreamState, now: float) -> Iterator[tuple[Urgency, float, Passage]]:
        for passage in stream.segmenter.passages():
            if passage.in_work or passage.is_settled:
                continue
            if passage.ended:
                yield Urgency.ENDED, passage.heard_at, passage
            elif self._has_paused(stream, passage):
                yield Urgency.PAUSED, passage.heard_at, passage
            elif passage.new_seconds >= FIRST_PARTIAL_SECONDS and now >= stream.partial_due_at:
                yield Urgency.PARTIAL, stream.partial_due_at, passage

    def _has_paused(self, stream: StreamState, passage: Passage) -> bool:
        return (
            stream.commits_by_vad
            and stream.segmenter.quiet_seconds >= SETTLES_AFTER_SECONDS
            and passage.speech_seconds >= SETTLES_AFTER_SECONDS
        )
