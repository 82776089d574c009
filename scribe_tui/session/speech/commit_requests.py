"""CommitRequests: commits that the user asked for, kept until a connection can send them."""

from __future__ import annotations

from collections.abc import Callable


class CommitRequests:
    """Shared by all connections of a run. `wake` is called when a commit is asked for."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._asked = False
        self._positions: list[int] = []

    def add(self) -> None:
        """Ask for a commit; several requests before it is sent count as one."""
        self._asked = True
        self._wake()

    def add_again(self, positions: list[int]) -> None:
        """Ask again for commits at these positions, which a lost connection did not answer."""
        self._positions = sorted({*self._positions, *positions})

    def take(self, sent: int) -> bool:
        """Whether a commit must be sent now that all sound before position `sent` is sent.

        This uses up the requests.
        """
        asked, self._asked = self._asked, False
        while self._positions and self._positions[0] <= sent:
            asked = True
            del self._positions[0]
        return asked
