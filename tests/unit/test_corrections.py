"""Corrections: whole words, exact, in the case of what was heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.config import load
from scribe_tui.corrections import Corrections
from scribe_tui.errors import UsageError

LIST = Corrections(
    [
        ("Suthark", "Southwark"),
        ("teh", "the"),
        ("white hall", "Whitehall"),
        ("New Suthark", "New Cross"),
        ("北鯨", "北京"),
        ("a.b", "A-B"),
        ("Southwark", "never twice"),
    ]
)


@pytest.mark.parametrize(
    ("heard", "right"),
    [
        ("in Suthark.", "in Southwark."),
        ("SUTHARK, suthark's", "SOUTHWARK, southwark's"),
        ("Suthark-Suthark", "Southwark-Southwark"),
        ("Sutharks unSuthark Suthark\u0301", "Sutharks unSuthark Suthark\u0301"),
        ("Teh end of teh line, TEH", "The end of the line, THE"),
        ("at White  Hall", "at Whitehall".replace("Whitehall", "Whitehall")),
        ("new suthark and New Suthark", "new cross and New Cross"),
        ("我在北鯨說", "我在北京說"),
        ("a.b axb", "A-B axb"),
        ("", ""),
    ],
)
def test_whole_words_are_put_right_and_nothing_else(heard, right):
    assert LIST.apply(heard) == right


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_any_list_and_text_work(text, heard, right):
    Corrections([(heard, right)]).apply(text)


def test_a_list_is_a_flag_a_variable_and_a_table(tmp_path):
    file = tmp_path / "stations.toml"
    file.write_text(
        'corrections = {"teh" = "the"}\n[[source]]\nname = "a"\nsource = "mic"\n'
        '[[source]]\nname = "b"\nsource = "mic"\ncorrections = {"Suthark" = "Southwark"}\n'
    )
    a, b = load({}, [], {}, file).sources
    assert a.corrections == (("teh", "the"),)
    assert b.corrections == (("teh", "the"), ("Suthark", "Southwark"))
    (c,) = load({"corrections": ("x y=z", "q=r=s")}, ["mic"], {}).sources
    assert c.corrections == (("x y", "z"), ("q", "r=s"))
    (d,) = load({}, ["mic"], {"SCRIBE_CORRECTIONS": "x=y, z=w"}).sources
    assert d.corrections == (("x", "y"), ("z", "w"))


@pytest.mark.parametrize("wrong", ['"x"', '["x=y"]', '{"x" = {}}', '{"x" = ""}', '{"" = "x"}'])
def test_a_wrong_list_is_refused_in_words(tmp_path, wrong):
    file = tmp_path / "stations.toml"
    file.write_text(f"corrections = {wrong}\n")
    with pytest.raises(UsageError, match="corrections"):
        load({}, ["mic"], {}, file)
    with pytest.raises(UsageError, match="--correct"):
        load({"corrections": ("alone",)}, ["mic"], {})
