"""Finders of a few words, for tests of finding."""

from __future__ import annotations

from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.finder import Finder


def finder(*words: str, **more: object) -> Finder:
    """Return a finder of `words`; `more` are settings of their list."""
    return Finder([WatchSettings(name="w", words=words, **more)])  # type: ignore[arg-type]
