"""WatchWords: the interface through which the screen changes watch words at run time."""

from __future__ import annotations

from typing import Protocol

from scribe_tui.settings.watch import FLAG_WATCH, WatchSettings


class WatchWords(Protocol):
    """The lists of watch words while the program runs (`watchwords.stage.WatchStage`)."""

    @property
    def lists(self) -> tuple[WatchSettings, ...]:
        """The lists as they are now."""

    def set_list(self, watch: WatchSettings) -> None:
        """Add a list, or replace the one of its name. Raises UsageError."""

    def remove_list(self, name: str) -> None:
        """Stop listening for that list; nothing happens if there is none."""

    def add_word(self, word: str, name: str = FLAG_WATCH) -> None:
        """Listen for `word` from now on. Raises UsageError."""

    def remove_word(self, word: str, name: str = FLAG_WATCH) -> None:
        """Stop listening for `word`."""

    def add_heard_form(self, name: str, word: str, heard: str) -> None:
        """Count `heard` as `word`. Raises UsageError."""

    def add_exception(self, name: str, phrase: str) -> None:
        """Ignore finds of the list within `phrase`. Raises UsageError."""
