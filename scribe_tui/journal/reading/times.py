"""Times as users write them in any command: `10:30`, `2026-11-26T10:30`, `+90`, `-2h`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scribe_tui.clock import DAY_SECONDS
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line

_CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d(?:\.\d{1,6})?))?")
_SOURCE = re.compile(r"\+(?P<seconds>\d{1,9}(?:\.\d{1,6})?)(?P<unit>[smhd]?)")
_DURATION = re.compile(r"(?P<number>\d{1,6}(?:\.\d{1,3})?)(?P<unit>[smhdw])")
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


class TimeKind(StrEnum):
    """What a time is counted from."""

    CLOCK = "clock"
    """Seconds since midnight; the day follows from the run."""
    INSTANT = "instant"
    """Seconds since the epoch."""
    SOURCE = "source"
    """Seconds since the first sound of the source."""
    AGO = "ago"
    """Seconds before the end of the run, or before now while it is recorded."""


@dataclass(frozen=True, slots=True)
class Time:
    """A parsed time; the meaning of `seconds` depends on `kind`."""

    kind: TimeKind
    seconds: float


@dataclass(frozen=True, slots=True)
class Bound:
    """A time within one run: an instant, or source seconds; the other one is None."""

    instant: float | None = None
    source_seconds: float | None = None

    def is_before(self, instant: float, source_seconds: float) -> bool:
        """Whether the bound is at or before this instant, or these source seconds."""
        if self.instant is not None:
            return self.instant <= instant
        return self.source_seconds is None or self.source_seconds <= source_seconds


@dataclass(frozen=True, slots=True)
class Window:
    """A span of a run; None: open on that side."""

    start: Bound | None = None
    end: Bound | None = None

    def holds(self, span: tuple[float, float], source: tuple[float, float]) -> bool:
        """Whether any part of a span lies in the window.

        `span`: its two instants; `source`: the same two in source seconds.
        """
        if self.start is not None and not self.start.is_before(span[1], source[1]):
            return False
        return self.end is None or not self.end.is_before(span[0], source[0])


def parse_time(text: str) -> Time:
    """Parse a time as a user writes it. Raises UsageError."""
    stripped = text.strip()
    if match := _CLOCK.fullmatch(stripped):
        seconds = (
            int(match["hour"]) * 3600 + int(match["minute"]) * 60 + float(match["second"] or 0)
        )
        if seconds < DAY_SECONDS and int(match["minute"]) < 60 and float(match["second"] or 0) < 60:
            return Time(TimeKind.CLOCK, seconds)
    if match := _SOURCE.fullmatch(stripped):
        return Time(TimeKind.SOURCE, float(match["seconds"]) * _UNITS[match["unit"]])
    if stripped.startswith("-"):
        return Time(TimeKind.AGO, parse_duration(stripped[1:], text))
    try:
        if re.match(r"\d{4}-\d\d-\d\d", stripped):
            return Time(TimeKind.INSTANT, datetime.fromisoformat(stripped).timestamp())
    except (ValueError, OverflowError, OSError):
        pass
    raise _refused(text, "10:30, 2026-11-26T10:30, +90 (seconds of the source) or -2h")


def parse_duration(text: str, whole: str | None = None) -> float:
    """`90s`, `2h`, `1h30m`, `3d` in seconds. Raises UsageError, which names `whole` if given."""
    pieces = list(_DURATION.finditer(text))
    if not pieces or "".join(piece[0] for piece in pieces) != text:
        if re.fullmatch(r"\d{1,9}(\.\d{1,3})?", text):
            return float(text)
        raise _refused(whole or text, "a length such as 90s, 2h, 1h30m or 3d")
    return sum(float(piece["number"]) * _UNITS[piece["unit"]] for piece in pieces)


def parse_since(text: str, now: float) -> float:
    """An instant: `3d` or `-3d` before now, a day, or the most recent such clock time.

    Raises UsageError.
    """
    stripped = text.strip()
    if _DURATION.match(stripped) and ":" not in stripped and "-" not in stripped:
        return now - parse_duration(stripped)
    time = parse_time(stripped)
    if time.kind is TimeKind.AGO:
        return now - time.seconds
    if time.kind is TimeKind.INSTANT:
        return time.seconds
    if time.kind is TimeKind.CLOCK:
        today = _on_day_of(now, time.seconds)
        return today if today <= now else _on_day_of(now, time.seconds, days=-1)
    raise _refused(text, "3d, 2026-11-26T10:30 or 10:30: source seconds mean nothing over all runs")


def bound(time: Time, begun_at: float, ended_at: float) -> Bound:
    """The bound that a time means in a run with these instants of begin and end.

    A clock time is the first such time in the run, also where an hour comes twice. If the run has
    none, it is that of the day on which the run was begun.
    """
    if time.kind is TimeKind.SOURCE:
        return Bound(source_seconds=time.seconds)
    if time.kind is TimeKind.INSTANT:
        return Bound(instant=time.seconds)
    if time.kind is TimeKind.AGO:
        return Bound(instant=ended_at - time.seconds)
    first = _on_day_of(begun_at, time.seconds)
    again = _on_day_of(begun_at, time.seconds, fold=1)
    next_day = _on_day_of(begun_at, time.seconds, days=1)
    within = (at for at in (first, again, next_day) if begun_at <= at <= ended_at)
    return Bound(instant=next(within, first))


def window(from_: str | None, to: str | None, begun_at: float, ended_at: float) -> Window:
    """The span that `--from` and `--to` name within a run.

    Raises UsageError, also where one ends before it begins.
    """
    start = None if from_ is None else bound(parse_time(from_), begun_at, ended_at)
    time = None if to is None else parse_time(to)
    end = None if time is None else bound(time, begun_at, ended_at)
    if time is not None and time.kind is TimeKind.CLOCK and start is not None and end is not None:
        begin = start.instant
        if begin is not None and end.instant is not None and end.instant < begin:
            end = Bound(instant=_after(begin, time.seconds))
    if start is not None and end is not None and _is_reversed(start, end):
        raise UsageError(
            "wrong times",
            f"--to ({harmless_line(to or '')[:60]}) is before --from "
            f"({harmless_line(from_ or '')[:60]}).",
        )
    return Window(start, end)


def _is_reversed(start: Bound, end: Bound) -> bool:
    """Whether the end lies before the start; an instant and source seconds are not compared."""
    if start.instant is not None and end.instant is not None:
        return end.instant < start.instant
    if start.source_seconds is not None and end.source_seconds is not None:
        return end.source_seconds < start.source_seconds
    return False


def _after(instant: float, seconds: float) -> float:
    """The first such clock time after an instant, for `--from 23:00 --to 01:00`."""
    same_day = _on_day_of(instant, seconds)
    return same_day if same_day > instant else _on_day_of(instant, seconds, days=1)


def _on_day_of(instant: float, seconds: float, days: int = 0, fold: int = 0) -> float:
    """The instant of a local time of day on the local day of `instant`, or `days` later.

    `fold`: which of two, where the clock is set back.
    """
    day = datetime.fromtimestamp(instant).replace(hour=0, minute=0, second=0, microsecond=0)
    whole, rest = divmod(seconds, 60)
    moment = (day + timedelta(days=days)).replace(hour=int(whole // 60), minute=int(whole % 60))
    return moment.replace(fold=fold).timestamp() + rest


def _refused(text: str, allowed: str) -> UsageError:
    shown = harmless_line(text)[:60]
    return UsageError("wrong time", f"{shown!r} is no time: write {allowed}.")
