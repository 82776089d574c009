"""Lifecycle: the state of one session, and the only way to change it."""

from __future__ import annotations

from collections.abc import Callable

from scribe_tui.events import State
from scribe_tui.session.state import OVER, may_move

OnMove = Callable[[State, State, str], None]
"""Receives the state before, the state now and the reason in a few words, or empty."""


class Lifecycle:
    """The state of a session; reports each transition to `on_move`."""

    def __init__(self, on_move: OnMove) -> None:
        self.state = State.IDLE
        self._on_move = on_move

    def move(self, state: State, reason: str = "") -> None:
        """Go to `state`. Raises ValueError for an illegal move: that is a bug of ours."""
        if state is self.state:
            return
        if not may_move(self.state, state):
            raise ValueError(f"a session that is {self.state} may not become {state}")
        previous, self.state = self.state, state
        self._on_move(previous, state, reason)

    def move_connection(self, state: State, reason: str = "") -> None:
        """Go to `state` because of a connection; a session that drains stays DRAINING."""
        if self.state is not State.DRAINING:
            self.move(state, reason)

    def drain(self) -> None:
        """The source is over: only the last text is waited for."""
        if may_move(self.state, State.DRAINING):
            self.move(State.DRAINING)

    @property
    def is_over(self) -> bool:
        """Whether nothing of the session runs."""
        return self.state in OVER
