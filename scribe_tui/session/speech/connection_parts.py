"""ConnectionParts: builds the parts of each new connection and joins them."""

from __future__ import annotations

from dataclasses import replace

from scribe_tui.scribe.connection import Connection
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.context import RunConfig
from scribe_tui.session.counts import Counts
from scribe_tui.session.speech.catch_up import CatchUp
from scribe_tui.session.speech.commit_policy import CommitPolicy
from scribe_tui.session.speech.commit_requests import CommitRequests
from scribe_tui.session.speech.connection_run import ConnectionRun
from scribe_tui.session.speech.connection_timeline import ConnectionTimeline
from scribe_tui.session.speech.ending import Ending
from scribe_tui.session.speech.progress import Progress
from scribe_tui.session.speech.publisher import SegmentPublisher
from scribe_tui.session.speech.receiver import Receiver
from scribe_tui.session.speech.sender import Sender
from scribe_tui.session.speech.transcription import Transcription
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.settings import SpeechSettings

_MOST_DOUBLINGS = 2
"""How often the wait for `session_started` is doubled at most: the service may only be late."""


class ConnectionParts:
    """Holds what all connections of one run share, and builds what each gets for itself."""

    def __init__(  # noqa: PLR0913 - each part it works with, by name
        self,
        config: RunConfig,
        buffer: AudioBuffer,
        *,
        requests: CommitRequests,
        catch_up: CatchUp,
        progress: Progress,
        counts: Counts,
        status: SessionStatus,
    ) -> None:
        self._config = config
        self._buffer = buffer
        self._requests = requests
        self._catch_up = catch_up
        self._progress = progress
        self._counts = counts
        self._status = status
        self._publisher = SegmentPublisher(counts, status)
        self.late_starts = 0
        """How many connections were given up before the service started them."""

    def run_of(self, connection: Connection, speech: SpeechSettings) -> ConnectionRun:
        """The run of a `connection` opened with `speech`; it has not begun yet.

        It passes a position where others failed with care (`Progress.care`), and waits longer for
        `session_started` if earlier connections did not get it in time.
        """
        timing = self._config.timing
        longer = 2 ** min(self.late_starts, _MOST_DOUBLINGS)
        timing = replace(timing, session_started=longer * timing.session_started)
        config = replace(self._config, speech=speech, timing=timing)
        timeline = ConnectionTimeline(config.format, uses_vad=config.speech.uses_vad)
        ending = Ending(tries=self._progress.tries)
        policy = CommitPolicy(config.speech, config.format, config.timing)
        transcription = Transcription(
            config,
            self._buffer,
            timeline,
            policy=policy,
            publisher=self._publisher,
            status=self._status,
        )
        return ConnectionRun(
            config,
            connection,
            timeline,
            sender=self._sender(config, connection, timeline, policy),
            receiver=Receiver(
                connection,
                transcription=transcription,
                ending=ending,
                voice_activity=self._buffer.voice_activity,
                counts=self._counts,
                status=self._status,
            ),
            transcription=transcription,
            ending=ending,
            voice_activity=self._buffer.voice_activity,
            status=self._status,
        )

    def _sender(
        self,
        config: RunConfig,
        connection: Connection,
        timeline: ConnectionTimeline,
        policy: CommitPolicy,
    ) -> Sender:
        second = config.format.samples(1.0)
        return Sender(
            config,
            connection,
            self._buffer,
            timeline,
            policy=policy,
            requests=self._requests,
            catch_up=self._catch_up,
            care=self._progress.care(self._buffer.timeline.settled, second),
            publisher=self._publisher,
            status=self._status,
        )
