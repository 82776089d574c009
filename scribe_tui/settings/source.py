"""The settings of one source."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scribe_tui.rules import check_rules, refused, setting
from scribe_tui.settings.journal import ARCHIVE
from scribe_tui.settings.schedule import parse_schedule
from scribe_tui.settings.speech import SpeechSettings

MAX_CORRECTION_CHARS = 200
"""Longest text on one side of a correction."""

PLAYBACK = "Sources"
COSTS = "Times and costs"
SCRIBE_PRICE = 0.39
"""US dollars per hour of sound, silence included (price list, 2026)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One source as the user named it. `address` may hold a password: never show it raw.

    `endpoint`, `transport` and `seconds` replace the program's settings unless they are None.
    `fallbacks` are further addresses of the same source, tried in order if the first does not
    work. `watch` are watch words for this source alone, besides those of the whole program.
    """

    name: str
    address: str
    fallbacks: tuple[str, ...] = field(default=(), repr=False)
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    endpoint: str | None = None
    transport: str | None = None
    seconds: float | None = None
    watch: tuple[str, ...] = ()
    speed: float = setting(
        1.0,
        PLAYBACK,
        help="Play files this many times faster than real time.",
        minimum=0.1,
        maximum=16.0,
    )
    corrections: tuple[tuple[str, str], ...] = setting(
        (),
        PLAYBACK,
        help="A word that is heard wrong and what is right, shown, exported and found instead; "
        "repeatable, whole words only.",
        flag="--correct",
        metavar="HEARD=RIGHT",
        max_items=1000,
    )
    follow: bool = setting(
        False,
        PLAYBACK,
        help="Wait at a file's end for what is still being written to it, at a named pipe's end "
        "for its next writer.",
    )
    track: int | None = setting(
        None,
        PLAYBACK,
        help="Sound track to take, from 1 (default: the one with speech).",
        minimum=1,
        maximum=32,
        metavar="N",
    )
    channel: int | None = setting(
        None,
        PLAYBACK,
        help="Channel to take, from 1 (default: all with sound, unless they cancel each other).",
        minimum=1,
        maximum=64,
        metavar="N",
    )
    user_agent: str | None = setting(
        None,
        PLAYBACK,
        help="What stations are told this program is (default: scribe-tui and its version).",
        pattern=r"[ -~]+",
        shape="plain characters on one line",
        max_chars=300,
    )
    referer: str | None = setting(
        None,
        PLAYBACK,
        help="Page that stations are told the address was found on.",
        pattern=r"[!-~]+",
        shape="an address",
        max_chars=2000,
        metavar="URL",
    )
    headers: tuple[str, ...] = setting(
        (),
        PLAYBACK,
        help="Further header for the station's own server; may be given several times.",
        pattern=r"[A-Za-z0-9-]+: ?[ -~]+",
        shape="NAME: VALUE",
        max_items=16,
        max_chars=4000,
        flag="--header",
        metavar="'NAME: VALUE'",
    )
    connect_seconds: float = setting(
        15.0,
        PLAYBACK,
        help="How long a station may take to answer.",
        minimum=0.5,
        maximum=300.0,
    )
    title_charset: str | None = setting(
        None,
        PLAYBACK,
        help="Encoding of titles, such as koi8-r (default: UTF-8, else Windows-1252).",
        pattern=r"[A-Za-z0-9_.:-]+",
        shape="the name of a text encoding",
        max_chars=40,
        metavar="NAME",
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
        help="Silence of this many seconds is reported as dead air.",
        minimum=1.0,
        maximum=86400.0,
    )
    archive: str | None = setting(
        None,
        ARCHIVE,
        help="Keep the sound as the source sends it for so long, such as 7d or 12h; off: not at "
        "all (default).",
        pattern=r"off|\d{1,5}(?:\.\d{1,3})?[hdw]",
        shape="a length such as 12h, 7d or 4w, or off",
        metavar="7d|off",
    )
    gain: str | None = setting(
        None,
        PLAYBACK,
        help="Raise quiet sound before it is sent, slowly and by at most 24 dB "
        "(default: auto for microphones, off for stations and files).",
        choices=("auto", "off"),
    )
    on: str | None = setting(
        None,
        COSTS,
        help="Times of the week when the source is heard, such as Mon-Fri 05:55-09:05; in "
        "between it has no connection and costs nothing.",
        metavar="TIMES",
    )
    when: str = setting(
        "always",
        COSTS,
        help="Connect always, or only while the source is live: found again and not silent.",
        choices=("always", "live"),
    )
    price_per_hour: float = setting(
        SCRIBE_PRICE,
        COSTS,
        help="What the service takes for an hour of sound, silence included.",
        minimum=0.0,
        maximum=1000.0,
    )
    source_budget: float | None = setting(
        None,
        COSTS,
        help="Most that a source may cost a day, in the money of the price: warned at 80 %, "
        "stopped at 100 %.",
        minimum=0.0,
        maximum=1_000_000.0,
    )

    def __post_init__(self) -> None:
        """Raises UsageError if a value breaks the rule of its setting or cannot be parsed."""
        check_rules(self)
        if self.title_charset is not None and not _is_encoding(self.title_charset):
            raise refused("title_charset", self.title_charset, "the name of a text encoding")
        if self.on is not None:
            parse_schedule(self.on)
        for pair in self.corrections:
            if not all(0 < len(side.strip()) <= MAX_CORRECTION_CHARS for side in pair):
                raise refused("corrections", "=".join(pair), "words on both sides, such as a=b")

    def runs_like(self, other: SourceSettings) -> bool:
        """Whether `other` differs at most in settings that do not affect a running session."""
        same = {name: getattr(self, name) for name in _APART_FROM_THE_RUN}
        return replace(other, **same) == self

    def sounds_like(self, other: SourceSettings) -> bool:
        """Whether `other` needs the same sound in the same format, so that capture can go on."""
        same_form = self.speech.audio_format == other.speech.audio_format
        return same_form and self.runs_like(replace(other, speech=self.speech))

    @property
    def has_plan(self) -> bool:
        """Whether the source starts and stops by a schedule, or whenever it is live."""
        return self.when == "live" or self.on is not None

    @property
    def has_auto_gain(self) -> bool:
        """Whether quiet sound is amplified; unless `gain` is set, only that of sound devices."""
        return is_device(self.address) if self.gain is None else self.gain == "auto"

    @property
    def may_be_live(self) -> bool:
        """False for a file or a pipe. True for a web address, which may still not be live."""
        return "://" in self.address or is_device(self.address)


def is_device(address: str) -> bool:
    """Whether an address names a sound device: `mic`, `mic:NAME`, `pulse` or `pulse:NAME`."""
    return address.partition(":")[0] in ("mic", "pulse")


_APART_FROM_THE_RUN = ("name", "watch", "price_per_hour", "source_budget")
"""Settings of a source that may change without a restart of its session."""


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except (LookupError, ValueError):  # unknown, or not a text encoding
        return False
    return True
