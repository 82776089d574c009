"""What a program wrote and when: recorded while it runs, analysed afterwards."""

from __future__ import annotations

import os
import threading
import time

READ_BYTES = 65_536


class Recording:
    """Reads a descriptor in a separate thread; `pieces` are (monotonic time, bytes).

    `answers`: replies of a terminal, by the query found in the bytes.
    """

    def __init__(self, descriptor: int, answers: dict[bytes, bytes] | None = None):
        self.pieces: list[tuple[float, bytes]] = []
        self._descriptor = descriptor
        self._answers = answers or {}
        self._thread = threading.Thread(target=self._read, name="recording", daemon=True)
        self._thread.start()

    def bytes_between(self, start: float, end: float) -> int:
        """Return how many bytes came from `start` to `end`."""
        return sum(len(data) for at, data in self.pieces if start <= at < end)

    def wait(self) -> None:
        """Wait until the writer has closed its end."""
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
