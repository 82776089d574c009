"""Journals come back as the events that were published, in the form they have now."""

import json
import tracemalloc
from dataclasses import replace

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import (
    Noticed,
    PartialChanged,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
    SessionOpened,
)
from scribe_tui.journal.reading import Problems, find_run, journals_of, merged, named, read
from scribe_tui.journal.reading.follow import Follower
from scribe_tui.journal.reading.reader import parse_line
from scribe_tui.journal.reading.summary import summarise
from scribe_tui.journal.retention import JournalPolicy
from scribe_tui.journal.retention.locks import RunLock
from scribe_tui.journal.writer import JournalWriter
from tests.support.journals import START, closed, missed, opened, said, write

NO_END = "The end of the session is missing, as after a crash, or cut off: news.jsonl."


@pytest.fixture
def run(tmp_path):
    return tmp_path / "2026-11-24T12-00-00"


def all_of(run, **options):
    problems = Problems()
    return list(merged(journals_of(run), problems, **options)), problems


def texts(events):
    return [event.segment.text for event in events if isinstance(event, SegmentCommitted)]


def redacted(number, old, new, at=500.0):
    return SegmentRedacted(
        session="news", at=START + at, segment_number=number, text=old, redacted_text=new
    )


def test_events_come_back_as_they_were(run):
    events = [opened(), said(1, "engine two"), missed(30, 40), said(2, "is on scene"), closed()]
    back, problems = all_of(write(run, events))
    assert back == events
    assert problems.sentences == []


def test_several_sources_come_in_the_order_of_time(run):
    one = [opened(), said(1, "one"), said(3, "three")]
    two = [opened("talk"), said(2, "two", "talk"), said(4, "four", "talk")]
    write(run, two)
    back, _ = all_of(write(run, one))
    assert texts(back) == ["one", "two", "three", "four"]


def test_parts_are_read_in_order_and_their_headers_are_no_events(run):
    journal = JournalWriter(
        run, on_error=print, on_recovered=print, policy=JournalPolicy(rotate_bytes=1500)
    )
    run.mkdir()
    lines = [said(number, f"line {number}") for number in range(1, 40)]
    for event in [opened(), *lines, closed()]:
        journal.receive(event)
    assert journal.close() == 0
    (found,) = journals_of(run)
    assert len(found.paths) > 5
    back, problems = all_of(run)
    assert texts(back) == [f"line {number}" for number in range(1, 40)]
    assert sum(isinstance(event, SessionOpened) for event in back) == 1
    assert problems.sentences == []
    for path in found.paths[:3]:
        path.unlink()
    back, _ = all_of(run)
    assert isinstance(back[0], SessionOpened), "the header stands for the opening that is gone"
    assert back[0].at == START


def test_what_cannot_be_read_is_passed_over_and_said_once(run):
    write(run, [opened(), said(1, "one")])
    with (run / "news.jsonl").open("ab") as file:
        for number in range(3):
            record = {"type": "from_the_future", "v": 9, "session": "news", "at": "x"}
            file.write(to_line({**record, "n": number}))
        file.write(b"not json\n[]\n" + b"[" * 100_000 + b"\n\xff\xfe\n")
        file.write(to_line(to_record(said(2, "two"))))
        file.write(b'{"type": "segm')
    back, problems = all_of(run)
    assert texts(back) == ["one", "two"]
    told = " ".join(problems.sentences)
    assert "3 records of type from_the_future" in told
    assert "Damaged lines, passed over: 4 in news.jsonl" in told
    assert "torn, as after a crash: 1 in news.jsonl" in told


def test_whole_lines_that_were_cut_off_at_either_end_are_told(run):
    events = [opened(), *(said(number, f"line {number}") for number in range(1, 6))]
    write(run, [*events, replace(closed(), segments=5)])
    file = run / "news.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)

    def told(*kept):
        file.write_bytes(b"".join(kept))
        return all_of(run)[1].sentences

    assert told(*lines) == []
    assert told(*lines[:-1]) == [NO_END]
    assert told(*lines[:3]) == [NO_END]
    assert told(*lines[1:]) == ["The beginning is missing (cut off, or deleted): news.jsonl."]
    assert told(*lines[4:-1]) == [
        "The beginning is missing (cut off, or deleted): news.jsonl.",
        NO_END,
    ]
    (missing,) = told(*lines[:4], lines[-1])
    assert missing.endswith(": 2 in news.jsonl.")
    (torn,) = told(*lines[:-1], lines[-1][:20])
    assert torn.startswith("Last lines torn"), "said once"


def test_a_run_that_is_being_written_has_no_end_yet(run):
    write(run, [opened(), said(1, "one")])
    lock = RunLock(run)
    assert all_of(run)[1].sentences == []
    lock.release()
    assert all_of(run)[1].sentences == [NO_END]


def test_lost_lines_come_as_a_notice(run):
    write(run, [opened()])
    at = to_record(opened())["at"]
    with (run / "news.jsonl").open("ab") as file:
        file.write(to_line({"type": "lines_lost", "session": "news", "at": at, "lines": 7}))
    back, _ = all_of(run)
    assert isinstance(back[1], Noticed)
    assert back[1].text == "7 lines of this log were lost"


def test_a_journal_of_version_1_is_read(run):
    run.mkdir()
    lines = [
        {"type": "session_start", "session": "news", "at": "2026-11-24T12:00:00.000+00:00",
         "source": "mic", "audio_format": "pcm_16000", "commit": "vad", "language": None},
        {"type": "segment", "session": "news", "at": "2026-11-24T12:00:04.000+00:00", "number": 1,
         "text": "call 555", "started_at": "2026-11-24T12:00:01.000+00:00", "start_seconds": 1.0,
         "end_seconds": 2.0, "words": []},
        {"type": "redaction", "session": "news", "at": "2026-11-24T12:00:09.000+00:00",
         "text": "call 555", "redacted_text": "call ***"},
    ]  # fmt: skip
    (run / "news.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    back, problems = all_of(run)
    assert back[0].name == "news"
    assert texts(back) == ["call ***"]
    assert problems.sentences == [NO_END]


def test_later_forms_stand_where_the_segment_was_and_the_words_go(run):
    events = [
        opened(),
        PartialChanged(session="news", at=START + 9, text="call five"),
        said(1, "call 555"),
        said(2, "good bye"),
        redacted(1, "call 555", "call ***"),
        SegmentEdited(
            session="news", at=START + 99, segment_number=2, text="good bye", edited_text="Goodbye."
        ),
    ]
    back, _ = all_of(write(run, events))
    assert texts(back) == ["call ***", "Goodbye."]
    assert "555" not in repr(back)
    assert "five" not in repr(back), "nor what led to it"
    assert all_of(run, as_heard=True)[0] == events


def test_the_users_corrections_are_applied_and_the_journal_keeps_what_was_heard(run):
    write(run, [opened(corrections={"Suthark": "Southwark"}), said(1, "in Suthark now")])
    back, _ = all_of(run)
    assert texts(back) == ["in Southwark now"]
    assert [word.text for word in back[1].segment.words] == ["in", "Southwark", "now"]
    assert texts(all_of(run, as_heard=True)[0]) == ["in Suthark now"]
    assert "Southwark now" not in (run / "news.jsonl").read_text()


def test_files_of_others_are_no_journals(run):
    write(run, [opened(), said(1, "one")])
    write(run, [said(1, "one")], file="hits.jsonl")
    (run / "mine.jsonl").write_text('{"a": 1}\n')
    (run / "list.jsonl").write_text("[1]\n")
    assert [journal.stem for journal in journals_of(run)] == ["news"]
    with pytest.raises(UsageError, match="no source called sport") as caught:
        named(journals_of(run), "sport")
    assert "news" in caught.value.remedy


def test_a_run_is_found_by_name_by_folder_and_as_the_last(tmp_path, monkeypatch):
    old = write(tmp_path / "2026-11-24T12-00-00", [opened()])
    new = write(tmp_path / "2026-11-25T12-00-00", [opened()])
    (tmp_path / "2026-11-26T12-00-00").mkdir()
    assert find_run("last", tmp_path) == new
    assert find_run("2026-11-24T12-00-00", tmp_path) == old
    monkeypatch.chdir(tmp_path)
    assert find_run("2026-11-24T12-00-00", tmp_path / "nowhere") == old
    assert find_run(str(old), tmp_path / "nowhere") == old
    for wrong in ("2026-11-24T12-00-01", "\0", "x" * 5000):
        with pytest.raises(UsageError, match="no run called"):
            find_run(wrong, tmp_path)
    with pytest.raises(UsageError, match="no run in"):
        find_run("last", tmp_path / "nowhere")
    (tmp_path / "empty" / "2026-11-26T12-00-00").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"No run in .*empty holds a journal\."):
        find_run("last", tmp_path / "empty")


def test_a_summary_counts_without_reading_all(run):
    write(run, [opened(), said(1, "one"), missed(20, 30), said(4, "two"), closed(at=100)])
    write(run, [opened("talk"), said(1, "three", "talk")])
    (run / "news.sound.0001.mp3").write_bytes(b"x" * 1000)
    summary = summarise(run)
    assert (summary.segments, summary.gaps, summary.hits) == (3, 1, 0)
    assert summary.sources == ("news", "talk")
    assert summary.ended_at == START + 100
    assert summary.size == sum(path.stat().st_size for path in run.iterdir())


def test_a_run_is_followed_over_rotations(run):
    run.mkdir()
    problems = Problems()
    follower = Follower(run, lambda _: True, problems)
    file = run / "news.jsonl"
    write(run, [opened(), said(1, "one")])
    assert texts(follower.events()) == ["one"]
    line = to_line(to_record(said(2, "two")))
    with file.open("ab") as stream:
        stream.write(line[:30])
    assert texts(follower.events()) == []
    with file.open("ab") as stream:
        stream.write(line[30:])
    file.rename(run / "news.0001.jsonl")
    write(run, [said(3, "three")])
    file.rename(run / "news.0002.jsonl")
    write(run, [said(4, "four")])
    assert texts(follower.events()) == ["two", "three", "four"]
    write(run, [opened("talk"), said(5, "five", "talk")])
    assert texts(follower.events()) == ["five"]
    assert problems.sentences == []
    follower.close()


@pytest.mark.parametrize("text", ['say "words": [', ', "words": [ ], "language": x', "a], ", "\\"])
@pytest.mark.parametrize("more", [{}, {"language": "en"}, {"line": 7, "before": "0"}])
def test_reading_without_words_loses_nothing_else(run, text, more):
    event = said(1, text)
    record = to_record(event) | more
    problems = Problems()
    back = parse_line(to_line(record), problems, words=False)
    assert problems.sentences == []
    assert back.segment.text == text
    assert back.segment.words == ()
    assert back.segment.language == more.get("language")


@pytest.mark.long
def test_a_large_journal_is_read_a_line_at_a_time(run):
    write(run, [opened()])
    line = to_line(to_record(said(1, "word " * 40)))
    with (run / "news.jsonl").open("ab") as file:
        file.writelines(line for _ in range(20_000_000 // len(line)))
    (journal,) = journals_of(run)
    tracemalloc.start()
    count = sum(isinstance(event, SegmentCommitted) for event in read(journal, words=False))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000_000 // len(line)
    assert peak < 2_000_000
    assert journal.size > 19_000_000
