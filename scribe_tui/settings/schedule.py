"""Schedule: at which times of the week a source runs. Instants are seconds since the epoch.

Written as `Mon-Fri 05:55-09:05`; further times and days are separated by spaces, commas or
semicolons: `Mon,Wed 09:00-12:00 14:00-17:00; Sat 22:00-02:00 Europe/Berlin`. Without days it
applies every day, without a zone in the time zone of this machine. If a span's end is before its
start, it ends on the next day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MAX_CHARS = 500
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY_DAY = frozenset(range(7))
_WORKING, _FREE = frozenset(range(5)), frozenset({5, 6})
_SEVERAL = {"daily": _EVERY_DAY, "weekdays": _WORKING, "weekends": _FREE, "weekend": _FREE}
_TIMES = re.compile(r"(\d{1,2}):(\d{2})[-–](\d{1,2}):(\d{2})")
_DAY = re.compile(r"([a-z]+)(?:[-–]([a-z]+))?")
_AHEAD_DAYS = 9
"""Days looked ahead for the next change: a schedule repeats after a week, the rest is margin."""


@dataclass(frozen=True, slots=True)
class WeeklySpan:
    """A time of day on some days of the week (0 is Monday), in minutes since midnight.

    `end` is greater than `start`, and over 1440 if it is on the next day.
    """

    days: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times when a source is on; `zone` None means the time zone of this machine."""

    spans: tuple[WeeklySpan, ...]
    zone: ZoneInfo | None = None

    def is_on(self, at: float) -> bool:
        """Whether the source is on at the instant `at` (seconds since the epoch)."""
        return any(start <= at < end for start, end in self._times(at))

    def next_change(self, at: float) -> float | None:
        """The first instant after `at` when the source goes on or off; None if it never does."""
        for start, end in self._times(at):
            if start > at:
                return start
            if end > at:
                return None if end - at > (_AHEAD_DAYS - 2) * 86400 else end
        return None

    def _times(self, at: float) -> list[tuple[float, float]]:
        """The (start, end) pairs from two days before `at` on; those that touch are joined."""
        today = datetime.fromtimestamp(at, self.zone).date()
        found = sorted(
            pair
            for ahead in range(-2, _AHEAD_DAYS)
            for pair in self._of_day(today + timedelta(days=ahead))
        )
        joined: list[tuple[float, float]] = []
        for start, end in found:
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined

    def _of_day(self, day: date) -> Iterator[tuple[float, float]]:
        for span in self.spans:
            if day.weekday() in span.days:
                start = self._instant(day, span.start, late=False)
                end = self._instant(day, span.end, late=True)
                if start < end:
                    yield start, end

    def _instant(self, day: date, minutes: int, *, late: bool) -> float:
        """The instant of a time of day; `late` is True for the end of a span.

        When clocks go back, a time occurs twice: a span begins at the first and ends at the
        second. When clocks go forward, some times do not exist: a span that begins at one begins
        when the clocks change, and a span that ends at one ends as if they had not changed.
        So no wanted time is missed.
        """
        there = day + timedelta(days=minutes // 1440)
        hour, minute = divmod(minutes % 1440, 60)
        naive = datetime.combine(there, time(hour, minute))
        first, second = (naive.replace(tzinfo=self.zone, fold=fold).timestamp() for fold in (0, 1))
        if late:
            return max(first, second)
        return first if first <= second else self._jump(second, first)

    def _jump(self, before: float, after: float) -> float:
        """The instant between `before` and `after` when clocks go forward, to the second."""
        offset = datetime.fromtimestamp(before, self.zone).astimezone(self.zone).utcoffset()
        while after - before > 1:
            middle = (before + after) // 2
            there = datetime.fromtimestamp(middle, self.zone).astimezone(self.zone).utcoffset()
            before, after = (middle, after) if there == offset else (before, middle)
        return after


def parse_schedule(text: str) -> Schedule:
    """Parse `text` as a schedule. Raises UsageError, which names the part not understood."""
    spans: list[WeeklySpan] = []
    days: set[int] = set()
    zone = None
    fresh = True
    plain = re.sub(r"\s?[-–—]\s?", "-", text.strip()[:MAX_CHARS])
    for word in re.split(r"[\s,;]+", plain):
        if times := _TIMES.fullmatch(word):
            spans.append(_span(days, times, text))
            fresh = False
        elif "/" in word or word == "UTC":
            zone = _zone(word, text)
        else:
            days = _days(word, text) if not fresh or not days else days | _days(word, text)
            fresh = True
    if not spans or (fresh and days):
        raise _refused(text, "a time is missing")
    return Schedule(tuple(spans), zone)


def _span(days: set[int], times: re.Match[str], text: str) -> WeeklySpan:
    start_hour, start_minute, end_hour, end_minute = (int(number) for number in times.groups())
    start, end = 60 * start_hour + start_minute, 60 * end_hour + end_minute
    if start_minute > 59 or end_minute > 59 or start >= 1440 or end > 1440:
        raise _refused(text, f"{times[0]} is no time")
    if start == end:
        raise _refused(text, f"{times[0]} is no time at all; all day is 00:00-24:00")
    return WeeklySpan(frozenset(days) or _EVERY_DAY, start, end if end > start else end + 1440)


def _days(word: str, text: str) -> set[int]:
    if (several := _SEVERAL.get(word.lower())) is not None:
        return set(several)
    match = _DAY.fullmatch(word.lower())
    first = _day(match[1]) if match else None
    last = first if match is None or match[2] is None else _day(match[2])
    if first is None or last is None:
        raise _refused(text, f"{harmless_line(word)!r} is no day, time or zone")
    return {(first + number) % 7 for number in range((last - first) % 7 + 1)}


def _day(word: str) -> int | None:
    known = len(word) >= 3 and word[:3] in _DAYS and word in _LONG[_DAYS.index(word[:3])]
    return _DAYS.index(word[:3]) if known else None


_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _zone(word: str, text: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo  # takes 5 ms, and few schedules name a zone

    try:
        return ZoneInfo(word)
    except (OSError, ValueError, KeyError):
        raise _refused(text, f"{harmless_line(word)} is no time zone") from None


def _refused(text: str, reason: str) -> UsageError:
    return UsageError(
        "wrong schedule",
        f"{harmless_line(text)[:60]!r} is no schedule: {reason}.",
        "Write it like Mon-Fri 05:55-09:05.",
    )
