"""Each fault of the source side: what was not heard is named, to the sample, with its cause."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import Any

import pytest

from scribe_tui.errors import Retry, SourceError
from scribe_tui.events import (
    ErrorCleared,
    ErrorRaised,
    Gap,
    GapRecorded,
    Half,
    Noticed,
    SessionClosed,
    SourceStarted,
    State,
)
from scribe_tui.scribe.connection import Connector, Endpoint
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.settings import SourceSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing, wired
from tests.support.numbered import words_in
from tests.support.outcome import NAME, check_words
from tests.support.script import Fault, Script
from tests.support.sources import Opening, Openings

STALLED = SourceError("stalled", "radio.example sends nothing any more.")
GONE = SourceError("404", "404 Not Found from radio.example.", retry=Retry.NEVER)
REFUSED = SourceError("refused", "radio.example refused the connection.")


async def listen(
    *openings: Opening, last: int, scripts: tuple[Script, ...] = (), **options: Any
) -> Engine:
    """Listen to a station with these openings until the service has heard number `last`."""
    async with StrictEndpoint(*scripts) as service:
        async with Engine(service.endpoint(), {NAME: Openings(*openings, **options)}) as engine:
            await engine.until(lambda: service.has_heard(last))
            assert engine.supervisor.snapshot(NAME).state is State.LIVE
            assert engine.supervisor.snapshot(NAME).trouble is None
    assert service.violations == []
    return engine


def gaps_of(engine: Engine) -> list[Gap]:
    return [event.gap for event in engine.of(GapRecorded, NAME)]


def numbers(engine: Engine) -> list[int]:
    return [int(word[1:]) for word in engine.words(NAME)]


async def test_a_stalled_station() -> None:
    engine = await listen(
        Opening(seconds=3, error=STALLED), Opening(seconds=3, first=81, hold=True), last=110
    )
    (gap,) = gaps_of(engine)
    assert (gap.start_seconds, gap.end_seconds) == pytest.approx((3.0, 8.0))
    assert gap.cause == "source stalled"
    assert numbers(engine) == [*range(1, 7), *range(17, 23)]
    assert [event.half for event in engine.of(ErrorRaised)] == [Half.SOURCE]
    assert [event.half for event in engine.of(ErrorCleared)] == [Half.SOURCE]
    assert [event.opening for event in engine.of(SourceStarted)] == [1, 2]


async def test_a_station_that_is_gone_for_a_while_is_one_gap() -> None:
    """404 would be hopeless for a station never heard; this one was."""
    gone = [Opening(seconds=0, error=GONE, fails_to_open=True)] * 5
    engine = await listen(
        Opening(seconds=2), *gone, Opening(seconds=2, first=71, hold=True), last=90
    )
    (gap,) = gaps_of(engine)
    assert (gap.start_seconds, gap.end_seconds) == pytest.approx((2.0, 7.0))
    assert gap.cause == "source dropped", "the first of the causes"
    errors = engine.of(ErrorRaised)
    assert [error.title for error in errors] == ["dropped", *["404"] * 5]
    assert all(error.retry_in_seconds is not None for error in errors)


async def test_a_station_that_dies_at_once_is_not_hammered() -> None:
    dying = Openings(*(Opening(seconds=0.5, first=1 + 20 * n) for n in range(500)))
    async with StrictEndpoint() as service:
        async with Engine(
            service.endpoint(),
            {NAME: dying},
            timing=timing(backoff_first=0.02, source_backoff_cap=0.16, source_healthy=100),
        ) as engine:
            await engine.until(lambda: len(engine.of(ErrorRaised)) >= 8)
            waits = [error.retry_in_seconds or 0 for error in engine.of(ErrorRaised)]
            assert len(dying.made) <= 10
    assert waits[:4] == pytest.approx([0.02, 0.04, 0.08, 0.16], rel=0.21)
    assert min(waits[4:]) >= 0.16 * 0.8


async def test_a_station_that_repeats_its_last_seconds() -> None:
    """Sound heard before is dropped, and nothing is missing in between."""
    engine = await listen(
        Opening(seconds=12, noisy=True),
        Opening(seconds=12, first=65, noisy=True),
        Opening(seconds=12, first=121, noisy=True, error=STALLED),
        Opening(seconds=10, first=185, noisy=True, hold=True),
        last=284,
        chunk_seconds=0.003,
    )
    assert numbers(engine) == list(range(1, 57))
    assert gaps_of(engine) == []
    check_words(engine, 28.4)


async def test_a_station_that_repeats_while_the_service_is_down() -> None:
    engine = await listen(
        Opening(seconds=12, noisy=True),
        Opening(seconds=12, first=65, noisy=True, hold=True),
        last=184,
        scripts=(Script(fault=Fault(at_seconds=11)), Script(http_status=503), Script()),
        chunk_seconds=0.003,
    )
    check_words(engine, 18.4)
    assert gaps_of(engine) == []


async def test_sound_that_is_new_after_a_drop_is_not_taken_for_old() -> None:
    engine = await listen(
        Opening(seconds=12, noisy=True),
        Opening(seconds=6, first=161, noisy=True, hold=True),
        last=220,
        chunk_seconds=0.003,
    )
    (gap,) = gaps_of(engine)
    assert (gap.start_seconds, gap.end_seconds) == pytest.approx((12.0, 16.0))
    assert numbers(engine) == [*range(1, 25), *range(33, 45)]


async def test_what_the_device_dropped_is_a_gap() -> None:
    engine = await listen(
        Opening(seconds=10, hold=True, dropped={20: 10, 55: 5}), last=100, chunk_seconds=0.003
    )
    spans = [(gap.start_seconds, gap.end_seconds) for gap in gaps_of(engine)]
    assert spans == [pytest.approx((2.0, 3.0)), pytest.approx((5.5, 6.0))]
    assert {gap.cause for gap in gaps_of(engine)} == {"dropped by the device"}
    assert any("dropped sound" in event.text for event in engine.of(Noticed))
    assert numbers(engine) == [n for n in range(1, 21) if n not in (5, 6, 12)]


async def test_both_halves_fail_together() -> None:
    engine = await listen(
        Opening(seconds=4, error=STALLED),
        Opening(seconds=0, error=REFUSED, fails_to_open=True),
        Opening(seconds=4, first=61, hold=True),
        last=100,
        scripts=(
            Script(fault=Fault(at_seconds=3.7)),
            Script(http_status=503),
            Script(fault=Fault(at_seconds=1.3, error="error")),
            Script(),
        ),
    )
    (gap,) = gaps_of(engine)
    assert (gap.start_seconds, gap.end_seconds) == pytest.approx((4.0, 6.0))
    assert numbers(engine) == [*range(1, 9), *range(13, 21)]


async def test_each_reason_has_a_gap_of_its_own() -> None:
    """Paused while the source is down, and down while paused."""
    radio = Openings(
        Opening(seconds=2, error=STALLED),
        Opening(seconds=2, first=41, error=STALLED),
        Opening(seconds=1000, first=81),
        chunk_seconds=0.005,
    )
    async with StrictEndpoint() as service:
        async with Engine(
            service.endpoint(),
            {NAME: radio},
            timing=timing(backoff_first=0.15, source_backoff_cap=0.15, source_healthy=0.1),
        ) as engine:
            await engine.until(lambda: engine.of(ErrorRaised))
            engine.supervisor.set_paused(NAME, True)
            await engine.until(lambda: len(radio.made) == 2)
            await engine.until(lambda: len(radio.made) == 3)
            await engine.until(lambda: len(engine.of(SourceStarted)) == 3)
            engine.supervisor.set_paused(NAME, False)
            await engine.until(lambda: len(engine.words()) > 8)
    down, paused = gaps_of(engine)
    assert (down.cause, paused.cause) == ("source stalled", "paused by you")
    assert (down.start_seconds, down.end_seconds) == pytest.approx((2.0, 4.0))
    assert paused.start_seconds == pytest.approx(4.0)
    assert paused.end_seconds >= 8.0
    first_again = next(number for number in numbers(engine) if number > 4)
    assert first_again == pytest.approx(paused.end_seconds / 0.5, abs=1.5)


async def test_what_the_device_dropped_while_paused_does_not_make_the_next_gap_longer() -> None:
    radio = Openings(
        Opening(seconds=8, dropped={30: 20}, error=STALLED),
        Opening(seconds=1000, first=101),
        chunk_seconds=0.02,
    )
    async with StrictEndpoint() as service:
        async with Engine(
            service.endpoint(), {NAME: radio}, timing=timing(source_healthy=0.1)
        ) as engine:
            await engine.until(lambda: engine.of(SourceStarted))
            engine.supervisor.set_paused(NAME, True)
            await engine.until(lambda: any("dropped" in each.text for each in engine.of(Noticed)))
            engine.supervisor.set_paused(NAME, False)
            await engine.until(lambda: len(engine.of(SourceStarted)) == 2)
            await engine.until(lambda: numbers(engine)[-1] > 20)
    paused, down = gaps_of(engine)
    assert (paused.cause, down.cause) == ("paused by you", "source stalled")
    assert (down.start_seconds, down.end_seconds) == pytest.approx((8.0, 10.0))


async def test_pause_during_an_outage_of_the_service() -> None:
    radio = Openings(Opening(seconds=1000), chunk_seconds=0.004)
    down = [Script(http_status=503)] * 6
    async with StrictEndpoint(Script(fault=Fault(at_seconds=3)), *down, Script()) as service:
        async with Engine(service.endpoint(), {NAME: radio}) as engine:
            await engine.until(lambda: engine.of(ErrorRaised))
            engine.supervisor.set_paused(NAME, True)
            heard = engine.supervisor.snapshot(NAME).heard_seconds
            await engine.until(lambda: len(service.connections) == 2)
            engine.supervisor.set_paused(NAME, False)
            await engine.until(lambda: len(engine.words()) > 20)
    (gap,) = gaps_of(engine)
    assert gap.cause == "paused by you"
    assert gap.start_seconds == pytest.approx(heard, abs=0.11)
    missing = set(range(1, numbers(engine)[-1] + 1)) - set(numbers(engine))
    assert len(missing) * 0.5 == pytest.approx(gap.end_seconds - gap.start_seconds, abs=1.0)


async def test_a_file_waits_for_the_service_and_for_the_user() -> None:
    file = Openings(Opening(seconds=12), is_live=False)
    down = [Script(http_status=503)] * 4
    async with StrictEndpoint(Script(fault=Fault(at_seconds=3)), *down, Script()) as service:
        async with Engine(service.endpoint(), {NAME: file}) as engine:
            await engine.until(lambda: engine.of(ErrorRaised))
            engine.supervisor.set_paused(NAME, True)
            await engine.until(lambda: len(service.connections) == 2)
            engine.supervisor.set_paused(NAME, False)
            await engine.finished()
    check_words(engine, 12)
    assert gaps_of(engine) == []


async def test_a_broken_file_keeps_what_was_heard() -> None:
    broken = SourceError("broken", "talk.mp3 is damaged after 3 s.", retry=Retry.NEVER)
    file = Openings(Opening(seconds=3, error=broken), is_live=False)
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {NAME: file}) as engine:
            await engine.finished()
    assert engine.words() == words_in(3)
    closed = engine.of(SessionClosed)[0]
    assert closed.state is State.FAILED
    assert closed.heard_seconds == closed.sent_seconds == pytest.approx(3)


async def test_a_bug_closes_the_books_too() -> None:
    radio = Openings(Opening(seconds=3, bug=ZeroDivisionError("bug")))
    async with StrictEndpoint(Script(answers_commits=False, vad_words=10_000)) as service:
        async with Engine(service.endpoint(), {NAME: radio}) as engine:
            await engine.finished()
    assert isinstance(engine.events[-1], SessionClosed)
    (gap,) = gaps_of(engine)
    assert (gap.start_seconds, gap.end_seconds, gap.cause) == (0.0, 3.0, "internal error")


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        (ZeroDivisionError("bug"), "internal error"),
        (OSError(errno.EMFILE, "Too many open files"), "too many files"),
        (ExceptionGroup("", [OSError(errno.EMFILE, "Too many open files")]), "too many files"),
    ],
    ids=["a bug", "no more files", "no more files in one half"],
)
async def test_a_run_that_fails_before_it_has_begun_is_over_all_the_same(
    fault: Exception, title: str
) -> None:
    def broken(_: SourceSettings) -> tuple[Connector, Endpoint]:
        raise fault

    engine = Engine(Endpoint("ws://127.0.0.1:9"), {NAME: Openings(Opening(seconds=3))})
    services = wired(Endpoint("ws://127.0.0.1:9"), Openings(Opening(seconds=3)))
    engine.supervisor = Supervisor(
        [SourceSettings(name=NAME, address="mic")],
        replace(services, connector_of=broken),
        [engine],
    )
    async with engine:
        await engine.finished()
    assert engine.states() == [State.CONNECTING, State.FAILED]
    assert [error.title for error in engine.of(ErrorRaised)] == [title]


async def test_a_server_is_not_asked_before_it_wished_to_be() -> None:
    busy = SourceError("429", "429 Too Many Requests from radio.example.")
    busy.retry_after_seconds = 0.7
    engine = await listen(
        Opening(seconds=0, error=busy, fails_to_open=True),
        Opening(seconds=3, hold=True),
        last=30,
    )
    (told,) = engine.of(ErrorRaised)
    assert told.retry_in_seconds == 0.7
