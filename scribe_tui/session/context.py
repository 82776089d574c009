"""Run: what the parts of one run of a session share, and the services it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.source import Source
from scribe_tui.scribe.connection import Connector, Endpoint
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.speech.catch_up import CatchUp
from scribe_tui.session.speech.connect_throttle import ConnectThrottle
from scribe_tui.session.status.status import SessionStatus
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
    own_ways: Mapping[str, tuple[Connector, Endpoint]] = field(default_factory=dict)

    def way(self, source: SourceSettings) -> tuple[Connector, Endpoint]:
        """How and where a source's sound becomes text."""
        return self.own_ways.get(source.name, (self.connector, self.endpoint))


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one session, from opening to end."""

    source: SourceSettings
    services: Services
    board: SessionStatus
    heard: AudioBuffer
    catch_up: CatchUp

    @classmethod
    def begin(cls, source: SourceSettings, services: Services, board: SessionStatus) -> Run:
        """Begin a run with empty books."""
        audio_format = AudioFormat.parse(source.speech.audio_format)
        timing = services.timing
        fastest = max(timing.catch_up_speed, 1.25 * source.speed)
        return cls(
            source,
            services,
            board,
            AudioBuffer(audio_format, board, timing),
            CatchUp(fastest, timing.catch_up_recovers),
        )

    @property
    def timing(self) -> Timing:
        """How long to wait for what."""
        return self.services.timing

    @property
    def speech(self) -> SpeechSettings:
        """How this source is recognised."""
        return self.source.speech

    @property
    def format(self) -> AudioFormat:
        """The sound's format."""
        return self.heard.format

    def open_source(self) -> Source:
        """Make the source, not yet opened."""
        return self.services.open_source(self.source)
