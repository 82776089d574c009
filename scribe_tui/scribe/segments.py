"""Sans-IO assembly of the transcript messages of a connection into partials and segments.

If word times or the language were asked for, the service sends each segment twice: as a plain
message and with timestamps, usually in this order. Also reported of the live service: the
other order, the same segment sent two or three times, partials repeated about once a second, and
a partial with the text just committed. People repeat themselves too, so equal text alone does not
prove a repeat by the service. It is one if between the two messages too little sound was sent for
a second segment, or only sound without speech, or if the word times are equal and count from the
connection's first audio. Time is an argument; there is no clock.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from scribe_tui.events import Word
from scribe_tui.scribe.messages import Committed, CommittedWithTimestamps, Message, Partial

PAIR_WAIT_SECONDS = 0.5
"""Longest wait in seconds for the second message of a segment."""
REPEAT_SECONDS = 1.0
"""The service repeats a segment, or a partial of it, before this many seconds of further sound were
sent. Two different segments are about 1.8 s of sound apart, or 0.8 s with the shortest VAD pause
that can be set."""
LATE_SECONDS = 3.0
"""The second message of a segment is still expected until both this many seconds of sound and this
many seconds of time have passed: a backlog is sent at many times real time."""
DOUBT_SECONDS = 2.0
"""Longest wait in seconds with a message that is either the answer to another commit or a repeat of
the answer before it. The next answer shows which; it comes about as much later as the two commits
were sent apart."""
REMEMBERED_SEGMENTS = 16
"""How many past segments a message is compared with."""


@dataclass(frozen=True, slots=True)
class AssembledSegment:
    """One committed segment; `words` in seconds from this connection's first audio.

    `text` is empty if the commit was answered without text. `sent_samples` is how many samples
    had been sent on this connection when its first message came, at the instant `received_at`.
    `may_be_repeat`: the service may only have repeated the segment before; this is unknown.
    """

    text: str
    words: tuple[Word, ...] = ()
    language: str | None = None
    sent_samples: int = field(default=0, compare=False)
    received_at: float = field(default=0.0, compare=False)
    may_be_repeat: bool = field(default=False, compare=False)


@dataclass(slots=True)
class _Entry:
    """A segment that waits for its second message; at `deadline` it is released without it.

    `commit_pending`: a commit sent by this program was unanswered when the first message came.
    `may_be_repeat`: its text equals the one before; it is a repeat or answers another commit.
    """

    text: str
    deadline: float
    sent_samples: int
    received_at: float
    plain: bool = False
    timed: CommittedWithTimestamps | None = None
    commit_pending: bool = False
    may_be_repeat: bool = False

    def received(self) -> _Received:
        return _Received(self.text, self.sent_samples, self.received_at)

    def assembled(self) -> AssembledSegment:
        timed = self.timed
        return AssembledSegment(
            self.text,
            timed.words if timed is not None else (),
            timed.language if timed is not None else None,
            sent_samples=self.sent_samples,
            received_at=self.received_at,
            may_be_repeat=self.may_be_repeat,
        )


@dataclass(frozen=True, slots=True)
class _Timed:
    """A message with word times, and how many samples had been sent when it came.

    `runs_on`: its words begin after those of the segment before. Then times do not restart with
    each segment, and no two segments have the same times.
    """

    message: CommittedWithTimestamps
    sent_samples: int
    runs_on: bool


@dataclass(frozen=True, slots=True)
class _Received:
    """A text received, how many samples had been sent by then, and the instant (seconds)."""

    text: str
    sent_samples: int
    at: float = -math.inf


class SegmentAssembler:
    """Pairs, orders and cleans the transcript messages of one connection.

    `expects_timed`: word times or language detection were asked for. While a committed segment
    waits for its second message, later segments and partials wait behind it. The same plain text
    again, before more than `repeat_samples` were sent, is a repeat of the segment; if a commit is
    unanswered, it waits until later messages show what it is. `rate`: samples per second.

    `had_speech(after, until, commit_pending)`: whether enough speech for a further segment was
    sent after the connection second `after` and before sample `until`; `commit_pending` as in
    `feed`.
    """

    def __init__(
        self,
        *,
        expects_timed: bool,
        wait_seconds: float = PAIR_WAIT_SECONDS,
        repeat_samples: int = 0,
        rate: int = 16000,
        had_speech: Callable[[float, int, bool], bool] = lambda _after, _until, _pending: False,
    ):
        self._had_speech = had_speech
        self._repeat_samples = repeat_samples
        self._repeat_window_samples = round(REPEAT_SECONDS * rate)
        self._late_samples = round(LATE_SECONDS * rate)
        self._expects_timed = expects_timed
        self._wait_seconds = wait_seconds
        self._waiting: deque[_Entry] = deque()
        self._released_without_times: deque[_Received] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._released_without_plain: deque[_Received] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._timed_before: deque[_Timed] = deque(maxlen=REMEMBERED_SEGMENTS)
        self._last_plain: _Received | None = None
        self._last_timed: _Received | None = None
        self._last_released: AssembledSegment | None = None
        self._service_repeats = False
        self._partial = ""
        self._held_partial: Partial | None = None
        self._echo = _Received("", 0)

    @property
    def deadline(self) -> float | None:
        """When to call `expire`, on the clock of `feed`; None if nothing waits."""
        return self._waiting[0].deadline if self._waiting else None

    @property
    def plain_waiting(self) -> int:
        """How many segments have come as plain text and wait for their words."""
        return sum(entry.plain for entry in self._waiting)

    def feed(  # noqa: PLR0913 - what is known of the commits asked for, by name
        self,
        message: Message,
        now: float,
        sent_samples: int,
        *,
        commit_pending: bool = False,
        is_answer: bool = False,
        is_unasked: bool = False,
    ) -> list[Partial | AssembledSegment]:
        """The partials and segments that follow from `message`, in order.

        `sent_samples` counts all audio sent on this connection so far, silence included: how
        much was sent between two messages distinguishes a repeat from a new segment.
        `commit_pending`: a commit of this program is unanswered, and the speech before it was
        long enough for this text. `is_answer`: the message must answer the newest commit.
        `is_unasked`: it can neither answer a commit nor be a segment that the service committed
        by itself. Messages of other types change nothing.
        """
        if is_unasked and self._is_copy(message):
            self._note_repeats()
            return self._release(now)
        if isinstance(message, Partial):
            self._take_partial(message, sent_samples)
        elif isinstance(message, Committed):
            if is_answer and any(e.may_be_repeat and e.text != message.text for e in self._waiting):
                self._note_repeats()
            self._take_plain(message.text, now, sent_samples, commit_pending)
        elif isinstance(message, CommittedWithTimestamps):
            self._take_timed(message, now, sent_samples, commit_pending)
        return self._release(now)

    def _is_copy(self, message: Message) -> bool:
        """Whether an unasked message is empty or has the same text as the one before it.

        False if a segment is waiting for this message as its second one.
        """
        match message:
            case Committed(text):
                is_other = any(e.text == text and not e.plain for e in self._waiting)
            case CommittedWithTimestamps(text):
                is_other = any(e.text == text and e.timed is None for e in self._waiting)
            case _:
                return False
        last = self._last_plain
        return not is_other and (not text or (last is not None and last.text == text))

    def expire(self, now: float) -> list[Partial | AssembledSegment]:
        """What must be released at `now`; pass `math.inf` when the connection is over."""
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
            self._echo = _Received("", 0)  # the next segment began: equal text is not an echo

    def _is_echo(self, text: str, sent_samples: int) -> bool:
        """Whether `text` is a late partial of the segment just committed.

        That is: at least half of its text, from the start. A speaker who begins the same sentence
        again has not got that far.
        """
        closed = self._echo.text
        if sent_samples - self._echo.sent_samples > self._repeat_window_samples:
            return False
        return closed.startswith(text) and 2 * len(text) >= len(closed)

    def _take_plain(self, text: str, now: float, sent_samples: int, commit_pending: bool) -> None:
        is_again = self._is_again(self._last_plain, text, sent_samples)
        if is_again:
            if not commit_pending or self._service_repeats:
                self._note_repeats()
                return
        elif self._take_out(self._released_without_plain, text, sent_samples, now):
            return
        self._last_plain = _Received(text, sent_samples)
        entry = next((e for e in self._waiting if not e.plain and e.text == text), None)
        if entry is not None:
            entry.plain = True
            return
        self._close_partial(text, sent_samples)
        wait = self._wait_seconds if self._expects_timed else 0.0
        self._waiting.append(
            _Entry(
                text,
                now + (max(wait, DOUBT_SECONDS) if is_again else wait),
                sent_samples,
                now,
                plain=True,
                commit_pending=commit_pending,
                may_be_repeat=is_again and bool(text),
            )
        )

    def _note_repeats(self) -> None:
        """Note that this service repeats segments, and drop waiting ones that may be repeats."""
        self._service_repeats = True
        for each in [each for each in self._waiting if each.may_be_repeat]:
            self._waiting.remove(each)

    def _take_timed(
        self, timed: CommittedWithTimestamps, now: float, sent_samples: int, commit_pending: bool
    ) -> None:
        entry = next((e for e in self._waiting if e.timed is None and e.text == timed.text), None)
        if self._is_repeated(timed, sent_samples, has_plain=entry is not None):
            if entry is not None:
                self._waiting.remove(entry)
            elif self._last_plain is not None and self._last_plain.text == timed.text:
                self._last_plain = _Received(timed.text, sent_samples)  # its plain message follows
            self._note_repeats()
            return
        self._timed_before.append(_Timed(timed, sent_samples, self._runs_on(timed)))
        self._last_timed = _Received(timed.text, sent_samples)
        if entry is not None:
            entry.timed = timed
            entry.may_be_repeat &= not timed.words
        elif not self._take_out(self._released_without_times, timed.text, sent_samples, now):
            self._close_partial(timed.text, sent_samples)
            deadline = now + self._wait_seconds
            entry = _Entry(
                timed.text, deadline, sent_samples, now, timed=timed, commit_pending=commit_pending
            )
            self._waiting.append(entry)

    def _is_repeated(
        self, timed: CommittedWithTimestamps, sent_samples: int, *, has_plain: bool
    ) -> bool:
        """Whether `timed` repeats a segment received before.

        It does if text and word times are equal and little sound was sent since. If word times
        run on, they prove it however much was sent since (a lot, while a backlog is sent); if they
        restart with each segment, they prove nothing later. Without words, it is a repeat only if
        no plain message waits for it (`has_plain`).
        """
        if timed.words:
            return any(
                timed.text == before.message.text
                and timed.words == before.message.words
                and (
                    before.runs_on
                    or sent_samples - before.sent_samples <= self._repeat_window_samples
                )
                for before in self._timed_before
            )
        return not has_plain and self._is_again(self._last_timed, timed.text, sent_samples)

    def _runs_on(self, timed: CommittedWithTimestamps) -> bool:
        """Whether its first word begins after the last word of the segment before it."""
        before = next(
            (b.message.words for b in reversed(self._timed_before) if b.message.words), ()
        )
        if not timed.words or not before:
            return False
        return timed.words[0].start_seconds >= before[-1].end_seconds > before[0].start_seconds

    def _is_again(self, last: _Received | None, text: str, sent_samples: int) -> bool:
        """Whether `text` equals that of `last`, with at most `repeat_samples` sent since."""
        if last is None or last.text != text:
            return False
        return sent_samples - last.sent_samples <= self._repeat_samples

    def _close_partial(self, text: str, sent_samples: int) -> None:
        """Forget the partial of a segment just committed; an echo of it may still come."""
        self._partial = ""
        self._held_partial = None
        self._echo = _Received(text.strip(), sent_samples)

    def _release(self, now: float) -> list[Partial | AssembledSegment]:
        released: list[Partial | AssembledSegment] = []
        while self._waiting:
            first = self._waiting[0]
            complete = first.plain and first.timed is not None and not first.may_be_repeat
            if not complete and now < first.deadline:
                return released
            self._waiting.popleft()
            if self._is_late_repeat(first):
                continue
            if first.timed is None:
                self._released_without_times.append(first.received())
            if not first.plain:
                self._released_without_plain.append(first.received())
            self._last_released = first.assembled()
            released.append(self._last_released)
        if self._held_partial is not None:
            released.append(self._held_partial)
            self._held_partial = None
        return released

    def _is_late_repeat(self, entry: _Entry) -> bool:
        """Whether an entry without word times repeats the last released segment, which had some.

        It does not if enough speech for it was sent after the words of that segment.
        """
        last = self._last_released
        if entry.timed is not None or last is None or not last.words or entry.text != last.text:
            return False
        between = entry.sent_samples - last.sent_samples
        if between > self._repeat_window_samples or self._service_repeats:
            return between <= self._repeat_window_samples
        if entry.commit_pending and between <= self._repeat_samples:
            return False
        return not self._had_speech(
            last.words[-1].end_seconds, entry.sent_samples, entry.commit_pending
        )

    def _take_out(
        self, received: deque[_Received], text: str, sent_samples: int, now: float
    ) -> bool:
        """Remove the oldest entry with `text` that is not too old; return whether there was one."""
        for item in received:
            is_late = sent_samples - item.sent_samples > self._late_samples
            if item.text == text and not (is_late and now - item.at > LATE_SECONDS):
                received.remove(item)
                return True
        return False
