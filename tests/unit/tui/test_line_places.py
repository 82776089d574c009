"""The plain lines' marks, places, clock times, hits and listening: what is said, where one is."""

from __future__ import annotations

import time

import pytest

from scribe_tui.audio import speakers
from scribe_tui.errors import SourceError
from scribe_tui.events import ErrorRaised, Half, HitStatus, Tier, WatchHit
from tests.support.plain_lines import NOON, Lines


def hit(number: int, tier: Tier = Tier.EXACT, heard: str = "fire") -> WatchHit:
    return WatchHit(
        session="harbor", at=NOON + 1, hit=number, watch="words", word="fire", heard=heard,
        tier=tier, status=HitStatus.CONFIRMED, segment_number=1, source_seconds=0.0,
        quote=f"the {heard} is near",
    )  # fmt: skip


async def test_a_marked_line_is_found_again_from_another_source(lines: Lines) -> None:
    lines.press("k", "k")
    assert lines.press("m")[0].startswith("Marked: ")
    lines.press("2")
    said = lines.press("'")
    assert said[0].startswith("1 ")
    assert said[0].endswith("news: mark, The bridge is closed.")
    said = lines.press("1\r")
    assert said[0].startswith("1 news: live")
    assert said[1].endswith("news: The bridge is closed.")
    assert lines.press("m")[0].startswith("No mark any more")
    assert lines.press("'") == ["No mark, error, gap or hit so far; the mark key marks a line."]


async def test_errors_and_hits_are_places_and_a_number_beyond_them_is_none(lines: Lines) -> None:
    error = ErrorRaised(session="news", at=NOON, half=Half.SOURCE, title="gone", message="404.")
    lines.app.bridge.receive(error)
    lines.app.bridge.receive(hit(1))
    said = lines.press("'", "9\r")
    assert [line.split(": ", 1)[1] for line in said[:2]] == [
        "error, 404.", "hit, fire: the fire is near",
    ]  # fmt: skip
    assert said[-1].startswith("There is no number")
    assert lines.press("'", "1\r")[-1].endswith("harbor: Small boats.")
    assert lines.press("'", "²\r")[-1].startswith("There is no number")


async def test_a_clock_time_is_read_in_all_sources(lines: Lines) -> None:
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(NOON + 1))
    said = lines.press("T", f"{at}\r")
    assert said[1].endswith("harbor: Small boats.")
    assert said[2].endswith("news: The bridge is closed.")
    assert lines.press("T", "\r")[-1].endswith("news: Prices fell.")
    assert "25:99" in lines.press("T", "25:99\r")[-1]
    old = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(NOON - 60))
    assert "oldest line that is" in lines.press("T", f"{old}\r")[1]


async def test_a_hit_teaches_what_was_heard_and_what_never_counts_again(lines: Lines) -> None:
    lines.app.bridge.receive(hit(1, Tier.CLOSE, "fryer"))
    said = lines.press("h", "c 1\r")
    assert "close, hit fire, heard fryer" in said[0]
    assert said[-1].startswith("From now on ")
    assert lines.watch.lists[0].heard_as == (("fire", "fryer"),)
    lines.app.bridge.receive(hit(2))
    assert (
        lines.press("h", "X 1\r")[-1] == "Until the program ends: listen for fire no more? y or n."
    )
    assert lines.press("n") == ["All stays."]
    assert lines.watch.lists[0].words == ("fire",)
    lines.press("h", "X1\r")
    assert lines.press("y") == ["Done: listen for fire no more."]
    assert not any("fire" in one.words for one in lines.watch.lists)
    assert lines.press("h", "d 1\r")[-1].endswith("nothing is done.")
    assert lines.press("h", "2\r")[-1].endswith("harbor: Small boats.")


async def test_what_cannot_be_heard_is_said(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speakers, "why_unheard", lambda _: None)
    assert lines.press("o")[0].startswith("news does not run")

    def refuse(*_: object) -> None:
        raise SourceError("no speakers", "There are no speakers.")

    monkeypatch.setattr("scribe_tui.tui.actions.playback.hear_live", refuse)
    lines.controls.recent_sound = lambda _: object()  # type: ignore[assignment, method-assign, return-value]
    assert lines.press("o")[0].startswith("news is heard live")
    assert await lines.said.later("There are no speakers.")
