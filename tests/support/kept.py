"""KeptSource: a session's source half with kept sound, faster than real time."""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import warnings
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from scribe_tui.archive.archive import Archive
from scribe_tui.archive.keeper import Keeper
from scribe_tui.archive.kept_spans import KeptSpan
from scribe_tui.archive.sound import read_sound
from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.kept_sound import KeptSound
from scribe_tui.audio.open import open_source
from scribe_tui.audio.source import Source, keep_sound
from scribe_tui.clock import Clock, seconds_since_boot
from scribe_tui.events import Event
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.capture.capture import Capture
from scribe_tui.session.context import RunConfig
from scribe_tui.session.status.session_facts import SourceName
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.settings import SourceSettings, SpeechSettings
from tests.support.engine import QUICK

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

FORMAT = AudioFormat.parse("pcm_16000")
SPEED = 4.0
EDGE_SECONDS = 0.1
STEP_SECONDS = 0.2
REACHES_SECONDS = (0.15, 0.5)
"""Seconds around the expected place to search: nearby first, further only if needed (slow)."""


@cache
def known_sound(seconds: float) -> bytes:
    """Return noise that is unique at every place and soft enough for any codec: mono, 16 kHz."""
    draw = random.Random(7).random
    level, samples = 0.0, array("h", [0]) * round(seconds * FORMAT.rate)
    for index in range(len(samples)):
        level = 0.8 * level + 8000.0 * draw() - 4000.0  # never above 20,000
        samples[index] = int(level)
    return samples.tobytes()


def coded(ffmpeg: str, pcm: bytes, *options: str) -> bytes:
    """Return `pcm` as encoded by ffmpeg with `options`."""
    argv = [ffmpeg, "-nostdin", "-loglevel", "error", "-f", "s16le", "-ar", "16000", "-ac", "1"]
    done = subprocess.run(
        [*argv, "-i", "pipe:0", *options, "pipe:1"], input=pcm, stdout=subprocess.PIPE, check=True
    )
    return done.stdout


class _Spy(Keeper):
    """A keeper that records what was heard, and where in source time."""

    heard_pcm: list[tuple[float, bytes]]

    def heard(self, chunk: AudioChunk, start_seconds: float, started_at: float) -> list[KeptSound]:
        self.heard_pcm.append((start_seconds, chunk.pcm))
        return super().heard(chunk, start_seconds, started_at)


class KeptSource:
    """`run` listens to `address` until `enough`; `events` and `heard` have the result."""

    def __init__(
        self,
        run: Path,
        address: str,
        *,
        file_seconds: float = 3600.0,
        source: Callable[[], Source] | None = None,
        speed: float = SPEED,
    ):
        self.folder = run
        self.events: list[Event] = []
        self.heard: list[tuple[float, bytes]] = []
        self._source = source
        self._settings = SourceSettings(name="news", address=address, archive="7d", speed=1.0)
        self._archive = Archive(run, max_bytes=1e12, free_bytes=0, file_seconds=file_seconds)
        self._clock = Clock(
            elapsed=lambda: seconds_since_boot() * speed,
            awake=lambda: seconds_since_boot() * speed,
            wall=lambda: 1.8e9 + seconds_since_boot() * speed,
            sleep=lambda seconds: asyncio.sleep(seconds / speed),
        )

    @property
    def heard_seconds(self) -> float:
        """Seconds of sound heard."""
        return FORMAT.seconds(sum(len(pcm) for _, pcm in self.heard) // 2)

    async def run(self, enough: Callable[[], bool], *, patience: float = 60.0) -> None:
        """Listen until `enough` returns True, or the source ends."""
        keeper = self._archive("news", self._settings)
        assert keeper is not None
        keeper.__class__ = _Spy
        keeper.heard_pcm = self.heard  # type: ignore[attr-defined]
        status = SessionStatus(
            SourceName("news", "news", "http://x"), self.events.append, self._clock
        )
        status.opened(audio_format="pcm_16000", commit="vad", language=None)
        config = RunConfig(
            name="news",
            address="x",
            speech=SpeechSettings(),
            format=FORMAT,
            timing=QUICK,
            clock=self._clock,
        )
        buffer = AudioBuffer(config, status)
        capture = Capture(config, lambda: self._open(keeper), buffer, status, keeper)
        task = asyncio.create_task(capture.run())
        async with asyncio.timeout(patience):
            while not (enough() or task.done()):
                buffer.sent(buffer.timeline.heard)
                await asyncio.sleep(0.01)
        if not task.done():
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await keeper.close()
        await asyncio.to_thread(self._archive.close)

    def _open(self, keeper: Keeper) -> Source:
        if self._source is not None:
            source = self._source()
        else:
            source = open_source(self._settings.address, FORMAT)
            if hasattr(source, "_clock"):
                source._clock = self._clock
        keep_sound(source, keeper)
        return source

    async def errors(self, spans: Sequence[KeptSpan], probe_seconds: float = 0.6) -> list[float]:
        """Return the errors in seconds between kept and heard sound at places all over `spans`.

        Infinite if nothing was kept there, or it resembles nothing near. Places in gaps and across
        their edges are left out: the promise ends a tenth of a second before the end of an opening.
        """
        found = []
        for span in spans:
            end = min(span.end_seconds, self.heard[-1][0])
            length = end - span.start_seconds
            parts = (0.1, 0.5, 0.85, 1.0) if length > 3 * probe_seconds else ()
            for here, there in pairwise(span.start_seconds + part * length for part in parts):
                at = self._whole_place(here, there - probe_seconds, probe_seconds + EDGE_SECONDS)
                if at is not None:
                    found.append(await self._error(span, at, probe_seconds))
        return found

    def _whole_place(self, first: float, last: float, seconds: float) -> float | None:
        """Return the first place with `seconds` without a hole; a starved machine causes holes."""
        steps = range(max(1, round((last - first) / STEP_SECONDS)))
        places = (first + step * STEP_SECONDS for step in steps)
        return next((at for at in places if self._is_whole(at, at + seconds)), None)

    async def _error(self, span: KeptSpan, at: float, seconds: float) -> float:
        later = at - span.start_seconds
        part = replace(
            span,
            offset_seconds=span.offset_seconds + later,
            start_seconds=at,
            end_seconds=at + seconds,
        )
        kept = (await read_sound(self.folder, [part], FORMAT)).pcm
        if len(kept) < 2 * FORMAT.samples(seconds) - 200:
            return float("inf")
        for reach in REACHES_SECONDS:
            around = self._heard_from(at - reach, seconds + 2 * reach)
            place, factor = audioop.findfit(around, kept)
            there = around[2 * place : 2 * place + len(kept)]
            if factor * audioop.rms(kept, 2) / max(1, audioop.rms(there, 2)) > 0.7:
                return abs(place / FORMAT.rate - reach)
        return float("inf")

    def _is_whole(self, since: float, until: float) -> bool:
        """Return whether all of a span was heard, without a hole."""
        for start, pcm in sorted(self.heard):
            if start - 1e-3 <= since < (end := start + FORMAT.seconds(len(pcm) // 2)):
                since = end
        return since >= until

    def _heard_from(self, at: float, seconds: float) -> bytes:
        out = bytearray(2 * FORMAT.samples(seconds))
        for start, pcm in self.heard:
            place = 2 * round((start - at) * FORMAT.rate)
            if -len(pcm) < place < len(out):
                first = max(0, -place)
                piece = pcm[first : first + len(out) - max(0, place)]
                out[max(0, place) : max(0, place) + len(piece)] = piece
        return bytes(out)
