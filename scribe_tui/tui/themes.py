"""Themes: named sets of colours, our own, the user's, and Textual's.

`app.tcss` uses only the variables `foreground`, `background`, `grey`, `focus`, `warn`, `trouble` (a
theme's `error`) and `success`, so that a theme is defined completely here.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.settings.themes import TERMINALS_OWN, ThemeSettings

LEAST_CONTRAST = 4.5
"""Contrast that WCAG 2 requires for small text."""
TERMINAL = "terminal"
"""The default theme: the terminal's own colours.

Its cyan and yellow are too pale for a white background, so focus and warnings have shades half-way
between black and white, like the grey: all can be read on dark and light.
"""

_OWN: Mapping[str, Mapping[str, str]] = {
    TERMINAL: {
        "foreground": TERMINALS_OWN,
        "background": TERMINALS_OWN,
        "grey": "#7f7f7f",
        "focus": "#0a9396",
        "warn": "#b58900",
        "error": "ansi_red",
        "success": "ansi_green",
    },
    "dark": {
        "foreground": "#dfe3e8",
        "background": "#14171c",
        "grey": "#8b929c",
        "focus": "#4fc3d9",
        "warn": "#e6b450",
        "error": "#ff7b72",
        "success": "#7fd087",
    },
    "light": {
        "foreground": "#1f2328",
        "background": "#fbfaf7",
        "grey": "#696f77",
        "focus": "#006d77",
        "warn": "#855500",
        "error": "#b3261e",
        "success": "#2a7530",
    },
    "contrast": {
        "foreground": "#ffffff",
        "background": "#000000",
        "grey": "#bdbdbd",
        "focus": "#00e5ff",
        "warn": "#ffe000",
        "error": "#ff8a80",
        "success": "#69f07e",
    },
}
OWN_NAMES = tuple(_OWN)
_OF_TEXTUAL = tuple(name for name, theme in BUILTIN_THEMES.items() if not theme.ansi)


def make_themes(users: Sequence[ThemeSettings] = ()) -> list[Theme]:
    """Return our themes and the user's. Raises UsageError if `like` names no theme."""
    known = {name: dict(colours) for name, colours in _OWN.items()}
    for one in users:
        if one.like not in known:
            raise _unknown(f"themes.{one.name}.like", one.like, tuple(known))
        known[one.name] = known[one.like] | dict(one.colours)
    return [_theme(name, colours) for name, colours in known.items()]


def check_theme(name: str, users: Sequence[ThemeSettings] = ()) -> None:
    """Raise UsageError unless there is a theme of that name."""
    names = [theme.name for theme in make_themes(users)]
    if name not in (*names, *_OF_TEXTUAL):
        raise _unknown("theme", name, (*names, *_OF_TEXTUAL))


def variables_of(theme: Theme) -> dict[str, str]:
    """Return the variables of `app.tcss` that a theme of Textual's lacks."""
    if "grey" in theme.variables:
        return {}
    colours = theme.to_color_system().generate()
    behind, text = Color.parse(colours["background"]), Color.parse(colours["foreground"])
    plain = behind.ansi is not None or text.ansi is not None
    if plain:
        shades = {"grey": _OWN[TERMINAL]["grey"], "focus": colours["primary"]}
        warnings = {"warn": colours["warning"], "trouble": colours["error"]}
        return {**shades, "on-focus": colours["background"], **warnings}
    return {
        "grey": _readable(behind.blend(text, 0.6), behind, text).hex6,
        "focus": _readable(Color.parse(colours["primary"]), behind, text).hex6,
        "on-focus": behind.hex6,
        "warn": _readable(Color.parse(colours["warning"]), behind, text).hex6,
        "trouble": _readable(Color.parse(colours["error"]), behind, text).hex6,
    }


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _readable(color: Color, behind: Color, text: Color) -> Color:
    """Return `color`, blended with the text's colour as far as needed to be readable."""
    shades = (color.blend(text, step / 10) for step in range(10))
    return next((shade for shade in shades if contrast(shade, behind) >= LEAST_CONTRAST), text)


def _theme(name: str, colours: Mapping[str, str]) -> Theme:
    behind = colours["background"]
    plain = behind == TERMINALS_OWN
    text = colours["foreground"].replace(TERMINALS_OWN, "ansi_default")
    variables = {name: colours[name] for name in ("grey", "focus", "warn")}
    variables["trouble"] = colours["error"]
    variables["on-focus"] = "#000000" if plain else behind
    if plain:  # what Textual's own style sheets use there
        variables |= BUILTIN_THEMES["ansi-dark"].variables
    return Theme(
        name=name,
        primary=colours["focus"],
        warning=colours["warn"],
        error=colours["error"],
        success=colours["success"],
        foreground=text,
        background="ansi_default" if plain else behind,
        surface="ansi_default" if plain else behind,
        panel="ansi_default" if plain else behind,
        boost="ansi_default" if plain else behind,
        dark=plain or Color.parse(behind).brightness < 0.5,
        ansi=plain,
        variables=variables,
    )


def _unknown(where: str, name: str, names: Sequence[str]) -> UsageError:
    close = difflib.get_close_matches(name, names, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    return UsageError(
        "no such theme",
        f"{where} is {harmless_line(name)[:40]!r}, and there is no such theme.{guess}",
        f"There are {', '.join(names)}; [themes.NAME] in the file of settings makes others.",
    )
