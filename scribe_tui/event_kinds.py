"""Enumerations in events: states, reasons, kinds."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The state of a session. `session.state` has the allowed transitions."""

    IDLE = "idle"
    CONNECTING = "connecting"
    LIVE = "live"
    BACKOFF = "backoff"
    DRAINING = "draining"
    ENDED = "ended"
    FAILED = "failed"


class Half(StrEnum):
    """The part that an error belongs to: a half of the session, the journal or the program."""

    SOURCE = "source"
    SPEECH = "speech"
    JOURNAL = "journal"
    PROGRAM = "program"


class CommitReason(StrEnum):
    """Why a commit was requested."""

    USER = "user"
    INTERVAL = "interval"
    LONG_SEGMENT = "long_segment"
    END = "end"


class Tier(StrEnum):
    """How close the heard text is to a watch word."""

    EXACT = "exact"
    CLOSE = "close"
    SOUNDS_LIKE = "sounds_like"


class HitStatus(StrEnum):
    """Whether a hit is in text that may still change, in committed text, or no longer in it."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class BudgetLevel(StrEnum):
    """How far a day's budget is used: below 80 %, from 80 % on, or 100 %."""

    FREE = "free"
    WARNED = "warned"
    STOPPED = "stopped"


class ClosedBy(StrEnum):
    """Who ended a connection."""

    SERVICE = "service"
    PROGRAM = "program"
    LINE = "line"
    """Neither side closed it: the connection broke."""
