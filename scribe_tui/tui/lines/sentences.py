"""Events as lines that can be read aloud. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scribe_tui.events import (
    AlertFailed,
    BudgetChanged,
    DeadAirChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    Gap,
    GapRecorded,
    Half,
    HitStatus,
    Noticed,
    PauseChanged,
    ScheduleChanged,
    SegmentCommitted,
    SessionRemoved,
    SessionRenamed,
    State,
    StateChanged,
    TitleChanged,
    WatchHit,
)
from scribe_tui.sanitize import harmless
from scribe_tui.session.state import OVER
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.transcript import Line
from scribe_tui.tui.figures.display_status import DisplayStatus, display_status, words_of
from scribe_tui.tui.text import clock, short_duration
from scribe_tui.tui.widgets.line_rows import gap_text

MAX_CHARS = 4000
"""Most characters of a line, whatever a source sends."""
_STATES = {
    State.LIVE: "live",
    State.DRAINING: "stopping",
    State.ENDED: "ended",
    State.FAILED: "failed",
}
_HALVES = {
    Half.SOURCE: "source down",
    Half.SPEECH: "service down",
    Half.JOURNAL: "not saved",
    Half.PROGRAM: "fault",
}
_AGAIN = {Half.SOURCE: "source", Half.SPEECH: "service", Half.JOURNAL: "saving"}


def plain_line(text: str) -> str:
    """Return `text` as one line without control characters, at most MAX_CHARS long."""
    line = " ".join(harmless(text).split())
    return line if len(line) <= MAX_CHARS else f"{line[: MAX_CHARS - 4]} ..."


def line_of(event: Event, name: str) -> str:
    """Return the line for `event` of the source `name`; empty for events that need none."""
    say = _SAYS.get(type(event))
    text = say(event) if say is not None else ""
    return plain_line(f"{name}: {text}") if text else ""


def read_line(line: Line, name: str) -> str:
    """Return a line that is read again, with its time: `10:41:40 news: Good evening.`."""
    text = gap_text(line) if isinstance(line, Gap) else line.text
    return plain_line(f"{clock(line.started_at)} {name}: {text}")


def standing_line(number: int, snapshot: SessionSnapshot, off_by_plan: bool = False) -> str:
    """Return the present state of a source: `2 harbor: source down. 404 Not Found. 0:14:16`."""
    how = display_status(snapshot, off_by_plan)
    parts = [f"{number} {snapshot.name}: {words_of(snapshot, how) or DisplayStatus.LIVE}"]
    if snapshot.trouble is not None:
        parts.append(snapshot.trouble.message.removesuffix("."))
    if snapshot.title:
        parts.append(f"now playing {snapshot.title}")
    if gain := round(snapshot.gain_db):
        parts.append(f"raised by {gain} dB")
    if snapshot.state not in OVER:
        parts.append(short_duration(snapshot.elapsed_seconds))
    return plain_line(". ".join(parts))


def hit_line(hit: WatchHit) -> str:
    """Return `hit fire: the fire is out`, with the words heard if the watch word differs."""
    heard = f", heard {hit.heard}" if hit.heard.casefold() != hit.word.casefold() else ""
    if hit.status is HitStatus.WITHDRAWN:
        return f"no hit after all: {hit.word}"
    unsure = ", unconfirmed" if hit.status is HitStatus.UNCONFIRMED else ""
    return f"hit {hit.word}{heard}{unsure}: {hit.quote}"


def _state(event: StateChanged) -> str:
    word = _STATES.get(event.state, "")
    return f"{word}, {event.reason}" if word and event.reason else word


def _error(event: ErrorRaised) -> str:
    again = ""
    if event.retry_in_seconds is not None:
        again = f" Next try in {event.retry_in_seconds:.0f} s."
    return f"{_HALVES.get(event.half, 'trouble')}: {event.message}{again}"


_SAYS: dict[type[Event], Callable[[Any], str]] = {
    SegmentCommitted: lambda event: event.segment.text,
    StateChanged: _state,
    ErrorRaised: _error,
    ErrorCleared: lambda event: f"{_AGAIN.get(event.half, 'all')} works again",
    GapRecorded: lambda event: gap_text(event.gap),
    TitleChanged: lambda event: f"now playing {event.title}" if event.title else "",
    Noticed: lambda event: event.text,
    PauseChanged: lambda event: "paused" if event.paused else "sending again",
    DeadAirChanged: lambda event: "dead air" if event.dead else "sound again",
    WatchHit: hit_line,
    AlertFailed: lambda event: f"{event.outlet} could not be reached: {event.reason}",
    BudgetChanged: lambda event: f"budget: {event.spent:.2f} of {event.limit:.2f} spent",
    ScheduleChanged: lambda event: event.reason,
    SessionRenamed: lambda event: f"is called {event.name} now",
    SessionRemoved: lambda _: "removed",
}
