"""Annotations: assigns redactions, edits and entities of one connection to their segments.

The service names the segment by its text alone, and may send an annotation before the segment is
published here (while it waits for its words) or long after it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from scribe_tui.scribe.messages import CommittedEntities, Edited, Redacted
from scribe_tui.session.status.annotation_reports import AnnotationReports

Annotation = CommittedEntities | Redacted | Edited

REMEMBERED = 64
"""How many latest segments an annotation may belong to, and how many annotations may wait."""


@dataclass(slots=True)
class _Published:
    """A published segment, and the kinds of annotations it has got."""

    number: int
    text: str
    kinds: set[type[Annotation]] = field(default_factory=set)


class Annotations:
    """Publishes each annotation with its segment's number, never before the segment."""

    def __init__(self, reports: AnnotationReports) -> None:
        self._reports = reports
        self._published: deque[_Published] = deque(maxlen=REMEMBERED)
        self._waiting: deque[Annotation] = deque(maxlen=REMEMBERED)

    def receive(self, annotation: Annotation) -> None:
        """Take an annotation from the service.

        It waits if no published segment has its text and lacks an annotation of its kind.
        """
        segment = next((each for each in self._published if _lacks(each, annotation)), None)
        if segment is None:
            self._waiting.append(annotation)
        else:
            self._publish(segment, annotation)

    def published(self, number: int, text: str) -> None:
        """A segment of this connection was published."""
        segment = _Published(number, text)
        self._published.append(segment)
        for annotation in tuple(self._waiting):
            if _lacks(segment, annotation):
                self._waiting.remove(annotation)
                self._publish(segment, annotation)

    def _publish(self, segment: _Published, annotation: Annotation) -> None:
        segment.kinds.add(type(annotation))
        match annotation:
            case CommittedEntities(text, entities):
                self._reports.entities_found(segment.number, text, entities)
            case Redacted(text, redacted):
                self._reports.segment_redacted(segment.number, text, redacted)
            case Edited(text, edited):
                self._reports.segment_edited(segment.number, text, edited)


def _lacks(segment: _Published, annotation: Annotation) -> bool:
    same = segment.text.strip() == annotation.text.strip()
    return same and type(annotation) not in segment.kinds
