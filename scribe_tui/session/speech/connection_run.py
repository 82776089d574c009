"""ConnectionRun: the life of one connection, from the open socket to its last text."""

from __future__ import annotations

import asyncio

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.events import CommitReason
from scribe_tui.scribe.connection import Connection
from scribe_tui.session.buffer.voice_activity import VoiceActivity
from scribe_tui.session.context import RunConfig
from scribe_tui.session.speech.connection_timeline import ConnectionTimeline
from scribe_tui.session.speech.receiver import Receiver
from scribe_tui.session.speech.sender import Sender
from scribe_tui.session.speech.transcription import Transcription


class ConnectionRun:
    """Sender, receiver and timeline of one connection; `run` is its whole life.

    `ready` is set at `session_started`. A ready connection sends nothing until `begin` says
    where, so that at a rollover it can stand by while the one before it still sends.
    """

    def __init__(  # noqa: PLR0913 - each part it works with, by name
        self,
        config: RunConfig,
        connection: Connection,
        timeline: ConnectionTimeline,
        *,
        sender: Sender,
        receiver: Receiver,
        transcription: Transcription,
        voice_activity: VoiceActivity,
    ) -> None:
        self._config = config
        self._connection = connection
        self._timeline = timeline
        self._sender = sender
        self._receiver = receiver
        self._voice_activity = voice_activity
        self.transcription = transcription
        self._start: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._started_at: float | None = None
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Return when all was sent and the last text is in. Raises SpeechError."""
        try:
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(self._receiver.run())
                probing = group.create_task(self._probe())
                await self._session_started()
                self._timeline.begin(await self._start)
                await self._sender.run()
                await self._last_text()
                listening.cancel()
                probing.cancel()
        except BaseExceptionGroup as errors:
            raise first_speech_error(errors) from None
        finally:
            self.transcription.freeze()
            await self._connection.close()

    def begin(self, start: int, *, hold: bool = False) -> None:
        """Send from position `start` on; with `hold` show nothing until `release`.

        Without effect when the connection has ended since it was ready.
        """
        if hold:
            self.transcription.hold()
        if not self._start.done():
            self._start.set_result(start)

    def stop_sending(self) -> int:
        """Send no more sound, only the last commit; the next connection begins at the result."""
        return self._sender.stop_here()

    def end(self, *, replay: bool) -> list[int]:
        """Account for the sound, after `run`; where the user asked in vain for a commit."""
        self.transcription.end(replay=replay)
        return self._timeline.unanswered(CommitReason.USER)

    @property
    def age_seconds(self) -> float | None:
        """Seconds since `session_started`, None before it."""
        if self._started_at is None:
            return None
        return asyncio.get_running_loop().time() - self._started_at

    def silent_seconds(self) -> float:
        """For how long an answer has been expected and nothing came; 0 if none is expected.

        Expected are an answer to each commit and, while sound goes on, messages about an open
        segment: its partial is repeated about once a second (reported), or it is committed.
        Under manual commits the service is not known to repeat a partial without speech.
        """
        now = asyncio.get_running_loop().time()
        silent = 0.0
        if self._sender.waits_since is not None:
            silent = now - max(self._sender.waits_since, self._receiver.received_at)
        if self.transcription.text_open and self._config.speech.commit != "manual":
            silent = max(
                silent, self._voice_activity.sound_seconds - self._receiver.sound_seconds_at
            )
        return silent

    async def _probe(self) -> None:
        """Detect a half-open line: each ping must be answered, whether or not there is speech.

        Raises SpeechError when no answer comes. Why a connection ended, the receiver reports.
        """
        loop, patience = asyncio.get_running_loop(), self._config.timing.no_answer
        while True:
            await asyncio.sleep(patience / 3)
            if loop.time() - self._receiver.received_at < patience / 3:
                continue
            try:
                async with asyncio.timeout(patience):
                    await self._connection.flushed()
            except TimeoutError:
                silent = loop.time() - self._receiver.received_at
                raise no_answer(self._config.name, silent) from None
            except SpeechError:
                return

    async def _session_started(self) -> None:
        try:
            async with asyncio.timeout(self._config.timing.session_started):
                await self._receiver.started.wait()
        except TimeoutError:
            raise SpeechError(
                "no answer",
                "The speech service accepted the connection but never started the session.",
                kind="session_start_timeout",
            ) from None
        self._started_at = asyncio.get_running_loop().time()
        self.ready.set()

    async def _last_text(self) -> None:
        """Wait until every commit is answered; under VAD some of the service's own may follow.

        A service that is behind goes on saying what it hears: as long as there is news of
        that, up to a bound, the answer is on its way.
        """
        loop, timing, said = (
            asyncio.get_running_loop(),
            self._config.timing,
            self.transcription.said,
        )
        began = loop.time()
        try:
            async with asyncio.timeout(timing.last_text) as patience:
                await self._connection.flushed()
                round_trip = loop.time() - began
                while self._timeline.pending_commits or self.transcription.waits_for_words:
                    said.clear()
                    await said.wait()
                    latest = began + timing.last_text_behind
                    patience.reschedule(min(loop.time() + timing.last_text, latest))
        except TimeoutError:
            raise _no_last_text() from None
        if self._config.speech.uses_vad:
            await self._quiet(round_trip)
        self._timeline.settle(self._timeline.sent)
        self.transcription.settle()

    async def _quiet(self, round_trip: float) -> None:
        """Wait until the service says nothing more and no segment is open.

        The answer to the last commit cannot be told from a segment that the service closed
        by itself just before: after it, the line has to be quiet for longer the slower it is.
        """
        last_text, transcription = self._config.timing.last_text, self.transcription
        slowness = min(4 * round_trip, self._config.timing.drain_grace_behind)
        while True:
            transcription.said.clear()
            grace = self._grace_seconds() + slowness
            try:
                async with asyncio.timeout(last_text if transcription.text_open else grace):
                    await transcription.said.wait()
            except TimeoutError:
                if not await self._said_meanwhile():
                    return

    async def _said_meanwhile(self) -> bool:
        """After a wait in vain: whether news came in while this program stood still.

        A busy machine, or one that slept, ends the wait before what arrived is read; an
        answer to a ping comes after all of it. Raises SpeechError if a segment stays open.
        """
        try:
            async with asyncio.timeout(self._config.timing.last_text):
                await self._connection.flushed()
        except TimeoutError:
            raise _no_last_text() from None
        said, text_open = self.transcription.said.is_set(), self.transcription.text_open
        if text_open and not said:
            raise _no_last_text()
        return said

    def _grace_seconds(self) -> float:
        """Long while much is without text or went out in a hurry: more may be on its way."""
        timing = self._config.timing
        textless = self._config.format.seconds(self._timeline.sent - self._timeline.committed)
        if self._sender.was_hurried or textless > timing.textless_tail:
            return timing.drain_grace_behind
        return timing.drain_grace


def no_answer(name: str, seconds: float) -> SpeechError:
    """The error of a session whose service has sent nothing for so long though it should."""
    return SpeechError(
        "service silent",
        f"{name}: no sign of the speech service for {seconds:.0f} s.",
        retry=Retry.NOW,
        kind="no_answer",
    )


def _no_last_text() -> SpeechError:
    return SpeechError(
        "no last text",
        "The speech service did not answer the last commit in time.",
        kind="last_text_timeout",
    )


def first_speech_error(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The speech error that ended a conversation; with a bug of ours among them, all."""
    speech, other = errors.split(SpeechError)
    if other is not None or speech is None:
        return errors
    first: BaseException = speech
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
