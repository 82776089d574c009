"""Ends of sessions at every phase of the service's own commits.

`python -m tests.proofs.chaos.endings [--step SECONDS]`: a source speaks, is silent for so long,
and then ends, is stopped or is drained, while the service commits by its own rules, throttles,
is late, refuses or breaks off. Every word once, or in a named gap; nothing billed twice beyond
one buffer; always an end.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest

from scribe_tui.events import GapRecorded, SegmentCommitted, State
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.numbered import WORD_SECONDS, words_in
from tests.support.script import Fault, Script, refusal
from tests.support.sources import Opening, Openings
from tests.support.steady import SteadyClock

SPEECH_SECONDS = 4.0
LONGEST_SILENCE = 2.2
PADDING_SECONDS = {"vad": 2.4, "manual": 1.0}
"""Seconds of silence that the program may add on each connection.

It pads the last commit (under VAD long enough for the service's own commit to come before it, 1.5 s
and 0.7 s), and keeps the connection alive.
"""
END_SECONDS = 90.0
"""A session that has not ended after this many seconds does not end."""
PLAY_SECONDS = 3.0
"""Most seconds that everything before the end takes."""
AT_ONCE = 8
TIMING = timing(
    drain=5.0, last_text=1.5, drain_grace=0.3, drain_grace_behind=0.4, keepalive_after=5.0
)

VAD = Script(vad_words=None)
FAILS_AGAIN = "fails at the same second each time"
NEVER_ANSWERS = "never answers"
TIMES = {FAILS_AGAIN: 6, NEVER_ANSWERS: 3, "well": 1, "late": 1}
"""How many times the same sound may be sent to a service; twice to services not named."""
SERVICES: dict[str, tuple[Script, ...]] = {
    "well": (VAD,),
    "late": (Script(vad_words=None, latency_seconds=0.2),),
    "closes at its commit": (Script(vad_words=None, fault=Fault(at_commit=1, code=1011)), VAD),
    "tells half of it, then drops": (
        Script(vad_words=None, fault=Fault(at_commit=1, half_told=True, ending="drop")),
        VAD,
    ),
    "finds too little speech": (
        Script(
            vad_words=None,
            fault=Fault(at_seconds=SPEECH_SECONDS + 0.3, error="insufficient_audio_activity"),
        ),
        VAD,
    ),
    "refuses after its fault": (
        Script(vad_words=None, fault=Fault(at_commit=1, ending="drop")),
        Script(http_status=503),
        Script(http_status=429, http_headers=(("Retry-After", "1"),)),
        VAD,
    ),
    "refuses for good": (
        Script(vad_words=None, fault=Fault(at_commit=1, ending="drop")),
        Script(fault=refusal("no more")),
    ),
    FAILS_AGAIN: (Script(vad_words=None, fault=Fault(at_value=35, error="transcriber_error")),),
    NEVER_ANSWERS: (Script(vad_words=None, answers_commits=False),),
}
"""The behaviour of the service by its name; scripts serve its connections in order."""
LOSES_NOTHING = ("well", "late", "closes at its commit", "tells half of it, then drops")
WAYS = ("ends", "stopped", "drained")
COMMITS = ("vad", "manual")


@dataclass(frozen=True, slots=True)
class Case:
    """One case; `silence`: seconds between the last word and the end."""

    service: str
    way: str
    commit: str
    silence: float
    transport: str

    @property
    def is_faultless(self) -> bool:
        """Whether the service does nothing wrong."""
        return self.service in ("well", "late")

    @property
    def heard(self) -> float:
        """Seconds of sound in the source."""
        return SPEECH_SECONDS + self.silence


def cases(step: float) -> Iterator[Case]:
    """Yield all cases, with silence growing by `step` seconds."""
    silences = [round(at * step, 3) for at in range(int(LONGEST_SILENCE / step) + 1)]
    transports = ("websocket", "sdk")
    for number, (service, way, commit, silence) in enumerate(
        product(SERVICES, WAYS, COMMITS, silences)
    ):
        yield Case(service, way, commit, silence, transports[number % 2])


def sample(step: float) -> list[Case]:
    """Return one case of each service, way and commit, each with another silence."""
    by_kind: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases(step):
        by_kind.setdefault((case.service, case.way, case.commit), []).append(case)
    return [alike[7 * number % len(alike)] for number, alike in enumerate(by_kind.values())]


async def play(case: Case) -> list[str]:
    """Play one case; return what was wrong, in words."""
    opening = Opening(
        seconds=SPEECH_SECONDS, silence_after=case.silence, hold=case.way != "ends", noisy=True
    )
    source = Openings(opening, is_live=case.way != "ends", chunk_seconds=0.01)
    speech = SpeechSettings(commit=case.commit)
    async with StrictEndpoint(*SERVICES[case.service]) as service:
        engine = Engine(
            service.endpoint(),
            {"radio": source},
            speech=speech,
            transport=case.transport,
            timing=TIMING,
        )
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(END_SECONDS), engine:
                await _to_its_end(case, engine)
        except TimeoutError:
            return [f"no end within {END_SECONDS:g} s, {len(service.connections)} connections"]
        except AssertionError as error:
            return [f"the promise: {error}"]
        took = asyncio.get_running_loop().time() - began
        return list(_judge(case, engine, service, took))


async def _to_its_end(case: Case, engine: Engine) -> None:
    if case.way == "ends":
        await engine.finished()
        return
    whole = case.heard - 1e-6
    await engine.until(
        lambda: engine.is_over or engine.supervisor.snapshot("radio").heard_seconds >= whole
    )
    if case.way == "stopped":
        engine.supervisor.stop("radio")
        await engine.finished()


def _judge(case: Case, engine: Engine, service: StrictEndpoint, took: float) -> Iterator[str]:
    words = engine.words()
    if len(set(words)) != len(words) or words != sorted(words, key=lambda word: int(word[1:])):
        yield f"doubled or out of order: {' '.join(words)}"
    gaps = [event.gap for event in engine.of(GapRecorded)]
    missing = [word for word in words_in(SPEECH_SECONDS) if word not in words]
    for word in missing:
        end = int(word[1:]) * WORD_SECONDS
        if not any(gap.start_seconds < end and gap.end_seconds > end - 0.5 for gap in gaps):
            yield f"{word} is missing, and no gap says so: {gaps}"
    if missing and case.service in LOSES_NOTHING:
        yield f"lost: {' '.join(missing)}"
    times = TIMES.get(case.service, 2)
    bound = times * (case.heard + PADDING_SECONDS[case.commit])
    if service.billed_seconds > bound:
        billed, connections = service.billed_seconds, len(service.connections)
        yield f"billed {billed:.1f} s of {case.heard:.1f} s over {connections} connections"
    final = engine.states()[-1]
    if case.is_faultless and final is not State.ENDED:
        yield f"ended as {final}"
    if case.is_faultless and len(engine.of(SegmentCommitted)) != 1:
        yield f"{len(engine.of(SegmentCommitted))} segments"
    wrong = [each for each in service.violations if each != "commit_throttled"]
    if wrong:
        yield f"against the documentation: {wrong}"
    if case.way != "ends" and took > PLAY_SECONDS + TIMING.drain:
        yield f"took {took:.1f} s"


async def run(chosen: list[Case]) -> dict[Case, list[str]]:
    """Play these cases, some at once; return what was wrong in each.

    The clock stops while the machine does something else.
    """
    patch = pytest.MonkeyPatch()
    SteadyClock(asyncio.get_running_loop(), patch)
    found: dict[Case, list[str]] = {}
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(case: Case) -> None:
        async with turns:
            if wrongs := await play(case):
                found[case] = wrongs

    try:
        async with asyncio.TaskGroup() as group:
            for case in chosen:
                group.create_task(one(case))
    finally:
        patch.undo()
    return found


def told(count: int, found: dict[Case, list[str]]) -> str:
    """Return the verdict for people."""
    lines = [f"{count} ends of sessions, {len(found)} of them broken"]
    kinds = Counter((case.service, case.way, case.commit) for case in found)
    lines += [f"  {number:3} {' / '.join(kind)}" for kind, number in sorted(kinds.items())]
    lines += [f"{case}: {'; '.join(wrongs)}" for case, wrongs in found.items()]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.proofs.chaos.endings", description=__doc__
    )
    parser.add_argument("--step", type=float, default=0.05, help="seconds of silence (0.05)")
    parser.add_argument("--only", choices=SERVICES, help="one service")
    options = parser.parse_args()
    chosen = [case for case in cases(options.step) if options.only in (None, case.service)]
    found = asyncio.run(run(chosen))
    print(told(len(chosen), found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
