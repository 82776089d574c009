"""CPU use and children of processes."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import psutil

LOOK_SECONDS = 2.0


def share_of_a_core(pid: int, seconds: float = LOOK_SECONDS) -> float:
    """Return CPU seconds per second of the process, without its children."""
    program = psutil.Process(pid)
    before = sum(program.cpu_times()[:2])
    threading.Event().wait(seconds)  # what is measured is time
    return (sum(program.cpu_times()[:2]) - before) / seconds


def descendants(pid: int) -> set[int]:
    """Return the ids of all descendants of a process; none if it is gone.

    Reading Linux's lists costs a hundredth of examining all processes.
    """
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.is_dir():
        with contextlib.suppress(psutil.NoSuchProcess):
            return {child.pid for child in psutil.Process(pid).children(recursive=True)}
        return set()
    found: set[int] = set()
    for task in tasks.glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended
            found |= {int(child) for child in task.read_text().split()}
    return found.union(*map(descendants, found))


def is_gone(program: psutil.Process) -> bool:
    """Return whether the process has ended, even if its parent has not waited for it."""
    return not program.is_running() or program.status() == psutil.STATUS_ZOMBIE
