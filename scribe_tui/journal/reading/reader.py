"""Journals read as events, one at a time, however large; no line is assumed to be valid."""

from __future__ import annotations

import heapq
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scribe_tui.event_records import TYPES, from_record
from scribe_tui.events import Event, Noticed, SegmentCommitted, SessionClosed, SessionOpened
from scribe_tui.journal.reading.journals import Journal, is_piece
from scribe_tui.journal.reading.line_scan import parsed_without_words, record_type
from scribe_tui.journal.reading.parts import Parts, lines_in
from scribe_tui.journal.reading.problems import Numbering, Problems, Wholeness
from scribe_tui.journal.reading.rewrites import AppliedCorrections, Rewrites

_KNOWN = frozenset(TYPES.values())
_LOST = b'{"type": "lines_lost"'


def read(
    journal: Journal,
    problems: Problems | None = None,
    *,
    as_heard: bool = False,
    words: bool = True,
) -> Iterator[Event]:
    """The events of one journal, all its parts in order.

    Redactions and edits, which may come much later, are applied to their segments, and so are the
    user's corrections, unless `as_heard`. Without `words` segments come without their words, which
    is twice as fast. Where the first parts are gone, the header of the next part counts as the
    session's opening. Never raises: what cannot be read is counted in `problems`.
    """
    problems = problems if problems is not None else Problems()
    rewrites, corrected = Rewrites(), AppliedCorrections()
    parts = Parts(journal, problems.not_read)
    if not as_heard:
        for part in parts:
            rewrites.scan(part.lines(journal, _ignored))
    numbering, wholeness = Numbering(problems), Wholeness(problems)
    opened, number = False, 1
    for part in parts:
        file = part.path.name
        for line in part.lines(journal, problems.not_read):
            event = parse_line(line, problems, file, words=words, continued=not opened)
            if event is None:
                continue
            opened = True
            wholeness.event(event, file)
            yield event if as_heard else corrected.event(rewrites.event(event, number))
            if isinstance(event, SegmentCommitted):
                numbering.segment(event.segment.number, file)
                number = event.segment.number + 1
            elif isinstance(event, SessionClosed):
                numbering.end(event.segments, file)
            elif isinstance(event, Noticed) and line.startswith(_LOST):
                numbering.excuse()
                wholeness.excuse()
    if parts.each:
        wholeness.end(parts.each[-1].path, parts.has_grown)


def read_types(journal: Journal, types: Collection[str]) -> Iterator[Event]:
    """Only the events of some types (names as in records), as they were written.

    No other line is parsed. The header of a later part counts as `session_start`.
    """
    wanted = {*types, "continued"} if "session_start" in types else types
    opened = False
    for line in lines_in(journal, _ignored):
        if record_type(line) in wanted:
            event = parse_line(line, Problems(), words=False, continued=not opened)
            if event is not None:
                opened = True
                yield event


def merged(
    journals: Iterable[Journal],
    problems: Problems | None = None,
    *,
    as_heard: bool = False,
    words: bool = True,
) -> Iterator[Event]:
    """The events of several journals in the order they were written (`Event.at`)."""
    streams = [read(item, problems, as_heard=as_heard, words=words) for item in journals]
    return heapq.merge(*streams, key=lambda event: event.at)


def parse_line(
    line: bytes,
    problems: Problems,
    file: str = "",
    *,
    words: bool = True,
    continued: bool = False,
) -> Event | None:
    """The event of one line; None if it has none, counted in `problems` if that is a fault.

    `file` is the name of the line's file. With `continued` the header of a later part counts as the
    session's opening.
    """
    if not line.endswith(b"\n"):
        if not is_piece(line):
            problems.torn[file] += 1
        return None
    try:
        record = json.loads(line) if words else parsed_without_words(line)
    except (ValueError, RecursionError):
        problems.broken[file] += 1
        return None
    if not isinstance(record, dict):
        problems.broken[file] += 1
        return None
    event = from_record(record) or _ours_besides_events(record, continued)
    if event is None:
        _count(record, problems, file)
    return event


def _ours_besides_events(record: Mapping[str, Any], continued: bool) -> Event | None:
    """Records that the journal itself adds: the header of a part, lines that were lost."""
    if record.get("type") == "continued" and continued:
        opening = from_record({**record, "type": "session_start"})
        begun = from_record({**record, "type": "session_start", "at": record.get("opened_at")})
        return begun if isinstance(begun, SessionOpened) else opening
    if record.get("type") == "lines_lost":
        text = f"{record.get('lines')} lines of this log were lost"
        notice = {"type": "notice", "v": 2, "text": text}
        return from_record({**notice, "session": record.get("session"), "at": record.get("at")})
    return None


def _count(record: Mapping[str, Any], problems: Problems, file: str) -> None:
    kind = record.get("type")
    if kind == "continued":
        return
    if not isinstance(kind, str):
        problems.broken[file] += 1
    elif kind in _KNOWN:
        problems.unknown[f"{kind} (version {record.get('v', 1)}, or damaged)"] += 1
    elif len(problems.unknown) < 100:
        problems.unknown[kind] += 1


def _ignored(_path: Path, _error: OSError) -> None:
    """Ignore a failure: another read of the same file reports it."""
