"""What one pane has heard: committed lines, gaps and one partial. Pure data."""

from __future__ import annotations

from dataclasses import replace

from scribe_tui.events import (
    CommittedSegment,
    Event,
    Gap,
    GapRecorded,
    PartialChanged,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
)

Line = CommittedSegment | Gap

MAX_LINES = 2000
"""About three hours of steady speech."""
MAX_CHARS = 4_000_000
TRIM_SLACK = 256
"""Lines over the limit before old ones go, so that trimming is paid once in a while."""


class Transcript:
    """The text of one session as events tell it, bounded; older lines are in the journal.

    Lines keep the number they got for ever: `first` is the number of the oldest line still
    held and `end` the number the next line will get, so that a reader can hold on to a
    place while lines come in at one end and go at the other.
    """

    def __init__(self, max_lines: int = MAX_LINES, max_chars: int = MAX_CHARS) -> None:
        """Hold `max_lines` lines (a little more between trims) of `max_chars` characters."""
        self._lines: list[Line] = []
        self._max_lines = max_lines
        self._max_chars = max_chars
        self._chars = 0
        self.first = 0
        self.partial = ""

    @property
    def end(self) -> int:
        """Number of the line that comes next."""
        return self.first + len(self._lines)

    def line(self, number: int) -> Line:
        """The line with that number; IndexError outside `first` to `end`."""
        if not self.first <= number < self.end:
            raise IndexError(number)
        return self._lines[number - self.first]

    def apply(self, event: Event) -> bool:
        """Take one event; return whether anything a reader sees has changed."""
        match event:
            case PartialChanged(text=text):
                changed = text != self.partial
                self.partial = text
                return changed
            case SegmentCommitted(segment=segment):
                changed = bool(self.partial or segment.text)
                self.partial = ""
                if segment.text:
                    # Word times weigh ten times the text, and nobody reads them here.
                    self._append(replace(segment, words=()))
                return changed
            case GapRecorded(gap=gap):
                self._append(gap)
                return True
            case SegmentRedacted(segment_number=number, text=text, redacted_text=new):
                return self._rewrite(number, text, new)
            case SegmentEdited(segment_number=number, text=text, edited_text=new):
                return self._rewrite(number, text, new)
            case _:
                return False

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
        """Show the service's later form of a segment.

        Journals of version 1 do not say its number: then it is the newest that reads `text`.
        """
        for index in range(len(self._lines) - 1, -1, -1):
            line = self._lines[index]
            if isinstance(line, CommittedSegment) and (
                line.number == number if number else line.text == text
            ):
                self._lines[index] = replace(line, text=new)
                self._chars += len(new) - len(line.text)
                return new != line.text
        return False


def _length(line: Line) -> int:
    return len(line.text) if isinstance(line, CommittedSegment) else len(line.cause)
