"""Where the program keeps its files: session logs, costs, recent sources, diagnostics."""

from __future__ import annotations

import os
import pwd
import tempfile
from pathlib import Path

from platformdirs import user_state_path

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line


def sessions_folder(log_dir: Path | None) -> Path:
    """Return `log_dir`, or the default in the user's state folder. Raises UsageError."""
    if log_dir is None:
        return _state() / "sessions"
    try:
        return log_dir.absolute()
    except OSError as error:  # the working folder is gone or closed
        raise UsageError(
            "log folder",
            f"{harmless_line(str(log_dir))} counts from the working folder, which cannot be "
            f"read: {error.strerror}.",
            "Give the whole path with --log-dir.",
        ) from None


def usage_folder() -> Path:
    """Return the folder of the records of daily costs. Raises UsageError."""
    return _state() / "usage"


def recent_file() -> Path:
    """Return the path of the file of recent sources. Raises UsageError."""
    return _state() / "recent.json"


def diagnostics_folder() -> Path:
    """Return the folder of diagnostics, which hold no transcript text and no key.

    Raises UsageError.
    """
    return _state() / "diagnostics"


def _state() -> Path:
    if os.environ.get("XDG_STATE_HOME", "").startswith("/") or _has_home():
        return user_state_path("scribe-tui", appauthor=False)
    return _homeless()


def _has_home() -> bool:
    """Return whether this user has a home; `/` means none in containers, except for root."""
    home = os.environ.get("HOME", "")
    if not home:
        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return False
    return Path(home).is_dir() and (home != "/" or os.geteuid() == 0)


def _homeless() -> Path:
    """Return a private folder of this user among the temporary files. Raises UsageError."""
    name = f"scribe-tui-{os.getuid()}"
    folder = Path("/tmp", name)  # for the error message if there is no temporary folder
    try:
        folder = Path(tempfile.gettempdir()) / name
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        ours = folder.is_dir() and not folder.is_symlink() and status.st_uid == os.getuid()
        reason = "" if ours and not status.st_mode & 0o022 else "it is not ours alone"
    except OSError as error:
        reason = error.strerror or "the system refused"
    if reason:
        raise UsageError(
            "no home",
            f"This user has no home, and {folder} cannot be used: {reason}.",
            "Set HOME or XDG_STATE_HOME to a folder of yours.",
        )
    return folder
