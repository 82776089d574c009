"""Wait for a condition, never for a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE = 45.0
"""Seconds a condition may take to come true before a test fails."""


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once `condition` holds, looking every 5 ms; fail after so many seconds."""
    pause = threading.Event()
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        pause.wait(0.005)
