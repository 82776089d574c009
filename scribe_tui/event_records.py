"""Converts events to JSON objects and back, for the journal, NDJSON and replay.

Every record has `type`, `v` (the version of this form), `session` (its id) and `at`. Instants
are ISO 8601 with milliseconds and the offset from UTC; `..._seconds` count in the source's own
time. Numbers keep three decimals. Records of version 1 carry no `v`.

`from_record(to_record(event))` equals the event if its numbers have no more decimals than that and
its texts are harmless. A reader skips records that `from_record` does not know.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache, partial
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from scribe_tui import events
from scribe_tui.sanitize import harmless

VERSION = 2
"""Version of the record format; raised when readers of the previous one would misread records."""

TYPES: dict[type[events.Event], str] = {
    events.SessionOpened: "session_start",
    events.SessionRenamed: "rename",
    events.StateChanged: "state",
    events.SourceStarted: "source",
    events.TitleChanged: "title",
    events.ConnectionStarted: "connection",
    events.ConnectionEnded: "connection_end",
    events.PartialChanged: "partial",
    events.SegmentCommitted: "segment",
    events.CommitRequested: "commit",
    events.ErrorRaised: "error",
    events.ErrorCleared: "error_cleared",
    events.Noticed: "notice",
    events.PauseChanged: "pause",
    events.RecognitionChanged: "recognition",
    events.DeadAirChanged: "dead_air",
    events.GapRecorded: "gap",
    events.SoundKept: "sound",
    events.EntitiesFound: "entities",
    events.SegmentRedacted: "redaction",
    events.SegmentEdited: "edit",
    events.WatchHit: "hit",
    events.AlertFailed: "alert_failed",
    events.BudgetChanged: "budget",
    events.ScheduleChanged: "schedule",
    events.SessionClosed: "session_end",
    events.SessionRemoved: "remove",
}
"""The record's `type` for each event."""

MOST_SECONDS = 1e10
"""Largest accepted number of seconds (three centuries): a larger one is damage or an attack."""
FIRST_YEAR, LAST_YEAR = 1900, 2500

_KINDS = {name: kind for kind, name in TYPES.items()}
_INLINED = {"segment", "gap"}
"""Fields whose own fields are put directly into the record."""
_ALWAYS = {"session", "at"}
"""Fields that every record has, in front of the others."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def iso(instant: float) -> str:
    """Seconds since the epoch as local ISO 8601 with milliseconds and offset."""
    return datetime.fromtimestamp(instant).astimezone().isoformat(timespec="milliseconds")


def to_record(event: events.Event) -> dict[str, Any]:
    """The event as a JSON object."""
    record: dict[str, Any] = {
        "type": TYPES[type(event)],
        "v": VERSION,
        "session": event.session,
        "at": iso(event.at),
    }
    kind: Any = type(event)
    for name, is_instant in _names_of(kind):
        value = getattr(event, name)
        if name in _INLINED:
            record |= _plain(value)
        elif name not in _ALWAYS:
            record[name] = _value(value, is_instant)
    return record


def to_line(record: Mapping[str, Any]) -> bytes:
    """One line of UTF-8 JSON with line feed; characters that UTF-8 cannot encode become `?`."""
    return _ENCODER.encode(record).encode("utf-8", "replace") + b"\n"


def from_record(record: object) -> events.Event | None:
    """The event in a parsed JSON value.

    None for an unknown type or version, and for anything that is not a record: readers count
    those and report them once. Texts are made harmless, because others may have edited the
    journal. Unknown fields are ignored.
    """
    if not isinstance(record, Mapping):
        return None
    version = record.get("v", 1)
    kind = _KINDS.get(name) if isinstance(name := record.get("type"), str) else None
    if kind is None or version not in (1, VERSION):
        return None
    try:
        event: events.Event = _read_dataclass(kind, _upgraded(record) if version == 1 else record)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return event


def _plain(item: Any) -> dict[str, Any]:
    """A dataclass as an object, without fields that are None."""
    kind: Any = type(item)
    return {
        name: _value(value, is_instant)
        for name, is_instant in _names_of(kind)
        if (value := getattr(item, name)) is not None
    }


def _plain_word(word: events.Word) -> dict[str, Any]:
    """The same for a word, but faster: nine tenths of a journal are words."""
    plain = {
        "text": word.text,
        "start_seconds": _value(word.start_seconds, False),
        "end_seconds": _value(word.end_seconds, False),
        "kind": word.kind,
    }
    if word.logprob is not None:
        plain["logprob"] = _value(word.logprob, False)
    if word.speaker is not None:
        plain["speaker"] = word.speaker
    return plain


@cache
def _names_of(kind: Any) -> tuple[tuple[str, bool], ...]:
    """The fields of a dataclass, and whether each is an instant; computed once."""
    return tuple((item.name, _is_instant(item.name)) for item in fields(kind))


def _value(value: Any, is_instant: bool) -> Any:
    kind = type(value)
    if kind is str:  # true for most fields
        return value
    if kind is float:
        if not math.isfinite(value):
            return None
        return iso(value) if is_instant else round(value, 3)
    if kind is tuple:
        return [
            _plain_word(item) if type(item) is events.Word else _value(item, False)
            for item in value
        ]
    if isinstance(value, Enum):
        return value.value
    return _plain(value) if is_dataclass(value) else value


def _is_instant(name: str) -> bool:
    return name == "at" or name.endswith("_at")


def _upgraded(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record of version 1 as one of version 2: sessions had no id but their name."""
    return {"name": record.get("session")} | dict(record)


_Read = Callable[[Any], Any]
"""Converts a JSON value to a value of a field. Raises ValueError or TypeError."""


class _Field(NamedTuple):
    """How one field of a dataclass is read; computed once, as a journal has millions."""

    name: str
    read: _Read
    inlined: bool
    required: bool


def _read_dataclass(kind: Any, record: Mapping[str, Any]) -> Any:
    """A dataclass from an object. Raises ValueError or TypeError for wrong or missing fields."""
    values = {}
    for name, read, inlined, required in _fields_of(kind):
        if inlined:
            values[name] = read(record)
        elif name in record:
            values[name] = read(record[name])
        elif required:
            raise ValueError(f"{name} is missing")
    return kind(**values)


@cache
def _fields_of(kind: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    return tuple(
        _Field(
            item.name,
            _reader_of(hints[item.name], item.name),
            item.name in _INLINED,
            item.default is MISSING and item.default_factory is MISSING,
        )
        for item in fields(kind)
    )


def _reader_of(hint: Any, name: str) -> _Read:
    """The function that converts a JSON value to a value of type `hint`."""
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (arm for arm in get_args(hint) if arm is not type(None))
        read = _reader_of(inner, name)
        return lambda value: None if value is None else read(value)
    if hint == tuple[events.Word, ...]:
        return _words
    if get_origin(hint) is tuple:
        return partial(_list_of, _reader_of(get_args(hint)[0], ""))
    if is_dataclass(hint):
        return partial(_object_of, hint)
    if hint is float:
        return instant_of if _is_instant(name) else _number
    if hint is str:
        return _text
    if hint in (int, bool):
        return partial(_exactly, hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    raise AssertionError(f"no form for {name}: {hint}")


def _words(value: Any) -> tuple[events.Word, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple([_word(item) for item in value])


def _word(item: Any) -> events.Word:
    """A word from an object; usual ones are read fast, as nine tenths of a journal are words."""
    if type(item) is dict:
        get = item.get
        text, start, end = get("text"), get("start_seconds"), get("end_seconds")
        logprob, speaker, kind = get("logprob"), get("speaker"), get("kind", "word")
        if (
            type(text) is str
            and text.isascii()
            and text.isprintable()
            and type(start) is type(end) is float
            and -MOST_SECONDS <= start <= MOST_SECONDS
            and -MOST_SECONDS <= end <= MOST_SECONDS
            and kind == "word"
            and speaker is None
            and (logprob is None or (type(logprob) is float and math.isfinite(logprob)))
        ):
            return events.Word(text, start, end, "word", logprob)
    word: events.Word = _object_of(events.Word, item)
    return word


def _list_of(read: _Read, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple([read(item) for item in value])


def _object_of(kind: Any, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    return _read_dataclass(kind, value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return harmless(value)


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"no {kind.__name__}")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    number = float(value)
    if not -MOST_SECONDS <= number <= MOST_SECONDS:
        raise ValueError("not a number that can be meant")
    return number


def instant_of(value: Any) -> float:
    """Seconds since the epoch of an ISO 8601 instant in a record.

    Raises TypeError or ValueError, also for years outside `FIRST_YEAR` to `LAST_YEAR`.
    """
    if not isinstance(value, str):
        raise TypeError("not an instant")
    instant = datetime.fromisoformat(value)
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError("not an instant that can be meant")
    return instant.timestamp()
