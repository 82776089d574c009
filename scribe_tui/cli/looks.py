"""The look of the screen, from the settings and the terminal's environment variables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scribe_tui.settings import Settings

if TYPE_CHECKING:
    from scribe_tui.tui.looks import Looks


def looks_of(settings: Settings) -> Looks:
    """Return theme and signs for all screens of this run. Raises UsageError: unknown theme."""
    from scribe_tui.tui.looks import Looks
    from scribe_tui.tui.terminal.locale_name import terminal_takes_unicode
    from scribe_tui.tui.themes import check_theme

    check_theme(settings.theme, settings.themes)
    ascii_only = settings.signs == "ascii" or (
        settings.signs == "auto" and not terminal_takes_unicode(os.environ)
    )
    return Looks(settings.theme, settings.themes, ascii_only)
