"""Sans-IO assembly of what the service says into partials and whole segments.

The service tells a segment twice when word times or the language were asked for: plain,
and with timestamps, usually in this order. Reported of the live service besides: the
other order, the same segment told two or three times, partials repeated about once a
second, and a partial with the text just committed. Time is an argument; there is no clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from scribe_tui.events import Word
from scribe_tui.scribe.messages import Committed, CommittedWithTimestamps, Message, Partial

PAIR_WAIT_SECONDS = 0.5
"""Longest wait for a segment's other message."""
REMEMBERED_SEGMENTS = 16
"""How many past segments a message may still repeat or belong to."""


@dataclass(frozen=True, slots=True)
class AssembledSegment:
    """One committed segment; `words` in seconds from this connection's first audio.

    `text` may be empty: the commit was answered, there was nothing to say. `sent_samples`
    is what had been sent on this connection when its first message came.
    """

    text: str
    words: tuple[Word, ...] = ()
    language: str | None = None
    sent_samples: int = field(default=0, compare=False)


@dataclass(slots=True)
class _Entry:
    """A segment on its way: which of its two messages came, and when to go on without."""

    text: str
    deadline: float
    sent_samples: int
    plain: bool = False
    timed: CommittedWithTimestamps | None = None

    def assembled(self) -> AssembledSegment:
        if self.timed is None:
            return AssembledSegment(self.text, sent_samples=self.sent_samples)
        return AssembledSegment(self.text, self.timed.words, self.timed.language, self.sent_samples)


class SegmentAssembler:
    """Pairs, orders and cleans the transcript messages of one connection.

    `expects_timed`: word times or language detection were asked for. Nothing overtakes a
    committed segment that waits: neither the next segment nor a partial of it. The same
    text again before more than `repeat_samples` were sent is the same segment told again.
    """

    def __init__(
        self,
        *,
        expects_timed: bool,
        wait_seconds: float = PAIR_WAIT_SECONDS,
        repeat_samples: int = 0,
    ):
        self._repeat_samples = repeat_samples
        self._expects_timed = expects_timed
        self._wait_seconds = wait_seconds
        self._waiting: deque[_Entry] = deque()
        self._gone_without_times: deque[str] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._gone_without_plain: deque[str] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._timed_before: deque[CommittedWithTimestamps] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._last_plain: tuple[str, int] | None = None
        self._last_timed: tuple[str, int] | None = None
        self._last_released: AssembledSegment | None = None
        self._partial = ""
        self._held_partial: Partial | None = None
        self._echo = ""

    @property
    def deadline(self) -> float | None:
        """When to call `expire`, on the clock of `feed`; None if nothing waits."""
        return self._waiting[0].deadline if self._waiting else None

    def feed(
        self, message: Message, now: float, sent_samples: int
    ) -> list[Partial | AssembledSegment]:
        """What `message` brings about, in the order to show it.

        `sent_samples` is all audio sent on this connection so far, silence included: the
        same text twice with no audio sent between is the same segment. Messages other
        than partials and committed ones bring about nothing.
        """
        if isinstance(message, Partial):
            self._take_partial(message)
        elif isinstance(message, Committed):
            self._take_plain(message.text, now, sent_samples)
        elif isinstance(message, CommittedWithTimestamps):
            self._take_timed(message, now, sent_samples)
        return self._release(now)

    def expire(self, now: float) -> list[Partial | AssembledSegment]:
        """What need not wait any longer at `now`; `math.inf` when the connection is over."""
        return self._release(now)

    def _take_partial(self, partial: Partial) -> None:
        text = partial.text.strip()
        if text and self._echo.startswith(text):
            return  # of the segment just closed, whole or as it was a moment earlier
        if partial.text == self._partial:
            return
        self._partial = partial.text
        self._held_partial = partial
        if text:
            self._echo = ""  # the next segment began: saying the same again is no echo

    def _take_plain(self, text: str, now: float, sent_samples: int) -> None:
        if self._is_again(self._last_plain, text, sent_samples):
            return
        if _take_out(self._gone_without_plain, text):
            return
        self._last_plain = (text, sent_samples)
        entry = next((e for e in self._waiting if not e.plain and e.text == text), None)
        if entry is not None:
            entry.plain = True
            return
        self._close_partial(text)
        wait = self._wait_seconds if self._expects_timed else 0.0
        self._waiting.append(_Entry(text, now + wait, sent_samples, plain=True))

    def _take_timed(self, timed: CommittedWithTimestamps, now: float, sent_samples: int) -> None:
        entry = next((e for e in self._waiting if e.timed is None and e.text == timed.text), None)
        if self._is_repeated(timed, sent_samples):
            if entry is not None:
                self._waiting.remove(entry)
            return
        self._timed_before.append(timed)
        self._last_timed = (timed.text, sent_samples)
        if entry is not None:
            entry.timed = timed
        elif not _take_out(self._gone_without_times, timed.text):
            self._close_partial(timed.text)
            self._waiting.append(
                _Entry(timed.text, now + self._wait_seconds, sent_samples, timed=timed)
            )

    def _is_repeated(self, timed: CommittedWithTimestamps, sent_samples: int) -> bool:
        if timed.words:
            return any(
                timed.text == before.text and timed.words == before.words
                for before in self._timed_before
            )
        return self._is_again(self._last_timed, timed.text, sent_samples)

    def _is_again(self, last: tuple[str, int] | None, text: str, sent_samples: int) -> bool:
        """Whether `text` is what was told `last`, with next to no audio sent since."""
        if last is None or last[0] != text:
            return False
        return sent_samples - last[1] <= self._repeat_samples

    def _close_partial(self, text: str) -> None:
        """A segment was closed: its partial is over, an echo of it is to be expected."""
        self._partial = ""
        self._held_partial = None
        self._echo = text.strip()

    def _release(self, now: float) -> list[Partial | AssembledSegment]:
        released: list[Partial | AssembledSegment] = []
        while self._waiting:
            first = self._waiting[0]
            complete = first.plain and first.timed is not None
            if not complete and now < first.deadline:
                return released
            self._waiting.popleft()
            if self._is_late_repeat(first):
                continue
            if first.timed is None:
                self._gone_without_times.append(first.text)
            if not first.plain:
                self._gone_without_plain.append(first.text)
            self._last_released = first.assembled()
            released.append(self._last_released)
        if self._held_partial is not None:
            released.append(self._held_partial)
            self._held_partial = None
        return released

    def _is_late_repeat(self, entry: _Entry) -> bool:
        """Told again later, and again without its times, where segments do come with times."""
        last = self._last_released
        if entry.timed is not None or last is None or not last.words:
            return False
        return entry.text == last.text


def _take_out(texts: deque[str], text: str) -> bool:
    """Remove the oldest `text` from `texts`; whether there was one."""
    if text not in texts:
        return False
    texts.remove(text)
    return True
