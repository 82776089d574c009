"""What the engine is given from outside, and what the parts of one run of a session share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.source import Source
from scribe_tui.clock import Clock
from scribe_tui.scribe.connection import Connector, Endpoint
from scribe_tui.session.speech.connect_throttle import ConnectThrottle
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SourceSettings, SpeechSettings

OpenSource = Callable[[SourceSettings], Source]
"""Makes a source, not yet opened, from what the user set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The outside as the engine sees it; tests give it another outside.

    `connect_throttle` is one for all sessions. `own_ways` are connector and endpoint of the
    sources, by name, that do not share those of all.
    """

    open_source: OpenSource
    connector: Connector
    endpoint: Endpoint
    timing: Timing = field(default_factory=Timing)
    connect_throttle: ConnectThrottle = field(default_factory=ConnectThrottle)
    clock: Clock = field(default_factory=Clock)
    own_ways: Mapping[str, tuple[Connector, Endpoint]] = field(default_factory=dict)

    def way(self, source: SourceSettings) -> tuple[Connector, Endpoint]:
        """How and where a source's sound becomes text."""
        return self.own_ways.get(source.name, (self.connector, self.endpoint))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """What does not change during one run of a session. Constants only, no parts.

    `name` and `address` are for sentences. `speed` is that of a file, 1.0 for real time.
    """

    name: str
    address: str
    speech: SpeechSettings
    format: AudioFormat
    timing: Timing
    speed: float = 1.0
    clock: Clock = field(default_factory=Clock)
