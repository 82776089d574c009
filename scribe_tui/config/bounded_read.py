"""Reading a file that a user names, which may be a pipe that nobody writes into.

To open a named pipe waits for its writer, and to read a terminal or a device for somebody who
does not know that he is waited for. Both end here after a while.
"""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path

PATIENCE_SECONDS = 10.0
"""How long something that is no file may have nothing to read, before its end."""

_READ_BYTES = 65_536


def read_soon(
    path: Path | str, most_bytes: int, patience_seconds: float = PATIENCE_SECONDS
) -> bytes:
    """What `path` holds, at most `most_bytes` of it.

    Raises TimeoutError where nothing came for `patience_seconds`, else OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISREG(kind) or stat.S_ISDIR(kind):
            return _read_file(descriptor, most_bytes)
        return _read_stream(descriptor, most_bytes, patience_seconds)
    finally:
        os.close(descriptor)


def _read_file(descriptor: int, most_bytes: int) -> bytes:
    content = b""
    while len(content) < most_bytes and (data := os.read(descriptor, most_bytes - len(content))):
        content += data
    return content


def _read_stream(descriptor: int, most_bytes: int, patience: float) -> bytes:
    """A named pipe that had no writer yet reads as if at its end, but is not ready to be read."""
    content = b""
    watch = select.poll()
    watch.register(descriptor, select.POLLIN)
    while len(content) < most_bytes:
        if not watch.poll(patience * 1000):
            raise TimeoutError
        try:
            data = os.read(descriptor, min(_READ_BYTES, most_bytes - len(content)))
        except BlockingIOError:  # another reader was quicker
            continue
        if not data:
            break
        content += data
    return content
