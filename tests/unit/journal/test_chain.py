"""Numbered lines: whatever is changed, dropped or moved shows, and what cannot be seen is said."""

import pytest

from scribe_tui.journal.chain import verify_lines
from scribe_tui.journal.reading import journals_of
from scribe_tui.journal.reading.journals import lines_of
from scribe_tui.journal.retention import JournalPolicy
from scribe_tui.journal.writer import JournalWriter
from tests.support.journals import closed, opened, said


@pytest.fixture
def lines(tmp_path):
    journal = JournalWriter(
        tmp_path,
        on_error=print,
        on_recovered=print,
        policy=JournalPolicy(chained=True, rotate_bytes=2000),
    )
    for event in [opened(), *(said(number, f"line {number}") for number in range(1, 20)), closed()]:
        journal.receive(event)
    assert journal.close() == 0
    (found,) = journals_of(tmp_path)
    assert len(found.paths) > 2, "the chain goes on over parts"
    return [line for path in found.paths for line in lines_of(path)]


def test_lines_as_written_are_sound(lines):
    verdict = verify_lines(lines)
    assert verdict.findings == []
    assert verdict.chained == verdict.lines == len(lines)
    assert verdict.ended


@pytest.mark.parametrize("at", [0, 5, -2])
def test_a_changed_line_shows(lines, at):
    lines[at] = lines[at].replace(b'"v": 2', b'"v": 3')
    assert len(verify_lines(lines).findings) == 1


@pytest.mark.parametrize("at", [0, 5, -2])
def test_a_dropped_line_shows(lines, at):
    del lines[at]
    (finding,) = verify_lines(lines).findings
    assert "missing" in finding


def test_swapped_doubled_and_foreign_lines_show(lines):
    assert verify_lines([lines[1], lines[0], *lines[2:]]).findings
    assert verify_lines([*lines[:3], lines[2], *lines[3:]]).findings
    assert verify_lines([*lines[:3], b'{"type": "note"}\n', *lines[3:]]).findings
    assert verify_lines([*lines[:3], b"\xff\n", *lines[3:]]).findings


def test_an_end_that_is_cut_off_is_not_taken_for_whole(lines):
    verdict = verify_lines(lines[:-1])
    assert verdict.findings == []
    assert not verdict.ended
    torn = verify_lines([*lines[:-1], lines[-1][:20]])
    assert torn.torn
    assert not torn.ended
    assert torn.findings == []
