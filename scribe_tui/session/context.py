"""What the engine needs from outside, and what the parts of one run of a session share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.kept_sound import KeeperOf
from scribe_tui.audio.source import Source
from scribe_tui.clock import Clock
from scribe_tui.scribe.connection import Connector, Endpoint
from scribe_tui.session.speech.connect_throttle import ConnectThrottle
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SourceSettings, SpeechSettings

OpenSource = Callable[[SourceSettings], Source]
"""Makes a source, not opened yet, from its settings."""
ConnectorOf = Callable[[SourceSettings], tuple[Connector, Endpoint]]
"""Gives the connector and the endpoint by which the sound of a source becomes text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the engine needs from outside; tests pass their own.

    `connect_throttle` is shared by all sessions. `connector_of` may give each source another
    connector. `keeper_of` makes the object that keeps a source's sound, None to keep none.
    """

    open_source: OpenSource
    connector_of: ConnectorOf
    timing: Timing = field(default_factory=Timing)
    connect_throttle: ConnectThrottle = field(default_factory=ConnectThrottle)
    clock: Clock = field(default_factory=Clock)
    keeper_of: KeeperOf = lambda _session, _source: None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """What does not change during one run of a session. Constants only, no parts.

    `name` and `address` are for messages. `speed` is the playing speed of a file, 1.0 is real
    time. `auto_gain`: quiet sound is amplified before it is sent.
    """

    name: str
    address: str
    speech: SpeechSettings
    format: AudioFormat
    timing: Timing
    speed: float = 1.0
    auto_gain: bool = False
    clock: Clock = field(default_factory=Clock)
