"""KnownPlaces: the gaps and errors of all sessions, as places to go to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scribe_tui.events import (
    ErrorRaised,
    Event,
    GapRecorded,
    HitStatus,
    SessionRemoved,
    WatchHit,
)

MAX_PLACES = 500


class PlaceKind(StrEnum):
    """Why a place is worth returning to."""

    MARK = "mark"
    GAP = "gap"
    ERROR = "error"
    HIT = "hit"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a session: wall-clock time, kind and text.

    `line`: the transcript's number of a marked line; `segment_number`: the segment of a hit.
    """

    session: str
    at: float
    kind: PlaceKind
    text: str
    line: int | None = None
    segment_number: int | None = None


def hit_places(hits: Iterable[WatchHit]) -> list[Place]:
    """Return the places of those of `hits` that are confirmed."""
    return [
        Place(
            hit.session,
            hit.at,
            PlaceKind.HIT,
            f"{hit.word}: {hit.quote}",
            segment_number=hit.segment_number,
        )
        for hit in hits
        if hit.status is HitStatus.CONFIRMED
    ]


class KnownPlaces:
    """Keeps the latest gaps and errors; a repeated error is one place."""

    def __init__(self) -> None:
        """Start without places."""
        self._places: deque[Place] = deque(maxlen=MAX_PLACES)
        self._latest: dict[str, str] = {}
        self.version = 0

    @property
    def places(self) -> tuple[Place, ...]:
        """All places, oldest first."""
        return tuple(self._places)

    def receive(self, event: Event) -> None:
        """Handle one event."""
        match event:
            case GapRecorded(session=session, gap=gap):
                seconds = gap.end_seconds - gap.start_seconds
                text = f"not heard for {seconds:.1f} s: {gap.cause}"
                self._add(Place(session, gap.started_at, PlaceKind.GAP, text))
            case ErrorRaised(session=session, message=message) if (
                self._latest.get(session) != message
            ):
                self._latest[session] = message
                self._add(Place(session, event.at, PlaceKind.ERROR, message))
            case SessionRemoved(session=session):
                self._latest.pop(session, None)
                kept = [place for place in self._places if place.session != session]
                self._places = deque(kept, maxlen=MAX_PLACES)
                self.version += 1

    def _add(self, place: Place) -> None:
        self._places.append(place)
        self.version += 1
