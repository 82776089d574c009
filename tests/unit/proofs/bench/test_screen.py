"""The emulator knows what tmux and the program write."""

from __future__ import annotations

import pytest

from tests.proofs.bench.screen import Screen


@pytest.fixture
def screen() -> Screen:
    screen = Screen(8, 4)
    screen.feed(b"one\r\ntwo\r\nthree\r\nfour")
    return screen


def test_the_changed_rows_are_told(screen):
    assert screen.feed(b"\x1b[2;1HTWO") == [1]
    assert screen.row(1) == "TWO     "


def test_a_character_cut_in_two_is_put_together(screen):
    screen.feed(b"\x1b[1;1H\xe2\x95")
    screen.feed(b"\xad")
    assert screen.row(0).startswith("╭ne")


def test_a_repeated_character_is_drawn(screen):
    screen.feed(b"\x1b[1;1H-\x1b[3b")
    assert screen.row(0) == "----    "


def test_scrolling_between_margins(screen):
    screen.feed(b"\x1b[2;3r\x1b[S")
    assert [screen.row(number).strip() for number in range(4)] == ["one", "three", "", "four"]
    screen.feed(b"\x1b[T")
    assert [screen.row(number).strip() for number in range(4)] == ["one", "", "three", "four"]


def test_queries_and_modes_leave_no_trace(screen):
    screen.feed(b"\x1b[?2026$p\x1b[?2026h\x1b[>1u\x1b[?2026l")
    assert [screen.row(number).strip() for number in range(4)] == ["one", "two", "three", "four"]
