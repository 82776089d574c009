"""Progress: whether each new connection gets further in the sound. No I/O, no clock.

A place of the sound at which connections fail again and again is given up after a bounded
number of tries, so that nothing is sent and billed for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TRIES = 5
"""Failures at one place, possibly because of the sound, after which it is skipped."""
TRIES_OF_LAST_COMMIT = 3
"""The same for last commits without an answer, each waited for longer than the one before."""
TRIES_OF_LINE = 20
"""The same for failures that may be because of the line or the service."""
CAREFUL_FROM = 3
"""Failures from which on the sound before the position is committed first, to lose no more of
it."""
SLOW_BEFORE_SECONDS, SLOW_AFTER_SECONDS = 10, 2
"""Sound this many seconds before and after the position is then sent in real time: a connection
that sends faster is well past the position before the failure comes."""
PATIENCE_AT_MOST = 8
"""Where the position after one that was given up fails too, the sound is hardly the cause: each
such position gets twice as many tries as the one before, up to this factor."""


class Blame(StrEnum):
    """What a failure may be due to."""

    SOUND = "sound"
    """The service failed on what it was sent, and said so."""
    ANSWER = "answer"
    """It gave no answer to what it was sent."""
    LAST_COMMIT = "last commit"
    """It gave none to the last commit, though the line was good."""
    LINE = "line"
    """The line broke, or the service is down, restarts, or has no capacity."""
    NOBODY = "nobody"
    """The user wanted to reconnect."""


_TRIES = {Blame.LAST_COMMIT: TRIES_OF_LAST_COMMIT, Blame.LINE: TRIES_OF_LINE}


@dataclass(slots=True)
class Care:
    """How to pass a place where connections failed: slowly, after a commit before it.

    Positions: commit once at `commit_at`, if not None; between the others send in real time.
    """

    commit_at: int | None
    slow_from: int
    slow_until: int

    def is_slow(self, sent: int) -> bool:
        """Whether sound up to `sent` goes out in real time, however much waits."""
        return self.slow_from < sent < self.slow_until

    def is_due(self, sent: int) -> bool:
        """Whether the commit is due; true once."""
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
        """Failures at the present place."""

    def failed(self, blame: Blame, *, settled: int, sent: int) -> None:
        """A connection that was sent everything before `sent` failed; `settled` has its text."""
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
        """The earliest position that failed: sound before it was sent without a failure.

        None: none did.
        """
        return self._place

    @property
    def is_exhausted(self) -> bool:
        """Whether the place has to be given up."""
        return self._spent >= self._patience - 1e-9

    def given_up(self) -> None:
        """The sound at the place was made a gap."""
        self._begin_anew()
        self._patience = min(2 * self._patience, PATIENCE_AT_MOST)

    def care(self, settled: int, second: int) -> Care | None:
        """How a connection that begins at `settled` passes the failed position; None: as usual.

        `second`: samples in a second. The commit is about a second before the position, nearer when
        less sound lies before it, and left out when next to none does.
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
