"""ArchiveWriter: writes kept sound to the disk on a separate thread; text takes precedence.

The queue is bounded, and sound beyond the bound is dropped. While the disk is nearly full, or
refuses writes, no sound is written, so that the lines of text have the remaining space.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Condition, Thread

from scribe_tui.archive.kept_file import KeptFile
from scribe_tui.archive.retention import delete_old_sound
from scribe_tui.clock import AgeClock
from scribe_tui.journal.run_files import note
from scribe_tui.sizes import size_text

_log = logging.getLogger(__name__)

HELD_BYTES = 16 * 1024 * 1024
"""Most bytes of sound that wait for the disk: minutes of a dozen stations."""
LOOK_SECONDS = 2.0
"""Seconds between two checks of the free space."""
GATHER_SECONDS = 0.5
"""Seconds between writes, for all sources at once: a kill loses at most this much sound."""
TIDY_SECONDS = 60.0
RETRY_SECONDS = 30.0
"""Seconds until sound is written again after the disk refused it."""
CLOSE_SECONDS = 3.0
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class ArchiveWriter:
    """Writes the files of all sessions of one run. `put` and `close_file` never block.

    The bounds are those of `Archive`.
    """

    def __init__(
        self,
        run: Path,
        *,
        max_bytes: float,
        free_bytes: float,
        free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._max_bytes = max_bytes
        self._free_bytes = free_bytes
        self._free = free
        self._now = now
        self._wall = AgeClock()
        self._waiting: deque[tuple[KeptFile, bytes | None]] = deque()
        self._waiting_bytes = 0
        self._changed = Condition()
        self._closed = False
        self._open: dict[KeptFile, int] = {}
        self._full: str | None = None
        self._refused: str | None = None
        self._refused_at = 0.0
        self._look()
        self._thread = Thread(target=self._work, name="archive-writer", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str | None:
        """Why no sound is kept at present, as the end of a sentence; None: it is kept."""
        return self._full or self._refused

    def put(self, file: KeptFile, data: bytes) -> bool:
        """Queue `data` for `file`, which is created if needed; return False if there is no room."""
        with self._changed:
            if file.refused or self._closed or self._waiting_bytes + len(data) > HELD_BYTES:
                return False
            self._waiting.append((file, data))
            self._waiting_bytes += len(data)
        return True

    def close_file(self, file: KeptFile) -> None:
        """Close `file`: no more data follows."""
        with self._changed:
            self._waiting.append((file, None))

    def close(self) -> None:
        """Write what waits, within `CLOSE_SECONDS`, and end. Blocks."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(CLOSE_SECONDS)

    def _work(self) -> None:
        looked_at = tidied_at = float("-inf")
        try:
            while (items := self._next()) is not None:
                now = self._now()
                if now - looked_at >= LOOK_SECONDS:
                    looked_at = now
                    self._look()
                if now - tidied_at >= TIDY_SECONDS:
                    tidied_at = now
                    delete_old_sound(self._run, self._max_bytes, self._wall(), self._open_names())
                for file, data in items:
                    self._write(file, data)
        except Exception:  # noqa: BLE001 - the transcript goes on; reported as a refused write
            _log.exception("the archive of sound stopped")
            self._refused, self._closed = "a fault in this program", True
        finally:
            for file in tuple(self._open):
                self._end(file)

    def _next(self) -> list[tuple[KeptFile, bytes | None]] | None:
        """Return what was queued in a short while, perhaps nothing; None at the end."""
        with self._changed:
            if not self._closed:
                self._changed.wait(min(GATHER_SECONDS, LOOK_SECONDS))
            if not self._waiting and self._closed:
                return None
            items = list(self._waiting)
            self._waiting.clear()
            self._waiting_bytes = 0
            return items

    def _open_names(self) -> frozenset[str]:
        return frozenset(file.path.name for file in self._open)

    def _look(self) -> None:
        try:
            free = self._free(self._run)
        except OSError as error:
            self._full = f"its disk cannot be asked ({error.strerror})"
            return
        limit = self._free_bytes
        if free < limit:
            self._full = f"its disk has only {size_text(free)} left"
        elif self._full is not None and free >= 1.05 * limit:
            self._full = None
        if self._refused is not None and self._now() - self._refused_at >= RETRY_SECONDS:
            self._refused = None

    def _write(self, file: KeptFile, data: bytes | None) -> None:
        if data is None:
            self._end(file)
            return
        if file.refused or self._full is not None:
            file.refused = True
            self._end(file)
            return
        try:
            if file not in self._open:
                descriptor = os.open(file.path, _FLAGS, 0o600)
                self._open[file] = descriptor
                note(file.path, live=True, keep_seconds=file.keep_seconds)
            _write_all(self._open[file], data)
        except OSError as error:
            file.refused = True
            self._refused = f"the disk refuses it ({error.strerror})"
            self._refused_at = self._now()
            self._end(file)

    def _end(self, file: KeptFile) -> None:
        descriptor = self._open.pop(file, None)
        if descriptor is None:
            return
        try:
            os.close(descriptor)
            note(file.path, keep_seconds=file.keep_seconds)
        except OSError as error:  # gone from under us, or a full disk: it stays as it is
            _log.warning("a file of sound could not be closed: %s", error.strerror)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
