"""Pictures of a screen in few colours, in none, and in ASCII, as a poor terminal would show it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from textual.theme import BUILTIN_THEMES, Theme

from scribe_tui.tui.looks import Looks, ThemedApp
from scribe_tui.tui.rendering.signs import in_ascii

_TEXT = re.compile(r"(<text [^>]*>)([^<]*)(?=</text>)")
SIXTEEN = Theme(
    name="sixteen",
    ansi=True,
    primary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        **{"grey": "ansi_bright_black", "focus": "ansi_cyan", "warn": "ansi_yellow"},
        "trouble": "ansi_red",
        "on-focus": "ansi_default",
    },
)
"""What a terminal of 16 colours makes of the default theme's shades."""


def before(look: str, monkeypatch: pytest.MonkeyPatch) -> Looks:
    """The looks for an app that is to be drawn in `look`: a theme's name or one of a poor one."""
    if look == "none":
        monkeypatch.setenv("NO_COLOR", "1")
    themed = look not in ("none", "ascii", "16")
    return Looks(theme=look if themed else "terminal", ascii_only=look == "ascii")


def dress(app: ThemedApp[Any], look: str) -> None:
    """Have an app that runs drawn in `look`."""
    if look == "16":
        app.register_theme(SIXTEEN)
        app.theme = SIXTEEN.name
        app.set_class(True, "-few-colors")
    if look == "ascii":
        draw = app.export_screenshot
        app.export_screenshot = lambda **how: _ascii(draw(**how))  # type: ignore[method-assign]


def _ascii(svg: str) -> str:
    """The picture with what stands in it as it goes to the terminal."""
    return _TEXT.sub(lambda found: found[1] + _plain(found[2]), svg)


def _plain(text: str) -> str:
    blank = "\u00a0"
    parts = html.unescape(text).split(blank)
    return html.escape(blank.join(in_ascii(part) for part in parts)).replace(blank, "&#160;")
