"""The user's own themes: `[themes.NAME]` tables of the settings file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scribe_tui.rules import refused

COLOURS = ("foreground", "background", "grey", "focus", "warn", "error", "success")
"""The colours a theme may set, in this order: text, background, less important text, the focused
pane, warnings, errors, and activity (sound and lights)."""
TERMINALS_OWN = "default"
"""A value for `foreground` or `background`: the terminal's own colour."""
MAX_THEMES = 50

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSettings:
    """One theme: that named by `like`, changed by `colours`: pairs of a name and `#rrggbb`."""

    name: str
    like: str = "terminal"
    colours: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Raises UsageError for an invalid name, an unknown colour name or an invalid colour."""
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
