"""AnnotationReports: publishes what the service later says about a committed segment."""

from __future__ import annotations

from collections.abc import Callable

from scribe_tui.events import EntitiesFound, Entity, Publish, SegmentEdited, SegmentRedacted


class AnnotationReports:
    """Publishes for one session; each report names its segment by number and repeats its text."""

    def __init__(self, session: str, publish: Publish, wall: Callable[[], float]) -> None:
        """`wall`: seconds since the epoch."""
        self._session = session
        self._publish = publish
        self._wall = wall

    def entities_found(self, number: int, text: str, entities: tuple[Entity, ...]) -> None:
        """The service found entities in the segment."""
        self._publish(
            EntitiesFound(
                session=self._session,
                at=self._wall(),
                segment_number=number,
                text=text,
                entities=entities,
            )
        )

    def segment_redacted(self, number: int, text: str, redacted_text: str) -> None:
        """The service redacted the segment."""
        self._publish(
            SegmentRedacted(
                session=self._session,
                at=self._wall(),
                segment_number=number,
                text=text,
                redacted_text=redacted_text,
            )
        )

    def segment_edited(self, number: int, text: str, edited_text: str) -> None:
        """The service edited the segment."""
        self._publish(
            SegmentEdited(
                session=self._session,
                at=self._wall(),
                segment_number=number,
                text=text,
                edited_text=edited_text,
            )
        )
