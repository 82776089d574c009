"""Exports of one session without cues: txt, json, csv. They stream: nothing is kept in memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scribe_tui.event_records import iso, to_record
from scribe_tui.events import (
    Event,
    GapRecorded,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
)
from scribe_tui.journal.readable import ReadableLines
from scribe_tui.journal.reading.journals import Journal

COLUMNS = (
    "session", "name", "kind", "number", "started_at", "ended_at", "start_seconds",
    "end_seconds", "language", "text",
)  # fmt: skip
"""Columns of a csv file; `kind` is segment or gap, whose `text` is its cause."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""Characters that a spreadsheet may take for the beginning of a formula."""

_LEFT_OUT = {"type", "v", "session", "at"}


Sound = Callable[[int, float], tuple[str, float] | None]
"""Maps (run, source seconds) to (file, seconds in it)."""


@dataclass(frozen=True, slots=True)
class ExportedSession:
    """A session to export: its run, its journal and its events.

    `sound` maps a run of the session (from 1) and source seconds in it to the address of the file
    with that sound and the seconds in that file; None where none was kept.
    """

    run: str
    journal: Journal
    events: Iterable[Event]
    sound: Sound | None = None


def to_txt(session: ExportedSession) -> Iterator[bytes]:
    """Lines for people, as in `NAME.txt`, with edits, redactions and corrections applied."""
    lines = ReadableLines()
    for event in session.events:
        if not isinstance(event, SegmentRedacted | SegmentEdited):
            line = lines.of(event)
            if line is not None:
                yield line


def to_json(session: ExportedSession) -> Iterator[bytes]:
    """One object: run, session and name, `segments` with their words, `gaps`."""
    head = {"run": session.run, "session": session.journal.session, "name": session.journal.name}
    yield json.dumps(head, ensure_ascii=False).removesuffix("}").encode("utf-8", "replace")
    yield b', "segments": ['
    gaps: list[dict[str, Any]] = []
    between = b"\n"
    for event in session.events:
        if isinstance(event, GapRecorded):
            gaps.append(_content(event))
        elif isinstance(event, SegmentCommitted):
            line = json.dumps(_content(event), ensure_ascii=False)
            yield between + line.encode("utf-8", "replace")
            between = b",\n"
    yield b'\n], "gaps": ' + json.dumps(gaps, ensure_ascii=False).encode("utf-8", "replace")
    yield b"}\n"


def to_csv(session: ExportedSession) -> Iterator[bytes]:
    """A table with a header; cells that a spreadsheet would compute begin with `'`."""
    yield _row(COLUMNS)
    named = (session.journal.session, session.journal.name)
    for event in session.events:
        if isinstance(event, SegmentCommitted):
            item = event.segment
            ended_at = item.started_at + item.end_seconds - item.start_seconds
            yield _row(
                (
                    *(*named, "segment", item.number, iso(item.started_at), iso(ended_at)),
                    *_seconds(item.start_seconds, item.end_seconds),
                    *(item.language or "", item.text),
                )
            )
        elif isinstance(event, GapRecorded):
            gap = event.gap
            yield _row(
                (
                    *(*named, "gap", "", iso(gap.started_at), iso(gap.ended_at)),
                    *_seconds(gap.start_seconds, gap.end_seconds),
                    *("", gap.cause),
                )
            )


DOCUMENTS = {"txt": to_txt, "json": to_json, "csv": to_csv}


def _content(event: Event) -> dict[str, Any]:
    return {key: value for key, value in to_record(event).items() if key not in _LEFT_OUT}


def _seconds(start: float, end: float) -> tuple[str, str]:
    return f"{start:.3f}", f"{end:.3f}"


def _row(values: Iterable[object]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_cell(value) for value in values])
    return buffer.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> object:
    if isinstance(value, str) and value.lstrip(" \u00a0\u3000").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
