"""CommitRequests: commits that the user asked for, kept until a connection can send them."""

from __future__ import annotations

from collections.abc import Callable


class CommitRequests:
    """One for all connections of a run. `wake` is called when a commit is asked for."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._asked = False
        self._positions: list[int] = []

    def add(self) -> None:
        """Ask for a commit; asked twice before it went out, it goes out once."""
        self._asked = True
        self._wake()

    def add_again(self, positions: list[int]) -> None:
        """Ask once more, at the same places, for what a lost connection did not answer."""
        self._positions = sorted({*self._positions, *positions})

    def take(self, sent: int) -> bool:
        """Whether a commit is asked for now that everything before `sent` is sent."""
        asked, self._asked = self._asked, False
        while self._positions and self._positions[0] <= sent:
            asked = True
            del self._positions[0]
        return asked
