"""Sans-IO codec: wire JSON to and from typed messages. No socket, loop or clock.

Decoding never raises: whatever arrives becomes a message, at worst `Malformed` or
`Unknown`. The formats are those of the vendor's AsyncAPI description; where the live service
was reported to differ from it (characters as strings or objects, two formats of
`session_started.config`, null words, missing times) both forms are accepted.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable
from typing import Any

from scribe_tui.events import Entity, Word
from scribe_tui.sanitize import harmless, harmless_line
from scribe_tui.scribe import wire
from scribe_tui.scribe.messages import (
    Committed,
    CommittedEntities,
    CommittedWithTimestamps,
    Edited,
    Informational,
    Malformed,
    Message,
    Partial,
    Redacted,
    ServiceError,
    ServiceWarning,
    SessionStarted,
    Unknown,
)

MAX_SECONDS = 10_000_000.0
"""Latest plausible time of a word in seconds (115 days); a later one counts as missing."""
MAX_WORD_ITEMS = 10_000
"""Most items (words and spacing) in one segment: half an hour of speech. The words of a longer list
are all ignored: handling them would delay all sources for seconds."""
MAX_POSITION = 2**31

WireObject = dict[str, Any]
"""A JSON object as it came: any value may be of any type."""

_ERRORS = {kind.value: kind.value for kind in wire.ErrorKind} | {
    alias: kind.value for alias, kind in wire.ERROR_ALIASES.items()
}


def encode_audio(
    audio: bytes, sample_rate: int, *, commit: bool = False, previous_text: str | None = None
) -> str:
    """The JSON of one `input_audio_chunk` with `audio` in wire format at `sample_rate` Hz.

    `previous_text` may go with the first chunk of a connection only. With `commit` the
    service closes the open segment after this chunk.
    """
    message = {
        wire.TYPE: wire.AUDIO_CHUNK,
        **audio_fields(audio, previous_text),
        wire.COMMIT: commit,
        wire.SAMPLE_RATE: sample_rate,
    }
    return json.dumps(message)


def encode_commit(sample_rate: int) -> str:
    """The JSON that asks for a commit: an audio chunk without audio.

    The service refuses a separate message type for this (reported).
    """
    return encode_audio(b"", sample_rate, commit=True)


def audio_fields(audio: bytes, previous_text: str | None = None) -> dict[str, str]:
    """The fields of a chunk that hold the sound and, if given, the text before it."""
    fields = {wire.AUDIO: base64.b64encode(audio).decode("ascii")}
    if previous_text:
        fields[wire.PREVIOUS_TEXT] = harmless(previous_text)
    return fields


def decode(raw: str | bytes) -> Message:
    """The message in one websocket frame. Never raises."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value = json.loads(text)
    except UnicodeDecodeError:
        return Malformed("not UTF-8")
    except RecursionError:
        return Malformed("nested too deeply")
    except ValueError:  # also a number with more digits than Python converts
        return Malformed("not JSON")
    if not isinstance(value, dict):
        return Malformed("not a JSON object")
    return decode_object(value)


def decode_object(fields: WireObject) -> Message:
    """The message in one decoded JSON object. Never raises."""
    kind = fields.get(wire.TYPE)
    if not isinstance(kind, str):
        return Malformed("no message type", harmless_line(reason_in(fields)))
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(fields)
    error = fields.get(wire.ERROR_TEXT)
    if kind in _ERRORS or isinstance(error, str):
        return ServiceError(_ERRORS.get(kind) or harmless_line(kind), _line(error))
    if kind in wire.INFORMATIONAL:
        return Informational(kind)
    return Unknown(harmless_line(kind))


def type_of(fields: WireObject) -> object:
    """The value of the message type field, unchecked; None if there is none."""
    return fields.get(wire.TYPE)


def error_text(fields: WireObject) -> str:
    """The error text in an object, empty if it has none."""
    return _line(fields.get(wire.ERROR_TEXT))


def reason_in(value: object, depth: int = 4) -> str:
    """The reason, in words, in a JSON value that is no message of the service; "" if none.

    Gateways and other servers put it under one of `REASON_FIELDS`, as a text, an object or a
    list; `depth` is how many levels of nesting are searched.
    """
    if isinstance(value, str):
        return value
    if depth == 0:
        return ""
    if isinstance(value, list):
        return reason_in(value[0], depth - 1) if value else ""
    if isinstance(value, dict):
        found = (reason_in(value.get(name), depth - 1) for name in wire.REASON_FIELDS)
        return next((text for text in found if text.strip()), "")
    return ""


def _session_started(fields: WireObject) -> Message:
    session_id = fields.get("session_id")
    return SessionStarted(_line(session_id), _plain_items(fields.get("config")))


def _committed_timed(fields: WireObject) -> Message:
    language = _line(fields.get("language_code")) or None
    return CommittedWithTimestamps(_text(fields), _words(fields.get("words")), language)


def _committed_entities(fields: WireObject) -> Message:
    entities = tuple(
        Entity(
            _text(item),
            _line(item.get("entity_type")),
            _position(item.get("start_char")),
            _position(item.get("end_char")),
        )
        for item in _objects(fields.get("entities"))
    )
    return CommittedEntities(_text(fields), entities)


_READERS: dict[str, Callable[[WireObject], Message]] = {
    wire.SESSION_STARTED: _session_started,
    wire.PARTIAL: lambda fields: Partial(_text(fields)),
    wire.COMMITTED: lambda fields: Committed(_text(fields)),
    wire.COMMITTED_TIMED: _committed_timed,
    wire.COMMITTED_ENTITIES: _committed_entities,
    wire.REDACTED: lambda fields: Redacted(_text(fields), _text(fields, "redacted_text")),
    wire.EDITED: lambda fields: Edited(_text(fields), _text(fields, "edited_text")),
    wire.WARNING: lambda fields: ServiceWarning(_line(fields.get(wire.WARNING))),
}


def _words(items: object) -> tuple[Word, ...]:
    """Words and audio events with their times; spacing items are left out.

    A missing start is replaced by the end of the word before; a first item without one is dropped.
    """
    words: list[Word] = []
    if isinstance(items, list) and len(items) > MAX_WORD_ITEMS:
        return ()
    for item in _objects(items):
        text = _text(item)
        kind = _line(item.get("type")) or "word"
        start = _seconds(item.get("start"))
        if start is None and words:
            start = words[-1].end_seconds
        if kind == "spacing" or not text or start is None:
            continue
        start = max(0.0, start)
        end = max(start, _seconds(item.get("end")) or 0.0)
        speaker = _line(item.get("speaker_id")) or None
        words.append(Word(text, start, end, kind, _number(item.get("logprob")), speaker))
    return tuple(words)


def _plain_items(config: object) -> dict[str, object]:
    """The entries of the configuration the service echoes; nested objects become None."""
    if not isinstance(config, dict):
        return {}
    return {
        harmless_line(name): [_plain(item) for item in value]
        if isinstance(value, list)
        else _plain(value)
        for name, value in config.items()
        if isinstance(name, str)
    }


def _plain(value: object) -> object:
    if isinstance(value, str):
        return harmless_line(value)
    return value if isinstance(value, bool) else _number(value)


def _objects(items: object) -> Iterable[WireObject]:
    return (item for item in items if isinstance(item, dict)) if isinstance(items, list) else ()


def _text(fields: WireObject, name: str = wire.TEXT) -> str:
    value = fields.get(name)
    return harmless(value) if isinstance(value, str) else ""


def _line(value: object) -> str:
    return harmless_line(value) if isinstance(value, str) else ""


def _seconds(value: object) -> float | None:
    """`value` as a time within `MAX_SECONDS`; None for all else, such as 1.797e308."""
    number = _number(value)
    return number if number is not None and abs(number) <= MAX_SECONDS else None


def _position(value: object) -> int:
    """`value` as a position in a text, in characters; 0 if it cannot be one."""
    number = _number(value)
    return int(number) if number is not None and 0 <= number <= MAX_POSITION else 0


def _number(value: object) -> float | int | None:
    """`value` if it is a finite number, else None: Python's JSON accepts NaN and infinity."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:  # an integer beyond the range of float
        return None
