"""A file of lines that is only ever appended to, and that loses no line to a full disk."""

from __future__ import annotations

import errno
import fcntl
import os
from collections import deque
from contextlib import suppress
from pathlib import Path

from scribe_tui.journal.repair import cut_torn_line

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


def part_path(path: Path, number: int) -> Path:
    """`news.jsonl` as `news.0001.jsonl`: where its part of that number is kept."""
    return path.with_name(f"{path.stem}.{number:04}{path.suffix}")


class AppendFile:
    """Lines wait in order until they are on disk. For one thread only.

    The file is created with the first `write`, mode 0600, and never overwrites another.
    While it is open a shared lock (`flock`) says so to other processes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._ours = False
        self._named = True  # whether the folder is on disk with the file's present name
        self._waiting: deque[bytes | int] = deque()  # lines, and numbers of parts that end
        self._written = 0  # bytes of the first line that are on disk already
        self.held_lines = 0
        self.held_bytes = 0
        self.unsynced = False

    def add(self, line: bytes) -> None:
        """Take one line, its line feed included, to be written in its turn."""
        self._waiting.append(line)
        self.held_lines += 1
        self.held_bytes += len(line)

    def end_part(self, number: int) -> None:
        """What was added so far is part `number`; what comes goes to a new file.

        The file is renamed in its turn, once all its lines are in it, so that the name
        itself always leads to the newest lines.
        """
        self._waiting.append(number)

    def write(self) -> None:
        """Write all lines that wait. Raises OSError; what is not written waits on.

        A file that vanished under its descriptor is an error once, so that it is told;
        the next call makes it anew if the folder above the run's own still stands.
        """
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

    def sync(self) -> None:
        """Have the system bring to the disk what was written. Raises OSError."""
        if self._descriptor is not None and self.unsynced:
            os.fsync(self._descriptor)
            if not self._named:
                _sync_folder(self._path.parent)
                self._named = True
            self.unsynced = False

    def close(self) -> None:
        """Let go of the file; lines that wait stay waiting. Raises OSError."""
        try:
            self.sync()
        finally:
            self._let_go()

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = self._open()
            with suppress(OSError):  # a file system without locks: only retention looks at them
                fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        elif not self._in_place(self._descriptor):
            self._let_go()
            raise FileNotFoundError(errno.ENOENT, "the file or its folder is gone", str(self._path))
        return self._descriptor

    def _open(self) -> int:
        """A line begun in an earlier opening is cut there and written anew."""
        self._written = 0
        if not self._path.parent.is_dir():
            # Only the run's own folder: if the one above is gone too, it is most often an
            # unmounted disk, and a folder made in its place would hide the lines.
            self._path.parent.mkdir(mode=0o700)
        self._named = False
        if not self._ours:
            descriptor = os.open(self._path, _FLAGS | os.O_EXCL, 0o600)
            self._ours = True
            return descriptor
        if self._path.exists():
            cut_torn_line(self._path)
        return os.open(self._path, _FLAGS, 0o600)

    def _set_aside(self, descriptor: int, number: int) -> None:
        """Give the file its part's name; nothing is lost or half done if that fails."""
        if os.fstat(descriptor).st_size == 0:  # its lines went with a folder that was lost
            return
        self.sync()
        while os.path.lexists(part_path(self._path, number)):
            number += 1
        self._path.rename(part_path(self._path, number))
        self._let_go()
        self._ours = False

    def _in_place(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except OSError:
            return False

    def _let_go(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _sync_folder(folder: Path) -> None:
    """Bring a file's new name to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
