"""Finding lines of a transcript by their text or their time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from scribe_tui.events import Gap
from scribe_tui.transcript import Line, Transcript
from scribe_tui.tui.finding.matching import holds


def line_text(line: Line) -> str:
    """Return the text of a line; for a gap, its cause."""
    return line.cause if isinstance(line, Gap) else line.text


def matching_lines(transcript: Transcript, wanted: str) -> Iterator[int]:
    """Yield the numbers of the lines that contain `wanted`, which is folded, oldest first."""
    for number in range(transcript.first, transcript.end):
        if holds(line_text(transcript.line(number)), wanted):
            yield number


def next_place(matches: Sequence[int], cursor: int | None, step: int) -> int | None:
    """Return the index of the match after the cursor (`step` 1) or before it (-1), wrapping around.

    Without a cursor it is the latest match; None if there are no matches.
    """
    if not matches:
        return None
    if cursor is None:
        return len(matches) - 1
    place = bisect_right(matches, cursor) if step > 0 else bisect_left(matches, cursor) - 1
    return place % len(matches)


def line_at(transcript: Transcript, at: float) -> int | None:
    """Return the line being said at `at`: the last that began by then, else the first.

    None if there are no lines.
    """
    numbers = range(transcript.first, transcript.end)
    if not numbers:
        return None
    after = bisect_right(numbers, at, key=lambda number: transcript.line(number).started_at)
    return numbers[max(0, after - 1)]


class OlderMatches:
    """Matches in lines older than memory holds, as far as the journal was searched."""

    def __init__(self) -> None:
        """Start with no lines searched."""
        self.numbers: list[int] = []
        self.is_reading = False
        self._read_until = 0

    def unread(self, first: int) -> range:
        """Return the numbers still to be searched, if memory holds lines from `first` on."""
        return range(self._read_until, first)

    def add(self, read: range, numbers: Iterable[int]) -> None:
        """Add the matches in `read`, which are all lines that were unread."""
        self.numbers += numbers
        self._read_until = read.stop
