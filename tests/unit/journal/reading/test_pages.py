"""Lines in pages, numbered over all parts of a journal, as a reader of the screen numbers them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import Event, PartialChanged, SegmentRedacted
from scribe_tui.journal import PAGE_LINES
from scribe_tui.journal.reading.pages import LinePages
from scribe_tui.transcript import Transcript
from tests.support.journals import START, missed, opened, said, write


def events(count: int) -> list[Event]:
    made: list[Event] = [opened(corrections={"harber": "harbor"})]
    for number in range(1, count + 1):
        made.append(PartialChanged(session="news", at=START, text="line"))
        made.append(said(number, "" if number % 50 == 7 else f"line {number} harber"))
        if number % 90 == 0:
            made.append(missed(10.0 * number + 5, 10.0 * number + 9))
    made.append(
        SegmentRedacted(
            session="news", at=START, segment_number=3, text="line 3 harber", redacted_text="[X]"
        )
    )
    return made


def as_on_the_screen(made: list[Event]) -> list[object]:
    transcript = Transcript(max_lines=10_000)
    for event in made:
        transcript.apply(event)
    return [transcript.line(number) for number in range(transcript.first, transcript.end)]


def all_pages(pages: LinePages) -> list[object]:
    lines: list[object] = []
    number = 0
    while page := pages.page(number):
        lines += page
        number += 1
    return lines


def test_pages_hold_what_the_screen_held(tmp_path: Path) -> None:
    made = events(3 * PAGE_LINES)
    write(tmp_path, made)
    lines = as_on_the_screen(made)
    pages = LinePages(tmp_path, "news")
    assert all_pages(pages) == lines
    assert pages.number_of(451) == next(
        place for place, line in enumerate(lines) if getattr(line, "number", None) == 451
    )
    assert pages.number_at(START + 10.0 * 300 + 1) == next(
        place for place, line in enumerate(lines) if getattr(line, "number", None) == 300
    )
    assert pages.number_at(START - 5) is None
    assert pages.number_of(99_999) is None


def test_a_file_that_was_rotated_meanwhile_is_found_again(tmp_path: Path) -> None:
    made = events(2 * PAGE_LINES)
    path = write(tmp_path, made) / "news.jsonl"
    pages = LinePages(tmp_path, "news")
    before = pages.page(1)
    path.rename(tmp_path / "news.0001.jsonl")
    more = replace(said(9001, "newest"), session="news")
    head = {**to_record(opened(corrections={"harber": "harbor"})), "type": "continued"}
    path.write_bytes(to_line(head) + to_line(to_record(more)))
    assert pages.page(1)[: len(before)] == before
    assert getattr(all_pages(LinePages(tmp_path, "news"))[-1], "text", "") == "newest"


def test_torn_lines_and_other_sessions_are_none(tmp_path: Path) -> None:
    path = write(tmp_path, [opened(), said(1, "one")]) / "news.jsonl"
    with path.open("ab") as file:
        file.write(to_line(to_record(said(2, "torn")))[:40])
    assert len(all_pages(LinePages(tmp_path, "news"))) == 1
    assert all_pages(LinePages(tmp_path, "other")) == []
