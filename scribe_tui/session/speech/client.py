"""SpeechClient: a session's connections, one after the other, and what happens between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from scribe_tui.errors import NO_TEXT, Retry, SpeechError
from scribe_tui.events import Half, State
from scribe_tui.scribe.connection import Connection
from scribe_tui.scribe.failures import REQUEST_REFUSED
from scribe_tui.scribe.wire import ErrorKind
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.context import RunConfig
from scribe_tui.session.counts import Counts
from scribe_tui.session.lifecycle import Lifecycle
from scribe_tui.session.speech.backoff import RetryPlan
from scribe_tui.session.speech.catch_up import CatchUp
from scribe_tui.session.speech.commit_requests import CommitRequests
from scribe_tui.session.speech.connection_parts import ConnectionParts
from scribe_tui.session.speech.connection_run import (
    LAST_TEXT_TIMEOUT,
    SESSION_START_TIMEOUT,
    ConnectionRun,
    first_speech_error,
)
from scribe_tui.session.speech.progress import CAREFUL_FROM, Blame, Progress
from scribe_tui.session.speech.rollover import Rollover
from scribe_tui.session.speech.watchdog import Watchdog
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.settings import SpeechSettings

_ASKED_BY_USER = "reconnect"
_OF_THE_SOUND = frozenset(
    {
        ErrorKind.ERROR,
        ErrorKind.INPUT,
        ErrorKind.CHUNK_SIZE_EXCEEDED,
        ErrorKind.COMMIT_THROTTLED,
        ErrorKind.INSUFFICIENT_AUDIO_ACTIVITY,
        ErrorKind.TRANSCRIBER,
    }
)
"""Kinds of errors that the sound sent to the service may have caused."""
_WORDLESS_TRIES = 2
"""Failures at one position after which a committed segment is accepted without word times. This is
only done without VAD: there the request for the commit gives the segment's end, which under VAD
only its words tell."""
_FASTER_THAN_FILE = 1.25
"""The backlog of a file is sent at least this many times faster than the file is played."""


class SpeechClient:
    """Sends the sound of one run to the service, over any number of connections."""

    def __init__(  # noqa: PLR0913 - each part it works with, by name
        self,
        config: RunConfig,
        connect: Callable[[SpeechSettings], Awaitable[Connection]],
        buffer: AudioBuffer,
        *,
        lifecycle: Lifecycle,
        counts: Counts,
        status: SessionStatus,
    ) -> None:
        """`connect` opens a connection; it raises SpeechError."""
        self._config = config
        self._speech = config.speech
        self._timing = config.timing
        self._connect = connect
        self._buffer = buffer
        self._lifecycle = lifecycle
        self._status = status
        self._plan = RetryPlan.for_speech(config.timing)
        self._reconnect = asyncio.Event()
        self._connections: dict[ConnectionRun, asyncio.Task[None]] = {}
        self._newest: ConnectionRun | None = None
        self._watchdog = Watchdog(config, buffer.voice_activity)
        self._rollover = Rollover(
            config.timing, buffer, status, open_next=self._open, check=self._check
        )
        self._catch_up = CatchUp(
            max(config.timing.catch_up_speed, _FASTER_THAN_FILE * config.speed),
            config.timing.catch_up_recovers,
        )
        self._progress = Progress()
        self._hurried = False
        self._waiting = False
        self._answered = False
        self._worked: SpeechSettings | None = None
        self._latest_error: SpeechError | None = None
        self.requests = CommitRequests(buffer.changed.set)
        self._parts = ConnectionParts(
            config,
            buffer,
            requests=self.requests,
            catch_up=self._catch_up,
            progress=self._progress,
            counts=counts,
            status=status,
        )

    def reconnect(self) -> None:
        """Drop the connection, or the wait for the next, and connect at once."""
        self._reconnect.set()

    def change_speech(self, speech: SpeechSettings) -> None:
        """Use these settings from the next pause on, by a rollover to a new connection."""
        self._speech = speech
        self._rollover.ask()

    def hurry(self) -> None:
        """The session drains: end any wait, and make one last attempt at once."""
        self._hurried = True
        if self._waiting:
            self.reconnect()

    @property
    def down_all_along(self) -> SpeechError | None:
        """The latest error of a run in which the service never answered anything, else None."""
        return None if self._answered else self._latest_error

    async def run(self) -> None:
        """Return when the source is over and its last text is in. Raises SpeechError if fatal."""
        while await self._buffer.wait_for_audio():
            self._reconnect.clear()
            self._newest = None
            is_last = self._hurried
            self._lifecycle.move_connection(State.CONNECTING)
            began = self._buffer.timeline.settled
            try:
                await self._run_connections()
            except SpeechError as error:
                settled = self._buffer.timeline.settled
                self._count(error)
                if is_last and settled <= began and error.retry is not Retry.NEVER:
                    self._status.error_raised(Half.SPEECH, error, kind=error.kind)
                    return
                await self._recover(error)
            else:
                return
        self._status.error_cleared(Half.SPEECH)

    async def _run_connections(self) -> None:
        """Run a connection and those that replace it by rollover, until the source is over."""
        replay = refused = False
        try:
            async with asyncio.TaskGroup() as group:
                user = group.create_task(self._wait_for_user())
                self._rollover.forget()
                connection = self._newest = await self._open()
                group.create_task(self._follow(connection))
                connection.begin(self._buffer.begin_connection())
                self._plan.opened()
                self._lifecycle.move_connection(State.LIVE)
                watchdog = group.create_task(self._watchdog.run(lambda: self._newest))
                while (successor := await self._roll_over(group, connection)) is not None:
                    connection = successor
                user.cancel()
                watchdog.cancel()
        except BaseExceptionGroup as errors:
            # A task group prefers its errors to a cancellation that comes with them (until
            # Python 3.13): the end of the drain time would be forgotten.
            if _is_cancelled():
                raise asyncio.CancelledError from errors
            error = first_speech_error(errors)
            replay = isinstance(error, SpeechError) and error.retry is not Retry.NEVER
            refused = isinstance(error, SpeechError) and error.kind == ErrorKind.COMMIT_THROTTLED
            raise error from None
        finally:
            self._buffer.disconnected()
            self._note_health()
            await self._end_connections(replay=replay, ask_again=not refused)

    async def _open(self) -> ConnectionRun:
        """Open a connection that is ready for `begin`. Raises SpeechError."""
        speech = self._speech
        connection = self._parts.run_of(await self._connect_once(speech), speech)
        task = asyncio.create_task(connection.run())
        task.add_done_callback(lambda _: connection.ready.set())
        self._connections[connection] = task
        await connection.ready.wait()
        await self._check(connection)
        self._worked = speech
        return connection

    async def _connect_once(self, speech: SpeechSettings) -> Connection:
        """Connect. Raises SpeechError, which allows a retry if the request has worked before."""
        try:
            return await self._connect(speech)
        except SpeechError as error:
            if error.kind == REQUEST_REFUSED and speech == self._worked:
                error.retry = Retry.SLOW_BACKOFF
            raise

    async def _check(self, connection: ConnectionRun) -> None:
        """Raise the SpeechError of a connection that ended, and forget it."""
        if self._connections[connection].done():
            await self._connections.pop(connection)

    async def _follow(self, connection: ConnectionRun) -> None:
        await self._connections[connection]

    async def _roll_over(
        self, group: asyncio.TaskGroup, connection: ConnectionRun
    ) -> ConnectionRun | None:
        """Let `connection` run until the source is over (None) or the next has replaced it."""
        running = self._connections[connection]
        rollover = group.create_task(self._rollover.successor())
        await asyncio.wait({running, rollover}, return_when=asyncio.FIRST_COMPLETED)
        if not rollover.done():
            rollover.cancel()
            await running
            return None
        successor = self._newest = await rollover
        group.create_task(self._follow(successor))
        successor.begin(connection.stop_sending(), hold=True)
        await running
        del self._connections[connection]
        successor.transcription.release()
        return successor

    async def _end_connections(self, *, replay: bool, ask_again: bool) -> None:
        """End all connections. With `ask_again`, request unanswered commits of the user again.

        Not after a refused commit: then the service has just committed by itself.
        """
        connections = dict(self._connections)
        self._connections.clear()
        for task in connections.values():
            task.cancel()
        await asyncio.gather(*connections.values(), return_exceptions=True)
        wordless = not self._speech.uses_vad and self._progress.tries >= _WORDLESS_TRIES
        for connection in connections:
            unanswered = connection.end(
                replay=replay and not (wordless and connection.waits_for_words)
            )
            if ask_again:
                self.requests.add_again(unanswered)

    async def _wait_for_user(self) -> None:
        await self._reconnect.wait()
        raise SpeechError("reconnecting", "Reconnecting, as you asked.", kind=_ASKED_BY_USER)

    def _note_health(self) -> None:
        newest = self._newest
        if newest is None:
            return
        if newest.transcription.answered.is_set():
            self._answered = True
            self._watchdog.text_received()
        if newest.transcription.answered.is_set() or not self._was_quick():
            self._plan.healthy()

    def _was_quick(self) -> bool:
        """Whether the newest connection ended right after a good handshake."""
        age = self._newest.age_seconds if self._newest is not None else None
        return age is not None and age < self._timing.quick_failure

    def _count(self, error: SpeechError) -> None:
        """Count a failure at its position; a position that fails again and again is given up."""
        progress, timeline = self._progress, self._buffer.timeline
        if error.kind != _ASKED_BY_USER:
            self._latest_error = error
        self._parts.late_starts += error.kind == SESSION_START_TIMEOUT
        newest = self._newest
        sent = newest.sent if newest is not None else 0
        blame = _blame(error)
        if blame is Blame.LINE and newest is not None and newest.waits_for_words:
            blame = Blame.ANSWER
        progress.failed(blame, settled=timeline.settled, sent=sent)
        place = progress.place
        if newest is None or place is None or error.retry is Retry.NEVER:
            return
        is_quiet = newest.transcription.view.is_quiet
        if is_quiet and self._is_without_speech(error):
            self._buffer.settle(place)
            progress.given_up()
        elif progress.is_exhausted:
            end = place + (self._config.format.samples(1.0) if _blame(error) is Blame.SOUND else 0)
            cause = f"failed {progress.tries} times at the speech service: {error.title}"
            self._buffer.give_up(end, cause)
            progress.given_up()

    def _is_without_speech(self, error: SpeechError) -> bool:
        """Whether the service found no speech at this position more than once."""
        if error.kind == ErrorKind.INSUFFICIENT_AUDIO_ACTIVITY:
            return self._progress.tries >= CAREFUL_FROM
        return error.kind == NO_TEXT and self._progress.is_exhausted

    async def _recover(self, error: SpeechError) -> None:
        """Decide what a lost connection means. Raises `error` again when it is fatal."""
        if error.retry is Retry.NEVER:
            raise error
        if error.kind == _ASKED_BY_USER:
            return
        wait = self._plan.failed(error.retry, quick=self._was_quick())
        wait = max(wait, error.retry_after_seconds, self._plan.again(self._progress.tries))
        self._status.error_raised(
            Half.SPEECH,
            error,
            kind=error.kind,
            retry_in_seconds=wait,
            attempt=max(self._plan.attempt, self._plan.quick_failures),
        )
        self._lifecycle.move_connection(State.BACKOFF, error.title)
        if error.kind == ErrorKind.QUEUE_OVERFLOW:
            self._catch_up.overrun(asyncio.get_running_loop().time())
        if self._hurried:
            return
        if error.kind == ErrorKind.INSUFFICIENT_AUDIO_ACTIVITY and self._buffer.will_go_on:
            await self._unless_asked(self._buffer.voice_activity.wait_for_sound())
        await self._unless_asked(asyncio.sleep(wait))

    async def _unless_asked(self, waiting: Coroutine[None, None, None]) -> None:
        """Wait for `waiting`, or until the user asks to connect at once."""
        tasks = {asyncio.create_task(waiting), asyncio.create_task(self._asked())}
        self._waiting = True
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _asked(self) -> None:
        await self._reconnect.wait()


def _blame(error: SpeechError) -> Blame:
    if error.kind == _ASKED_BY_USER:
        return Blame.NOBODY
    if error.kind == LAST_TEXT_TIMEOUT:
        return Blame.LAST_COMMIT
    if error.kind == NO_TEXT:
        return Blame.ANSWER
    return Blame.SOUND if error.kind in _OF_THE_SOUND else Blame.LINE


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
