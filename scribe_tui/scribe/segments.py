"""Sans-IO assembly of what the service says into partials and whole segments.

The service tells a segment twice when word times or the language were asked for: plain,
and with timestamps, usually in this order. Reported of the live service besides: the
other order, the same segment told two or three times, partials repeated about once a
second, and a partial with the text just committed. People repeat themselves too, so a text alone
proves nothing: what is told again is a repeat only where too little sound was sent between
for a segment of its own, or no speech among it, or where it has the very times of a segment, and
those count from the connection's beginning. Time is an argument; there is no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from scribe_tui.events import Word
from scribe_tui.scribe.messages import Committed, CommittedWithTimestamps, Message, Partial

PAIR_WAIT_SECONDS = 0.5
"""Longest wait for a segment's other message."""
REPEAT_SECONDS = 1.0
"""Sound within which a segment, or a partial of it, is told again. The service's own pauses
put some 1.8 s between two segments, 0.8 s with the shortest that can be set."""
LATE_SECONDS = 3.0
"""Sound within which the other message of a segment comes late."""
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
    """A segment on its way: which of its two messages came, and when to go on without.

    `owed`: a commit of ours was waiting for its answer when the first of them came.
    """

    text: str
    deadline: float
    sent_samples: int
    plain: bool = False
    timed: CommittedWithTimestamps | None = None
    owed: bool = False

    def assembled(self) -> AssembledSegment:
        if self.timed is None:
            return AssembledSegment(self.text, sent_samples=self.sent_samples)
        return AssembledSegment(self.text, self.timed.words, self.timed.language, self.sent_samples)


@dataclass(frozen=True, slots=True)
class _Timed:
    """A message with times, how many samples had been sent, and whether its times run on.

    They run on when they begin after the segment before it: then they do not restart with each
    segment, and no other segment has the same.
    """

    message: CommittedWithTimestamps
    sent_samples: int
    runs_on: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """A text, and how many samples had been sent when it was told."""

    text: str
    sent_samples: int


class SegmentAssembler:
    """Pairs, orders and cleans the transcript messages of one connection.

    `expects_timed`: word times or language detection were asked for. Nothing overtakes a
    committed segment that waits: neither the next segment nor a partial of it. The same
    plain text again before more than `repeat_samples` were sent is the same segment told
    again, unless a commit of ours waits for its answer. `rate`: samples in a second.

    `spoke(after, until, owed)`: whether there was sound for a segment of its own after the
    connection second `after`, before sample `until`; `owed` as in `feed`.
    """

    def __init__(
        self,
        *,
        expects_timed: bool,
        wait_seconds: float = PAIR_WAIT_SECONDS,
        repeat_samples: int = 0,
        rate: int = 16000,
        spoke: Callable[[float, int, bool], bool] = lambda _after, _until, _owed: False,
    ):
        self._spoke = spoke
        self._repeat_samples = repeat_samples
        self._told_again_samples = round(REPEAT_SECONDS * rate)
        self._late_samples = round(LATE_SECONDS * rate)
        self._expects_timed = expects_timed
        self._wait_seconds = wait_seconds
        self._waiting: deque[_Entry] = deque()
        self._gone_without_times: deque[_Told] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._gone_without_plain: deque[_Told] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._timed_before: deque[_Timed] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._last_plain: _Told | None = None
        self._last_timed: _Told | None = None
        self._last_released: AssembledSegment | None = None
        self._tells_again = False
        self._partial = ""
        self._held_partial: Partial | None = None
        self._echo = _Told("", 0)

    @property
    def deadline(self) -> float | None:
        """When to call `expire`, on the clock of `feed`; None if nothing waits."""
        return self._waiting[0].deadline if self._waiting else None

    def feed(
        self, message: Message, now: float, sent_samples: int, *, owed: bool = False
    ) -> list[Partial | AssembledSegment]:
        """What `message` brings about, in the order to show it.

        `sent_samples` is all audio sent on this connection so far, silence included: how
        much was sent between two messages tells a repeat from a new segment. `owed`: a
        commit of ours is not answered yet. Messages other than partials and committed ones
        bring about nothing.
        """
        if isinstance(message, Partial):
            self._take_partial(message, sent_samples)
        elif isinstance(message, Committed):
            self._take_plain(message.text, now, sent_samples, owed)
        elif isinstance(message, CommittedWithTimestamps):
            self._take_timed(message, now, sent_samples, owed)
        return self._release(now)

    def expire(self, now: float) -> list[Partial | AssembledSegment]:
        """What need not wait any longer at `now`; `math.inf` when the connection is over."""
        return self._release(now)

    def _take_partial(self, partial: Partial, sent_samples: int) -> None:
        text = partial.text.strip()
        if text and self._is_echo(text, sent_samples):
            return
        if partial.text == self._partial:
            return
        self._partial = partial.text
        self._held_partial = partial
        if text:
            self._echo = _Told("", 0)  # the next segment began: saying the same is no echo

    def _is_echo(self, text: str, sent_samples: int) -> bool:
        """Whether `text` is of the segment just closed, whole or as it was a moment earlier.

        The beginning of the same sentence, said again, is shorter than half of it.
        """
        closed = self._echo.text
        if sent_samples - self._echo.sent_samples > self._told_again_samples:
            return False
        return closed.startswith(text) and 2 * len(text) >= len(closed)

    def _take_plain(self, text: str, now: float, sent_samples: int, owed: bool) -> None:
        if self._is_again(self._last_plain, text, sent_samples):
            if not owed or self._tells_again:
                self._tells_again = True
                return
        elif self._take_out(self._gone_without_plain, text, sent_samples):
            return
        self._last_plain = _Told(text, sent_samples)
        entry = next((e for e in self._waiting if not e.plain and e.text == text), None)
        if entry is not None:
            entry.plain = True
            return
        self._close_partial(text, sent_samples)
        wait = self._wait_seconds if self._expects_timed else 0.0
        self._waiting.append(_Entry(text, now + wait, sent_samples, plain=True, owed=owed))

    def _take_timed(
        self, timed: CommittedWithTimestamps, now: float, sent_samples: int, owed: bool
    ) -> None:
        entry = next((e for e in self._waiting if e.timed is None and e.text == timed.text), None)
        if self._is_repeated(timed, sent_samples):
            self._tells_again = True
            if entry is not None:
                self._waiting.remove(entry)
            elif self._last_plain is not None and self._last_plain.text == timed.text:
                self._last_plain = _Told(timed.text, sent_samples)  # told again next
            return
        self._timed_before.append(_Timed(timed, sent_samples, self._runs_on(timed)))
        self._last_timed = _Told(timed.text, sent_samples)
        if entry is not None:
            entry.timed = timed
        elif not self._take_out(self._gone_without_times, timed.text, sent_samples):
            self._close_partial(timed.text, sent_samples)
            deadline = now + self._wait_seconds
            entry = _Entry(timed.text, deadline, sent_samples, timed=timed, owed=owed)
            self._waiting.append(entry)

    def _is_repeated(self, timed: CommittedWithTimestamps, sent_samples: int) -> bool:
        """Whether a segment was told with these very times, and too little sound since.

        Times may restart with each segment: then the same ones later are no proof. Where they
        run on they are, however much was sent between: a lot, while old sound is caught up with.
        """
        if timed.words:
            return any(
                timed.text == before.message.text
                and timed.words == before.message.words
                and (
                    before.runs_on or sent_samples - before.sent_samples <= self._told_again_samples
                )
                for before in self._timed_before
            )
        return self._is_again(self._last_timed, timed.text, sent_samples)

    def _runs_on(self, timed: CommittedWithTimestamps) -> bool:
        """Whether its first word begins after the last one of the segment before it."""
        before = next(
            (b.message.words for b in reversed(self._timed_before) if b.message.words), ()
        )
        if not timed.words or not before:
            return False
        return timed.words[0].start_seconds >= before[-1].end_seconds > before[0].start_seconds

    def _is_again(self, last: _Told | None, text: str, sent_samples: int) -> bool:
        """Whether `text` is what was told `last`, with next to no audio sent since."""
        if last is None or last.text != text:
            return False
        return sent_samples - last.sent_samples <= self._repeat_samples

    def _close_partial(self, text: str, sent_samples: int) -> None:
        """A segment was closed: its partial is over, an echo of it is to be expected."""
        self._partial = ""
        self._held_partial = None
        self._echo = _Told(text.strip(), sent_samples)

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
                self._gone_without_times.append(_Told(first.text, first.sent_samples))
            if not first.plain:
                self._gone_without_plain.append(_Told(first.text, first.sent_samples))
            self._last_released = first.assembled()
            released.append(self._last_released)
        if self._held_partial is not None:
            released.append(self._held_partial)
            self._held_partial = None
        return released

    def _is_late_repeat(self, entry: _Entry) -> bool:
        """Told again a little later, without its times, where segments do come with times.

        Unless there was sound for it after the words of the segment before it.
        """
        last = self._last_released
        if entry.timed is not None or last is None or not last.words or entry.text != last.text:
            return False
        between = entry.sent_samples - last.sent_samples
        if between > self._told_again_samples or self._tells_again:
            return between <= self._told_again_samples
        if entry.owed and between <= self._repeat_samples:
            return False
        return not self._spoke(last.words[-1].end_seconds, entry.sent_samples, entry.owed)

    def _take_out(self, told: deque[_Told], text: str, sent_samples: int) -> bool:
        """Remove the oldest `text` from `told` that is not too old; whether there was one."""
        for item in told:
            if item.text == text and sent_samples - item.sent_samples <= self._late_samples:
                told.remove(item)
                return True
        return False
