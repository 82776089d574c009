"""AudioBuffer: the sound of one run of a session, between its source and its connections.

Joins the replay buffer (the sound) and the audio timeline (what became of it), so that all
sound that is stored or dropped is counted. Capture writes, the speech half reads; `changed`
wakes the tasks that wait for more.
"""

from __future__ import annotations

import asyncio

from scribe_tui.audio.format import AudioChunk
from scribe_tui.events import Gap
from scribe_tui.session.buffer.audio_timeline import AudioTimeline
from scribe_tui.session.buffer.replay_buffer import KeptChunk, ReplayBuffer
from scribe_tui.session.buffer.voice_activity import VoiceActivity
from scribe_tui.session.context import RunConfig
from scribe_tui.session.status.status import SessionStatus

_OVERFLOW = "more sound waited than can be kept"
_UNANSWERED = "sent, but the service gave no text while it could be kept"


class AudioBuffer:
    """Sound not yet committed. Positions are samples since the first sound, gaps included."""

    def __init__(self, config: RunConfig, status: SessionStatus) -> None:
        audio_format, timing = config.format, config.timing
        self.timeline = AudioTimeline(audio_format)
        self.voice_activity = VoiceActivity(audio_format)
        self.changed = asyncio.Event()
        self._format = audio_format
        self._clock = config.clock
        self._status = status
        self._replay = ReplayBuffer(audio_format.samples(timing.audio_buffer), self.changed.set)
        self._room = asyncio.Event()
        self._reported_after = audio_format.samples(timing.overflow_reported)
        self._lead = audio_format.samples(timing.file_lead)
        self._sent = 0
        self._ever_sent = 0
        self.source_waits = False
        """Whether the source is read no further while much sound is unsent, as a file is."""
        self._connected = False
        self.closed = False
        """Whether the source is over."""

    def append(self, chunk: AudioChunk, level_dbfs: float, label: float) -> None:
        """Take a chunk from the source.

        `label`: wall clock of its first sample, in epoch seconds.
        """
        samples = chunk.samples
        position = self.timeline.add_sound(samples, label)
        is_pause = self.voice_activity.add(level_dbfs, samples)
        kept = KeptChunk(position, samples, chunk.pcm, is_pause)
        for dropped in self._replay.append(kept):
            self._overflowed(dropped)
        self._status.heard(self._format.seconds(self.timeline.heard))

    def append_gap(self, seconds: float, started_at: float, cause: str) -> None:
        """Record `seconds` of sound, from `started_at` (`Clock.elapsed`) on, that never arrived."""
        samples = self._format.samples(seconds)
        if samples > 0:
            self._status.gap_recorded(
                self.timeline.add_gap(samples, self._clock.label(started_at), cause)
            )
            self._status.heard(self._format.seconds(self.timeline.heard))

    def close(self) -> None:
        """No more sound will come."""
        self.closed = True
        self._replay.close()
        self.voice_activity.close()

    @property
    def will_go_on(self) -> bool:
        """Whether more sound comes even if nothing is sent: the source is live and not over."""
        return not self.closed and not self.source_waits

    def chunk_at(self, position: int) -> KeptChunk | None:
        """The first kept sound at or after `position`, None if there is none yet.

        Sound between `position` and that chunk was dropped unread; it becomes a gap.
        """
        chunk = self._replay.read(position)
        if chunk is not None and chunk.position > position:
            self._report(self.timeline.skip(position, chunk.position, _OVERFLOW))
        return chunk

    def sent(self, position: int) -> None:
        """Note that the newest connection was sent all sound before `position`."""
        self._sent = position
        self._ever_sent = max(self._ever_sent, position)
        self._status.sent(self._format.seconds(position))
        if self.timeline.heard - position <= self._lead:
            self._room.set()

    def begin_connection(self) -> int:
        """Note that a connection begins; returns the position of the first sample it has to send.

        That is the first unsettled one. Unsettled sound that could not be kept becomes a gap.
        """
        kept_from = self._replay.start
        if kept_from is not None:
            self._not_kept(kept_from)
        self._connected = True
        self.sent(self.timeline.settled)
        return self.timeline.settled

    def disconnected(self) -> None:
        """Note that no connection reads the buffer any more."""
        self._connected = False

    def settle(self, position: int) -> None:
        """Release the sound before `position`: its text was committed."""
        self.timeline.settle(position)
        self._replay.release(self.timeline.settled)

    def give_up(self, position: int, cause: str) -> None:
        """Make a gap of the unsettled sound before `position`: it is not sent again."""
        self._report(self.timeline.give_up(min(position, self.timeline.heard), cause))
        self._replay.release(self.timeline.settled)

    def abandon(self, cause: str) -> None:
        """Make a gap of all unsettled sound: nothing more will be sent."""
        self.give_up(self.timeline.heard, cause)

    async def wait_for_room(self) -> None:
        """Return when at most `Timing.file_lead` seconds are unsent, or no more sound comes.

        This holds back a source that can wait, and delays a rollover until the backlog is sent.
        """
        while self.timeline.heard - self._sent > self._lead and not self.closed:
            self._room.clear()
            await self._room.wait()

    async def wait_for_audio(self) -> bool:
        """Return True when there is unsettled sound to send, False when none will come."""
        while self._replay.read(self.timeline.settled) is None:
            if self.closed:
                return False
            self.changed.clear()
            await self.changed.wait()
        return True

    def _overflowed(self, dropped: KeptChunk) -> None:
        """Report sound dropped while there is no connection, in long gaps, not chunk by chunk."""
        if not self._connected and dropped.end - self.timeline.settled >= self._reported_after:
            self._not_kept(dropped.end)

    def _not_kept(self, end: int) -> None:
        """Make gaps of the unsettled sound before `end`.

        The part that was sent gets another cause than the part that never was.
        """
        self._report(self.timeline.give_up(min(end, self._ever_sent), _UNANSWERED))
        self._report(self.timeline.give_up(end, _OVERFLOW))

    def _report(self, gaps: list[Gap]) -> None:
        for gap in gaps:
            self._status.gap_recorded(gap)
