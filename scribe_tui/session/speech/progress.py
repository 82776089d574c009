"""Progress: whether each new connection gets further in the sound. No I/O, no clock.

A position in the sound at which connections fail again and again is given up after a limited
number of tries, so that it is not sent and billed without end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TRIES = 5
"""Failures at one place, possibly because of the sound, after which it is skipped."""
TRIES_OF_LAST_COMMIT = 3
"""The same for last commits without an answer; each is waited for longer than the one before."""
TRIES_OF_LINE = 20
"""The same for failures that may be because of the line or the service."""
CAREFUL_FROM = 3
"""From this many failures on, the sound before the position is committed first, so that none of it
is lost with what follows."""
SLOW_BEFORE_SECONDS, SLOW_AFTER_SECONDS = 10, 2
"""From SLOW_BEFORE_SECONDS before the position to SLOW_AFTER_SECONDS after it, sound is then sent
in real time: a connection that sends faster is well past it before the failure comes."""
PATIENCE_AT_MOST = 8
"""If the position after one that was given up fails too, the sound is hardly the cause: each such
position gets twice as many tries as the one before, up to this factor."""


class Blame(StrEnum):
    """What may have caused a failure."""

    SOUND = "sound"
    """The service reported an error that the sound may have caused."""
    ANSWER = "answer"
    """The service gave no text for the sound."""
    LAST_COMMIT = "last commit"
    """The service did not answer the last commit, though the connection was good."""
    LINE = "line"
    """The connection broke, or the service is down, restarts, or has no capacity."""
    NOBODY = "nobody"
    """The user wanted to reconnect."""


_TRIES = {Blame.LAST_COMMIT: TRIES_OF_LAST_COMMIT, Blame.LINE: TRIES_OF_LINE}


@dataclass(slots=True)
class Care:
    """How to pass a position where connections failed: slowly, after a commit before it.

    Commit once at the position `commit_at`, if not None; send in real time from position
    `slow_from` to `slow_until`.
    """

    commit_at: int | None
    slow_from: int
    slow_until: int

    def is_slow(self, sent: int) -> bool:
        """Whether the sound at position `sent` is sent in real time, even with a backlog."""
        return self.slow_from < sent < self.slow_until

    def is_due(self, sent: int) -> bool:
        """Whether the commit is due at position `sent`; True only once."""
        if self.commit_at is None or sent < self.commit_at:
            return False
        self.commit_at = None
        return True


class Progress:
    """Counts the failures of one run. Positions are samples since the first sound."""

    def __init__(self) -> None:
        self._place: int | None = None
        self._spent = 0.0
        self._patience = 1
        self._is_located = False
        self.tries = 0
        """Failures at the present position."""

    def failed(self, blame: Blame, *, settled: int, sent: int) -> None:
        """A connection failed that was sent all before `sent`; all before `settled` is settled."""
        if self._place is not None and settled >= self._place:
            self._begin_anew()
            self._patience = 1
        if blame is Blame.NOBODY or sent <= settled:
            return
        self._place = sent if self._place is None else min(self._place, sent)
        self.tries += 1
        self._spent += 1 / _TRIES.get(blame, TRIES)
        self._is_located = blame is Blame.SOUND

    @property
    def place(self) -> int | None:
        """The earliest position at which a connection failed; None if there is none."""
        return self._place

    @property
    def is_exhausted(self) -> bool:
        """Whether the position must be given up."""
        return self._spent >= self._patience - 1e-9

    def given_up(self) -> None:
        """The sound at the position was given up: it is a gap, or settled without text."""
        self._begin_anew()
        self._patience = min(2 * self._patience, PATIENCE_AT_MOST)

    def care(self, settled: int, second: int) -> Care | None:
        """How a connection that begins at `settled` passes the failed position; None: as usual.

        `second`: samples per second. The commit is about a second before the position, or halfway
        from `settled` if that is later; there is none if hardly any sound precedes it.
        """
        if self._place is None or not self._is_located or self.tries < CAREFUL_FROM:
            return None
        commit_at = self._place - min(second, (self._place - settled) // 2)
        enough = commit_at - settled >= second // 4
        return Care(
            commit_at if enough else None,
            slow_from=self._place - SLOW_BEFORE_SECONDS * second,
            slow_until=self._place + SLOW_AFTER_SECONDS * second,
        )

    def _begin_anew(self) -> None:
        self._place = None
        self._spent = 0.0
        self.tries = 0
