"""Quotes for copying: text with its source, title and time."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Sequence

from scribe_tui.events import Gap
from scribe_tui.sanitize import harmless
from scribe_tui.transcript import Line
from scribe_tui.tui.text import clock

MAX_TITLES = 200
MOST_LINES = 20_000
"""Most lines of one copy: a day of steady speech."""


class Titles:
    """Which title was playing when; the latest titles of one session."""

    def __init__(self) -> None:
        """Start without titles."""
        self._titles: list[tuple[float, str]] = []

    def add(self, at: float, title: str) -> None:
        """Record that the title is `title` from `at` on."""
        self._titles.append((at, title))
        del self._titles[:-MAX_TITLES]

    def at(self, instant: float) -> str:
        """Return the title at an instant, empty if none is known."""
        place = bisect_right(self._titles, instant, key=lambda one: one[0])
        return self._titles[place - 1][1] if place else ""


def quote(text: str, at: float, source: str, title: str) -> str:
    """Return `“text”`, and below it source, title and time, without control characters."""
    return f"“{harmless(text)}”\n{_origin(source, title, _moment(at))}\n"


def quote_lines(lines: Sequence[Line], source: str, title: str) -> str:
    """Return a quote of one line, or of several with a clock time each."""
    if len(lines) == 1 and not isinstance(lines[0], Gap):
        return quote(lines[0].text, lines[0].started_at, source, title)
    said = [f"{clock(line.started_at)} {harmless(_text_of(line))}" for line in lines]
    first, last = lines[0].started_at, lines[-1].started_at
    same_day = _moment(first)[:10] == _moment(last)[:10]
    span = f"{_moment(first)} to {clock(last) if same_day else _moment(last)}"
    return "\n".join([*said, _origin(source, title, span), ""])


def _text_of(line: Line) -> str:
    if not isinstance(line, Gap):
        return line.text
    return f"[not heard for {line.end_seconds - line.start_seconds:.1f} s: {line.cause}]"


def _origin(source: str, title: str, when: str) -> str:
    parts = [source, *([title] if title and title != source else []), when]
    return f"-- {harmless(', '.join(parts))}"


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
