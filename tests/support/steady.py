"""A loop's clock that stands still while the machine runs something else.

Both sides of a conversation live in the test's process. When that is stopped for a moment,
all waits that are shorter run out at once, before anything that arrived is read: a fault
neither side of a real line could have. On this clock it did not happen.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

STEP_SECONDS = 0.02
"""Work between two looks at the clock counts for this much at most."""


class SteadyClock:
    """Advances by what the loop meant to wait, and by the work in between."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patch: pytest.MonkeyPatch) -> None:
        self._now = loop.time()
        self._seen = time.monotonic()
        selector = loop._selector  # type: ignore[attr-defined]
        self._select = selector.select
        patch.setattr(selector, "select", self.select)
        patch.setattr(loop, "time", self.time)

    def time(self) -> float:
        """In place of the loop's."""
        self._advance(STEP_SECONDS)
        return self._now

    def select(self, timeout: float | None = None) -> Any:
        """In place of the selector's: waiting longer than was meant is no time."""
        self._advance(STEP_SECONDS)
        events = self._select(timeout)
        self._advance(float("inf") if timeout is None else max(0.0, timeout))
        return events

    def _advance(self, most: float) -> None:
        seen = time.monotonic()
        self._now += min(seen - self._seen, most)
        self._seen = seen
