"""Finders of a few words, for tests of what is found."""

from __future__ import annotations

from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.finder import Finder


def finder(*words: str, **more: object) -> Finder:
    """One that listens for `words`; `more` as a person sets it for them."""
    return Finder([WatchSettings(name="w", words=words, **more)])  # type: ignore[arg-type]
