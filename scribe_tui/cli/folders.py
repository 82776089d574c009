"""Where the program keeps what it writes: session logs and its own diagnostics."""

from __future__ import annotations

import os
import pwd
import tempfile
from pathlib import Path

from platformdirs import user_state_path

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line


def sessions_folder(log_dir: Path | None) -> Path:
    """`log_dir`, or the default in the user's state folder. Raises UsageError."""
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
    """The folder of the records of what each day has cost. Raises UsageError."""
    return _state() / "usage"


def recent_file() -> Path:
    """The file of recent sources. Raises UsageError."""
    return _state() / "recent.json"


def diagnostics_folder() -> Path:
    """Where diagnostics go; they hold no transcript text and no key. Raises UsageError."""
    return _state() / "diagnostics"


def _state() -> Path:
    if os.environ.get("XDG_STATE_HOME", "").startswith("/") or _has_home():
        return user_state_path("scribe-tui", appauthor=False)
    return _homeless()


def _has_home() -> bool:
    """Whether this user has a home; `/` stands for none in containers, root's apart."""
    home = os.environ.get("HOME", "")
    if not home:
        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return False
    return Path(home).is_dir() and (home != "/" or os.geteuid() == 0)


def _homeless() -> Path:
    """A folder of this user's alone among the temporary files. Raises UsageError."""
    name = f"scribe-tui-{os.getuid()}"
    folder = Path("/tmp", name)  # only named, where there is none to be had
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
