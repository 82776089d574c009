"""Finding the run that a user names: a folder, the name of one in the log folder, or `last`."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from scribe_tui.errors import UsageError
from scribe_tui.journal.ownership import journals_in
from scribe_tui.journal.retention.scan import run_folders
from scribe_tui.sanitize import harmless_line

LAST = "last"


def known_runs(log_dir: Path) -> list[Path]:
    """Return the runs in a folder, the newest first; none if there is no such folder.

    Raises UsageError for a folder that cannot be read.
    """
    try:
        os.scandir(log_dir).close()
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path has a NUL"
        raise UsageError(
            "unreadable folder",
            f"{harmless_line(str(log_dir))} cannot be read: {reason}.",
            "Give yourself permission for it, or name another one (--log-dir).",
        ) from None
    return run_folders(log_dir)


def find_run(text: str, log_dir: Path) -> Path:
    """The folder of the run called `text`. Raises UsageError.

    `last` is the newest run that has a journal; a name is searched in `log_dir` first.
    """
    if text == LAST:
        known = known_runs(log_dir)
        newest = next((run for run in known if journals_in(run)), None)
        if newest is None:
            where = harmless_line(str(log_dir))
            holds = f"No run in {where} holds a journal." if known else ""
            raise _unknown(holds or f"There is no run in {where} yet.")
        return newest
    for folder in (log_dir / text, Path(os.path.expanduser(text))):  # noqa: PTH111 - never raises
        try:
            if folder.is_dir():
                return folder.absolute()
        except (OSError, ValueError):  # too long, a NUL in it
            continue
    names = [run.name for run in run_folders(log_dir)]
    close = difflib.get_close_matches(text, names, n=1, cutoff=0.5)
    guess = f" Did you mean {close[0]}?" if close else ""
    raise _unknown(f"There is no run called {harmless_line(text)}.{guess}")


def _unknown(message: str) -> UsageError:
    return UsageError(
        "no such run",
        message,
        "scribe-tui runs lists them; a run in another place is named by its folder, or with "
        "--log-dir.",
    )
