"""Sources added, removed, renamed and changed while the engine runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.events import (
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    SessionRemoved,
    SessionRenamed,
    State,
)
from scribe_tui.settings import SourceSettings, SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine
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
            with pytest.raises(KeyError):
                engine.supervisor.snapshot("second")


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
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"news": station()}) as engine:
            await engine.until(lambda: engine.of(SegmentCommitted))
            engine.supervisor.rename("news", "evening")
            assert engine.supervisor.snapshot("news").name == "evening"
            assert engine.supervisor.settings_of("news").name == "evening"
            (renamed,) = engine.of(SessionRenamed)
            assert (renamed.session, renamed.name) == ("news", "evening")
            words = len(engine.words("news"))
            await engine.until(lambda: len(engine.words("news")) > words)


async def test_changed_settings_count_from_a_fresh_start_of_the_same_session() -> None:
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"news": station()}) as engine:
            await engine.until(lambda: engine.of(SegmentCommitted))
            changed = replace(settings("news"), speech=SpeechSettings(language="de"))
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
