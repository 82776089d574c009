"""Exports as files: what other programs read is what was said, and nothing else is touched."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.events import SegmentRedacted
from scribe_tui.journal.export.files import KINDS, Wanted, export_files, export_to
from scribe_tui.journal.export.live import LiveExport
from scribe_tui.journal.reading import Problems, journals_of
from scribe_tui.journal.reading.times import Window
from scribe_tui.journal.retention.locks import RunLock
from scribe_tui.journal.run_files import is_as_noted, unfinished
from tests.support.journals import START, missed, opened, said, write
from tests.support.waiting import wait_until

FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "|calc", "%0A", 'plain, "quoted"']


@pytest.fixture
def run(tmp_path):
    run = tmp_path / "2026-11-24T12-00-00"
    write(run, [opened(), *(said(n, text) for n, text in enumerate(FORMULAS, 1)), missed(200, 210)])
    return write(run, [opened("talk"), said(1, "five", "talk")])


def exported(run, kind, folder=None, **options):
    wanted = Wanted(run, tuple(journals_of(run)), kind, Window(), **options)
    return list(export_files(wanted, folder or run, Problems()))


def test_a_csv_has_a_row_a_line_and_no_cell_is_a_formula(run):
    paths = exported(run, "csv")
    assert [path.name for path in paths] == ["news.csv", "talk.csv"]
    content = io.StringIO(paths[0].read_bytes().decode("utf-8"), newline="")
    rows = list(csv.DictReader(content))
    assert [row["kind"] for row in rows] == ["segment"] * len(FORMULAS) + ["gap"]
    for row in rows:
        assert not row["text"].strip().startswith(("=", "+", "-", "@", "|", "%", "＝"))
    back = [row["text"].removeprefix("'") for row in rows[:-1]]
    assert [text.split() for text in back] == [text.split() for text in FORMULAS]
    assert float(rows[0]["start_seconds"]) == 10.0


def test_a_json_file_has_segments_words_and_gaps(run):
    (path, _) = exported(run, "json")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["name"] == "news"
    assert len(content["segments"]) == len(FORMULAS)
    assert content["segments"][0]["words"][0]["start_seconds"] == 10.0
    assert content["gaps"][0]["cause"] == "source dropped"


def test_redactions_reach_every_format(run):
    later = SegmentRedacted(
        session="talk", at=START + 900, segment_number=1, text="five", redacted_text="***"
    )
    write(run, [later])
    for kind in KINDS:
        content = "".join(path.read_text() for path in exported(run, kind))
        assert "***" in content, kind
        assert '"five"' not in content, kind


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_private_noted_and_written_again_but_not_over_a_persons_work(run, kind):
    path = exported(run, kind)[-1]
    assert path.stat().st_mode & 0o777 == 0o600
    exported(run, kind)
    path.write_text("corrected by hand")
    with pytest.raises(UsageError, match="is there already"):
        exported(run, kind)
    assert path.read_text() == "corrected by hand"
    assert not [item for item in run.iterdir() if item.name.startswith(f".{path.name}")]


def test_the_journals_own_text_is_left_alone(run):
    (run / "news.txt").write_text("the journal's")
    assert [path.name for path in exported(run, "txt")] == ["news.export.txt", "talk.export.txt"]
    assert (run / "news.txt").read_text() == "the journal's"


def test_one_subtitle_stream_holds_one_source(run):
    wanted = Wanted(run, tuple(journals_of(run)), "srt", Window())
    with pytest.raises(UsageError, match="One srt file holds one source"):
        export_to(wanted, io.BytesIO(), Problems())


def test_a_folder_that_cannot_be_written_is_a_sentence(run):
    with pytest.raises(UsageError, match="cannot be written"):
        exported(run, "srt", folder=run / "news.jsonl" / "x")


def test_a_file_that_the_recording_writes_is_not_taken_from_it(run, tmp_path):
    live = LiveExport(run, ["srt"])
    live.receive(opened())
    live.receive(said(1, "now"))
    path = run / "news.srt"
    wait_until(lambda: path.exists() and "now" in path.read_text())
    lock = RunLock(run)
    with pytest.raises(UsageError, match="written by the recording itself"):
        exported(run, "srt")
    assert exported(run, "srt", folder=tmp_path / "elsewhere")
    live.receive(said(2, "later"))
    wait_until(lambda: "later" in path.read_text())
    lock.release()  # as after a kill: its end was not noted
    assert path in exported(run, "srt")
    live.close()


def test_two_exports_at_once_do_not_write_into_each_other(run):
    with ThreadPoolExecutor(4) as pool:
        written = [pool.submit(exported, run, "json") for _ in range(8)]
        for each in written:
            assert len(each.result()) == 2
    json.loads((run / "news.json").read_text(encoding="utf-8"))
    assert not [item for item in run.iterdir() if "unfinished" in item.name]


def test_what_a_kill_left_of_an_export_goes_with_its_run(run):
    left = unfinished(run / "news.json")
    left.write_text("half")
    assert is_as_noted(left, {})
