"""Capture: opens the source, takes its sound, and opens it again when it drops."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from scribe_tui.audio.format import AudioChunk
from scribe_tui.audio.kept_sound import SoundKeeper
from scribe_tui.audio.pcm.gain import AutoGain
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.audio.source import Source, SourceStatus, may_repeat
from scribe_tui.errors import Retry, SourceError
from scribe_tui.events import Half
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.buffer.recent_sound import RecentSound
from scribe_tui.session.capture.clock_watch import ClockWatch
from scribe_tui.session.capture.rejoin import Rejoin
from scribe_tui.session.capture.sound_end import SoundEnd
from scribe_tui.session.context import RunConfig
from scribe_tui.session.speech.backoff import RetryPlan
from scribe_tui.session.status.status import SessionStatus

_PAUSED = "paused by you"
_CLOCK_EVERY_SECONDS = 1.0
"""Seconds between two checks of the clocks, made when sound comes."""


class Capture:
    """Moves one source's sound into the audio buffer, over any number of openings."""

    def __init__(
        self,
        config: RunConfig,
        open_source: Callable[[], Source],
        buffer: AudioBuffer,
        status: SessionStatus,
        keeper: SoundKeeper | None = None,
    ) -> None:
        """`open_source` makes a new source object, not opened yet; `keeper` keeps its sound."""
        self._keeper = keeper
        self.recent = RecentSound(config.format)
        self._config = config
        self._open_source = open_source
        self._buffer = buffer
        self._status = status
        self._plan = RetryPlan.for_unheard_source(config.timing)
        self._latest_error: SourceError | None = None
        self._rejoin = Rejoin(config.format)
        self._gain = AutoGain(config.format) if config.auto_gain else None
        self._resumed = asyncio.Event()
        self._resumed.set()
        self._missing: tuple[float, str] | None = None
        self._down: str | None = None
        self._is_live = True
        self._ever_heard = False
        self._opened = False
        self._arrived_samples = 0
        self._heard_until = 0.0
        self._sound_end = SoundEnd()
        self._source_status = SourceStatus()
        self._clock_watch = ClockWatch(config.clock)
        self._clock_due = -math.inf
        self._try_now = asyncio.Event()

    def set_paused(self, paused: bool) -> None:
        """While paused the sound of a live source is a gap; a file waits."""
        self._status.pause_changed(paused)
        if paused:
            self._resumed.clear()
            return
        self._resumed.set()
        if self._missing is not None and self._down is not None:
            self._miss_from(max(self._config.clock.elapsed(), self._missing[0]), self._down)

    async def run(self) -> None:
        """Return at the end of a source that can end. Raises SourceError.

        It raises when a file fails, and when a live source that never gave sound has an error that
        waiting cannot cure (a web page, no decoder). Any other live source is tried again without
        end, because stations go away and come back; the waits are longer if it never gave sound.
        """
        while True:
            try:
                if await self._listen():
                    return
                address = self._source_status.address or self._config.address
                error = SourceError("dropped", f"{address} ended its stream.")
            except SourceError as failure:
                error = failure
            self._source_stopped(error)
            if not self._is_live or (error.retry is Retry.NEVER and not self._ever_heard):
                raise error
            quick = 0 < self._arrived_seconds < self._config.timing.source_healthy
            retry = error.retry if error.retry is Retry.SLOW_BACKOFF else Retry.BACKOFF
            wait = max(self._plan.failed(retry, quick=quick), error.retry_after_seconds)
            self._status.error_raised(
                Half.SOURCE, error, retry_in_seconds=wait, attempt=self._plan.attempt
            )
            self._latest_error = error
            await self._wait_for_next_try(wait)

    def try_now(self) -> None:
        """End the wait for the next try, if there is one, because the user asked."""
        self._try_now.set()

    async def _wait_for_next_try(self, seconds: float) -> None:
        self._try_now.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._try_now.wait()

    @property
    def never_heard(self) -> SourceError | None:
        """The latest error of a source that never gave sound, else None."""
        return None if self._ever_heard else self._latest_error

    def close(self) -> None:
        """No more openings: sound that is missing right now stays missing."""
        self._end_missing(self._config.clock.elapsed(), final=True)

    async def _listen(self) -> bool:
        """Read one opening to its end.

        True if the source is over, False if a live source dropped.
        """
        self._opened = False
        self._arrived_samples = 0
        self._sound_end = SoundEnd()
        source = self._open_source()
        self._note_kind(source)
        self._source_status = SourceStatus()
        self._rejoin.opened(repeats=may_repeat(source))
        if not self._ever_heard:  # opening waits for the decoder's first sound
            self._sound_end = SoundEnd(self._config.clock.elapsed())
        async with source:
            self._note_kind(source)
            async for chunk in source:
                self._arrived_samples += chunk.samples
                self._look_at(source.status)
                if not source.is_live:
                    await self._resumed.wait()
                for fresh in await self._rejoin.take(chunk):
                    self._take(fresh)
                if not source.is_live:
                    await self._buffer.wait_for_room()
        self._look_at(source.status)
        self._note_kind(source)
        return not source.is_live

    def _note_kind(self, source: Source) -> None:
        """Note whether the source is live: known once its address answers, for HLS at its end."""
        self._is_live = source.is_live
        self._status.source_opening(is_live=source.is_live)
        self._buffer.source_waits = not source.is_live
        self._buffer.voice_activity.speed = 1.0 if source.is_live else self._config.speed

    def _take(self, chunk: AudioChunk) -> None:
        if not self._opened or self._plan.quick_failures:
            self._note_sound()
        if chunk.heard_at >= self._clock_due:
            self._clock_due = chunk.heard_at + _CLOCK_EVERY_SECONDS
            self._look_at_clock()
        seconds = self._config.format.seconds(chunk.samples)
        level = level_dbfs(chunk.pcm)
        sent, gain_db = chunk, 0.0
        if self._gain is not None:
            sent, gain_db = replace(chunk, pcm=self._gain.apply(chunk.pcm)), self._gain.gain_db
        self._status.sound(seconds, level, gain_db)
        if self._resumed.is_set():
            if self._missing is not None:
                self._end_missing(chunk.heard_at)
            label = self._config.clock.label(chunk.heard_at)
            self._keep(chunk, label)
            self._buffer.append(sent, level, label)
        elif self._missing is None or self._missing[1] != _PAUSED:
            self._miss_from(chunk.heard_at, _PAUSED)
        self._sound_end.add(chunk.heard_at, seconds)
        self._heard_until = chunk.heard_at + seconds

    def _keep(self, chunk: AudioChunk, label: float) -> None:
        """Pass the chunk to the keeper; call this before the buffer counts it in source time."""
        timeline = self._buffer.timeline
        start_seconds = timeline.seconds(timeline.heard)
        self.recent.add(start_seconds, label, chunk.pcm)
        if self._keeper is None:
            return
        for kept in self._keeper.heard(chunk, start_seconds, label):
            self._status.sound_kept(kept)
        for text in self._keeper.notices():
            self._status.noticed(text)

    def _note_sound(self) -> None:
        if not self._opened:
            self._opened = True
            self._down = None
            if not self._ever_heard:
                self._ever_heard = True
                self._plan = RetryPlan.for_source(self._config.timing)
            self._status.source_started()
            self._plan.opened()
        if (
            self._plan.quick_failures
            and self._arrived_seconds >= self._config.timing.source_healthy
        ):
            self._plan.healthy()

    def _look_at_clock(self) -> None:
        """Add a gap for the time in which the machine was suspended, if the source is live."""
        suspended, set_by = self._clock_watch.look()
        if set_by:
            way = "forward" if set_by > 0 else "back"
            self._status.noticed(f"the clock of this machine was set {way} by {abs(set_by):.0f} s")
        if suspended and self._is_live and self._missing is None and self._heard_until:
            self._buffer.append_gap(suspended, self._heard_until, "this machine was suspended")

    def _look_at(self, status: SourceStatus) -> None:
        if status is self._source_status:
            return
        dropped = status.dropped_samples - self._source_status.dropped_samples
        self._source_status = status
        self._status.source_status(status)
        if dropped <= 0:
            return
        seconds = self._config.format.seconds(dropped)
        self._sound_end.skip(seconds)
        if self._missing is None:
            from_instant = self._heard_until or self._config.clock.elapsed()
            self._buffer.append_gap(seconds, from_instant, status.drop_cause)

    def _source_stopped(self, error: SourceError) -> None:
        self._status.source_stopped()
        if self._ever_heard and self._is_live:
            self._down = f"source {error.title}"
            if self._missing is None:
                self._miss_from(self._sound_end.instant(self._heard_until), self._down)
        self._look_at_clock()

    def _miss_from(self, at: float, cause: str) -> None:
        """Begin a gap at the instant `at` because of `cause`; end the present one there."""
        self._end_missing(at)
        self._missing = (at, cause)

    def _end_missing(self, at: float, *, final: bool = False) -> None:
        """End the gap at `at` and report it, unless the new opening brought its sound after all."""
        if self._missing is not None:
            started_at, cause = self._missing
            self._missing = None
            if final or cause == _PAUSED or not self._rejoin.seamless:
                self._buffer.append_gap(at - started_at, started_at, cause)

    @property
    def _arrived_seconds(self) -> float:
        """Seconds of sound of the present opening, including what `Rejoin` drops or holds back."""
        return self._config.format.seconds(self._arrived_samples)
