"""Which moves between the states of a session are allowed, and in which states it is over."""

from __future__ import annotations

from scribe_tui.events import State

LEGAL_MOVES: dict[State, frozenset[State]] = {
    State.IDLE: frozenset({State.CONNECTING, State.ENDED, State.FAILED}),
    State.CONNECTING: frozenset(
        {State.LIVE, State.BACKOFF, State.DRAINING, State.ENDED, State.FAILED}
    ),
    State.LIVE: frozenset(
        {State.CONNECTING, State.BACKOFF, State.DRAINING, State.ENDED, State.FAILED}
    ),
    State.BACKOFF: frozenset({State.CONNECTING, State.DRAINING, State.ENDED, State.FAILED}),
    State.DRAINING: frozenset({State.ENDED, State.FAILED}),
    State.ENDED: frozenset({State.CONNECTING}),
    State.FAILED: frozenset({State.CONNECTING}),
}
"""The allowed next states of each state. From ENDED and FAILED only a restart leads on."""

OVER = frozenset({State.ENDED, State.FAILED})
"""States in which nothing of the session runs."""


def may_move(here: State, there: State) -> bool:
    """Whether a session in state `here` may go to `there`."""
    return there in LEGAL_MOVES[here]
