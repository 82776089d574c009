"""SegmentPublisher: numbers the committed segments of one run and publishes them."""

from __future__ import annotations

from scribe_tui.events import CommittedSegment
from scribe_tui.session.counts import Counts
from scribe_tui.session.status.status import SessionStatus

PREVIOUS_TEXT_CHARS = 50
"""`previous_text` should be shorter than about this many characters (official guide)."""


class SegmentPublisher:
    """Publishes for all connections of a run; keeps the end of the text for the next connection."""

    def __init__(self, counts: Counts, status: SessionStatus) -> None:
        self._counts = counts
        self._status = status
        self._last_text = ""
        self._noted: set[str] = set()

    def next_number(self) -> int:
        """The number of the segment about to be published."""
        return self._counts.next_segment()

    def publish(self, segment: CommittedSegment) -> None:
        """Publish the next segment."""
        self._last_text = segment.text
        self._status.segment_committed(segment)

    def note_once(self, text: str) -> None:
        """Publish a notice, unless it was published in this run before."""
        if text not in self._noted:
            self._noted.add(text)
            self._status.noticed(text)

    @property
    def previous_text(self) -> str | None:
        """The end of the text so far, as context for a new connection; None if there is none."""
        return text_ending(self._last_text)


def text_ending(text: str) -> str | None:
    """The last whole words of `text`, for `previous_text`; None if there are none."""
    tail = text[-PREVIOUS_TEXT_CHARS:]
    if len(text) > len(tail) and not text[-len(tail) - 1].isspace():
        tail = tail.partition(" ")[2] or tail
    return tail.strip() or None
