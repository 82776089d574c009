"""Receiver: reads one connection and passes on each message by its kind."""

from __future__ import annotations

import asyncio

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.scribe.connection import CloseInfo, Connection
from scribe_tui.scribe.failures import closed_error, speech_error
from scribe_tui.scribe.messages import (
    Committed,
    CommittedEntities,
    CommittedWithTimestamps,
    Edited,
    Informational,
    Malformed,
    Message,
    Partial,
    Redacted,
    ServiceError,
    ServiceWarning,
    SessionStarted,
    Unknown,
)
from scribe_tui.scribe.wire import ErrorKind
from scribe_tui.session.buffer.voice_activity import VoiceActivity
from scribe_tui.session.counts import Counts
from scribe_tui.session.speech.ending import Ending
from scribe_tui.session.speech.transcription import Transcription
from scribe_tui.session.status.status import SessionStatus

TURNS = 5
"""Turns of the event loop within which all messages of one packet are read (3 measured)."""
AT_ONCE_SECONDS = 5.0
"""A close within this time after a refused message is taken as caused by it."""


class Receiver:
    """Reads one connection until it ends."""

    def __init__(  # noqa: PLR0913 - each part it works with, by name
        self,
        connection: Connection,
        *,
        transcription: Transcription,
        ending: Ending,
        voice_activity: VoiceActivity,
        counts: Counts,
        status: SessionStatus,
    ) -> None:
        self._connection = connection
        self._ending = ending
        self._counts = counts
        self._status = status
        self._transcription = transcription
        self._ignored: SpeechError | None = None
        self._ignored_at = 0.0
        self._voice_activity = voice_activity
        self.received_at = asyncio.get_running_loop().time()
        """When the latest message came, on the loop's clock."""
        self.sound_seconds_at = voice_activity.sound_seconds
        """`VoiceActivity.sound_seconds` at that time."""
        self.received = 0
        """How many messages have come."""
        self.started = asyncio.Event()
        self.attempt = 0
        """The connection's number, once the service started it."""
        self.reported: SpeechError | None = None
        """The error message of the service that ended the connection, or refused its last
        commit."""

    async def run(self) -> None:
        """Read until the connection ends. Always raises SpeechError."""
        async for message in self._connection:
            self.received += 1
            self.received_at = asyncio.get_running_loop().time()
            self.sound_seconds_at = self._voice_activity.sound_seconds
            self._take(message)
        raise self._end_error(self._connection.close_info or CloseInfo(None, ""))

    async def caught_up(self) -> None:
        """Return when all messages that arrived in one packet with a ping's answer are read."""
        quiet = 0
        while quiet < TURNS:
            before = self.received
            await asyncio.sleep(0)
            quiet = quiet + 1 if self.received == before else 0

    def _end_error(self, close: CloseInfo) -> SpeechError:
        """The error that says why the connection ended.

        It is not retried if a message was refused just before and no text has come.
        """
        refused = self._ignored
        at_once = asyncio.get_running_loop().time() - self._ignored_at < AT_ONCE_SECONDS
        if refused is None or close.code is None or not at_once:
            return closed_error(close)
        retry = Retry.BACKOFF if self._transcription.text_came else Retry.NEVER
        return SpeechError(
            refused.title, refused.message, refused.remedy, retry=retry, kind=refused.kind
        )

    def _take(self, message: Message) -> None:
        match message:
            case Partial() | Committed() | CommittedWithTimestamps():
                self._transcription.receive(message)
            case SessionStarted(session_id) if not self.started.is_set():
                self.attempt = self._counts.next_connection()
                self._status.connection_started(self.attempt, session_id)
                self.started.set()
            case ServiceError(kind, text):
                self._error(speech_error(kind, text))
            case _:
                self._take_notice(message)

    def _error(self, error: SpeechError) -> None:
        if error.retry is not Retry.IGNORE:
            self.reported = error
            if error.kind == ErrorKind.COMMIT_THROTTLED and self._ending.is_asked:
                self._refused()
                return
            raise error
        self._ignored = error
        self._ignored_at = asyncio.get_running_loop().time()
        # The service may refuse every message, ten a second: folded into one notice.
        self._status.noticed(error.message, fold_as=error.title)

    def _warned(self, text: str) -> None:
        """A warning shows that the service works, and explains text that is late."""
        self._status.warned(text)
        self._ending.delayed(asyncio.get_running_loop().time())
        self._transcription.delayed()

    def _refused(self) -> None:
        """The last commit was of too little sound; text may still come before the close."""
        self._ending.refused(asyncio.get_running_loop().time())
        self._transcription.said.set()

    def _take_notice(self, message: Message) -> None:
        match message:
            case CommittedEntities() | Redacted() | Edited():
                self._transcription.annotate(message)
            case ServiceWarning(text):
                self._warned(text)
            case Unknown(kind):
                self._status.noticed(
                    f"the service sent an unknown message ({kind})", fold_as="unknown message"
                )
            case Malformed():
                self._status.noticed(
                    f"the service sent something unreadable ({message.text})", fold_as="unreadable"
                )
            case Informational() | SessionStarted():
                pass
