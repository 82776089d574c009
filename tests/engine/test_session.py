"""One session from opening to end, over both transports, against a strict service."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from scribe_tui.errors import Retry, SourceError
from scribe_tui.events import (
    CommitReason,
    CommitRequested,
    ErrorCleared,
    ErrorRaised,
    GapRecorded,
    Half,
    PartialChanged,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    State,
    TitleChanged,
)
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.numbered import WORD_SECONDS, words_in
from tests.support.script import Ending, Fault, Script
from tests.support.sources import Opening, Openings

TRANSPORTS = ("sdk", "websocket")
FATAL = ("auth_error", "quota_exceeded", "unaccepted_terms", "invalid_request")
RETRIED = (
    "error",
    "commit_throttled",
    "rate_limited",
    "queue_overflow",
    "resource_exhausted",
    "session_time_limit_exceeded",
    "chunk_size_exceeded",
    "transcriber_error",
    "insufficient_audio_activity",
    "some_future_error",
)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("commit", ["vad", "manual", "3"])
async def test_a_file_becomes_all_of_its_words(transport: str, commit: str) -> None:
    file = Openings(Opening(seconds=10, title="Ten seconds"), is_live=False)
    async with StrictEndpoint() as service:
        async with Engine(
            service.endpoint(),
            {"file": file},
            speech=SpeechSettings(commit=commit),
            transport=transport,
        ) as engine:
            await engine.finished()
            await engine.until(lambda: all(heard.over for heard in service.connections))
        assert service.violations == []
        assert service.connections[0].close_code == 1000
    assert engine.words() == words_in(10)
    assert engine.states() == [State.CONNECTING, State.LIVE, State.DRAINING, State.ENDED]
    assert isinstance(engine.events[0], SessionOpened)
    closed = engine.events[-1]
    assert isinstance(closed, SessionClosed)
    assert closed.heard_seconds == closed.sent_seconds == pytest.approx(10)
    assert [event.title for event in engine.of(TitleChanged)] == ["Ten seconds"]
    assert engine.of(GapRecorded) == engine.of(ErrorRaised) == []
    assert file.made[0].left


async def test_segments_carry_words_in_source_time_and_wall_clock() -> None:
    before = time.time()
    async with (
        StrictEndpoint() as service,
        Engine(service.endpoint(), {"file": Openings(Opening(seconds=4), is_live=False)}) as engine,
    ):
        after = time.time()
        await engine.finished()
    first, second = (event.segment for event in engine.of(SegmentCommitted))
    assert [word.text for word in first.words] == words_in(2)
    assert (first.start_seconds, first.end_seconds) == (0.0, 2.0)
    assert second.start_seconds == pytest.approx(2.0, abs=0.05)
    assert [first.number, second.number] == [1, 2]
    assert before <= first.started_at <= after


@pytest.mark.parametrize(
    "script",
    [
        Script(timed_first=True),
        Script(told=3),
        Script(partials_told=3, echo=True),
        Script(timed_missing=True),
        Script(frames=("not json", '{"message_type":"from_the_future"}', "[1]")),
    ],
    ids=["timed first", "told three times", "repeated partials", "no times", "strange frames"],
)
async def test_the_service_may_speak_oddly(script: Script) -> None:
    async with (
        StrictEndpoint(script) as service,
        Engine(service.endpoint(), {"file": Openings(Opening(seconds=6), is_live=False)}) as engine,
    ):
        await engine.finished()
    assert engine.words() == words_in(6)
    texts = [event.text for event in engine.of(PartialChanged) if event.text]
    assert texts
    assert all(one != other for one, other in pairwise(texts))


async def test_the_user_commits() -> None:
    radio = Openings(Opening(seconds=3, hold=True))
    async with StrictEndpoint() as service:
        async with Engine(
            service.endpoint(), {"radio": radio}, speech=SpeechSettings(commit="manual")
        ) as engine:
            await engine.until(
                lambda: service.connections and service.connections[0].values[-1:] == [30]
            )
            engine.supervisor.commit("radio")
            await engine.until(lambda: engine.words() == words_in(3))
            engine.supervisor.commit("radio")
            await engine.until(lambda: service.connections[0].commits == 2)
            assert engine.supervisor.snapshot("radio").state is State.LIVE
        assert service.violations == [], "a commit of too little sound must be padded"
    reasons = [event.reason for event in engine.of(CommitRequested)]
    assert reasons == [CommitReason.USER, CommitReason.USER, CommitReason.END]


async def test_unbroken_speech_is_committed_after_a_while() -> None:
    async with StrictEndpoint(Script(vad_words=10_000)) as service:
        async with Engine(
            service.endpoint(),
            {"radio": Openings(Opening(seconds=60), is_live=False)},
        ) as engine:
            await engine.finished()
        assert service.violations == []
    reasons = [event.reason for event in engine.of(CommitRequested)]
    assert reasons == [CommitReason.LONG_SEGMENT, CommitReason.LONG_SEGMENT, CommitReason.END]
    assert engine.words() == words_in(60)


async def test_a_source_that_pauses_is_kept_alive() -> None:
    async with StrictEndpoint(idle_seconds=0.3) as service:
        async with Engine(
            service.endpoint(), {"radio": Openings(Opening(seconds=1, hold=True))}
        ) as engine:
            await engine.until(
                lambda: service.connections and len(service.connections[0].messages) > 20
            )
            assert not service.connections[0].over
    assert engine.words() == words_in(1)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", FATAL)
async def test_fatal_errors_end_the_session(kind: str, transport: str) -> None:
    fault = Fault(at_seconds=1, error=kind)
    async with StrictEndpoint(Script(fault=fault)) as service:
        async with Engine(
            service.endpoint(),
            {"radio": Openings(Opening(seconds=100))},
            transport=transport,
        ) as engine:
            await engine.finished()
            assert engine.supervisor.snapshot("radio").state is State.FAILED
        assert service.handshakes == 1
    assert [event.kind for event in engine.of(ErrorRaised)] == [kind]


@pytest.mark.some(2)
@pytest.mark.parametrize("ending", ["close", "drop", "stay"])
@pytest.mark.parametrize("kind", RETRIED)
async def test_other_errors_reconnect_and_lose_no_word(kind: str, ending: Ending) -> None:
    faulty = Script(fault=Fault(at_seconds=2.2, error=kind, ending=ending))
    async with StrictEndpoint(faulty, Script()) as service:
        async with Engine(
            service.endpoint(), {"file": Openings(Opening(seconds=6), is_live=False)}
        ) as engine:
            await engine.finished()
        assert service.violations == []
        assert service.connections[1].previous_text == " ".join(words_in(2))
    assert engine.words() == words_in(6)
    if not (kind == "some_future_error" and ending == "never"):
        assert engine.of(ErrorRaised)[0].kind == kind
    assert engine.of(ErrorCleared)[0].half is Half.SPEECH


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("ending", ["close", "drop", "reset"])
async def test_a_lost_connection_loses_no_word(ending: Ending, transport: str) -> None:
    faulty = Script(fault=Fault(at_seconds=3.3, ending=ending))
    async with (
        StrictEndpoint(faulty, Script(http_status=503), Script()) as service,
        Engine(
            service.endpoint(),
            {"file": Openings(Opening(seconds=8), is_live=False)},
            transport=transport,
        ) as engine,
    ):
        await engine.finished()
    assert engine.words() == words_in(8)
    assert State.BACKOFF in engine.states()
    times = [w.start_seconds for e in engine.of(SegmentCommitted) for w in e.segment.words]
    assert times == pytest.approx([0.5 * n for n in range(16)], abs=0.11)


async def test_a_bad_message_is_told_and_the_connection_goes_on() -> None:
    faulty = Script(fault=Fault(at_seconds=1, error="input_error", ending="stay"))
    async with StrictEndpoint(faulty) as service:
        async with Engine(
            service.endpoint(), {"file": Openings(Opening(seconds=4), is_live=False)}
        ) as engine:
            await engine.finished()
        assert service.handshakes == 1
    assert engine.words() == words_in(4)


async def test_the_wrong_key_is_not_tried_twice() -> None:
    async with StrictEndpoint() as service:
        async with Engine(
            service.endpoint(key="sk_wrong_key"), {"radio": Openings(Opening(seconds=100))}
        ) as engine:
            await engine.finished()
        assert service.handshakes == 1
    error = engine.of(ErrorRaised)[0]
    assert error.kind == "auth_error"
    assert error.retry_in_seconds is None
    assert "sk_wrong_key" not in repr(engine.events)


async def test_a_service_that_never_starts_the_session_is_tried_again() -> None:
    async with (
        StrictEndpoint(Script(starts=False), Script()) as service,
        Engine(
            service.endpoint(),
            {"file": Openings(Opening(seconds=2), is_live=False)},
            timing=timing(session_started=0.2),
        ) as engine,
    ):
        await engine.finished()
    assert engine.words() == words_in(2)
    assert engine.of(ErrorRaised)[0].kind == "session_start_timeout"


async def test_a_live_source_that_drops_is_opened_again_and_the_gap_is_told() -> None:
    radio = Openings(Opening(seconds=2), Opening(seconds=2, first=41, hold=True))
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"radio": radio}) as engine:
            await engine.until(lambda: len(engine.words()) >= 8)
            assert engine.supervisor.snapshot("radio").state is State.LIVE
    assert engine.words() == ["w1", "w2", "w3", "w4", "w9", "w10", "w11", "w12"]
    (gap,) = engine.of(GapRecorded)
    assert (gap.gap.start_seconds, gap.gap.end_seconds) == pytest.approx((2.0, 4.0))
    assert gap.gap.ended_at - gap.gap.started_at == pytest.approx(2.0)
    assert gap.gap.cause == "source dropped"
    assert engine.of(ErrorRaised)[0].half is Half.SOURCE


async def test_a_source_that_cannot_be_opened_fails_and_says_why() -> None:
    error = SourceError("404", "404 Not Found from radio.example.", retry=Retry.NEVER)
    async with StrictEndpoint() as service:
        async with Engine(
            service.endpoint(), {"radio": Openings(Opening(seconds=0, error=error))}
        ) as engine:
            await engine.finished()
        assert service.handshakes == 0, "a dead station takes no place at the service"
    assert engine.states() == [State.CONNECTING, State.DRAINING, State.FAILED]
    assert engine.of(ErrorRaised)[0].message == "404 Not Found from radio.example."


async def test_pause_sends_nothing_and_names_the_gap() -> None:
    radio = Openings(Opening(seconds=1000))
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"radio": radio}) as engine:
            await engine.until(engine.words)
            engine.supervisor.set_paused("radio", True)
            assert engine.supervisor.snapshot("radio").paused
            sent = service.messages
            await engine.until(lambda: service.messages > sent + 2)
            engine.supervisor.set_paused("radio", False)
            await engine.until(lambda: engine.of(GapRecorded))
        assert engine.of(GapRecorded)[0].gap.cause == "paused by you"


async def test_what_was_said_before_a_pause_does_not_wait_for_its_end() -> None:
    radio = Openings(Opening(seconds=1000))
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"radio": radio}) as engine:
            await engine.until(lambda: engine.of(PartialChanged))
            engine.supervisor.set_paused("radio", True)
            heard = int(engine.supervisor.snapshot("radio").heard_seconds / WORD_SECONDS)
            await engine.until(lambda: engine.words() == words_in(heard * WORD_SECONDS))
        assert service.violations == []


async def test_reconnect_on_request() -> None:
    async with (
        StrictEndpoint() as service,
        Engine(service.endpoint(), {"radio": Openings(Opening(seconds=3, hold=True))}) as engine,
    ):
        await engine.until(engine.words)
        engine.supervisor.reconnect("radio")
        await engine.until(lambda: len(service.connections) == 2)
        await engine.until(lambda: engine.supervisor.snapshot("radio").connections == 2)
        await engine.until(lambda: service.heard_last == 30)
    assert engine.words() == words_in(3)


async def test_stop_and_start_again() -> None:
    radio = Openings(Opening(seconds=2, hold=True))
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"radio": radio}) as engine:
            await engine.until(engine.words)
            engine.supervisor.stop("radio")
            await engine.until(lambda: engine.states()[-1] is State.ENDED)
            assert engine.words() == words_in(2)
            engine.supervisor.start("radio")
            await engine.until(lambda: len(engine.words()) == 8)
    numbers = [event.segment.number for event in engine.of(SegmentCommitted)]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_bug_marks_its_pane_failed_and_nothing_else() -> None:
    async with (
        StrictEndpoint() as service,
        Engine(
            service.endpoint(),
            {
                "bad": Openings(Opening(seconds=1, bug=ZeroDivisionError("bug"))),
                "good": Openings(Opening(seconds=5), is_live=False),
            },
        ) as engine,
    ):
        await engine.finished()
        assert engine.supervisor.snapshot("bad").state is State.FAILED
        assert engine.supervisor.snapshot("good").state is State.ENDED
    assert engine.words("good") == words_in(5)
    assert engine.of(ErrorRaised, "bad")[-1].half is Half.PROGRAM
