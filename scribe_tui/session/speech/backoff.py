"""How long to wait before trying again: delays as a generator, and the plan that uses them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from scribe_tui.errors import Retry
from scribe_tui.session.timing import Timing

FREE_TRIES = 2
"""Failures at one position of the sound that `RetryPlan.again` does not delay."""


def delays(
    first: float,
    cap: float,
    *,
    factor: float = 2.0,
    jitter: float = 0.2,
    rand: Callable[[], float] = random.random,
) -> Iterator[float]:
    """Endless waits in seconds: `first`, doubling up to `cap`, each varied by ±`jitter`.

    The variation keeps many panes that failed at the same moment from coming back at the
    same moment.
    """
    delay = first
    while True:
        yield delay * (1 + jitter * (2 * rand() - 1))
        delay = min(delay * factor, cap)


class RetryPlan:
    """Decides the waits between attempts of one half of one session.

    Failures right after a good handshake are counted separately: a service that accepts each
    connection and closes it at once would otherwise look healthy, and get attempts without a wait.
    """

    def __init__(
        self,
        first: float,
        cap: float,
        *,
        slow_first: float | None = None,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._first, self._cap, self._rand = first, cap, rand
        self._firsts = {False: first, True: slow_first or first}
        self.attempt = 0
        self.quick_failures = 0
        self._waits: dict[bool, Iterator[float]] = {}
        self._quick_waits: dict[bool, Iterator[float]] = {}

    @classmethod
    def for_speech(cls, timing: Timing) -> RetryPlan:
        """The plan of a speech connection."""
        return cls(timing.backoff_first, timing.backoff_cap, slow_first=timing.backoff_slow_first)

    @classmethod
    def for_source(cls, timing: Timing) -> RetryPlan:
        """The plan of a source that gave sound before: with a low cap, as stations return soon."""
        return cls(
            timing.backoff_first,
            timing.source_backoff_cap,
            slow_first=min(timing.backoff_slow_first, timing.source_backoff_cap),
        )

    @classmethod
    def for_unheard_source(cls, timing: Timing) -> RetryPlan:
        """The plan of a source that never gave sound, whose address may be wrong: a high cap."""
        return cls(
            timing.backoff_first,
            timing.unheard_source_backoff_cap,
            slow_first=timing.backoff_slow_first,
        )

    def opened(self) -> None:
        """A handshake succeeded: forget the failures before it, except quick ones."""
        self.attempt = 0
        self._waits = {}

    def healthy(self) -> None:
        """Reset all counts: text was committed, or the connection lived long enough."""
        self.opened()
        self.quick_failures = 0
        self._quick_waits = {}

    def failed(self, retry: Retry, *, quick: bool) -> float:
        """The wait in seconds after a failure; `quick`: right after a good handshake."""
        self.attempt += 1
        self.quick_failures += quick
        if retry is Retry.NOW and (not quick or self.quick_failures == 1):
            return 0.0
        waits = self._quick_waits if quick else self._waits
        slow = retry is Retry.SLOW_BACKOFF
        if slow not in waits:
            waits[slow] = delays(self._firsts[slow], self._cap, rand=self._rand)
        return next(waits[slow])

    def again(self, tries: int) -> float:
        """The least wait in seconds after `tries` connections failed at one position of the sound.

        Even if each of them opened well and lived long, the sound is billed again each time.
        """
        doublings = tries - FREE_TRIES
        return min(self._first * 2**doublings, self._cap) if doublings > 0 else 0.0
