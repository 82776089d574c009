"""MonitorContext: what the screens use besides the engine: watch words, run folder, saving."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.config.recent import RecentSources
from scribe_tui.settings import SourceSettings

if TYPE_CHECKING:
    from scribe_tui.tui.actions.saving import SaveSet
    from scribe_tui.tui.watch_words import WatchWords

MakeSource = Callable[[str, str, Collection[str]], SourceSettings]
"""A source from (name or "", address, names that are taken). Raises UsageError."""


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
