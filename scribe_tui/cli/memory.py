"""Whether the program may use as much memory as it needs to start."""

from __future__ import annotations

import sys

from scribe_tui.errors import UsageError

LEAST_MEGABYTES = 512
"""Megabytes of address space for one source.

Measured 630 MB with an offline recogniser; 350 are not enough. Less is really used: each thread
reserves 8 MB for its stack.
"""
LOADING_MEGABYTES = 48
"""Megabytes of address space without which not all modules can be loaded; measured 30 to 40."""


def check_memory(least_megabytes: int = LEAST_MEGABYTES) -> None:
    """Raise UsageError if the memory limit is too low to start a thread reliably.

    Python waits for ever for a thread that had no memory to start, and then no signal but SIGKILL
    ends the program.
    """
    if sys.platform == "win32":
        return
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed != resource.RLIM_INFINITY and allowed < least_megabytes << 20:
        raise UsageError(
            "too little memory",
            f"This program may use no more than {allowed >> 20} MB of memory, by a limit of the "
            "shell or the service that started it (ulimit -v).",
            f"Allow at least {LEAST_MEGABYTES} MB, most of it is only reserved.",
        )
