"""AudioBuffer: what one run of a session heard, between its source and its connections.

Joins the ring (the sound) and the ledger (the books), so that no sound is stored or dropped
without being booked. The source half writes, the speech half reads; `changed` wakes whoever
waits for more.
"""

from __future__ import annotations

import asyncio

from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.events import Gap
from scribe_tui.session.buffer.audio_timeline import AudioTimeline
from scribe_tui.session.buffer.replay_buffer import Piece, ReplayBuffer
from scribe_tui.session.buffer.voice_activity import VoiceActivity
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.session.timing import Timing

_OVERFLOW = "more sound waited than can be kept"


class AudioBuffer:
    """Sound and books of one run."""

    def __init__(self, audio_format: AudioFormat, board: SessionStatus, timing: Timing) -> None:
        self.format = audio_format
        self.ledger = AudioTimeline(audio_format)
        self.changed = asyncio.Event()
        self.judge = VoiceActivity(audio_format)
        self._room = asyncio.Event()
        self._board = board
        self._ring = ReplayBuffer(audio_format.samples(timing.ring), self.changed.set)
        self._told_after = audio_format.samples(timing.overflow_told)
        self._lead = audio_format.samples(timing.patient_lead)
        self._sent = 0
        self._connected = False

    def hear(self, chunk: AudioChunk, level_dbfs: float) -> None:
        """Take a chunk from the source."""
        position = self.ledger.hear(chunk.samples, chunk.heard_at)
        for piece in self._ring.append(Piece(position, chunk.samples, chunk.pcm)):
            self._overflowed(piece)
        self._board.heard_seconds = self.ledger.seconds(self.ledger.heard)
        self.judge.hear(level_dbfs, chunk.samples)

    def miss(self, seconds: float, started_at: float, cause: str) -> None:
        """Sound of that length never reached us."""
        samples = self.format.samples(seconds)
        if samples > 0:
            self._board.gap(self.ledger.miss(samples, started_at, cause))
            self._board.heard_seconds = self.ledger.seconds(self.ledger.heard)

    def close(self) -> None:
        """No more sound will come."""
        self._ring.close()
        self.judge.close()

    @property
    def closed(self) -> bool:
        """Whether the source is over."""
        return self._ring.closed

    def piece_at(self, position: int) -> Piece | None:
        """The next sound from `position` on, None if there is none yet.

        What the ring had to drop before it could be read is a gap.
        """
        piece = self._ring.read(position)
        if piece is not None and piece.position > position:
            self._tell(self.ledger.skip(position, piece.position, _OVERFLOW))
        return piece

    def sent(self, position: int) -> None:
        """The newest connection was sent everything before `position`."""
        self._sent = position
        self._board.sent_seconds = self.ledger.seconds(position)
        if self.ledger.heard - position <= self._lead:
            self._room.set()

    def begin_connection(self) -> int:
        """The position a new connection has to begin at: what is not settled yet.

        Unsettled sound that the ring could not hold is a gap.
        """
        kept_from = self._ring.start
        if kept_from is not None:
            self._lose(kept_from, _OVERFLOW)
        self._connected = True
        self.sent(self.ledger.settled)
        return self.ledger.settled

    def disconnected(self) -> None:
        """No connection is left."""
        self._connected = False

    def settle(self, position: int) -> None:
        """Everything before `position` has its text: let go of it."""
        self.ledger.settle(position)
        self._ring.release(self.ledger.settled)

    def abandon(self, cause: str) -> None:
        """Nothing more will be sent: what is not settled is a gap."""
        self._lose(self.ledger.heard, cause)
        self._ring.release(self.ledger.settled)

    async def wait_for_room(self) -> None:
        """Return when little is unsent, or no more sound comes.

        So a source that can wait is held back, and connections change when caught up.
        """
        while self.ledger.heard - self._sent > self._lead and not self.closed:
            self._room.clear()
            await self._room.wait()

    async def wait_for_audio(self) -> bool:
        """Return True when there is unsettled sound to send, False when none will come."""
        while self._ring.read(self.ledger.settled) is None:
            if self.closed:
                return False
            self.changed.clear()
            await self.changed.wait()
        return True

    def _overflowed(self, piece: Piece) -> None:
        """Without a connection it is lost; told in long pieces, not chunk by chunk."""
        if not self._connected and piece.end - self.ledger.settled >= self._told_after:
            self._lose(piece.end, _OVERFLOW)

    def _lose(self, end: int, cause: str) -> None:
        self._tell(self.ledger.lose(end, cause))

    def _tell(self, gaps: list[Gap]) -> None:
        for gap in gaps:
            self._board.gap(gap)
