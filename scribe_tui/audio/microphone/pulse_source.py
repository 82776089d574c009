"""PulseSource: a source or monitor of a PulseAudio or PipeWire server, by its name.

The decoder records from it. PortAudio knows the server as one device and none of its names.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from scribe_tui.audio.decoded_source import DecodedSource
from scribe_tui.audio.decoder.command import pulse_input
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.decoder.program import find_decoder, pulse_listing
from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.microphone import failures
from scribe_tui.audio.microphone.holes import Holes
from scribe_tui.audio.microphone.pulse_watch import watching
from scribe_tui.audio.options import STALL_SECONDS, SourceOptions
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import SourceStatus, noticed
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError
from scribe_tui.sanitize import harmless_line

HELD_SECONDS = 10.0
OPEN_SECONDS = 10.0
"""Longest wait for the first sound: a server that hangs would let its clients wait for ever."""


@dataclass(frozen=True, slots=True)
class PulseName:
    """A source of the sound server: its `name` for `pulse:`, and its description for people."""

    name: str
    description: str
    is_default: bool = False


def names_in(listing: str) -> tuple[PulseName, ...]:
    """The names in what `ffmpeg -sources pulse` prints: `* name [description] (none)`."""
    found = []
    for line in listing.splitlines():
        name, bracket, rest = line[2:].partition(" [")
        if line[:2] in ("* ", "  ") and name and bracket:
            described = harmless_line(rest.rpartition("]")[0])
            found.append(PulseName(harmless_line(name), described, line.startswith("*")))
    return tuple(found)


async def list_pulse() -> tuple[PulseName, ...]:
    """All sources and monitors; empty without a server, or a decoder that supports it."""
    try:
        return names_in(await pulse_listing(find_decoder()))
    except SourceError:  # no decoder: doctor says so
        return ()


class PulseSource(DecodedSource):
    """One recording; a live `Source`. `name` None: the server's default.

    Entering raises SourceError in one sentence, and so does iterating when the server ends or the
    source is removed, whatever the server gives instead. Missing sound is counted in `status`.
    """

    is_live = True
    never_repeats = True

    def __init__(
        self,
        name: str | None,
        audio_format: AudioFormat,
        options: SourceOptions | None = None,
        *,
        clock: Clock | None = None,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        super().__init__(audio_format, options, clock)
        self._shown = failures.shown_pulse(name)
        self._name = name
        self._gone: SourceError | None = None
        self._moves: tuple[str, ...] = ()
        self._decoder = Decoder(
            pulse_input(name or "default"),
            self._format,
            self._shown,
            capacity_seconds=HELD_SECONDS,
            stall_seconds=stall_seconds,
            options=self._options,
            now=self._clock.elapsed,
        )
        self._holes = Holes()
        self._status = SourceStatus(codec="pcm")

    async def _open(self, held: AsyncExitStack) -> PacedChunks:
        decoder = self._decoder
        held.push_async_callback(decoder.stop)
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await decoder.start()
                await decoder.wait_for(self._format.chunk_bytes)
        except TimeoutError as error:
            raise failures.hung(self._shown, OPEN_SECONDS) from error
        if not decoder.buffered_bytes:
            await decoder.wait_exit()
            raise decoder.problem or failures.pulse_refusal(self._shown, decoder.errors)
        await held.enter_async_context(watching(decoder.pid, self._given))
        return PacedChunks(decoder, self._format, clock=self._clock)

    def _given(self, before: str | None, now: str) -> None:
        """Note that the server gives the source `now`, perhaps in place of `before`, which is gone.

        At first any source is accepted with a notice: the server was set to give it. Later a named
        source that was replaced ends the recording, and a default one that moved is a notice.
        """
        if before is None:
            self._moves = instead_of(self._name, now)
        elif self._name is not None:
            self._gone = failures.replaced(self._shown, now)
        else:
            self._moves = (*self._moves, failures.moved(before, now))

    def _facts(self, chunks: PacedChunks) -> SourceStatus:
        """Dropped samples, and notices about its channels and its source."""
        return replace(self._status, notices=noticed(self._decoder.notice, *self._moves))

    async def _ended(self, chunks: PacedChunks) -> SourceError | None:
        await self._decoder.wait_exit()
        return self._decoder.problem or failures.gone(self._shown)

    async def __anext__(self) -> AudioChunk:
        chunk = await super().__anext__()
        if self._gone is not None:
            raise self._gone
        missed = self._holes.missed(self._clock.elapsed(), self._format.seconds(chunk.samples))
        if missed:
            dropped = self._status.dropped_samples + self._format.samples(missed)
            overruns = self._status.overruns + 1
            self._status = replace(self._status, dropped_samples=dropped, overruns=overruns)
        return chunk


def instead_of(wanted: str | None, given: str) -> tuple[str, ...]:
    """Notices about the source that is given at first; a number or `@NAME@` fits any."""
    if wanted is None or wanted == given or wanted.isdigit() or wanted.startswith("@"):
        return ()
    return (failures.moved(wanted, given),)
