"""Lifecycle: the state of one session, and the only way to change it."""

from __future__ import annotations

from collections.abc import Callable

from scribe_tui.events import State
from scribe_tui.session.state import OVER, may_move

OnMove = Callable[[State, State, str], None]
"""Receives the previous state, the new state and the reason: a few words or ""."""


class Lifecycle:
    """The state of a session; reports each transition to `on_move`."""

    def __init__(self, on_move: OnMove) -> None:
        self.state = State.IDLE
        self._on_move = on_move

    def move(self, state: State, reason: str = "") -> None:
        """Go to `state`. Raises ValueError for a move that is not allowed, which is a bug."""
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
        """The source is over: go to DRAINING, in which only the last text is awaited."""
        if may_move(self.state, State.DRAINING):
            self.move(State.DRAINING)

    @property
    def is_over(self) -> bool:
        """Whether nothing of the session runs."""
        return self.state in OVER
