"""Hostile text becomes one plain line; ordinary text of all scripts stays as it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.sanitize import MAX_LINE_CHARS, harmless, harmless_line


@pytest.mark.parametrize(
    ("hostile", "plain"),
    [
        ("a\x1b[2Jb", "ab"),
        ("\x1b]52;c;cm0gLXJm\x07x", "x"),
        ("\x1b]0;title\x1b\\x", "x"),
        ("\x1bcx", "x"),
        ("\x9b2Jx", "2Jx"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("\u2066a\u2069", "a"),
        ("a\ud800b", "ab"),
        ("a\x00b\x07\x7f", "ab"),
        ("one\ntwo\r\nthree\u2028four\tfive", "one two three four five"),
        ("[red]x[/]", "[red]x[/]"),
    ],
)
def test_what_acts_on_a_terminal_or_forges_a_line_is_gone(hostile, plain):
    assert harmless(hostile) == plain


@pytest.mark.parametrize(
    "text", ["naïve café", "日本語テキスト", "שלום עולם", "می\u200cخواهم", "👩\u200d🚀 é", "नमस्ते"]
)
def test_ordinary_text_is_untouched(text):
    assert harmless(text) == text


@given(st.text() | st.text(alphabet="\x1b[]0;m\x07\ud800\u202ea\n\x9b"))
def test_any_text_becomes_one_line_of_valid_utf8_without_controls(text):
    result = harmless(text)
    assert len(result.splitlines()) <= 1
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in result)
    assert json.loads(json.dumps(result).encode("utf-8")) == result
    assert harmless(result) == result


def test_a_megabyte_without_a_space_comes_back_whole_but_a_title_is_cut():
    assert harmless("x" * 1_000_000) == "x" * 1_000_000
    assert len(harmless_line("x" * 1_000_000)) == MAX_LINE_CHARS
