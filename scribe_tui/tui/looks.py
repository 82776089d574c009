"""Looks: what all screens of the program share: colours, and which signs may be drawn."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from textual.theme import Theme

from scribe_tui.settings.themes import ThemeSettings
from scribe_tui.tui.stylesheet import SparingStylesheet
from scribe_tui.tui.terminal.driver import NonBlockingDriver
from scribe_tui.tui.terminal.paced_app import PacedApp
from scribe_tui.tui.themes import TERMINAL, make_themes, variables_of

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Looks:
    """`theme` is the name of our own or Textual's theme, or of one in `themes`, the user's own.

    `ascii_only`: only ASCII is written to the terminal.
    """

    theme: str = TERMINAL
    themes: Sequence[ThemeSettings] = ()
    ascii_only: bool = False


class ThemedApp(PacedApp[Result], Generic[Result], inherit_bindings=False):
    """An app with these looks; it has the class `-no-color` or `-few-colors` if that applies."""

    def __init__(self, looks: Looks | None = None, **options: Any) -> None:
        """Take Textual's options. Raises UsageError for a theme that cannot be made."""
        # NO_COLOR: colours are left out, not turned to grey.
        super().__init__(
            driver_class=NonBlockingDriver,
            ansi_color=True if "NO_COLOR" in os.environ else None,
            **options,
        )
        self.looks = looks or Looks()
        self.ascii_only = self.looks.ascii_only
        self.animation_level = "none"
        for theme in make_themes(self.looks.themes):
            self.register_theme(theme)
        self.theme = TERMINAL if self.no_color else self.looks.theme
        self.stylesheet = SparingStylesheet(variables=self.get_css_variables())
        self.set_class(self.no_color, "-no-color")

    @property
    def available_themes(self) -> dict[str, Theme]:
        """All themes but Textual's for any terminal, which our `terminal` theme replaces."""
        themes = super().available_themes
        return {name: theme for name, theme in themes.items() if not name.startswith("ansi-")}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The variables that `app.tcss` uses and that a theme of Textual's lacks."""
        return variables_of(self.current_theme)

    def on_mount(self) -> None:
        """Set `-few-colors` for a terminal with 16 colours; a headless screen has all colours."""
        few = self.console.color_system == "standard" and not self.is_headless
        self.set_class(few, "-few-colors")
