"""Events as plain JSON objects, both ways: the form of the journal, of NDJSON and of replay.

Every record has `type`, `v` (the version of this form), `session` (its id) and `at`. Instants
are ISO 8601 with milliseconds and the offset from UTC; `..._seconds` count in the source's own
time. Numbers keep three decimals. Records of version 1 carry no `v`.

`to_record` and `from_record` are inverse for every event whose numbers have no more decimals
than that and whose texts are harmless. A reader skips what `from_record` does not know.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from scribe_tui import events
from scribe_tui.sanitize import harmless

VERSION = 2
"""Of the form of a record; raised when a reader of the version before would be wrong."""

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
    events.DeadAirChanged: "dead_air",
    events.GapRecorded: "gap",
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

_KINDS = {name: kind for kind, name in TYPES.items()}
_INLINED = {"segment", "gap"}
"""Fields whose own fields stand directly in the record."""


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
    for item in fields(event):
        if item.name in _INLINED:
            record |= _plain(getattr(event, item.name))
        elif item.name not in ("session", "at"):
            record[item.name] = _value(item.name, getattr(event, item.name))
    return record


def to_line(record: Mapping[str, Any]) -> bytes:
    """One line of UTF-8 JSON with its line feed; what UTF-8 cannot hold becomes `?`."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return text.encode("utf-8", "replace") + b"\n"


def from_record(record: object) -> events.Event | None:
    """The event that a parsed JSON value stands for.

    None for a type or version that this program does not know, and for anything that is not
    a record: whoever reads counts those and says so once. Texts are made harmless, for a
    journal may have been edited by others. Unknown fields are passed over.
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
    """A dataclass as an object; fields that say nothing (None) are left out."""
    return {
        field.name: _value(field.name, value)
        for field in fields(item)
        if (value := getattr(item, field.name)) is not None
    }


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return iso(value) if _is_instant(name) else round(value, 3)
    if isinstance(value, tuple):
        return [_value("", item) for item in value]
    if is_dataclass(value):
        return _plain(value)
    return value


def _is_instant(name: str) -> bool:
    return name == "at" or name.endswith("_at")


def _upgraded(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record of version 1: a session was its name, a segment was found by its text."""
    return {"name": record.get("session")} | dict(record)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read_dataclass(kind: Any, record: Mapping[str, Any]) -> Any:
    """A dataclass from an object. Raises ValueError or TypeError for a wrong shape."""
    values = {}
    for item in fields(kind):
        hint = _hints(kind)[item.name]
        if item.name in _INLINED:
            values[item.name] = _read_dataclass(hint, record)
        elif item.name in record:
            values[item.name] = _read(hint, item.name, record[item.name])
        elif not _has_default(item):
            raise ValueError(f"{item.name} is missing")
    return kind(**values)


def _has_default(item: Field[Any]) -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def _read(hint: Any, name: str, value: Any) -> Any:
    """A JSON value as what `hint` says. Raises ValueError or TypeError."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [arm for arm in get_args(hint) if arm is not type(None)]
        return None if value is None else _read(inner[0], name, value)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(name)
        return tuple(_read(get_args(hint)[0], "", item) for item in value)
    if is_dataclass(hint) and isinstance(value, Mapping):
        return _read_dataclass(hint, value)
    if hint is float:
        return _instant(value) if _is_instant(name) else _number(value)
    if hint is str and isinstance(value, str):
        return harmless(value)
    if hint in (int, bool) and type(value) is hint:
        return value
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    raise TypeError(name)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    if not math.isfinite(number := float(value)):
        raise ValueError("not finite")
    return number


def _instant(value: Any) -> float:
    if not isinstance(value, str):
        raise TypeError("not an instant")
    return datetime.fromisoformat(value).timestamp()
