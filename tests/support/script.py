"""What a scripted speech endpoint does on one connection, right or wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Ending = Literal["close", "drop", "reset", "stall", "freeze", "deaf", "stay"]
"""Close frame; TCP end without one; RST; mute from then on; mute and no longer reading; a
line that carries nothing for `DEAF_SECONDS` and then all at once; as if nothing was."""
DEAF_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that happens once `at_seconds` of sound were heard.

    `before_start` puts it in the place of `session_started`, `at_commit` in the place of
    the answer to a commit (the n-th, asked for or not); with `half_told` that answer's plain
    message still goes out. `error` is the type of an error message sent first, None for none.
    """

    at_seconds: float = 0.0
    before_start: bool = False
    at_commit: int | None = None
    half_told: bool = False
    error: str | None = None
    text: str = "scripted"
    ending: Ending = "close"
    code: int = 1000
    reason: str = ""
    until: asyncio.Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One connection's behaviour; the defaults are those of a service without fault.

    `http_status` answers the handshake instead of opening. `frames` are sent as they are
    after `session_started`. `told` is how often each committed message is sent,
    `partials_told` the same for partials; `timed_first` puts the one with timestamps
    before the plain one, `timed_missing` leaves it out, `echo` sends the committed text
    once more as a partial. `repeats_late` sends the plain message, and a partial older than
    it, once more with the next sound. `answers_commits` False never answers. What is told
    arrives `latency_seconds` later, while listening goes on. `struck` is told of the fault.
    """

    http_status: int | None = None
    handshake_seconds: float = 0.0
    starts: bool = True
    fault: Fault | None = None
    frames: tuple[str | bytes, ...] = ()
    told: int = 1
    partials_told: int = 1
    timed_first: bool = False
    timed_missing: bool = False
    echo: bool = False
    repeats_late: bool = False
    answers_commits: bool = True
    latency_seconds: float = 0.0
    commit_delay_seconds: float = 0.0
    vad_words: int = 4
    vad_silence_seconds: float = 1.5
    auto_commit_seconds: float = 36.0
    struck: Callable[[Fault], None] | None = None


BAD_KEY = Fault(before_start=True, error="auth_error", text="Invalid API key")
"""As reported of the live service: the socket opens, the error comes, close 1000."""


def refusal(text: str) -> Fault:
    """A refused parameter: `invalid_request`, then close 1008 with that reason."""
    return Fault(
        before_start=True, error="invalid_request", text=text, code=1008, reason="invalid_request"
    )


def session_limit(seconds: float) -> Fault:
    """The longest session time, counted in seconds of sound."""
    return Fault(at_seconds=seconds, error="session_time_limit_exceeded", text="Time limit")
