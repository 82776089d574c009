"""Waiting for a condition, never for a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE = 45.0
"""Most seconds until a condition must hold; after them a test fails."""


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once `condition` holds, checking every 5 ms; fail after `seconds`."""
    pause = threading.Event()
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        pause.wait(0.005)
