"""Session: one source's life in the program. It survives reconnects of either half."""

from __future__ import annotations

import asyncio

from scribe_tui.audio.dead_air import DeadAirDetector
from scribe_tui.errors import ScribeTuiError, SourceError, SpeechError
from scribe_tui.events import Half, SessionClosed, SessionOpened, State
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.capture.capture import Capture
from scribe_tui.session.context import Run, Services
from scribe_tui.session.speech.client import SpeechClient
from scribe_tui.session.state import may_move
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.settings import SourceSettings


class Session:
    """Runs a feed and a link side by side; can be run again after it ended."""

    def __init__(self, source: SourceSettings, services: Services, board: SessionStatus) -> None:
        self.board = board
        self._source = source
        self._services = services
        self._feed: Capture | None = None
        self._link: SpeechClient | None = None
        self._stop = asyncio.Event()
        self._source_error: SourceError | None = None

    async def run(self) -> None:
        """One run, from opening to end. Never raises for what sources and services do.

        A fault of ours is raised, once the books are closed.
        """
        self._source_error = None
        run = Run.begin(self._source, self._services, self.board)
        self._feed, self._link = Capture(run), SpeechClient(run)
        self._announce()
        try:
            error = await self._run_halves(self._feed, self._link, run.heard)
        except Exception:
            self.board.trouble(Half.PROGRAM, own_fault(self.board.name))
            self._close(run.heard, State.FAILED, "internal error")
            raise
        else:
            state = State.FAILED if error else State.ENDED
            self._close(run.heard, state, error.title if error else "")
        finally:
            self._feed = self._link = None
            self._stop.clear()

    def stop(self) -> None:
        """End the run, also one just about to begin: no more sound, commit, last text, close."""
        self._stop.set()

    def commit(self) -> None:
        """Ask for the open segment to be closed; only a live session has one."""
        if self._link is not None and self.board.state is State.LIVE:
            self._link.requests.add()

    def reconnect(self) -> None:
        """Drop the present connection and open a new one."""
        if self._link is not None:
            self._link.reconnect()

    def set_paused(self, paused: bool) -> None:
        """Stop or resume sending sound. What was said before a pause does not wait for its end."""
        if self._feed is not None:
            self._feed.set_paused(paused)
        if paused and self._source.speech.commit != "manual":
            self.commit()

    def _announce(self) -> None:
        speech = self._source.speech
        self.board.opened(
            SessionOpened(
                session=self.board.name,
                at=self.board.now(),
                name=self.board.name,
                source=self.board.source,
                audio_format=speech.audio_format,
                commit=speech.commit,
                language=speech.language,
            ),
            DeadAirDetector(self._source.dead_air_dbfs, self._source.dead_air_seconds),
        )
        self.board.move(State.CONNECTING)

    async def _run_halves(
        self, feed: Capture, link: SpeechClient, heard: AudioBuffer
    ) -> ScribeTuiError | None:
        """Run both; the error that ended the session comes back."""
        failure: ScribeTuiError | None = None
        async with asyncio.TaskGroup() as group:
            source = group.create_task(self._run_feed(feed, heard))
            try:
                async with asyncio.timeout(None) as bound:
                    stop = group.create_task(self._stop_in_time(source, link, bound))
                    await link.run()
            except SpeechError as error:
                self.board.trouble(Half.SPEECH, error, kind=error.kind)
                failure = error
            except TimeoutError:
                self.board.notice("stopped before the last text came")
            source.cancel()
            stop.cancel()
        return failure or self._source_error

    async def _run_feed(self, feed: Capture, heard: AudioBuffer) -> None:
        try:
            await feed.run()
        except SourceError as error:
            self._source_error = error
            self.board.trouble(Half.SOURCE, error)
        finally:
            feed.close()
            heard.close()
            if may_move(self.board.state, State.DRAINING):
                self.board.move(State.DRAINING)

    async def _stop_in_time(
        self, source: asyncio.Task[None], link: SpeechClient, bound: asyncio.Timeout
    ) -> None:
        """On `stop`: end the source at once, and the speech half within the drain time."""
        await self._stop.wait()
        bound.reschedule(asyncio.get_running_loop().time() + self._services.timing.drain)
        link.hurry()
        source.cancel()

    def _close(self, heard: AudioBuffer, state: State, reason: str) -> None:
        heard.abandon(reason or "stopped before its text came")
        account = heard.ledger.account()
        self.board.move(state, reason)
        self.board.publish(
            SessionClosed(
                session=self.board.name,
                at=self.board.now(),
                state=self.board.state,
                heard_seconds=heard.ledger.seconds(account.heard),
                sent_seconds=heard.ledger.seconds(account.committed),
                segments=self.board.segments,
            )
        )


def own_fault(name: str) -> ScribeTuiError:
    """The error for a bug of ours that stopped the session called `name`."""
    return ScribeTuiError(
        "internal error",
        f"{name} stopped because of a fault in this program.",
        "Press s to start it again; please report it with the diagnostics file.",
    )
