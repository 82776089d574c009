"""Rewrites: what replaces a segment's text later: redactions, edits, corrections."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from scribe_tui.corrections import (
    Corrections,
    corrected_segment,
    corrections_of,
    rewritten_hit,
)
from scribe_tui.event_records import from_record
from scribe_tui.events import (
    CommittedSegment,
    Correction,
    EntitiesFound,
    Event,
    PartialChanged,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
    SessionOpened,
    WatchHit,
)

_MARKS = (b'"redaction"', b'"edit"')
_MOST = (b'{"type": "segment", ', b'{"type": "partial", ')
"""How most lines begin; they are never redactions or edits, and are not searched."""


class Rewrites:
    """Later texts of one session's segments, by number; for records of version 1 by their text."""

    def __init__(self) -> None:
        self._by_number: dict[int, str] = {}
        self._old: dict[int, str] = {}
        self._by_text: dict[str, str] = {}

    def add(self, event: Event) -> bool:
        """Take a redaction or an edit; whether the event is one."""
        if isinstance(event, SegmentRedacted):
            self._add(event.segment_number, event.text, event.redacted_text)
        elif isinstance(event, SegmentEdited):
            self._add(event.segment_number, event.text, event.edited_text)
        else:
            return False
        return True

    def scan(self, lines: Iterable[bytes]) -> None:
        """Take all redactions and edits among the lines of a journal; other lines cost little."""
        for line in lines:
            if line.startswith(_MOST):
                continue
            if any(mark in line for mark in _MARKS):
                try:
                    event = from_record(json.loads(line))
                except (ValueError, RecursionError):
                    continue
                if event is not None:
                    self.add(event)

    def event(self, event: Event, open_number: int) -> Event:
        """An event in its last form; `open_number`: the number of the next segment.

        Other events about a rewritten segment reveal no more than its last text.
        """
        match event:
            case SegmentCommitted(segment=segment):
                rewritten = self.segment(segment)
                return event if rewritten is segment else replace(event, segment=rewritten)
            case PartialChanged() if open_number in self._by_number:
                return replace(event, text="")
            case SegmentRedacted(redacted_text=last) | SegmentEdited(edited_text=last):
                return replace(event, text=last)
            case EntitiesFound(segment_number=number) if number in self._by_number:
                return replace(event, text=self._by_number[number], entities=())
            case WatchHit(segment_number=number):
                for rewritten_number in (number - 1, number):
                    if (new := self._by_number.get(rewritten_number)) is not None:
                        old = self._old[rewritten_number]
                        event = rewritten_hit(event, rewritten_number, old, new)
        return event

    def segment(self, segment: CommittedSegment) -> CommittedSegment:
        """The segment in its last form.

        A rewritten segment has no words: they would contain what was redacted.
        """
        new = self._by_number.get(segment.number, self._by_text.get(segment.text))
        return segment if new is None else replace(segment, text=new, words=())

    def _add(self, number: int, text: str, new: str) -> None:
        if number:
            self._by_number[number] = new
            self._old.setdefault(number, text)
        else:
            self._by_text[text] = new


class AppliedCorrections:
    """Applies the user's corrections as the session's records list them; later lists replace it."""

    def __init__(self) -> None:
        self._corrections = Corrections()

    def learn(self, corrections: tuple[Correction, ...]) -> None:
        """Take the list of corrections of a session that was opened (again)."""
        self._corrections = corrections_of(tuple((item.heard, item.right) for item in corrections))

    def text(self, text: str) -> str:
        """A text with the corrections applied."""
        return self._corrections.apply(text)

    def event(self, event: Event) -> Event:
        """An event with the corrections applied to its text."""
        if isinstance(event, SessionOpened):
            self.learn(event.corrections)
        elif self._corrections and isinstance(event, SegmentCommitted):
            return replace(event, segment=corrected_segment(self._corrections, event.segment))
        elif self._corrections and isinstance(event, PartialChanged):
            return replace(event, text=self.text(event.text))
        return event
