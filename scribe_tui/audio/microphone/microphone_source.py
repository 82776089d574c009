"""MicrophoneSource: sound from a recording device through PortAudio."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

from scribe_tui.audio import failures
from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.microphone import failures as microphone_failures
from scribe_tui.audio.microphone.holes import Holes
from scribe_tui.audio.microphone.portaudio import (
    DeviceStream,
    portaudio,
    see_new_devices,
)
from scribe_tui.audio.microphone.pulse_watch import watching
from scribe_tui.audio.options import STALL_SECONDS, SourceOptions
from scribe_tui.audio.pcm.channels import ChannelMixer
from scribe_tui.audio.source import SourceStatus
from scribe_tui.audio.track_failures import no_channel
from scribe_tui.clock import seconds_since_boot
from scribe_tui.errors import SourceError
from scribe_tui.sanitize import harmless_line

HELD_SECONDS = 10.0
"""Most sound held for a busy reader; more is dropped, counted and reported."""


@dataclass(frozen=True, slots=True)
class Microphone:
    """An input device: `number` or `name` is what `mic:` takes; rate in Hz."""

    number: int
    name: str
    channels: int
    default_rate: int
    is_default: bool = False


def list_microphones() -> tuple[Microphone, ...]:
    """All devices that can record. Blocks; raises SourceError without PortAudio."""
    with portaudio() as sounddevice:
        try:
            see_new_devices(sounddevice)
            devices, default = sounddevice.query_devices(), sounddevice.default.device[0]
        except sounddevice.PortAudioError as error:
            raise microphone_failures.refusal("The sound system", error) from error
    return tuple(
        Microphone(
            int(device["index"]),
            harmless_line(str(device["name"])),
            int(device["max_input_channels"]),
            round(device["default_samplerate"]),
            device["index"] == default,
        )
        for device in devices
        if device["max_input_channels"] > 0
    )


class MicrophoneSource:
    """One recording from a device; a live `Source`.

    `device` is a number, (part of) a name, or None for the system's default. Entering
    raises SourceError in one sentence with the remedy; so does iterating when the device
    goes away. What the device or a busy reader lost is counted in `status`.
    """

    is_live = True
    never_repeats = True

    def __init__(
        self,
        device: int | str | None,
        audio_format: AudioFormat,
        options: SourceOptions | None = None,
        *,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self._device = device
        self._shown = microphone_failures.shown(device)
        self._format = audio_format
        self._options = options or SourceOptions()
        self._stall_seconds = stall_seconds
        self._stream = DeviceStream(self._shown, self._make, self._refusal)
        self._held_open = AsyncExitStack()
        self._own_rate = 0
        """In Hz, how the device likes to record; 0 while it is not known."""
        self._finished = False
        self._arrived = asyncio.Event()
        self._held: deque[AudioChunk] = deque()
        self._held_chunks = round(audio_format.samples(HELD_SECONDS) / audio_format.chunk_samples)
        self._holes = Holes()
        self._mixer: ChannelMixer | None = None
        self._status = SourceStatus(codec="pcm")

    @property
    def status(self) -> SourceStatus:
        """Overruns and dropped samples."""
        return self._status

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._stream)
            await held.enter_async_context(watching(os.getpid(), self._given))
            self._held_open = held.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._held_open.aclose()

    def _given(self, before: str | None, now: str) -> None:
        """Note which source the sound server under PortAudio gives.

        It may replace the one before.
        """
        if before is not None:
            self._notice(microphone_failures.moved(before, now))

    def _notice(self, text: str) -> None:
        self._status = replace(self._status, notices=(*self._status.notices, text))

    def __aiter__(self) -> AsyncIterator[AudioChunk]:
        return self

    async def __anext__(self) -> AudioChunk:
        while not self._held:
            if self._finished:
                raise microphone_failures.gone(self._shown)
            self._arrived.clear()
            try:
                async with asyncio.timeout(self._stall_seconds):
                    await self._arrived.wait()
            except TimeoutError as error:
                raise failures.stalled(self._shown, self._stall_seconds) from error
        return self._held.popleft()

    def _make(self, sounddevice: Any) -> Any:
        channels = self._channels_of(sounddevice)
        self._mixer = ChannelMixer(channels, self._format.rate, self._options.channel)
        return sounddevice.RawInputStream(
            device=self._device,
            samplerate=self._format.rate,
            channels=channels,
            dtype="int16",
            blocksize=self._format.chunk_samples,
            callback=self._recorded,
            finished_callback=lambda: self._stream.on_loop(self._finish),
        )

    def _refusal(self, error: Exception) -> SourceError:
        return microphone_failures.refusal(self._shown, error, self._format.rate, self._own_rate)

    def _channels_of(self, sounddevice: Any) -> int:
        """How many channels to record: two if the device has two, more if a higher one is wanted.

        A sound server offers 32 channels, most of them without sound of their own. Raises what
        PortAudio raises, and SourceError for a channel that does not exist.
        """
        device = sounddevice.query_devices(self._device, "input")
        self._own_rate = int(device["default_samplerate"])
        has = int(device["max_input_channels"])
        wanted = self._options.channel
        if wanted is not None and wanted > has:
            raise no_channel(self._shown, wanted, has)
        return max(1, min(has, 2 if wanted is None else max(2, wanted)))

    def _recorded(self, data: Any, frames: int, _: Any, flags: Any) -> None:
        """PortAudio's callback, in its own thread: must not block."""
        now = seconds_since_boot()
        heard_at = now - self._format.seconds(frames)
        missed = self._holes.missed(now, self._format.seconds(frames))
        # Whole tenths of a second come, so that nothing waits in the mixer.
        pcm = self._mixer.mix(bytes(data), final=True) if self._mixer else bytes(data)
        lost = self._format.samples(missed)
        self._stream.on_loop(
            self._take, AudioChunk(pcm, heard_at), bool(flags.input_overflow), lost
        )

    def _take(self, chunk: AudioChunk, overflowed: bool, missed: int = 0) -> None:
        full = len(self._held) >= self._held_chunks
        notice = self._mixer.notice if self._mixer is not None else None
        if notice is not None and notice not in self._status.notices:
            self._notice(notice)
        if overflowed or full or missed:
            dropped = self._status.dropped_samples + missed + (chunk.samples if full else 0)
            overruns = self._status.overruns + 1
            self._status = replace(self._status, overruns=overruns, dropped_samples=dropped)
        if not full:
            self._held.append(chunk)
            self._arrived.set()

    def _finish(self) -> None:
        self._finished = True
        self._arrived.set()
