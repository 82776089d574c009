"""What every screen of the program has in common: its colours, and which signs it may draw."""

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
    """`theme` is the name of one of ours, of Textual's or of `themes`, the user's own.

    `ascii_only`: nothing but ASCII is written to the terminal.
    """

    theme: str = TERMINAL
    themes: Sequence[ThemeSettings] = ()
    ascii_only: bool = False


class ThemedApp(PacedApp[Result], Generic[Result], inherit_bindings=False):
    """An app in these looks; the class `-no-color` or `-few-colors` tells how many it has."""

    def __init__(self, looks: Looks | None = None, **options: Any) -> None:
        """Options are Textual's. Raises UsageError for a theme that cannot be made."""
        # Decides how NO_COLOR is honoured: by leaving colours out, not by turning them grey.
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
        """Ours, the user's and Textual's; but those for any terminal, for which ours is."""
        themes = super().available_themes
        return {name: theme for name, theme in themes.items() if not name.startswith("ansi-")}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What a theme of Textual's lacks of the variables that `app.tcss` draws with."""
        return variables_of(self.current_theme)

    def on_mount(self) -> None:
        """See how many colours the terminal has; a picture drawn without one has all."""
        few = self.console.color_system == "standard" and not self.is_headless
        self.set_class(few, "-few-colors")
