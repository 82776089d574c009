"""One chaos run: the engine in this process, the world in another, and the verdict."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import IO

import psutil

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.open import open_source
from scribe_tui.events import Event
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SourceSettings
from tests.proofs.chaos.judge import PaneJudge
from tests.proofs.chaos.stations import BURST_SECONDS
from tests.support.endpoint import KEY
from tests.support.engine import wired
from tests.support.side import Side

WARM_UP = 0.2
"""Share of the run after which memory must be flat."""
MEMORY_GROWTH_LIMIT = 0.25
SEGMENT_SECONDS = 36.0
"""Longest segment of the service, in seconds: no more than that must be sent again."""
MEMORY_SECONDS = 300.0
"""A run of fewer seconds shows nothing about memory: buffers are still filling."""


@dataclass(slots=True)
class Verdict:
    """What a run showed; empty `wrongs` mean that the promise held."""

    panes: int
    seconds: float
    seed: int
    words: int = 0
    missing_words: int = 0
    connections: int = 0
    gap_seconds: float = 0.0
    sent_seconds: float = 0.0
    billed_seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    faults: dict[str, int] = field(default_factory=dict)
    warm_mib: float = 0.0
    end_mib: float = 0.0
    drain_seconds: float = 0.0
    wrongs: list[str] = field(default_factory=list)

    @property
    def again_seconds(self) -> float:
        """Seconds of sound sent more than once, per connection; added silence is included."""
        return (self.billed_seconds - self.sent_seconds) / max(1, self.connections)

    def __str__(self) -> str:
        lines = [
            f"{self.panes} panes, {self.seconds:.0f} s, seed {self.seed}",
            f"faults: {sum(self.faults.values())}",
            *(f"  {count:4} {kind}" for kind, count in sorted(self.faults.items())),
            f"told: {dict(sorted(self.counts.items()))}",
            f"words: {self.words} committed, {self.missing_words} not heard and named",
            f"connections: {self.connections}; gaps: {self.gap_seconds:.1f} s",
            f"billed: {self.billed_seconds:.0f} s for {self.sent_seconds:.0f} s of sound,"
            f" {self.again_seconds:.1f} s again for each connection",
            f"memory: {self.warm_mib:.1f} MiB at {WARM_UP:.0%}, {self.end_mib:.1f} MiB at the end",
            f"stopped within {self.drain_seconds:.1f} s",
            *(["the promise held"] if not self.wrongs else ["BROKEN:", *self.wrongs]),
        ]
        return "\n".join(lines)


class _Sinks:
    """Passes each event to its pane's judge."""

    def __init__(self, judges: dict[str, PaneJudge], record: IO[str] | None) -> None:
        self._judges = judges
        self._record = record

    def receive(self, event: Event) -> None:
        if self._record is not None:
            print(event, file=self._record)
        self._judges[event.session].receive(event)


async def run(
    panes: int, seconds: float, seed: int, every: float = 10.0, record: IO[str] | None = None
) -> Verdict:
    """Run `panes` panes for `seconds`, with a fault somewhere every `every` seconds on average.

    All events are written to `record`, one per line.
    """
    verdict = Verdict(panes, seconds, seed)
    before = _Possessions.now()
    names = [f"pane{number}" for number in range(1, panes + 1)]
    judges = {name: PaneJudge(name, BURST_SECONDS * (at % 2)) for at, name in enumerate(names)}
    arguments = ("--panes", str(panes), "--every", str(every), "--seed", str(seed))
    with await asyncio.to_thread(Side, "tests.proofs.chaos.world", *arguments) as world:
        ports = {"radio": world.port, "speech": world.ask("speech port")}
        await _live(ports, _Sinks(judges, record), verdict, random.Random(seed))
        verdict.faults = world.ask("faults")
        violations = world.ask("violations")
        verdict.billed_seconds = world.ask("billed")
    _sum_up(verdict, judges)
    verdict.wrongs += [f"against the documentation: {wrong}" for wrong in violations]
    verdict.wrongs += await before.what_is_left()
    return verdict


async def _live(
    ports: dict[str, int], sinks: _Sinks, verdict: Verdict, dice: random.Random
) -> None:
    names = [f"pane{number}" for number in range(1, verdict.panes + 1)]
    supervisors = [
        _supervisor(ports, transport, names[at::2], sinks)
        for at, transport in enumerate(("websocket", "sdk"))
    ]
    tasks = [asyncio.create_task(supervisor.run()) for supervisor in supervisors]
    meddling = asyncio.create_task(_meddle(supervisors, verdict.counts, dice))
    await asyncio.sleep(verdict.seconds * WARM_UP)
    verdict.warm_mib = _resident_mib()
    await asyncio.sleep(verdict.seconds * (1 - WARM_UP))
    verdict.end_mib = _resident_mib()
    meddling.cancel()
    await asyncio.gather(meddling, return_exceptions=True)
    began = time.monotonic()
    await asyncio.gather(*(supervisor.drain() for supervisor in supervisors))
    await asyncio.gather(*tasks)
    verdict.drain_seconds = time.monotonic() - began


def _supervisor(
    ports: dict[str, int], transport: str, names: list[str], sinks: _Sinks
) -> Supervisor:
    """Return an engine for some of the panes."""
    sources = [
        SourceSettings(name=name, address=f"http://127.0.0.1:{ports['radio']}/{name}")
        for name in names
    ]
    services = wired(
        Endpoint(f"ws://127.0.0.1:{ports['speech']}", KEY),
        lambda source: open_source(source.address, AudioFormat.parse(source.speech.audio_format)),
        transport=transport,
        # Connections grow old within the run, too.
        timing=Timing(roll_over_after=45.0, backoff_cap=8.0),
    )
    return Supervisor(sources, services, [sinks])


async def _meddle(supervisors: list[Supervisor], counts: Counter[str], dice: random.Random) -> None:
    """Press keys like a user: commit, reconnect, pause for a while."""
    while True:
        await asyncio.sleep(dice.uniform(2, 12))
        supervisor = dice.choice(supervisors)
        if not supervisor.sessions:
            continue
        name = dice.choice(supervisor.sessions)
        match dice.choice(("commit", "commit", "reconnect", "pause")):
            case "commit":
                supervisor.commit(name)
            case "reconnect":
                supervisor.reconnect(name)
            case "pause":
                supervisor.set_paused(name, True)
                await asyncio.sleep(dice.uniform(0.5, 4))
                supervisor.set_paused(name, False)
        counts["keys pressed"] += 1


def _sum_up(verdict: Verdict, judges: dict[str, PaneJudge]) -> None:
    for judge in judges.values():
        verdict.words += judge.words
        verdict.missing_words += judge.missing_words
        verdict.connections += judge.connections
        verdict.gap_seconds += judge.gap_samples / 16000
        verdict.sent_seconds += judge.sent_seconds
        verdict.counts.update(judge.counts)
        verdict.wrongs += judge.wrongs
    grown = verdict.end_mib > verdict.warm_mib * (1 + MEMORY_GROWTH_LIMIT)
    if grown and verdict.seconds >= MEMORY_SECONDS:
        verdict.wrongs.append("memory grew")
    if verdict.again_seconds > SEGMENT_SECONDS:
        verdict.wrongs.append("a connection costs more than one open segment again")


def _resident_mib() -> float:
    return psutil.Process().memory_info().rss / 2**20


@dataclass(frozen=True, slots=True)
class _Possessions:
    """The tasks, child processes and descriptors of this process."""

    tasks: frozenset[asyncio.Task[object]]
    children: frozenset[int]
    descriptors: int

    @classmethod
    def now(cls) -> _Possessions:
        process = psutil.Process()
        children = frozenset(child.pid for child in process.children(recursive=True))
        return cls(frozenset(asyncio.all_tasks()), children, process.num_fds())

    async def what_is_left(self) -> list[str]:
        """Return what exists now and did not before, after a moment for sockets to close."""
        await asyncio.sleep(3)
        now = _Possessions.now()
        left = [f"task left: {task}" for task in now.tasks - self.tasks]
        left += [f"process left: {pid}" for pid in now.children - self.children]
        if now.descriptors > self.descriptors + 2:  # the subprocess watcher keeps some
            left.append(f"descriptors left: {now.descriptors - self.descriptors}")
        return left
