"""Plain lines: a paste presses no key, in however many pieces it comes."""

from __future__ import annotations

import pytest

from tests.support.plain_lines import Lines


class Hand:
    """Types at instants of its own."""

    def __init__(self, lines: Lines) -> None:
        self.now = 100.0
        self._lines = lines
        lines.app._clock = lambda: self.now

    def type(self, *pieces: str, every: float = 0.01) -> list[str]:
        """What is said to these pieces."""
        self._lines.said.lines.clear()
        for piece in pieces:
            self.now += every
            self._lines.app.typed(piece)
        return list(self._lines.said.lines)


@pytest.fixture
def hand(lines: Lines) -> Hand:
    return Hand(lines)


def test_the_last_piece_of_a_paste_is_no_key_and_it_is_said_once(lines: Lines, hand: Hand) -> None:
    said = hand.type(*["the line is cut " * 60] * 20, "s", "D", "y")
    assert said == ["What is pasted is not taken for keys; a adds a source."]
    assert lines.controls.calls == []
    hand.now += 1.0
    assert hand.type("s") == ["news: stopping; the same key starts it again"]


def test_a_piece_of_a_paste_answers_no_question(lines: Lines, hand: Hand) -> None:
    hand.type("D", every=1.0)
    hand.now += 1.0
    assert hand.type("words and words", "y", "y") == []
    assert lines.controls.calls == []
    hand.now += 1.0
    hand.type("y")
    assert lines.controls.calls == [("remove", "news")]


def test_what_follows_a_pasted_answer_is_no_key(lines: Lines, hand: Hand) -> None:
    hand.type("/", every=1.0)
    assert hand.type("bridge\rs\rD\ry", "s", "\r")[-1].endswith("The bridge is closed.")
    assert lines.controls.calls == []
