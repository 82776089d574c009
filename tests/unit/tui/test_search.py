"""Lines of a transcript by what they say and when they were said."""

from __future__ import annotations

import pytest

from scribe_tui.events import (
    CommittedSegment,
    ErrorRaised,
    Gap,
    GapRecorded,
    Half,
    SegmentCommitted,
)
from scribe_tui.transcript import Transcript
from scribe_tui.tui.finding.places import MAX_PLACES, KnownPlaces, PlaceKind
from scribe_tui.tui.finding.search import line_at, matching_lines, next_place


def transcript(*texts: str, max_lines: int = 2000) -> Transcript:
    held = Transcript(max_lines)
    for number, text in enumerate(texts, 1):
        segment = CommittedSegment(number, text, 100.0 + number, 0, 1)
        held.apply(SegmentCommitted(session="one", at=0, segment=segment))
    return held


def test_lines_are_found_by_number_gaps_too() -> None:
    held = transcript("a Fire", "calm", "fires again")
    gap = Gap(3, 4, 110, 111, "fire wall dropped")
    held.apply(GapRecorded(session="one", at=0, gap=gap))
    assert list(matching_lines(held, "fire")) == [0, 2, 3]


@pytest.mark.parametrize(
    ("cursor", "step", "place"),
    [(None, -1, 2), (9, -1, 1), (7, 1, 2), (9, 1, 0), (2, -1, 2), (5, -1, 0), (5, 1, 1), (0, 1, 0)],
)
def test_the_next_place_goes_round_at_both_ends(cursor: int | None, step: int, place: int) -> None:
    assert next_place([2, 7, 9], cursor, step) == place


def test_nothing_found_leads_nowhere() -> None:
    assert next_place([], 3, 1) is None


@pytest.mark.parametrize(("at", "number"), [(0, 0), (101, 0), (102.5, 1), (9999, 2)])
def test_the_line_at_an_instant(at: float, number: int) -> None:
    assert line_at(transcript("a", "b", "c"), at) == number


def test_no_line_at_any_instant_of_an_empty_transcript() -> None:
    assert line_at(Transcript(), 5) is None


def test_an_error_that_comes_again_is_one_place_and_places_are_bounded() -> None:
    known = KnownPlaces()
    for at in range(3):
        known.receive(
            ErrorRaised(
                session="one", at=at, half=Half.SOURCE, title="404", message="404 Not Found"
            )
        )
    assert [(place.kind, place.at) for place in known.places] == [(PlaceKind.ERROR, 0)]
    for at in range(MAX_PLACES + 5):
        known.receive(GapRecorded(session="one", at=at, gap=Gap(0, 1, at, at + 1, "dropped")))
    assert len(known.places) == MAX_PLACES
    assert known.places[-1].text == "not heard for 1.0 s: dropped"
