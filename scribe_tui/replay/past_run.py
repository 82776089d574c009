"""PastRun: the journals of a run, merged into one stream of events for the replay."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence

from scribe_tui.errors import UsageError
from scribe_tui.events import Event
from scribe_tui.journal.reading.journals import Journal
from scribe_tui.journal.reading.times import TimeKind, bound, parse_time
from scribe_tui.replay.tape import Tape
from scribe_tui.replay.timeline_marks import TimelineMarks


class PastRun:
    """All sources of a past run, positioned at one instant. `begun_at` and `ended_at`: its span.

    Instants are those of the replay's clock: the wall clock's, unless that was set back.
    """

    def __init__(self, journals: Sequence[Journal], *, grows: bool = False) -> None:
        """Index the journals; raises UsageError if there is nothing in them to be played.

        `grows`: the run is still being recorded; `grow` takes in what comes.
        """
        counts = Counter(journal.session for journal in journals)
        self.grows = grows
        self._by_number: list[Tape] = []
        self._by_stem: dict[str, Tape] = {}
        for item in journals:
            self._add(item, item.session if counts[item.session] == 1 else item.stem)
        self.tapes: dict[str, Tape] = {}
        self.marks = TimelineMarks(())
        self._queue: list[tuple[float, int, Tape]] = []
        self._gather()
        if not self.tapes:
            raise UsageError("empty run", "There is nothing in this run that could be replayed.")
        self.begun_at = min(tape.index.first_at or 0.0 for tape in self.tapes.values())

    def grow(self, journals: Sequence[Journal], *, grows: bool = True) -> bool:
        """Read what was written since; returns whether anything was. `grows`: more may come."""
        self.grows, grown = grows, False
        for item in journals:
            tape = self._by_stem.get(item.stem)
            if tape is None:
                known = {tape.session for tape in self._by_number}
                self._add(item, item.stem if item.session in known else item.session)
                grown = True
            else:
                grown |= tape.grow(item, grows=grows)
        if grown:
            self._gather()
        return grown

    def _add(self, journal: Journal, session: str) -> None:
        tape = Tape(journal, session, len(self._by_number), grows=self.grows)
        self._by_number.append(tape)
        self._by_stem[journal.stem] = tape

    def _gather(self) -> None:
        """Update what depends on all tapes: their order, the marks, the span, the next events."""
        tapes = [tape for tape in self._by_number if tape.index.first_at is not None]
        tapes.sort(key=lambda tape: tape.index.first_at or 0.0)
        self.tapes = {tape.session: tape for tape in tapes}
        if sum(self.marks.counts.values()) != sum(len(t.index.marks) for t in self._by_number):
            self.marks = TimelineMarks(
                mark for tape in self._by_number for mark in tape.index.marks
            )
        self.ended_at = max((tape.index.last_at or 0.0 for tape in tapes), default=0.0)
        self._fill()

    @property
    def next_at(self) -> float | None:
        """When the next event of any source comes; None at the end."""
        return self._queue[0][0] if self._queue else None

    def take(self) -> Event:
        """The next event. Only where `next_at` is not None."""
        _, number, tape = self._queue[0]
        event = tape.take()
        if tape.next_at is None:
            heapq.heappop(self._queue)
        else:
            heapq.heapreplace(self._queue, (tape.next_at, number, tape))
        return event

    def wind(self, at: float) -> list[Event]:
        """Move behind all events up to `at`; returns the events that the panes must show there."""
        shown = [event for tape in self.tapes.values() for event in tape.wind(at)]
        self._fill()
        return shown

    def session_of(self, number: int) -> str:
        """The id of the source with that number in a mark."""
        return self._by_number[number].session

    def instant_of(self, text: str, session: str | None = None) -> float:
        """The instant that a user's TIME means in this run; source seconds are those of `session`.

        With None they are those of the source that was heard first. Raises UsageError.
        """
        time = parse_time(text)
        if time.kind is not TimeKind.SOURCE:
            return bound(time, self.begun_at, self.ended_at).instant or self.begun_at
        zeros = [
            tape.index.zero_at
            for tape in self.tapes.values()
            if tape.index.zero_at is not None and session in (None, tape.session)
        ]
        return min(zeros, default=self.begun_at) + time.seconds

    @property
    def problems(self) -> list[str]:
        """What could not be read, as sentences."""
        several = len(self._by_number) > 1
        return [
            f"{tape.session}: {sentence}" if several else sentence
            for tape in self._by_number
            for sentence in tape.index.problems.sentences
        ]

    def close(self) -> None:
        """Close the files."""
        for tape in self._by_number:
            tape.close()

    def _fill(self) -> None:
        self._queue = [
            (tape.next_at, number, tape)
            for number, tape in enumerate(self.tapes.values())
            if tape.next_at is not None
        ]
        heapq.heapify(self._queue)
