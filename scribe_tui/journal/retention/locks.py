"""Locks (`flock`) that show other processes who uses a run, or writes the index.

The one place that locks. On a system without `flock` (Windows) nothing is repaired, deleted or
indexed, since it is not known whether it is in use.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # no POSIX system
    fcntl = None  # type: ignore[assignment]

from scribe_tui.journal.ownership import journals_in


class RunLock:
    """Shows other processes that this one writes to the run, whichever files are open."""

    def __init__(self, run: Path) -> None:
        self._descriptor: int | None = None
        with suppress(OSError):  # the folder is missing, or no descriptors are left
            self._descriptor = os.open(run, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            share(self._descriptor)

    def release(self) -> None:
        """Release the lock: the run is over."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def share(descriptor: int) -> None:
    """Lock an open file or folder as in use. Not every file system can."""
    with suppress(OSError):
        _lock(descriptor, alone=False)


def lock_alone(descriptor: int) -> None:
    """Lock an open file for this process alone, until it is closed.

    Raises BlockingIOError while another process has it, OSError where nothing can be locked.
    """
    _lock(descriptor, alone=True)


def _lock(descriptor: int, *, alone: bool) -> None:
    if fcntl is None:
        raise OSError(errno.ENOTSUP, "this system cannot lock files")
    fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)


def is_in_use(run: Path) -> bool:
    """Whether a process writes to the run, or may have just made its folder.

    Raises OSError if that cannot be determined.
    """
    files = journals_in(run)
    return not files or _is_locked(run) or any(_is_locked(path) for path in files)


def is_written(run: Path) -> bool:
    """`is_in_use` for readers: False if that cannot be determined."""
    try:
        return is_in_use(run)
    except OSError:
        return False


def _is_locked(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        lock_alone(descriptor)
    except OSError:  # held, or a file system that cannot say
        return True
    finally:
        os.close(descriptor)
    return False
