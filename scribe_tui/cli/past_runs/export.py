"""`scribe-tui export RUN [NAME]`: transcripts in formats of other programs."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scribe_tui.archive.kept_spans import sound_locator
from scribe_tui.cli.output import complain
from scribe_tui.errors import UsageError
from scribe_tui.journal.export.files import KINDS, Wanted, export_files, export_to
from scribe_tui.journal.reading import Problems, find_run, journals_of, named
from scribe_tui.journal.reading.journals import strangers_in
from scribe_tui.journal.reading.selection import nothing_within
from scribe_tui.journal.reading.summary import span_of
from scribe_tui.journal.reading.times import window
from scribe_tui.rules import refused


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The options as the user wrote them."""

    formats: str
    output: str | None
    times: str
    from_: str | None
    to: str | None


def export_run(log_dir: Path, run_text: str, name: str | None, options: ExportOptions) -> int:
    """Write the exports and print their paths; with `--output -`, write to stdout.

    Returns 1 if some files were refused; the others are written. Raises UsageError, also if all
    files were refused.
    """
    kinds = _kinds(options.formats)
    if options.output == "-" and len(kinds) > 1:
        raise UsageError(
            "several formats",
            f"Standard output takes one format, not {len(kinds)} behind each other.",
            "Name one of them, or a folder with --output.",
        )
    run = find_run(run_text, log_dir)
    all_journals = journals_of(run)
    journals = tuple(named(all_journals, name))
    if not journals:
        raise UsageError("empty run", f"There is no journal in {run.name}.")
    begun_at, ended_at = span_of(run, journals)
    span = window(options.from_, options.to, begun_at, ended_at)
    folder = run if options.output is None else Path(os.path.expanduser(options.output))  # noqa: PTH111 - never raises
    told = Problems()
    refusals: list[UsageError] = []
    written = 0
    for kind in kinds:
        problems = Problems()
        sound = partial(sound_locator, run)
        wanted = Wanted(run, journals, kind, span, options.times == "clock", sound)
        if options.output == "-":
            export_to(wanted, sys.stdout.buffer, problems)
        else:
            for path in export_files(wanted, folder, problems, refusals.append):
                print(path)
                written += 1
        told = max(told, problems, key=lambda each: (each.lines, len(each.sentences)))
    if refusals and not written:
        for refusal in refusals[1:]:
            complain(refusal.sentence)
        raise refusals[0]
    told.strangers(strangers_in(run, all_journals) if name is None else ())
    for sentence in told.sentences:
        complain(sentence)
    if sentence := nothing_within(span, told, begun_at, ended_at):
        complain(sentence)
    for refusal in refusals:
        complain(refusal.sentence)
    return 1 if refusals else 0


def _kinds(text: str) -> list[str]:
    kinds = [part.strip().lower() for part in text.split(",") if part.strip()]
    for kind in kinds:
        if kind not in KINDS:
            raise refused("--format", kind, f"one of {', '.join(KINDS)}")
    if not kinds:
        raise refused("--format", text, f"one of {', '.join(KINDS)}")
    return list(dict.fromkeys(kinds))
