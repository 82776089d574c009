"""Session: one source's life in the program. It survives reconnects of either half."""

from __future__ import annotations

import asyncio

from scribe_tui.audio.dead_air import DeadAirDetector
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.kept_sound import SoundKeeper
from scribe_tui.audio.open import describe
from scribe_tui.audio.source import Source, keep_sound
from scribe_tui.errors import ScribeTuiError, SourceError, SpeechError, descriptors_are_exhausted
from scribe_tui.events import Correction, Half, State
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.buffer.recent_sound import RecentSound
from scribe_tui.session.capture.capture import Capture
from scribe_tui.session.context import RunConfig, Services
from scribe_tui.session.counts import Counts
from scribe_tui.session.lifecycle import Lifecycle
from scribe_tui.session.speech.client import SpeechClient
from scribe_tui.session.speech.connect_throttle import ThrottledConnect
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.settings import SourceSettings, SpeechSettings

_DRAIN_STEPS = 8
"""Steps in which the drain time is counted. If one takes more than twice its length, the program
was suspended meanwhile."""


class Session:
    """Runs capture and speech client side by side; can be run again after it ended."""

    def __init__(self, source: SourceSettings, services: Services, status: SessionStatus) -> None:
        self.status = status
        self.source = source
        """The settings of its source; a change takes effect with the next run."""
        self._services = services
        self._lifecycle = Lifecycle(status.state_changed)
        self._counts = Counts()
        self._capture: Capture | None = None
        self._client: SpeechClient | None = None
        self._stop = asyncio.Event()
        self._source_error: SourceError | None = None

    @property
    def state(self) -> State:
        """The state of the session."""
        return self._lifecycle.state

    @property
    def is_over(self) -> bool:
        """Whether the session ended or failed and was not started again."""
        return self._lifecycle.is_over

    @property
    def recent_sound(self) -> RecentSound | None:
        """What was heard last; None while there is no run."""
        return self._capture.recent if self._capture is not None else None

    async def run(self) -> None:
        """One run, from opening to end. Never raises for errors of sources and services.

        A bug in this program is raised, after all sound is accounted for.
        """
        self._source_error = None
        config = self._run_config()
        buffer = AudioBuffer(config, self.status)
        keeper: SoundKeeper | None = None
        self._announce()
        try:
            keeper = self._services.keeper_of(self.status.session, self.source)
            capture = self._capture = self._make_capture(config, buffer, keeper)
            client = self._client = self._make_client(config, buffer)
            error = await self._run_halves(capture, client, buffer)
        except Exception as fault:
            error = own_fault(self.source.name, fault)
            self.status.error_raised(Half.PROGRAM, error)
            self._close(buffer, State.FAILED, error.title)
            raise
        else:
            error = error or self._down_all_along(capture, client, buffer)
            state = State.FAILED if error else State.ENDED
            self._close(buffer, state, error.title if error else "")
        finally:
            if keeper is not None:
                await keeper.close()
            self._capture = self._client = None
            self._stop.clear()

    def stop(self) -> None:
        """End the run, even one about to begin: stop the source, commit, wait for text, close."""
        self._stop.set()

    def commit(self) -> None:
        """Ask for the open segment to be closed; only a live session has one."""
        if self._client is not None and self.state is State.LIVE:
            self._client.requests.add()

    def reconnect(self) -> None:
        """Open a new connection at once; if the source waits to be opened again, open it too."""
        if self._capture is not None:
            self._capture.try_now()
        if self._client is not None:
            self._client.reconnect()

    def change_speech(self, speech: SpeechSettings) -> None:
        """Use these settings from the next pause on; the source goes on and no sound is lost.

        Without effect if nothing runs: the next run uses the settings of its time.
        """
        if self._client is not None:
            self._client.change_speech(speech)
            self.status.recognition_changed(speech)

    def set_paused(self, paused: bool) -> None:
        """Stop or resume sending sound. A pause commits what was said before, unless manual."""
        if self._capture is not None:
            self._capture.set_paused(paused)
        if paused and self.source.speech.commit != "manual":
            self.commit()

    def _run_config(self) -> RunConfig:
        source = self.source
        return RunConfig(
            name=source.name,
            address=describe(source.address),
            speech=source.speech,
            format=AudioFormat.parse(source.speech.audio_format),
            timing=self._services.timing,
            speed=source.speed,
            auto_gain=source.has_auto_gain,
            clock=self._services.clock,
        )

    def _make_capture(
        self, config: RunConfig, buffer: AudioBuffer, keeper: SoundKeeper | None
    ) -> Capture:
        def open_source() -> Source:
            source = self._services.open_source(self.source)
            keep_sound(source, keeper)
            return source

        return Capture(config, open_source, buffer, self.status, keeper)

    def _make_client(self, config: RunConfig, buffer: AudioBuffer) -> SpeechClient:
        connector, endpoint = self._services.connector_of(self.source)
        connect = ThrottledConnect(
            self._services.connect_throttle,
            config.timing.connect_spacing,
            lambda speech: connector(endpoint, speech),
        )
        return SpeechClient(
            config,
            connect,
            buffer,
            lifecycle=self._lifecycle,
            counts=self._counts,
            status=self.status,
        )

    def _announce(self) -> None:
        speech = self.source.speech
        self.status.opened(
            audio_format=speech.audio_format,
            commit=speech.commit,
            language=speech.language,
            corrections=tuple(Correction(*pair) for pair in self.source.corrections),
            dead_air=DeadAirDetector(self.source.dead_air_dbfs, self.source.dead_air_seconds),
        )
        self._lifecycle.move(State.CONNECTING)

    async def _run_halves(
        self, capture: Capture, client: SpeechClient, buffer: AudioBuffer
    ) -> ScribeTuiError | None:
        """Run both halves; returns the error that ended the session, or None.

        If `stop` was called before, neither source nor connection is opened.
        """
        if self._stop.is_set():
            self._lifecycle.drain()
            return None
        failure: ScribeTuiError | None = None
        async with asyncio.TaskGroup() as group:
            source = group.create_task(self._run_capture(capture, buffer))
            try:
                async with asyncio.timeout(None) as bound:
                    stop = group.create_task(self._stop_in_time(source, client, bound))
                    await client.run()
            except SpeechError as error:
                self.status.error_raised(Half.SPEECH, error, kind=error.kind)
                failure = error
            except TimeoutError:
                self.status.noticed("stopped before the last text came")
            source.cancel()
            stop.cancel()
        return failure or self._source_error

    def _down_all_along(
        self, capture: Capture, client: SpeechClient, buffer: AudioBuffer
    ) -> ScribeTuiError | None:
        """The error of a run in which the source gave no sound, or the service no answer."""
        cause: ScribeTuiError | None = capture.never_heard
        if cause is not None:
            self.status.error_raised(Half.SOURCE, cause)
            return cause
        seconds = buffer.timeline.seconds(buffer.timeline.balance().heard)
        if client.down_all_along is None or not seconds:
            return None
        cause = service_down(self.source.name, client.down_all_along, seconds)
        self.status.error_raised(Half.SPEECH, cause)
        return cause

    async def _run_capture(self, capture: Capture, buffer: AudioBuffer) -> None:
        try:
            await capture.run()
        except SourceError as error:
            self._source_error = error
            self.status.error_raised(Half.SOURCE, error)
        finally:
            capture.close()
            buffer.close()
            self._lifecycle.drain()

    async def _stop_in_time(
        self, source: asyncio.Task[None], client: SpeechClient, bound: asyncio.Timeout
    ) -> None:
        """On `stop`: end the source at once, and the speech half within the drain time.

        Time during which this program was suspended does not count, since it read nothing then.
        """
        await self._stop.wait()
        client.hurry()
        source.cancel()
        loop, drain = asyncio.get_running_loop(), self._services.timing.drain
        end = loop.time() + drain
        while (left := end - loop.time()) > 0:
            due = loop.time() + min(left, drain / _DRAIN_STEPS)
            await asyncio.sleep(due - loop.time())
            late = loop.time() - due
            end += late if late > drain / _DRAIN_STEPS else 0.0
        bound.reschedule(loop.time())

    def _close(self, buffer: AudioBuffer, state: State, reason: str) -> None:
        buffer.abandon(reason or "stopped before its text came")
        balance = buffer.timeline.balance()
        self._lifecycle.move(state, reason)
        self.status.closed(
            state=self.state,
            heard_seconds=buffer.timeline.seconds(balance.heard),
            sent_seconds=buffer.timeline.seconds(balance.committed),
            segments=self._counts.segments,
        )


def service_down(name: str, cause: SpeechError, seconds: float) -> SpeechError:
    """The error of a run in which the service never answered; `seconds` of sound have no text."""
    message = f"{name}: {seconds:.0f} s of sound have no text: {cause.message}"
    return SpeechError(cause.title, message, cause.remedy, kind=cause.kind)


def _is_of_files(fault: Exception) -> bool:
    """Whether `fault`, or every error in a group, means that no more files can be opened."""
    if isinstance(fault, ExceptionGroup):
        return all(map(_is_of_files, fault.exceptions))
    return descriptors_are_exhausted(fault)


def own_fault(name: str, fault: Exception) -> ScribeTuiError:
    """The error for `fault`, usually a bug, which stopped the session called `name`."""
    if _is_of_files(fault):
        return ScribeTuiError(
            "too many files",
            f"{name} stopped: this program may open no more files.",
            "Allow more (ulimit -n 4096) or close some sources, then press s to start it again.",
        )
    return ScribeTuiError(
        "internal error",
        f"{name} stopped because of a fault in this program.",
        "Press s to start it again; please report it with the diagnostics file.",
    )
