"""Stations over HTTP that send noisy numbered sound as live WAV, and fail at random."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import MutableMapping

from tests.support.broadcast import NumberedWave, broadcast
from tests.support.http_server import HttpServer, send_head, send_status
from tests.support.numbered import CHUNKS_A_SECOND

BURST_SECONDS = 6.0
"""Seconds of sound that every second station repeats on joining; Icecast: 4 to 8 s measured."""

REDIRECT_EVERY = 3
"""One opening in this many is redirected to another address first."""
_ELSEWHERE = "elsewhere/"


class Stations(HttpServer):
    """One server for all; at `epoch` + n / 10 s all stations send number n of the sound.

    A fault comes every `share` seconds per station, on average; None: no faults by itself.
    """

    def __init__(
        self,
        names: list[str],
        share: float | None,
        dice: random.Random,
        done: MutableMapping[str, int],
    ) -> None:
        super().__init__()
        self._bursts = {name: BURST_SECONDS * (at % 2) for at, name in enumerate(names)}
        self._share = share
        self._dice = dice
        self._done = done
        self._openings = itertools.count()
        self._gone_until: dict[str, float] = {}
        self._cut: dict[str, float] = {}
        # Stations have been on air for a while: there is something to send again.
        self._epoch = time.monotonic() - 2 * BURST_SECONDS
        self._wave = NumberedWave()

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        """Play until a fault; then the caller drops the connection."""
        name = path.strip("/").removeprefix(_ELSEWHERE)
        if path == f"/{name}" and next(self._openings) % REDIRECT_EVERY == 0:
            self._done["source redirects"] = self._done.get("source redirects", 0) + 1
            await send_status(writer, "302 Found", f"Location: /{_ELSEWHERE}{name}")
            return
        if time.monotonic() < self._gone_until.get(name, 0.0):
            await send_status(writer, "404 Not Found")
            return
        await self._play(name, writer)
        writer.transport.abort()

    async def _play(self, name: str, writer: asyncio.StreamWriter) -> None:
        await send_head(writer, self._wave.kind)
        writer.write(self._wave.head)
        began = self._now
        fails_at = self._end()
        burst = self._bursts[name]
        # Whole numbers: one cut in two is taken for two by two connections.
        first = round((self._now - burst) * CHUNKS_A_SECOND)
        await broadcast(
            writer,
            self._wave,
            start=first * self._wave.byte_rate // CHUNKS_A_SECOND,
            burst=int(burst * self._wave.byte_rate),
            grain=self._wave.byte_rate // CHUNKS_A_SECOND,
            over=lambda: self._now >= fails_at or self._cut.get(name, 0.0) > began,
        )
        if self._now >= fails_at:
            await self._fail(name)

    def _end(self) -> float:
        if self._share is None:
            return float("inf")
        if self._dice.random() < 0.1:
            return self._now + 0.5
        return self._now + self._dice.expovariate(1 / self._share)

    def cut(self, name: str, gone_seconds: float) -> None:
        """Drop all listeners of a station, which stays away for `gone_seconds`. From any thread."""
        self._gone_until[name] = time.monotonic() + gone_seconds
        self._cut[name] = self._now

    async def _fail(self, name: str) -> None:
        """Choose what goes wrong besides the dropped line: nothing, a stall, or an absence."""
        kind = self._dice.choice(
            ("drops", "drops", "stalls", "is gone for 5 s", "is gone for 20 s")
        )
        self._done[f"source {kind}"] = self._done.get(f"source {kind}", 0) + 1
        if kind == "stalls":
            await asyncio.sleep(60)
        elif kind == "is gone for 5 s":
            self._gone_until[name] = time.monotonic() + 5
        elif kind == "is gone for 20 s":
            self._gone_until[name] = time.monotonic() + 20

    @property
    def _now(self) -> float:
        return time.monotonic() - self._epoch
