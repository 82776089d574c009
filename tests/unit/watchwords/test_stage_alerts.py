"""Which hits alert, when what is merely alike is told, and what the lists have to do with it."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from scribe_tui.events import (
    Event,
    RecognitionChanged,
    SessionRenamed,
    Tier,
    WatchHit,
)
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.matcher import find_fuzzy
from tests.support.waiting import PATIENCE
from tests.support.watch_desk import CONFIRMED, UNCONFIRMED, WITHDRAWN, Desk, desk, said


def test_a_close_hit_alerts_once_for_each_form_and_shows_it() -> None:
    watched = desk("Southwark")
    (first,) = watched.partial("the bridge at Suthark")
    assert (first.tier, first.heard, first.alert) == (Tier.CLOSE, "Suthark", True)
    watched.commit("The bridge at Suthark.")
    watched.now += 60
    assert said(watched.partial("again Suthark")) == [("Southwark", UNCONFIRMED, False)]
    watched.commit("Again Suthark.")
    watched.now += 60
    assert said(watched.partial("and Southwerk")) == [("Southwark", UNCONFIRMED, True)]


def test_a_close_hit_is_told_when_it_is_due_though_no_more_text_comes() -> None:
    watched = desk("Southwark")
    watched.partial("the bridge")
    assert not watched.stage.due()
    assert watched.partial("the bridge at Suthark", after=0.2) == []
    due_at = watched.stage.next_at
    assert due_at is not None
    assert due_at == pytest.approx(watched.now + 0.3)
    watched.now += 0.29
    assert watched.stage.due() == []
    watched.now = due_at
    (hit,) = watched.stage.due()
    assert (hit.heard, hit.tier, hit.alert) == ("Suthark", Tier.CLOSE, True)
    assert hit.at == 2.0
    assert watched.stage.next_at is None
    assert watched.stage.due() == []
    assert said(watched.commit("The bridge at Suthark.")) == [("Southwark", CONFIRMED, False)]


def test_words_alike_are_looked_for_at_most_twice_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    watched = desk("Southwark")

    def counting(*given: Any, **more: Any) -> Any:
        looks.append(watched.now)
        return find_fuzzy(*given, **more)

    monkeypatch.setattr("scribe_tui.watchwords.finder.find_fuzzy", counting)
    for number in range(40):
        watched.partial("word " * (number + 1), after=0.05)
        watched.stage.due()
    watched.now += 1.0
    watched.stage.due()
    assert all(later - sooner >= 0.499 for sooner, later in pairwise(looks))
    assert len(looks) == 5


def test_text_that_is_gone_is_not_looked_at_again() -> None:
    watched = desk("Southwark")
    watched.partial("the bridge")
    watched.partial("the bridge at Suthark", after=0.2)
    watched.partial("", after=0.1)
    assert watched.stage.next_at is None
    watched.partial("the bridge at Suthark", after=0.1)
    watched.close()
    assert watched.stage.next_at is None


async def test_what_is_due_is_published_by_itself() -> None:
    watched = desk("Southwark")
    published: asyncio.Queue[Event] = asyncio.Queue()
    running = asyncio.create_task(watched.stage.run(published.put_nowait))
    watched.partial("the bridge")
    watched.partial("the bridge at Suthark", after=0.2)
    watched.now += 1.0
    async with asyncio.timeout(PATIENCE):
        hit = await published.get()
    assert isinstance(hit, WatchHit)
    assert hit.heard == "Suthark"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_what_merely_sounds_alike_never_alerts() -> None:
    watched = desk("Plaistow")
    assert said(watched.commit("be last")) == [("Plaistow", CONFIRMED, False)]


def test_a_hit_that_turns_out_exact_alerts_after_all() -> None:
    watched = desk("Plaistow")
    assert said(watched.partial("be last")) == [("Plaistow", UNCONFIRMED, False)]
    assert said(watched.commit("Plaistow.")) == [("Plaistow", CONFIRMED, True)]


def test_the_cooldown_counts_for_each_word_and_session() -> None:
    watched = desk("fire", "flood", cooldown_seconds=60.0)
    assert said(watched.commit("fire")) == [("fire", CONFIRMED, True)]
    watched.now += 30
    assert said(watched.commit("fire flood")) == [
        ("fire", CONFIRMED, False),
        ("flood", CONFIRMED, True),
    ]
    assert said(watched.commit("fire", session="other")) == [("fire", CONFIRMED, True)]
    watched.now += 31
    assert said(watched.commit("fire")) == [("fire", CONFIRMED, True)]


def test_a_withdrawn_hit_keeps_no_later_one_from_being_told() -> None:
    watched = desk("fire", cooldown_seconds=60.0)
    assert said(watched.partial("they will fire")) == [("fire", UNCONFIRMED, True)]
    assert said(watched.commit("They will hire.")) == [("fire", WITHDRAWN, True)]
    assert said(watched.partial("a fire", after=20.0)) == [("fire", UNCONFIRMED, True)]
    assert said(watched.commit("A fire.")) == [("fire", CONFIRMED, False)]
    watched.now += 20
    assert said(watched.commit("Fire.")) == [("fire", CONFIRMED, False)], "it stands, and cools"


def test_a_list_of_level_info_never_alerts() -> None:
    assert said(desk("fire", level="info").commit("fire")) == [("fire", CONFIRMED, False)]


def test_lists_apply_to_their_sources_by_id_or_by_name() -> None:
    watched = Desk(WatchSettings(name="w", words=("fire",), sources=("harbor",)))
    watched.open("news")
    watched.open("harbor")
    assert watched.commit("fire", session="news") == []
    assert len(watched.commit("fire", session="harbor")) == 1
    watched.stage.derive(SessionRenamed(session="news", at=1.0, name="harbor"))
    assert len(watched.commit("fire", session="news")) == 1


def test_a_language_other_than_english_is_not_compared_by_sound() -> None:
    watched = desk("Caernarfon")
    watched.open(language="de")
    assert [hit.tier for hit in watched.commit("in Carnarvon")] == [Tier.SOUNDS_LIKE]
    watched.now += 60
    assert [hit.tier for hit in watched.commit("in Carnarvon", language="en")] == [Tier.CLOSE]
    watched.stage.derive(RecognitionChanged(session="news", at=1.0, language="de", commit="vad"))
    watched.now += 60
    assert [hit.tier for hit in watched.commit("in Carnarvon")] == [Tier.SOUNDS_LIKE]
