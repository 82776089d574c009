"""One sign for another: cell for cell, and never a byte that is not ASCII."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.tui.rendering import signs, wrap
from scribe_tui.tui.rendering.signs import ASCII, in_ascii
from scribe_tui.tui.rendering.wrap import cells_of

SCREEN = Path(signs.__file__).parents[1]
NOT_DRAWN = {Path(signs.__file__), Path(wrap.__file__)}


@pytest.mark.parametrize("sign", ASCII)
def test_a_sign_takes_one_cell_and_is_one_ascii_character(sign: str) -> None:
    assert cells_of(sign) == 1
    assert len(in_ascii(sign)) == 1
    assert in_ascii(sign).isascii()


def test_every_sign_in_a_text_of_the_screen_has_its_counterpart() -> None:
    unknown = {
        f"{path.name}: {char}"
        for path in SCREEN.rglob("*.py")
        if path not in NOT_DRAWN
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for char in node.value
        if not char.isascii() and char not in ASCII and char != "\u00a0"
    }
    assert unknown == set()


def test_what_is_told_apart_stays_apart() -> None:
    spines = {in_ascii(spine[1]) for spine in (signs.SPINE, signs.FOCUSED_SPINE, signs.HIT_SPINE)}
    assert len(spines) == 3
    assert in_ascii(signs.LIT) != in_ascii(signs.UNLIT)
    assert in_ascii(signs.FILLED) != in_ascii(signs.TRACK)
    assert in_ascii(signs.RULE) != in_ascii(signs.HEAVY_RULE) != in_ascii(signs.GAP)
    strip = signs.STRIP_LEVELS + signs.STRIP_SILENCE + signs.STRIP_GAP + signs.STRIP_HIT
    assert len(set(in_ascii(strip))) == len(strip)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Señor Müller, Łódź", "Senor Muller, Lodz"),
        ("“no” – don’t", '"no" - don\'t'),
        ("日本", "????"),
        ("e\u0301", "e"),
        ("👩\u200d🚀!", "??!"),
        ("\x1b[31m●\x1b[0m", "\x1b[31m*\x1b[0m"),
    ],
)
def test_text_from_elsewhere_is_shown_with_replacements(text: str, plain: str) -> None:
    assert in_ascii(text) == plain


@given(st.text())
def test_nothing_but_ascii_comes_out_and_as_wide_as_it_was(text: str) -> None:
    plain = in_ascii(text)
    assert plain.isascii()
    if text.isprintable() and cells_of(text[:1]):
        assert len(plain) == cells_of(text)
