"""Where kept sound lies: from what the journal says, the spans of each file in source time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scribe_tui.events import Event, SessionOpened, SoundKept
from scribe_tui.journal.reading.times import Bound, Window


@dataclass(frozen=True, slots=True)
class Span:
    """Sound of one file: `[start_seconds, end_seconds)` of the source's time.

    `offset_seconds` is where that begins in the file, `started_at` when it was heard. The end
    is infinite where only the end of the file is one. `run` counts the runs of the session:
    each has a source time of its own. `digest`: SHA-256 of a local file.
    """

    file: str
    offset_seconds: float
    start_seconds: float
    end_seconds: float
    started_at: float
    run: int
    audio_format: str
    digest: str = ""


def spans_of(events: Iterable[Event]) -> list[Span]:
    """All spans, in order."""
    spans: list[Span] = []
    run, audio_format = 0, "pcm_16000"
    for event in events:
        if isinstance(event, SessionOpened):
            run, audio_format = run + 1, event.audio_format
        elif isinstance(event, SoundKept):
            if spans and spans[-1].run == run:
                spans[-1] = replace(spans[-1], end_seconds=event.start_seconds)
            spans.append(
                Span(
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


def within(spans: Iterable[Span], window: Window) -> list[Span]:
    """The parts of `spans` in a window; source seconds mean those of the last run."""
    spans = list(spans)
    last = spans[-1].run if spans else 0
    found = []
    for span in spans:
        start = _seconds(window.start, span, last, -math.inf)
        end = _seconds(window.end, span, last, math.inf)
        begin, stop = max(start, span.start_seconds), min(end, span.end_seconds)
        if stop > begin:
            found.append(_cut(span, begin, stop))
    return found


def place_of(spans: Iterable[Span], seconds: float) -> tuple[str, float] | None:
    """The file that has the sound at `seconds` of the last run, and the seconds in it."""
    for span in reversed(list(spans)):
        if span.start_seconds <= seconds < span.end_seconds:
            return span.file, span.offset_seconds + seconds - span.start_seconds
    return None


def _joined(spans: Iterable[Span]) -> list[Span]:
    """A local file that is named again once its digest is known is one span."""
    joined: list[Span] = []
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


def _seconds(bound: Bound | None, span: Span, last: int, otherwise: float) -> float:
    """A bound in the source time of `span`; what has none of it is beyond all of it."""
    if bound is None:
        return otherwise
    if bound.instant is not None:
        return span.start_seconds + bound.instant - span.started_at
    if bound.source_seconds is None:
        return otherwise
    return bound.source_seconds if span.run == last else math.inf


def _cut(span: Span, begin: float, stop: float) -> Span:
    later = begin - span.start_seconds
    return replace(
        span,
        offset_seconds=span.offset_seconds + later,
        start_seconds=begin,
        end_seconds=stop,
        started_at=span.started_at + later,
    )
