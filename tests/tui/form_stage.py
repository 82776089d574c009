"""A monitor over two sources with watch words, recent sources and a place to save to."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import RecentSources
from scribe_tui.config.write import save_toml
from scribe_tui.events import State
from scribe_tui.settings import Settings, SourceSettings, WatchSettings
from scribe_tui.tui.actions.saving import Present
from scribe_tui.tui.app import MonitorApp
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.watchwords.stage import WatchStage
from tests.tui.stage import NOW, Stage, settle


class FormStage(Stage):
    """A monitor with everything that forms need."""

    def __init__(self, folder: Path, *names: str, state: State = State.LIVE) -> None:
        super().__init__(*names, state=state)
        self.saved: list[tuple[Path, list[str], bool]] = []
        self.watch = WatchStage([WatchSettings(words=("fire",))])
        self.recent = RecentSources(folder / "recent.json")
        self.app = MonitorApp(
            self.controls,
            clock=lambda: NOW,
            context=MonitorContext(self.watch, None, self._make, self._save, self.recent),
        )

    @property
    def top(self) -> str:
        return type(self.app.screen).__name__

    async def fill_in(self, pilot: Pilot[Any], text: str) -> None:
        """Put `text` in the place of what stands in the field, and press enter."""
        await settle(pilot, lambda: isinstance(self.app.focused, Input))
        assert isinstance(self.app.focused, Input)
        self.app.focused.value = text
        await pilot.press("enter")

    def _make(self, name: str, address: str, taken: Collection[str]) -> SourceSettings:
        return new_source(SourceSettings(name="new", address="mic"), name, address, taken)

    def _save(self, file: Path, present: Present, replacing: bool) -> None:
        save_toml(file, Settings(), present.sources, replace=replacing)
        self.present = present
        self.saved.append((file, [source.name for source in present.sources], replacing))
