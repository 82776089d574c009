"""What a user wrote before it becomes settings: source entries, and the content of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scribe_tui.settings.alerts import OutletSettings
from scribe_tui.settings.themes import ThemeSettings
from scribe_tui.settings.watch import WatchSettings


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source as named by the user: name (None: make one), address, own options."""

    name: str | None
    address: str
    values: Mapping[str, Any] = field(default_factory=dict)
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file's settings by field name, its sources in order, watch lists and outlets."""

    values: Mapping[str, Any]
    sources: tuple[SourceEntry, ...]
    watches: tuple[WatchSettings, ...] = ()
    outlets: tuple[OutletSettings, ...] = ()
    themes: tuple[ThemeSettings, ...] = ()
