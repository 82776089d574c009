"""ConnectionTimeline: what one connection was sent and has committed, and its time.

The service counts word times from each socket's first audio (reported), silence of ours
included, and starts anew at each connection. `anchors` say which position of the session
(samples since the first sound, gaps included) was sent at which connection time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import CommitReason
from scribe_tui.session.speech.ending import OWN_CEILING_SECONDS
from scribe_tui.session.speech.lateness import Lateness

_ANCHORS_KEPT = 1024
"""Word times refer to the last minute or so; older anchors are forgotten."""
_PAUSE_SEEN = 0.8
"""Share of the pause that ends a segment which is visible in the level."""
_RECENT_SECONDS = 1.0
_AFTER_WORDS_SECONDS = 0.2
"""A word may end this long after the level fell."""
_WORD_SECONDS = 0.1
"""No word is shorter; the service's own least speech."""
_DOUBTFUL_KEPT = 64
"""Most requested commits that are remembered while their answer may still come."""
_PAUSES_KEPT = 512
"""Most pauses that are remembered: several minutes of speech, for a service that answers late."""


@dataclass(slots=True)
class _Request:
    """A commit of ours. `after_own`: a commit of the service's own is answered before it.

    `samples`: all that had been sent before it, in connection time.
    """

    position: int
    samples: int
    reason: CommitReason
    after_own: bool


class ConnectionTimeline:
    """The sound of one connection. All counts in samples; positions start at `begin`."""

    def __init__(self, audio_format: AudioFormat, *, uses_vad: bool) -> None:
        self._format = audio_format
        self._uses_vad = uses_vad
        self.sent = 0
        """Position right after the latest sound sent."""
        self.committed = 0
        """Everything from the start to this position has its text."""
        self.committed_samples = 0
        """The connection time of that position."""
        self.samples = 0
        """All samples sent, silence included: connection time."""
        self.since_commit = 0
        """Samples, silence included, sent since the latest commit that is known of."""
        self.has_committed = False
        """Whether the service has committed anything, asked or not."""
        self.is_placed_by_arrival = False
        """Whether nothing but the time of arrival tells where the latest segment ended."""
        self.lateness = Lateness()
        """How late its text is."""
        self._anchors: deque[tuple[int, int]] = deque([(0, 0)], maxlen=_ANCHORS_KEPT)
        self._pauses: deque[tuple[int, int]] = deque([(0, 0)], maxlen=_PAUSES_KEPT)
        self._requests: deque[_Request] = deque()
        self._doubtful: deque[int] = deque(maxlen=_DOUBTFUL_KEPT)
        self._half_answered = 0

    def begin(self, start: int) -> None:
        """The first sound sent will be that at position `start`."""
        self.sent = self.committed = start
        self._anchors.append((self.samples, start))

    def send(self, position: int, samples: int, *, is_pause: bool = False) -> None:
        """Count sound as sent; `is_pause`: by its level it holds no speech."""
        connection_start, start = self._anchors[-1]
        if position != start + self.samples - connection_start:
            self._anchors.append((self.samples, position))
        if is_pause:
            self._add_pause(samples)
        self.samples += samples
        self.since_commit += samples
        self.sent = position + samples

    def send_silence(self, samples: int) -> None:
        """Count silence of ours as sent: it moves connection time, not source time."""
        self._add_pause(samples)
        self.samples += samples
        self.since_commit += samples
        self._anchors.append((self.samples, self.sent))

    def request_commit(self, reason: CommitReason) -> None:
        """Remember that a commit was requested after all sound sent so far.

        Under manual commits, near the service's ceiling, its own commit is answered first.
        """
        ceiling = self._format.samples(OWN_CEILING_SECONDS[0])
        after_own = not self._uses_vad and self.since_commit >= ceiling
        if self._half_answered:  # its answer would have come by now
            self._requests.popleft()
            self._half_answered = 0
        self._requests.append(_Request(self.sent, self.samples, reason, after_own))
        self.since_commit = 0

    @property
    def pending_commits(self) -> int:
        """How many requested commits have no answer yet."""
        return len(self._requests) - self._half_answered

    def commits_heard(self, now: float) -> int:
        """How many of them the service can have heard of when it sent what comes now."""
        most = self.lateness.commits_heard_at_most(now)
        pending = self.pending_commits
        if most is None or not pending:
            return pending
        return sum(each.samples <= most for each in list(self._requests)[-pending:])

    @property
    def first_speech(self) -> int:
        """The connection time at which the first sound began that is no pause."""
        start, end = self._pauses[0]
        return end if start == 0 else 0

    def unanswered(self, reason: CommitReason) -> list[int]:
        """The positions at which commits for `reason` were requested and not answered."""
        return [each.position for each in self._requests if each.reason is reason]

    def speech_before_answer(self, answers: int) -> float:
        """Seconds of speech, by its level, that the answer after so many more is about.

        From the commit before it, or the latest sound with text, to its own.
        """
        requests = list(self._requests)[self._half_answered :]
        begins = requests[answers - 1].samples if answers else self.committed_samples
        ends = requests[answers].samples
        return self._format.seconds(ends - begins - self._pause_between(begins, ends))

    def commit(
        self,
        words_end: float | None,
        *,
        received_at: int,
        vad_silence: float,
        words_seconds: float = 0.0,
        now: float | None = None,
    ) -> tuple[int, int]:
        """Count a committed segment; returns the span of positions it closed.

        `words_end`: end of its last word in connection seconds, None without words, or with
        times that cannot be: then it is at least `words_seconds` long.
        `received_at`: samples sent when it came. Under VAD the service chose the end, so it is
        the last word's end or, without words, an earlier one of two: where a commit was asked
        for whose answer this may be, or the pause (`vad_silence` seconds) that ended a segment.
        Otherwise it is where the commit was asked for, in order (reported: one answer a commit).
        Words later than all that was sent are no evidence. The time of arrival, `now`, is as far
        as it is known how late the service is.
        """
        start = self.committed
        self.is_placed_by_arrival = False
        lateness = self.lateness
        most = None if now is None else lateness.heard_at_most(now)
        most = received_at if most is None else min(most, received_at)
        request = self._answered(most)
        words_at = None if words_end is None else self._format.samples(words_end)
        silence = self._format.samples(vad_silence)
        if words_at is not None and words_at <= received_at and (self._uses_vad or request is None):
            end = self._position(words_at)
            if request is not None:
                self._doubtful.append(request.position)
        elif request is None:
            least = self.committed_samples + self._format.samples(words_seconds)
            surely = received_at if now is None else lateness.heard_before(now)
            own_end = max(self._own_end(surely, most, silence), min(least, received_at))
            end = self._unless_in_doubt(self._position(own_end))
        elif words_at is not None:
            end = request.position
        elif (end := self._unless_in_doubt(request.position)) != request.position:
            self._doubtful.append(request.position)
        if now is not None:
            self._note_lateness(words_at, request, silence, now)
        if request is None:
            self.since_commit = 0 if not self._requests else self.since_commit
        self.has_committed = True
        self.settle(end)
        return start, self.committed

    def settle(self, position: int) -> None:
        """Count sent sound before `position` as committed, whether or not it held words."""
        position = min(position, self.sent)
        if position > self.committed:
            self.committed = position
            self.committed_samples = self._samples_at(position)

    def position_at(self, connection_seconds: float) -> int:
        """The position that this connection calls `connection_seconds`."""
        return self._position(self._format.samples(connection_seconds))

    def words_end_before(self, received_at: int, vad_silence: float) -> float:
        """The latest connection second at which words received at `received_at` can have ended.

        Under VAD they ended before the latest pause that was long enough to end a segment.
        """
        latest, (start, end) = received_at, self._pauses[-1]
        ended_segment = (
            self._uses_vad
            and self.committed_samples < start < received_at
            and end - start >= self._format.samples(_PAUSE_SEEN * vad_silence)
            and end >= received_at - self._format.samples(_RECENT_SECONDS)
        )
        if ended_segment:
            latest = min(latest, start + self._format.samples(_AFTER_WORDS_SECONDS))
        return self._format.seconds(latest)

    def may_hold_speech(self) -> bool:
        """Whether more than a pause was sent after the latest sound whose text is known."""
        textless = self.samples - self.committed_samples
        start, end = self._pauses[-1]
        pause = end - start if end == self.samples else 0
        return textless - pause > self._format.samples(_AFTER_WORDS_SECONDS)

    def has_segment(self, after: float, until: int, *, pause_seconds: float | None) -> bool:
        """Whether speech was sent after the connection second `after` and before sample `until`.

        With `pause_seconds` only if a pause that long had followed it not long before `until`.
        """
        begins = self._format.samples(after + _AFTER_WORDS_SECONDS)
        if pause_seconds is not None:
            least = self._format.samples(_PAUSE_SEEN * pause_seconds)
            recent = until - self._format.samples(_RECENT_SECONDS)
            enough = [
                start
                for start, end in self._pauses
                if end >= recent and min(end, until) - start >= least
            ]
            until = max(enough, default=begins)
        pauses = self._pause_between(begins, until)
        return until - begins - pauses >= self._format.samples(_WORD_SECONDS)

    def _pause_between(self, begins: int, ends: int) -> int:
        """How much of what was sent between these samples of connection time is pause."""
        return sum(max(0, min(end, ends) - max(start, begins)) for start, end in self._pauses)

    def _answered(self, heard: int) -> _Request | None:
        """The request that a commit answers, None for one of the service's own.

        Under VAD that is so where the service can have heard no more than `heard` by then.
        """
        if not self._requests or (self._uses_vad and self._requests[0].samples > heard):
            return None
        if self._requests[0].after_own:
            self._requests[0].after_own = False
            self._half_answered = 1
            return None
        self._half_answered = 0
        return self._requests.popleft()

    def _unless_in_doubt(self, position: int) -> int:
        """The end of a segment without words: `position`, or that of an earlier request in doubt.

        A segment that was counted as the answer to a request may have been one that the VAD
        committed before it. Then the present segment is the answer to that request, and the text of
        the sound since then is still to come.
        """
        while self._doubtful and self._doubtful[0] <= self.committed:
            self._doubtful.popleft()
        earlier = self._doubtful and self._doubtful[0] < position
        return self._doubtful.popleft() if earlier else position

    def _note_lateness(
        self, words_at: int | None, request: _Request | None, silence: int, now: float
    ) -> None:
        """Learn from a segment by when the service can have closed it: after a pause, or asked."""
        if words_at is not None and (request is None or self._has_pause_after(words_at, silence)):
            self.lateness.answered(words_at + (silence if self._uses_vad else 0), now)
        elif request is not None:
            self.lateness.answered(request.samples, now)

    def _has_pause_after(self, words_at: int, silence: int) -> bool:
        """Whether the words that ended there were followed by a pause that ends a segment."""
        begins = words_at + self._format.samples(_AFTER_WORDS_SECONDS)
        return self._uses_vad and any(
            start <= begins < end and end - start >= _PAUSE_SEEN * silence
            for start, end in self._pauses
        )

    def _own_end(self, surely: int, most: int, silence: int) -> int:
        """Where the service ended a segment without words by itself, in connection time.

        `surely` and `most`: what it had heard at least and at most when it answered. At its
        ceiling at the latest, under VAD at the first pause after some sound; where none is to
        be seen, before the pause that it must have heard.
        """
        ceiling = self.committed_samples + self._format.samples(OWN_CEILING_SECONDS[1])
        latest = min(most - silence, ceiling)
        if not self._uses_vad:
            self.is_placed_by_arrival = True
            least = self.committed_samples + self._format.samples(OWN_CEILING_SECONDS[0])
            return min(max(least, surely), ceiling) if most >= least else min(latest, surely)
        sound, before = 0, self.committed_samples
        for start, end in self._pauses:
            if end <= before:
                continue
            sound += max(0, start - before)
            begins = max(start, before)
            is_long = min(end, most) - begins >= _PAUSE_SEEN * silence
            before = end
            if is_long and sound >= self._format.samples(_WORD_SECONDS):
                return max(begins, min(latest, end))
        self.is_placed_by_arrival = True
        return min(latest, surely - silence)

    def _add_pause(self, samples: int) -> None:
        start, end = self._pauses[-1]
        if end == self.samples:
            self._pauses[-1] = (start, end + samples)
        else:
            self._pauses.append((self.samples, self.samples + samples))

    def _samples_at(self, position: int) -> int:
        """Connection time at which the sound before `position` was sent."""
        for connection_start, start in reversed(self._anchors):
            if start <= position:
                return min(self.samples, connection_start + position - start)
        return 0

    def _position(self, at: int) -> int:
        index = max(0, bisect_right(self._anchors, at, key=lambda anchor: anchor[0]) - 1)
        connection_start, position = self._anchors[index]
        is_last = index + 1 == len(self._anchors)
        limit = self.sent if is_last else self._anchors[index + 1][1]
        return max(position, min(position + at - connection_start, limit))
