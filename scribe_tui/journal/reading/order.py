"""The order of several sessions in one stream for people: by when things were said.

A segment is written when it is committed, which may be half a minute after its first word, and
minutes after an outage. Each session keeps the order of its own file.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator

from scribe_tui.events import Event, GapRecorded, SegmentCommitted

AHEAD = 200
"""How many events of a session are read ahead to find one that belongs before them."""


def as_said(sessions: Iterable[Iterable[Event]]) -> Iterator[Event]:
    """The events of several sessions, ordered by the instants shown before their lines."""
    placed = (_placed(events) for events in sessions)
    return (event for _, event in heapq.merge(*placed, key=lambda each: each[0]))


def _placed(events: Iterable[Event]) -> Iterator[tuple[float, Event]]:
    """Yield each event with the earliest instant of it and those that follow in its file."""
    waiting: deque[Event] = deque()
    # (place, instant) of what is earlier than all that follows it, in ascending order.
    least: deque[tuple[int, float]] = deque()
    given = 0
    for place, event in enumerate(events):
        instant = _said_at(event)
        while least and least[-1][1] >= instant:
            least.pop()
        least.append((place, instant))
        waiting.append(event)
        if len(waiting) > AHEAD:
            yield _next(waiting, least, given)
            given += 1
    while waiting:
        yield _next(waiting, least, given)
        given += 1


def _next(
    waiting: deque[Event], least: deque[tuple[int, float]], place: int
) -> tuple[float, Event]:
    instant = least[0][1]
    if least[0][0] == place:
        least.popleft()
    return instant, waiting.popleft()


def _said_at(event: Event) -> float:
    if isinstance(event, SegmentCommitted):
        return event.segment.started_at
    return event.gap.started_at if isinstance(event, GapRecorded) else event.at
