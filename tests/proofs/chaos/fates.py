"""Fates: how each connection of a chaotic service fails, and when."""

from __future__ import annotations

import random
from collections import Counter

from tests.support.script import Ending, Fault, Script

ERRORS = (
    "error",
    "rate_limited",
    "queue_overflow",
    "resource_exhausted",
    "session_time_limit_exceeded",
    "chunk_size_exceeded",
    "transcriber_error",
    "insufficient_audio_activity",
    "from_the_future",
)
STRANGE = ("not json", "[1]", '{"message_type":"from_the_future"}', "{}")


class Fates:
    """Makes a fault every `share` seconds of each connection, on average; `done` counts them."""

    def __init__(self, share: float, dice: random.Random, done: Counter[str]) -> None:
        self._share = share
        self._dice = dice
        self._done = done

    def next(self, _: str) -> Script:
        """Return a connection's script. Some connections are refused, as happens after a fault."""
        dice = self._dice
        if dice.random() < 0.15:
            self._done["refused handshakes"] += 1
            return Script(http_status=dice.choice((429, 500, 502, 503)))
        return Script(
            handshake_seconds=dice.choice((0, 0, 0.2, 2.0)),
            latency_seconds=dice.uniform(0.05, 0.5),
            partials_told=dice.choice((1, 1, 2)),
            timed_first=dice.random() < 0.2,
            told=dice.choice((1, 1, 1, 2)),
            frames=STRANGE if dice.random() < 0.1 else (),
            fault=self._fault(),
            struck=self._struck,
        )

    def _fault(self) -> Fault:
        dice = self._dice
        seconds = dice.expovariate(1 / self._share)
        error = dice.choice(ERRORS) if dice.random() < 0.4 else None
        endings: tuple[Ending, ...] = ("close", "drop", "reset", "stall", "freeze")
        ending: Ending = dice.choice(("close", "drop", "stay") if error else endings)
        code = dice.choice((1000, 1001, 1008, 1011, 1012, 1013))
        if dice.random() < 0.25:
            at_commit = 1 + int(seconds / 2)
            if ending in ("stall", "freeze"):
                ending = "drop"  # half a segment and then nothing: shown without its times
            return Fault(
                at_commit=at_commit,
                half_told=dice.random() < 0.6,
                ending=ending,
                error=error,
                code=code,
            )
        return Fault(at_seconds=seconds, ending=ending, error=error, code=code)

    def _struck(self, fault: Fault) -> None:
        self._done[" ".join(filter(None, ("speech", fault.error, fault.ending)))] += 1
