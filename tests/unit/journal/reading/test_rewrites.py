"""What a journal says of a hit, once the text it was found in was rewritten by the service."""

from __future__ import annotations

import pytest

from scribe_tui.events import HitStatus, SegmentRedacted, Tier, WatchHit
from scribe_tui.journal.reading.rewrites import Rewrites


def hit(number: int, quote: str) -> WatchHit:
    return WatchHit(
        session="news", at=1.0, hit=1, watch="w", word="John Smith", heard="John Smith",
        tier=Tier.EXACT, status=HitStatus.CONFIRMED, segment_number=number, source_seconds=1.0,
        quote=quote,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "quote", "said"),
    [
        (1, "I met John Smith", ("I met [NAME]", "")),
        (2, "John Smith is here", ("John Smith is here", "John Smith")),
        (3, "John Smith again", ("John Smith again", "John Smith")),
    ],
)
def test_a_hit_says_no_more_than_the_text_does(
    number: int, quote: str, said: tuple[str, str]
) -> None:
    rewrites = Rewrites()
    rewrites.add(
        SegmentRedacted(
            session="news", at=2.0, segment_number=1, text="I met John Smith",
            redacted_text="I met [NAME]",
        )
    )  # fmt: skip
    event = rewrites.event(hit(number, quote), 4)
    assert isinstance(event, WatchHit)
    assert (event.quote, event.heard) == said


def test_a_hit_that_began_in_a_rewritten_segment_is_cut() -> None:
    rewrites = Rewrites()
    rewrites.add(
        SegmentRedacted(
            session="news", at=2.0, segment_number=1, text="I met John", redacted_text="I met [X]"
        )
    )
    event = rewrites.event(hit(2, "John Smith is here"), 3)
    assert isinstance(event, WatchHit)
    assert (event.quote, event.heard) == ("Smith is here", "")
