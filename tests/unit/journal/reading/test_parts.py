"""Reading while the recording sets parts aside, and retention deletes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe_tui.events import SegmentCommitted, SegmentRedacted
from scribe_tui.journal.chain import verify_lines
from scribe_tui.journal.reading import Problems, follow, journals_of, read
from scribe_tui.journal.reading.parts import lines_in
from scribe_tui.journal.reading.reader import read_types
from scribe_tui.journal.reading.summary import summarise
from scribe_tui.journal.retention import JournalPolicy
from scribe_tui.journal.search.index import Asked, search
from scribe_tui.journal.writer import JournalWriter
from tests.support.journals import START, closed, opened, said, write

RUN = "2026-11-24T12-00-00"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of two parts, the first of which was set aside."""
    run = write(tmp_path / RUN, [opened(), said(1, "one")], "news.0001.jsonl")
    return write(run, [opened(), said(2, "two")])


def rotate(run: Path, part: int, number: int) -> None:
    """What the writer does: the newest part gets a number, and a new one takes its place."""
    (run / "news.jsonl").rename(run / f"news.{part:04d}.jsonl")
    write(run, [opened(), said(number, "later")])


def numbers(events) -> list[int]:
    return [event.segment.number for event in events if isinstance(event, SegmentCommitted)]


def test_a_part_that_is_set_aside_while_others_are_read_is_read_under_its_new_name(run):
    journal, problems = journals_of(run)[0], Problems()
    events = read(journal, problems)
    next(events)
    rotate(run, 2, 3)
    rotate(run, 3, 4)
    assert numbers(events) == [1, 2]  # what is there when the reading begins, and all of it
    assert problems.sentences == []


@pytest.mark.parametrize("as_heard", [False, True])
def test_a_part_that_was_set_aside_before_the_reading_began_is_no_missing_one(run, as_heard):
    journal, problems = journals_of(run)[0], Problems()
    rotate(run, 2, 3)
    write(run, [closed()])
    assert numbers(read(journal, problems, as_heard=as_heard)) == [1, 2, 3]
    assert problems.sentences == []
    assert numbers(read_types(journal, ("segment",))) == [1, 2, 3]
    lines = b"".join(lines_in(journal, problems.not_read))
    assert lines == b"".join(path.read_bytes() for path in sorted(run.glob("news*.jsonl")))


def test_no_text_is_told_whose_redaction_is_written_while_it_is_read(run):
    events = read(journals_of(run)[0])
    next(events)
    redaction = SegmentRedacted(
        session="news", at=START + 40, segment_number=3, text="secret", redacted_text="[...]"
    )
    write(run, [said(3, "secret"), redaction])
    texts = [event.segment.text for event in events if isinstance(event, SegmentCommitted)]
    assert texts == ["one", "two"]


def test_a_part_that_is_deleted_while_others_are_read_is_named(run):
    journal, problems = journals_of(run)[0], Problems()
    (run / "news.0001.jsonl").unlink()
    write(run, [closed()])
    assert numbers(read(journal, problems)) == [2]
    assert problems.sentences == ["news.0001.jsonl cannot be read: No such file or directory."]


def test_a_new_part_with_the_inode_of_a_deleted_one_is_followed(run):
    """A file system gives the number of a file that is gone to one that is made later."""
    follower = follow.Follower(run, lambda journal: True, Problems())
    try:
        assert numbers(follower.events()) == [1, 2]
        rotate(run, 2, 3)
        assert numbers(follower.events()) == [3]
        (run / "news.0001.jsonl").rename(run / "spare")
        (run / "spare").write_bytes(b"")
        (run / "news.jsonl").rename(run / "news.0003.jsonl")
        (run / "spare").rename(run / "news.jsonl")
        write(run, [opened(), said(4, "later")])
        assert numbers(follower.events()) == [4]
        write(run, [said(5, "later")])
        assert numbers(follower.events()) == [5]
    finally:
        follower.close()


def test_a_run_is_read_whole_whenever_it_is_read_while_its_parts_are_set_aside(tmp_path):
    """The writer itself, with a part for every few lines; each look is without a hole."""
    run = tmp_path / RUN
    run.mkdir()
    policy = JournalPolicy(rotate_bytes=2000, chained=True)
    journal = JournalWriter(run, on_error=print, on_recovered=print, policy=policy)
    journal.receive(opened())
    told, seen = 0, 0
    try:
        while seen < 120:
            for _ in range(7 if told - seen < 50 else 0):  # as fast as it is read
                told += 1
                journal.receive(said(told, f"word{told} bridge"))
            for listed in journals_of(run) if run.exists() else ():
                problems = Problems()
                found = numbers(read(listed, problems))
                assert found == list(range(1, len(found) + 1))
                assert problems.sentences == []
                verdict = verify_lines(lines_in(listed, problems.not_read))
                assert (verdict.findings, problems.sentences) == ([], [])
                assert summarise(run).segments >= len(found)
                answer = search(tmp_path, Asked("bridge", limit=10_000), pytest.fail)
                assert len(answer.found) >= len(found)
                assert sorted(each.line.number for each in answer.found) == list(
                    range(1, len(answer.found) + 1)
                )
                seen = len(found)
    finally:
        journal.close()
    assert len(list(run.glob("news.*.jsonl"))) > 20
