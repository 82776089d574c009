"""Delete old runs, and old parts of the present run; only files that this program wrote."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from scribe_tui.event_records import iso
from scribe_tui.journal.chain import line_digest, number_of
from scribe_tui.journal.manual_edits import is_as_written
from scribe_tui.journal.ownership import is_journal, journals_in, part_name
from scribe_tui.journal.retention.locks import is_in_use
from scribe_tui.journal.retention.policy import JournalPolicy
from scribe_tui.journal.retention.scan import run_folders
from scribe_tui.journal.run_files import DeletedPart, is_as_noted, note_deleted, noted

_log = logging.getLogger(__name__)

_TAIL_BYTES = 8_000_000
"""Bytes at the end of a part that certainly hold its whole last line."""


def delete_old_runs(live: Path, policy: JournalPolicy, now: float) -> None:
    """Delete what `policy` allows next to the run `live`; `now` is wall-clock time.

    Whole runs are deleted only if no process writes to them and they hold only files of this
    program; of `live` itself only rotated parts are. What cannot be deleted is logged and tried
    again next time.
    """
    limit = policy.oldest_kept(now)
    for number, run in enumerate(run_folders(live.parent), start=1):
        if run.name == live.name:
            _delete_parts(run, limit)
        elif _is_beyond(number, policy.keep_runs) or _is_older(run, limit):
            _delete_run(run)


def _is_beyond(number: int, limit: int | None) -> bool:
    return limit is not None and number > limit


def _is_older(run: Path, limit: float | None) -> bool:
    """Whether all journals of a run were last written to before the instant `limit`."""
    if limit is None:
        return False
    try:
        return all(path.stat().st_mtime < limit for path in journals_in(run))
    except OSError:
        return False


def _delete_run(run: Path) -> None:
    """Delete a run, its journals last, the newest at the end: after a crash it is still a run."""
    try:
        with os.scandir(run) as entries:
            files = [Path(entry.path) for entry in entries]
        if is_in_use(run) or not _all_ours(run, files):
            return
        for path in sorted(files, key=lambda path: (path.suffix == ".jsonl", path.name)):
            path.unlink()
        run.rmdir()
    except OSError as error:
        _log.warning("An old run could not be deleted: %s", error.strerror)


def _delete_parts(run: Path, limit: float | None) -> None:
    if limit is None:
        return
    for journal in journals_in(run):
        if part_name(journal).number is None:
            continue
        try:
            text = journal.with_suffix(".txt")
            if journal.stat().st_mtime >= limit:
                continue
            if text.exists() and text.stat().st_mtime < limit and _is_ours(text, {}):
                text.unlink()
            _note(journal)
            journal.unlink()
        except OSError as error:
            _log.warning("An old part of the log could not be deleted: %s", error.strerror)


def _note(journal: Path) -> None:
    """Note which chained lines are deleted, so that the others can be verified. Raises OSError."""
    with journal.open("rb") as file:
        file.seek(max(0, journal.stat().st_size - _TAIL_BYTES))
        line = file.read().removesuffix(b"\n").rpartition(b"\n")[2]
    number = number_of(line)
    if number is not None:
        at = iso(time.time())
        note_deleted(DeletedPart(journal.name, number, line_digest(line), at), journal.parent)


def _all_ours(run: Path, files: list[Path]) -> bool:
    """Return whether a run's files are all as this program wrote them. Raises OSError.

    The cheap checks come first: texts are compared only if no other file is foreign.
    """
    entries = noted(run)
    return all(_is_ours(path, entries) for path in sorted(files, key=_is_text))


def _is_text(path: Path) -> bool:
    return path.suffix == ".txt"


def _is_ours(path: Path, entries: dict[str, int]) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    if is_as_noted(path, entries) or is_journal(path):
        return True
    journal = path.with_suffix(".jsonl")
    return _is_text(path) and is_journal(journal) and is_as_written(path, journal)
