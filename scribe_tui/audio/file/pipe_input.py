"""PipeInput: the pipe that a source reads, for its first writer and, if wanted, for the next."""

from __future__ import annotations

import os
import select
import threading
from pathlib import Path

from scribe_tui.audio.file.peeking import Peeked, peeked_in

_STDIN = 0
_LOOK_SECONDS = 0.5


class PipeInput:
    """What sound is written into: standard input (`path` None), or a named pipe.

    With `follow` a named pipe stays open between two writers: what one writes before we read
    again waits in it, and is not refused.
    """

    def __init__(self, path: Path | None, *, follow: bool) -> None:
        self._path = path
        self.follows = follow and path is not None
        """Whether there may be another writer."""
        self._spare: int | None = None
        self._ended = threading.Event()

    def first(self) -> tuple[int, Peeked]:
        """Wait for a writer and its first byte. Blocks: call it in a thread. Raises OSError."""
        if self._path is None:
            return _looked_at(os.dup(_STDIN))
        descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        if self.follows:
            self._keep_spare()
        return _looked_at(descriptor)

    def next(self) -> tuple[int, Peeked]:
        """The same for the next writer, after one has closed the pipe. Blocks; raises OSError."""
        while True:
            descriptor = self._opened()
            self._close_spare()
            if self._has_data(descriptor):
                break
            self._spare = descriptor  # until another is open: a writer may come at any moment
            if self._ended.is_set():
                self._close_spare()
                raise OSError("closed")
        os.set_blocking(descriptor, True)
        self._keep_spare()
        return _looked_at(descriptor)

    def close(self) -> None:
        """Stop waiting; no further writer can open the pipe."""
        self._ended.set()
        self._close_spare()

    def _opened(self) -> int:
        """Open whether there is a writer or not. Raises OSError."""
        assert self._path is not None
        return os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def _has_data(self, descriptor: int) -> bool:
        """Wait for data; False: the writer has gone without any, or `close` was called."""
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        while not self._ended.is_set():
            for _, event in waiting.poll(_LOOK_SECONDS * 1000):
                if event & select.POLLIN:
                    return True
                self._ended.wait(_LOOK_SECONDS)
                return False
        return False

    def _keep_spare(self) -> None:
        """Keep a reading end open, so that writers can open the pipe at any time."""
        self._spare = self._opened()
        if self._ended.is_set():
            self._close_spare()

    def _close_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            os.close(spare)


def _looked_at(descriptor: int) -> tuple[int, Peeked]:
    try:
        os.read(descriptor, 0)  # it may be open for writing alone
        return descriptor, peeked_in(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
