"""Transcript: the text of one session: committed lines, gaps and one partial. Pure data."""

from __future__ import annotations

from dataclasses import replace

from scribe_tui.corrections import Corrections, corrections_of
from scribe_tui.events import (
    CommittedSegment,
    Event,
    Gap,
    GapRecorded,
    PartialChanged,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
    SessionOpened,
)

MAX_EARLY = 1000
"""Most edits and redactions kept for segments that have not come yet."""

Line = CommittedSegment | Gap

SAME_RUN_SECONDS = 0.5
"""A line may begin this many seconds before its run's first sound: word times are not exact."""
MAX_LINES = 2000
"""Most lines that are kept: about three hours of continuous speech."""
MAX_CHARS = 4_000_000
TRIM_SLACK = 256
"""How many lines over the limit are kept before old ones are removed, so as to trim seldom."""


class Transcript:
    """The latest text of one session, built from its events; older lines are in the journal.

    The number of a line never changes: `first` is the number of the oldest line that is kept and
    `end` the number the next line will get, so that a reader can keep its place while lines are
    added at one end and removed at the other. Texts are corrected by the user's list, in the
    latest form from the service.
    """

    def __init__(self, max_lines: int = MAX_LINES, max_chars: int = MAX_CHARS) -> None:
        """Keep `max_lines` lines (a little more between trims) and `max_chars` characters."""
        self._lines: list[Line] = []
        self._max_lines = max_lines
        self._max_chars = max_chars
        self._chars = 0
        self._corrections = Corrections()
        self._early: dict[int, str] = {}
        self.first = 0
        self.partial = ""

    @property
    def end(self) -> int:
        """The number that the next line will get."""
        return self.first + len(self._lines)

    def line(self, number: int) -> Line:
        """The line with that number. Raises IndexError unless `first` <= number < `end`."""
        if not self.first <= number < self.end:
            raise IndexError(number)
        return self._lines[number - self.first]

    def segment(self, segment_number: int) -> CommittedSegment | None:
        """The segment with that number; None if it is not kept."""
        number = self.number_of(segment_number)
        line = None if number is None else self.line(number)
        return line if isinstance(line, CommittedSegment) else None

    def number_of(self, segment_number: int) -> int | None:
        """The number of the line with that segment; None if it is not kept."""
        for index in range(len(self._lines) - 1, -1, -1):
            line = self._lines[index]
            if isinstance(line, CommittedSegment) and line.number == segment_number:
                return self.first + index
        return None

    def apply(self, event: Event) -> bool:
        """Take one event; returns whether the visible text has changed."""
        match event:
            case PartialChanged(text=text):
                text = self._corrections.apply(text)
                changed = text != self.partial
                self.partial = text
                return changed
            case SegmentCommitted(segment=segment):
                return self._commit(segment)
            case GapRecorded(gap=gap):
                self._append(gap)
                return True
            case SegmentRedacted(segment_number=number, text=text, redacted_text=new):
                return self._rewrite(number, text, new)
            case SegmentEdited(segment_number=number, text=text, edited_text=new):
                return self._rewrite(number, text, new)
            case SessionOpened(corrections=corrections):
                self._corrections = corrections_of(
                    tuple((item.heard, item.right) for item in corrections)
                )
                return False
            case _:
                return False

    def _commit(self, segment: CommittedSegment) -> bool:
        changed = bool(self.partial or segment.text)
        self.partial = ""
        if segment.text:
            text = self._early.pop(segment.number, segment.text)
            # Word times take ten times the memory of the text, and are not used here.
            self._append(replace(segment, text=self._corrections.apply(text), words=()))
        return changed

    def _append(self, line: Line) -> None:
        self._lines.append(line)
        self._chars += _length(line)
        over_lines = len(self._lines) - self._max_lines
        if over_lines > min(TRIM_SLACK, self._max_lines) or self._chars > self._max_chars:
            self._trim()

    def _trim(self) -> None:
        """Drop the oldest lines until both limits hold; the newest line always stays."""
        drop = max(0, len(self._lines) - self._max_lines)
        chars = self._chars - sum(_length(line) for line in self._lines[:drop])
        while chars > self._max_chars and drop < len(self._lines) - 1:
            chars -= _length(self._lines[drop])
            drop += 1
        del self._lines[:drop]
        self.first += drop
        self._chars = chars

    def _rewrite(self, number: int, text: str, new: str) -> bool:
        """Replace a segment's text by the service's later form; it may be yet to come.

        Journals of version 1 give no number: then the newest segment with `text` is replaced.
        """
        text, corrected = self._corrections.apply(text), self._corrections.apply(new)
        for index in range(len(self._lines) - 1, -1, -1):
            line = self._lines[index]
            if isinstance(line, CommittedSegment) and (
                line.number == number if number else line.text == text
            ):
                self._lines[index] = replace(line, text=corrected)
                self._chars += len(corrected) - len(line.text)
                return corrected != line.text
        if number and len(self._early) < MAX_EARLY:
            self._early[number] = new
        return False


def _length(line: Line) -> int:
    return len(line.text) if isinstance(line, CommittedSegment) else len(line.cause)
