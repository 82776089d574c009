"""Streams in real time over the wire: the delay of text, and its cost."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import psutil

from scribe_tui.local.endpoint import LocalEndpoint
from tests.support.offline import chunk, client

SILENCE_SECONDS = 0.5
_QUERY = f"commit_strategy=vad&include_timestamps=true&vad_silence_threshold_secs={SILENCE_SECONDS}"
_CHUNK_BYTES = 3200
_BYTES_PER_SECOND = 32000


@dataclass(slots=True)
class Delays:
    """Seconds, of all streams: `first` from the first word's beginning to a partial, `pause` from
    the last word's end to the committed text, `commit` from the instant of the commit to it."""

    first: list[float] = field(default_factory=list)
    pause: list[float] = field(default_factory=list)
    commit: list[float] = field(default_factory=list)
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a number of streams: CPU seconds per second (1 is one core), memory in MB."""

    streams: int
    delays: Delays
    recogniser: float
    endpoint: float
    memory: float


async def measured(pcm: bytes, streams: int, seconds: float) -> Cost:
    """Play `pcm` repeatedly to `streams` connections, each from another place."""
    delays = Delays()
    async with LocalEndpoint() as local:
        here = psutil.Process()
        (process,) = here.children()
        before = _spent(process), _spent(here)
        await asyncio.gather(
            *(
                _stream(local, _turned(pcm, number / streams), seconds, delays)
                for number in range(streams)
            )
        )
        after = _spent(process), _spent(here)
        memory = process.memory_info().rss / 1e6
    recogniser, endpoint = (
        (end - start) / seconds for end, start in zip(after, before, strict=True)
    )
    return Cost(streams, delays, recogniser, endpoint, memory)


async def _stream(local: LocalEndpoint, pcm: bytes, seconds: float, delays: Delays) -> None:
    loop = asyncio.get_running_loop()
    async with client(local, _QUERY) as remote:
        began = loop.time()

        async def send() -> None:
            for sent in range(0, int(seconds * _BYTES_PER_SECOND), _CHUNK_BYTES):
                start = sent % len(pcm)
                await remote.send(chunk(pcm[start : start + _CHUNK_BYTES]))
                await asyncio.sleep(began + sent / _BYTES_PER_SECOND - loop.time())
            await remote.send(chunk(bytes(_BYTES_PER_SECOND), commit=True))

        sending = asyncio.create_task(send())
        partial_at: float | None = None
        ended = False
        while not ended:
            message = json.loads(await remote.recv())
            at = loop.time() - began
            kind = message["message_type"]
            if kind == "partial_transcript" and message["text"] and partial_at is None:
                partial_at = at
            elif kind == "warning":
                delays.warnings += 1
            elif kind == "committed_transcript_with_timestamps":
                ended = sending.done()
                if not ended:
                    _note(message["words"], at, partial_at, delays)
                partial_at = None
        await sending


def _note(words: list[dict[str, Any]], at: float, partial_at: float | None, delays: Delays) -> None:
    if not words:
        return
    delays.pause.append(at - words[-1]["end"])
    delays.commit.append(at - words[-1]["end"] - SILENCE_SECONDS)
    if partial_at is not None:
        delays.first.append(partial_at - words[0]["start"])


def _turned(pcm: bytes, part: float) -> bytes:
    start = int(len(pcm) * part) // _CHUNK_BYTES * _CHUNK_BYTES
    return pcm[start:] + pcm[:start]


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
