"""Speakers: PCM out of this machine's sound device, where there is one to be heard."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.microphone import failures
from scribe_tui.audio.microphone.microphone_source import CLOSE_SECONDS, OPEN_SECONDS, portaudio
from scribe_tui.audio.microphone.portaudio_private import look_again
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.errors import Retry, SourceError
from scribe_tui.sanitize import harmless_line

HELD_SECONDS = 600.0
"""Most sound that waits to be played; more is not taken."""


def why_unheard(environ: Mapping[str, str]) -> str | None:
    """Why nobody could hear this machine's speakers, as a sentence; None: somebody may."""
    if any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")):
        return (
            "Over SSH the sound would come out of the other machine's speakers. "
            "Save a clip (x) and play it here."
        )
    return None


class Speakers:
    """One playing; entering opens the device, leaving closes it. `play` never blocks.

    Entering raises SourceError: no PortAudio, no device, one that hangs. `device` is a number,
    (part of) a name, or None for the system's default.
    """

    def __init__(self, audio_format: AudioFormat, device: int | str | None = None) -> None:
        self._format = audio_format
        self._device = device
        self._waiting = bytearray()
        self._lock = threading.Lock()
        self._stream: Any = None
        self._left = False
        self._finished = False
        self._latency = 1
        self._trail = 0
        """Samples of silence that push the last of the sound out of the device."""
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await in_own_thread(self._open, name="speakers-open")
        except BaseException as error:
            self._left = True
            threading.Thread(target=self._close, name="speakers-close", daemon=True).start()
            if isinstance(error, TimeoutError):
                raise failures.hung("The speakers", OPEN_SECONDS) from error
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._left = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await in_own_thread(self._close, name="speakers-close")

    def play(self, pcm: bytes) -> bool:
        """Play PCM after what waits; False if too much waits."""
        with self._lock:
            if len(self._waiting) > self._format.samples(HELD_SECONDS) * SAMPLE_BYTES:
                return False
            self._waiting += pcm
            self._trail = self._latency
        return True

    def play_late(self, pcm: bytes, late_seconds: float, kept_seconds: float) -> None:
        """Play live PCM: where more than `late_seconds` wait, all but `kept_seconds` is skipped.

        The device's clock is not the source's: what waits would grow for hours.
        """
        self.play(pcm)
        with self._lock:
            if len(self._waiting) > self._format.samples(late_seconds) * SAMPLE_BYTES:
                del self._waiting[: -self._format.samples(kept_seconds) * SAMPLE_BYTES]

    async def played(self) -> None:
        """Return when all was heard, or the device ended. Raises nothing."""
        while self._trail and not self._finished:
            self._changed.clear()
            await self._changed.wait()

    @property
    def is_gone(self) -> bool:
        """Whether the device ended by itself."""
        return self._finished

    def _open(self) -> None:
        with portaudio() as (sounddevice, streams):
            try:
                look_again(sounddevice, are_open=bool(streams))
                stream = sounddevice.RawOutputStream(
                    device=self._device,
                    samplerate=self._format.rate,
                    channels=1,
                    dtype="int16",
                    callback=self._wanted,
                    finished_callback=self._finish,
                )
                stream.start()
            except (sounddevice.PortAudioError, ValueError) as error:
                raise _refusal(error) from error
            self._latency = max(1, self._format.samples(stream.latency))
            if self._left:
                stream.close()
            else:
                self._stream = stream
                streams.add(id(stream))

    def _close(self) -> None:
        with portaudio() as (_, streams):
            stream, self._stream = self._stream, None
            if stream is not None:
                streams.discard(id(stream))
                stream.abort(ignore_errors=True)
                stream.close(ignore_errors=True)

    def _wanted(self, data: Any, frames: int, _: Any, __: Any) -> None:
        """PortAudio's callback, in its own thread: silence where there is nothing to play."""
        size = frames * SAMPLE_BYTES
        with self._lock:
            pcm = bytes(self._waiting[:size])
            del self._waiting[:size]
            over = False
            if not self._waiting and self._trail:
                self._trail = max(0, self._trail - (size - len(pcm)) // SAMPLE_BYTES)
                over = not self._trail
        if over:
            self._tell()
        data[:] = pcm + bytes(size - len(pcm))

    def _finish(self) -> None:
        """In PortAudio's thread: the device is gone, or was closed."""
        self._finished = True
        self._tell()

    def _tell(self) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._changed.set)


def _refusal(error: Exception) -> SourceError:
    """Why nothing can be heard, with the other way."""
    said = harmless_line(str(error)).removeprefix("Error opening RawOutputStream: ")
    if "device" in said.lower():
        return SourceError(
            "no speakers",
            "Nothing can be heard here: this machine has no speakers that work.",
            "Save a clip (x) and play it elsewhere.",
            retry=Retry.NEVER,
        )
    return SourceError(
        "speakers failed",
        f"The speakers cannot be opened: {said.partition(' [')[0]}.",
        "Save a clip (x) and play it elsewhere.",
        retry=Retry.NEVER,
    )
