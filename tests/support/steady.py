"""SteadyClock: a loop's clock that stops while the machine runs something else.

Both sides of a conversation are in the test's process. When that process is stopped for a moment,
all shorter waits expire at once, before anything that arrived is read: a fault that neither side of
a real connection could have. By this clock the stop did not happen.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

STEP_SECONDS = 0.02
"""Most seconds counted for work between two readings of the clock."""


class SteadyClock:
    """Advances by the times the loop meant to wait, and by the work in between."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patch: pytest.MonkeyPatch) -> None:
        self._now = loop.time()
        self._seen = time.monotonic()
        selector = loop._selector  # type: ignore[attr-defined]
        self._select = selector.select
        patch.setattr(selector, "select", self.select)
        patch.setattr(loop, "time", self.time)

    def time(self) -> float:
        """Replacement of the loop's `time`."""
        self._advance(STEP_SECONDS)
        return self._now

    def select(self, timeout: float | None = None) -> Any:
        """Replacement of the selector's `select`: time beyond the intended wait is not counted."""
        self._advance(STEP_SECONDS)
        events = self._select(timeout)
        self._advance(float("inf") if timeout is None else max(0.0, timeout))
        return events

    def _advance(self, most: float) -> None:
        seen = time.monotonic()
        self._now += min(seen - self._seen, most)
        self._seen = seen
