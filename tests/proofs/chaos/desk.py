"""Desk: one scenario of `machine`: its stations, service and program, and the checks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scribe_tui.event_records import from_record
from scribe_tui.events import (
    ErrorRaised,
    Event,
    Gap,
    GapRecorded,
    Noticed,
    SegmentCommitted,
    SessionClosed,
)
from tests.proofs.chaos.judge import PaneJudge
from tests.proofs.chaos.stations import BURST_SECONDS, Stations
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.waiting import wait_until

WRONGED = ("-m", "tests.proofs.chaos.wronged")
NAMES = ("pane1", "pane2", "pane3", "pane4")
LEAVE_SECONDS = 30.0
ROOT = Path(__file__).parents[3]


@dataclass
class Desk:
    """One scenario's stations, service and folder; `seconds` is how long its fault lasts."""

    stations: Stations
    service: StrictEndpoint
    folder: Path
    seconds: float
    wrongs: list[str] = field(default_factory=list)

    def arguments(self, *, endpoint: str | None = None) -> list[str]:
        """Return the program's arguments: all stations, the service, a folder for its files."""
        sources = [f"{name}={self.stations.url('/' + name)}" for name in NAMES]
        return [
            *sources,
            *("--endpoint", endpoint or self.service.url(scheme="http")),
            *("--log-dir", str(self.folder / "logs")),
        ]

    def environment(self, **more: str) -> dict[str, str]:
        """Return the user's environment without personal settings, and with the test's key."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SCRIBE_")}
        state = {"XDG_STATE_HOME": str(self.folder / "state"), "ELEVENLABS_API_KEY": KEY}
        return kept | state | {"PYTHONPATH": str(ROOT)} | more

    @contextmanager
    def recording(
        self,
        *wrong: str,
        expect: int | None = 0,
        endpoint: str | None = None,
        ends_itself: bool = False,
        **more: str,
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Run `record` with these faults; ask it to end with the block, and judge the result.

        `expect` is its exit code, None for any. `ends_itself`: it was asked to end before.
        """
        command = [sys.executable, *WRONGED, *wrong, "--", "record"]
        with (
            (self.folder / "stdout").open("wb") as output,
            (self.folder / "stderr").open("wb") as errors,
            subprocess.Popen(
                [*command, *self.arguments(endpoint=endpoint)],
                stdout=output,
                stderr=errors,
                cwd=self.folder,
                env=self.environment(**more),
                start_new_session=True,
            ) as program,
        ):
            try:
                yield program
                if not ends_itself:
                    program.send_signal(signal.SIGTERM)
                self._end(program, expect)
            finally:
                if program.poll() is None:
                    os.killpg(program.pid, signal.SIGKILL)

    def _end(self, program: subprocess.Popen[bytes], expect: int | None) -> None:
        try:
            code = program.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self.wrongs.append(f"did not end within {LEAVE_SECONDS:g} s")
            return
        if expect is not None and code != expect:
            said = (self.folder / "stderr").read_text(errors="replace")[-300:]
            self.wrongs.append(f"exit code {code} instead of {expect}: {said}")

    def until_text(self, words: int = 2) -> None:
        """Wait until every station has `words` committed words on disk."""
        wait_until(lambda: all(len(self.words(name)) >= words for name in NAMES))

    def until_more(self, words: int = 1) -> None:
        """Wait until every station has `words` more committed words on disk."""
        before = {name: len(self.words(name)) for name in NAMES}
        wait_until(lambda: all(len(self.words(name)) >= before[name] + words for name in NAMES))

    def words(self, name: str) -> list[str]:
        """Return the committed words of one station on disk."""
        segments = (e.segment for e in self._events(name) if isinstance(e, SegmentCommitted))
        return [word for segment in segments for word in segment.text.split()]

    def cut_two(self, gone_seconds: float) -> None:
        """Take the first two stations off the air, and wait until the program reports it."""
        before = {name: self.errors(name) for name in NAMES[:2]}
        for name in before:
            self.stations.cut(name, gone_seconds)
        wait_until(lambda: all(self.errors(name) > seen for name, seen in before.items()))

    def errors(self, name: str) -> int:
        """Return how many errors of one station were reported."""
        return sum(isinstance(event, ErrorRaised) for event in self._events(name))

    def expect_told(self, title: str) -> None:
        """Fail the scenario if the program never reported its fault."""
        told = {
            event.title
            for name in NAMES
            for event in self._events(name)
            if isinstance(event, ErrorRaised)
        }
        if title not in told:
            self.wrongs.append(f"nobody was told of {title!r}, only of {sorted(told)}")

    def gaps(self) -> list[Gap]:
        """Return the gaps of all stations."""
        events = (event for name in NAMES for event in self._events(name))
        return [event.gap for event in events if isinstance(event, GapRecorded)]

    def notices(self) -> list[str]:
        """Return the notices about all stations."""
        events = (event for name in NAMES for event in self._events(name))
        return [event.text for event in events if isinstance(event, Noticed)]

    def judge(self, *, closed: bool = True) -> None:
        """Check what is on disk of each station against the promise."""
        for at, name in enumerate(NAMES):
            judge = PaneJudge(name, BURST_SECONDS * (at % 2), rounded=True)
            events = list(self._events(name))
            for event in events:
                judge.receive(event)
            self.wrongs += judge.wrongs
            if closed and not any(isinstance(event, SessionClosed) for event in events):
                self.wrongs.append(f"{name}: its end is not on disk")
        self.wrongs += [f"against the documentation: {each}" for each in self.service.violations]

    def _events(self, name: str) -> Iterator[Event]:
        for path in sorted((self.folder / "logs").glob(f"*/{name}*.jsonl")):
            for line in path.read_bytes().splitlines(keepends=True):
                event = from_record(json.loads(line)) if line.endswith(b"\n") else None
                if event is not None:
                    yield event
