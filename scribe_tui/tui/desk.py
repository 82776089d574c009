"""What the screen knows of its surroundings besides the engine: watch words, and what is saved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scribe_tui.config.recent import RecentSources
from scribe_tui.settings import SourceSettings
from scribe_tui.settings.watch import FLAG_WATCH, WatchSettings


class WatchWords(Protocol):
    """The lists of watch words while the program runs (`watchwords.stage.WatchStage`)."""

    @property
    def lists(self) -> tuple[WatchSettings, ...]:
        """The lists as they are now."""

    def set_list(self, watch: WatchSettings) -> None:
        """Put a list in, or in the place of the one of its name. Raises UsageError."""

    def remove_list(self, name: str) -> None:
        """Listen for that list no more; nothing happens if there is none."""

    def add_word(self, word: str, name: str = FLAG_WATCH) -> None:
        """Listen for `word` from now on. Raises UsageError."""

    def remove_word(self, word: str, name: str = FLAG_WATCH) -> None:
        """Listen for `word` no more."""

    def add_heard_form(self, name: str, word: str, heard: str) -> None:
        """From now on `heard` is as good as `word`. Raises UsageError."""

    def add_exception(self, name: str, phrase: str) -> None:
        """What lies within `phrase` is no find of the list any more. Raises UsageError."""


MakeSource = Callable[[str, str, Collection[str]], SourceSettings]
"""A source from (name or "", address, names that are taken). Raises UsageError."""

SaveSet = Callable[[Path, Sequence[SourceSettings], Sequence[WatchSettings], bool], None]
"""Write these sources and lists as a file of settings; the last says whether to replace one
that is there. Raises UsageError. May wait for a disk: not for the event loop's thread."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a screen may be given; it says so where something is not there.

    `run`: the folder of the run's journal. `reads_back`: older lines than memory holds can be
    read there, numbered as on the screen.
    """

    watch: WatchWords | None = None
    run: Path | None = None
    make_source: MakeSource | None = None
    save_set: SaveSet | None = None
    recent: RecentSources | None = None
    reads_back: bool = True
