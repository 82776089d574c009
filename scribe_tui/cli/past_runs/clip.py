"""`scribe-tui clip RUN NAME --from --to`: saves kept sound and its text as files."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, replace
from pathlib import Path

from scribe_tui.archive.clip import from_archive, save_clip, widened, working_folder
from scribe_tui.cli.output import complain
from scribe_tui.errors import UsageError
from scribe_tui.journal.reading import find_run, journals_of, named
from scribe_tui.journal.reading.journals import Journal, only
from scribe_tui.journal.reading.reader import read
from scribe_tui.journal.reading.summary import span_of
from scribe_tui.journal.reading.times import Window, window


@dataclass(frozen=True, slots=True)
class ClipOptions:
    """The options as the user wrote them; `before` and `after` in seconds."""

    from_: str | None
    to: str | None
    before: float
    after: float
    kind: str
    output: str | None


def clip_run(log_dir: Path, run_text: str, name: str, options: ClipOptions) -> int:
    """Save a clip; print the paths of its files. Raises UsageError or SourceError."""
    run, journal, span = wanted(log_dir, run_text, name, options.from_, options.to)
    around = widened(span, options.before, options.after)
    sound, remark = asyncio.run(from_archive(run, journal, around))
    folder = (
        working_folder() if options.output is None else Path(os.path.expanduser(options.output))  # noqa: PTH111 - never raises
    )
    clip = save_clip(sound, journal, read(journal), folder, options.kind)
    clip = replace(clip, remark=remark)
    for path in (clip.sound, *clip.texts):
        print(path)
    if remark or clip.missing_seconds >= 0.1:
        complain(clip.sentence)
    return 0


def wanted(
    log_dir: Path, run_text: str, name: str, from_: str | None, to: str | None
) -> tuple[Path, Journal, Window]:
    """Return the run's folder, the journal of the source, and the window. Raises UsageError."""
    run = find_run(run_text, log_dir)
    found = named(journals_of(run), name)
    if not found:
        raise UsageError("empty run", f"There is no journal in {run.name}.")
    return run, only(found, name), window(from_, to, *span_of(run, found))
