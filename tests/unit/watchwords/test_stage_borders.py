"""What is said over the border of two segments: moved words are one hit, phrases are found."""

from __future__ import annotations

from scribe_tui.events import (
    SegmentRedacted,
    Tier,
    Word,
)
from tests.support.watch_desk import CONFIRMED, UNCONFIRMED, WITHDRAWN, desk, said


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
