"""The service's side of one connection, sans-IO: takes frames and results, gives steps to do."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scribe_tui.audio.format import SAMPLE_BYTES
from scribe_tui.local.query import LANGUAGE, SessionParameters
from scribe_tui.local.recognition.messages import (
    ClosedSegment,
    OpenText,
    Result,
    SpokenWord,
)
from scribe_tui.scribe import wire
from scribe_tui.scribe.wire import ErrorKind

AUTO_COMMIT_SECONDS: Final = 36.0
"""Under manual commits the service commits by itself at this much uncommitted audio."""
LEAST_COMMIT_SECONDS: Final = 0.3
"""A commit of less uncommitted audio ends the session."""
MAX_CHUNK_BYTES: Final = 1 << 20
"""Longest audio chunk: half a minute at 16 kHz. The service's own limit is not known."""

NORMAL_CLOSE: Final = 1000
POLICY_CLOSE: Final = 1008


@dataclass(frozen=True, slots=True)
class Send:
    """Send this message."""

    message: dict[str, object]


@dataclass(frozen=True, slots=True)
class Recognise:
    """Give this audio, in wire format, to the recogniser."""

    audio: bytes


@dataclass(frozen=True, slots=True)
class Commit:
    """Let the recogniser close the open segment."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection."""

    code: int
    reason: str


Step = Send | Recognise | Commit | Close


def error(kind: ErrorKind, text: str) -> Send:
    """An error message."""
    return Send({wire.TYPE: kind.value, wire.ERROR_TEXT: text})


class InputError(Exception):
    """A wrong message, which the service answers with `input_error`; the session goes on."""


class SessionProtocol:
    """One session, after its query was accepted. It counts audio and has no clock."""

    def __init__(self, params: SessionParameters, session_id: str) -> None:
        self._params = params
        self._session_id = session_id
        self._sample_bytes = 1 if params.audio_format.is_ulaw else SAMPLE_BYTES
        self._samples = 0
        self._committed_at = 0
        self._is_first_chunk = True

    def start(self) -> Iterator[Step]:
        """The first messages: `session_started` and warnings."""
        config = dict(self._params.config)
        yield Send(
            {wire.TYPE: wire.SESSION_STARTED, "session_id": self._session_id, "config": config}
        )
        for warning in self._params.warnings:
            yield Send({wire.TYPE: wire.WARNING, "warning": warning})

    def receive(self, frame: str | bytes) -> Iterator[Step]:
        """Take one websocket frame of the client."""
        try:
            message = _parsed(frame)
            audio = self._audio_of(message)
        except InputError as problem:
            yield error(ErrorKind.INPUT, str(problem))
            return
        if len(audio) > MAX_CHUNK_BYTES:
            yield error(ErrorKind.CHUNK_SIZE_EXCEEDED, "the audio chunk is too big")
            yield Close(NORMAL_CLOSE, ErrorKind.CHUNK_SIZE_EXCEEDED.value)
            return
        self._is_first_chunk = False
        if audio:
            self._samples += len(audio) // self._sample_bytes
            yield Recognise(audio)
        if message.get(wire.COMMIT):
            yield from self._commit()
        elif self._is_commit_due():
            yield self._cut()

    def recognised(self, result: Result) -> Iterator[Step]:
        """Take a result of the recogniser."""
        match result:
            case OpenText(text):
                yield Send({wire.TYPE: wire.PARTIAL, wire.TEXT: text})
            case ClosedSegment():
                yield from self._committed(result)

    def _committed(self, result: ClosedSegment) -> Iterator[Step]:
        closed_at = self._params.audio_format.samples(result.end_seconds)
        self._committed_at = max(self._committed_at, min(closed_at, self._samples))
        yield Send({wire.TYPE: wire.COMMITTED, wire.TEXT: result.text})
        params = self._params
        if params.include_timestamps or params.include_language_detection:
            words = _words_on_wire(result.words) if params.include_timestamps else None
            yield Send(
                {
                    wire.TYPE: wire.COMMITTED_TIMED,
                    wire.TEXT: result.text,
                    "language_code": LANGUAGE,
                    "words": words,
                }
            )

    def _audio_of(self, message: dict[str, Any]) -> bytes:
        rate = message.get(wire.SAMPLE_RATE)
        if rate is not None and rate != self._params.audio_format.rate:
            raise InputError(f"sample_rate must be {self._params.audio_format.rate}")
        previous = message.get(wire.PREVIOUS_TEXT)
        if previous is not None and not isinstance(previous, str):
            raise InputError("previous_text must be a string")
        if previous is not None and not self._is_first_chunk:
            raise InputError("previous_text is allowed with the first audio chunk only")
        if not isinstance(message.get(wire.COMMIT, False), bool):
            raise InputError("commit must be true or false")
        encoded = message.get(wire.AUDIO)
        if not isinstance(encoded, str):
            raise InputError(f"{wire.AUDIO} must be a string")
        try:
            audio = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise InputError(f"{wire.AUDIO} is not valid base64") from None
        if len(audio) % self._sample_bytes:
            raise InputError("the audio ends in the middle of a sample")
        return audio

    @property
    def _uncommitted_seconds(self) -> float:
        return self._params.audio_format.seconds(self._samples - self._committed_at)

    def _commit(self) -> Iterator[Step]:
        if self._uncommitted_seconds < LEAST_COMMIT_SECONDS:
            yield error(
                ErrorKind.COMMIT_THROTTLED,
                f"Commit needs at least {LEAST_COMMIT_SECONDS} s of uncommitted audio, "
                f"there is {self._uncommitted_seconds:.2f} s",
            )
            yield Close(NORMAL_CLOSE, ErrorKind.COMMIT_THROTTLED.value)
            return
        yield self._cut()

    def _is_commit_due(self) -> bool:
        if self._params.recognition.commits_by_vad:
            return False
        return self._uncommitted_seconds >= AUTO_COMMIT_SECONDS

    def _cut(self) -> Commit:
        self._committed_at = self._samples
        return Commit()


def _parsed(frame: str | bytes) -> dict[str, Any]:
    try:
        message = json.loads(frame) if isinstance(frame, str) else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or not isinstance(message.get(wire.TYPE), str):
        raise InputError("Message must be a valid protocol message")
    if message[wire.TYPE] != wire.AUDIO_CHUNK:
        raise InputError(f"Unexpected message type: {message[wire.TYPE][:100]}")
    return message


def _words_on_wire(words: tuple[SpokenWord, ...]) -> list[dict[str, object]]:
    items: list[dict[str, object]] = []
    before: SpokenWord | None = None
    for word in words:
        if before is not None:
            items.append(_item(" ", "spacing", before.end_seconds, word.start_seconds))
        items.append(_item(word.text, "word", word.start_seconds, word.end_seconds))
        before = word
    return items


def _item(text: str, kind: str, start: float, end: float) -> dict[str, object]:
    """An item of `words`, without `logprob`, which the recogniser does not give."""
    return {
        "text": text,
        "start": start,
        "end": end,
        "type": kind,
        "speaker_id": None,
        "characters": None,
        "channel_index": None,
    }
