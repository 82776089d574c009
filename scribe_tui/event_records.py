"""Events as plain JSON objects: one form for the journal on disk and the NDJSON on stdout.

Every record has `type`, `session` and `at`. Instants are ISO 8601 with milliseconds and
the offset from UTC; `..._seconds` count in the source's own time.
"""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from scribe_tui import events

TYPES: dict[type[events.Event], str] = {
    events.SessionOpened: "session_start",
    events.StateChanged: "state",
    events.SourceStarted: "source",
    events.TitleChanged: "title",
    events.ConnectionStarted: "connection",
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
    events.SessionClosed: "session_end",
}
"""The record's `type` for each event."""

_INLINED = {"segment", "gap"}
"""Fields whose own fields stand directly in the record."""


def iso(instant: float) -> str:
    """Seconds since the epoch as local ISO 8601 with milliseconds and offset."""
    return datetime.fromtimestamp(instant).astimezone().isoformat(timespec="milliseconds")


def to_record(event: events.Event) -> dict[str, Any]:
    """The event as a JSON object."""
    record = {"type": TYPES[type(event)], "session": event.session, "at": iso(event.at)}
    for item in fields(event):
        if item.name in _INLINED:
            record |= _plain(getattr(event, item.name))
        elif item.name not in ("session", "at"):
            record[item.name] = _value(item.name, getattr(event, item.name))
    return record


def to_line(record: dict[str, Any]) -> bytes:
    """One line of UTF-8 JSON with its line feed; what UTF-8 cannot hold becomes `?`."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return text.encode("utf-8", "replace") + b"\n"


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
        return iso(value) if name.endswith("_at") else round(value, 3)
    if isinstance(value, tuple):
        return [_value("", item) for item in value]
    if is_dataclass(value):
        return _plain(value)
    return value
