"""Quotes to the clipboard: through a terminal, tmux and GNU screen, and always into a file."""

from __future__ import annotations

import base64
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import CommittedSegment, Gap
from scribe_tui.multiplexer import SCREEN_PIECE, TerminalRoute, route_of
from scribe_tui.tui.finding.quotes import Titles, quote, quote_lines
from scribe_tui.tui.terminal.clipboard import (
    MAX_BYTES,
    append_to,
    as_sent,
    cut_for_terminal,
    send,
    sequence,
)

AT = 1_760_000_000.0
ESCAPES = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def line(text: str, at: float = AT) -> CommittedSegment:
    return CommittedSegment(1, text, at, 0, 1)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def test_a_quote_names_source_title_and_clock_time() -> None:
    text = quote_lines([line("The fire is out.")], "night-desk", "World News")
    assert text == "“The fire is out.”\n-- night-desk, World News, 2025-10-09 08:53:20\n"


def test_a_range_has_a_clock_time_a_line_and_says_what_was_not_heard() -> None:
    gap = Gap(1, 15.2, AT + 4, AT + 18, "station dropped")
    text = quote_lines([line("One."), gap, line("Two.", AT + 20)], "desk", "")
    assert text.splitlines() == [
        "08:53:20 One.",
        "08:53:24 [not heard for 14.2 s: station dropped]",
        "08:53:40 Two.",
        "-- desk, 2025-10-09 08:53:20 to 08:53:40",
    ]


def test_the_title_is_the_one_that_was_playing() -> None:
    titles = Titles()
    titles.add(10, "early")
    titles.add(20, "late")
    assert [titles.at(at) for at in (5, 10, 15, 25)] == ["", "early", "early", "late"]


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_a_quote_holds_no_controls_whatever_is_said(text: str, source: str, title: str) -> None:
    made = quote(text, AT, source, title)
    assert made.count("\n") == 2
    assert not ESCAPES.search(made.replace("\n", ""))


@given(st.binary(max_size=2000), st.sampled_from([TerminalRoute.PLAIN, TerminalRoute.SCREEN]))
def test_no_text_ends_the_sequence_it_travels_in(data: bytes, route: TerminalRoute) -> None:
    sent = sequence(data, route)
    if route is TerminalRoute.SCREEN:
        pieces = re.findall(rb"\x1bP(.*?)\x1b\\", sent, re.DOTALL)
        assert b"".join(b"\x1bP" + piece + b"\x1b\\" for piece in pieces) == sent
        assert all(len(piece) <= SCREEN_PIECE for piece in pieces)
        sent = b"".join(pieces)
    match = re.fullmatch(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", sent)
    assert match
    assert base64.b64decode(match[1]) == data


@pytest.mark.parametrize("text", ["x" * 200_000, "東" * 60_000, "a" + "é" * 60_000])
def test_what_is_too_long_is_cut_between_characters(text: str) -> None:
    data = cut_for_terminal(text)
    assert MAX_BYTES - 4 < len(data) <= MAX_BYTES
    assert text.startswith(data.decode())
    assert len(base64.b64encode(data)) < 100_000


def test_what_lies_between_is_told_by_the_environment() -> None:
    assert route_of({}) is TerminalRoute.PLAIN
    assert route_of({"STY": "1.pts"}) is TerminalRoute.SCREEN
    assert route_of({"TMUX": "/tmp/x,1,0", "STY": "1.pts"}) is TerminalRoute.TMUX


def test_copies_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "copied.md"
    path.write_text("old\n")
    path.chmod(0o644)
    append_to(path, "“new”")
    assert path.read_text() == "old\n“new”\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "copied.md"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError):
        append_to(path, "text")


def test_it_is_said_what_of_a_copy_was_sent() -> None:
    whole = "x" * MAX_BYTES
    assert as_sent(whole, "") == "sent to the terminal"
    assert as_sent(whole + "x", "") == "cut: 74 of 75 kB sent to the terminal"
    assert as_sent("日" * 100_000, "") == "cut: 74 of 300 kB sent to the terminal"
    assert as_sent(whole + "x", "tmux refused it") == "not sent: tmux refused it"


async def test_a_terminal_that_is_gone_is_told() -> None:
    def gone(_: bytes) -> None:
        raise OSError(5, "the screen is closed")

    assert await send("text", {}, gone) == "the terminal takes nothing: the screen is closed"


async def test_a_terminal_that_is_behind_is_tried_again() -> None:
    sent: list[bytes] = []
    tries = iter([False, False, True])

    def write(data: bytes) -> None:
        if not next(tries):
            raise BlockingIOError(11, "behind")
        sent.append(data)

    assert await send("text", {}, write) == ""
    assert sent == [sequence(b"text", TerminalRoute.PLAIN)]
