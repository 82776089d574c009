"""Which events lie in a span of a run."""

from __future__ import annotations

from scribe_tui.events import Event, GapRecorded, SegmentCommitted
from scribe_tui.journal.reading.times import Window


def is_within(event: Event, span: Window) -> bool:
    """Whether an event lies in a window; one without source time only by its instant."""
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
