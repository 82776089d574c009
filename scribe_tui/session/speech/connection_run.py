"""ConnectionRun: the life of one connection, from the open socket to its last text."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.events import ClosedBy, CommitReason
from scribe_tui.scribe.connection import Connection
from scribe_tui.scribe.wire import ErrorKind
from scribe_tui.session.buffer.voice_activity import VoiceActivity
from scribe_tui.session.context import RunConfig
from scribe_tui.session.speech.connection_timeline import ConnectionTimeline
from scribe_tui.session.speech.ending import Ending, Patience, Todo, View
from scribe_tui.session.speech.receiver import Receiver
from scribe_tui.session.speech.sender import Sender
from scribe_tui.session.speech.transcription import Transcription
from scribe_tui.session.status.status import SessionStatus

SESSION_START_TIMEOUT = "session_start_timeout"
"""`SpeechError.kind` for a connection that opened but got no `session_started`."""
LAST_TEXT_TIMEOUT = "last_text_timeout"
"""`SpeechError.kind` for a last commit without an answer."""
_LATER_THAN_USUAL = 1.5
"""The wait for the last commit's answer may be this many times the slowest answer so far."""
_USUAL_AT_MOST = 120.0
_STOPPED = 1.5
"""If a wait takes this many times its length, this machine was suspended or the program stopped."""


class ConnectionRun:
    """Sender, receiver and timeline of one connection; `run` is its whole life.

    `ready` is set at `session_started`. A ready connection sends nothing before `begin`, so that
    at a rollover it can wait while the connection before it still sends.
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
        ending: Ending,
        voice_activity: VoiceActivity,
        status: SessionStatus,
    ) -> None:
        self._config = config
        self._connection = connection
        self._timeline = timeline
        self._sender = sender
        self._receiver = receiver
        self._voice_activity = voice_activity
        self._ending = ending
        self._status = status
        self._round_trip = 0.0
        self.transcription = transcription
        self._start: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._started_at: float | None = None
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Return when all sound was sent and the last text has come. Raises SpeechError."""
        try:
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(self._receiver.run())
                probing = group.create_task(self._probe())
                await self._session_started()
                self._timeline.begin(await self._start)
                await self._sender.run()
                keeping = group.create_task(self._sender.keep_alive())
                await self._finish()
                for task in (listening, probing, keeping):
                    task.cancel()
        except BaseExceptionGroup as errors:
            error = first_speech_error(errors)
            if not isinstance(error, SpeechError) or not self._is_settled_after(error):
                raise error from None
            self._settle_all()
        finally:
            self.transcription.freeze()
            by_program = self._connection.close_info is None and self._receiver.reported is None
            await self._connection.close()
            self._report_end(by_program=by_program)

    def begin(self, start: int, *, hold: bool = False) -> None:
        """Send from position `start` on; with `hold`, publish nothing before `release`.

        Without effect if the connection has ended since it was ready.
        """
        if hold:
            self.transcription.hold()
        if not self._start.done():
            self._start.set_result(start)

    def stop_sending(self) -> int:
        """Send no more sound, only the last commit.

        Returns the position at which the next connection begins.
        """
        return self._sender.stop_here()

    def end(self, *, replay: bool) -> list[int]:
        """Account for the sound, after `run`; `replay`: unsettled sound will be sent again.

        Returns the positions of the user's commits that got no answer.
        """
        self.transcription.end(replay=replay)
        return self._timeline.unanswered(CommitReason.USER)

    @property
    def waits_for_words(self) -> bool:
        """Whether a committed segment waits for its words."""
        return self.transcription.waits_for_words

    @property
    def sent(self) -> int:
        """Position right after the latest sound sent."""
        return self._timeline.sent

    @property
    def age_seconds(self) -> float | None:
        """Seconds since `session_started`, None before it."""
        if self._started_at is None:
            return None
        return asyncio.get_running_loop().time() - self._started_at

    def silent_seconds(self) -> float:
        """Seconds without a message while one has been expected; 0 if none is expected.

        Expected are an answer to each commit and, while sound goes on, messages about an open
        segment: its partial is repeated about once a second (reported), or it is committed.
        Under manual commits the service is not known to repeat a partial without speech. The
        answer to the last commit does not count here: `Ending` limits the wait for it.
        """
        if self._ending.todo is not Todo.NOTHING:
            return 0.0
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
        """Detect a half-open line: if no message has come for a while, a ping must be answered.

        Raises SpeechError if it is not. If the connection has ended, it returns, and the receiver
        reports why.
        """
        loop, patience = asyncio.get_running_loop(), self._config.timing.no_answer
        while True:
            await asyncio.sleep(patience / 3)
            if loop.time() - self._receiver.received_at < patience / 3:
                continue
            try:
                async with asyncio.timeout(patience):
                    await self._connection.delivered()
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
                kind=SESSION_START_TIMEOUT,
            ) from None
        self._started_at = asyncio.get_running_loop().time()
        self.ready.set()

    async def _finish(self) -> None:
        """Send the last commit, wait for its text. Raises SpeechError if sound must be resent."""
        ending, loop = self._ending, asyncio.get_running_loop()
        timing, said = self._config.timing, self.transcription.said
        usual = min(_LATER_THAN_USUAL * self._sender.slowest_answer, _USUAL_AT_MOST)
        patience = Patience(
            answer=max(timing.last_text, usual), at_most=max(timing.last_text_behind, usual)
        )
        ending.all_sent(loop.time(), self._view(), patience, self._sender.uncommitted)
        while not ending.is_over:
            if ending.todo is Todo.COMMIT:
                await self._sender.commit_last(ending.padding_seconds)
                ending.commit_sent(loop.time(), self._view())
                await self._ping()
                ending.news(loop.time(), self._view())
            elif ending.todo is Todo.PING:
                said.clear()
                await self._ping()
                ending.pong(loop.time(), self._view(), any_news=said.is_set())
            else:
                await self._wait_for_news(ending.deadline)
        if ending.todo is Todo.REPLAY:
            raise self._receiver.reported or _no_last_text()
        self._settle_all()

    async def _wait_for_news(self, deadline: float) -> None:
        said = self.transcription.said
        try:
            async with asyncio.timeout_at(deadline):
                await said.wait()
        except TimeoutError:
            self._ending.silence()
        else:
            said.clear()
            self._ending.news(asyncio.get_running_loop().time(), self._view())

    async def _ping(self) -> None:
        """Ping; return when all messages before the answer are read. Raises SpeechError."""
        loop, patience = asyncio.get_running_loop(), self._config.timing.last_text
        while True:
            began = loop.time()
            try:
                async with asyncio.timeout(patience):
                    await self._connection.delivered()
                    await self._receiver.caught_up()
            except TimeoutError:
                if loop.time() - began > _STOPPED * patience:
                    continue  # this program was stopped meanwhile: the answer may wait unread
                silent = loop.time() - self._receiver.received_at
                raise no_answer(self._config.name, silent) from None
            self._round_trip = max(self._round_trip, loop.time() - began)
            return

    def _is_settled_after(self, error: SpeechError) -> bool:
        """Whether all sound is settled although the connection ended with `error`."""
        too_little = error.kind == ErrorKind.INSUFFICIENT_AUDIO_ACTIVITY
        refused = error.kind == ErrorKind.COMMIT_THROTTLED
        if refused or (too_little and not self._view().may_hold_speech):
            self._ending.refused(asyncio.get_running_loop().time())
        self._ending.closed()
        return self._ending.todo is Todo.SETTLE

    def _settle_all(self) -> None:
        self.transcription.end(replay=False)
        self._timeline.settle(self._timeline.sent)
        self.transcription.settle()

    def _view(self) -> View:
        """What is known about the text.

        `grace` is longer if much sound has no text yet, was sent fast, or pings are slow.
        """
        timing = self._config.timing
        textless = self._config.format.seconds(self._timeline.sent - self._timeline.committed)
        is_behind = self._sender.was_hurried or textless > timing.textless_tail
        grace = timing.drain_grace_behind if is_behind else timing.drain_grace
        slowness = min(4 * self._round_trip, timing.drain_grace_behind)
        return replace(self.transcription.view, grace=grace + slowness)

    def _report_end(self, *, by_program: bool) -> None:
        """Publish who ended the connection, and how much sound it was sent; after the close."""
        if not self._receiver.attempt:
            return
        close, error = self._connection.close_info, self._receiver.reported
        closed_by = ClosedBy.PROGRAM if by_program else ClosedBy.SERVICE
        if not by_program and error is None and (close is None or close.code is None):
            closed_by = ClosedBy.LINE
        self._status.connection_ended(
            self._receiver.attempt,
            closed_by=closed_by,
            code=close.code if close is not None else None,
            reason=(close.reason if close is not None else "") or (error.kind if error else ""),
            age_seconds=self.age_seconds or 0.0,
            sent_seconds=self._config.format.seconds(self._timeline.samples),
        )


def no_answer(name: str, seconds: float) -> SpeechError:
    """The error of a session whose service sent nothing for `seconds` while an answer was due."""
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
        kind=LAST_TEXT_TIMEOUT,
    )


def first_speech_error(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first SpeechError in `errors`; all of them if one is another error, which is a bug."""
    speech, other = errors.split(SpeechError)
    if other is not None or speech is None:
        return errors
    first: BaseException = speech
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
