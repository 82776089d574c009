"""MonitorContext: what the screens use besides the engine: watch words, run folder, saving."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scribe_tui.config.recent import RecentSources
from scribe_tui.settings import SourceSettings
from scribe_tui.settings.watch import FLAG_WATCH, WatchSettings

if TYPE_CHECKING:
    from scribe_tui.tui.actions.saving import SaveSet

MakeSource = Callable[[str, str, Collection[str]], SourceSettings]
"""A source from (name or "", address, names that are taken). Raises UsageError."""


class WatchWords(Protocol):
    """The lists of watch words while the program runs (`watchwords.stage.WatchStage`)."""

    @property
    def lists(self) -> tuple[WatchSettings, ...]:
        """The lists as they are now."""

    def set_list(self, watch: WatchSettings) -> None:
        """Put a list in, or in the place of the one of its name. Raises UsageError."""

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


@dataclass(frozen=True, slots=True)
class MonitorContext:
    """What a screen is given beside the engine; where a part is None, its keys say so.

    `run`: the folder of the run's journal. `reads_back`: older lines than memory holds can be
    read there, numbered as on the screen. `clip_format`: what clips are saved as.
    """

    watch: WatchWords | None = None
    run: Path | None = None
    make_source: MakeSource | None = None
    save_set: SaveSet | None = None
    recent: RecentSources | None = None
    reads_back: bool = True
    clip_format: str = "wav"
