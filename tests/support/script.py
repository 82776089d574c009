"""Script: what a scripted speech endpoint does on one connection, right or wrong."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Ending = Literal["close", "drop", "reset", "stall", "freeze", "deaf", "stay"]
"""How a fault ends the connection.

`close`: a close frame. `drop`: the TCP connection ends without one. `reset`: RST. `stall`: it stays
silent. `freeze`: it is silent and no longer reads. `deaf`: it reads nothing for `DEAF_SECONDS` or
until `Fault.until`, then everything at once. `stay`: it goes on as if nothing had happened.
"""
DEAF_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that happens once `at_seconds` of sound were heard.

    `before_start`: it replaces `session_started`. `at_commit`: it replaces the n-th committed
    answer, requested or not; with `half_told` that answer's plain message is still sent.
    `at_value`: it happens when that number of numbered sound is heard, on each connection. `error`
    is the type of an error message sent first, None for none.
    """

    at_seconds: float = 0.0
    before_start: bool = False
    at_commit: int | None = None
    at_value: int | None = None
    half_told: bool = False
    error: str | None = None
    text: str = "scripted"
    ending: Ending = "close"
    code: int = 1000
    reason: str = ""
    until: asyncio.Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The behaviour of one connection; the defaults are those of a faultless service.

    Attributes:
        http_status: refuses the handshake with this status, `http_headers` and `http_body`.
        handshake_seconds: delay of the answer to the handshake.
        starts: False opens the socket and never sends anything.
        fault: what goes wrong later.
        frames: sent unchanged after `session_started`.
        told: how many times each committed message is sent; `partials_told` the same for partials.
        timed_first: the message with timestamps comes before the plain one.
        timed_missing: the message with timestamps is not sent.
        echo: the committed text is sent again as a partial.
        repeats_late: the plain message, and a partial older than it, are sent again with the
            next sound.
        answers_commits: False never answers a commit.
        throttles: False answers commits of any length, also of less than 0.3 s.
        latency_seconds: delay of all messages, while it continues to listen.
        commit_delay_seconds: delay of the answer to a commit, while it does not listen.
        vad_words: number of words after which a segment ends under VAD, None for no limit.
        vad_silence_seconds: silence that ends a segment under VAD, None for the query's.
        word_drift_seconds: with each segment word times are ahead by this much more.
        times_restart: the word times of each segment begin at 0.
        auto_commit_seconds: seconds of sound after which a segment ends under `manual`.
        struck: called with the fault when it happens.
    """

    http_status: int | None = None
    http_headers: tuple[tuple[str, str], ...] = ()
    http_body: str = "refused\n"
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
    throttles: bool = True
    latency_seconds: float = 0.0
    commit_delay_seconds: float = 0.0
    vad_words: int | None = 4
    vad_silence_seconds: float | None = None
    word_drift_seconds: float = 0.0
    times_restart: bool = False
    auto_commit_seconds: float = 36.0
    struck: Callable[[Fault], None] | None = None


NEVER_COMMITS = Script(answers_commits=False, vad_words=None, vad_silence_seconds=math.inf)
"""Partials only: it commits neither on request nor by itself, not even after silence."""

BAD_KEY = Fault(before_start=True, error="auth_error", text="Invalid API key")
"""As reported of the live service: the socket opens, the error is sent, then close 1000."""


def refusal(text: str) -> Fault:
    """Return the fault of a refused parameter: `invalid_request`, then close 1008."""
    return Fault(
        before_start=True, error="invalid_request", text=text, code=1008, reason="invalid_request"
    )


def session_limit(seconds: float) -> Fault:
    """Return the fault of the session time limit, counted in seconds of sound."""
    return Fault(at_seconds=seconds, error="session_time_limit_exceeded", text="Time limit")


def redirect(location: str, status: int = 302) -> Script:
    """Return a script that redirects the handshake."""
    return Script(http_status=status, http_headers=(("Location", location),))
