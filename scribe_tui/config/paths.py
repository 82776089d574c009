"""Paths as a user writes them."""

from __future__ import annotations

import os
from pathlib import Path

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line


def user_path(text: str) -> Path:
    """The path meant by `text`, in which a leading `~` or `~name` is a home.

    `./~x` is a file called `~x`, which `Path.expanduser` cannot distinguish from somebody's home.
    Raises UsageError for the home of nobody, and for a NUL, which no path can hold.
    """
    if "\0" in text:
        raise UsageError(
            "wrong path", f"{harmless_line(text)!r} holds a NUL character, as no path can."
        )
    expanded = os.path.expanduser(text)  # noqa: PTH111
    if expanded.startswith("~"):
        raise UsageError(
            "no such home",
            f"{harmless_line(text)} begins with the home of somebody unknown here.",
            "Write the whole path, or ./~ for a name that begins so.",
        )
    return Path(expanded)


def names_something(text: str, folder: Path = Path()) -> bool:
    """Whether something is at the path meant by `text`, as seen from `folder`.

    False where that cannot be asked: no path at all, a name too long, a folder that is closed.
    Looks at files: not for the event loop's thread.
    """
    try:
        return (folder / user_path(text)).exists()
    except (OSError, ValueError, UsageError):
        return False


def names_file(text: str) -> bool:
    """Whether a file is at the path meant by `text`; False as `names_something` is."""
    try:
        return user_path(text).is_file()
    except (OSError, ValueError, UsageError):
        return False
