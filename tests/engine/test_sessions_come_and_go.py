"""Sources added, removed, renamed and changed while the engine runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.events import (
    ErrorRaised,
    GapRecorded,
    RecognitionChanged,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    SessionRemoved,
    SessionRenamed,
    State,
)
from scribe_tui.settings import SourceSettings, SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import QUICK, Engine
from tests.support.numbered import words_in
from tests.support.script import Script
from tests.support.sources import Opening, Openings

SECONDS = 3.0


def station() -> Openings:
    return Openings(Opening(seconds=SECONDS, hold=True), chunk_seconds=0.05)


def settings(name: str) -> SourceSettings:
    return SourceSettings(name=name, address="mic", speech=SpeechSettings(), gain="off")


async def test_an_added_source_is_heard_and_a_removed_one_says_goodbye() -> None:
    stations = {"first": station(), "second": station()}
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"first": stations["first"]}) as engine:
            engine.add_station("second", stations["second"])
            added = engine.supervisor.add(settings("second"))
            assert (added, engine.supervisor.sessions) == ("second", ("first", "second"))
            await engine.until(lambda: engine.words("second"))
            engine.supervisor.remove("second")
            assert engine.supervisor.sessions == ("first",)
            await engine.until(lambda: engine.of(SessionRemoved))
            of_second = [event for event in engine.events if event.session == "second"]
            assert isinstance(of_second[-1], SessionRemoved)
            assert isinstance(of_second[-2], SessionClosed)
            assert isinstance(of_second[0], SessionOpened)
            assert engine.supervisor.snapshot("second").state is State.ENDED
            assert engine.supervisor.settings_of("second").name == "second"
            engine.supervisor.commit("second")  # it is there no more: nothing happens
            engine.supervisor.start("second")
            assert engine.supervisor.sessions == ("first",)
            with pytest.raises(KeyError):
                engine.supervisor.snapshot("third")


async def test_an_id_is_never_given_twice_and_a_name_only_once_at_a_time() -> None:
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"news": station()}) as engine:
            with pytest.raises(UsageError, match="news"):
                engine.supervisor.add(settings("news"))
            engine.supervisor.remove("news")
            await engine.until(lambda: engine.of(SessionRemoved))
            assert engine.supervisor.add(settings("news")) == "news-2"
            await engine.until(lambda: engine.of(SegmentCommitted, "news-2"))
            assert engine.of(SessionOpened, "news-2")[0].name == "news"


async def test_a_new_name_leaves_the_id_and_the_words() -> None:
    pausing = Opening(seconds=9.0, hold=True, quiet_from=3.0, quiet_to=5.0, silence_after=2.0)
    heard = Openings(pausing, chunk_seconds=0.005)
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"news": heard}) as engine:
            await engine.until(lambda: engine.of(SegmentCommitted))
            engine.supervisor.rename("news", "evening")
            assert engine.supervisor.snapshot("news").name == "evening"
            assert engine.supervisor.settings_of("news").name == "evening"
            (renamed,) = engine.of(SessionRenamed)
            assert (renamed.session, renamed.name) == ("news", "evening")
            words = len(engine.words("news"))
            await engine.until(lambda: len(engine.words("news")) > words)


async def test_another_language_or_way_to_commit_loses_no_sound() -> None:
    """The source goes on; the next connection takes over, as it does when one grows old."""
    heard = Openings(Opening(seconds=20.0, hold=True), chunk_seconds=0.005)
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"news": heard}) as engine:
            await engine.until(lambda: engine.of(SegmentCommitted))
            german = SpeechSettings(language="de")
            engine.supervisor.change("news", replace(settings("news"), speech=german))
            await engine.until(lambda: len(service.connections) == 2)
            by_hand = SpeechSettings(language="de", commit="manual")
            engine.supervisor.change("news", replace(settings("news"), speech=by_hand))
            await engine.until(lambda: service.has_heard(200))
            assert engine.supervisor.settings_of("news").speech == by_hand
    assert len(heard.made) == 1, "the source was never opened again"
    assert len(engine.of(SessionOpened)) == 1
    assert engine.of(GapRecorded) == []
    assert engine.words() == words_in(20)
    values = [value for one in service.connections for value in one.values if value]
    assert values == list(range(1, 201)), "all sound was sent once"
    queries = [one.query for one in service.connections]
    assert [query.get("language_code", [""])[0] for query in queries] == ["", "de", "de"]
    assert [query["commit_strategy"][0] for query in queries] == ["vad", "vad", "manual"]
    changes = [(event.language, event.commit) for event in engine.of(RecognitionChanged)]
    assert changes == [("de", "vad"), ("de", "manual")]


async def test_other_recognition_set_while_the_service_is_away_counts_for_the_next_connection() -> (
    None
):
    refusing = Script(http_status=503)
    async with StrictEndpoint(refusing, Script()) as service:
        timing = replace(QUICK, backoff_first=0.5, backoff_slow_first=0.5, backoff_cap=0.5)
        async with Engine(service.endpoint(), {"news": station()}, timing=timing) as engine:
            await engine.until(lambda: engine.of(ErrorRaised))
            german = SpeechSettings(language="de")
            engine.supervisor.change("news", replace(settings("news"), speech=german))
            await engine.until(lambda: engine.of(SegmentCommitted))
            await engine.until(lambda: service.has_heard(30))
            assert len(service.connections) == 1, "one connection is enough"
    assert service.connections[0].query["language_code"] == ["de"]


async def test_what_concerns_the_source_counts_from_a_fresh_start_of_the_same_session() -> None:
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"news": station()}) as engine:
            await engine.until(lambda: engine.of(SegmentCommitted))
            speech = SpeechSettings(language="de")
            changed = replace(settings("news"), speech=speech, dead_air_seconds=60.0)
            engine.supervisor.change("news", changed)
            await engine.until(lambda: len(engine.of(SessionOpened)) == 2)
            assert engine.of(SessionOpened)[-1].language == "de"
            await engine.until(lambda: engine.supervisor.snapshot("news").state is State.LIVE)
            numbers = [event.segment.number for event in engine.of(SegmentCommitted)]
            assert numbers == list(range(1, len(numbers) + 1))


async def test_calls_about_what_is_not_there_do_nothing() -> None:
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"news": station()}) as engine:
            supervisor = engine.supervisor
            for call in (
                supervisor.commit,
                supervisor.stop,
                supervisor.start,
                supervisor.reconnect,
                supervisor.remove,
            ):
                call("nowhere")
            supervisor.rename("nowhere", "else")
            supervisor.change("nowhere", settings("else"))
            assert supervisor.sessions == ("news",)
