"""Which events lie in a time window of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from scribe_tui.events import Event, GapRecorded, SegmentCommitted, SessionOpened
from scribe_tui.journal.reading.problems import Problems
from scribe_tui.journal.reading.times import Window


def selected(
    events: Iterable[Event], span: Window, problems: Problems, *, openings: bool = False
) -> Iterator[Event]:
    """The events that lie in a window, whose lines are counted in `problems`.

    `openings`: include the openings of sessions, whenever they were.
    """
    for event in events:
        if is_within(event, span):
            problems.lines += isinstance(event, SegmentCommitted | GapRecorded)
            yield event
        elif openings and isinstance(event, SessionOpened):
            yield event


def nothing_within(span: Window, problems: Problems, begun_at: float, ended_at: float) -> str:
    """A sentence if nothing was said within the requested window; else empty."""
    if problems.lines or span == Window():
        return ""
    begun, ended = datetime.fromtimestamp(begun_at), datetime.fromtimestamp(ended_at)
    return (
        f"Nothing was said at that time; the run went from {begun:%Y-%m-%d %H:%M:%S} to "
        f"{ended:%Y-%m-%d %H:%M:%S}."
    )


def is_within(event: Event, span: Window) -> bool:
    """Whether an event lies in a window; an event without source time by its instant only."""
    if isinstance(event, SegmentCommitted):
        segment = event.segment
        length = segment.end_seconds - segment.start_seconds
        return span.holds(
            (segment.started_at, segment.started_at + length),
            (segment.start_seconds, segment.end_seconds),
        )
    if isinstance(event, GapRecorded):
        gap = event.gap
        return span.holds((gap.started_at, gap.ended_at), (gap.start_seconds, gap.end_seconds))
    bounds = (span.start, span.end)
    if any(bound is not None and bound.instant is None for bound in bounds):
        return False
    return span.holds((event.at, event.at), (0.0, 0.0))
