"""The speech half of a session: talks one after the other, and what happens between them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.events import Half, State
from scribe_tui.scribe.wire import ErrorKind
from scribe_tui.session.context import Run
from scribe_tui.session.speech.backoff import RetryPlan
from scribe_tui.session.speech.connection_run import ConnectionRun, first_speech_error
from scribe_tui.session.speech.rollover import Rollover
from scribe_tui.session.speech.sender import CommitRequests
from scribe_tui.session.speech.watchdog import Watchdog

_ASKED_BY_USER = "reconnect"


class SpeechClient:
    """Carries what was heard to the service over any number of connections."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._heard = run.heard
        self._board = run.board
        self._timing = run.timing
        self._plan = RetryPlan.for_speech(run.timing)
        self._reconnect = asyncio.Event()
        self._talks: dict[ConnectionRun, asyncio.Task[None]] = {}
        self._newest: ConnectionRun | None = None
        self._watch = Watchdog(run)
        self._renewal = Rollover(run, self._open, self._check)
        self._dials = 0
        self._hurried = False
        self.requests = CommitRequests(run.heard)

    def reconnect(self) -> None:
        """Drop the connection, or the wait for the next, and connect at once."""
        self._reconnect.set()

    def hurry(self) -> None:
        """The user leaves: no more waiting, and no further try once one could not connect."""
        self._hurried = True
        if self._board.state is State.BACKOFF:
            self.reconnect()

    async def run(self) -> None:
        """Return when the source is over and its last text is in. Raises SpeechError if fatal."""
        while await self._heard.wait_for_audio():
            self._reconnect.clear()
            self._newest = None
            self._move(State.CONNECTING)
            try:
                await self._converse()
            except SpeechError as error:
                if self._hurried and self._newest is None and error.retry is not Retry.NEVER:
                    self._board.trouble(Half.SPEECH, error, kind=error.kind)
                    return
                await self._recover(error)
            else:
                return
        self._board.well(Half.SPEECH)

    async def _converse(self) -> None:
        """One unbroken chain of talks, each taking over from the one before it."""
        replay = False
        try:
            async with asyncio.TaskGroup() as group:
                user = group.create_task(self._wait_for_user())
                talk = self._newest = await self._open()
                group.create_task(self._follow(talk))
                talk.begin(self._heard.begin_connection())
                self._plan.opened()
                self._move(State.LIVE)
                watch = group.create_task(self._watch.run(lambda: self._newest))
                while (successor := await self._successor(group, talk)) is not None:
                    talk = successor
                user.cancel()
                watch.cancel()
        except BaseExceptionGroup as errors:
            # A task group prefers its errors to a cancellation that comes with them (until
            # Python 3.13): the end of the drain time would be forgotten.
            if _is_cancelled():
                raise asyncio.CancelledError from errors
            error = first_speech_error(errors)
            replay = isinstance(error, SpeechError) and error.retry is not Retry.NEVER
            raise error from None
        finally:
            self._heard.disconnected()
            self._note_health()
            await self._end_talks(replay=replay)

    async def _open(self) -> ConnectionRun:
        """A talk that is ready to begin. Raises SpeechError."""
        services = self._run.services
        async with services.connect_throttle.turn(
            self._timing.dial_spacing if self._dials else 0.0
        ):
            self._dials += 1
            connect, endpoint = services.way(self._run.source)
            connection = await connect(endpoint, self._run.speech)
        talk = ConnectionRun(self._run, connection, self.requests)
        task = asyncio.create_task(talk.run())
        task.add_done_callback(lambda _: talk.ready.set())
        self._talks[talk] = task
        await talk.ready.wait()
        await self._check(talk)
        return talk

    async def _check(self, talk: ConnectionRun) -> None:
        """Raise the SpeechError of a talk that ended, and forget it."""
        if self._talks[talk].done():
            await self._talks.pop(talk)

    async def _follow(self, talk: ConnectionRun) -> None:
        await self._talks[talk]

    async def _successor(
        self, group: asyncio.TaskGroup, talk: ConnectionRun
    ) -> ConnectionRun | None:
        """Let `talk` speak until the source is over (None) or another has taken over from it."""
        speaking = self._talks[talk]
        renewal = group.create_task(self._renewal.successor())
        await asyncio.wait({speaking, renewal}, return_when=asyncio.FIRST_COMPLETED)
        if not renewal.done():
            renewal.cancel()
            await speaking
            return None
        successor = self._newest = await renewal
        group.create_task(self._follow(successor))
        successor.begin(talk.hand_over(), hold=True)
        await speaking
        del self._talks[talk]
        successor.transcription.release()
        return successor

    async def _end_talks(self, *, replay: bool) -> None:
        talks = dict(self._talks)
        self._talks.clear()
        for task in talks.values():
            task.cancel()
        await asyncio.gather(*talks.values(), return_exceptions=True)
        for talk in talks:
            self.requests.add_again(talk.end(replay=replay))

    async def _wait_for_user(self) -> None:
        await self._reconnect.wait()
        raise SpeechError("reconnecting", "Reconnecting, as you asked.", kind=_ASKED_BY_USER)

    def _note_health(self) -> None:
        talk = self._newest
        if talk is None:
            return
        if talk.transcription.answered.is_set():
            self._watch.satisfied()
        if talk.transcription.answered.is_set() or not self._was_quick():
            self._plan.healthy()

    def _was_quick(self) -> bool:
        """Whether the newest connection ended right after a good handshake."""
        age = self._newest.age_seconds if self._newest is not None else None
        return age is not None and age < self._timing.quick_failure

    async def _recover(self, error: SpeechError) -> None:
        """Decide what a lost connection means. Raises `error` again when it is fatal."""
        if error.retry is Retry.NEVER:
            raise error
        if error.kind == _ASKED_BY_USER:
            return
        wait = self._plan.failed(error.retry, quick=self._was_quick())
        self._board.trouble(
            Half.SPEECH,
            error,
            kind=error.kind,
            retry_in_seconds=wait,
            attempt=max(self._plan.attempt, self._plan.quick_failures),
        )
        self._move(State.BACKOFF, error.title)
        if error.kind == ErrorKind.QUEUE_OVERFLOW:
            self._run.catch_up.overrun(asyncio.get_running_loop().time())
        if error.kind == ErrorKind.INSUFFICIENT_AUDIO_ACTIVITY:
            await self._unless_asked(self._heard.judge.wait_for_sound())
        await self._unless_asked(asyncio.sleep(wait))

    async def _unless_asked(self, waiting: Coroutine[None, None, None]) -> None:
        """Wait for `waiting`, or until the user wants to connect at once."""
        tasks = {asyncio.create_task(waiting), asyncio.create_task(self._asked())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _asked(self) -> None:
        await self._reconnect.wait()

    def _move(self, state: State, reason: str = "") -> None:
        """A session that drains stays DRAINING, whatever its connections go through."""
        if self._board.state is not State.DRAINING:
            self._board.move(state, reason)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
