"""Copies, clips and exports, for both the screen and plain lines.

All functions but `kinds_of` block: use a thread. What they need is imported when they are called,
to keep the start fast.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.errors import UsageError

if TYPE_CHECKING:
    from scribe_tui.tui.actions.clipping import WantedSound

COPIES = "copied.md"
"""The file of copies in the run's folder, next to the journals."""
ROOM_CELLS = 60
"""Cells for the rest of a sentence that names a path."""
NO_RUN = "Nothing is saved here that could be taken along."


def keep_copy(run: Path | None, text: str, width: int) -> str:
    """Append to the file of copies; return its path, shortened to `width` cells, or the error."""
    from scribe_tui.journal.run_files import note
    from scribe_tui.tui.terminal.clipboard import append_to, is_too_long

    if run is None:
        return "in no file"
    path = run / COPIES
    try:
        append_to(path, text)
        note(path)
    except OSError as error:
        return f"in no file: {error.strerror}: {path}"
    shown = path if len(str(path)) < width - ROOM_CELLS else path.relative_to(run.parent)
    return f"all of it in {shown}" if is_too_long(text) else f"also in {shown}"


def save_wanted(run: Path | None, wanted: WantedSound, name: str, kind: str) -> str:
    """Save a clip of that kind in the working folder; return a sentence.

    Raises UsageError or SourceError.
    """
    from scribe_tui.archive.clip import save_clip, working_folder
    from scribe_tui.journal.reading import read
    from scribe_tui.journal.reading.journals import Journal
    from scribe_tui.tui.actions.clipping import cut, journal_of

    made = cut(run, wanted)
    journal = journal_of(run, wanted.session) or Journal(wanted.session, name, wanted.session, ())
    named = replace(journal, name=name)
    clip = save_clip(made.sound, named, read(journal), working_folder(), kind)
    return replace(clip, remark=made.remark(wanted.stretch.seconds)).sentence


def kinds_of(text: str) -> list[str]:
    """Return the export forms that `text` names, separated by commas. Raises UsageError."""
    from scribe_tui.journal.export.files import KINDS

    kinds = [kind.strip().lower() for kind in text.split(",") if kind.strip()]
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise UsageError("no such form", f"{unknown[0][:20]} is no form: {', '.join(KINDS)}.")
    return list(dict.fromkeys(kinds))


def export_all(run: Path, session: str, kinds: list[str]) -> str:
    """Export what a session has said in these forms; return a sentence.

    Raises UsageError if no form could be written.
    """
    from scribe_tui.archive.kept_spans import sound_locator
    from scribe_tui.journal.export.files import Wanted, export_files
    from scribe_tui.journal.reading import Problems, journals_of
    from scribe_tui.journal.reading.journals import called_last
    from scribe_tui.journal.reading.times import Window

    journals = tuple(called_last(one) for one in journals_of(run) if one.session == session)
    if not journals:
        return NO_RUN
    sound = partial(sound_locator, run)
    paths: list[Path] = []
    problems = Problems()
    refusals: list[UsageError] = []
    for kind in kinds:
        problems = Problems()
        wanted = Wanted(run, journals, kind, Window(), sound_of=sound)
        paths += export_files(wanted, run, problems, refusals.append)
    if not paths:
        raise refusals[0]
    names = ", ".join(path.name for path in paths)
    refused = [refusal.sentence for refusal in refusals]
    return " ".join([f"Exported {names} into {paths[0].parent}.", *refused, *problems.sentences])
