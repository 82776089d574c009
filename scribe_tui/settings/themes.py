"""Colours of the user's own: `[themes.NAME]` tables of the file of settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scribe_tui.rules import refused

COLOURS = ("foreground", "background", "grey", "focus", "warn", "error", "success")
"""What a theme may set: text, what is behind it, what is less wanted, the chosen pane, what may
become wrong, what is wrong, sound and light."""
TERMINALS_OWN = "default"
"""The colour that the terminal has for text, or for what is behind it."""
MAX_THEMES = 50

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSettings:
    """One theme: `like` another one but for its `colours`, pairs of a name and `#rrggbb`."""

    name: str
    like: str = "terminal"
    colours: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Raises UsageError for a name or a colour that cannot be one."""
        if not _NAME.fullmatch(self.name):
            allowed = "small letters, digits, - and _, at most 40"
            raise refused("the name of a theme", self.name, allowed)
        for what, colour in self.colours:
            if what not in COLOURS:
                raise refused(f"themes.{self.name}", what, f"{', '.join(COLOURS)} and like")
            own = colour == TERMINALS_OWN and what in ("foreground", "background")
            if not own and not _COLOUR.fullmatch(colour):
                or_own = ', or "default"' if what in ("foreground", "background") else ""
                raise refused(
                    f"themes.{self.name}.{what}", colour, f'a colour such as "#0a9396"{or_own}'
                )
