"""Ends of sessions at every phase of the service's own commits, and places that always fail."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scribe_tui.events import (
    ClosedBy,
    ConnectionEnded,
    ErrorRaised,
    GapRecorded,
    Noticed,
    SegmentCommitted,
    State,
)
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.numbered import words_in
from tests.support.outcome import NAME, all_of
from tests.support.script import Fault, Script
from tests.support.sources import Opening, Openings

QUIET_AFTER = 5.0


async def heard(
    *scripts: Script, opening: Opening, speech: SpeechSettings | None = None, **options: float
) -> tuple[Engine, StrictEndpoint]:
    """Play a file to its end."""
    file = Openings(opening, is_live=False, chunk_seconds=options.pop("pace", 0.002))
    async with (
        StrictEndpoint(*scripts) as service,
        Engine(service.endpoint(), {NAME: file}, speech=speech, timing=timing(**options)) as engine,
    ):
        await engine.finished()
    return engine, service


def check_one_connection(engine: Engine, service: StrictEndpoint, silence: float) -> None:
    assert engine.words() == words_in(QUIET_AFTER), silence
    assert len(service.connections) == 1, silence
    assert service.violations == [], silence
    assert engine.of(ErrorRaised) == engine.of(GapRecorded) == [], silence
    assert engine.states()[-1] is State.ENDED, silence


@pytest.mark.some(1)
@pytest.mark.parametrize("latency", [0.0, 0.1])
async def test_a_file_that_ends_in_silence_at_every_phase(latency: float) -> None:
    async def ends(tenths: int) -> None:
        script = Script(vad_words=None, latency_seconds=latency)
        opening = Opening(seconds=QUIET_AFTER + tenths / 10, quiet_from=QUIET_AFTER)
        check_one_connection(*await heard(script, opening=opening), tenths / 10)

    await all_of(*(ends(tenths) for tenths in (0, 5, 9, *range(11, 20), 25, 40)))


async def test_a_live_source_that_is_left_at_every_phase() -> None:
    async def leaves(tenths: int) -> None:
        length = QUIET_AFTER + tenths / 10
        radio = Openings(Opening(seconds=length, quiet_from=QUIET_AFTER, hold=True))
        async with StrictEndpoint(Script(vad_words=None, latency_seconds=0.05)) as service:
            async with Engine(service.endpoint(), {NAME: radio}) as engine:
                await engine.until(
                    lambda: engine.supervisor.snapshot(NAME).sent_seconds >= length - 0.05
                )
        check_one_connection(engine, service, tenths / 10)

    await all_of(*(leaves(tenths) for tenths in range(8, 20)))


async def test_a_refused_last_commit_settles_what_was_heard() -> None:
    """A service that refuses any commit without speech in it, after its own."""
    refusing = Script(
        vad_words=None,
        fault=Fault(at_commit=2, error="commit_throttled", reason="commit_throttled"),
    )
    opening = Opening(seconds=9.0, quiet_from=QUIET_AFTER)
    engine, service = await heard(refusing, opening=opening)
    check_one_connection(engine, service, 4.0)


@pytest.mark.long
async def test_manual_commits_meet_the_ceiling_of_the_service() -> None:
    async def meets(commit: str, seconds: float) -> None:
        engine, service = await heard(
            opening=Opening(seconds=seconds), speech=SpeechSettings(commit=commit), pace=0.004
        )
        assert engine.words() == words_in(seconds), (commit, seconds)
        assert service.violations == [], (commit, seconds)
        assert len(service.connections) == 1, (commit, seconds)

    await all_of(
        *(meets(commit, 80.0) for commit in ("34", "35", "36")),
        *(meets("manual", seconds) for seconds in (35.0, 35.5, 35.8, 36.0, 36.2, 36.5, 37.5)),
    )


@pytest.mark.some(1)
@pytest.mark.parametrize("commit", ["vad", "manual", "3"])
async def test_a_second_of_sound_that_fails_each_time_is_a_gap(commit: str) -> None:
    failing = Script(fault=Fault(at_value=83, error="transcriber_error"))
    engine, service = await heard(
        failing, opening=Opening(seconds=14.0), speech=SpeechSettings(commit=commit)
    )
    assert engine.states()[-1] is State.ENDED
    gaps = [event.gap for event in engine.of(GapRecorded)]
    assert gaps
    assert all("recognition failed" in gap.cause for gap in gaps)
    assert gaps[0].start_seconds <= 8.3 <= gaps[-1].end_seconds
    assert sum(gap.end_seconds - gap.start_seconds for gap in gaps) <= 5.0
    assert {"w1", "w8", "w27", "w28"} <= set(engine.words())
    assert len(service.connections) <= 8


@pytest.mark.early(9)
async def test_a_service_whose_answers_are_ever_so_late_is_waited_for_longer_each_time() -> None:
    """Ten times as late as is waited for at first: the proportion of a minute to 6 s."""
    late = Script(vad_words=None, partials_told=0, latency_seconds=2.0)
    engine, service = await heard(
        late, opening=Opening(seconds=6.0), last_text=0.2, session_started=9.0
    )
    assert engine.states()[-1] is State.ENDED
    assert engine.words() == words_in(6.0)
    assert engine.of(GapRecorded) == []
    assert len(service.connections) <= 3


@pytest.mark.early(5)
async def test_a_service_known_to_be_late_is_waited_for_at_once() -> None:
    late = Script(vad_words=None, partials_told=0, latency_seconds=1.0)
    engine, service = await heard(
        late,
        opening=Opening(seconds=9.0),
        speech=SpeechSettings(commit="3"),
        pace=0.05,
        last_text=0.2,
    )
    assert engine.words() == words_in(9.0)
    assert len(service.connections) == 1


async def test_a_commit_that_waits_at_the_end_says_how_late_the_service_is() -> None:
    late = Script(vad_words=None, partials_told=0, latency_seconds=0.8)
    engine, service = await heard(
        late,
        opening=Opening(seconds=4.0),
        speech=SpeechSettings(commit="3"),
        pace=0.05,
        last_text=0.2,
        session_started=5.0,
    )
    assert engine.words() == words_in(4.0)
    assert len(service.connections) == 1


async def test_a_service_that_starts_every_session_late_is_waited_for_longer_each_time() -> None:
    late = Script(latency_seconds=0.5)
    engine, service = await heard(late, opening=Opening(seconds=3.0), session_started=0.2)
    assert engine.words() == words_in(3.0)
    assert len(service.connections) <= 3


async def test_a_mute_service_is_billed_a_bounded_number_of_times() -> None:
    mute = Script(vad_words=None, answers_commits=False)
    engine, service = await heard(
        mute,
        opening=Opening(seconds=6.0),
        speech=SpeechSettings(commit="manual"),
        last_text=0.1,
    )
    assert engine.states()[-1] is State.FAILED
    (gap,) = [event.gap for event in engine.of(GapRecorded)]
    assert gap.end_seconds - gap.start_seconds == pytest.approx(6.0)
    assert len(service.connections) == 3


async def test_a_service_that_takes_sound_and_breaks_off_each_time_is_not_fed_at_full_speed() -> (
    None
):
    """Each connection opens well and lives long, and what it is sent again is billed again."""
    breaks_off = Script(vad_words=None, fault=Fault(at_seconds=2.0, ending="drop"))
    file = Openings(Opening(seconds=60.0), is_live=False, chunk_seconds=0.002)
    patient = timing(backoff_first=0.05, backoff_cap=0.8, quick_failure=0.0)
    async with StrictEndpoint(breaks_off) as service:
        async with Engine(service.endpoint(), {NAME: file}, timing=patient) as engine:
            await engine.until(lambda: len(service.dialled_at) >= 9)
            engine.supervisor.stop(NAME)
            await engine.finished()
    waits = [after - before for before, after in pairwise(service.dialled_at[:9])]
    assert max(waits[:2]) < 0.8, "a line that breaks now and then is soon back"
    assert min(waits[6:]) >= 0.8


async def test_too_little_sound_in_a_pause_of_a_file_goes_on() -> None:
    opening = Opening(seconds=12.0, quiet_from=4.0, quiet_to=9.0)
    fault = Fault(at_seconds=6.0, error="insufficient_audio_activity")
    engine, _ = await heard(
        Script(vad_words=None, fault=fault), Script(vad_words=None), opening=opening
    )
    assert engine.states()[-1] is State.ENDED
    assert {"w1", "w8", "w20", "w24"} <= set(engine.words())


async def test_too_little_sound_after_the_end_ends() -> None:
    opening = Opening(seconds=8.0, quiet_from=4.0)
    fault = Fault(at_commit=2, error="insufficient_audio_activity")
    engine, service = await heard(Script(vad_words=None, fault=fault), opening=opening)
    assert engine.states()[-1] is State.ENDED
    assert engine.words() == words_in(4.0)
    assert len(service.connections) <= 6


async def test_leaving_while_a_reconnect_is_waited_for_after_the_end_tries_once_at_once() -> None:
    lost = Script(vad_words=10_000, fault=Fault(at_commit=1, ending="drop"))
    file = Openings(Opening(seconds=4.0), is_live=False)
    async with StrictEndpoint(lost, Script()) as service:
        async with Engine(
            service.endpoint(), {NAME: file}, timing=timing(backoff_first=60.0, backoff_cap=60.0)
        ) as engine:
            await engine.until(lambda: engine.of(ErrorRaised))
    assert engine.words() == words_in(4.0)
    assert engine.of(GapRecorded) == []


async def test_each_connection_reports_its_end() -> None:
    engine, _ = await heard(
        Script(fault=Fault(at_seconds=2.2, ending="close", code=1011, reason="oops")),
        Script(fault=Fault(at_seconds=2.2, ending="drop")),
        Script(),
        opening=Opening(seconds=8.0),
    )
    ends = engine.of(ConnectionEnded)
    assert [end.attempt for end in ends] == [1, 2, 3]
    assert [end.closed_by for end in ends] == [ClosedBy.SERVICE, ClosedBy.LINE, ClosedBy.PROGRAM]
    assert (ends[0].code, ends[0].reason) == (1011, "oops")
    assert all(end.sent_seconds > 2.0 for end in ends)


async def test_word_times_that_run_ahead_keep_their_length_and_place() -> None:
    engine, _ = await heard(
        Script(word_drift_seconds=0.1), opening=Opening(seconds=100.0), pace=0.004
    )
    assert engine.words() == words_in(100.0)
    for event in engine.of(SegmentCommitted):
        for word in event.segment.words:
            assert word.end_seconds > word.start_seconds
            assert word.end_seconds == pytest.approx(int(word.text[1:]) * 0.5, abs=1.0)
    notices = [event for event in engine.of(Noticed) if "word times" in event.text]
    assert len(notices) == 1


async def test_a_service_that_is_down_all_along_fails_the_session() -> None:
    engine, _ = await heard(
        Script(fault=Fault(at_seconds=0.5, error="transcriber_error")),
        opening=Opening(seconds=1.0),
    )
    assert engine.words() == []
    assert engine.of(GapRecorded)
    assert engine.states()[-1] is State.FAILED
