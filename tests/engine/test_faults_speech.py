"""Each fault of the speech side at exact places of the sound: no word is missing or doubled."""

from __future__ import annotations

import json
from itertools import cycle

import pytest

from scribe_tui.events import (
    ConnectionStarted,
    ErrorRaised,
    GapRecorded,
    Noticed,
    SegmentCommitted,
    State,
)
from scribe_tui.scribe.wire import ErrorKind
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.outcome import BOTH, NAME, SECONDS, all_of, check_words, loses_nothing, play
from tests.support.script import Ending, Fault, Script
from tests.support.sources import Opening, Openings

PLACES = (0.0, 0.1, 1.3, 2.0, 2.1, 3.9, 5.9, 6.0)
"""At once, mid-word, where a segment is committed (each 2 s) and around it, near the end."""
FATAL = (
    ErrorKind.AUTH,
    ErrorKind.QUOTA_EXCEEDED,
    ErrorKind.UNACCEPTED_TERMS,
    ErrorKind.INVALID_REQUEST,
)
RETRIED = tuple(kind for kind in ErrorKind if kind not in (*FATAL, ErrorKind.INPUT))


@pytest.mark.some(1)
@pytest.mark.parametrize("live", [False, True], ids=["file", "live"])
@pytest.mark.parametrize("commit", ["vad", "manual", "2"])
async def test_a_connection_that_ends_anywhere(commit: str, live: bool) -> None:
    endings: tuple[tuple[Ending, int], ...] = (
        ("drop", 0),
        ("reset", 0),
        *(("close", code) for code in (1000, 1001, 1008, 1011, 1012, 1013)),
    )
    await all_of(
        *(
            loses_nothing(
                Script(fault=Fault(at_seconds=at, ending=ending, code=code)),
                Script(),
                live=live,
                speech=SpeechSettings(commit=commit),
            )
            for (ending, code), at in zip(endings, cycle(PLACES), strict=False)
        )
    )


async def test_a_connection_that_ends_at_every_place() -> None:
    await all_of(
        *(
            loses_nothing(Script(fault=Fault(at_seconds=at, ending="drop")), Script(), live=live)
            for at in PLACES
            for live in (False, True)
        )
    )


@pytest.mark.some(1)
@pytest.mark.parametrize("ending", ["close", "drop", "stay"])
async def test_each_error_while_speaking(ending: Ending) -> None:
    await all_of(
        *(
            loses_nothing(
                Script(fault=Fault(at_seconds=at, error=kind, ending=ending)), Script(), told=kind
            )
            for kind, at in zip(RETRIED, cycle(PLACES[2:-1]), strict=False)
        )
    )


@pytest.mark.some(1)
@pytest.mark.parametrize("ending", ["close", "drop", "stay"])
async def test_each_error_in_the_place_of_the_start(ending: Ending) -> None:
    await all_of(
        *(
            loses_nothing(
                Script(fault=Fault(before_start=True, error=kind, ending=ending)),
                Script(),
                told=kind,
                live=True,
            )
            for kind in RETRIED
        )
    )


@pytest.mark.parametrize("before_start", [True, False], ids=["before the start", "speaking"])
async def test_fatal_errors_end_at_once_and_name_what_was_not_heard(before_start: bool) -> None:
    async def ends(kind: str, ending: Ending) -> None:
        fault = Fault(at_seconds=3.1, error=kind, ending=ending, before_start=before_start)
        engine, service = await play(Script(fault=fault), live=True, transport=next(BOTH))
        assert service.handshakes == 1
        assert engine.states()[-1] is State.FAILED
        (error,) = engine.of(ErrorRaised)
        assert (error.kind, error.retry_in_seconds) == (kind, None)
        gaps = engine.of(GapRecorded)
        assert gaps[0].gap.cause == error.title
        assert gaps[0].gap.start_seconds == pytest.approx(0.0 if before_start else 2.0)

    await all_of(*(ends(kind, ending) for kind in FATAL for ending in ("close", "drop", "stay")))


async def test_a_refused_message_alone_is_no_reason_to_reconnect() -> None:
    fault = Fault(at_seconds=1, error="input_error", ending="stay")
    engine, service = await play(Script(fault=fault))
    check_words(engine, SECONDS)
    assert service.handshakes == 1


async def test_refused_messages_that_all_say_something_else_are_few_lines() -> None:
    frames = tuple(
        json.dumps({"message_type": "input_error", "error": f"request {number} is bad"})
        for number in range(500)
    )
    engine, _ = await play(Script(frames=frames))
    check_words(engine, SECONDS)
    notices = engine.of(Noticed)
    assert sum(notice.count for notice in notices) == len(frames)
    assert len(notices) < 6


@pytest.mark.parametrize("ending", ["close", "drop"])
async def test_a_refused_message_and_a_lost_connection_reconnects(ending: Ending) -> None:
    await loses_nothing(
        Script(fault=Fault(at_seconds=3, error="input_error", ending=ending)), Script()
    )


async def test_hung_up_on_for_the_very_first_message_is_hopeless() -> None:
    fault = Fault(at_seconds=0.1, error="input_error", ending="close")
    engine, service = await play(Script(fault=fault), live=True)
    assert service.handshakes == 1
    assert engine.states()[-1] is State.FAILED


@pytest.mark.some(1)
@pytest.mark.parametrize("ending", ["drop", "close", "reset"])
async def test_a_connection_that_dies_between_the_two_halves_of_a_segment(ending: Ending) -> None:
    await all_of(
        *(
            loses_nothing(
                Script(fault=Fault(at_commit=number, half_told=half, ending=ending)),
                Script(),
                live=live,
                speech=SpeechSettings(commit=commit),
            )
            for number in (1, 3)
            for half in (True, False)
            for live, commit in ((False, "vad"), (True, "vad"), (False, "2"), (True, "manual"))
        )
    )


@pytest.mark.parametrize("ending", ["drop", "close"])
async def test_a_segment_whose_words_never_come_is_taken_without_them(ending: Ending) -> None:
    """What is sent again is billed again: two tries for the words, then the text alone."""
    dying = Script(fault=Fault(at_commit=1, half_told=True, ending=ending))
    engine, service = await play(*[dying] * 40, speech=SpeechSettings(commit="2"))
    check_words(engine, SECONDS)
    assert service.handshakes <= 3 * len(engine.of(SegmentCommitted)) + 1
    assert not engine.of(GapRecorded)


@pytest.mark.parametrize("ending", ["drop", "close"])
async def test_one_that_the_service_ended_itself_is_a_gap_after_a_few_tries(ending: Ending) -> None:
    """Without its words nobody knows which sound it covers: its text could be told twice."""
    dying = Script(fault=Fault(at_commit=1, half_told=True, ending=ending))
    engine, service = await play(*[dying] * 5, Script())
    assert service.handshakes == 6
    assert [event.gap.cause[:14] for event in engine.of(GapRecorded)] == ["failed 5 times"]


async def test_a_service_that_is_far_behind_loses_nothing_at_its_end() -> None:
    """Answers of its own cross with that to the last commit."""
    await all_of(
        *(
            loses_nothing(
                *before,
                Script(latency_seconds=latency),
                speech=SpeechSettings(commit=commit),
                timing=timing(drain_grace=0.15, drain_grace_behind=0.3),
            )
            for latency in (0.05, 0.2)
            for commit in ("vad", "2", "manual")
            for before in ((), (Script(latency_seconds=latency, fault=Fault(at_seconds=4.4)),))
        )
    )


async def test_a_line_that_hangs_while_the_last_commit_goes_out() -> None:
    """What the service committed by itself meanwhile is no answer to it."""
    await all_of(
        *(
            loses_nothing(
                Script(fault=Fault(at_seconds=at, ending="deaf"), latency_seconds=0.7),
                transport=transport,
                seconds=12,
                timing=timing(drain_grace=0.6, drain_grace_behind=0.6),
            )
            for at in (2.1, 3.1)
            for transport in ("websocket", "sdk")
        )
    )


async def test_late_and_doubled_messages() -> None:
    odd = Script(repeats_late=True, told=2, partials_told=3, echo=True)
    await all_of(
        *(
            loses_nothing(odd, speech=SpeechSettings(commit=commit), live=live)
            for commit in ("vad", "manual", "2")
            for live in (False, True)
        )
    )


async def test_an_answer_told_again_while_it_waits_for_words_that_never_come() -> None:
    for commit in ("manual", "2"):
        engine, _ = await play(
            Script(told=3, timed_missing=True, vad_words=None),
            speech=SpeechSettings(commit=commit),
        )
        check_words(engine, SECONDS)


@pytest.mark.parametrize(
    "frames",
    [
        ("not json", "[1]", '"text"', "null", "", b"\xff\xfe", b"\x00" * 100),
        ('{"message_type":"from_the_future"}', '{"message_type":7}', "{}"),
        ('{"message_type":"committed_transcript"}', '{"message_type":"error"}'),
    ],
    ids=["malformed", "unknown", "incomplete"],
)
async def test_malformed_and_unknown_messages(frames: tuple[str | bytes, ...]) -> None:
    await loses_nothing(Script(frames=frames), Script(), live=True, transport="websocket")


async def test_a_mute_connection_is_noticed_and_mended() -> None:
    """Half-open: nothing comes back, whether or not the other side still reads."""
    endings: tuple[Ending, ...] = ("stall", "freeze")
    await all_of(
        *(
            loses_nothing(
                Script(fault=Fault(at_seconds=at, ending=ending)),
                Script(),
                told="no_answer",
                live=True,
                seconds=40,
                timing=timing(no_answer=5.0, no_text=1000),
            )
            for ending in endings
            for at in (1.3, 11.2)
        )
    )


async def test_a_commit_that_nobody_answers_is_noticed() -> None:
    await loses_nothing(
        Script(fault=Fault(at_commit=2, ending="stall")),
        Script(),
        told="no_answer",
        seconds=10,
        live=True,
        timing=timing(no_answer=0.2),
        speech=SpeechSettings(commit="2"),
    )


async def test_slow_handshakes_only_take_time() -> None:
    await loses_nothing(
        Script(handshake_seconds=0.3, fault=Fault(at_seconds=3)),
        Script(handshake_seconds=0.3),
        live=True,
    )


async def test_refused_again_and_again() -> None:
    refusing = [Script(http_status=status) for status in (503, 500, 429, 502, 404)]
    await all_of(
        loses_nothing(*refusing, Script(), live=True),
        loses_nothing(Script(fault=Fault(at_seconds=2.2)), *refusing, Script(), live=True),
        loses_nothing(Script(fault=Fault(at_seconds=2.2)), *refusing, Script()),
    )


@pytest.mark.parametrize("status", [400, 431])
async def test_a_request_that_is_refused_as_such_fails_unless_it_has_worked(status: int) -> None:
    """What answered so in between was something on the way to the service."""
    refusing = Script(http_status=status, http_body="no")
    engine, service = await play(refusing, live=True)
    assert service.handshakes == 1
    assert engine.states()[-1] is State.FAILED
    assert [event.retry_in_seconds for event in engine.of(ErrorRaised)] == [None]
    await loses_nothing(Script(fault=Fault(at_seconds=2.2)), refusing, refusing, Script())


async def test_the_service_restarts() -> None:
    async def restart(engine: Engine, service: StrictEndpoint) -> None:
        await engine.until(engine.words)
        await service.stop()
        await engine.until(lambda: len(engine.of(ErrorRaised)) >= 3)
        await service.start(service.port)

    await all_of(
        *(
            loses_nothing(
                seconds=12, live=True, chunk_seconds=0.01, transport=transport, meddle=restart
            )
            for transport in ("websocket", "sdk")
        )
    )


@pytest.mark.some(1)
@pytest.mark.parametrize("transport", ["sdk", "websocket"])
async def test_a_line_that_is_half_open_is_noticed_though_nothing_is_said(transport: str) -> None:
    quiet = Openings(Opening(seconds=1000, silent=True))
    frozen = Script(fault=Fault(at_seconds=3, ending="freeze"))
    async with StrictEndpoint(frozen, Script()) as service:
        async with Engine(
            service.endpoint(), {NAME: quiet}, transport=transport, timing=timing(no_answer=0.3)
        ) as engine:
            await engine.until(lambda: len(engine.of(ConnectionStarted)) == 2)
    assert [event.kind for event in engine.of(ErrorRaised)] == ["no_answer"]
