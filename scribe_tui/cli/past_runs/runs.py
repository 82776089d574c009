"""`scribe-tui runs`: lists saved runs, newest first."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import islice
from pathlib import Path

from scribe_tui.cli.output import complain
from scribe_tui.errors import UsageError
from scribe_tui.event_records import iso
from scribe_tui.journal.reading.find import known_runs
from scribe_tui.journal.reading.summary import RunSummary, summarise
from scribe_tui.sanitize import harmless_line
from scribe_tui.sizes import size_text

SHOWN = 50
"""Most runs listed without --all: counting the content of a run means reading its journals."""


def list_runs(log_dir: Path, *, every: bool, as_json: bool) -> int:
    """Print one line per run; return 0, also if there are none, which is said on stderr."""
    known = known_runs(log_dir)
    if not known:
        complain(f"There is no run in {harmless_line(str(log_dir))} yet.")
        return 0
    if not as_json:
        print(f"{'run':21} {'begun':16} {'length':>9} {'segments':>8} {'gaps':>5} {'hits':>5} "
              f"{'size':>9}  sources")  # fmt: skip
    for run in islice(known, None if every else SHOWN):
        try:
            summary = summarise(run)
        except UsageError as error:  # the others are there all the same
            complain(error.message)
            continue
        print(json.dumps(_record(summary), ensure_ascii=False) if as_json else _row(summary))
    if not every and len(known) > SHOWN:
        complain(f"{len(known) - SHOWN} older runs are not shown; --all shows them.")
    return 0


def _record(summary: RunSummary) -> dict[str, object]:
    return {
        "run": summary.path.name,
        "folder": str(summary.path),
        "begun_at": iso(summary.begun_at),
        "seconds": round(summary.seconds, 3),
        "sources": list(summary.sources),
        "segments": summary.segments,
        "gaps": summary.gaps,
        "hits": summary.hits,
        "bytes": summary.size,
        "recording": summary.recording,
    }


def _row(summary: RunSummary) -> str:
    begun = datetime.fromtimestamp(summary.begun_at)
    sources = harmless_line(", ".join(summary.sources)) or "none"
    mark = " (recording)" if summary.recording and summary.sources else ""
    return (
        f"{harmless_line(summary.path.name):21} {begun:%Y-%m-%d %H:%M} "
        f"{_length(summary.seconds):>9} {summary.segments:>8} {summary.gaps:>5} "
        f"{summary.hits:>5} {size_text(summary.size):>9}  {sources}{mark}"
    )


def _length(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
