"""What the list of hits shows: what stands, once, and no more than the text says."""

from __future__ import annotations

from dataclasses import replace

from scribe_tui.events import (
    HitStatus,
    SegmentRedacted,
    SessionRemoved,
    Tier,
    WatchHit,
)
from scribe_tui.tui.finding.hits import MAX_HITS, HitBook

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
    book = HitBook()
    assert book.receive(HIT)
    assert not book.receive(replace(HIT, status=HitStatus.CONFIRMED))
    assert [hit.status for hit in book.newest_first] == [HitStatus.CONFIRMED]
    assert (book.total, book.new) == (1, 1)
    book.looked_at()
    assert book.new == 0
    book.receive(replace(HIT, status=HitStatus.WITHDRAWN))
    assert (book.newest_first, book.total) == ((), 0)


def test_hits_are_bounded_and_the_newest_stay() -> None:
    book = HitBook()
    for number in range(1, MAX_HITS + 11):
        book.receive(replace(HIT, hit=number))
    assert len(book.newest_first) == MAX_HITS
    assert book.newest_first[0].hit == MAX_HITS + 10
    assert book.total == MAX_HITS + 10
    assert book.new == MAX_HITS


def test_a_redacted_segment_takes_the_words_out_of_its_hits() -> None:
    book = HitBook()
    book.receive(HIT)
    book.receive(
        SegmentRedacted(
            session="one", at=2, segment_number=4, text=HIT.quote, redacted_text="[X] at the harbor"
        )
    )
    assert [(hit.quote, hit.heard) for hit in book.newest_first] == [("[X] at the harbor", "")]


def test_a_session_takes_its_hits_along() -> None:
    book = HitBook()
    book.receive(HIT)
    book.receive(replace(HIT, session="two"))
    book.receive(SessionRemoved(session="one", at=3))
    assert [hit.session for hit in book.newest_first] == ["two"]
    assert (book.total, book.new) == (1, 1)
