"""A file descriptor that several threads use, closed when the last of them is done."""

from __future__ import annotations

import os
from threading import Lock


class OpenFile:
    """Wraps an open descriptor, which it owns. It begins with one user."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._users = 1
        self._lock = Lock()

    def share(self) -> OpenFile:
        """Add a user, who must call `let_go`, too."""
        with self._lock:
            self._users += 1
        return self

    def let_go(self) -> None:
        """Remove a user; the last one closes the file."""
        with self._lock:
            self._users -= 1
            if self._users == 0:
                os.close(self.descriptor)
