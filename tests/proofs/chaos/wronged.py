"""Runs the program with something wrong about its machine.

`python -m tests.proofs.chaos.wronged [--clock FILE] [--fsync SECONDS] [--fsync-fails FILE]
[--no-processes FILE] -- ARGUMENTS...`. A fault with a FILE holds while that file exists; that of
the clock is the number of seconds in it by which the wall clock is wrong.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _wrong_clock(file: Path) -> None:
    """Make `time.time` wrong by the number in `file`, which may change: a stepped clock."""
    right = time.time

    def wrong() -> float:
        try:
            return right() + float(file.read_text())
        except (FileNotFoundError, ValueError):  # not yet there, or being written
            return right()

    time.time = wrong


def _slow_fsync(seconds: float) -> None:
    for name in ("fsync", "fdatasync"):
        sync: Callable[[int], None] = getattr(os, name)

        def slow(descriptor: int, sync: Callable[[int], None] = sync) -> None:
            time.sleep(seconds)
            sync(descriptor)

        setattr(os, name, slow)


def _failing_fsync(file: Path) -> None:
    """Make `fsync` and `fdatasync` fail with EIO while `file` exists, as for a missing device."""
    for name in ("fsync", "fdatasync"):
        sync: Callable[[int], None] = getattr(os, name)

        def fails(descriptor: int, sync: Callable[[int], None] = sync) -> None:
            if file.exists():
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            sync(descriptor)

        setattr(os, name, fails)


def _no_processes(file: Path) -> None:
    """Let no process be started while `file` exists, as at the limit of processes."""
    start: Callable[..., Any] = subprocess.Popen._execute_child  # type: ignore[attr-defined]

    def refused(self: object, *given: object) -> None:
        if file.exists():
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        start(self, *given)

    subprocess.Popen._execute_child = refused  # type: ignore[attr-defined]


def main() -> None:
    """Install the faults, then run the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clock", type=Path)
    parser.add_argument("--fsync", type=float)
    parser.add_argument("--fsync-fails", type=Path)
    parser.add_argument("--no-processes", type=Path)
    parser.add_argument("--ignore-hangup", action="store_true")
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    if options.clock:
        _wrong_clock(options.clock)
    if options.fsync:
        _slow_fsync(options.fsync)
    if options.fsync_fails:
        _failing_fsync(options.fsync_fails)
    if options.no_processes:
        _no_processes(options.no_processes)
    if options.ignore_hangup:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.argv = ["scribe-tui", *options.arguments]
    from scribe_tui.cli import main as program

    program()


if __name__ == "__main__":
    main()
