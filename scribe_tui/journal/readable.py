"""Events as lines for people: the content of `NAME.txt`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from scribe_tui.events import (
    BudgetChanged,
    DeadAirChanged,
    ErrorRaised,
    Event,
    GapRecorded,
    RecognitionChanged,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
    SessionClosed,
    SessionOpened,
    SessionRenamed,
    TitleChanged,
)
from scribe_tui.sanitize import harmless


def clock(instant: float) -> str:
    """Seconds since the epoch as local `HH:MM:SS`."""
    return datetime.fromtimestamp(instant).strftime("%H:%M:%S")


class ReadableLines:
    """Makes the lines of one `NAME.txt`, a file that may cover many days.

    Lines have only the time; where the day changes, a separate line names the new day. Spoken text
    follows its time; all else is in brackets, so that no spoken text can be mistaken for a remark
    of the program, or forge a second line.
    """

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """`names` (by session id): lines of several sessions stand together, each named."""
        self._day: date | None = None
        self._names = names

    def of(self, event: Event) -> bytes | None:
        """The event as complete lines of UTF-8, None for events without a line."""
        if isinstance(event, SegmentCommitted):
            segment = event.segment
            text = self._labelled(event, segment.text)
            return self._dated(segment.started_at, f"{clock(segment.started_at)} {text}")
        if isinstance(event, SessionOpened):
            return self._headed(event.at, _heading(event, event.at))
        remark = _remark(event)
        if remark is None:
            return None
        return self._remarked(event.at, self._labelled(event, remark))

    def continued(self, opened: SessionOpened, at: float) -> bytes:
        """The first line of a file that continues one rotated at that instant."""
        return self._headed(at, f"{_heading(opened, at)}, continued")

    def begin_file(self) -> None:
        """The next lines go to a new file, which must name its day."""
        self._day = None

    def lost(self, lines: int, at: float) -> bytes:
        """A line that says how many lines were lost while the disk refused writes."""
        return self._remarked(at, f"{lines} lines of this log were lost")

    def _labelled(self, event: Event, line: str) -> str:
        if self._names is None:
            return line
        return f"{self._names.get(event.session, event.session)}: {line}"

    def _headed(self, at: float, heading: str) -> bytes:
        """A remark that names its day itself."""
        self._day = datetime.fromtimestamp(at).date()
        return self._remarked(at, heading)

    def _remarked(self, at: float, remark: str) -> bytes:
        return self._dated(at, f"[{clock(at)} {remark}]")

    def _dated(self, at: float, line: str) -> bytes:
        day = datetime.fromtimestamp(at).date()
        date_line = b"" if day == self._day else _encoded(f"[{day:%Y-%m-%d}]")
        self._day = day
        return date_line + _encoded(line)


def _encoded(line: str) -> bytes:
    return harmless(line).encode("utf-8", "replace") + b"\n"


def _heading(opened: SessionOpened, at: float) -> str:
    return f"{datetime.fromtimestamp(at):%Y-%m-%d} {opened.name}: {opened.source}"


def _remark(event: Event) -> str | None:
    match event:
        case SegmentRedacted(segment_number=number, redacted_text=new):
            return f"segment {number} redacted by the service: {new}"
        case SegmentEdited(segment_number=number, edited_text=new):
            return f"segment {number} edited by the service: {new}"
        case SessionRenamed() | RecognitionChanged() | BudgetChanged():
            return _remark_of_user(event)
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


def _remark_of_user(event: SessionRenamed | RecognitionChanged | BudgetChanged) -> str | None:
    """Return the remark on an event that follows from a setting of the user."""
    match event:
        case SessionRenamed(name=name):
            return f"called {name} from now on"
        case RecognitionChanged(language=language, commit=commit):
            return f"recognition changed: language {language or 'found out'}, commit {commit}"
        case BudgetChanged():
            return event.sentence or None
