"""The real program on a machine that goes wrong: `python -m tests.proofs.chaos.machine`.

Each scenario runs `record` or the monitor against stations and a strict service, does something to
the machine under it, ends it, and judges what is on disk: no word lost or doubled that no gap
names, books that balance, a good end.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from scribe_tui.event_records import from_record
from scribe_tui.events import ErrorRaised, Event, Noticed, SegmentCommitted, SessionClosed
from tests.proofs.chaos.judge import PaneJudge
from tests.proofs.chaos.proxy import ChaoticProxy
from tests.proofs.chaos.stations import BURST_SECONDS, Stations
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.script import Script, redirect
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until

WRONGED = ("-m", "tests.proofs.chaos.wronged")
NAMES = ("pane1", "pane2", "pane3", "pane4")
LEAVE_SECONDS = 30.0
AT_ONCE = 2
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
        """Of the program: all stations, the service, a folder for its files."""
        sources = [f"{name}={self.stations.url('/' + name)}" for name in NAMES]
        return [
            *sources,
            *("--endpoint", endpoint or self.service.url(scheme="http")),
            *("--log-dir", str(self.folder / "logs")),
        ]

    def environment(self, **more: str) -> dict[str, str]:
        """The user's, without what is his own, and with the test's key."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SCRIBE_")}
        state = {"XDG_STATE_HOME": str(self.folder / "state"), "ELEVENLABS_API_KEY": KEY}
        return kept | state | {"PYTHONPATH": str(ROOT)} | more

    @contextmanager
    def recording(
        self, *wrong: str, expect: int | None = 0, endpoint: str | None = None, **more: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        """`record` with these faults; asked to end with the block, and judged.

        `expect` is its exit code, None for any.
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
                self._end(program, expect)
            finally:
                if program.poll() is None:
                    os.killpg(program.pid, signal.SIGKILL)

    def _end(self, program: subprocess.Popen[bytes], expect: int | None) -> None:
        program.send_signal(signal.SIGTERM)
        try:
            code = program.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self.wrongs.append(f"did not end within {LEAVE_SECONDS:g} s")
            return
        if expect is not None and code != expect:
            said = (self.folder / "stderr").read_text(errors="replace")[-300:]
            self.wrongs.append(f"exit code {code} instead of {expect}: {said}")

    def until_text(self, words: int = 2) -> None:
        """Until every station has so many committed words on disk."""
        wait_until(lambda: all(len(self.words(name)) >= words for name in NAMES))

    def until_more(self, words: int = 1) -> None:
        """Until every station has so many more of them."""
        before = {name: len(self.words(name)) for name in NAMES}
        wait_until(lambda: all(len(self.words(name)) >= before[name] + words for name in NAMES))

    def words(self, name: str) -> list[str]:
        """The committed words of one station on disk."""
        segments = (e.segment for e in self._events(name) if isinstance(e, SegmentCommitted))
        return [word for segment in segments for word in segment.text.split()]

    def cut_two(self, gone_seconds: float) -> None:
        """Take the first two stations off the air, and wait until that is told."""
        before = {name: self.errors(name) for name in NAMES[:2]}
        for name in before:
            self.stations.cut(name, gone_seconds)
        wait_until(lambda: all(self.errors(name) > seen for name, seen in before.items()))

    def errors(self, name: str) -> int:
        """How many errors of one station were told."""
        return sum(isinstance(event, ErrorRaised) for event in self._events(name))

    def expect_told(self, title: str) -> None:
        """Hold it against the scenario if its fault did not reach the program at all."""
        told = {
            event.title
            for name in NAMES
            for event in self._events(name)
            if isinstance(event, ErrorRaised)
        }
        if title not in told:
            self.wrongs.append(f"nobody was told of {title!r}, only of {sorted(told)}")

    def notices(self) -> list[str]:
        """What was said of all stations that is no error."""
        events = (event for name in NAMES for event in self._events(name))
        return [event.text for event in events if isinstance(event, Noticed)]

    def judge(self, *, closed: bool = True) -> None:
        """Hold what is on disk of each station against the promise."""
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


def suspended(desk: Desk) -> None:
    """SIGSTOP of the program and its decoders, then SIGCONT."""
    with desk.recording() as program:
        desk.until_text()
        processes = [program.pid, *(p.pid for p in psutil.Process(program.pid).children(True))]
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(desk.seconds)
        for pid in processes:
            os.kill(pid, signal.SIGCONT)
        desk.until_more(4)
    desk.judge()


def clock_steps(desk: Desk) -> None:
    """The wall clock goes back an hour, then on a day, while stations are gone."""
    clock = desk.folder / "clock"
    with desk.recording("--clock", str(clock)):
        desk.until_text()
        for step in (-3600.0, 86400.0):
            desk.cut_two(desk.seconds)
            clock.write_text(f"{step}")
            time.sleep(desk.seconds)
            desk.until_more()
    desk.judge()
    for way in ("back", "forward"):
        if not any(f"was set {way}" in text for text in desk.notices()):
            desk.wrongs.append(f"nobody was told that the clock was set {way}")


def terminal_gone(desk: Desk) -> None:
    """The terminal goes away under the monitor, and no signal tells it."""
    program = (sys.executable, *WRONGED, "--ignore-hangup", "--")
    arguments = desk.arguments()
    with Terminal(arguments, program=program, env=desk.environment(), cwd=ROOT) as terminal:
        terminal.until(lambda _: all(len(desk.words(name)) >= 2 for name in NAMES))
        process = psutil.Process(terminal.pid)
        terminal.hang_up()
        began = time.monotonic()
        try:
            process.wait(LEAVE_SECONDS)
        except psutil.TimeoutExpired:
            times = process.cpu_times()
            desk.wrongs.append(
                f"it runs on without a terminal, {times.user + times.system:.0f} s of CPU in "
                f"{time.monotonic() - began:.0f} s"
            )
            process.kill()
            return
    desk.judge()


def descriptors_at_their_limit(desk: Desk) -> None:
    """No further file, socket or pipe can be opened while stations and lines drop."""
    with desk.recording() as program:
        desk.until_text()
        soft, hard = resource.prlimit(program.pid, resource.RLIMIT_NOFILE)
        used = max(int(fd.name) for fd in Path(f"/proc/{program.pid}/fd").iterdir())
        for name in NAMES[:2]:
            desk.stations.cut(name, 1.0)
        resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (used - 8, hard))
        time.sleep(desk.seconds)
        resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (soft, hard))
        desk.until_more()
    desk.judge()
    desk.expect_told("too many files")


def processes_at_their_limit(desk: Desk) -> None:
    """No decoder can be started while stations drop."""
    full = desk.folder / "full"
    with desk.recording("--no-processes", str(full)):
        desk.until_text()
        full.touch()
        for name in NAMES[:2]:
            desk.stations.cut(name, 1.0)
        time.sleep(desk.seconds)
        full.unlink()
        desk.until_more()
    desk.judge()
    desk.expect_told("decoder broken")


def slow_fsync(desk: Desk) -> None:
    """A disk that takes 0.4 s for every sync; a normal end."""
    with desk.recording("--fsync", "0.4"):
        desk.until_text(8)
    desk.judge()
    _all_on_disk(desk)


def failing_fsync(desk: Desk) -> None:
    """A disk that fails for a while; told, and everything on it in the end."""
    broken = desk.folder / "broken"
    with desk.recording("--fsync-fails", str(broken), expect=None):
        desk.until_text()
        broken.touch()
        time.sleep(desk.seconds)
        broken.unlink()
        desk.until_text(12)
    desk.judge()
    _all_on_disk(desk)
    desk.expect_told("log not saved")


def _all_on_disk(desk: Desk) -> None:
    """What stdout had of segments, the journal has."""
    lines = (desk.folder / "stdout").read_bytes().splitlines()
    events = [from_record(json.loads(line)) for line in lines]
    for name in NAMES:
        told = [
            word
            for event in events
            if isinstance(event, SegmentCommitted) and event.session == name
            for word in event.segment.text.split()
        ]
        if told != desk.words(name):
            desk.wrongs.append(f"{name}: {len(told)} words told, {len(desk.words(name))} on disk")


def proxies(desk: Desk) -> None:
    """Stations and service are reached through a proxy that refuses and drops."""
    proxy = ChaoticProxy(random.Random(7), refused=0.2, seconds=desk.seconds)
    with InBackground(proxy) as there:
        with desk.recording(http_proxy=there.url, no_proxy=""):
            desk.until_text(12)
    if not sum(proxy.done.values()):
        desk.wrongs.append("nothing went through the proxy")
    desk.judge()


def redirected(desk: Desk) -> None:
    """The service sends elsewhere: nobody there may see the key or the sound."""
    with InBackground(StrictEndpoint(key=None)) as other:
        elsewhere = redirect(other.url() + "/v1/speech-to-text/realtime")
        with InBackground(StrictEndpoint(elsewhere)) as service:
            url = service.url(scheme="http")
            with desk.recording(endpoint=url, expect=1):
                wait_until(lambda: service.handshakes >= len(NAMES))
                time.sleep(1)
        if other.handshakes:
            desk.wrongs.append(f"the redirect was followed {other.handshakes} times")
    for trace in (desk.folder / "stdout", desk.folder / "stderr"):
        if KEY in trace.read_text(errors="replace"):
            desk.wrongs.append(f"the key is in {trace.name}")


Scenario = Callable[[Desk], None]
SCENARIOS: dict[str, Scenario] = {
    scenario.__name__.replace("_", "-"): scenario
    for scenario in (
        suspended,
        clock_steps,
        terminal_gone,
        descriptors_at_their_limit,
        processes_at_their_limit,
        slow_fsync,
        failing_fsync,
        proxies,
        redirected,
    )
}


LASTS = {"suspended": 60.0}
"""Seconds of a fault that is no fault when it is short."""


def run(name: str, seconds: float = 5.0) -> list[str]:
    """Run one scenario, its fault for so many seconds; what was wrong, in words."""
    stations = Stations(list(NAMES), None, random.Random(1), {})
    with (
        tempfile.TemporaryDirectory(prefix="scribe-chaos-") as folder,
        InBackground(stations),
        InBackground(StrictEndpoint(Script(latency_seconds=0.1))) as service,
    ):
        desk = Desk(stations, service, Path(folder), seconds)
        try:
            SCENARIOS[name](desk)
        except (AssertionError, OSError) as error:
            desk.wrongs.append(f"{error or 'an assertion failed'}")
        return desk.wrongs


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.proofs.chaos.machine", description=__doc__
    )
    parser.add_argument("scenario", nargs="*", help=f"of {', '.join(SCENARIOS)} (all)")
    parser.add_argument(
        "--seconds", type=float, help="how long a fault lasts (5; a machine sleeps for a minute)"
    )
    options = parser.parse_args()
    names = options.scenario or list(SCENARIOS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(
            pool.map(lambda name: run(name, options.seconds or LASTS.get(name, 5.0)), names)
        )
    for name, wrongs in zip(names, results, strict=True):
        print(f"{name}: {'held' if not wrongs else 'BROKEN'}")
        for wrong in wrongs:
            print(f"    {wrong}")
    return 1 if any(results) else 0


if __name__ == "__main__":
    sys.exit(main())
