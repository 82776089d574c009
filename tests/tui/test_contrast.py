"""Every text that is drawn, in every theme, can be read on what is behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color as DrawnColor
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from scribe_tui.tui.layouts.layout import PaneLayout
from scribe_tui.tui.looks import Looks
from scribe_tui.tui.themes import LEAST_CONTRAST, OWN_NAMES, contrast
from tests.tui.stage import screen_strips, settle
from tests.tui.test_snapshots import desk, find_words, scene, speak

OTHERS = ("nord", "solarized-light", "textual-light", "dracula")
"""Textual's: those whose own colours are the palest."""
DIALOGS = {
    "palette": ("ctrl+p",),
    "palette, narrowed": ("ctrl+p", "t", "h"),
    "settings": ("S",),
    "add": ("a",),
    "add, wrong": ("a", *"no/such.wav", "enter"),
    "add, one of before": ("a", "down", "down"),
    "watch words": ("w",),
    "watch words, chosen": ("w", "down"),
    "save": ("W",),
    "marks": ("apostrophe",),
    "export": ("e",),
    "rename": ("R",),
    "hits": ("h",),
    "jump": ("g",),
    "find": ("slash",),
    "clock time": ("T",),
    "remove": ("D",),
    "quit": ("q",),
    "help": ("question_mark",),
}

SAID = {"add, wrong": "no file", "watch words": "Cholmondeley", "marks": "source dropped"}
"""What has to be there before it is looked at."""


def drawn(style: Style) -> tuple[str, str] | None:
    """The colours of text and ground; None where one of them is the terminal's own."""
    pair: list[DrawnColor | None] = [style.color, style.bgcolor]
    if style.reverse:
        pair.reverse()
    if any(color is None or color.is_default for color in pair):
        return None
    text, ground = (color.get_truecolor().hex for color in pair if color is not None)
    return text, ground


def hard_to_read(app: App[Any]) -> dict[str, tuple[str, str]]:
    """Texts on the screen below the least contrast, with their colours."""
    return {
        segment.text: colours
        for strip in screen_strips(app)
        for segment in strip
        if segment.style is not None
        and any(char.isalnum() for char in segment.text)
        and (colours := drawn(segment.style)) is not None
        and contrast(*map(Color.parse, colours)) < LEAST_CONTRAST
    }


@pytest.mark.some(1)
@pytest.mark.parametrize("theme", [*OWN_NAMES, *OTHERS])
async def test_all_that_is_written_can_be_read(theme: str, tmp_path: Path) -> None:
    assert theme in {*OWN_NAMES, *BUILTIN_THEMES}
    context = replace(desk(tmp_path), run=tmp_path, save_set=lambda *_: None)
    stage = scene(12, context=context, looks=Looks(theme=theme))
    async with stage.app.run_test(size=(100, 40)) as pilot:
        speak(stage)
        find_words(stage)
        await settle(pilot, lambda: "commuters" in stage.text())
        await pilot.press("m", "slash", *"river", "enter")
        found = {}
        for layout in PaneLayout:
            stage.app.monitor.use_layout(layout)
            stage.app.monitor.sample()
            await settle(pilot)
            found[f"panes, {layout}"] = hard_to_read(stage.app)
        for dialog, keys in DIALOGS.items():
            await pilot.press(*keys)
            await settle(pilot, lambda: len(stage.app.screen_stack) > 1)
            said = SAID.get(dialog, "")
            await settle(pilot, lambda said=said: said in stage.text())
            found[dialog] = hard_to_read(stage.app)
            while len(stage.app.screen_stack) > 1:
                await pilot.press("escape")
                await pilot.pause()
        assert found == {part: {} for part in found}
