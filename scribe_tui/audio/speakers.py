"""Speakers: PCM out of this machine's sound device, where there is one to be heard."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.microphone.portaudio import DeviceStream, UsesDevice
from scribe_tui.errors import Retry, SourceError
from scribe_tui.sanitize import harmless_line

HELD_SECONDS = 600.0
"""Most sound that waits to be played; more is refused."""


def why_unheard(environ: Mapping[str, str]) -> str | None:
    """Why this machine's speakers cannot be heard, as a sentence; None: they can."""
    if any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")):
        return (
            "Over SSH the sound would come out of the other machine's speakers. "
            "Save a clip (x) and play it here."
        )
    return None


class Speakers(UsesDevice):
    """One playing; entering opens the device, leaving closes it. `play` never blocks.

    Entering raises SourceError: no PortAudio, no device, one that hangs. `device` is a number,
    (part of) a name, or None for the system's default.
    """

    def __init__(self, audio_format: AudioFormat, device: int | str | None = None) -> None:
        self._format = audio_format
        self._device = device
        self._waiting = bytearray()
        self._lock = threading.Lock()
        self._stream = DeviceStream("The speakers", self._make, _refusal)
        self._finished = False
        self._latency = 1
        self._trail = 0
        """Samples of silence that push the last of the sound out of the device."""
        self._changed = asyncio.Event()

    def play(self, pcm: bytes) -> bool:
        """Play PCM after what waits; False if too much waits."""
        with self._lock:
            if len(self._waiting) > self._format.samples(HELD_SECONDS) * SAMPLE_BYTES:
                return False
            self._waiting += pcm
            self._trail = self._latency
        return True

    def play_late(self, pcm: bytes, late_seconds: float, kept_seconds: float) -> None:
        """Play live PCM; if more than `late_seconds` wait, skip all of it but `kept_seconds`.

        The device's clock differs from the source's: the backlog would grow for hours.
        """
        self.play(pcm)
        with self._lock:
            if len(self._waiting) > self._format.samples(late_seconds) * SAMPLE_BYTES:
                del self._waiting[: -self._format.samples(kept_seconds) * SAMPLE_BYTES]

    async def played(self) -> None:
        """Return when everything was played, or the device ended. Never raises."""
        while self._trail and not self._finished:
            self._changed.clear()
            await self._changed.wait()

    @property
    def is_gone(self) -> bool:
        """Whether the device ended by itself."""
        return self._finished

    def _make(self, sounddevice: Any) -> Any:
        stream = sounddevice.RawOutputStream(
            device=self._device,
            samplerate=self._format.rate,
            channels=1,
            dtype="int16",
            callback=self._wanted,
            finished_callback=self._finish,
        )
        self._latency = max(1, self._format.samples(stream.latency))
        return stream

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
            self._wake()
        data[:] = pcm + bytes(size - len(pcm))

    def _finish(self) -> None:
        """In PortAudio's thread: the device is gone, or was closed."""
        self._finished = True
        self._wake()

    def _wake(self) -> None:
        self._stream.on_loop(self._changed.set)


def _refusal(error: Exception) -> SourceError:
    """Why nothing can be played, and what to do instead."""
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
