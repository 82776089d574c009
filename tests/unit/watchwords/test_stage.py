"""From events to hits: unconfirmed on partial text, settled at the commit, alerted once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.errors import UsageError
from scribe_tui.events import (
    CommittedSegment,
    Correction,
    Event,
    HitStatus,
    Noticed,
    PartialChanged,
    RecognitionChanged,
    SegmentCommitted,
    SegmentRedacted,
    SessionClosed,
    SessionOpened,
    SessionRemoved,
    SessionRenamed,
    State,
    Tier,
    WatchHit,
    Word,
)
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.matcher import find_fuzzy
from scribe_tui.watchwords.stage import WatchStage
from tests.support.memory import held_bytes
from tests.support.waiting import PATIENCE

UNCONFIRMED, CONFIRMED, WITHDRAWN = HitStatus


class Desk:
    """A stage with a clock of its own; sound is sent as time goes by."""

    def __init__(self, *watches: WatchSettings) -> None:
        self.now = 100.0
        self.lag = 100.0
        self.stage = WatchStage(
            watches, position=lambda _: self.now - self.lag, clock=lambda: self.now
        )
        self.segments = 0

    def open(self, session: str = "news", **more: Any) -> None:
        self._derive(
            SessionOpened(
                session=session, at=1.0, name=more.pop("name", session), source="x",
                audio_format="pcm_16000", commit="vad", **more,
            )
        )  # fmt: skip

    def partial(self, text: str, session: str = "news", after: float = 1.0) -> list[WatchHit]:
        """A text whose last word is over; it may go on."""
        return self.growing(text and f"{text} ", session, after)

    def growing(self, text: str, session: str = "news", after: float = 1.0) -> list[WatchHit]:
        """A text as it is, perhaps in the middle of a word."""
        self.now += after
        return self._derive(PartialChanged(session=session, at=2.0, text=text))

    def commit(self, text: str, session: str = "news", **more: Any) -> list[WatchHit]:
        self.segments += 1
        start, end = more.pop("span", (self.now - self.lag - 4, self.now - self.lag))
        segment = CommittedSegment(self.segments, text, 3.0, start, end, **more)
        return self._derive(SegmentCommitted(session=session, at=3.0, segment=segment))

    def close(self, session: str = "news") -> list[WatchHit]:
        return self._derive(
            SessionClosed(
                session=session, at=4.0, state=State.ENDED, heard_seconds=1, sent_seconds=1,
                segments=0,
            )
        )  # fmt: skip

    def _derive(self, event: Event) -> list[WatchHit]:
        return [hit for hit in self.stage.derive(event) if isinstance(hit, WatchHit)]


def said(hits: Sequence[WatchHit]) -> list[tuple[str, HitStatus, bool]]:
    return [(hit.word, hit.status, hit.alert) for hit in hits]


def desk(*words: str, **more: Any) -> Desk:
    more.setdefault("cooldown_seconds", 0.0)
    return Desk(WatchSettings(name="w", words=words, **more))


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


def test_sound_that_is_sent_again_after_an_outage_alerts_no_more() -> None:
    watched = desk("fire")
    assert said(watched.partial("a fire")) == [("fire", UNCONFIRMED, True)]
    watched.partial("")
    watched.lag += 3.0  # the same sound goes out once more
    assert watched.partial("a fire", after=2.0) == []
    assert said(watched.commit("A fire.")) == [("fire", CONFIRMED, False)]


def test_however_long_the_outage_was_the_same_words_are_the_same_hits() -> None:
    watched = desk("fire")
    watched.partial("a fire")
    watched.partial("a fire and a fire", after=4.0)
    watched.partial("")
    watched.now += 120.0  # by the estimate they are two minutes further on
    assert watched.partial("a fire", after=0.5) == []
    assert watched.partial("a fire and a fire", after=0.5) == []
    assert [hit.hit for hit in watched.commit("A fire and a fire.")] == [1, 2]


def test_a_word_moved_into_the_next_segment_is_the_same_hit_and_not_withdrawn() -> None:
    watched = desk("fire")
    (first,) = watched.partial("we saw the fire")
    assert watched.commit("We saw the.") == []
    assert watched.partial("fire", after=0.5) == []
    (last,) = watched.commit("Fire, again.")
    assert (last.hit, last.status, last.alert) == (first.hit, CONFIRMED, False)
    assert (first.segment_number, last.segment_number) == (1, 2)


def test_a_word_that_did_not_move_into_the_next_segment_either_is_withdrawn_then() -> None:
    watched = desk("fire")
    watched.partial("we saw the fire")
    assert watched.commit("We saw the.") == []
    watched.partial("firm", after=0.5)
    assert said(watched.commit("Firm.")) == [("fire", WITHDRAWN, True)]
    watched.partial("we saw the fire", after=20.0)
    assert said(watched.commit("")) == [("fire", WITHDRAWN, True)]
    watched.partial("we saw the fire", after=20.0)
    assert watched.commit("We saw.") == []
    assert said(watched.close()) == [("fire", WITHDRAWN, True)]


def test_a_phrase_over_the_border_of_two_segments_is_one_hit_and_alerts_once() -> None:
    watched = desk("Tower Bridge")
    (first,) = watched.partial("near the Tower Bridge")
    assert watched.commit("Near the Tower.") == [], "it goes on in the next one"
    assert watched.partial("Bridge is", after=0.5) == []
    (last,) = watched.commit("Bridge is closed.")
    assert (first.hit, first.alert) == (last.hit, True)
    assert (last.status, last.alert, last.heard) == (CONFIRMED, False, "Tower. Bridge")
    assert last.segment_number == 2
    assert last.quote == "Tower. Bridge is closed."


def test_a_phrase_cut_by_a_border_is_found_as_its_rest_comes() -> None:
    watched = desk("Tower Bridge")
    watched.partial("near the Tower")
    assert watched.commit("Near the Tower") == []
    (first,) = watched.partial("Bridge is", after=1.0)
    assert said([first]) == [("Tower Bridge", UNCONFIRMED, True)]
    assert said(watched.commit("bridge is closed")) == [("Tower Bridge", CONFIRMED, False)]
    watched.partial("", after=0.1)
    assert watched.partial("bridge", after=1.0) == []


def test_a_phrase_of_three_segments_is_found() -> None:
    watched = desk("Prime Minister Smith")
    assert watched.commit("The prime") == []
    assert [hit.tier for hit in watched.commit("minister")] == [Tier.SOUNDS_LIKE]
    watched.now += 2
    (hit,) = watched.commit("Smith said")
    assert (hit.heard, hit.tier) == ("prime minister Smith", Tier.EXACT)


def test_what_a_long_pause_or_a_new_run_separates_is_no_phrase() -> None:
    watched = desk("Tower Bridge")
    watched.commit("Near the Tower.")
    watched.now += 20
    assert watched.partial("Bridge is closed") == []
    assert watched.commit("Bridge is closed.") == []
    watched.commit("Near the Tower.")
    watched.close()
    watched.open()
    assert watched.commit("Bridge is closed.") == []
    words = (Word("Bridge", 9.0, 9.5),)
    watched.commit("Tower", words=(Word("Tower", 5.0, 5.5),))
    assert watched.commit("Bridge", words=words, span=(5.5, 9.5)) == []


def test_what_was_redacted_begins_no_phrase() -> None:
    watched = desk("John Smith")
    watched.commit("I met John")
    watched.stage.derive(
        SegmentRedacted(
            session="news", at=1.0, segment_number=1, text="I met John", redacted_text="I met [X]"
        )
    )
    assert watched.commit("Smith here") == []


def test_words_put_in_while_it_runs_find_a_phrase_over_the_border() -> None:
    watched = desk("fire")
    watched.commit("Near the Tower")
    watched.stage.add_word("Tower Bridge")
    watched.commit("of the")
    watched.commit("Tower")
    watched.stage.add_word("flood")
    assert len(watched.commit("Bridge")) == 1


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
