"""What a process takes of the machine."""

from __future__ import annotations

import threading

import psutil

LOOK_SECONDS = 2.0


def share_of_a_core(pid: int, seconds: float = LOOK_SECONDS) -> float:
    """CPU seconds a second of the process, its children not counted."""
    program = psutil.Process(pid)
    before = sum(program.cpu_times()[:2])
    threading.Event().wait(seconds)  # what is measured is time
    return (sum(program.cpu_times()[:2]) - before) / seconds


def is_gone(program: psutil.Process) -> bool:
    """Whether it has ended, though its parent may not have asked how."""
    return not program.is_running() or program.status() == psutil.STATUS_ZOMBIE
