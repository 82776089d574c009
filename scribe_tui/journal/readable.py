"""Events as lines for people: what stands in `NAME.txt` and runs through `tail -f`."""

from __future__ import annotations

from datetime import datetime

from scribe_tui.events import (
    DeadAirChanged,
    ErrorRaised,
    Event,
    GapRecorded,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    TitleChanged,
)
from scribe_tui.sanitize import harmless


def clock(instant: float) -> str:
    """Seconds since the epoch as local `HH:MM:SS`."""
    return datetime.fromtimestamp(instant).strftime("%H:%M:%S")


def to_readable(event: Event) -> bytes | None:
    """The event as one line of UTF-8, None for events that are not for reading.

    Spoken text follows its time; all else stands in brackets, so that no spoken text can
    pass for a remark of the program, nor forge a second line.
    """
    if isinstance(event, SegmentCommitted):
        line = f"{clock(event.segment.started_at)} {event.segment.text}"
    else:
        remark = _remark(event)
        if remark is None:
            return None
        line = f"[{clock(event.at)} {remark}]"
    return _encoded(line)


def to_continued(opened: SessionOpened, at: float) -> bytes:
    """First line of a file that goes on where another was set aside."""
    return _encoded(f"[{clock(at)} {_heading(opened, at)}, continued]")


def to_lost(lines: int, at: float) -> bytes:
    """Says that so many lines found no room while the disk refused."""
    return _encoded(f"[{clock(at)} {lines} lines of this log were lost]")


def _encoded(line: str) -> bytes:
    return harmless(line).encode("utf-8", "replace") + b"\n"


def _heading(opened: SessionOpened, at: float) -> str:
    return f"{datetime.fromtimestamp(at):%Y-%m-%d} {opened.session}: {opened.source}"


def _remark(event: Event) -> str | None:
    match event:
        case SessionOpened():
            return _heading(event, event.at)
        case TitleChanged():
            return f"title: {event.title}"
        case ErrorRaised():
            return f"{event.half} error: {event.message}"
        case DeadAirChanged(dead=dead):
            return "dead air: the source is silent" if dead else "sound again"
        case GapRecorded(gap=gap):
            span = f"{clock(gap.started_at)} to {clock(gap.ended_at)}"
            length = gap.end_seconds - gap.start_seconds
            return f"not heard {span} ({length:.1f} s): {gap.cause}"
        case SessionClosed():
            return f"{event.state}"
    return None
