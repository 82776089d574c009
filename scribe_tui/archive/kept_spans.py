"""Kept spans: which file holds which span of source time, from the journal's records."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from scribe_tui.archive.instants import TYPES, Instants
from scribe_tui.events import Event, SessionOpened, SoundKept
from scribe_tui.journal.reading.journals import Journal
from scribe_tui.journal.reading.reader import read_types
from scribe_tui.journal.reading.times import Bound, Window
from scribe_tui.transcript import SAME_RUN_SECONDS

LocateSound = Callable[[int, float], tuple[str, float] | None]
"""Maps a run of the session and source seconds in it to a file and the seconds in that."""


@dataclass(frozen=True, slots=True)
class KeptSpan:
    """Sound in one file: `[start_seconds, end_seconds)` in source time.

    `offset_seconds` is where it begins in the file, `started_at` the instant it was heard. The end
    is infinite if the span lasts to the end of its file. `run` counts the runs of the session, each
    with its own source time and over before the instant `run_over_at`. `digest`: SHA-256 of a local
    file.
    """

    file: str
    offset_seconds: float
    start_seconds: float
    end_seconds: float
    started_at: float
    run: int
    audio_format: str
    digest: str = ""
    run_over_at: float = math.inf


@dataclass(frozen=True, slots=True)
class TranscriptSpan:
    """A span of a session, as its transcript gives it.

    In source seconds of the run that contains the instant of its beginning (`started_at`).
    """

    started_at: float
    start_seconds: float
    end_seconds: float

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return self.end_seconds - self.start_seconds

    def widened(self, seconds: float) -> TranscriptSpan:
        """Return the span, extended by `seconds` on both sides."""
        before = min(seconds, self.start_seconds)
        return TranscriptSpan(
            self.started_at - before, self.start_seconds - before, self.end_seconds + seconds
        )


def kept_spans(events: Iterable[Event]) -> list[KeptSpan]:
    """Return all spans of the session's events, in order."""
    spans: list[KeptSpan] = []
    run, audio_format = 0, "pcm_16000"
    for event in events:
        if isinstance(event, SessionOpened):
            spans = [
                replace(span, run_over_at=event.at) if span.run == run else span for span in spans
            ]
            run, audio_format = run + 1, event.audio_format
        elif isinstance(event, SoundKept):
            if spans and spans[-1].run == run:
                spans[-1] = replace(spans[-1], end_seconds=event.start_seconds)
            spans.append(
                KeptSpan(
                    event.file,
                    event.offset_seconds,
                    event.start_seconds,
                    math.inf,
                    event.started_at,
                    run,
                    audio_format,
                    event.digest,
                )
            )
    return _joined(span for span in spans if span.end_seconds > span.start_seconds)


def kept_within(journal: Journal, window: Window) -> list[KeptSpan]:
    """Return the kept spans in a window; source seconds are those of the last run."""
    events = list(read_types(journal, TYPES))
    spans, instants = kept_spans(events), Instants(events)
    last = spans[-1].run if spans else 0
    found = []
    for span in spans:
        start = _seconds(window.start, span.run, last, instants, -math.inf)
        end = _seconds(window.end, span.run, last, instants, math.inf)
        over = instants.seconds(span.run, span.run_over_at)
        end = end if over is None else min(end, over)
        begin, stop = max(start, span.start_seconds), min(end, span.end_seconds)
        if stop > begin:
            found.append(_cut(span, begin, stop))
    return found


def still_there(run: Path, spans: Iterable[KeptSpan]) -> list[KeptSpan]:
    """Return the spans whose file exists; all of them if none does."""
    spans = list(spans)
    there = {file: file_of(run, span).is_file() for span in spans for file in (span.file,)}
    return [span for span in spans if there[span.file]] or spans


def along(spans: Iterable[KeptSpan], stretch: TranscriptSpan) -> list[KeptSpan]:
    """Return the parts of `spans` within `stretch`."""
    spans = list(spans)
    latest = stretch.started_at + SAME_RUN_SECONDS
    begun = [span for span in spans if span.started_at <= latest]
    run = begun[-1].run if begun and stretch.started_at < begun[-1].run_over_at else 0
    found = []
    for span in spans:
        begin = max(stretch.start_seconds, span.start_seconds)
        stop = min(stretch.end_seconds, span.end_seconds)
        if span.run == run and stop > begin:
            found.append(_cut(span, begin, stop))
    return found


class SoundLocator:
    """Finds positions in the kept spans of one session, in any order."""

    def __init__(self, spans: Iterable[KeptSpan]) -> None:
        self._runs: dict[int, list[KeptSpan]] = {}
        for span in spans:
            self._runs.setdefault(span.run, []).append(span)

    def locate(self, run: int, seconds: float) -> tuple[str, float] | None:
        """Return the file with the sound at `seconds` of that run, and the seconds in it."""
        spans = self._runs.get(run, ())
        index = bisect_right(spans, seconds, key=lambda span: span.start_seconds) - 1
        if index < 0 or seconds >= spans[index].end_seconds:
            return None
        return spans[index].file, spans[index].offset_seconds + seconds - spans[index].start_seconds


def sound_locator(run: Path, journal: Journal) -> LocateSound | None:
    """Return a function that locates a session's kept sound; None if no file exists."""
    there: dict[str, bool] = {}
    spans = []
    for span in kept_in(journal):
        file = file_of(run, span)
        if there.setdefault(span.file, file.is_file()):
            spans.append(span)
    return SoundLocator(spans).locate if spans else None


def kept_in(journal: Journal) -> list[KeptSpan]:
    """Return all spans of a journal."""
    return kept_spans(read_types(journal, ("session_start", "sound")))


def file_of(run: Path, span: KeptSpan) -> Path:
    """Return the path of a span's file: in the run's folder, or a local file."""
    named = Path(span.file)
    return named if named.is_absolute() else run / named.name


def _joined(spans: Iterable[KeptSpan]) -> list[KeptSpan]:
    """Return the spans, joining those that differ only in the digest of a local file."""
    joined: list[KeptSpan] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before is not None and (before.file, before.run) == (span.file, span.run):
            grown = before.offset_seconds + span.start_seconds - before.start_seconds
            if abs(grown - span.offset_seconds) < 1e-3:
                digest = span.digest or before.digest
                joined[-1] = replace(before, end_seconds=span.end_seconds, digest=digest)
                continue
        joined.append(span)
    return joined


def _seconds(
    bound: Bound | None, run: int, last: int, instants: Instants, otherwise: float
) -> float:
    """Return a bound in the source time of a run.

    A bound in source seconds applies to the last run only.
    """
    if bound is None:
        return otherwise
    if bound.instant is not None:
        seconds = instants.seconds(run, bound.instant)
        return otherwise if seconds is None else seconds
    if bound.source_seconds is None:
        return otherwise
    return bound.source_seconds if run == last else math.inf


def _cut(span: KeptSpan, begin: float, stop: float) -> KeptSpan:
    later = begin - span.start_seconds
    return replace(
        span,
        offset_seconds=span.offset_seconds + later,
        start_seconds=begin,
        end_seconds=stop,
        started_at=span.started_at + later,
    )
