"""Typed messages of the wire, in both directions. `codec.py` turns them to and from JSON.

Facts are those of the vendor's API reference and AsyncAPI file (2025 to 2026) unless a
docstring says "reported", which means third-party clients saw it on the live service.
All text fields of received messages are harmless already (`sanitize.harmless`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scribe_tui.events import Entity, Word


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """The service is ready. Only this proves it: the socket also opens with a bad key."""

    session_id: str
    config: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Partial:
    """The whole text of the open segment so far; may be empty or equal to the one before."""

    text: str


@dataclass(frozen=True, slots=True)
class Committed:
    """A segment's final text; may be empty."""

    text: str


@dataclass(frozen=True, slots=True)
class CommittedWithTimestamps:
    """The same segment again with word times, in seconds from this socket's first audio.

    Usually after the plain message, sometimes before it (reported).
    """

    text: str
    words: tuple[Word, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class CommittedEntities:
    """Entities of the committed segment whose text is `text`."""

    text: str
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Redacted:
    """Redacted form of a committed segment."""

    text: str
    redacted_text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """Edited form of a committed segment; may come late and out of order."""

    text: str
    edited_text: str


@dataclass(frozen=True, slots=True)
class ServiceWarning:
    """A warning; the session goes on."""

    text: str


@dataclass(frozen=True, slots=True)
class ServiceError:
    """One of the 14 error types, or an unknown type that carries an `error` text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Informational:
    """A known message that the program does not use (`final_transcript`, diarization, …)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message type that this program does not know."""

    kind: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something received that is no protocol message; `reason` says why, without its content.

    `said` is the reason found in an object without a message type, else empty.
    """

    reason: str
    said: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        """`reason` and `said` as one text for people."""
        return f"{self.reason}: {self.said}" if self.said else self.reason


Message = (
    SessionStarted
    | Partial
    | Committed
    | CommittedWithTimestamps
    | CommittedEntities
    | Redacted
    | Edited
    | ServiceWarning
    | ServiceError
    | Informational
    | Unknown
    | Malformed
)
