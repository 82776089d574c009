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
    """One connection's behaviour; the defaults are those of a service without fault.

    Attributes:
        http_status: answers the handshake instead of opening, with `http_headers` and `http_body`.
        handshake_seconds: how long the handshake waits for its answer.
        starts: False opens the socket and says nothing, ever.
        fault: what goes wrong later.
        frames: sent as they are after `session_started`.
        told: how often each committed message is sent; `partials_told` the same for partials.
        timed_first: the message with timestamps comes before the plain one.
        timed_missing: it does not come at all.
        echo: the committed text comes once more as a partial.
        repeats_late: the plain message, and a partial older than it, come once more with the
            next sound.
        answers_commits: False never answers one.
        throttles: False answers commits of any length, also of less than 0.3 s.
        latency_seconds: what is told arrives so much later, while listening goes on.
        commit_delay_seconds: a commit is answered so late, and nothing is listened to meanwhile.
        vad_words: under VAD a segment ends after so many words, None for never by their number,
        vad_silence_seconds: and after so much silence, None for what the query asks for.
        word_drift_seconds: by so much word times run ahead further with each segment.
        times_restart: the word times of each segment begin at 0.
        auto_commit_seconds: under `manual` a segment ends after so much sound.
        struck: is told of the fault.
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
