"""ConnectionTimeline: what one connection was sent and has committed, and its time.

The service counts word times from each socket's first audio (reported), silence of ours
included, and starts anew at each connection. `anchors` say which position of the session
(samples since the first sound, gaps included) was sent at which connection time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import CommitReason

_ANCHORS_KEPT = 1024
"""Word times refer to the last minute or so; older anchors are forgotten."""


class ConnectionTimeline:
    """The sound of one connection. All counts in samples; positions start at `begin`."""

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self.sent = 0
        """Position right after the latest sound sent."""
        self.committed = 0
        """Everything from the start to this position has its text."""
        self.samples = 0
        """All samples sent, silence included: connection time."""
        self.since_commit = 0
        """Samples, silence included, sent since the latest commit."""
        self._anchors: deque[tuple[int, int]] = deque([(0, 0)], maxlen=_ANCHORS_KEPT)
        self._requests: deque[tuple[int, CommitReason]] = deque()

    def begin(self, start: int) -> None:
        """The first sound sent will be that at position `start`."""
        self.sent = self.committed = start
        self._anchors.append((self.samples, start))

    def send(self, position: int, samples: int) -> None:
        """Count sound as sent."""
        if position != self._next_position():
            self._anchors.append((self.samples, position))
        self._count(samples)
        self.sent = position + samples

    def send_silence(self, samples: int) -> None:
        """Count silence of ours as sent: it moves connection time, not source time."""
        self._count(samples)
        self._anchors.append((self.samples, self.sent))

    def request_commit(self, reason: CommitReason) -> None:
        """Remember that a commit was asked for here."""
        self._requests.append((self.sent, reason))
        self.since_commit = 0

    @property
    def pending_commits(self) -> int:
        """Commits asked for and not answered yet."""
        return len(self._requests)

    def unanswered(self, reason: CommitReason) -> list[int]:
        """Where commits for `reason` were asked for and not answered."""
        return [position for position, why in self._requests if why is reason]

    def commit(
        self, words_end: float | None, *, received_at: int, vad: bool, vad_silence: float
    ) -> tuple[int, int]:
        """Count a committed segment; returns the span of positions it closed.

        `words_end`: end of its last word in connection seconds, None without words.
        `received_at`: samples sent when it came. Under VAD the service chose the end, so it is
        the last word's end or, without words, what was sent before the pause (`vad_silence`
        seconds) that ended it; otherwise it is where the commit was asked for, in order
        (reported: one answer a commit). Words later than all that was sent are no evidence: under
        VAD the service's word times run ahead by some 0.1 s with each segment (reported).
        """
        start = self.committed
        requested = self._requests.popleft()[0] if self._requests else None
        words_at = None if words_end is None else self._format.samples(words_end)
        if words_at is not None and words_at <= received_at and (vad or requested is None):
            end = self._position(words_at)
        elif requested is not None:
            end = requested
        else:
            end = self._position(received_at - self._format.samples(vad_silence))
        if requested is None:
            self.since_commit = 0
        self.settle(end)
        return start, self.committed

    def settle(self, position: int) -> None:
        """Count sent sound before `position` as committed, whether or not it held words."""
        self.committed = max(self.committed, min(position, self.sent))

    def position_at(self, connection_seconds: float) -> int:
        """The position that this connection calls `connection_seconds`."""
        return self._position(self._format.samples(connection_seconds))

    def _position(self, at: int) -> int:
        index = max(0, bisect_right(self._anchors, at, key=lambda anchor: anchor[0]) - 1)
        connection_start, position = self._anchors[index]
        is_last = index + 1 == len(self._anchors)
        limit = self.sent if is_last else self._anchors[index + 1][1]
        return max(position, min(position + at - connection_start, limit))

    def _count(self, samples: int) -> None:
        self.samples += samples
        self.since_commit += samples

    def _next_position(self) -> int:
        connection_start, position = self._anchors[-1]
        return position + self.samples - connection_start
