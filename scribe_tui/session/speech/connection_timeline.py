"""ConnectionTimeline: which sound one connection was sent, and how much of it is committed.

The service counts word times from the first audio of each connection (reported), including
silence that this program inserted. Connection time is counted likewise here, in samples; a
position is counted in samples since the session's first sound, gaps included. `anchors` are pairs
of a connection time and the position that was sent then.
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
"""A pause by level of this share of the VAD's silence threshold may have ended a segment."""
_RECENT_SECONDS = 1.0
_AFTER_WORDS_SECONDS = 0.2
"""A word may go on for this many seconds after the level has fallen."""
_WORD_SECONDS = 0.1
"""No word is shorter than this: the service's default for the shortest speech."""
_DOUBTFUL_KEPT = 64
"""How many requests whose answer may still come are remembered."""
_PAUSES_KEPT = 512
"""How many pauses are remembered: several minutes of speech, for a service that answers late."""


@dataclass(slots=True)
class _Request:
    """A commit requested by this program, at `position` and the connection time `samples`.

    `after_own`: the service is expected to commit by itself before it answers this request.
    """

    position: int
    samples: int
    reason: CommitReason
    after_own: bool


class ConnectionTimeline:
    """The sound of one connection. All counts are samples; call `begin` before sending."""

    def __init__(self, audio_format: AudioFormat, *, uses_vad: bool) -> None:
        self._format = audio_format
        self._uses_vad = uses_vad
        self.sent = 0
        """Position right after the latest sound sent."""
        self.committed = 0
        """Everything from the start to this position has its text."""
        self.committed_samples = 0
        """Connection time at which the sound before `committed` had been sent."""
        self.samples = 0
        """The connection time: all samples sent, silence included."""
        self.since_commit = 0
        """Samples, silence included, sent since the latest known commit, requested or not."""
        self.has_committed = False
        """Whether the service has committed anything, requested or not."""
        self.is_placed_by_arrival = False
        """Whether the end of the latest segment was estimated from its message's arrival alone."""
        self.lateness = Lateness()
        """How long the service takes to send the text of a segment."""
        self._anchors: deque[tuple[int, int]] = deque([(0, 0)], maxlen=_ANCHORS_KEPT)
        self._pauses: deque[tuple[int, int]] = deque([(0, 0)], maxlen=_PAUSES_KEPT)
        self._requests: deque[_Request] = deque()
        self._doubtful: deque[int] = deque(maxlen=_DOUBTFUL_KEPT)
        self._half_answered = 0

    def begin(self, start: int) -> None:
        """Begin with the sound at position `start`."""
        self.sent = self.committed = start
        self._anchors.append((self.samples, start))

    def send(self, position: int, samples: int, *, is_pause: bool = False) -> None:
        """Count `samples` of sound from `position` on as sent; `is_pause`: they hold no speech."""
        connection_start, start = self._anchors[-1]
        if position != start + self.samples - connection_start:
            self._anchors.append((self.samples, position))
        if is_pause:
            self._add_pause(samples)
        self.samples += samples
        self.since_commit += samples
        self.sent = position + samples

    def send_silence(self, samples: int) -> None:
        """Count inserted silence as sent: connection time advances, the position does not."""
        self._add_pause(samples)
        self.samples += samples
        self.since_commit += samples
        self._anchors.append((self.samples, self.sent))

    def request_commit(self, reason: CommitReason) -> None:
        """Remember that a commit was requested after all sound sent so far.

        Without VAD, if the uncommitted sound is near the service's ceiling, the service is
        expected to commit by itself first.
        """
        ceiling = self._format.samples(OWN_CEILING_SECONDS[0])
        after_own = not self._uses_vad and self.since_commit >= ceiling
        if self._half_answered:  # no second commit came, so the first was its answer
            self._requests.popleft()
            self._half_answered = 0
        self._requests.append(_Request(self.sent, self.samples, reason, after_own))
        self.since_commit = 0

    @property
    def pending_commits(self) -> int:
        """How many requested commits have no answer yet."""
        return len(self._requests) - self._half_answered

    def commits_heard(self, now: float) -> int:
        """How many pending commits the service can have received when it sent what comes `now`."""
        most = self.lateness.commits_heard_at_most(now)
        pending = self.pending_commits
        if most is None or not pending:
            return pending
        return sum(each.samples <= most for each in list(self._requests)[-pending:])

    @property
    def first_speech(self) -> int:
        """Connection time at which the pause at the start ended; 0 if it began without one."""
        start, end = self._pauses[0]
        return end if start == 0 else 0

    def unanswered(self, reason: CommitReason) -> list[int]:
        """The positions at which commits for `reason` were requested that are not answered yet."""
        return [each.position for each in self._requests if each.reason is reason]

    def speech_before_answer(self, answers: int) -> float:
        """Seconds of speech, by level, that belong to a pending answer, the first for `answers` 0.

        They are counted from the request before it (for the first: from the end of the committed
        sound) to its own request.
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
        """Count a committed segment; returns the positions (start, end) it closed.

        `words_end`: end of its last word in connection seconds; None without words or with
        impossible times, and then the segment is at least `words_seconds` long.
        `received_at`: connection time (samples) when its message came, at the instant `now`
        (seconds, if known).

        Under VAD, or without a request that it can answer, the segment ends with its last word; a
        word time later than all sound sent is ignored. Else it ends where the commit that it
        answers was requested (reported: one answer per commit, in order). If there is no such
        request, the end is estimated from the pause (`vad_silence` seconds) that ended it, the
        service's ceiling and how late the service is.
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
        """The position that was sent at `connection_seconds` of connection time."""
        return self._position(self._format.samples(connection_seconds))

    def words_end_before(self, received_at: int, vad_silence: float) -> float:
        """The latest connection second at which words received at `received_at` can have ended.

        Under VAD that is shortly after the latest pause began, if the pause is recent and long
        enough to have ended a segment. `received_at` is in samples, `vad_silence` in seconds.
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

        With `pause_seconds`, only speech counts that was followed by a pause about that long,
        which ended shortly before `until` or later.
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
        """How many of the samples between these two connection times are pauses."""
        return sum(max(0, min(end, ends) - max(start, begins)) for start, end in self._pauses)

    def _answered(self, heard: int) -> _Request | None:
        """The request that a committed segment answers; None if the service committed by itself.

        Under VAD it is None if the oldest request was sent after sample `heard`, which is the most
        that the service can have heard when it committed.
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
        """The end of a segment without words: `position`, or that of an earlier doubtful request.

        A segment that was counted as the answer to a request may have been committed by the VAD
        before it. Then the present segment is the answer to that request, and the text of the sound
        sent after the request is still to come.
        """
        while self._doubtful and self._doubtful[0] <= self.committed:
            self._doubtful.popleft()
        earlier = self._doubtful and self._doubtful[0] < position
        return self._doubtful.popleft() if earlier else position

    def _note_lateness(
        self, words_at: int | None, request: _Request | None, silence: int, now: float
    ) -> None:
        """Note how late a segment came, counted from the pause or the request that closed it."""
        if words_at is not None and (request is None or self._has_pause_after(words_at, silence)):
            self.lateness.answered(words_at + (silence if self._uses_vad else 0), now)
        elif request is not None:
            self.lateness.answered(request.samples, now)

    def _has_pause_after(self, words_at: int, silence: int) -> bool:
        """Whether words that ended at `words_at` were followed by a pause that ends a segment."""
        begins = words_at + self._format.samples(_AFTER_WORDS_SECONDS)
        return self._uses_vad and any(
            start <= begins < end and end - start >= _PAUSE_SEEN * silence
            for start, end in self._pauses
        )

    def _own_end(self, surely: int, most: int, silence: int) -> int:
        """Connection time at which the service itself ended a segment without words (estimate).

        `surely` and `most`: how many samples it had heard at least and at most when it committed.
        Under VAD the end lies in the first long pause after some sound or, if none is known, is
        `silence` samples before `surely`. Without VAD it is near the service's ceiling.
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
