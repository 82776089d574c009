"""AppendFile: a file to which lines are only appended, and that loses no line to a full disk."""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from pathlib import Path

from scribe_tui.journal.open_file import OpenFile
from scribe_tui.journal.retention.locks import share
from scribe_tui.journal.syncer import SyncJob

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""Opens for reading, too, to check the last line; never blocks on a pipe of that name."""


def part_path(path: Path, number: int) -> Path:
    """Return where part `number` of `news.jsonl` is kept: `news.0001.jsonl`."""
    return path.with_name(f"{path.stem}.{number:04}{path.suffix}")


class AppendFile:
    """Lines wait in order until they are in the file. Used by one thread only.

    The file is created with the first `write`, mode 0600, and never overwrites another. While it is
    open, a shared lock (`flock`) shows this to other processes. Written lines must still be synced:
    `sync_jobs` returns the files.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: OpenFile | None = None
        self._ours = False
        self._named = True  # whether the folder is on disk with the file's present name
        self._waiting: deque[bytes | int] = deque()  # lines, and numbers of parts that end
        self._written = 0  # bytes of the first line that are in the file already
        self._set_aside_jobs: list[SyncJob] = []
        self.held_lines = 0
        self.held_bytes = 0
        self.unsynced = False

    def add(self, line: bytes) -> None:
        """Queue one line, its line feed included, to be written in order."""
        self._waiting.append(line)
        self.held_lines += 1
        self.held_bytes += len(line)

    def end_part(self, number: int) -> None:
        """End a part: the lines added so far become part `number`, later ones go to a new file.

        The file is renamed once all its lines are in it, so that the plain name always leads to the
        newest lines.
        """
        self._waiting.append(number)

    def write(self) -> None:
        """Write all queued lines. Raises OSError; lines that were not written stay queued.

        A file that was moved away (by a person, by logrotate) keeps its lines, and a new one is
        begun. A deleted file raises once, so that it is reported; the next call makes a new one if
        the parent of the run's folder still exists.
        """
        if not self._waiting and self._file is None:
            return
        descriptor = self._opened()
        while self._waiting:
            line = self._waiting[0]
            if isinstance(line, int):
                self._set_aside(descriptor, line)
                self._waiting.popleft()
                descriptor = self._opened()
                continue
            self._written += os.write(descriptor, line[self._written :])
            self.unsynced = True
            if self._written == len(line):
                self._waiting.popleft()
                self._written = 0
                self.held_lines -= 1
                self.held_bytes -= len(line)

    def sync_jobs(self) -> list[SyncJob]:
        """Return the files written since the last call, which must be synced to the disk."""
        jobs, self._set_aside_jobs = self._set_aside_jobs, []
        if self._file is not None and self.unsynced:
            jobs.append(self._job(self._file))
            self._named = True
            self.unsynced = False
        return jobs

    def sync_again(self) -> None:
        """Make the next `sync_jobs` return this file again, because the last sync failed."""
        self.unsynced = True
        self._named = False

    def close(self) -> None:
        """Close the file; queued lines stay queued, and a later `write` opens it again."""
        if self._file is not None:
            if self.unsynced:
                self._set_aside_jobs.append(self._job(self._file))
                self.unsynced = False
            self._let_go(self._file)

    def _job(self, file: OpenFile) -> SyncJob:
        return SyncJob(self.path, file.share(), None if self._named else self.path.parent)

    def _opened(self) -> int:
        if self._file is not None and not self._is_in_place(self._file):
            self._lost(self._file)
        if self._file is None:
            self._file = self._open()
            share(self._file.descriptor)
        return self._file.descriptor

    def _lost(self, file: OpenFile) -> None:
        """Handle that the name leads to another file or to none.

        Raises OSError if lines were lost.
        """
        moved = os.fstat(file.descriptor).st_nlink > 0 and self.path.parent.is_dir()
        if moved:
            self._set_aside_jobs.append(self._job(file))
            self.unsynced = False
            self._ours = self.path.exists()
        self._let_go(file)
        if not moved:
            raise FileNotFoundError(errno.ENOENT, "the file or its folder is gone", str(self.path))

    def _open(self) -> OpenFile:
        """Open the file; a line half written by an earlier opening is cut off and written again."""
        first = self._waiting[0] if self._written else b""
        begun = first[: self._written] if isinstance(first, bytes) else b""
        if not self.path.parent.is_dir():
            # Only the run's own folder: if the one above is gone too, it is most often an
            # unmounted disk, and a folder made in its place would hide the lines.
            self.path.parent.mkdir(mode=0o700)
        self._named = False
        flags = _FLAGS if self._ours else _FLAGS | os.O_EXCL
        file = OpenFile(os.open(self.path, flags, 0o600))
        if not stat.S_ISREG(os.fstat(file.descriptor).st_mode):  # a pipe, /dev/null: keeps nothing
            file.let_go()
            raise FileExistsError(errno.EEXIST, "what has the log's name is no file", self.path)
        if self._ours:
            _end_last_line(file.descriptor, begun)
        self._written = 0
        self._ours = True
        return file

    def _set_aside(self, descriptor: int, number: int) -> None:
        """Give the file its part's name; nothing is lost or half done if that fails."""
        if self._file is None or os.fstat(descriptor).st_size == 0:
            return  # its lines went with a folder that was lost
        while os.path.lexists(part_path(self.path, number)):
            number += 1
        self.path.rename(part_path(self.path, number))
        self._named = False
        self._set_aside_jobs.append(self._job(self._file))
        self.unsynced = False
        self._let_go(self._file)
        self._ours = False

    def _is_in_place(self, file: OpenFile) -> bool:
        try:
            return os.path.samestat(os.fstat(file.descriptor), self.path.stat())
        except OSError:
            return False

    def _let_go(self, file: OpenFile) -> None:
        file.let_go()
        self._file = None


def _end_last_line(descriptor: int, begun: bytes) -> None:
    """Make the file end with a complete line, so that the next one begins on a new line.

    Only `begun`, this program's half-written line, is cut off. What another program appended is
    kept, and gets a line feed.
    """
    size = os.fstat(descriptor).st_size
    if (
        begun
        and size >= len(begun)
        and os.pread(descriptor, len(begun), size - len(begun)) == begun
    ):
        os.ftruncate(descriptor, size - len(begun))
    elif size and os.pread(descriptor, 1, size - 1) != b"\n":
        os.write(descriptor, b"\n")
