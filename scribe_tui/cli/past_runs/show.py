"""`scribe-tui show RUN [NAME]`: a run as people read it, or its records as JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.cli.output import complain
from scribe_tui.errors import UsageError
from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import Event, SegmentEdited, SegmentRedacted
from scribe_tui.journal.readable import ReadableLines
from scribe_tui.journal.reading import (
    Journal,
    Problems,
    find_run,
    journals_of,
    merged,
    named,
    read,
)
from scribe_tui.journal.reading.follow import Follower
from scribe_tui.journal.reading.journals import called_last, labels_of, strangers_in
from scribe_tui.journal.reading.order import as_said
from scribe_tui.journal.reading.selection import nothing_within, selected
from scribe_tui.journal.reading.summary import span_of
from scribe_tui.journal.reading.times import window
from scribe_tui.sanitize import harmless_line

LOOK_SECONDS = 0.3
"""Seconds between two looks at the files of a run that is followed."""


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """Which part of a run to show, with times as the user wrote them, and in which form."""

    from_: str | None
    to: str | None
    follow: bool
    as_json: bool


def show_run(log_dir: Path, run_text: str, name: str | None, shown: ShowOptions) -> int:
    """Print a run; with `follow` until no program writes to it. Raises UsageError."""
    run = find_run(run_text, log_dir)
    all_journals = journals_of(run)
    journals = named(all_journals, name)
    if not journals and not shown.follow:
        raise UsageError(
            "empty run", f"There is no journal in {harmless_line(run.name or str(run))}."
        )
    begun_at, ended_at = span_of(run, journals)
    now = time.time()
    span = window(shown.from_, shown.to, begun_at, now if shown.follow else ended_at)
    problems = Problems()
    problems.strangers(strangers_in(run, all_journals) if name is None else ())
    if shown.follow:
        events = _followed(run, name, problems)
    elif shown.as_json:
        events = merged(journals, problems)
    else:
        events = as_said(read(journal, problems, words=False) for journal in journals)
    printer = _Printer(journals, name, shown)
    for event in selected(events, span, problems):
        printer.print(event)
    for sentence in problems.sentences:
        complain(sentence)
    if sentence := nothing_within(span, problems, begun_at, ended_at):
        complain(sentence)
    return 0


class _Printer:
    """Writes events to stdout, with names if there are several sources."""

    def __init__(self, journals: Iterable[Journal], name: str | None, shown: ShowOptions) -> None:
        journals = list(journals)
        several = name is None or len(journals) > 1
        self._lines = ReadableLines(labels_of(journals) if several else None)
        self._shown = shown

    def print(self, event: Event) -> None:
        if self._shown.as_json:
            self._write(to_line(to_record(event)))
            return
        # Unless followed, texts are already in their last form.
        applied = isinstance(event, SegmentRedacted | SegmentEdited) and not self._shown.follow
        line = None if applied else self._lines.of(event)
        if line is not None:
            self._write(line)

    def _write(self, line: bytes) -> None:
        sys.stdout.buffer.write(line)
        if self._shown.follow:
            sys.stdout.buffer.flush()


def _followed(run: Path, name: str | None, problems: Problems) -> Iterator[Event]:
    """Yield events that exist and that come, until the run is over and read to its end."""
    follower = Follower(run, lambda journal: _is_named(journal, name), problems)
    try:
        while True:
            over = follower.is_over
            yield from follower.events()
            if over:
                return
            time.sleep(LOOK_SECONDS)
    finally:
        follower.close()


def _is_named(journal: Journal, name: str | None) -> bool:
    if name is None or name in (journal.session, journal.stem):
        return True
    return name in (journal.name, called_last(journal).name)
