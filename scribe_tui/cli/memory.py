"""Whether the program may use as much memory as it needs to start."""

from __future__ import annotations

import sys

from scribe_tui.errors import UsageError

LEAST_MEGABYTES = 512
"""Address space of one source, measured 630 MB with an offline recogniser; 350 are not enough.
Less is in use: each thread reserves 8 MB for its stack."""
LOADING_MEGABYTES = 48
"""Address space without which not even all modules can be loaded, measured 30 to 40 MB."""


def check_memory(least_megabytes: int = LEAST_MEGABYTES) -> None:
    """Raise UsageError where the program may use too little memory to start a thread for sure.

    Python waits for ever for a thread that had no memory to begin with, and then no signal but
    SIGKILL ends the program.
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
