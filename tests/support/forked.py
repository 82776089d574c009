"""A process that has loaded the program and forks itself for each start: `tests.support.program`.

`python -m tests.support.forked FD` receives one start per message over the socket FD: the three
standard files, and as JSON the arguments, the environment, the folder and whether the first file is
to be the controlling terminal of a new session. It answers with the process id once that process is
a child of the caller, and ends when the socket closes.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import io
import json
import os
import signal
import socket
import sys
import termios
import time
from collections.abc import Sequence
from typing import Any, TextIO

LOADED = (
    "scribe_tui.audio.file.file_source",
    "scribe_tui.cli.monitor",
    "scribe_tui.cli.program",
    "scribe_tui.cli.record",
    "scribe_tui.scribe.websocket",
    "scribe_tui.tui.app",
    "scribe_tui.tui.key_map",
    "scribe_tui.tui.terminal.fitness",
    "scribe_tui.tui.terminal.stand_by",
)
"""Modules that nearly every start needs and that take long to load."""
MOST_BYTES = 1 << 17
"""Most bytes of one start; the socket would not send more in one piece."""
THERE = b"there"


def serve(line: socket.socket) -> list[str] | None:
    """Fork until the socket closes, then return None; in a forked process return its arguments."""
    while True:
        asked, files, _, _ = socket.recv_fds(line, MOST_BYTES, 3)
        if not asked:
            return None
        between = os.fork()
        if between:
            for file in files:
                os.close(file)
            os.waitpid(between, 0)
            line.send(THERE)
        else:
            # A process whose parent ends is given to the nearest subreaper above it.
            parent = os.getpid()
            if child := os.fork():
                line.send(str(child).encode())
                os._exit(0)
            while os.getppid() == parent:
                os.sched_yield()
            return _become(json.loads(asked), files)


def _become(asked: dict[str, Any], files: Sequence[int]) -> list[str]:
    """Set this process up like a newly started one; return its arguments."""
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    os.chdir(asked["cwd"])
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if asked["terminal"]:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115
    sys.stdout, sys.stderr = (_writing(1, "strict"), _writing(2, "backslashreplace"))
    words: list[str] = asked["words"]
    sys.argv[1:] = words
    return words


def _writing(number: int, errors: str) -> TextIO:
    """Return stdout or stderr, opened as the interpreter does."""
    by_line = number == 2 or os.isatty(number)
    file = open(number, "wb")  # noqa: SIM115
    return io.TextIOWrapper(file, "utf-8", errors, line_buffering=by_line)


if __name__ == "__main__":
    from scribe_tui.cli import main

    for name in LOADED:
        importlib.import_module(name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The garbage collector never examines these objects again, not even when a forked process ends,
    # so that memory stays shared. Otherwise ending would take three times as long.
    gc.collect()
    gc.freeze()
    begun_with = serve(socket.socket(fileno=int(sys.argv[1])))
    if begun_with is not None:
        main(begun_with)
