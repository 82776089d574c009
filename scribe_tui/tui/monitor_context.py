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
"""Makes a source from (name or "", address, names in use). Raises UsageError."""


@dataclass(frozen=True, slots=True)
class MonitorContext:
    """What a screen uses besides the engine; if a part is None, its keys say so.

    `run`: the folder of the run's journal. `reads_back`: lines older than those in memory can be
    read there, with the numbers they have on the screen. `clip_format`: file format of clips.
    """

    watch: WatchWords | None = None
    run: Path | None = None
    make_source: MakeSource | None = None
    save_set: SaveSet | None = None
    recent: RecentSources | None = None
    reads_back: bool = True
    clip_format: str = "wav"
