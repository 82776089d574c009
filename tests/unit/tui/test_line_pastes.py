"""Plain lines: a paste presses no key, in however many pieces it comes."""

from __future__ import annotations

from tests.support.plain_lines import Lines


def type_(lines: Lines, *pieces: str, every: float = 0.01) -> list[str]:
    """What is said to these pieces, so many seconds from each to the next."""
    lines.step = 0.0
    lines.said.lines.clear()
    for piece in pieces:
        lines.now += every
        lines.app.typed(piece)
    return list(lines.said.lines)


def test_the_last_piece_of_a_paste_is_no_key_and_it_is_said_once(lines: Lines) -> None:
    said = type_(lines, *["the line is cut " * 60] * 20, "s", "D", "y")
    assert said == ["What is pasted is not taken for keys; a adds a source."]
    assert lines.controls.calls == []
    lines.now += 1.0
    assert type_(lines, "s") == ["news: stopping; the same key starts it again"]


def test_a_piece_of_a_paste_answers_no_question(lines: Lines) -> None:
    type_(lines, "D", every=1.0)
    lines.now += 1.0
    assert type_(lines, "words and words", "y", "y") == []
    assert lines.controls.calls == []
    lines.now += 1.0
    type_(lines, "y")
    assert lines.controls.calls == [("remove", "news")]


def test_what_follows_a_pasted_answer_is_no_key(lines: Lines) -> None:
    type_(lines, "/", every=1.0)
    assert type_(lines, "bridge\rs\rD\ry", "s", "\r")[-1].endswith("The bridge is closed.")
    assert lines.controls.calls == []
