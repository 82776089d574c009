"""The whole program's settings and those of one source."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scribe_tui.errors import UsageError
from scribe_tui.rules import check_rules, setting
from scribe_tui.settings.journal import JournalSettings
from scribe_tui.settings.resilience import ResilienceSettings
from scribe_tui.settings.speech import SpeechSettings

DEFAULT_ENDPOINT = "https://api.elevenlabs.io"
RESIDENCY_HOSTS = (
    "api.elevenlabs.io",
    "api.us.elevenlabs.io",
    "api.eu.residency.elevenlabs.io",
    "api.in.residency.elevenlabs.io",
    "api.sg.residency.elevenlabs.io",
)
LOCAL_ENDPOINT = "local"
"""Endpoint value that starts the offline endpoint alongside."""

PLAYBACK = "Sources"
PROGRAM = "Program"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One source as the user named it. `address` may hold a password: never show it raw.

    `endpoint`, `transport` and `seconds` are its own instead of the program's, None: none.
    """

    name: str
    address: str
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    endpoint: str | None = None
    transport: str | None = None
    seconds: float | None = None
    speed: float = setting(
        1.0,
        PLAYBACK,
        help="Play files this many times faster than real time.",
        minimum=0.1,
        maximum=16.0,
    )
    dead_air_dbfs: float = setting(
        -50.0,
        PLAYBACK,
        help="Level in dBFS at or below which the source counts as silent.",
        minimum=-90.0,
        maximum=0.0,
    )
    dead_air_seconds: float = setting(
        20.0,
        PLAYBACK,
        help="Silence of this many seconds is told as dead air.",
        minimum=1.0,
        maximum=86400.0,
    )

    def __post_init__(self) -> None:
        """Raises UsageError for a value outside its rule."""
        check_rules(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole program's settings."""

    sources: tuple[SourceSettings, ...] = ()
    api_key: str | None = field(default=None, repr=False)
    resilience: ResilienceSettings = field(default_factory=ResilienceSettings)
    journal: JournalSettings = field(default_factory=JournalSettings)
    endpoint: str = setting(
        DEFAULT_ENDPOINT,
        PROGRAM,
        help="Speech service: an http(s) or ws(s) URL, or local for the offline endpoint. "
        f"Residency hosts: {', '.join(RESIDENCY_HOSTS[1:])}.",
        metavar="URL",
    )
    transport: str = setting(
        "sdk",
        PROGRAM,
        help="Talk to the service through the official SDK or a plain websocket.",
        choices=("sdk", "websocket"),
    )
    log_dir: Path | None = setting(
        None,
        PROGRAM,
        help="Folder for the session logs (default: your state folder).",
        metavar="DIR",
    )
    seconds: float | None = setting(
        None,
        PROGRAM,
        help="Stop by itself after this many seconds.",
        minimum=0.1,
        metavar="N",
    )
    mouse: bool = setting(
        False,
        PROGRAM,
        help="Let the program see the mouse (selecting text then needs Shift).",
    )
    insecure: bool = setting(
        False,
        PROGRAM,
        help="Allow sending the key over an unencrypted connection to another machine.",
    )

    def __post_init__(self) -> None:
        """Raises UsageError for a value outside its rule, or one the transport lacks."""
        check_rules(self)
        if any(
            self.transport_of(source) == "sdk" and source.speech.keepalive_interval_ms is not None
            for source in self.sources
        ):
            raise UsageError(
                "settings clash",
                "keepalive_interval_ms does not exist in the official SDK.",
                "Add --transport websocket or leave it out.",
            )

    def transport_of(self, source: SourceSettings) -> str:
        """How the service is talked to for `source`."""
        return source.transport or self.transport

    def endpoint_of(self, source: SourceSettings) -> str:
        """The speech service of `source`."""
        return source.endpoint or self.endpoint
