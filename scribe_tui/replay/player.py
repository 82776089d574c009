"""Player: a recording at the pace of a clock: on, paused, faster, and from one place to another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scribe_tui.clock import Clock
from scribe_tui.events import Event
from scribe_tui.replay.past_run import PastRun
from scribe_tui.replay.timeline_marks import MarkKind, TimelineMark

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 240.0)
"""Times as fast as it happened."""
SLOWEST, FASTEST = 0.1, 1000.0
TICK_SECONDS = 0.05
LONGEST_STEP_SECONDS = 1.0
"""A machine that was suspended, or a program that was, goes on where it stood."""
MOST_EVENTS = 1500
"""In one tick, so that the keys are heard; the replay then falls behind its speed."""
EMPTY_SECONDS = 600.0
"""Time without records from which on it is skipped, except the last `LEAD_SECONDS`."""
LEAD_SECONDS = 5.0
FOLLOW_SECONDS = 1.0
"""How often it is looked for what was written meanwhile."""
AGAIN_SECONDS = 1.5
"""Asked for what came before so soon after it passed, it is the one before that is meant."""


class Player:
    """Publishes the events of a recording when they are due. `now` is the replay's clock."""

    def __init__(
        self,
        recording: PastRun,
        *,
        speed: float = 1.0,
        at: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Stand at the instant `at`, or at the beginning, until `start` is called.

        `publish` gets the events. `on_jump` is called before what a jump shows is published;
        `on_skip` with the two instants between which nothing was recorded.
        """
        self.recording = recording
        self.publish: Callable[[Event], None] = lambda _event: None
        self.on_jump: Callable[[], None] = lambda: None
        self.on_skip: Callable[[float, float], None] = lambda _from, _to: None
        self._clock = clock or Clock()
        self._speed = min(max(speed, SLOWEST), FASTEST)
        self._paused = True
        self._now = self._ticked_at = 0.0
        self._going = asyncio.Event()
        self.go_to(recording.begun_at if at is None else at)

    @property
    def speed(self) -> float:
        """Times as fast as it happened."""
        return self._speed

    @property
    def paused(self) -> bool:
        """Whether it was paused by the user."""
        return self._paused

    @property
    def is_over(self) -> bool:
        """Whether all of the recording has been played."""
        return self.recording.next_at is None and self._now >= self.recording.ended_at

    def now(self) -> float:
        """Where the replay is: an instant."""
        return self._now

    def start(self) -> None:
        """Show what there is where it stands, and play."""
        self._paused = False
        self.go_to(self._now)

    def toggle(self) -> None:
        """Stand still, or go on; from the beginning where it is over."""
        if self.is_over:
            self._paused = False
            self.go_to(self.recording.begun_at)
            return
        self.set_paused(not self._paused)

    def set_paused(self, paused: bool) -> None:
        """Stand still, or go on."""
        self.advance()
        self._paused = paused
        self._go_or_stand()

    def change_speed(self, steps: int) -> None:
        """To the next faster of `SPEEDS`, or slower for a negative step."""
        self.advance()
        for _ in range(abs(steps)):
            if steps > 0:
                self._speed = min((s for s in SPEEDS if s > self._speed), default=self._speed)
            else:
                self._speed = max((s for s in SPEEDS if s < self._speed), default=self._speed)

    def go_by(self, seconds: float) -> None:
        """Jump by `seconds` of recorded time, back if negative."""
        self.advance()
        self.go_to(self._now + seconds)

    def go_to(self, at: float) -> None:
        """Jump to an instant of the run, or to its nearer end."""
        self._now = min(max(at, self.recording.begun_at), self.recording.ended_at)
        self._ticked_at = self._clock.elapsed()
        self.on_jump()
        for event in self.recording.wind(self._now):
            self.publish(event)
        self._go_or_stand()

    def go_to_mark(self, step: int, kinds: frozenset[MarkKind]) -> TimelineMark | None:
        """Jump to the next mark of these kinds, or the one before, and stand still there.

        None, and nothing happens, if there is none.
        """
        self.advance()
        marks = self.recording.marks
        if step > 0:
            mark = marks.after(self._now, kinds)
        else:
            again = 0.0 if self._paused else AGAIN_SECONDS * self._speed
            mark = marks.before(self._now - again, kinds)
        if mark is not None:
            self._paused = True
            self.go_to(mark.at)
        return mark

    def advance(self) -> None:
        """Publish what has become due."""
        elapsed = self._clock.elapsed()
        step = min(max(0.0, elapsed - self._ticked_at), LONGEST_STEP_SECONDS)
        self._ticked_at = elapsed
        if self._paused or self.is_over:
            return
        self._play_to(min(self._now + step * self._speed, self.recording.ended_at))
        self._skip_the_empty()
        self._go_or_stand()

    async def run(self) -> None:
        """Play until cancelled; costs nothing while it stands still."""
        while True:
            await self._going.wait()
            self.advance()
            await self._clock.sleep(TICK_SECONDS)

    async def follow(self, grow: Callable[[], bool]) -> None:
        """Take in what is still being recorded, by `grow`, and play on; until it is over."""
        while self.recording.grows:
            await self._clock.sleep(FOLLOW_SECONDS)
            if grow():
                self._go_or_stand()

    def _play_to(self, until: float) -> None:
        for _ in range(MOST_EVENTS):
            next_at = self.recording.next_at
            if next_at is None or next_at > until:
                self._now = until
                return
            self._now = max(self._now, next_at)
            self.publish(self.recording.take())

    def _skip_the_empty(self) -> None:
        next_at = self.recording.next_at
        if next_at is not None and next_at - self._now > EMPTY_SECONDS:
            since, self._now = self._now, next_at - LEAD_SECONDS
            self.on_skip(since, self._now)

    def _go_or_stand(self) -> None:
        if self._paused or self.is_over:
            self._going.clear()
        else:
            self._going.set()
