"""Subtitles: readable cues, hostile text read back as it was, whole at every moment."""

import html
import os
import re
from dataclasses import replace

import pytest
import srt
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from scribe_tui.events import CommittedSegment, SegmentEdited, SegmentRedacted, Word
from scribe_tui.journal.export.cells import LINE_CELLS, cells
from scribe_tui.journal.export.cues import MAX_LINES, CueMaker
from scribe_tui.journal.export.files import subtitles
from scribe_tui.journal.export.live import LiveExport
from scribe_tui.journal.export.live_file import PAGE_BYTES
from scribe_tui.journal.export.subtitles import FORMATS
from scribe_tui.journal.reading import journals_of, read
from scribe_tui.journal.run_files import is_as_noted, noted
from scribe_tui.sanitize import harmless
from tests.support.journals import START, closed, missed, opened, said, write
from tests.support.left_to_ci import examples
from tests.support.waiting import wait_until

HOSTILE = [
    "a & b < c > d &amp; <b>bold</b>",
    "1 00:00:01,000 --> 00:00:02,000 x",
    "{\\an8}braces {y:i} {}",
    "--> --> -->",
    "NOTE STYLE WEBVTT REGION",
    "<script>alert(1)</script> </c>",
    "日本語の字幕はとても長いので二行に分けなければならない場合がありますよね本当に",
    "สวัสดีครับผมชื่อสมชายผมมาจากกรุงเทพมหานครประเทศไทยครับยินดีที่ได้รู้จัก",
    "e\u0301" * 60,
    "👩\u200d👩\u200d👧 family " * 5,
    "x" * 300,
    "42",
]


def content(kind, events, **options):
    return b"".join(subtitles(FORMATS[kind], events, clock=options.get("clock", False)))


def texts_of(kind, file):
    """The texts of a file's cues as a viewer's program reads them, without line breaks."""
    if kind == "srt":
        return ["".join(item.content.split()) for item in srt.parse(file.decode())]
    captions = webvtt.from_string(file.decode()).captions
    return ["".join(html.unescape(caption.text).split()) for caption in captions]


@pytest.mark.parametrize("kind", ["srt", "vtt"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_back_as_it_was(kind, text):
    file = content(
        kind, [opened(), said(1, text), missed(30, 40, f"{text} --> \u2028"), said(5, "end")]
    )
    back = "".join(texts_of(kind, file))
    wanted = "".join(text.split())
    if kind == "srt":
        wanted = wanted.replace("00:00:01,000-->", "00:00:01,000→")
    assert back == wanted + "end"


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.text(min_size=1).map(harmless), max_size=4))
def test_any_texts_are_valid_files(texts):
    events = [
        opened(),
        *(said(number, text) for number, text in enumerate(texts, 1) if text.strip()),
    ]
    for kind in ("srt", "vtt"):
        file = content(kind, events)
        assert "".join(texts_of(kind, file)).replace("→", "-->") == "".join(
            "".join(text.split()) for text in texts
        ).replace("→", "-->")


def long_segment(seconds=60.0, words=150):
    step = seconds / words
    spoken = tuple(
        Word(f"word{index}", round(index * step, 3), round((index + 0.8) * step, 3))
        for index in range(words)
    )
    return CommittedSegment(1, " ".join(word.text for word in spoken), START, 0.0, seconds, spoken)


@pytest.mark.parametrize("segment", [
    long_segment(),
    long_segment(300.0, 20),
    CommittedSegment(1, "no word times here " * 20, START, 5.0, 50.0),
    CommittedSegment(1, "字" * 400, START, 5.0, 90.0),
    CommittedSegment(1, "short", START, 5.0, 5.1),
])  # fmt: skip
def test_cues_can_be_read(segment):
    cues = CueMaker().of(segment)
    assert "".join("".join(cue.lines) for cue in cues).replace(" ", "") == segment.text.replace(
        " ", ""
    )
    last = 0.0
    for cue in cues:
        assert 1 <= len(cue.lines) <= 2
        assert all(0 < cells(line) <= LINE_CELLS for line in cue.lines)
        assert 0.99 <= cue.end - cue.start <= 7.01
        assert cue.start >= last, "no cue stands over another"
        last = cue.end


def test_cues_stand_where_the_words_were_said():
    cues = CueMaker().of(long_segment())
    for cue in cues:
        first = int(re.search(r"word(\d+)", cue.lines[0])[1])
        assert cue.start == pytest.approx(first * 0.4, abs=0.05)


def test_gaps_are_notes_and_times_may_be_those_of_the_clock():
    events = [opened(), said(1, "one"), missed(30, 44.2, "dropped"), said(5, "two")]
    file = content("vtt", events).decode()
    assert "NOTE not heard 00:00:30.000 to 00:00:44.200 (14.2 s)" in file
    assert "NOTE" not in content("srt", events).decode()
    by_clock = texts_and_starts(content("vtt", events, clock=True))
    by_source = texts_and_starts(content("vtt", events))
    midnight = {round(one - other, 3) for one, other in zip(by_clock, by_source, strict=True)}
    assert len(midnight) == 1, "both clocks run alike"


def texts_and_starts(file):
    return [caption.start_in_seconds for caption in webvtt.from_string(file.decode()).captions]


def test_a_session_that_was_started_again_goes_on_behind_what_was_said():
    again = replace(opened(), at=START + 500)
    starts = texts_and_starts(content("vtt", [opened(), said(9, "one"), again, said(1, "two")]))
    assert starts[1] > starts[0]
    assert starts[1] == 510


def run_live(run, events, formats=("srt", "vtt")):
    run.mkdir()
    live = LiveExport(run, formats)
    for event in events:
        live.receive(event)
    assert live.close() == 0


def test_live_files_are_those_of_the_export_afterwards(tmp_path):
    events = [opened(corrections={"Suthark": "Southwark"}), said(1, "in Suthark <now>")]
    events += [
        missed(30, 40),
        *(said(number, f"line {number}") for number in range(5, 9)),
        closed(),
    ]
    run_live(tmp_path / "run", events)
    write(tmp_path / "run", events)
    (journal,) = journals_of(tmp_path / "run")
    for kind in ("srt", "vtt"):
        live = (tmp_path / "run" / f"news.{kind}").read_bytes()
        assert texts_of(kind, live) == texts_of(kind, content(kind, read(journal)))
        assert "Southwark" in live.decode()
        path = tmp_path / "run" / f"news.{kind}"
        assert is_as_noted(path, noted(tmp_path / "run"))


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_a_live_file_is_valid_at_every_boundary_that_a_reader_may_see(tmp_path, monkeypatch, kind):
    """A write is seen whole if it lies within one page; so the file's states are known."""
    states, pwrite = [], os.pwrite

    def watched(descriptor, data, offset):
        assert offset // PAGE_BYTES == (offset + len(data) - 1) // PAGE_BYTES
        written = pwrite(descriptor, data, offset)
        states.append(os.pread(descriptor, offset + written, 0))
        return written

    monkeypatch.setattr(os, "pwrite", watched)
    texts = [f"{HOSTILE[number % len(HOSTILE)][:90]} {number}" for number in range(80)]
    run_live(
        tmp_path / "run", [opened(), *(said(n, text) for n, text in enumerate(texts, 1))], (kind,)
    )
    assert len(states[-1]) > 2 * PAGE_BYTES
    before = 0
    for state in states:
        found = len(texts_of(kind, state))
        assert found >= before
        before = found
    spoken = "".join(texts_of(kind, states[-1])).replace("→", "-->")
    assert spoken == "".join("".join(text.split()) for text in texts)


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_what_was_redacted_later_leaves_a_live_file(tmp_path, kind):
    def later(number, new, form=SegmentRedacted, field="redacted_text"):
        return form(session="news", at=START + 400, segment_number=number, text="x", **{field: new})

    secret = (
        "call 555 1234 now and then again and again until somebody answers the telephone please"
    )
    events = [opened(), said(1, "one"), said(2, secret), said(3, "three")]
    events += [
        later(2, "call *** <now>"),
        said(4, "four"),
        later(4, "FOUR", SegmentEdited, "edited_text"),
    ]
    events += [later(5, "early"), said(5, "five")]
    run_live(tmp_path / "run", events, (kind,))
    file = (tmp_path / "run" / f"news.{kind}").read_bytes()
    assert texts_of(kind, file) == ["one", "call***<now>", "three", "FOUR", "early"]
    assert b"555" not in file


def test_a_full_disk_leaves_a_live_file_whole_and_is_made_up_for(tmp_path, monkeypatch):
    monkeypatch.setattr("scribe_tui.journal.export.live.RETRY_SECONDS", 0.01)
    room, pwrite = [300], os.pwrite

    def limited(descriptor, data, offset):
        if room[0] < len(data):
            data = data[: room[0]]
        room[0] -= len(data)
        return pwrite(descriptor, data, offset) if data else 0

    monkeypatch.setattr(os, "pwrite", limited)
    (tmp_path / "run").mkdir()
    live = LiveExport(tmp_path / "run", ("srt",))
    file = tmp_path / "run" / "news.srt"
    for event in [opened(), *(said(number, f"line {number}") for number in range(1, 20))]:
        live.receive(event)
    wait_until(lambda: room[0] <= 0)
    list(srt.parse(file.read_text()))
    room[0] = 10**6
    wait_until(lambda: "line 19" in file.read_text())
    assert live.close() == 0
    assert texts_of("srt", file.read_bytes()) == [f"line{number}" for number in range(1, 20)]


def test_a_file_of_somebody_else_is_not_written_over(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "news.srt").write_text("mine")
    live = LiveExport(tmp_path / "run", ("srt", "vtt"))
    for event in [opened(), said(1, "one")]:
        live.receive(event)
    assert live.close() == 0
    assert (tmp_path / "run" / "news.srt").read_text() == "mine"
    assert "one" in (tmp_path / "run" / "news.vtt").read_text()


def test_a_line_of_marks_that_take_no_cell_fits_two_lines():
    segment = CommittedSegment(1, "e" + "\u0301" * 900, 0.0, 0.0, 9.0)
    for cue in CueMaker().of(segment):
        assert len(cue.lines) <= MAX_LINES
