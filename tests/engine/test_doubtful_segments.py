"""Segments whose place in the sound, or whose very existence, the service does not tell."""

from __future__ import annotations

import pytest

from scribe_tui.events import CommitRequested, GapRecorded, Noticed
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine
from tests.support.numbered import words_in
from tests.support.outcome import NAME
from tests.support.script import Fault, Script
from tests.support.sources import Opening, Openings

SECONDS = 8.0
PACE = 10.0
"""Sound comes so many times as fast as real time."""


async def heard(
    *scripts: Script, opening: Opening, speech: SpeechSettings | None = None
) -> tuple[Engine, StrictEndpoint]:
    """Play it to its end at that pace."""
    file = Openings(opening, is_live=False, chunk_seconds=0.1 / PACE)
    async with (
        StrictEndpoint(*scripts) as service,
        Engine(service.endpoint(), {NAME: file}, speech=speech) as engine,
    ):
        await engine.finished()
    return engine, service


@pytest.mark.parametrize("latency", [0.05, 0.3])
async def test_sound_after_a_segment_whose_times_cannot_be_is_sent_again(latency: float) -> None:
    """Times that restart, told half a second or three seconds of sound late, without a pause to
    be seen between segments: what was sent meanwhile has no text yet when the line breaks."""
    restarting = Script(
        vad_words=4,
        times_restart=True,
        latency_seconds=latency,
        fault=Fault(at_seconds=7.4, ending="reset"),
    )
    engine, _ = await heard(restarting, Script(), opening=Opening(seconds=SECONDS, noisy=True))
    words = engine.words()
    assert sorted(set(words), key=words.index) == words_in(SECONDS)
    assert engine.of(GapRecorded) == []
    assert any("may bring a few words twice" in notice.text for notice in engine.of(Noticed))


TWICE = Script(told=2, timed_missing=True, latency_seconds=0.4, vad_words=None)
"""It answers each commit twice, without word times, 4 s of sound late."""


@pytest.mark.parametrize("timestamps", [False, True])
@pytest.mark.parametrize("apart", [2, 15], ids=["little said between", "much said between"])
async def test_an_answer_sent_twice_while_two_commits_wait_is_told_once(
    apart: int, timestamps: bool
) -> None:
    """The second commit is asked for before the first is answered: the copy may be its answer."""
    radio = Openings(Opening(seconds=SECONDS, noisy=True, hold=True), chunk_seconds=0.1 / PACE)
    manual = SpeechSettings(commit="manual", timestamps=timestamps)
    async with (
        StrictEndpoint(TWICE) as service,
        Engine(service.endpoint(), {NAME: radio}, speech=manual) as engine,
    ):
        for number, at in enumerate((30, 30 + apart), 1):
            await engine.until(lambda at=at: (service.heard_last or 0) >= at)
            engine.supervisor.commit(NAME)
            await engine.until(lambda n=number: len(engine.of(CommitRequested)) == n)
        assert not engine.words(), "the first answer is still on its way"
        await engine.until(lambda: service.has_heard(round(SECONDS * 10)))
    assert engine.words() == words_in(SECONDS)
    assert engine.of(Noticed) == engine.of(GapRecorded) == []
