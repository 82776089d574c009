"""Plain lines beyond memory: read, marked, copied and found by their time, from the journal."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from scribe_tui.events import HitStatus, Tier, WatchHit
from scribe_tui.journal.search.index import Asked, search
from tests.support.journals import START, opened, said, write
from tests.support.plain_lines import Lines

LINES = 900


@pytest.fixture
def long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """The first of two sources has said `LINES` lines; memory holds a hundred or so."""
    monkeypatch.setattr("scribe_tui.tui.lines.sink.KEPT_LINES", 100)
    made = [
        opened("news"), *(said(number, f"line {number}") for number in range(1, LINES + 1))
    ]  # fmt: skip
    write(tmp_path, made)
    lines = Lines(tmp_path, "news", "harbor")
    for event in made:
        lines.app.bridge.receive(event)
    assert lines.app.bridge.transcript_of("news").first > 500
    return lines


async def later(lines: Lines, text: str, *keys: str) -> str:
    """The line with `text` that these keys bring."""
    lines.press(*keys)
    return await lines.said.later(text)


def stamp(number: int) -> str:
    at = START + 10.0 * number + 1
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(at))


async def test_the_cursor_goes_to_the_first_line_of_all(long: Lines) -> None:
    await later(long, "news: line 1", "\x1b[H")
    assert (await later(long, "line 11", "\x1b[6~")).endswith("news: line 11")
    await later(long, "news: line 10", "k")
    assert long.press("\x1b[F")[-1].endswith(f"line {LINES}")
    assert long.press("k")[-1].endswith(f"line {LINES}")


async def test_a_clock_time_a_mark_and_a_hit_beyond_memory_are_reached(long: Lines) -> None:
    await later(long, "news: line 77", "T", f"{stamp(77)}\r")
    await later(long, "Marked: ", "m")
    long.press("\x1b[F")
    said_of_places = long.press("'")
    assert "news: mark, beyond memory" in said_of_places[0]
    await later(long, "news: line 77", "1\r")
    hit = WatchHit(
        session="news", at=START, hit=1, watch="words", word="line", heard="line",
        tier=Tier.EXACT, status=HitStatus.CONFIRMED, segment_number=333, source_seconds=0.0,
        quote="line 333",
    )  # fmt: skip
    long.app.bridge.receive(hit)
    await later(long, "news: line 333", "h", "1\r")
    long.press("2")
    long.press("T", f"{stamp(88)}\r")
    assert (await long.said.later("news: line 88")).endswith("news: line 88")
    assert "1 other source with a line" in await long.said.later("other source")


async def test_before_the_first_line_of_all_is_said(long: Lines) -> None:
    await later(long, "this is the oldest line", "T", f"{stamp(-60)}\r")
    await long.said.later("news: line 1")


async def test_a_range_from_beyond_memory_is_copied_whole(
    long: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    async def send(text: str, *_: Any) -> str:
        sent.append(text)
        return ""

    monkeypatch.setattr("scribe_tui.tui.lines.take_keys.send", send)
    await later(long, "line 1", "\x1b[H")
    await later(long, "The range begins at ", "v")
    long.press("\x1b[F", "v")
    await later(long, "news: line 1", "\x1b[H")
    await later(long, f"{LINES} lines sent to the terminal", "y")
    copied = [line.partition(" ")[2] for line in sent[0].splitlines()[:-1]]
    assert copied == [f"line {number}" for number in range(1, LINES + 1)]
    await later(long, "news: line 1", "\x1b[H")
    await later(long, "1 line sent", "y")
    assert sent[1].startswith("“line 1”")


async def test_what_is_found_goes_on_into_the_journal(long: Lines) -> None:
    """`line 33` is in `line 33` and in `line 330` to `line 339`: memory holds none of them."""
    await later(long, "11 lines of news.", "/", "Line 33\r")
    await long.said.later("news: line 339")
    for number in (338, 337, 336):
        await later(long, f"news: line {number}", "n")
    await later(long, "news: line 337", "N")
    for number in (336, 335, 334, 333, 332, 331, 330, 33, 339):
        assert (await later(long, "news: line ", "n")).endswith(f" {number}"), "round the end, too"
    await later(long, "0 lines of news.", "/", "nowhere\r")
    assert long.press("n") == ["No line of news holds “nowhere”."]


async def test_all_sources_are_looked_through_beyond_memory(long: Lines) -> None:
    long.commit("harbor", "Line 77 is closed.")
    await later(long, "12 lines in all sources.", "f", "line 77\r")
    assert "The last 10 of 12:" in long.said.lines
    assert any(line.endswith("news: line 779") for line in long.said.lines)
    assert not any(line.endswith("news: line 77") for line in long.said.lines)


async def test_find_in_all_reads_earlier_runs_where_these_were_searched_before(
    tmp_path: Path,
) -> None:
    write(tmp_path / "2026-11-24T12-00-00", [opened("news"), said(1, "the last storm", "news")])
    lines = Lines(tmp_path / "2026-11-25T12-00-00", "news")
    lines.commit("news", "a storm today")
    lines.press("f", "storm\r")
    assert "1 line in all sources." in lines.said.lines
    assert search(tmp_path, Asked("storm"), print).found
    earlier = await later(lines, "run 2026-11-24T12-00-00: the last storm", "f", "storm\r")
    assert time.strftime("%Y-%m-%d ", time.localtime(START)) in earlier
    await lines.said.later("1 line in earlier runs.")
