"""The last hour of each session in 24 slots: speech, silence, what was missed, hits. Pure data."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scribe_tui.events import (
    Event,
    GapRecorded,
    HitStatus,
    SegmentCommitted,
    SessionRemoved,
    Tier,
    WatchHit,
)
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.figures.display_status import DisplayStatus, display_status
from scribe_tui.tui.rendering.signs import STRIP_GAP, STRIP_HIT, STRIP_LEVELS, STRIP_SILENCE

SLOTS = 24
SLOT_SECONDS = 150.0
MISSED_SECONDS = 15.0
"""Seconds of missed sound from which a slot always shows a gap, even with more speech."""
LEAST_SECONDS = 15.0
"""Least length in seconds by which a slot that has just begun is measured."""
MAX_LOOK_SECONDS = 5.0
"""Most seconds counted between two samples; if more passed, the program was suspended."""
MAX_OPEN_HITS = 200
BARS = STRIP_LEVELS
SILENCE, MISSED, HIT, NOTHING = STRIP_SILENCE, STRIP_GAP, STRIP_HIT, " "
HEARING = frozenset({DisplayStatus.LIVE, DisplayStatus.DEAD_AIR})
DEAF = frozenset({DisplayStatus.DOWN, DisplayStatus.FAILED})


@dataclass(slots=True)
class Slot:
    """What one slot of time contained: seconds of each kind, and the number of hits."""

    hearing: float = 0.0
    deaf: float = 0.0
    speech: float = 0.0
    gap: float = 0.0
    hits: int = 0

    def add(self, other: Slot) -> None:
        """Add the contents of another slot."""
        self.hearing += other.hearing
        self.deaf += other.deaf
        self.speech += other.speech
        self.gap += other.gap
        self.hits += other.hits

    def sign(self, seconds: float) -> str:
        """Return the sign for this slot, of which `seconds` are over."""
        missed = max(self.gap, self.deaf)
        if self.hits:
            return HIT
        if missed >= min(MISSED_SECONDS, max(self.speech, 1.0)):
            return MISSED
        if self.speech:
            share = min(1.0, self.speech / max(seconds, LEAST_SECONDS))
            return BARS[max(0, math.ceil(share * len(BARS)) - 1)]
        return SILENCE if self.hearing else NOTHING


class Hour:
    """The last hour of one session. Instants are seconds on one steady clock."""

    def __init__(self) -> None:
        """Start with no data."""
        self._slots: dict[int, Slot] = {}
        self._open_hits: dict[int, int] = {}
        self._highest_hit = 0

    def spread(self, kind: str, start: float, seconds: float, now: float) -> None:
        """Add `seconds`, from `start` on, to the field `kind` of the slots they belong to."""
        start = max(start, now - SLOTS * SLOT_SECONDS)
        end = min(start + seconds, now)
        while start < end:
            number = math.floor(start / SLOT_SECONDS)
            stop = min(end, (number + 1) * SLOT_SECONDS)
            slot = self._slot(number)
            setattr(slot, kind, getattr(slot, kind) + stop - start)
            start = stop

    def take_hit(self, hit: WatchHit, at: float) -> None:
        """Count a hit heard at `at`, or remove one that is withdrawn."""
        if hit.tier is Tier.SOUNDS_LIKE:
            return
        number = self._open_hits.pop(hit.hit, None)
        if hit.status is HitStatus.WITHDRAWN:
            if number in self._slots:
                self._slots[number].hits -= 1
            return
        if number is None:
            if hit.hit <= self._highest_hit:
                return
            number = math.floor(at / SLOT_SECONDS)
            self._slot(number).hits += 1
        self._highest_hit = max(self._highest_hit, hit.hit)
        if hit.status is HitStatus.UNCONFIRMED and len(self._open_hits) < MAX_OPEN_HITS:
            self._open_hits[hit.hit] = number

    def cells(self, now: float, count: int = SLOTS) -> str:
        """Return the last hour, the present slot last: one sign for each of `count` equal parts.

        `count` must divide 24.
        """
        present = math.floor(now / SLOT_SECONDS)
        each = SLOTS // count
        return "".join(
            self._sign(range(first, first + each), now)
            for first in range(present - SLOTS + 1, present + 1, each)
        )

    def speech(self, now: float) -> float:
        """Return the share of speech in the present slot and the one before, 0 to 1."""
        present = math.floor(now / SLOT_SECONDS)
        known = [self._slots.get(number) for number in (present - 1, present)]
        length = SLOT_SECONDS + now - present * SLOT_SECONDS
        return min(1.0, sum(slot.speech for slot in known if slot) / length)

    def _sign(self, numbers: range, now: float) -> str:
        found = [slot for number in numbers if (slot := self._slots.get(number)) is not None]
        if not found:
            return NOTHING
        end = min(now, numbers.stop * SLOT_SECONDS)
        seconds = end - numbers.start * SLOT_SECONDS
        if len(found) == 1:
            return found[0].sign(seconds)
        both = Slot()
        for slot in found:
            both.add(slot)
        return both.sign(seconds)

    def _slot(self, number: int) -> Slot:
        slot = self._slots.get(number)
        if slot is None:
            slot = self._slots[number] = Slot()
            while len(self._slots) > SLOTS:
                del self._slots[min(self._slots)]
        return slot


class Hours:
    """The last hours of all sessions, from every event but partials, and all snapshots."""

    def __init__(self) -> None:
        """Start with no sessions."""
        self._hours: dict[str, Hour] = {}
        self._looked_at: float | None = None

    def of(self, session: str) -> Hour:
        """Return the hour of one session; an empty one if nothing is known."""
        return self._hours.setdefault(session, Hour())

    def clear(self) -> None:
        """Discard everything: what follows is of another time of a replay."""
        self._hours.clear()
        self._looked_at = None

    def receive(self, event: Event, now: float, wall: float) -> None:
        """Handle one event at `now`, when the wall-clock time is `wall`."""
        at = now - max(0.0, wall - event.at)
        match event:
            case SegmentCommitted(session=session, segment=segment):
                start = at - max(0.0, event.at - segment.started_at)
                seconds = segment.end_seconds - segment.start_seconds
                self.of(session).spread("speech", start, seconds, now)
            case GapRecorded(session=session, gap=gap):
                start = at - max(0.0, event.at - gap.started_at)
                self.of(session).spread("gap", start, gap.end_seconds - gap.start_seconds, now)
            case WatchHit(session=session):
                self.of(session).take_hit(event, at)
            case SessionRemoved(session=session):
                self._hours.pop(session, None)

    def look(self, snapshots: Iterable[SessionSnapshot], now: float) -> None:
        """Add the time since the last look to what each session did in it."""
        before, self._looked_at = self._looked_at, now
        seconds = min(now - before, MAX_LOOK_SECONDS) if before is not None else 0.0
        if seconds <= 0:
            return
        for snapshot in snapshots:
            how = display_status(snapshot)
            if how in HEARING:
                self.of(snapshot.session).spread("hearing", now - seconds, seconds, now)
            elif how in DEAF:
                self.of(snapshot.session).spread("deaf", now - seconds, seconds, now)
