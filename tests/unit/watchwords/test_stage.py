"""From events to hits: unconfirmed on partial text, settled at the commit, alerted once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.errors import UsageError
from scribe_tui.events import (
    CommittedSegment,
    Correction,
    Event,
    Noticed,
    SegmentCommitted,
    SessionRemoved,
    Tier,
    WatchHit,
    Word,
)
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.stage import WatchStage
from tests.support.memory import held_bytes
from tests.support.watch_desk import CONFIRMED, UNCONFIRMED, WITHDRAWN, Desk, desk, said


def test_a_hit_is_unconfirmed_then_confirmed_and_alerts_once() -> None:
    watched = desk("fire")
    first = watched.partial("there is a fire")
    assert said(first) == [("fire", UNCONFIRMED, True)]
    assert watched.partial("there is a fire in the hall") == []
    last = watched.commit("There is a fire in the hall.")
    assert said(last) == [("fire", CONFIRMED, False)]
    assert first[0].hit == last[0].hit == 1
    assert first[0].segment_number == last[0].segment_number == 1
    assert last[0].quote == "There is a fire in the hall."
    assert (last[0].watch, last[0].heard, last[0].tier) == ("w", "fire", Tier.EXACT)


def test_a_hit_that_is_gone_at_the_commit_is_withdrawn_and_that_is_told_too() -> None:
    watched = desk("fire")
    watched.partial("they will fire")
    assert said(watched.commit("They will hire.")) == [("fire", WITHDRAWN, True)]


def test_a_revised_word_stays_unconfirmed_until_the_commit() -> None:
    watched = desk("fire")
    watched.partial("the fire")
    assert watched.partial("the firm") == []
    assert watched.partial("the fire is out") == []
    assert said(watched.commit("The fire is out.")) == [("fire", CONFIRMED, False)]


def test_the_same_word_twice_is_two_hits() -> None:
    watched = desk("fire")
    assert len(watched.partial("fire", after=1)) == 1
    assert len(watched.partial("fire here and fire", after=5)) == 1
    hits = watched.commit("Fire here, and fire there.")
    assert [hit.hit for hit in hits] == [1, 2]
    assert {hit.status for hit in hits} == {CONFIRMED}


def test_what_only_the_commit_holds_is_a_confirmed_hit_that_alerts() -> None:
    watched = desk("fire")
    assert said(watched.commit("A fire.")) == [("fire", CONFIRMED, True)]


def test_the_end_of_a_run_withdraws_what_was_never_committed() -> None:
    watched = desk("fire")
    watched.partial("a fire")
    assert said(watched.close()) == [("fire", WITHDRAWN, True)]
    assert watched.close() == []


def test_the_place_of_a_hit_comes_from_the_word_s_own_time() -> None:
    watched = desk("fire")
    words = (Word("A", 7.0, 7.1), Word(" ", 7.1, 7.2, "spacing"), Word("fire.", 8.25, 8.5))
    (hit,) = watched.commit("A fire.", words=words)
    assert hit.source_seconds == 8.25


def test_without_times_of_words_the_place_is_estimated_within_the_segment() -> None:
    watched = desk("fire")
    (hit,) = watched.commit("so there it is a fire", span=(10.0, 20.0))
    assert 15 < hit.source_seconds < 20


def test_words_change_while_it_runs() -> None:
    watched = desk("fire")
    assert watched.partial("smoke and a flood") == []
    watched.stage.add_word("flood", "w")
    watched.stage.add_word("smoke")
    assert [hit.word for hit in watched.partial("smoke and a flood now")] == ["smoke", "flood"]
    watched.stage.remove_word("flood", "w")
    watched.stage.remove_word("smoke")
    assert [watch.name for watch in watched.stage.lists] == ["w"]
    assert [hit.word for hit in watched.commit("smoke, flood, fire", session="b")] == ["fire"]


def test_a_form_confirmed_by_the_user_is_exact_and_one_refused_is_none() -> None:
    watched = desk("Southwark")
    watched.stage.add_heard_form("w", "Southwark", "Suthark")
    assert [hit.tier for hit in watched.commit("Suthark")] == [Tier.EXACT]
    watched.stage.add_exception("w", "south park")
    assert watched.commit("at South Park") == []


def test_a_wrong_list_is_refused_and_changes_nothing() -> None:
    watched = desk("fire")
    with pytest.raises(UsageError):
        watched.stage.set_list(WatchSettings(name="x", regex=("(",)))
    with pytest.raises(UsageError):
        watched.stage.add_word(" ")
    with pytest.raises(UsageError):
        WatchStage([WatchSettings(name="w", words=("a",))] * 2)
    assert [watch.name for watch in watched.stage.lists] == ["w"]


def test_an_expression_put_aside_is_told_once() -> None:
    watched = Desk(WatchSettings(name="w", regex=(r"(a|aa|a?)+$",)))
    told: list[Event] = []
    for number in range(6):
        segment = CommittedSegment(number, "a" * 300 + "!", 1.0, 0.0, 1.0)
        event = SegmentCommitted(session="news", at=1.0, segment=segment)
        told += [e for e in watched.stage.derive(event) if isinstance(e, Noticed)]
    assert len(told) == 1


def test_state_is_bounded_and_goes_with_the_session() -> None:
    watched = desk("fire")
    watched.stage.derive(SessionRemoved(session="news", at=1.0))
    before = held_bytes(watched.stage)
    watched.open()
    for number in range(40):
        watched.partial("fire " * 700 + str(number))
    hits = watched.commit("none of it")
    assert len(hits) <= 200
    watched.stage.derive(SessionRemoved(session="news", at=1.0))
    assert held_bytes(watched.stage) <= before + 5_000


def test_a_long_quote_is_cut_between_words_around_the_find() -> None:
    watched = desk("fire")
    (hit,) = watched.commit("many words before " * 40 + "the fire here " + "and after " * 40)
    assert "the fire here" in hit.quote
    assert len(hit.quote) < 260
    assert hit.quote[0] == hit.quote[-1] == "…"
    assert replace(hit, quote="") != hit


_SPOKEN = st.lists(
    st.sampled_from(
        ["fire", "brigade", "Suthark", "the", "nine", "one", "forty", "two", "tower", "bridge"]
    ),
    max_size=6,
).map(" ".join)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("partial"), _SPOKEN),
        st.tuples(st.just("commit"), _SPOKEN),
        st.tuples(st.sampled_from(["lost", "due", "reopened", "word"]), st.just("")),
    ),
    max_size=25,
)


@given(_STEPS)
def test_whatever_is_said_each_hit_is_settled_once_and_alerts_once(
    steps: list[tuple[str, str]],
) -> None:
    watched = desk("fire", "fire brigade", "Southwark", "911", "42", "Tower Bridge", regex=("br.",))
    hits: list[WatchHit] = []
    for deed, text in [*steps, ("reopened", "")]:
        match deed:
            case "partial":
                hits += watched.partial(text)
            case "commit":
                hits += watched.commit(text)
            case "lost":
                hits += watched.partial("")
                watched.lag += 2.0
            case "due":
                watched.now += 1.0
                hits += watched.stage.due()
            case "word":
                watched.stage.add_word(f"word {len(hits)}")
            case "reopened":
                hits += watched.close()
                watched.open()
    for number in {hit.hit for hit in hits}:
        said_of = [hit for hit in hits if hit.hit == number]
        assert [hit.status for hit in said_of if hit.status is not UNCONFIRMED] in (
            [CONFIRMED], [WITHDRAWN],
        )  # fmt: skip
        assert said_of[-1].status is not UNCONFIRMED
        assert sum(hit.alert for hit in said_of if hit.status is not WITHDRAWN) <= 1
        if said_of[-1].status is WITHDRAWN:
            assert said_of[-1].alert == any(hit.alert for hit in said_of[:-1])


def test_words_are_looked_for_in_what_corrections_make_of_a_text() -> None:
    desk = Desk(WatchSettings(words=("Southwark",)))
    desk.open(corrections=(Correction("Suthark", "Southwark"), Correction("sea port", "seaport")))
    (open_hit,) = desk.partial("the bridge at Suthark")
    assert (open_hit.tier, open_hit.quote) == (Tier.EXACT, "the bridge at Southwark")
    (hit,) = desk.commit("The bridge at Suthark.")
    assert (hit.heard, hit.status) == ("Southwark", CONFIRMED)
    assert "Suthark" not in hit.quote
