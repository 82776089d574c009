"""What a user can set: frozen dataclasses, one description per field, the unit in its name.

Each field made with `setting` is a command-line flag, a TOML key and an environment
variable at once (`config` reads all three); its description appears in `--help` and in the
README's table. A wrong value raises UsageError here, before a connection is opened.
"""

from scribe_tui.settings.alerts import About, OutletKind, OutletSettings, parse_outlet
from scribe_tui.settings.journal import ARCHIVE, JOURNAL, JournalSettings
from scribe_tui.settings.program import (
    DEFAULT_ENDPOINT,
    LOCAL_ENDPOINT,
    PROGRAM,
    RESIDENCY_HOSTS,
    WATCH,
    Settings,
)
from scribe_tui.settings.resilience import RESILIENCE, ResilienceSettings
from scribe_tui.settings.source import COSTS, PLAYBACK, SourceSettings
from scribe_tui.settings.speech import EXTRAS, RECOGNITION, VOICE_DETECTION, SpeechSettings
from scribe_tui.settings.themes import ThemeSettings
from scribe_tui.settings.watch import WatchSettings

GROUPS = (
    *(PLAYBACK, PROGRAM, WATCH, COSTS, RESILIENCE, JOURNAL, ARCHIVE),
    *(RECOGNITION, VOICE_DETECTION, EXTRAS),
)
"""Headings under which `--help` lists the settings, in this order."""

__all__ = [
    "DEFAULT_ENDPOINT",
    "GROUPS",
    "LOCAL_ENDPOINT",
    "PLAYBACK",
    "RESIDENCY_HOSTS",
    "About",
    "JournalSettings",
    "OutletKind",
    "OutletSettings",
    "ResilienceSettings",
    "Settings",
    "SourceSettings",
    "SpeechSettings",
    "ThemeSettings",
    "WatchSettings",
    "parse_outlet",
]
