"""Saving the present sources and watch words in a file of settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.sanitize import harmless_line
from scribe_tui.session.controls import Controls
from scribe_tui.settings import SourceSettings, WatchSettings
from scribe_tui.tui.watch_words import WatchWords

DEFAULT_FILE = "scribe-tui.toml"


@dataclass(frozen=True, slots=True)
class Present:
    """Sources and watch lists as they are now, and how the screen shows them.

    `layout`, `order` and `theme` are names; None: as set at the start. `renamed` has a pair (name
    at the start, present name) for each source that was renamed.
    """

    sources: tuple[SourceSettings, ...]
    watches: tuple[WatchSettings, ...]
    layout: str | None = None
    order: str | None = None
    theme: str | None = None
    renamed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, controls: Controls, watch: WatchWords | None, **screen: str | None) -> Present:
        """Return the present sources and watch words; `screen` says how they are shown."""
        sources = {session: controls.settings_of(session) for session in controls.sessions}
        return cls(
            tuple(sources.values()),
            watch.lists if watch is not None else (),
            renamed=tuple((id_, one.name) for id_, one in sources.items() if id_ != one.name),
            **screen,
        )


SaveSet = Callable[[Path, Present, bool], None]
"""Writes this as a file of settings; the third argument: whether to replace an existing file.

Raises UsageError. May wait for a disk, so it must not run in the event loop's thread.
"""


def saved_in(file: Path) -> str:
    """Return the sentence that says that the file was saved."""
    return f"saved in {harmless_line(str(file))}; it holds addresses as they were given"
