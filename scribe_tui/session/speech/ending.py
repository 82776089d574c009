"""Ending: the last commit of a connection, and when its last text is in. No I/O, no clock.

It decides what to do once all sound was sent. The service's own commits (by VAD, or at its ceiling
under manual commits) may come before, with or after the last commit of this program. A commit of
too little sound (`commit_throttled`) makes the service close the connection; if it has just
committed by itself, the sound is settled then and not sent again.

The caller does what `todo` says and reports what happened; instants are seconds on its clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

LEAST_COMMIT_SECONDS = 0.3
"""The service refuses a commit if less than this much sound is uncommitted (reported)."""
LEAST_VAD_SECONDS = 0.5
"""The service may raise a lower silence threshold of the VAD to this (reported)."""
PAST_VAD_SECONDS = 0.7
"""With this much silence beyond the VAD's threshold the service has certainly committed."""
LONGER_EACH_TRY = 4
MOST_LONGER = 2
"""The wait for an answer is multiplied by LONGER_EACH_TRY after each connection that got none, at
most MOST_LONGER times: 6 s, 24 s, 96 s. Waiting costs nothing; sending sound again is billed."""
LATE_SECONDS = 10.0
"""For this many seconds after the service's latest warning of being late, text may still come."""
LATER_THAN_KNOWN = 1.25
"""The answer to the last commit may take this many times as long as the segments before it."""
OWN_CEILING_SECONDS = (34.5, 37.4)
"""Under manual commits the service commits by itself when this many seconds of sound, between the
two values, are uncommitted (35.8 s reported, 36 s official guide)."""


class Todo(StrEnum):
    """What the caller has to do next."""

    NOTHING = "nothing"
    """Sound is still being sent."""
    COMMIT = "commit"
    """Send `Ending.padding_seconds` of silence and a commit, then call `commit_sent`."""
    WAIT = "wait"
    """Wait until `deadline` for news; then call `news`, `refused`, `closed`, or `silence`."""
    PING = "ping"
    """Send a ping and wait for `Timing.last_text` at most; then call `pong` or `closed`."""
    SETTLE = "settle"
    """Over: all that was sent has its text."""
    REPLAY = "replay"
    """Over: sound that is not settled must be sent again."""


OVER = frozenset({Todo.SETTLE, Todo.REPLAY})


@dataclass(frozen=True, slots=True)
class View:
    """What is known about the connection's text at one moment.

    `pending`: number of requested commits without an answer. `text_open`: the latest partial is
    not empty. `waits_for_words`: a committed segment waits for its second message. `committed`:
    the service has committed something on this connection, requested or not. `may_hold_speech`:
    more than a pause was sent after the latest sound with text. `grace`: seconds without a message
    after which nothing more is expected. `lateness`: seconds from a segment's end to its text.
    """

    pending: int = 0
    text_open: bool = False
    waits_for_words: bool = False
    committed: bool = False
    may_hold_speech: bool = True
    grace: float = 0.0
    lateness: float = 0.0

    @property
    def is_quiet(self) -> bool:
        """Whether no text is known to be on its way."""
        return not self.text_open and not self.waits_for_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds to wait after the last commit.

    `answer`: for the next message, while the last commit is unanswered. `at_most`: in all.
    """

    answer: float
    at_most: float

    def after(self, tries: int) -> Patience:
        """The waits after `tries` connections failed at this position, longer after each of them.

        The service may only be late, and sound that is sent again is billed again.
        """
        tried = min(tries, MOST_LONGER)
        answer = self.answer * LONGER_EACH_TRY**tried
        return Patience(answer=answer, at_most=max(self.at_most * 2**tried, answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncommitted:
    """How many seconds of the sound sent the service can still have uncommitted.

    `at_least` counts from the latest known commit, `at_most` from the latest sound whose text is
    known. `vad_seconds`: the silence after which the service commits by itself, None without VAD.
    `least_padding`: seconds of silence that can be committed even without other sound.
    """

    at_least: float
    at_most: float
    vad_seconds: float | None = None
    least_padding: float = 0.35

    @property
    def may_be_committed(self) -> bool:
        """Whether the service may have committed by itself, which is not known here yet."""
        return self.vad_seconds is not None or self._near_ceiling

    @property
    def padding_seconds(self) -> float:
        """Seconds of silence to send before a commit, so that it never commits too little sound.

        Under VAD, enough for the VAD to commit first if it is about to. Under manual commits near
        the service's ceiling, enough to get past it. Otherwise as much as a commit needs.
        """
        if self.vad_seconds is not None:
            return max(self.vad_seconds, LEAST_VAD_SECONDS) + PAST_VAD_SECONDS
        if self._near_ceiling:
            return max(self.least_padding, OWN_CEILING_SECONDS[1] - self.at_least)
        return self.least_padding if self.at_least < self.least_padding else 0.0

    @property
    def _near_ceiling(self) -> bool:
        return self.at_least >= OWN_CEILING_SECONDS[0]


class Ending:
    """Decides how one connection ends; `todo` is the next step.

    `tries`: how many connections failed at this position before. If the last commit is refused
    after such a failure and no text is on its way, the sound is settled without text.
    """

    def __init__(self, *, tries: int = 0) -> None:
        self.todo = Todo.NOTHING
        self.deadline = math.inf
        self.padding_seconds = 0.0
        self._tries = tries
        self._own_commits = False
        self._asked = False
        self._refused = False
        self._answered = False
        self._latest = math.inf
        self._late_until = -math.inf
        self._seen_at = 0.0
        self._asked_at = -math.inf
        self._patience = Patience(answer=0.0, at_most=0.0)
        self._view = View()

    @property
    def is_over(self) -> bool:
        """Whether it is decided that the sound is settled, or sent again."""
        return self.todo in OVER

    @property
    def is_asked(self) -> bool:
        """Whether the last commit was sent and the end is not decided yet."""
        return self._asked and not self.is_over

    def all_sent(
        self, now: float, view: View, patience: Patience, uncommitted: Uncommitted
    ) -> None:
        """All sound was sent: decide whether a last commit is needed.

        It is, unless no sound can be uncommitted and no text is on its way. Even a tenth of a
        second is committed, because the commit before it may have cut a word.
        """
        self._view = view
        self._patience = patience = patience.after(self._tries)
        self._latest = now + patience.at_most
        self._own_commits = uncommitted.may_be_committed
        if uncommitted.at_most > 0 or not view.is_quiet:
            self.padding_seconds = uncommitted.padding_seconds
            self.todo = Todo.COMMIT
        elif view.pending:
            self._asked = True
            self._wait(now, patience.answer)
        else:
            self.todo = Todo.SETTLE

    def commit_sent(self, now: float, view: View) -> None:
        """The last commit was sent."""
        if self.todo is Todo.COMMIT:
            self._asked = True
            self._asked_at = now
            self._view = view
            self._latest = now + self._patience.at_most
            self._wait(now, self._patience.answer)

    def news(self, now: float, view: View) -> None:
        """A partial or a committed segment came."""
        self._view = view
        if not self._asked or self.is_over:
            return
        if self._refused:
            self._wait(now, self._view.grace)
        elif view.pending or view.waits_for_words:
            self._wait(now, self._patience.answer)
        elif not self._own_commits and view.is_quiet:
            self.todo = Todo.SETTLE
        else:
            self._answered = True
            self._wait(now, self._patience.answer if view.text_open else self._grace(now))

    def _grace(self, now: float) -> float:
        """Seconds without a message after which nothing more is expected.

        The latest segment may be one that the service committed by itself; then the answer to the
        last commit may take as long as segments do (`View.lateness`).
        """
        due = self._asked_at + LATER_THAN_KNOWN * self._view.lateness
        return max(self._view.grace, due - now)

    def delayed(self, now: float) -> None:
        """The service warns that it is late: all waits begin again at `now`.

        Segments that it commits by itself also come late then, and look like the answer. So the
        text does not count as complete until `LATE_SECONDS` have passed without such a warning.
        """
        self._late_until = now + LATE_SECONDS
        if self.is_asked:
            self._latest = now + self._patience.at_most
            if self.todo is Todo.WAIT:
                self.deadline = max(self.deadline, self._late_until)

    def refused(self, now: float) -> None:
        """The service refused the last commit as too small; it closes the connection next."""
        if self.is_asked:
            self._refused = True
            self._wait(now, self._view.grace)

    def silence(self) -> None:
        """The deadline passed without news. Before deciding, a ping is needed (`Todo.PING`).

        Messages that arrived before the ping's answer have been read when it comes.
        """
        if self.todo is Todo.WAIT:
            if self._refused:
                self._decide()
            else:
                self.todo = Todo.PING

    def pong(self, now: float, view: View, *, any_news: bool) -> None:
        """The ping was answered; `any_news`: a message was read since the deadline."""
        if self.todo is not Todo.PING:
            return
        self._view = view
        if (any_news and now < self._latest) or now < self._late_until:
            self.news(now, view)
        else:
            self._decide()

    def closed(self) -> None:
        """The connection ended, closed by either side."""
        if self.todo in (Todo.NOTHING, *OVER):
            return
        if self._refused:
            self._decide()
        elif self._answered and self._view.is_quiet and not self._may_miss_text:
            self.todo = Todo.SETTLE
        else:
            self.todo = Todo.REPLAY

    @property
    def _may_miss_text(self) -> bool:
        return self._view.may_hold_speech or self._seen_at < self._late_until

    def _decide(self) -> None:
        self.todo = Todo.SETTLE if self._is_complete else Todo.REPLAY

    @property
    def _is_complete(self) -> bool:
        """Whether no text is missing, even if the last commit got no answer.

        It gets none if the service has just committed by itself and sends no more messages.
        """
        view = self._view
        if not view.is_quiet:
            return False
        if self._answered:
            return True
        if self._refused:
            return view.committed or self._tries > 0
        return view.committed and not view.may_hold_speech

    def _wait(self, now: float, seconds: float) -> None:
        self.todo = Todo.WAIT
        self._seen_at = now
        self.deadline = max(min(now + seconds, max(self._latest, now)), self._late_until)
