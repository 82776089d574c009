"""The whole program's settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scribe_tui.errors import UsageError
from scribe_tui.rules import check_rules, setting
from scribe_tui.settings.alerts import MAX_OUTLETS, OutletSettings, parse_outlet
from scribe_tui.settings.journal import JournalSettings
from scribe_tui.settings.resilience import ResilienceSettings
from scribe_tui.settings.source import COSTS, SourceSettings
from scribe_tui.settings.themes import ThemeSettings
from scribe_tui.settings.watch import MAX_WORD_CHARS, MAX_WORDS, WatchSettings

DEFAULT_ENDPOINT = "https://api.elevenlabs.io"
RESIDENCY_HOSTS = (
    "api.elevenlabs.io",
    "api.us.elevenlabs.io",
    "api.eu.residency.elevenlabs.io",
    "api.in.residency.elevenlabs.io",
    "api.sg.residency.elevenlabs.io",
)
LOCAL_ENDPOINT = "local"
"""The value of `endpoint` for which the program starts its own offline endpoint."""

PROGRAM = "Program"
WATCH = "Watch words and alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole program's settings."""

    sources: tuple[SourceSettings, ...] = ()
    defaults: SourceSettings | None = field(default=None, repr=False)
    """The values for settings that a source does not set; its name and address are not used."""
    api_key: str | None = field(default=None, repr=False)
    resilience: ResilienceSettings = field(default_factory=ResilienceSettings)
    journal: JournalSettings = field(default_factory=JournalSettings)
    watches: tuple[WatchSettings, ...] = ()
    outlets: tuple[OutletSettings, ...] = ()
    themes: tuple[ThemeSettings, ...] = ()
    alert_variable: bool = False
    """Whether `alert` came from the environment, so that its secrets must not leave there."""
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
    fps: int | None = setting(
        None,
        PROGRAM,
        help="Frames a second of the screen at most (default: 30, over SSH 10).",
        minimum=1,
        maximum=60,
    )
    low_bandwidth: bool | None = setting(
        None,
        PROGRAM,
        help="Send the terminal less: grey text once a second, full panes move up by a third at "
        "once, meters and clocks change more rarely (default: while the line is seen to be thin).",
    )
    layout: str = setting(
        "grid",
        PROGRAM,
        help="How the screen begins: panes in a grid or in columns, the first one large and the "
        "others a line each (focus), a line for each (list), or one to be read (reading).",
        choices=("grid", "columns", "focus", "list", "reading"),
    )
    order: str = setting(
        "number",
        PROGRAM,
        help="Which panes come first: as given, those in trouble, or those that speak most.",
        choices=("number", "trouble", "activity"),
    )
    keys: tuple[tuple[str, str], ...] = setting(
        (),
        PROGRAM,
        help="Another key for what a key does, such as commit=f5; repeatable. In the file a table: "
        '[keys] with commit = "f5".',
        flag="--key",
        metavar="WHAT=KEY",
        max_items=200,
    )
    theme: str = setting(
        "terminal",
        PROGRAM,
        help="Colours: terminal (its own), dark, light, contrast, a [themes.NAME] of yours in the "
        "file, or one of Textual's, such as nord.",
        metavar="NAME",
        max_chars=40,
    )
    signs: str = setting(
        "auto",
        PROGRAM,
        help="Signs and borders of the screen; auto: ASCII where the locale is not UTF-8.",
        choices=("auto", "unicode", "ascii"),
    )
    screen_reader: bool = setting(
        False,
        PROGRAM,
        help="Plain lines instead of a screen, one event a line; the keys work as ever.",
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

    watch: tuple[str, ...] = setting(
        (),
        WATCH,
        help="A word or phrase to listen for; repeatable. [[watch]] tables can say more.",
        max_items=MAX_WORDS,
        max_chars=MAX_WORD_CHARS,
        metavar="WORD",
    )
    alert: tuple[str, ...] = setting(
        (),
        WATCH,
        help="Where alerts go: bell, desktop, command:PROGRAM, webhook:URL, ntfy:URL or "
        "apprise:URL; repeatable. [[alert]] tables can say more.",
        max_items=MAX_OUTLETS,
        max_chars=2000,
        metavar="OUTLET",
        secret=True,
    )
    budget: float | None = setting(
        None,
        COSTS,
        help="Most that all sources together may cost a day: warned at 80 %, stopped at 100 %.",
        minimum=0.0,
        maximum=1_000_000.0,
    )

    def __post_init__(self) -> None:
        """Raises UsageError for a value that breaks its rule or that the transport cannot send."""
        check_rules(self)
        for text in self.alert:
            parse_outlet(text)
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
        """The transport for `source`, `sdk` or `websocket`: its own or the program's."""
        return source.transport or self.transport

    def endpoint_of(self, source: SourceSettings) -> str:
        """The endpoint of the speech service for `source`: its own or the program's."""
        return source.endpoint or self.endpoint

    def all_watches(self) -> tuple[WatchSettings, ...]:
        """All watch lists: of the tables, of `--watch`, and of each source with its own words."""
        shared = (WatchSettings(words=self.watch),) if self.watch else ()
        own = tuple(
            WatchSettings(name=source.name, words=source.watch, sources=(source.name,))
            for source in self.sources
            if source.watch
        )
        return (*self.watches, *shared, *own)

    def all_outlets(self) -> tuple[OutletSettings, ...]:
        """The outlets of the tables and of `--alert`."""
        return (*self.outlets, *(parse_outlet(text) for text in self.alert))
