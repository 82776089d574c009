"""`scribe-tui search QUERY`: what was said, in all runs and sources, newest first."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scribe_tui.cli.output import complain
from scribe_tui.errors import UsageError
from scribe_tui.event_records import iso
from scribe_tui.journal.reading.problems import by_file
from scribe_tui.journal.reading.times import parse_since
from scribe_tui.journal.search.index import SCAN_SECONDS, Asked, LineInContext, SpokenLine, search
from scribe_tui.journal.search.query import says_nothing
from scribe_tui.sanitize import harmless_line

GRACE_SECONDS = 2.0
"""Seconds beyond the scan's limit after which a single comparison is interrupted."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The options as the user wrote them."""

    query: str
    since: str | None
    source: str | None
    context: int
    limit: int
    regex: bool
    as_json: bool


def run_search(log_dir: Path, wanted: SearchOptions) -> int:
    """Print what is found; return 1 if nothing is, as grep does."""
    if not wanted.query.strip():
        raise UsageError("nothing to search", "There is nothing to search for.")
    asked = Asked(
        wanted.query,
        is_regex=wanted.regex,
        since=None if wanted.since is None else parse_since(wanted.since, time.time()),
        source=wanted.source,
        context=wanted.context,
        limit=wanted.limit,
    )
    with _in_time() if wanted.regex else _unbounded():
        answer = search(log_dir, asked, complain)
    if not wanted.regex and says_nothing(wanted.query):
        complain("There is no word to search for; signs are found with --regex.")
    for found in answer.found:
        _print(found, as_json=wanted.as_json)
    if answer.cut:
        complain(
            f"The search was broken off after {SCAN_SECONDS:.0f} s: only the newest lines were "
            "looked at. A word of three letters or more in the expression makes it quicker."
        )
    if answer.damaged:
        complain(f"Damaged lines, not looked at: {by_file(Counter(answer.damaged))}.")
    if not answer.knows_source and wanted.source is not None:
        complain(f"No source of any run is called {harmless_line(wanted.source)}.")
    if answer.more:
        complain(f"There are older ones, too: only {wanted.limit} are shown (--limit).")
    return 0 if answer.found else 1


@contextmanager
def _in_time() -> Iterator[None]:
    """Raise TimeoutError inside a comparison that takes too long: `re` checks for signals."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SCAN_SECONDS + GRACE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _unbounded() -> Iterator[None]:
    yield


def _print(found: LineInContext, *, as_json: bool) -> None:
    if as_json:
        record = _record(found.line)
        record["before"] = [_record(line) for line in found.before]
        record["after"] = [_record(line) for line in found.after]
        print(json.dumps(record, ensure_ascii=False))
        return
    for line in found.before:
        print(f"  {_row(line)}")
    print(f"{'> ' if found.before or found.after else ''}{_row(found.line)}")
    for line in found.after:
        print(f"  {_row(line)}")
    if found.before or found.after:
        print()


def _row(line: SpokenLine) -> str:
    said = datetime.fromtimestamp(line.at)
    return f"{said:%Y-%m-%d %H:%M:%S} {line.name} +{line.start_seconds:.0f}s: {line.text}"


def _record(line: SpokenLine) -> dict[str, object]:
    return {
        "run": line.run,
        "session": line.session,
        "name": line.name,
        "number": line.number,
        "started_at": iso(line.at),
        "start_seconds": line.start_seconds,
        "end_seconds": line.end_seconds,
        "text": line.text,
    }
