"""A torn last line is all that SIGKILL can do to a journal, and that is mended."""

import json
import subprocess
import sys
import time

import pytest

from scribe_tui.journal.repair import mend_journal
from tests.support.waiting import PATIENCE

FIRST = (
    b'{"type": "segment", "session": "news", "at": "2026-11-23T10:03:12.480+00:00", '
    b'"number": 1, "text": "one"}\n'
)

WRITER = """
import sys, time
from pathlib import Path
from scribe_tui.events import CommittedSegment, SegmentCommitted
from scribe_tui.journal.writer import JournalWriter
journal = JournalWriter(Path(sys.argv[1]), on_error=print, on_recovered=print)
for number in range(1, 10**9):
    segment = CommittedSegment(number, "word " * (number % 50), time.time(), 0.0, 1.0)
    journal.receive(SegmentCommitted(session="news", at=time.time(), segment=segment))
    if number % 20 == 0:
        time.sleep(0.001)
"""


@pytest.mark.some(1)
@pytest.mark.parametrize("lines", [1, 200, 2000])
def test_after_kill_9_every_line_but_the_last_is_whole_and_in_order(tmp_path, lines):
    file = tmp_path / "news.jsonl"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)]) as writer:
        limit = time.monotonic() + PATIENCE
        while not (file.exists() and file.read_bytes().count(b"\n") >= lines):
            assert time.monotonic() < limit
            assert writer.poll() is None
        writer.kill()
    whole = file.read_bytes().split(b"\n")[:-1]
    assert [json.loads(line)["number"] for line in whole] == list(range(1, len(whole) + 1))
    mend_journal(file)
    assert file.read_bytes() == b"".join(line + b"\n" for line in whole)


@pytest.mark.parametrize(
    ("content", "mended", "cut"),
    [
        (FIRST, FIRST, 0),
        (FIRST + b'{"type": "seg', FIRST, 13),
        (FIRST + b'{"ty', FIRST, 4),
        (FIRST + FIRST[:-1], FIRST + FIRST, 0),
        (FIRST[:-30], b"", len(FIRST) - 30),
        (FIRST + b"\x00" * 10, FIRST, 10),
        (FIRST + b'{"type": "' + b"x" * 200_000, FIRST, 200_010),
    ],
)
def test_a_torn_line_goes_and_a_whole_one_gets_its_end(tmp_path, content, mended, cut):
    file = tmp_path / "news.jsonl"
    file.write_bytes(content)
    assert mend_journal(file) == cut
    assert file.read_bytes() == mended


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("news.jsonl", b""),
        ("news.jsonl", b"one line of a person"),
        ("news.jsonl", b'{"my": "own"}\n{"type": "x'),
        ("news.jsonl", FIRST + b"a note of mine"),
        ("hits.jsonl", FIRST + b'{"type": "segm'),
        ("news.txt", b"12:00:00 one\n12:00:01 corrected by ha"),
        ("news.jsonl", b"\x00" * 10),
    ],
)
def test_what_this_program_did_not_write_is_never_touched(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    assert mend_journal(file) == 0
    assert file.read_bytes() == content
