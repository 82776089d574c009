"""What the list of hits shows: what stands, once, and no more than the text says."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import (
    HitStatus,
    SegmentRedacted,
    SessionRemoved,
    Tier,
    WatchHit,
)
from scribe_tui.tui.finding.hits import MAX_HITS, HitCount, KnownHits

HIT = WatchHit(
    session="one",
    at=1.0,
    hit=1,
    watch="words",
    word="fire",
    heard="Fire",
    tier=Tier.EXACT,
    status=HitStatus.UNCONFIRMED,
    segment_number=4,
    source_seconds=3.0,
    quote="Fire at the harbor",
)


def test_a_find_is_new_once_and_gone_when_it_is_withdrawn() -> None:
    book = KnownHits()
    assert book.receive(HIT)
    assert not book.receive(replace(HIT, status=HitStatus.CONFIRMED))
    assert [hit.status for hit in book.newest_first] == [HitStatus.CONFIRMED]
    assert book.counted == HitCount(1, 1)
    book.looked_at()
    assert book.counted == HitCount(1, 0)
    book.receive(replace(HIT, status=HitStatus.WITHDRAWN))
    assert (book.newest_first, book.counted) == ((), HitCount())
    assert not book.receive(replace(HIT, status=HitStatus.CONFIRMED)), "it is gone for good"


def test_hits_are_bounded_and_the_newest_stay() -> None:
    book = KnownHits()
    for number in range(1, MAX_HITS + 11):
        book.receive(replace(HIT, hit=number))
    assert len(book.newest_first) == MAX_HITS
    assert book.newest_first[0].hit == MAX_HITS + 10
    assert book.counted == HitCount(MAX_HITS + 10, MAX_HITS + 10)


def test_new_hits_too_old_to_be_kept_are_counted_until_they_are_looked_at() -> None:
    known = KnownHits()
    for number in range(1, MAX_HITS + 101):
        known.receive(replace(HIT, hit=number, status=HitStatus.CONFIRMED))
    assert len(known.newest_first) == MAX_HITS
    assert known.counted == known.count_of("one") == HitCount(MAX_HITS + 100, MAX_HITS + 100)
    known.looked_at("one")
    assert known.counted == HitCount(MAX_HITS + 100, 0)


def test_a_hit_too_old_to_be_kept_is_not_counted_again() -> None:
    book = KnownHits()
    for number in range(1, MAX_HITS + 3):
        book.receive(replace(HIT, hit=number, status=HitStatus.CONFIRMED))
    assert not book.receive(replace(HIT, hit=1, status=HitStatus.CONFIRMED))
    assert not book.receive(replace(HIT, hit=2, status=HitStatus.WITHDRAWN))
    assert book.counted.hits == MAX_HITS + 2


def test_one_that_may_still_be_withdrawn_is_kept_longest() -> None:
    book = KnownHits()
    book.receive(HIT)
    for number in range(2, MAX_HITS + 3):
        book.receive(replace(HIT, hit=number, status=HitStatus.CONFIRMED))
    book.receive(replace(HIT, status=HitStatus.WITHDRAWN))
    assert book.counted.hits == MAX_HITS + 1


def test_what_merely_sounds_alike_is_listed_and_not_counted() -> None:
    book = KnownHits()
    alike = replace(HIT, tier=Tier.SOUNDS_LIKE)
    book.receive(alike)
    assert len(book.newest_first) == 1
    assert book.counted == HitCount()
    book.receive(HIT)
    assert book.counted == HitCount(1, 1), "it was surer after all"
    book.receive(replace(alike, status=HitStatus.CONFIRMED))
    assert book.counted == HitCount()
    assert len(book.newest_first) == 1


def test_a_session_looked_at_has_nothing_new() -> None:
    book = KnownHits()
    book.receive(HIT)
    book.receive(replace(HIT, session="two"))
    book.looked_at("one")
    assert (book.count_of("one"), book.count_of("two")) == (HitCount(1, 0), HitCount(1, 1))
    book.forget()
    assert (book.newest_first, book.counted) == ((), HitCount())
    assert book.receive(HIT)


def test_a_redacted_segment_takes_the_words_out_of_its_hits() -> None:
    book = KnownHits()
    book.receive(HIT)
    book.receive(
        SegmentRedacted(
            session="one", at=2, segment_number=4, text=HIT.quote, redacted_text="[X] at the harbor"
        )
    )
    assert [(hit.quote, hit.heard) for hit in book.newest_first] == [("[X] at the harbor", "")]


def test_a_hit_that_began_in_a_redacted_segment_says_no_more_than_both_segments_do() -> None:
    book = KnownHits()
    begun = replace(HIT, segment_number=5, heard="John Smith", quote="John Smith is here")
    book.receive(begun)

    def rewritten(old: str, new: str) -> list[tuple[str, str]]:
        book.receive(
            SegmentRedacted(session="one", at=2, segment_number=4, text=old, redacted_text=new)
        )
        return [(hit.quote, hit.heard) for hit in book.newest_first]

    assert rewritten("I met John", "I met John") == [("John Smith is here", "John Smith")]
    assert rewritten("I met John", "I met [NAME]") == [("Smith is here", "")]


def test_hits_outlive_a_session_that_is_removed_and_are_news_no_more() -> None:
    book = KnownHits()
    book.receive(HIT)
    book.receive(replace(HIT, session="two"))
    book.receive(SessionRemoved(session="one", at=3))
    assert [hit.session for hit in book.newest_first] == ["two", "one"]
    assert book.counted == HitCount(2, 1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.integers(1, 6), st.sampled_from(Tier),
            st.sampled_from(HitStatus), st.booleans(),
        )
    )
)  # fmt: skip
def test_the_count_is_always_that_of_the_list(
    news: list[tuple[str, int, Tier, HitStatus, bool]],
) -> None:
    book = KnownHits()
    for session, number, tier, status, looked in news:
        book.receive(replace(HIT, session=session, hit=number, tier=tier, status=status))
        if looked:
            book.looked_at(session)
        listed = [hit for hit in book.newest_first if hit.tier is not Tier.SOUNDS_LIKE]
        assert book.counted.hits == len(listed)
        assert 0 <= book.counted.new <= book.counted.hits
        for name in "ab":
            assert book.count_of(name).hits == sum(hit.session == name for hit in listed)
