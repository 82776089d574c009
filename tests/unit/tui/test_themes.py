"""Themes: what can be read in them, what the user may set, and what is said where that is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color

from scribe_tui.config import load
from scribe_tui.errors import UsageError
from scribe_tui.settings import ThemeSettings
from scribe_tui.tui import themes
from scribe_tui.tui.looks import Looks, ThemedApp
from scribe_tui.tui.terminal.locale_name import takes_unicode
from scribe_tui.tui.themes import OWN_NAMES, check_theme, make_themes

TEXT = ("foreground", "grey", "focus", "warn", "error", "success")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    return themes.contrast(Color.parse(one), Color.parse(other))


def variables(name: str, *users: ThemeSettings) -> dict[str, str]:
    (theme,) = [theme for theme in make_themes(users) if theme.name == name]
    return {**theme.to_color_system().generate(), **theme.variables}


@pytest.mark.parametrize(("name", "least"), [("dark", 4.5), ("light", 4.5), ("contrast", 7.0)])
@pytest.mark.parametrize("part", TEXT)
def test_all_text_can_be_read(name: str, least: float, part: str) -> None:
    colours = variables(name)
    assert contrast(colours[part], colours["background"]) >= least


@pytest.mark.parametrize("part", ["grey", "focus", "warn"])
@pytest.mark.parametrize("background", ["#000000", "#ffffff"])
def test_the_shades_of_the_default_read_on_black_and_on_white(part: str, background: str) -> None:
    assert contrast(variables("terminal")[part], background) >= 3.0


def test_a_theme_of_the_user_is_like_another_but_for_its_colours() -> None:
    mine = ThemeSettings(name="mine", like="light", colours=(("focus", "#123456"),))
    assert variables("mine", mine)["focus"] == "#123456"
    assert variables("mine", mine)["grey"] == variables("light")["grey"]


@pytest.mark.parametrize("name", [*OWN_NAMES, "nord", "mine"])
async def test_every_theme_can_be_shown_and_chosen(name: str) -> None:
    looks = Looks("mine", (ThemeSettings(name="mine", like="dark"),))
    app = ThemedApp[None](looks)
    async with app.run_test():
        app.theme = name
        assert {"grey", "focus", "warn"} <= app.get_css_variables().keys()
        assert not [theme for theme in app.available_themes if theme.startswith("ansi")]


def test_an_unknown_theme_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="'drak'") as caught:
        check_theme("drak")
    assert re.search(r"mean dark\? There are terminal, dark, light", caught.value.sentence)
    with pytest.raises(UsageError, match=r"themes\.mine\.like.*'nosuch'"):
        check_theme("mine", (ThemeSettings(name="mine", like="nosuch"),))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[themes.mine]\nfocus = "blue"', r"line 1: .*focus cannot be 'blue'.*#0a9396"),
        ('mouse = true\n[themes.mine]\ngrey = "default"', r"line 2: .*grey cannot be 'default'"),
        ('[themes.mine]\nfokus = "#0a9396"', r"line 1: .*no 'fokus'; did you mean focus"),
        ("[themes.mine]\nfocus = 3", r"focus must be a text"),
        ('[themes."My theme"]\nfocus = "#0a9396"', r"'My theme'.*small letters"),
        ("themes = 3", r"\[themes.NAME\] tables"),
        ("[themes]\nmine = 3", r"a table such as \[themes.mine\]"),
    ],
)
def test_what_is_wrong_with_a_theme_is_said_with_its_line(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load({}, [], {}, tmp_path / "a.toml")
    assert re.search(sentence, caught.value.sentence)


@pytest.mark.parametrize(
    ("environment", "unicode"),
    [
        ({}, False),
        ({"LANG": ""}, False),
        ({"LANG": "C"}, False),
        ({"LANG": "POSIX"}, False),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "de_DE.UTF-8@euro"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LC_CTYPE": "UTF-8"}, True),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, False),
        ({"LC_CTYPE": "ru_RU.KOI8-R", "LANG": "de_DE.UTF-8"}, False),
        ({"LC_ALL": "", "LC_CTYPE": "", "LANG": "en_GB.UTF-8"}, True),
    ],
)
def test_the_first_variable_that_says_something_counts(
    environment: dict[str, str], unicode: bool
) -> None:
    assert takes_unicode(environment) is unicode
