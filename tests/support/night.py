"""Night: a generated long recording: sources that speak, fall silent, fail and come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import (
    CommittedSegment,
    ConnectionStarted,
    DeadAirChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    Gap,
    GapRecorded,
    Half,
    HitStatus,
    PartialChanged,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    SourceStarted,
    State,
    StateChanged,
    Tier,
    TitleChanged,
    WatchHit,
)

BEGUN = 1_795_521_600.0
"""2026-11-24T12:00 UTC."""
SAYING_SECONDS = 10.0
HOUR = 3600.0


class Night:
    """`hours` hours of one source, which says its name and a number every ten seconds.

    It is away from 30:00 to 31:00 of every hour (an error, a gap), silent from 45:00 to 47:00, has
    a new title at each full hour, and a watch word at 10:05 of each hour.
    """

    def __init__(self, name: str, hours: float = 1.0, *, partials: bool = False) -> None:
        self.name = name
        self.hours = hours
        self.partials = partials
        self._number = 0

    def events(self) -> Iterator[Event]:
        """Yield all events, in order."""
        name, begun = self.name, BEGUN
        yield SessionOpened(session=name, at=begun, name=name, source=f"radio.example/{name}",
                            audio_format="pcm_16000", commit="vad")  # fmt: skip
        yield self._state(begun, State.CONNECTING, State.IDLE)
        yield SourceStarted(session=name, at=begun + 0.5, opening=1, codec="mp3")
        yield ConnectionStarted(session=name, at=begun + 1, attempt=1, remote_session_id="r")
        yield self._state(begun + 1, State.LIVE, State.CONNECTING)
        steps = int(self.hours * HOUR / SAYING_SECONDS)
        for step in range(1, steps):
            yield from self._at(begun + step * SAYING_SECONDS)
        end = begun + self.hours * HOUR
        yield self._state(end, State.DRAINING, State.LIVE)
        yield self._state(end + 1, State.ENDED, State.DRAINING)
        yield SessionClosed(session=name, at=end + 1, state=State.ENDED, segments=self._number,
                            heard_seconds=end - begun, sent_seconds=end - begun)  # fmt: skip

    def write(self, run: Path) -> Path:
        """Write its journal into a run's folder; return the folder."""
        run.mkdir(parents=True, exist_ok=True)
        with (run / f"{self.name}.jsonl").open("wb") as file:
            for event in self.events():
                file.write(to_line(to_record(event)))
        return run

    def _at(self, at: float) -> Iterator[Event]:
        name, past = self.name, (at - BEGUN) % HOUR
        if past == 0:
            yield TitleChanged(session=name, at=at, title=f"Hour {int((at - BEGUN) / HOUR) + 1}")
        if 1800 <= past < 1860:
            if past == 1800:
                yield ErrorRaised(session=name, at=at, half=Half.SOURCE, title="404",
                                  message="404 Not Found.", retry_in_seconds=8,
                                  attempt=1)  # fmt: skip
            return
        if past == 1860:
            gap = Gap(at - BEGUN - 60, at - BEGUN, at - 60, at, "station away")
            yield SourceStarted(session=name, at=at, opening=2)
            yield ErrorCleared(session=name, at=at, half=Half.SOURCE)
            yield GapRecorded(session=name, at=at, gap=gap)
        if 2700 <= past < 2820:
            if past == 2700:
                yield DeadAirChanged(session=name, at=at, dead=True)
            return
        if past == 2820:
            yield DeadAirChanged(session=name, at=at, dead=False)
        yield from self._say(at, past == 610)

    def _say(self, at: float, hit: bool) -> Iterator[Event]:
        self._number += 1
        text = f"{self.name} says number {self._number}"
        if self.partials:
            yield PartialChanged(session=self.name, at=at - 4, text=text[:-6])
        start = at - BEGUN - 5
        segment = CommittedSegment(self._number, text, at - 5, start, start + 4)
        yield SegmentCommitted(session=self.name, at=at, segment=segment)
        if hit:
            yield WatchHit(session=self.name, at=at, hit=1, watch="w", word="number",
                           heard="number", tier=Tier.EXACT, status=HitStatus.CONFIRMED,
                           segment_number=self._number, source_seconds=start, quote=text,
                           )  # fmt: skip

    def _state(self, at: float, state: State, previous: State) -> Event:
        return StateChanged(session=self.name, at=at, state=state, previous=previous)
