"""What a program wrote and when: kept while it runs, understood afterwards."""

from __future__ import annotations

import os
import threading
import time

READ_BYTES = 65_536


class Recording:
    """Reads a descriptor on a thread of its own; `pieces` are (monotonic time, bytes).

    `answers`: what a terminal replies to a query found in the bytes.
    """

    def __init__(self, descriptor: int, answers: dict[bytes, bytes] | None = None):
        self.pieces: list[tuple[float, bytes]] = []
        self._descriptor = descriptor
        self._answers = answers or {}
        self._thread = threading.Thread(target=self._read, name="recording", daemon=True)
        self._thread.start()

    def bytes_between(self, start: float, end: float) -> int:
        """How many bytes came from `start` to `end`."""
        return sum(len(data) for at, data in self.pieces if start <= at < end)

    def wait(self) -> None:
        """Until the writer has closed its end."""
        self._thread.join()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._descriptor, READ_BYTES)
            except OSError:  # EIO: a pseudo-terminal nobody has open any more
                return
            if not data:
                return
            self.pieces.append((time.monotonic(), data))
            for query, answer in self._answers.items():
                if query in data:
                    os.write(self._descriptor, answer)
